// Files of the cache that other programs write: trees, refs, local metadata, stored tokens, etags, folder names, and the
// footer of a partial file.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/names.h"
#include "base/text.h"
#include "cache/block_map.h"
#include "cache/layout.h"
#include "cache/leftovers.h"
#include "cache/local_dir.h"
#include "cache/partial_footer.h"
#include "cache/repo_cache.h"
#include "cache/shared_store.h"
#include "cache/tokens.h"
#include "cache/tree.h"
#include "platform/system.h"
#include "require.h"

using namespace hfhub;
using namespace hfhub::cache;

namespace {

// One folder for the whole run, overwritten by each input.
struct Folder {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("hfhub-fuzz-" + platform::random_hex(8))).string();
  Folder() {
    std::filesystem::create_directories(path + "/models--n--m/refs");
    std::filesystem::create_directories(path + "/partial");
  }
  ~Folder() { std::filesystem::remove_all(path); }
};
const std::string& folder() {
  static const Folder made;
  return made.path;
}

void put(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

bool one_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == std::string_view::npos;
}

void tree(std::string_view text) {
  const auto parsed = parse_tree(text);
  if (!parsed) return;
  for (const TreeFile& file : parsed->files) REQUIRE(one_name(file.blob_id) && one_name(file.etag()));
  const std::string written = tree_text(*parsed);
  const auto again = parse_tree(written);
  REQUIRE(again && tree_text(*again) == written);
}

void etag(std::string_view text) {
  if (const auto name = normalize_etag(text); name.ok()) {
    REQUIRE(one_name(*name) && name->size() <= 200 && !has_control_characters(*name));
  }
  (void)parse_repo_folder_name(text);
  const std::string lexical = lexical_path("/" + std::string(text));
  REQUIRE(lexical_path(lexical) == lexical && ("/" + lexical + "/").find("/../") == std::string::npos);
}

void metadata(std::string_view text) {
  const auto parsed = parse_local_metadata(text);
  if (!parsed || parsed->timestamp != parsed->timestamp) return;
  const auto again = parse_local_metadata(local_metadata_text(*parsed));
  REQUIRE(again && again->commit == parsed->commit && again->etag == parsed->etag);
  REQUIRE(again->timestamp == parsed->timestamp);
}

// What was read is written so that it reads the same, and then the same bytes again.
void stored_tokens(std::string_view text) {
  const StoredTokens parsed = parse_stored_tokens(text);
  for (const StoredToken& token : parsed.tokens) REQUIRE(!token.name.empty() && token.name != "DEFAULT");
  const std::string written = stored_tokens_text(parsed);
  const StoredTokens again = parse_stored_tokens(written);
  REQUIRE(!again.damaged && again.tokens.size() == parsed.tokens.size());
  REQUIRE(stored_tokens_text(again) == written);
  for (const StoredToken& token : parsed.tokens) REQUIRE(again.find(token.name)->fields == token.fields);
  if (const std::string name(text.substr(0, 40)); check_token_name(name).ok()) {
    const StoredTokens one{{make_stored_token(name, "hf_x", "r", 1)}, false};
    REQUIRE(parse_stored_tokens(stored_tokens_text(one)).find(name)->expires_at() == 1);
  }
}

void ref(std::string_view text) {
  if (text.size() > 64) return;
  static const RepoCache repo(folder(), {RepoType::kModel, "n/m"}, {}, nullptr);
  put(folder() + "/models--n--m/refs/main", text);
  const auto commit = repo.commit_of("main");
  if (commit.ok() && *commit) REQUIRE(one_name(**commit));
  (void)shared_users(folder(), std::string(text));
}

// The input as a leftover: whatever it claims, opening must neither fail nor read beyond it.
void leftover(std::string_view text) {
  const uint64_t size = text.size() < 80 ? text.size() : text.size() - kFooterFixedBytes - 1;
  const std::string_view fixed = text.substr(text.size() - std::min<size_t>(text.size(), kFooterFixedBytes));
  if (!decode_footer(as_bytes(fixed), text.size()) && text.size() % 16 != 0) return;  // the disk is slow
  put(folder() + "/partial/e.incomplete", text);
  PartialSpec spec;
  spec.folder = folder() + "/partial";
  spec.stem = spec.etag = "e";
  spec.size = size;
  auto file = PartialFile::open(spec);
  REQUIRE(file.ok());
  uint64_t missing = 0;
  for (const ByteRange& gap : file->missing()) {
    REQUIRE(gap.begin < gap.end && gap.end <= size);
    missing += gap.size();
  }
  REQUIRE(missing + file->resumed_bytes() == size);
  REQUIRE(file->discard().ok());
}

void bits(std::string_view text) {
  BlockMap map(text.size() * 8 * kBlockBytes - (text.empty() ? 0 : text.size() % kBlockBytes));
  if (!map.load_bits(as_bytes(text))) return;
  uint64_t missing = 0;
  for (const ByteRange& gap : map.missing()) missing += gap.size();
  REQUIRE(missing + map.present() == map.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  tree(text);
  etag(text);
  metadata(text);
  bits(text);
  stored_tokens(text);
  ref(text);
  leftover(text);
  return 0;
}
