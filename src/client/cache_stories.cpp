// What is in the cache (scan, lookup) and whether it is right (verify).
#include <mutex>

#include "cache/scan.h"
#include "cache/verify.h"
#include "client/file_store.h"
#include "client/stories.h"
#include "hub/files.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

using json::Writer;
using runtime::OpResult;

void write_texts(Writer& writer, const std::vector<std::string>& texts) {
  writer.begin_array();
  for (const std::string& text : texts) writer.string(text);
  writer.end_array();
}

void write_revision(Writer& writer, const cache::CachedRevision& revision) {
  writer.begin_object().key("commit_hash").string(revision.commit).key("snapshot_path").string(revision.snapshot_path);
  writer.key("size_on_disk").unsigned_integer(revision.size).key("last_modified").number(revision.modified);
  writer.key("refs");
  write_texts(writer, revision.refs);
  writer.key("files").begin_array();
  for (const cache::CachedFile& file : revision.files) {
    writer.begin_object().key("path").string(file.path).key("file_path").string(file.file_path);
    writer.key("blob_path").string(file.blob_path).key("size_on_disk").unsigned_integer(file.size);
    writer.key("last_accessed").number(file.accessed).key("last_modified").number(file.modified).end_object();
  }
  writer.end_array().end_object();
}

void write_repo(Writer& writer, const cache::CachedRepo& repo) {
  writer.begin_object().key("repo_id").string(repo.repo.id).key("repo_type").string(repo_type_name(repo.repo.type));
  writer.key("repo_path").string(repo.path).key("size_on_disk").unsigned_integer(repo.size);
  writer.key("nb_files").unsigned_integer(repo.file_count).key("last_accessed").number(repo.accessed);
  writer.key("last_modified").number(repo.modified).key("refs").begin_array();
  for (const cache::CachedRevision& revision : repo.revisions) {
    for (const std::string& ref : revision.refs) writer.string(ref);
  }
  writer.end_array().key("revisions").begin_array();
  for (const cache::CachedRevision& revision : repo.revisions) write_revision(writer, revision);
  writer.end_array().end_object();
}

std::shared_ptr<const json::Value> scan_report(const cache::CacheInfo& info) {
  Writer writer;
  writer.begin_object().key("cache_dir").string(info.cache_dir).key("size_on_disk").unsigned_integer(info.size);
  writer.key("repos").begin_array();
  for (const cache::CachedRepo& repo : info.repos) write_repo(writer, repo);
  writer.end_array().key("incomplete").begin_array();
  for (const cache::IncompleteFile& file : info.incomplete) {
    writer.begin_object().key("path").string(file.path).key("size").unsigned_integer(file.size).end_object();
  }
  writer.end_array().key("unreferenced_shared").begin_object();
  writer.key("count").unsigned_integer(info.unreferenced_shared_count);
  writer.key("size").unsigned_integer(info.unreferenced_shared_bytes).end_object().key("warnings");
  write_texts(writer, info.warnings);
  writer.end_object();
  return writer.finish();
}

// The commit to compare with, and the folder that should hold it.
struct VerifyTarget {
  std::string commit;
  std::string folder;
};

Result<VerifyTarget> verify_target(Story& story, const DownloadRequest& request, const hub::Api& api) {
  const DownloadOptions& options = request.options;
  const cache::RepoCache shared = make_repo_cache(story, request);
  VerifyTarget target;
  if (!options.local_dir.empty()) {
    target.folder = options.local_dir;
    HFHUB_TRY(target.commit, hub::resolve_commit(api, request.repo, options.revision, story.cancel));
    return target;
  }
  // What the cache calls that revision: the Hub may have moved on, which is no damage.
  HFHUB_TRY(const auto commit, shared.commit_of(options.revision));
  target.commit = commit.value_or("");
  target.folder = shared.layout().snapshot(target.commit);
  if (target.commit.empty() || !platform::is_folder(target.folder)) {
    return Error::make(Code::kNotCached, request.repo_text() + " at revision '" + options.revision +
                                             "' is not in the cache '" + request.cache_dir + "'");
  }
  return target;
}

std::shared_ptr<const json::Value> verify_report(const DownloadRequest& request, const VerifyTarget& target,
                                                 const cache::Verification& result) {
  Writer writer;
  writer.begin_object().key("repo_id").string(request.repo.id);
  writer.key("repo_type").string(repo_type_name(request.repo.type)).key("revision").string(target.commit);
  writer.key("path").string(target.folder).key("checked").unsigned_integer(result.checked_count);
  writer.key("mismatches").begin_array();
  for (const cache::Mismatch& mismatch : result.mismatches) {
    writer.begin_object().key("path").string(mismatch.path).key("expected").string(mismatch.expected);
    writer.key("actual").string(mismatch.actual).key("algorithm").string(mismatch.algorithm).end_object();
  }
  writer.end_array().key("missing");
  write_texts(writer, result.missing_paths);
  writer.key("extra");
  write_texts(writer, result.extra_paths);
  writer.end_object();
  return writer.finish();
}

// Digests of all files, several at a time.
Result<cache::Verification> check_files(Story& story, const VerifyTarget& target, cache::VerifyPlan plan) {
  cache::Verification out;
  out.checked_count = plan.files.size();
  out.missing_paths = std::move(plan.missing_paths);
  out.extra_paths = std::move(plan.extra_paths);
  std::vector<runtime::ItemProgress*> items;
  for (const cache::TreeFile& file : plan.files) {
    items.push_back(&story.op.progress().add_item(file.path, file.content_size()));
  }
  std::vector<std::optional<cache::Mismatch>> found(plan.files.size());
  const auto workers = static_cast<size_t>(platform::cpu_count());
  HFHUB_CHECK(story.machinery.workers.for_each(plan.files.size(), workers, story.cancel, [&](size_t i) -> Done {
    items[i]->state = runtime::ItemState::kRunning;
    HFHUB_TRY(found[i], cache::verify_file(target.folder, plan.files[i], story.cancel,
                                           [&](uint64_t bytes) { items[i]->bytes_done += bytes; }));
    items[i]->state = runtime::ItemState::kDone;
    return {};
  }));
  for (auto& mismatch : found) {
    if (mismatch) out.mismatches.push_back(*std::move(mismatch));
  }
  return out;
}

}  // namespace

Result<OpResult> scan_cache(Story&, const std::string& cache_dir) {
  HFHUB_TRY(const cache::CacheInfo info, cache::scan(cache_dir));
  return OpResult{info.cache_dir, scan_report(info)};
}

Result<OpResult> verify_cache(Story& story, const DownloadRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  HFHUB_TRY(const VerifyTarget target, verify_target(story, request, api));
  HFHUB_TRY(const cache::Tree tree, hub::list_files(api, request.repo, target.commit, story.cancel));
  HFHUB_TRY(cache::VerifyPlan plan, cache::plan_verification(target.folder, tree));
  HFHUB_TRY(const cache::Verification result, check_files(story, target, std::move(plan)));
  return OpResult{target.folder, verify_report(request, target, result)};
}

Result<cache::Lookup> find_cached(const DownloadRequest& request) {
  return cache::RepoCache(request.cache_dir, request.repo, {}, std::make_shared<const runtime::Log>())
      .find(request.options.revision, request.path);
}

}  // namespace hfhub::client
