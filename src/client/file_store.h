// Where downloaded files go: the shared cache or a local_dir, behind one interface, so that a story reads the same for
// both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/leftovers.h"
#include "cache/local_dir.h"
#include "cache/partial_file.h"
#include "cache/repo_cache.h"
#include "cache/tree.h"
#include "client/request.h"
#include "client/session.h"
#include "digest/digest.h"
#include "platform/file.h"

namespace hfhub::client {

// One file of one commit, with what is needed to recognise its bytes.
struct RemoteFile {
  std::string path;
  std::string commit;
  std::string etag;
  std::optional<uint64_t> size;
  std::string xet_hash = {};  // "": Xet does not store it

  // What the etag is a digest of; kNone for a server that is no Hub: then only the size is checked.
  digest::Algorithm algorithm() const;
};
RemoteFile remote_file(const cache::TreeFile& file, std::string_view commit);

// What is on disk already, as far as one file is concerned.
struct FileState {
  bool entry = false;      // the visible file is there and is this content
  bool adoptable = false;  // local_dir: a file without usable metadata is there, and its digest is the right one
  bool blob = false;       // the shared cache holds the content
  bool shared = false;     // the store that repositories share does
};

enum class Step {
  kHave,   // nothing to do
  kAdopt,  // only metadata is to be written
  kLink,   // make the visible file from the shared cache's blob
  kShare,  // make the blob from the shared store's payload, then kLink
  kFetch,
};
// Pure: what has to be done for one file.
Step plan_step(const FileState& state, bool force);

// How a file's bytes came, as far as its publication depends on it.
struct Arrival {
  bool by_xet = false;  // verified by its Xet hash: may go to the shared store
  bool forced = false;  // what is there already may be what was wrong
};

class FileStore {
 public:
  virtual ~FileStore() = default;

  bool may_have_leftovers(const cache::PartialSpec& spec) { return leftovers_.may_have(spec.folder, spec.stem); }

  // ---- reading
  // Where the file is or will be.
  virtual std::string visible_path(const RemoteFile& file) const = 0;
  virtual Result<FileState> state(const RemoteFile& file, const runtime::Cancel& cancel) const = 0;
  // The visible file of a pinned commit, without asking anybody; nullopt: not here.
  virtual Result<std::optional<std::string>> find_pinned(std::string_view commit, std::string_view path) const = 0;
  // The folder that a snapshot's path is.
  virtual std::string root(std::string_view commit) const = 0;
  virtual Result<std::optional<cache::Tree>> tree(std::string_view commit) const = 0;
  // Without refs: the commit whose listing was kept last.
  virtual Result<std::optional<std::string>> last_commit() const = 0;
  // Content on disk that the file may share chunks with, by Xet hash; the likeliest first.
  virtual std::vector<cache::SharedPayload> other_versions(const RemoteFile& file) const = 0;
  // Bytes that broken downloads left where this store keeps its partial files.
  virtual Result<uint64_t> leftover_bytes() const = 0;

  // ---- writing
  virtual Done prepare() = 0;
  virtual Done write_tree(std::string_view commit, const cache::Tree& tree) = 0;
  virtual Result<std::optional<platform::FileLock>> lock(const RemoteFile& file, const runtime::Cancel& cancel) = 0;
  // Without waiting; nullopt: somebody else holds it.
  virtual Result<std::optional<platform::FileLock>> try_lock(const RemoteFile& file) = 0;
  virtual cache::PartialSpec partial_spec(const RemoteFile& file, bool force) const = 0;
  // The first half of kShare, under the file's lock. False: it has to be fetched after all.
  virtual Result<bool> take_shared(const RemoteFile& file, const runtime::Cancel& cancel) = 0;
  // kAdopt and kLink; also kHave, where metadata may have to follow. Returns the visible path.
  virtual Result<std::string> settle(Step step, const RemoteFile& file) = 0;
  virtual Result<std::string> publish(cache::PartialFile partial, const RemoteFile& file, const Arrival& arrival) = 0;
  // Remembers what a revision's name stood for, once its files are there; `changed`: some of them are new.
  virtual Done remember(std::string_view revision, std::string_view commit, bool changed) = 0;

 private:
  cache::LeftoverIndex leftovers_;
};

std::unique_ptr<FileStore> make_store(const Story& story, const DownloadRequest& request);
cache::RepoCache make_repo_cache(const Story& story, const DownloadRequest& request);

}  // namespace hfhub::client
