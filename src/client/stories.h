// The use cases: one function a story, each in the file of its name. They block; Session::start gives them a thread.
#pragma once

#include <string>
#include <vector>

#include "cache/repo_cache.h"
#include "client/repo_request.h"
#include "client/request.h"
#include "client/session.h"
#include "hub/call.h"

namespace hfhub::client {

// Result path and JSON of each: see include/hfhub/download.h and cache.h.
Result<runtime::OpResult> download_file(Story& story, const DownloadRequest& request);
Result<runtime::OpResult> download_snapshot(Story& story, const DownloadRequest& request);
Result<runtime::OpResult> file_metadata(Story& story, const DownloadRequest& request);
Result<runtime::OpResult> scan_cache(Story& story, const std::string& cache_dir);
Result<runtime::OpResult> verify_cache(Story& story, const DownloadRequest& request);
Result<runtime::OpResult> call_hub(Story& story, const hub::PreparedCall& call);

// Result JSON of each: see include/hfhub/repo.h.
Result<runtime::OpResult> create_repo(Story& story, RepoRequest request);
Result<runtime::OpResult> duplicate_repo(Story& story, const RepoRequest& request);
Result<runtime::OpResult> delete_repo(Story& story, const RepoRequest& request);
Result<runtime::OpResult> move_repo(Story& story, const RepoRequest& request);
Result<runtime::OpResult> update_repo(Story& story, const RepoRequest& request);
Result<runtime::OpResult> check_access(Story& story, const RepoRequest& request);
Result<runtime::OpResult> list_owned(Story& story, const RepoRequest& request);
Result<runtime::OpResult> list_refs(Story& story, const RepoRequest& request);
Result<runtime::OpResult> create_branch(Story& story, const RepoRequest& request);
Result<runtime::OpResult> delete_branch(Story& story, const RepoRequest& request);
Result<runtime::OpResult> create_tag(Story& story, const RepoRequest& request);
Result<runtime::OpResult> delete_tag(Story& story, const RepoRequest& request);
Result<runtime::OpResult> squash_branch(Story& story, const RepoRequest& request);

// For transfer agents of git-lfs: see include/hfhub/lfs.h.
struct LfsAction {
  std::string path;  // of the local file
  std::string oid;
  std::string action_json;
};
Result<LfsAction> make_lfs_action(std::string path, std::string oid, std::string action_json);
Result<runtime::OpResult> upload_lfs_action(Story& story, const LfsAction& action);

// ---- quick ones, on the caller's thread
Result<std::string> file_url(const Session& session, const DownloadRequest& request);
Result<cache::Lookup> find_cached(const DownloadRequest& request);

// ---- shared by stories
// Is this a failure after which what is on disk may serve instead (the Hub could not be asked, or would not answer)?
bool may_use_cache_after(const Error& error);
// "... and it is not in the cache": what a caller is told when neither Hub nor cache could help.
Error not_available(const std::string& what, const Error& cause);

}  // namespace hfhub::client
