// The Hub itself: state plus one function a use case. server.cpp feeds it requests; nothing in
// here knows about sockets.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "auth.h"
#include "body_log.h"
#include "buckets.h"
#include "cas_store.h"
#include "catalog.h"
#include "discussions.h"
#include "faults.h"
#include "git_index.h"
#include "grants.h"
#include "http.h"
#include "lfs_uploads.h"
#include "oauth.h"
#include "objects.h"
#include "request_log.h"
#include "settings.h"

namespace localhub {

struct Hub {
  Hub(const std::string& data_dir, Settings first);

  Catalog catalog;
  Objects objects;
  Buckets buckets;
  Discussions discussions;
  GitIndexes git;
  BodyLog bodies;
  CasStore cas;
  Grants grants;
  LfsUploads lfs_uploads;
  Tokens tokens;
  OAuth oauth;
  Faults faults;
  RequestLog log;
  SettingsBox settings;
  std::string signing_secret;
  int cdn_port = 0;
  int cas_port = 0;
  std::string host = "127.0.0.1";

  std::mutex materialise_mutex;
  std::map<XetHash, std::string> materialised;  // SHA-256 by Xet hash

  std::mutex rate_mutex;
  struct Window {
    int64_t start_s = 0;
    int64_t used = 0;
  };
  std::map<std::string, Window> rate_windows;  // by token or "anonymous", and bucket

  /// Answers any request; faults that replace or spoil a response are applied around it.
  Response answer(const Request& request, const FaultAction* fault);
  /// Whose token came with the request, and of which kind it is.
  void identify(Request& request) const;
  /// SHA-256 of a Xet file's content, which is an object from then on; "" when there is none.
  std::string materialise(const XetHash& hash);
  /// http://host:port as the client sees it.
  std::string base_url(const Request& request) const;
  std::string cdn_base_url(const Request& request) const;
  std::string cas_base_url(const Request& request) const;
};

/// What a handler works on.
struct Call {
  Hub& hub;
  const Request& request;
  const FaultAction* fault;
};

/// A repository named by a URL, and the decoded segments after its id.
struct Target {
  RepoType type = RepoType::kModel;
  std::string id;
  std::vector<std::string> rest;
};

// router.cpp: access rules shared by the handlers; they throw HttpError.
RepoPtr open_repo(const Call& call, const Target& target, bool for_files);
CommitPtr open_revision(const Repo& repo, const std::string& revision);
/// Takes the revision from rest[at], joining an unescaped refs/pr/1; moves `at` behind it.
std::string take_revision(const std::vector<std::string>& rest, size_t& at);
std::string join_path(const std::vector<std::string>& rest, size_t from);
std::string api_url(const Call& call, const Repo& repo);
/// The `cursor` argument: how many entries earlier pages held.
size_t page_offset(const Request& request);
int64_t page_limit(const Request& request, int64_t otherwise);
void add_next_link(const Call& call, Response& response, const std::string& name, int64_t value);

// resolve.cpp
Response answer_resolve(const Call& call, const Target& target, size_t at, bool from_cache_route);
/// Whether the client can take facts about a Xet file in place of its content.
bool wants_xet_info(const Request& request);
Response xet_info(const FileEntry& file);
void add_xet_links(const Call& call, const std::string& token_url, const std::string& xet_hash, Response& out);
Response answer_raw(const Call& call, const Target& target, size_t at);
// cdn.cpp
std::string signed_url(const Call& call, const FileEntry& file, bool expired);
Response answer_cdn(const Call& call);
// cas.cpp
Response answer_cas(const Call& call);
// tree.cpp
Response answer_tree(const Call& call, const Target& target);
Response answer_paths_info(const Call& call, const Target& target);
Response answer_tree_size(const Call& call, const Target& target);
// history.cpp
Response answer_refs(const Call& call, const Target& target);
Response answer_commits(const Call& call, const Target& target);
// info.cpp
Response answer_info(const Call& call, const Target& target);
void write_repo_summary(class Json& out, Hub& hub, const Repo& repo, bool full, bool with_card);
bool write_expanded(class Json& out, Hub& hub, const Repo& repo, const Commit* commit,
                    const std::vector<std::string>& wanted);
std::vector<std::string> repo_tags(Hub& hub, const Repo& repo);
// listing.cpp
Response answer_listing(const Call& call, RepoType type);
// account.cpp
Response answer_whoami(const Call& call);
Response answer_auth_check(const Call& call, const Target& target);
Response answer_xet_token(const Call& call, const Target& target, const std::string& scope);
Response xet_token_response(const Call& call, bool may_write);
/// Throws HttpError unless the caller may change what `owner` has.
void need_write(const Call& call, std::string_view owner);
// repo_calls.cpp
Response answer_repos(const Call& call);   // /api/repos/...
Response answer_stored(const Call& call);  // /api/.../settings/repositories
Response answer_space_templates();
Response answer_settings(const Call& call, const Target& target);
Response answer_duplicate(const Call& call, const Target& target);
// ref_calls.cpp
Response answer_create_branch(const Call& call, const Target& target);
Response answer_delete_branch(const Call& call, const Target& target);
Response answer_create_tag(const Call& call, const Target& target);
Response answer_delete_tag(const Call& call, const Target& target);
Response answer_squash(const Call& call, const Target& target);
// write_access.cpp
/// The repository, for a caller who may commit to `revision` of it, or to a new pull request with ?create_pr=1.
RepoPtr open_for_commit(const Call& call, const Target& target, const std::string& revision);
/// Throws HttpError when the namespace's quota would not hold so many bytes more.
void need_room(const Call& call, const Repo& repo, int64_t more_bytes);
/// Where a browser finds a repository.
std::string page_url(const Call& call, RepoType type, const std::string& id);
/// Whose name goes into a commit.
std::string author_of(const Call& call);
// preupload.cpp, commit.cpp, discussion_calls.cpp, validate_card.cpp, git_http.cpp
Response answer_preupload(const Call& call, const Target& target);
Response answer_commit(const Call& call, const Target& target);
Response answer_lfs_duplicate(const Call& call, const Target& target);
Response answer_discussions(const Call& call, const Target& target);
Response answer_validate_yaml(const Call& call);
void need_valid_card(std::string_view readme);
/// What git asks for at segments[at...], or nothing when it is no such path.
std::optional<Response> answer_git(const Call& call, RepoType type, size_t at);
// oauth_calls.cpp
Response answer_oauth(const Call& call);
Response answer_admin_oauth(const Call& call);
// bucket_calls.cpp
Response answer_bucket(const Call& call);
Response answer_bucket_file(const Call& call);
void add_rate_headers(const Call& call, Response& response);
bool over_rate_limit(const Call& call);
// admin.cpp, admin_cas.cpp, admin_repos.cpp
Response answer_admin(const Call& call);
Response answer_admin_cas(const Call& call);
Response answer_admin_repo(const Call& call, const std::string& path);

}  // namespace localhub
