// A whole repository: resolve > list > select > plan > fetch > publish. Facts come from one listing, not from a HEAD a
// file; Xet files travel as one group; a pinned commit that is complete on disk asks nothing.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "base/pattern.h"
#include "base/text.h"
#include "client/fetch_file.h"
#include "client/stories.h"
#include "client/xet_fetch.h"
#include "hub/files.h"

namespace hfhub::client {
namespace {

using cache::Tree;
using runtime::OpResult;
using runtime::Option;

struct PlannedFile {
  RemoteFile file;
  FileState state;
  Step step = Step::kFetch;
};

// Brings the planned files: those that Xet stores as one group, the others over HTTP meanwhile.
class SnapshotFetch {
 public:
  SnapshotFetch(Story& story, const DownloadRequest& request, const hub::Api& api, FileStore& store,
                const std::string& commit, const std::vector<PlannedFile>& files)
      : story_(story),
        request_(request),
        api_(api),
        store_(store),
        commit_(commit),
        files_(files),
        cancel_(story.cancel.child()),
        xet_(story, api, xet_read_route(api, request.repo, commit)),
        workers_(request.options.max_workers.value_or(static_cast<uint32_t>(story.config.count(Option::kMaxWorkers)))) {
  }

  Result<size_t> run();  // how many were downloaded

 private:
  void divide();
  Done fetch_group();
  Done fetch_each(const std::vector<size_t>& indexes);
  Done fetch_one(size_t index);
  Done note(Done done);

  Story& story_;
  const DownloadRequest& request_;
  const hub::Api& api_;
  FileStore& store_;
  const std::string& commit_;
  const std::vector<PlannedFile>& files_;
  const runtime::Cancel cancel_;  // the first failure stops the others
  XetSource xet_;
  const size_t workers_;
  std::vector<runtime::ItemProgress*> items_;
  std::vector<size_t> group_;    // by Xet, together
  std::vector<size_t> copies_;   // of contents in the group: they are there when it is
  std::vector<size_t> regular_;  // all others, what is there already included
  std::atomic<size_t> downloaded_{0};
  std::mutex mutex_;
  std::optional<Error> first_error_;  // guarded by mutex_; what stopped the others
};

Result<size_t> SnapshotFetch::run() {
  for (const PlannedFile& planned : files_) {
    items_.push_back(&story_.op.progress().add_item(planned.file.path, planned.file.size.value_or(0)));
  }
  divide();
  const size_t groups = group_.empty() ? 0 : 1;
  Done done = story_.machinery.workers.for_each(regular_.size() + groups, workers_ + groups, cancel_, [&](size_t i) {
    return i < groups ? fetch_group() : fetch_one(regular_[i - groups]);
  });
  const std::lock_guard lock(mutex_);
  if (first_error_) return *first_error_;
  if (!done.ok()) return std::move(done).error();
  return downloaded_.load();
}

void SnapshotFetch::divide() {
  std::set<std::string_view> etags;
  for (size_t i = 0; i < files_.size(); ++i) {
    const PlannedFile& planned = files_[i];
    if (planned.step != Step::kFetch || !xet_.carries(planned.file)) regular_.push_back(i);
    else if (etags.insert(planned.file.etag).second) group_.push_back(i);
    else copies_.push_back(i);
  }
}

// The group, and then what it has left: copies, files that others were busy with, and all of it when CAS is not available.
Done SnapshotFetch::fetch_group() {
  std::vector<XetGroupFile> group;
  for (const size_t i : group_) group.push_back({&files_[i].file, items_[i], false});
  HFHUB_CHECK(store_.prepare());
  HFHUB_CHECK(note(fetch_xet_group(xet_, store_, group, request_.options.force, cancel_)));
  std::vector<size_t> left = copies_;
  for (size_t k = 0; k < group.size(); ++k) {
    if (group[k].done) ++downloaded_;
    else left.push_back(group_[k]);
  }
  std::sort(left.begin(), left.end());
  return fetch_each(left);
}

Done SnapshotFetch::fetch_each(const std::vector<size_t>& indexes) {
  return story_.machinery.workers.for_each(indexes.size(), workers_, cancel_,
                                           [&](size_t i) { return fetch_one(indexes[i]); });
}

Done SnapshotFetch::fetch_one(size_t index) {
  const RemoteFile& file = files_[index].file;
  HFHUB_TRY(Url url, hub::file_url(api_.endpoint, request_.repo, commit_, file.path));
  const FetchSource source{api_, std::move(url), request_.repo, request_.options.revision, &xet_};
  auto fetched = fetch_file(story_, store_, source, file, request_.options.force, *items_[index], cancel_);
  if (!fetched.ok()) return note(std::move(fetched).error());
  downloaded_ += !fetched->cached;
  return {};
}

Done SnapshotFetch::note(Done done) {
  if (done.ok()) return done;
  const std::lock_guard lock(mutex_);
  if (!first_error_ && !story_.cancel.requested() && done.error().code != Code::kCancelled) first_error_ = done.error();
  cancel_.request();
  return done;
}

class Snapshot {
 public:
  Snapshot(Story& story, const DownloadRequest& request)
      : story_(story),
        request_(request),
        store_(make_store(story, request)),
        shared_(make_repo_cache(story, request)) {}

  Result<OpResult> run();

 private:
  Done resolve(const hub::Api& api);                                            // 1
  Result<Tree> list(const hub::Api& api);                                       // 2
  std::vector<RemoteFile> select(const Tree& tree) const;                       // 3
  Result<std::vector<PlannedFile>> plan(const Tree& tree);                      // 4
  Result<OpResult> fetch(const hub::Api& api, std::vector<PlannedFile> files);  // 5 and 6, file by file
  Result<OpResult> preview(const std::vector<PlannedFile>& files) const;
  Result<OpResult> from_disk(const Error& cause);
  Result<OpResult> preview_from_disk(const Error& cause);
  Result<bool> find_copy();
  Result<std::optional<OpResult>> pinned_and_complete();
  Done check_complete(const Tree& tree, const std::string& folder) const;
  Done check_case(const std::vector<PlannedFile>& files) const;
  Done check_disk(const std::vector<PlannedFile>& files) const;
  OpResult result(size_t files, size_t downloaded) const;
  bool alone() const { return request_.options.local_files_only || story_.offline(); }

  Story& story_;
  const DownloadRequest& request_;
  const std::unique_ptr<FileStore> store_;
  cache::RepoCache shared_;
  std::string commit_;
  bool tree_is_new_ = false;
};

Result<OpResult> Snapshot::run() {
  HFHUB_TRY(auto complete, pinned_and_complete());
  if (complete) return *std::move(complete);
  if (alone()) {
    return from_disk(Error::make(Code::kOffline, request_.options.local_files_only
                                                     ? "only local files are allowed"
                                                     : "offline mode is on (HF_HUB_OFFLINE)"));
  }
  HFHUB_TRY(const hub::Api api, story_.api(request_.options.token, true));
  if (auto resolved = resolve(api); !resolved.ok()) return from_disk(resolved.error());
  auto tree = list(api);
  if (!tree.ok()) return from_disk(tree.error());
  HFHUB_TRY(auto files, plan(*tree));
  if (request_.options.dry_run) return preview(files);
  if (tree_is_new_) {
    HFHUB_CHECK(store_->prepare());
    HFHUB_CHECK(store_->write_tree(commit_, *tree));
  }
  return fetch(api, std::move(files));
}

// The name's commit. A commit hash needs no request.
Done Snapshot::resolve(const hub::Api& api) {
  if (request_.pinned()) {
    commit_ = request_.options.revision;
    return {};
  }
  // With a copy at hand nobody waits for a Hub that does not answer.
  hub::Api asking = api;
  if (!request_.options.force && !request_.options.dry_run) {
    const auto copy = find_copy();
    asking.retry = !copy.ok() || !*copy;
  }
  HFHUB_TRY(commit_, hub::resolve_commit(asking, request_.repo, request_.options.revision, story_.cancel));
  return {};
}

Result<Tree> Snapshot::list(const hub::Api& api) {
  HFHUB_TRY(auto known, store_->tree(commit_));
  if (known) return *std::move(known);
  tree_is_new_ = true;
  return hub::list_files(api, request_.repo, commit_, story_.cancel);
}

std::vector<RemoteFile> Snapshot::select(const Tree& tree) const {
  const DownloadOptions& options = request_.options;
  const PathFilter filter(options.allow_patterns ? PathFilter::Patterns(*options.allow_patterns) : std::nullopt,
                          options.ignore_patterns ? PathFilter::Patterns(*options.ignore_patterns) : std::nullopt);
  std::vector<RemoteFile> files;
  for (const cache::TreeFile& file : tree.files) {
    if (filter.accepts(file.path)) files.push_back(remote_file(file, commit_));
  }
  return files;
}

Result<std::vector<PlannedFile>> Snapshot::plan(const Tree& tree) {
  std::vector<PlannedFile> planned;
  for (RemoteFile& file : select(tree)) {
    HFHUB_CHECK(check_repo_path(file.path, "file name from the server", Code::kUnsafeName));
    PlannedFile out{std::move(file), {}, Step::kFetch};
    HFHUB_TRY(out.state, store_->state(out.file, story_.cancel));
    out.step = plan_step(out.state, request_.options.force);
    planned.push_back(std::move(out));
  }
  if (planned.empty() && !tree.files.empty()) {
    story_.warn("no file of " + request_.repo_text() + " matches the patterns");
  }
  HFHUB_CHECK(check_case(planned));
  return planned;
}

// Two names that a disk without case takes for one would overwrite each other.
Done Snapshot::check_case(const std::vector<PlannedFile>& files) const {
  std::map<std::string, const RemoteFile*> seen;
  for (const PlannedFile& planned : files) {
    const auto [at, fresh] = seen.emplace(case_key(planned.file.path), &planned.file);
    if (fresh) continue;
    HFHUB_TRY(const bool ignores_case, platform::ignores_case(store_->root(commit_)));
    if (!ignores_case) return {};
    return Error::make(Code::kUnsafeName, "file names '" + at->second->path + "' and '" + planned.file.path + "' of " +
                                              request_.repo_text() + " are one file on this disk");
  }
  return {};
}

Done Snapshot::check_disk(const std::vector<PlannedFile>& files) const {
  uint64_t needed = 0;
  for (const PlannedFile& planned : files) {
    if (planned.step == Step::kFetch) needed += planned.file.size.value_or(0);
  }
  const std::string& folder = request_.options.local_dir.empty() ? request_.cache_dir : request_.options.local_dir;
  HFHUB_TRY(const uint64_t free, platform::free_space(folder));
  if (needed <= free) return {};
  // What earlier runs left behind has its space already.
  HFHUB_TRY(const uint64_t reserved, store_->leftover_bytes());
  needed -= std::min(needed, reserved);
  if (needed <= free) return {};
  return Error::at(Code::kDiskFull,
                   "not enough disk space in '" + folder + "' for " + request_.repo_text() + ": " +
                       std::to_string(needed) + " bytes needed, " + std::to_string(free) + " free",
                   folder);
}

Result<OpResult> Snapshot::fetch(const hub::Api& api, std::vector<PlannedFile> files) {
  HFHUB_CHECK(check_disk(files));
  // Large files first: they take longest, and the small ones fill the gaps.
  std::stable_sort(files.begin(), files.end(), [](const PlannedFile& a, const PlannedFile& b) {
    return a.file.size.value_or(0) > b.file.size.value_or(0);
  });
  HFHUB_TRY(const size_t downloaded, SnapshotFetch(story_, request_, api, *store_, commit_, files).run());
  HFHUB_CHECK(store_->remember(request_.options.revision, commit_, downloaded > 0));
  return result(files.size(), downloaded);
}

// Every file of the commit that the patterns ask for is there, by the listing that was kept: no request at all.
Result<std::optional<OpResult>> Snapshot::pinned_and_complete() {
  const DownloadOptions& options = request_.options;
  if (!request_.pinned() || options.force || options.dry_run) return std::optional<OpResult>();
  commit_ = options.revision;
  HFHUB_TRY(const auto tree, store_->tree(commit_));
  if (!tree) return std::optional<OpResult>();
  const std::vector<RemoteFile> files = select(*tree);
  for (const RemoteFile& file : files) {
    HFHUB_TRY(const FileState state, store_->state(file, story_.cancel));
    if (!state.entry) return std::optional<OpResult>();
  }
  return std::optional<OpResult>(result(files.size(), 0));
}

// Without the Hub: what is on disk, when it is complete.
Result<OpResult> Snapshot::from_disk(const Error& cause) {
  const DownloadOptions& options = request_.options;
  if (!may_use_cache_after(cause) || options.force) return cause;
  if (options.dry_run) return preview_from_disk(cause);
  HFHUB_TRY(const bool found, find_copy());
  if (!found) return not_available(request_.repo_text() + " at revision '" + options.revision + "'", cause);
  if (cause.code != Code::kOffline)
    story_.warn("using the cached copy of " + request_.repo_text() + ": " + cause.message);
  return result(0, 0);
}

// A commit's listing says everything, if it was kept.
Result<OpResult> Snapshot::preview_from_disk(const Error& cause) {
  std::optional<Tree> tree;
  if (request_.pinned()) {
    HFHUB_TRY(tree, store_->tree(request_.options.revision));
  }
  if (!tree) return not_available("the list of files of " + request_.repo_text(), cause);
  commit_ = request_.options.revision;
  HFHUB_TRY(const auto files, plan(*tree));
  return preview(files);
}

// Is there a folder that may stand in for the Hub's answer? Then commit_ is its commit, as far as that is known; kIncomplete
// when the listing that was kept names files which are missing.
Result<bool> Snapshot::find_copy() {
  const bool local = !request_.options.local_dir.empty();
  HFHUB_TRY(auto commit, shared_.commit_of(request_.options.revision));
  std::optional<Tree> tree;
  if (commit) {
    HFHUB_TRY(tree, store_->tree(*commit));
  }
  if (local && !tree && !request_.pinned()) {
    HFHUB_TRY(commit, store_->last_commit());
    if (commit) {
      HFHUB_TRY(tree, store_->tree(*commit));
    }
  }
  if (!local && !commit) return false;
  commit_ = commit.value_or("");
  const std::string folder = store_->root(commit_);
  if (!platform::is_folder(folder)) return false;
  if (local) {
    HFHUB_TRY(const auto entries, platform::list_folder(folder));
    if (entries.empty()) return false;
  }
  if (tree) HFHUB_CHECK(check_complete(*tree, folder));
  return true;
}

Done Snapshot::check_complete(const Tree& tree, const std::string& folder) const {
  constexpr size_t kNamed = 3;
  std::string names;
  size_t missing = 0;
  for (const RemoteFile& file : select(tree)) {
    if (platform::exists(store_->visible_path(file))) continue;
    if (++missing <= kNamed) names += (names.empty() ? "'" : ", '") + file.path + "'";
  }
  if (missing == 0) return {};
  if (missing > kNamed) names += " and " + std::to_string(missing - kNamed) + " more";
  return Error::at(Code::kIncomplete, "the snapshot of " + request_.repo_text() + " on disk lacks " + names, folder);
}

OpResult Snapshot::result(size_t files, size_t downloaded) const {
  const std::string folder = store_->root(commit_);
  json::Writer writer;
  writer.begin_object().key("path").string(folder).key("commit");
  if (commit_.empty()) writer.null();
  else writer.string(commit_);
  writer.key("files").unsigned_integer(files).key("downloaded").unsigned_integer(downloaded).end_object();
  return {folder, writer.finish()};
}

Result<OpResult> Snapshot::preview(const std::vector<PlannedFile>& files) const {
  json::Writer writer;
  writer.begin_array();
  for (const PlannedFile& planned : files) {
    writer.begin_object().key("filename").string(planned.file.path).key("commit_hash").string(commit_);
    writer.key("file_size").unsigned_integer(planned.file.size.value_or(0));
    writer.key("local_path").string(store_->visible_path(planned.file));
    writer.key("is_cached").boolean(plan_step(planned.state, false) != Step::kFetch);
    writer.key("will_download").boolean(planned.step == Step::kFetch).end_object();
  }
  writer.end_array();
  return OpResult{store_->root(commit_), writer.finish()};
}

}  // namespace

Result<OpResult> download_snapshot(Story& story, const DownloadRequest& request) {
  return Snapshot(story, request).run();
}

}  // namespace hfhub::client
