// What a commit is made of, and the decisions about it that need neither disk nor network.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "client/upload_source.h"
#include "runtime/progress.h"

namespace hfhub::client {

// How a file's content gets to the Hub.
enum class Storage : uint8_t {
  kUnknown,
  kInline,  // in the commit itself: small text
  kXet,
  kLfs,
};
const char* storage_name(Storage storage);  // "regular", "xet", "lfs"

struct Addition {
  UploadSource source;
  Storage storage = Storage::kUnknown;
  bool large = false;                     // the Hub's verdict
  bool classified = false;                // the verdict is there
  bool ignored = false;                   // by .gitignore
  bool stored = false;                    // the Hub has the content
  std::string remote_oid;                 // what the revision has at this path; "" for nothing
  std::string oid;                        // ours: SHA-1 of the git blob, or SHA-256 of a large file; "" until known
  std::string xet_hash;                   // "" unless Xet stores it
  bool from_receipt = false;              // stored by somebody else; there may be no bytes here
  bool recalled = false;                  // stored by an earlier run, which may be out of date
  runtime::ItemProgress* item = nullptr;  // of what is not stored apart
};

struct Copy {
  std::string from;                  // path
  std::optional<RepoRef> from_repo;  // absent: the commit's own
  std::string from_revision;         // "" for the commit's own, or the other repository's main
  // Known before the commit:
  bool large = false;
  uint64_t size = 0;
  std::string oid;         // of the source: SHA-256 when large, else of the git blob
  std::string git_oid;     // of the source's git blob
  std::string remote_oid;  // git blob at the destination; "" for nothing
  UploadSource content;    // of a regular file
};

struct Operation {
  enum class Kind : uint8_t { kAdd, kCopy, kDeleteFile, kDeleteFolder } kind = Kind::kAdd;
  std::string path;    // in the repository, without a trailing slash
  bool slash = false;  // of a folder that the caller wrote with one, as the commit then does
  std::optional<Addition> add{};
  std::optional<Copy> copy{};

  bool writes() const { return kind == Kind::kAdd || kind == Kind::kCopy; }
};

// A path in a repository as commits name it: one leading "/" or "./" is taken off. Refused: what is empty or no valid UTF-8,
// NUL, empty, "." and ".." segments, and the folders .git and .cache anywhere.
Result<std::string> commit_path(std::string_view given);

// Refused before any request: a path written twice, a file that is also a folder, a file that is deleted after it was
// written, names that differ by case only.
Done check_operations(const std::vector<Operation>& operations);

// Which operations change something: a file or copy whose content is there already is left out, unless the same commit
// deletes its path or a folder above it. Ignored files are left out, too.
struct Selection {
  std::vector<size_t> operations;
  size_t unchanged = 0;
  std::vector<std::string> ignored;
};
Selection select_operations(const std::vector<Operation>& operations);

// Paths that a commit deletes.
class Deletions {
 public:
  explicit Deletions(const std::vector<Operation>& operations);
  bool covers(std::string_view path) const;  // the path itself, or a folder above it

 private:
  std::set<std::string, std::less<>> paths_;
};

}  // namespace hfhub::client
