// One repository in the shared cache, byte for byte as huggingface_hub 2.4 lays it out. Reading never writes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "cache/layout.h"
#include "cache/partial_file.h"
#include "cache/shared_store.h"
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
  bool shared_blobs = true;  // use the store that repositories share
};

// How a finished file may go to the store that repositories share.
struct Sharing {
  std::string xet_hash;  // "": it stays in the repository
  bool replace = false;  // a payload that is there may be what was wrong
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
  // Has another repository (or an earlier commit) left this content in the shared store? Never probes for links, so that a
  // preview writes nothing.
  bool has_shared(std::string_view xet_hash, uint64_t size) const;
  // What `path` is in other commits, as far as it lies in the shared store, where a payload's name is its Xet hash. Newest
  // snapshot first, each payload once.
  std::vector<SharedPayload> other_versions(std::string_view commit, std::string_view path) const;

  // ---- writing; each creates the folders it needs, CACHEDIR.TAG included
  Done prepare();  // cache folder, CACHEDIR.TAG
  Done flush();    // makes what was published durable; a ref that names it comes after
  Done write_ref(std::string_view revision, std::string_view commit);  // nothing when equal, or revision is the commit
  Done mark_absent(std::string_view commit, std::string_view path);
  Done write_tree(std::string_view commit, const Tree& tree);
  // Waits for the etag's lock at most lock_timeout_ms, says so in the log every 10 s. nullopt then: go on without, and
  // with PartialSpec::locked = false, because whoever holds the lock is busy with the same blob.
  Result<std::optional<platform::FileLock>> lock(std::string_view etag, const runtime::Cancel& cancel);
  // Without waiting; nullopt: somebody else holds it.
  Result<std::optional<platform::FileLock>> try_lock(std::string_view etag);
  PartialSpec partial_spec(std::string_view etag, bool size_known, uint64_t size, bool fresh) const;
  // Renames a finished partial file to blobs/<etag> (permissions by umask), or into the shared store with a link in the
  // blob's place, and links the snapshot to it; without links the file moves into the snapshot. Returns the snapshot path.
  // The only visible step.
  Result<std::string> publish(PartialFile file, std::string_view etag, std::string_view commit, std::string_view path,
                              const Sharing& sharing = {});
  // Makes blobs/<etag> a link to the shared store's payload. False: it has to be fetched. Under the etag's lock.
  Result<bool> take_shared(std::string_view etag, std::string_view xet_hash, uint64_t size,
                           const runtime::Cancel& cancel);
  // Links (or, without links, copies) an existing blob into a snapshot. Returns the snapshot path.
  Result<std::string> link(std::string_view etag, std::string_view commit, std::string_view path);

 private:
  Result<bool> links_work();  // probed once a cache folder and process
  Result<bool> share(const PartialFile& file, std::string_view etag, const Sharing& sharing);
  void say(const std::string& message) const;
  // Folders of the store that flush() owes to the disk.
  struct Touched {
    std::mutex mutex;
    std::set<std::string> folders;
  };
  const std::shared_ptr<Touched> touched_ = std::make_shared<Touched>();
  const Layout layout_;
  const CacheOptions options_;
  const std::shared_ptr<const runtime::Log> log_;
};

}  // namespace hfhub::cache
