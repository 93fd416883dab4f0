// What a Hub repository is, in memory: commits, refs, and the flat file tree of a commit.
// Everything here is immutable once published, so request threads share it without locks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace localhub {

enum class RepoType { kModel, kDataset, kSpace, kKernel };

std::string_view singular(RepoType type);
std::string_view plural(RepoType type);
/// Accepts "model" and "models".
std::optional<RepoType> repo_type_from(std::string_view name);

struct FileEntry {
  std::string path;
  std::string oid;     // git blob name; for an LFS file that of its pointer
  std::string sha256;  // name of the object on disk
  std::string xet_hash;
  int64_t size = 0;
  int64_t last_seq = 0;  // the commit that last changed it
  bool lfs = false;
};

struct DirEntry {
  std::string path;
  std::string oid;
  int64_t size = 0;
  int64_t last_seq = 0;
};

/// The text git stores in place of an LFS file.
std::string lfs_pointer(const std::string& sha256, int64_t size);

class Tree {
 public:
  struct Node {
    bool is_dir;
    uint32_t index;
  };

  /// `files` in any order, paths unique.
  static std::shared_ptr<const Tree> build(std::vector<FileEntry> files);

  const std::vector<FileEntry>& files() const { return files_; }
  const std::vector<DirEntry>& dirs() const { return dirs_; }
  const FileEntry& file_at(uint32_t index) const { return files_[index]; }
  const DirEntry& dir_at(uint32_t index) const { return dirs_[index]; }
  const FileEntry* file(std::string_view path) const;
  const DirEntry* dir(std::string_view path) const;
  const std::string& root_oid() const { return root_oid_; }
  /// Everything below `path` ("" = root): in path order, or only its children, folders first.
  std::vector<Node> list(std::string_view path, bool recursive) const;
  /// The bytes of the git object of a folder ("" = root).
  std::string git_text(std::string_view folder) const;
  std::string_view path_of(Node node) const;
  int64_t total_size() const { return total_size_; }

 private:
  void add_dirs();
  std::string hash_dir(size_t& at, size_t end, const std::string& prefix);

  std::vector<FileEntry> files_;
  std::vector<DirEntry> dirs_;
  std::vector<Node> nodes_;  // files and folders together, in path order
  std::unordered_map<std::string_view, uint32_t> file_index_;
  std::unordered_map<std::string_view, uint32_t> dir_index_;
  std::string root_oid_;
  int64_t total_size_ = 0;
};

struct Commit {
  int64_t seq = 0;  // position in Repo::commits
  int64_t parent = -1;
  std::string oid;
  std::string title;
  std::string message;
  std::string author;
  int64_t date_ms = 0;

  /// The tree is read from the database on first use.
  mutable std::mutex tree_mutex;
  mutable std::shared_ptr<const Tree> tree;
};

/// The bytes of the git object of a commit. `parent_oid` is "" for a first one.
std::string commit_text(const Commit& commit, const std::string& tree_oid, const std::string& parent_oid);

enum class RefKind { kBranch, kTag, kPull, kConvert };

struct Ref {
  RefKind kind = RefKind::kBranch;
  std::string name;
  int64_t commit = 0;
};

std::string_view ref_prefix(RefKind kind);
std::optional<RefKind> ref_kind_from(std::string_view name);

struct Repo {
  int64_t id = 0;
  RepoType type = RepoType::kModel;
  std::string name;
  bool is_private = false;
  bool disabled = false;
  std::string gated;  // "", "auto" or "manual"
  /// What else was said when it was made or set: "visibility" (of a protected Space), "hardware", "region"...
  std::map<std::string, std::string> facts;
  std::vector<std::string> allowed_users;
  int64_t created_ms = 0;
  int64_t downloads = 0;
  int64_t likes = 0;
  std::vector<Ref> refs;
  std::vector<std::shared_ptr<const Commit>> commits;
  std::unordered_map<std::string, int64_t> by_oid;

  /// The part before the slash; empty for canonical ids such as "gpt2".
  std::string_view owner() const;
  /// Of `facts`; "" when nothing was said.
  std::string fact(const std::string& key) const;
  std::string visibility() const;  // "public", "private" or "protected"
  /// A branch, tag, refs/..., full commit or unique prefix of at least 7 digits.
  std::shared_ptr<const Commit> find_revision(std::string_view revision) const;
  const Ref* find_ref(RefKind kind, std::string_view name) const;
  /// Null for a first commit.
  const Commit* parent_of(const Commit& commit) const;
  int64_t last_modified_ms() const;
};

/// A discussion, or a pull request on refs/pr/<num>.
struct Discussion {
  int64_t num = 0;
  bool is_pull = false;
  std::string author, title;
  std::string status;        // "draft", "open", "closed" or "merged"
  std::string base;          // of a pull request: the branch it wants to change,
  std::string base_commit;   // where it started,
  std::string merge_commit;  // and what it became
  int64_t created_ms = 0;
  std::vector<std::string> events;  // JSON as the Hub shows it, in order
};

struct BucketFile {
  std::string path;
  std::string xet_hash;
  int64_t size = 0;
  int64_t mtime_ms = 0;
  int64_t uploaded_ms = 0;
};

struct Bucket {
  std::string id;
  bool is_private = false;
  int64_t created_ms = 0;
  std::map<std::string, BucketFile> files;
};

/// What one batch does.
struct BucketChange {
  std::vector<BucketFile> put;
  std::vector<std::string> removed;
};

using RepoPtr = std::shared_ptr<const Repo>;
using CommitPtr = std::shared_ptr<const Commit>;
using TreePtr = std::shared_ptr<const Tree>;

}  // namespace localhub
