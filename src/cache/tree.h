// A commit's file list as the cache keeps it (trees/<commit>.json), and as everything above talks about files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hfhub::cache {

struct TreeFile {
  std::string path;
  uint64_t size = 0;
  std::string blob_id;     // git object id of what git holds (for LFS: of the pointer file)
  std::string lfs_sha256;  // "" for regular files
  uint64_t lfs_size = 0;   // when lfs_sha256 is set
  std::string xet_hash;    // "" when Xet does not store it

  // What the blob is called in the cache, and its content's digest: SHA-256 for LFS, git blob SHA-1 otherwise.
  const std::string& etag() const { return lfs_sha256.empty() ? blob_id : lfs_sha256; }
  uint64_t content_size() const { return lfs_sha256.empty() ? size : lfs_size; }
};

struct Tree {
  std::vector<TreeFile> files;  // sorted by path
  const TreeFile* find(std::string_view path) const;
};

// nullopt: no such file, another format version, or unreadable content (which a later download rewrites).
Result<std::optional<Tree>> read_tree(const std::string& path);
Done write_tree(const std::string& path, const Tree& tree);  // byte for byte as huggingface_hub writes it, mode 0600
std::string tree_text(const Tree& tree);
std::optional<Tree> parse_tree(std::string_view text);

}  // namespace hfhub::cache
