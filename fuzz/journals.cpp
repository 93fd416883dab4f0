// What uploads left on disk for those that come after them: the first line says whose, the rest is the file.
//   folder            client/folder_journal.h, a line a file
//   xet               xet/transfer/journal.h as it is
//   xet 1 .. xet 4    one frame of that kind with the right checksum, so that what is inside is looked at
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "client/folder_journal.h"
#include "digest/crc64.h"
#include "platform/system.h"
#include "require.h"
#include "xet/transfer/journal.h"

using namespace hfhub;

namespace {

// One folder for the whole run, emptied by each input.
struct Folder {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("hfhub-fuzz-" + platform::random_hex(8))).string();
  ~Folder() { std::filesystem::remove_all(path); }
};

const std::string& empty_folder() {
  static const Folder made;
  std::filesystem::remove_all(made.path);
  std::filesystem::create_directories(made.path);
  return made.path;
}

void put(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

// Whatever the file says: what is recalled can go into a commit, and what is noted is recalled.
void folder_journal(std::string_view text) {
  const std::string& folder = empty_folder();
  const RepoRef repo{RepoType::kModel, "a/b"};
  client::FolderJournal::open(folder, "https://hub.example", repo).reset();
  const std::string place = folder + "/.cache/huggingface/upload";
  for (const auto& entry : std::filesystem::directory_iterator(place)) {
    std::string path = entry.path();
    if (path.ends_with(".lock")) put(path.substr(0, path.size() - 5), text);
  }
  const auto journal = client::FolderJournal::open(folder, "https://hub.example", repo);
  if (journal == nullptr) return;
  platform::Stat stat;  // of the file "x" in the corpus
  stat.size = 1;
  stat.inode = 2;
  stat.device = 3;
  stat.modified = 4.5;
  client::Addition addition;
  addition.source = client::UploadSource::of_known_file("/x", stat);
  if (!journal->recall("x", &addition)) return;
  REQUIRE(is_lower_hex(addition.oid, addition.storage == client::Storage::kInline ? 40 : 64));
  REQUIRE(addition.storage != client::Storage::kXet || is_lower_hex(addition.xet_hash, 64));
  REQUIRE(addition.storage != client::Storage::kUnknown);
  journal->note("x", addition);
  journal->write();
}

std::string frame_of(char kind, std::string_view payload) {
  const auto little = [](uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
    return out;
  };
  return "hfhub-journal-1\n" + little(static_cast<uint64_t>(kind - '0'), 4) + little(payload.size(), 4) +
         little(digest::crc64_nvme(0, as_bytes(payload)), 8) + std::string(payload);
}

void xet_journal(std::string_view text) {
  const std::string& folder = empty_folder();
  put(folder + "/left.journal", text);
  const auto journal = xet::Journal::open(folder);
  if (!journal.ok()) {
    REQUIRE(!journal.error().message.empty());
    return;
  }
  for (const xet::GrantedXorb& granted : (*journal)->take_granted()) REQUIRE(granted.grant_id.size() <= text.size());
  (void)(*journal)->each_xorb([&](const xet::XorbRecord& xorb) -> Done {
    REQUIRE(xorb.chunks.size() <= text.size());
    return {};
  });
  (void)(*journal)->each_file([&](const xet::FileRecord& file) -> Done {
    REQUIRE(file.terms.size() <= text.size());
    return {};
  });
  (*journal)->remove();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), line.size() + 1));
  if (line == "folder") folder_journal(rest);
  else if (line.size() == 5 && line.starts_with("xet ")) xet_journal(frame_of(line[4], rest));
  else if (line == "xet") xet_journal(rest);
  return 0;
}
