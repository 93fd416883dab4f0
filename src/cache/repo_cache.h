// One repository in the shared cache, byte for byte as huggingface_hub 2.4 lays it out. Reading never writes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/names.h"
#include "base/result.h"
#include "cache/layout.h"
#include "cache/partial_file.h"
#include "cache/tree.h"
#include "platform/file.h"
#include "runtime/cancel.h"
#include "runtime/log.h"

namespace hfhub::cache {

enum class Presence { kUnknown = 0, kFound = 1, kAbsent = 2 };

struct Lookup {
  Presence presence = Presence::kUnknown;
  std::string path;    // kFound: the snapshot path
  std::string commit;  // "" when the revision is not known here
};

struct CacheOptions {
  bool symlinks = true;
  bool symlinks_warning = true;
  int64_t lock_timeout_ms = 600'000;
};

class RepoCache {
 public:
  RepoCache(std::string cache_dir, const RepoRef& repo, CacheOptions options, std::shared_ptr<const runtime::Log> log);

  const Layout& layout() const { return layout_; }

  // ---- reading
  // The commit that `revision` names here: itself when it is a full commit hash, else what refs/ says (trimmed: other
  // tools may write a newline), else nullopt.
  Result<std::optional<std::string>> commit_of(std::string_view revision) const;
  // try_to_load_from_cache: ref, then .no_exist, then snapshot.
  Result<Lookup> find(std::string_view revision, std::string_view path) const;
  Result<std::optional<Tree>> tree(std::string_view commit) const;
  // Is the blob there, complete by size (`size_known` false: any size)? Follows both levels of links.
  Result<bool> has_blob(std::string_view etag, bool size_known, uint64_t size) const;
  // True when the snapshot entry exists and resolves to a file of that size.
  bool has_snapshot_file(std::string_view commit, const TreeFile& file) const;

  // ---- writing; each creates the folders it needs, CACHEDIR.TAG included
  Done prepare();  // cache folder, CACHEDIR.TAG
  Done flush();    // makes what was published durable; a ref that names it comes after
  Done write_ref(std::string_view revision, std::string_view commit);  // nothing when equal, or revision is the commit
  Done mark_absent(std::string_view commit, std::string_view path);
  Done write_tree(std::string_view commit, const Tree& tree);
  // Waits for the etag's lock at most lock_timeout_ms, says so in the log every 10 s. nullopt then: go on without, and
  // with PartialSpec::locked = false, because whoever holds the lock is busy with the same blob.
  Result<std::optional<platform::FileLock>> lock(std::string_view etag, const runtime::Cancel& cancel);
  PartialSpec partial_spec(std::string_view etag, bool size_known, uint64_t size, bool fresh) const;
  // Renames a finished partial file to blobs/<etag> (permissions by umask, folder flushed) and links the snapshot to it;
  // without links the file moves into the snapshot. Returns the snapshot path. The only visible step.
  Result<std::string> publish(PartialFile file, std::string_view etag, std::string_view commit, std::string_view path);
  // Links (or, without links, copies) an existing blob into a snapshot. Returns the snapshot path.
  Result<std::string> link(std::string_view etag, std::string_view commit, std::string_view path);

 private:
  Result<bool> links_work();  // probed once a cache folder and process
  const Layout layout_;
  const CacheOptions options_;
  const std::shared_ptr<const runtime::Log> log_;
};

}  // namespace hfhub::cache
