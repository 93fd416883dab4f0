// One file: lookup > probe > plan > fetch > publish.
#include "base/url.h"
#include "client/fetch_file.h"
#include "client/stories.h"
#include "client/xet_fetch.h"
#include "hub/files.h"

namespace hfhub::client {
namespace {

using runtime::OpResult;
using runtime::Option;

class DownloadFile {
 public:
  DownloadFile(Story& story, const DownloadRequest& request)
      : story_(story),
        request_(request),
        store_(make_store(story, request)),
        shared_(make_repo_cache(story, request)) {}

  Result<OpResult> run();

 private:
  Result<std::optional<std::string>> lookup();        // 1
  Result<hub::FileFacts> probe(const hub::Api& api);  // 2
  Result<OpResult> from_disk(const Error& cause);     //   when 2 fails
  Result<cache::Lookup> find_copy() const;
  Result<OpResult> note_missing(const hub::FileFacts& facts);  //   when 2 says that there is no such file
  Result<OpResult> preview(const RemoteFile& file);            // 3, dry run
  OpResult preview(const RemoteFile& file, std::string path, bool cached, bool fetch) const;
  OpResult result(std::string path, const RemoteFile& file, bool cached) const;

  Story& story_;
  const DownloadRequest& request_;
  const std::unique_ptr<FileStore> store_;
  cache::RepoCache shared_;
};

Result<OpResult> DownloadFile::run() {
  const DownloadOptions& options = request_.options;
  HFHUB_TRY(auto found, lookup());
  if (found) return result(*std::move(found), {request_.path, options.revision, "", std::nullopt}, true);
  if (options.local_files_only || story_.offline()) {
    return from_disk(Error::make(Code::kOffline, options.local_files_only ? "only local files are allowed"
                                                                          : "offline mode is on (HF_HUB_OFFLINE)"));
  }
  HFHUB_TRY(const hub::Api api, story_.api(options.token, true));
  auto probed = probe(api);
  if (!probed.ok()) return from_disk(probed.error());
  if (probed->missing) return note_missing(*probed);
  const RemoteFile file{request_.path, probed->commit, probed->etag, probed->size, probed->xet_hash};
  if (options.dry_run) return preview(file);
  HFHUB_TRY(Url url, hub::file_url(api.endpoint, request_.repo, file.commit, request_.path));
  XetSource xet(
      story_, api,
      probed->xet_refresh_url.empty() ? xet_read_route(api, request_.repo, file.commit) : probed->xet_refresh_url);
  const FetchSource source{api, std::move(url), request_.repo, options.revision, &xet};
  runtime::ItemProgress& item = story_.op.progress().add_item(request_.path, file.size.value_or(0));
  HFHUB_TRY(FetchedFile fetched, fetch_file(story_, *store_, source, file, options.force, item, story_.cancel));
  HFHUB_CHECK(store_->remember(options.revision, file.commit, !fetched.cached));
  return result(std::move(fetched.path), file, fetched.cached);
}

// Without any request: a pinned commit's file that is here, and nothing asks for it to be fetched again.
Result<std::optional<std::string>> DownloadFile::lookup() {
  const DownloadOptions& options = request_.options;
  if (!request_.pinned() || options.force || options.dry_run) return std::optional<std::string>();
  return store_->find_pinned(options.revision, request_.path);
}

Result<hub::FileFacts> DownloadFile::probe(const hub::Api& api) {
  // With a copy at hand nobody waits for a Hub that does not answer.
  const auto copy = find_copy();
  hub::Api asking = api;
  asking.retry = request_.options.force || !copy.ok() || copy->presence != cache::Presence::kFound;
  return hub::probe_file(asking, request_.repo, request_.options.revision, request_.path,
                         story_.config.duration_ms(Option::kEtagTimeout), story_.cancel);
}

Result<OpResult> DownloadFile::from_disk(const Error& cause) {
  if (!may_use_cache_after(cause) || request_.options.force) return cause;
  HFHUB_TRY(cache::Lookup found, find_copy());
  if (found.presence != cache::Presence::kFound) return not_available(request_.file_text(), cause);
  if (cause.code != Code::kOffline) {
    story_.warn("using the cached copy of " + request_.file_text() + ": " + cause.message);
  }
  RemoteFile file{request_.path, found.commit, "", std::nullopt};
  if (!request_.options.dry_run) return result(std::move(found.path), file, true);
  HFHUB_TRY(const auto facts, platform::stat_path(found.path));
  if (facts) file.size = facts->size;
  return preview(file, std::move(found.path), true, false);
}

// What may stand in for the Hub's answer.
Result<cache::Lookup> DownloadFile::find_copy() const {
  if (request_.options.local_dir.empty()) return shared_.find(request_.options.revision, request_.path);
  cache::Lookup found;
  found.path = store_->visible_path({request_.path, "", "", std::nullopt});
  if (platform::exists(found.path)) found.presence = cache::Presence::kFound;
  return found;
}

Result<OpResult> DownloadFile::note_missing(const hub::FileFacts& facts) {
  if (request_.options.local_dir.empty() && !request_.options.dry_run) {
    // A hint for later lookups; that it cannot be written (a read-only cache) changes nothing.
    if (auto noted = shared_.mark_absent(facts.commit, request_.path); !noted.ok()) story_.warn(noted.error().message);
    if (auto noted = shared_.write_ref(request_.options.revision, facts.commit); !noted.ok()) {
      story_.warn(noted.error().message);
    }
  }
  return *facts.missing;
}

OpResult DownloadFile::result(std::string path, const RemoteFile& file, bool cached) const {
  json::Writer writer;
  writer.begin_object().key("path").string(path).key("commit");
  if (file.commit.empty()) writer.null();
  else writer.string(file.commit);
  writer.key("etag");
  if (file.etag.empty()) writer.null();
  else writer.string(file.etag);
  writer.key("size");
  if (file.size) writer.unsigned_integer(*file.size);
  else writer.null();
  writer.key("cached").boolean(cached).end_object();
  return {std::move(path), writer.finish()};
}

Result<OpResult> DownloadFile::preview(const RemoteFile& file) {
  HFHUB_TRY(const FileState state, store_->state(file, story_.cancel));
  const bool fetch = plan_step(state, request_.options.force) == Step::kFetch;
  return preview(file, store_->visible_path(file), plan_step(state, false) != Step::kFetch, fetch);
}

OpResult DownloadFile::preview(const RemoteFile& file, std::string path, bool cached, bool fetch) const {
  json::Writer writer;
  writer.begin_object().key("filename").string(file.path).key("commit_hash");
  if (file.commit.empty()) writer.null();
  else writer.string(file.commit);
  writer.key("file_size");
  if (file.size) writer.unsigned_integer(*file.size);
  else writer.null();
  writer.key("local_path").string(path).key("is_cached").boolean(cached);
  writer.key("will_download").boolean(fetch).end_object();
  return {std::move(path), writer.finish()};
}

}  // namespace

Result<OpResult> download_file(Story& story, const DownloadRequest& request) {
  return DownloadFile(story, request).run();
}

bool may_use_cache_after(const Error& error) {
  switch (error.code) {
    case Code::kNetwork:
    case Code::kTimeout:
    case Code::kOffline:
    case Code::kTls:
    case Code::kHttp:
    case Code::kAuth:
    case Code::kForbidden:
    case Code::kGated:
    case Code::kRepoNotFound:
    case Code::kRateLimited:
    case Code::kDisabled:
    case Code::kProtocol:
    case Code::kUnsupported: return true;
    default: return false;
  }
}

Error not_available(const std::string& what, const Error& cause) {
  if (cause.code != Code::kOffline) return cause;
  return Error::make(Code::kNotCached, what + " is not on disk, and the Hub was not asked: " + cause.message);
}

}  // namespace hfhub::client
