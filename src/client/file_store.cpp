#include "client/file_store.h"

#include <utility>

#include "base/bytes.h"
#include "cache/verify.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

using runtime::Option;

// Disk space that all *.incomplete files below `folder` occupy, what is reserved for the rest of their content included.
Result<uint64_t> incomplete_bytes(const std::string& folder) {
  uint64_t sum = 0;
  if (!platform::is_folder(folder)) return sum;
  HFHUB_TRY(const auto entries, platform::list_folder(folder));
  for (const platform::Entry& entry : entries) {
    const std::string path = platform::join_path(folder, entry.name);
    if (entry.kind == platform::Kind::kFolder) {
      HFHUB_TRY(const uint64_t below, incomplete_bytes(path));
      sum += below;
    } else if (entry.name.ends_with(".incomplete")) {
      HFHUB_TRY(const auto found, platform::stat_path(path, false));
      sum += found ? found->allocated : 0;
    }
  }
  return sum;
}

class SharedStore : public FileStore {
 public:
  explicit SharedStore(cache::RepoCache cache) : cache_(std::move(cache)) {}

  std::string visible_path(const RemoteFile& file) const override {
    return cache_.layout().snapshot_file(file.commit, file.path);
  }

  Result<FileState> state(const RemoteFile& file, const runtime::Cancel&) const override {
    FileState out;
    HFHUB_TRY(const auto visible, platform::stat_path(visible_path(file)));
    out.entry = visible && visible->kind == platform::Kind::kFile && (!file.size || visible->size == *file.size);
    if (out.entry) return out;
    HFHUB_TRY(out.blob, cache_.has_blob(file.etag, file.size.has_value(), file.size.value_or(0)));
    out.shared = !out.blob && file.size && cache_.has_shared(file.xet_hash, *file.size);
    return out;
  }

  Result<std::optional<std::string>> find_pinned(std::string_view commit, std::string_view path) const override {
    HFHUB_TRY(cache::Lookup found, cache_.find(commit, path));
    if (found.presence != cache::Presence::kFound) return std::optional<std::string>();
    return std::optional<std::string>(std::move(found.path));
  }

  std::string root(std::string_view commit) const override { return cache_.layout().snapshot(commit); }
  Result<std::optional<cache::Tree>> tree(std::string_view commit) const override { return cache_.tree(commit); }
  Result<std::optional<std::string>> last_commit() const override { return std::optional<std::string>(); }
  std::vector<cache::SharedPayload> other_versions(const RemoteFile& file) const override {
    return cache_.other_versions(file.commit, file.path);
  }
  Result<uint64_t> leftover_bytes() const override {
    return incomplete_bytes(platform::join_path(cache_.layout().folder, "blobs"));
  }

  Done prepare() override { return cache_.prepare(); }
  Done write_tree(std::string_view commit, const cache::Tree& tree) override { return cache_.write_tree(commit, tree); }
  Result<std::optional<platform::FileLock>> lock(const RemoteFile& file, const runtime::Cancel& cancel) override {
    return cache_.lock(file.etag, cancel);
  }
  Result<std::optional<platform::FileLock>> try_lock(const RemoteFile& file) override {
    return cache_.try_lock(file.etag);
  }
  cache::PartialSpec partial_spec(const RemoteFile& file, bool force) const override {
    return cache_.partial_spec(file.etag, file.size.has_value(), file.size.value_or(0), force);
  }
  Result<bool> take_shared(const RemoteFile& file, const runtime::Cancel& cancel) override {
    return cache_.take_shared(file.etag, file.xet_hash, file.size.value_or(0), cancel);
  }
  Result<std::string> settle(Step step, const RemoteFile& file) override {
    if (step == Step::kHave) return visible_path(file);
    return cache_.link(file.etag, file.commit, file.path);
  }
  Result<std::string> publish(cache::PartialFile partial, const RemoteFile& file, const Arrival& arrival) override {
    const cache::Sharing sharing{arrival.by_xet ? file.xet_hash : "", arrival.forced};
    return cache_.publish(std::move(partial), file.etag, file.commit, file.path, sharing);
  }
  Done remember(std::string_view revision, std::string_view commit, bool changed) override {
    if (changed) HFHUB_CHECK(cache_.flush());
    return cache_.write_ref(revision, commit);
  }

 private:
  cache::RepoCache cache_;
};

class LocalStore : public FileStore {
 public:
  LocalStore(cache::LocalDir local, std::string folder, cache::RepoCache shared)
      : local_(std::move(local)), folder_(std::move(folder)), shared_(std::move(shared)) {}

  std::string visible_path(const RemoteFile& file) const override { return local_.file_path(file.path); }

  Result<FileState> state(const RemoteFile& file, const runtime::Cancel& cancel) const override {
    FileState out;
    HFHUB_TRY(const auto metadata, local_.metadata(file.path));
    out.entry = metadata && metadata->etag == file.etag;
    if (out.entry) return out;
    if (!metadata) {
      HFHUB_TRY(out.adoptable, has_content(file, cancel));
    }
    if (out.adoptable) return out;
    HFHUB_TRY(out.blob, shared_.has_blob(file.etag, file.size.has_value(), file.size.value_or(0)));
    return out;
  }

  Result<std::optional<std::string>> find_pinned(std::string_view commit, std::string_view path) const override {
    HFHUB_TRY(const auto metadata, local_.metadata(path));
    if (!metadata || metadata->commit != commit) return std::optional<std::string>();
    return std::optional<std::string>(local_.file_path(path));
  }

  std::string root(std::string_view) const override { return folder_; }
  Result<std::optional<cache::Tree>> tree(std::string_view commit) const override {
    return cache::read_tree(local_.tree_path(commit));
  }
  Result<std::optional<std::string>> last_commit() const override { return local_.last_commit(); }
  // What the shared cache has of the repository: a plain folder does not say what its files are to Xet.
  std::vector<cache::SharedPayload> other_versions(const RemoteFile& file) const override {
    return shared_.other_versions(file.commit, file.path);
  }
  Result<uint64_t> leftover_bytes() const override {
    return incomplete_bytes(platform::join_path(folder_, ".cache/huggingface/download"));
  }

  Done prepare() override { return local_.prepare(); }
  Done write_tree(std::string_view commit, const cache::Tree& tree) override {
    return cache::write_tree(local_.tree_path(commit), tree);
  }
  Result<std::optional<platform::FileLock>> lock(const RemoteFile& file, const runtime::Cancel& cancel) override {
    return local_.lock(file.path, cancel);
  }
  Result<std::optional<platform::FileLock>> try_lock(const RemoteFile& file) override {
    return local_.try_lock(file.path);
  }
  cache::PartialSpec partial_spec(const RemoteFile& file, bool force) const override {
    return local_.partial_spec(file.path, file.etag, file.size.has_value(), file.size.value_or(0), force);
  }
  // A plain folder has nothing to do with the store, as in huggingface_hub.
  Result<bool> take_shared(const RemoteFile&, const runtime::Cancel&) override { return false; }
  Result<std::string> settle(Step step, const RemoteFile& file) override {
    if (step == Step::kLink) {
      return local_.copy_from(shared_.layout().blob(file.etag), file.path, file.commit, file.etag);
    }
    HFHUB_TRY(const auto metadata, local_.metadata(file.path));
    if (!metadata || metadata->commit != file.commit || metadata->etag != file.etag) {
      HFHUB_CHECK(local_.write_metadata(file.path, file.commit, file.etag));
    }
    return local_.file_path(file.path);
  }
  Result<std::string> publish(cache::PartialFile partial, const RemoteFile& file, const Arrival&) override {
    return local_.publish(std::move(partial), file.path, file.commit, file.etag);
  }
  // A ref without a snapshot would make the shared cache look corrupted.
  Done remember(std::string_view, std::string_view, bool) override { return {}; }

 private:
  Result<bool> has_content(const RemoteFile& file, const runtime::Cancel& cancel) const {
    const std::string path = local_.file_path(file.path);
    HFHUB_TRY(const auto found, platform::stat_path(path));
    if (!found || found->kind != platform::Kind::kFile || file.algorithm() == digest::Algorithm::kNone) return false;
    if (file.size && found->size != *file.size) return false;
    HFHUB_TRY(const std::string actual, cache::digest_file(path, file.algorithm(), cancel, {}));
    return actual == file.etag;
  }

  cache::LocalDir local_;
  const std::string folder_;
  cache::RepoCache shared_;
};

}  // namespace

digest::Algorithm RemoteFile::algorithm() const {
  if (is_lower_hex(etag, 64)) return digest::Algorithm::kSha256;
  if (is_lower_hex(etag, 40)) return digest::Algorithm::kGitSha1;
  return digest::Algorithm::kNone;
}

RemoteFile remote_file(const cache::TreeFile& file, std::string_view commit) {
  return {file.path, std::string(commit), file.etag(), file.content_size(), file.xet_hash};
}

Step plan_step(const FileState& state, bool force) {
  if (force) return Step::kFetch;
  if (state.entry) return Step::kHave;
  if (state.adoptable) return Step::kAdopt;
  if (state.blob) return Step::kLink;
  if (state.shared) return Step::kShare;
  return Step::kFetch;
}

cache::RepoCache make_repo_cache(const Story& story, const DownloadRequest& request) {
  cache::CacheOptions options;
  options.symlinks = story.config.flag(Option::kCacheSymlinks);
  options.symlinks_warning = story.config.flag(Option::kCacheSymlinksWarning);
  options.shared_blobs = story.config.flag(Option::kCacheSharedBlobs) && story.config.flag(Option::kXetEnabled);
  options.lock_timeout_ms = story.config.duration_ms(Option::kCacheLockTimeout);
  return cache::RepoCache(request.cache_dir, request.repo, options, story.log);
}

std::unique_ptr<FileStore> make_store(const Story& story, const DownloadRequest& request) {
  const std::string& folder = request.options.local_dir;
  if (folder.empty()) return std::make_unique<SharedStore>(make_repo_cache(story, request));
  return std::make_unique<LocalStore>(
      cache::LocalDir(folder, story.config.duration_ms(Option::kCacheLockTimeout), story.log), folder,
      make_repo_cache(story, request));
}

}  // namespace hfhub::client
