#include "cache/tree.h"

#include <algorithm>

#include "base/bytes.h"
#include "cache/layout.h"
#include "json/value.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr int64_t kFormatVersion = 1;
constexpr uint64_t kLargestTreeFile = 1u << 30;  // some repositories list millions of files

bool by_path(const TreeFile& a, const TreeFile& b) { return a.path < b.path; }

// False when the entry is not what every client writes; the whole listing is then fetched again.
bool parse_entry(std::string_view path, json::View info, TreeFile* file) {
  const auto size = info["size"].integer();
  const auto blob_id = info["blob_id"].string();
  if (!size || *size < 0 || !blob_id || !normalize_etag(*blob_id).ok()) return false;
  file->path = path;
  file->size = static_cast<uint64_t>(*size);
  file->blob_id = *blob_id;
  if (const auto sha256 = info["lfs_sha256"].string()) {
    const auto lfs_size = info["lfs_size"].integer();
    if (!lfs_size || *lfs_size < 0 || !is_lower_hex(*sha256, 64)) return false;
    file->lfs_sha256 = *sha256;
    file->lfs_size = static_cast<uint64_t>(*lfs_size);
  }
  const json::View xet_hash = info["xet_hash"];
  if (xet_hash.missing() || xet_hash.type() == json::Type::kNull) return true;
  file->xet_hash = xet_hash.string_or("");
  return is_lower_hex(file->xet_hash, 64);
}

void write_entry(json::Writer* writer, const TreeFile& file) {
  writer->key(file.path).begin_object();
  writer->key("size").unsigned_integer(file.size);
  writer->key("blob_id").string(file.blob_id);
  if (!file.lfs_sha256.empty()) {
    writer->key("lfs_sha256").string(file.lfs_sha256);
    writer->key("lfs_size").unsigned_integer(file.lfs_size);
  }
  if (!file.xet_hash.empty()) writer->key("xet_hash").string(file.xet_hash);
  writer->end_object();
}

}  // namespace

const TreeFile* Tree::find(std::string_view path) const {
  const auto found = std::lower_bound(files.begin(), files.end(), path,
                                      [](const TreeFile& file, std::string_view key) { return file.path < key; });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

std::optional<Tree> parse_tree(std::string_view text) {
  const auto document = json::Value::parse(text);
  if (!document.ok()) return std::nullopt;
  const json::View root = document->root();
  const json::View files = root["files"];
  if (root["format_version"].integer() != kFormatVersion || !files.is_object()) return std::nullopt;
  Tree tree;
  tree.files.resize(files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    if (!parse_entry(files.key(i), files.member(i), &tree.files[i])) return std::nullopt;
  }
  if (!std::is_sorted(tree.files.begin(), tree.files.end(), by_path)) {
    std::sort(tree.files.begin(), tree.files.end(), by_path);
  }
  return tree;
}

std::string tree_text(const Tree& tree) {
  std::vector<const TreeFile*> order;
  order.reserve(tree.files.size());
  for (const TreeFile& file : tree.files) order.push_back(&file);
  std::sort(order.begin(), order.end(), [](const TreeFile* a, const TreeFile* b) { return by_path(*a, *b); });
  json::Writer writer;
  writer.begin_object().key("format_version").integer(kFormatVersion).key("files").begin_object();
  for (const TreeFile* file : order) write_entry(&writer, *file);
  writer.end_object().end_object();
  return json::to_python_text(writer.finish()->root(), 1);
}

Result<std::optional<Tree>> read_tree(const std::string& path) {
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found || found->kind != platform::Kind::kFile) return std::optional<Tree>();
  const auto text = platform::read_text(path, kLargestTreeFile);
  if (!text.ok()) return std::optional<Tree>();
  return parse_tree(*text);
}

Done write_tree(const std::string& path, const Tree& tree) {
  HFHUB_CHECK(platform::make_folders(platform::parent_path(path)));
  return platform::write_text_atomically(path, tree_text(tree), 0600, true);
}

}  // namespace hfhub::cache
