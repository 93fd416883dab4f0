// From a URL to the function that answers it, and the access rules they share.
#include <algorithm>
#include <array>

#include "hub.h"
#include "lfs.h"

namespace localhub {
namespace {

// Words that may follow a repository id under /api/<type>s/; they tell one-segment ids apart.
constexpr std::array<std::string_view, 19> kSubresources = {
    "tree",      "refs",       "revision",     "commits",        "paths-info",
    "resolve",   "auth-check", "treesize",     "xet-read-token", "xet-write-token",
    "preupload", "commit",     "lfs-files",    "discussions",    "branch",
    "tag",       "settings",   "super-squash", "duplicate"};

bool is_subresource(std::string_view word) {
  return std::find(kSubresources.begin(), kSubresources.end(), word) != kSubresources.end();
}

/// Repository id at segments[at...]; `rest` gets what follows.
Target target_at(RepoType type, const std::vector<std::string>& segments, size_t at) {
  Target target{type, segments[at], {}};
  size_t next = at + 1;
  if (next < segments.size() && !is_subresource(segments[next])) target.id += "/" + segments[next++];
  target.rest.assign(segments.begin() + static_cast<std::ptrdiff_t>(next), segments.end());
  return target;
}

Response answer_repo_api(const Call& call, const Target& target) {
  if (target.rest.empty()) return answer_info(call, target);
  const std::string& what = target.rest[0];
  if (what == "revision") return answer_info(call, target);
  if (what == "tree") return answer_tree(call, target);
  if (what == "paths-info") return answer_paths_info(call, target);
  if (what == "treesize") return answer_tree_size(call, target);
  if (what == "refs") return answer_refs(call, target);
  if (what == "commits") return answer_commits(call, target);
  if (what == "discussions") return answer_discussions(call, target);
  if (what == "auth-check") return answer_auth_check(call, target);
  if (what == "resolve") return answer_resolve(call, target, 1, false);
  if (what == "xet-read-token") return answer_xet_token(call, target, "read");
  if (what == "xet-write-token") return answer_xet_token(call, target, "write");
  return error_response(404, "", "Not found");
}

/// /api/settings/repositories, /api/organizations/<name>/settings/repositories
bool is_stored_listing(const std::vector<std::string>& segments) {
  size_t at = segments[1] == "organizations" ? 3 : 1;
  return segments.size() == at + 2 && segments[at] == "settings" && segments[at + 1] == "repositories";
}

Response answer_api(const Call& call) {
  const auto& segments = call.request.segments;
  if (segments.size() < 2) return error_response(404, "", "Not found");
  if (segments[1] == "whoami-v2") return answer_whoami(call);
  if (is_stored_listing(segments)) return answer_stored(call);
  if (call.request.path == "/api/spaces/templates") return answer_space_templates();
  if (segments[1] == "buckets") return answer_bucket(call);
  if (segments[1] == "resolve-cache" && segments.size() > 3) {
    if (auto type = repo_type_from(segments[2])) {
      Target target{*type, segments[3], {}};
      size_t next = 4;
      // <ns>/<name>/<sha>/<path>, or <name>/<sha>/<path>: only a commit is 40 hex digits.
      bool one_segment = segments.size() > 4 && segments[4].size() == 40 && is_hex(segments[4]);
      if (!one_segment && segments.size() > 4) target.id += "/" + segments[next++];
      target.rest.assign(segments.begin() + static_cast<std::ptrdiff_t>(next), segments.end());
      return answer_resolve(call, target, 0, true);
    }
  }
  auto type = repo_type_from(segments[1]);
  if (!type || segments[1] != plural(*type)) return error_response(404, "", "Not found");
  if (segments.size() == 2 || (segments.size() == 3 && segments[2].empty())) return answer_listing(call, *type);
  return answer_repo_api(call, target_at(*type, segments, 2));
}

/// A call that is neither GET nor HEAD; its handler says who may make it.
struct Write {
  std::string_view method;
  std::string_view name;  // the word after the repository's id; "" for none
  Response (*answer)(const Call& call, const Target& target);
};

constexpr Write kRepoWrites[] = {
    {"POST", "paths-info", answer_paths_info},   {"PUT", "settings", answer_settings},
    {"POST", "duplicate", answer_duplicate},     {"POST", "branch", answer_create_branch},
    {"DELETE", "branch", answer_delete_branch},  {"POST", "tag", answer_create_tag},
    {"DELETE", "tag", answer_delete_tag},        {"POST", "super-squash", answer_squash},
    {"POST", "preupload", answer_preupload},     {"POST", "commit", answer_commit},
    {"POST", "lfs-files", answer_lfs_duplicate}, {"POST", "discussions", answer_discussions},
};

Response answer_repo_write(const Call& call, const Target& target) {
  std::string_view name = target.rest.empty() ? std::string_view() : target.rest[0];
  for (const Write& write : kRepoWrites)
    if (write.method == call.request.method && write.name == name) return write.answer(call, target);
  if (name.empty() || is_subresource(name)) return error_response(405, "", "Method not allowed");
  return error_response(404, "", "Not found");
}

Response answer_write(const Call& call) {
  const auto& segments = call.request.segments;
  if (segments[0] != "api") return error_response(404, "", "Not found");
  if (segments.size() == 2 && segments[1] == "validate-yaml") return answer_validate_yaml(call);
  if (segments.size() < 3) return error_response(404, "", "Not found");
  if (segments[1] == "buckets") return answer_bucket(call);
  if (segments[1] == "repos") return answer_repos(call);
  auto type = repo_type_from(segments[1]);
  if (!type || segments[1] != plural(*type)) return error_response(404, "", "Not found");
  return answer_repo_write(call, target_at(*type, segments, 2));
}

/// /[datasets|spaces|kernels/]<id>/resolve/<revision>/<path>
Response answer_page(const Call& call) {
  const auto& segments = call.request.segments;
  if (segments.size() > 1 && segments[0] == "buckets") return answer_bucket_file(call);
  RepoType type = RepoType::kModel;
  size_t at = 0;
  if (auto named = segments.empty() ? std::nullopt : repo_type_from(segments[0]);
      named && segments[0] == plural(*named)) {
    type = *named;
    at = 1;
  }
  if (auto of_git = answer_git(call, type, at)) return std::move(*of_git);
  for (size_t verb = at + 1; verb < segments.size() && verb <= at + 2; ++verb) {
    if (segments[verb] != "resolve" && segments[verb] != "raw") continue;
    Target target{type, segments[at], {}};
    if (verb == at + 2) target.id += "/" + segments[at + 1];
    target.rest.assign(segments.begin() + static_cast<std::ptrdiff_t>(verb), segments.end());
    return segments[verb] == "raw" ? answer_raw(call, target, 1) : answer_resolve(call, target, 1, false);
  }
  return error_response(404, "", "Sorry, we can't find the page you are looking for.");
}

std::string request_id(const Request& request) {
  static std::atomic<uint64_t> counter{0};
  uint64_t number = ++counter * 0x9E3779B97F4A7C15ULL;
  char text[64];
  std::snprintf(text, sizeof text, "Root=1-%08llx-%016llx%08llx", static_cast<unsigned long long>(now_ms() / 1000),
                static_cast<unsigned long long>(number), static_cast<unsigned long long>(number >> 32));
  // The Hub appends the caller's own id, which lets both sides find the request.
  std::string_view theirs = request.header("x-amzn-trace-id");
  if (theirs.empty()) theirs = request.header("x-request-id");
  return theirs.empty() ? text : std::string(text) + ";" + std::string(theirs.substr(0, 128));
}

Response dispatch(const Call& call) {
  const Request& request = call.request;
  if (request.origin == Origin::kCdn) return answer_cdn(call);
  if (request.origin == Origin::kCas) return answer_cas(call);
  if (request.path == "/") return text_response(200, "localhub: a Hugging Face Hub for tests\n");
  if (request.segments[0] == "oauth") return answer_oauth(call);
  if (request.viewer.sent_token && !request.viewer.known && !call.hub.settings.get()->accept_unknown_tokens)
    return error_response(401, "", "Invalid credentials in Authorization header");
  if (over_rate_limit(call)) return error_response(429, "", "Too Many Requests");
  if (is_lfs_call(request)) return answer_lfs(call);
  if (request.method != "GET" && !request.is_head()) return answer_write(call);
  return request.segments[0] == "api" ? answer_api(call) : answer_page(call);
}

Response guarded(const Call& call) {
  try {
    return dispatch(call);
  } catch (const HttpError& error) {
    Response out = error.status / 100 == 3 ? text_response(error.status, error.message)
                                           : error_response(error.status, error.code, error.message);
    for (const auto& [name, value] : error.headers) out.set(name, value);
    return out;
  } catch (const CatalogError& error) {
    return error_response(error.status, "", error.what());
  } catch (const std::exception& error) {
    return error_response(500, "", std::string("Internal error: ") + error.what());
  }
}

HttpError missing_repo(const Call& call) {
  // The Hub does not tell strangers apart a private repository from none at all.
  if (!call.request.viewer.known) return {401, "RepoNotFound", "Repository not found"};
  return {404, "RepoNotFound", "Repository not found"};
}

/// For a listener of ours that clients reach without a proxy.
std::string url_of_port(const Hub& hub, const Request& request, int port) {
  std::string name = hub.host;
  if (name == "0.0.0.0" || name == "::") {
    std::string_view given = request.header("host");
    name = std::string(given.substr(0, given.rfind(':')));
  }
  return "http://" + name + ":" + std::to_string(port);
}

}  // namespace

Hub::Hub(const std::string& data_dir, Settings first)
    : catalog(data_dir),
      objects(data_dir),
      buckets(catalog),
      discussions(catalog),
      cas(data_dir),
      grants(data_dir),
      lfs_uploads(data_dir),
      tokens(catalog),
      oauth(tokens),
      settings(std::move(first)) {
  signing_secret = catalog.meta("signing_secret", "localhub-" + std::to_string(now_ms()));
}

Response Hub::answer(const Request& request, const FaultAction* fault) {
  Call call{*this, request, fault};
  if (request.origin == Origin::kHub && !request.segments.empty() && request.segments[0] == "_admin") {
    try {
      return answer_admin(call);
    } catch (const CatalogError& error) {
      return error_response(error.status, "", error.what());
    } catch (const std::exception& error) {
      return error_response(400, "", error.what());
    }
  }
  bool writes = request.method != "GET" && !request.is_head();
  if (writes && request.origin == Origin::kHub) bodies.add(request);
  std::optional<Response> replaced;
  if (fault) replaced = fault_response(*fault);
  if (replaced && fault->after_work) guarded(call);
  Response out = replaced ? std::move(*replaced) : guarded(call);
  if (!(fault && fault->ignore_range)) apply_range(request, out);
  out.headers.emplace_back("X-Request-Id", request_id(request));
  if (request.origin == Origin::kHub && out.header("RateLimit").empty()) add_rate_headers(call, out);
  if (fault) spoil_response(*fault, request, out);
  return out;
}

std::string Hub::base_url(const Request& request) const {
  auto now = settings.get();
  if (!now->public_url.empty()) return now->public_url;
  std::string_view scheme = request.header("x-forwarded-proto");
  return (scheme.empty() ? "http" : std::string(scheme)) + "://" + std::string(request.header("host"));
}

std::string Hub::cdn_base_url(const Request& request) const {
  auto now = settings.get();
  return now->cdn_url.empty() ? url_of_port(*this, request, cdn_port) : now->cdn_url;
}

std::string Hub::cas_base_url(const Request& request) const {
  auto now = settings.get();
  return now->cas_url.empty() ? url_of_port(*this, request, cas_port) : now->cas_url;
}

std::string Hub::materialise(const XetHash& hash) {
  std::lock_guard one_at_a_time(materialise_mutex);
  if (auto found = materialised.find(hash); found != materialised.end()) return found->second;
  XetFilePtr file = cas.file(hash);
  if (!file) return "";
  return materialised[hash] = objects.put(cas.reader(file), false).sha256;
}

void Hub::identify(Request& request) const {
  std::string_view sent = request.header("authorization");
  if (sent.empty()) return;
  request.viewer = tokens.identify(sent);
  std::string token = token_of(sent);
  request.cas_pass = read_cas_token(signing_secret, token);
  bool of_hub = request.viewer.known || token.substr(0, 3) == "hf_";
  bool of_cas = request.cas_pass || token == settings.get()->xet_access_token;
  request.auth_kind = of_cas ? "cas" : of_hub ? "hub" : "other";
}

RepoPtr open_repo(const Call& call, const Target& target, bool for_files) {
  RepoPtr repo = call.hub.catalog.find(target.type, target.id);
  if (!repo) {
    auto now_called = call.hub.catalog.renamed(target.type, target.id);
    RepoPtr moved = now_called ? call.hub.catalog.find(target.type, *now_called) : nullptr;
    if (!moved || !may_see(call.request.viewer, *moved)) throw missing_repo(call);
    std::string location = call.request.raw_path;
    size_t at = location.find("/" + target.id);
    if (at == std::string::npos) throw missing_repo(call);
    location.replace(at + 1, target.id.size(), *now_called);
    if (!call.request.raw_query.empty()) location += "?" + call.request.raw_query;
    throw HttpError{307, "", "Temporary Redirect. Redirecting to " + location, {{"Location", location}}};
  }
  if (!may_see(call.request.viewer, *repo)) throw missing_repo(call);
  if (repo->disabled) throw HttpError{403, "", "Access to this resource is disabled."};
  if (for_files && !may_read_files(call.request.viewer, *repo)) {
    std::string text = "Access to " + std::string(singular(repo->type)) + " " + repo->name + " is restricted" +
                       (call.request.viewer.known ? " and you are not in the authorized list."
                                                  : ". You must have access to it and be authenticated to access it.");
    throw HttpError{call.request.viewer.known ? 403 : 401, "GatedRepo", text};
  }
  return repo;
}

CommitPtr open_revision(const Repo& repo, const std::string& revision) {
  CommitPtr commit = repo.find_revision(revision);
  if (!commit) throw HttpError{404, "RevisionNotFound", "Invalid rev id: " + revision};
  return commit;
}

std::string take_revision(const std::vector<std::string>& rest, size_t& at) {
  if (at >= rest.size()) throw HttpError{404, "", "Not found"};
  if (rest[at] == "refs" && at + 2 < rest.size()) {
    at += 3;
    return rest[at - 3] + "/" + rest[at - 2] + "/" + rest[at - 1];
  }
  return rest[at++];
}

std::string join_path(const std::vector<std::string>& rest, size_t from) {
  std::string out;
  for (size_t i = from; i < rest.size(); ++i) out += (i == from ? "" : "/") + rest[i];
  return out;
}

std::string api_url(const Call& call, const Repo& repo) {
  return call.hub.base_url(call.request) + "/api/" + std::string(plural(repo.type)) + "/" + repo.name;
}

size_t page_offset(const Request& request) {
  auto decoded = base64_decode(request.arg("cursor"));
  auto number = decoded ? parse_int(*decoded) : std::nullopt;
  return number && *number > 0 ? static_cast<size_t>(*number) : 0;
}

int64_t page_limit(const Request& request, int64_t otherwise) {
  auto asked = parse_int(request.arg("limit"));
  return asked && *asked > 0 ? std::min(*asked, otherwise) : otherwise;
}

void add_next_link(const Call& call, Response& response, const std::string& name, int64_t value) {
  std::string url = call.hub.base_url(call.request) + call.request.raw_path + "?";
  for (const auto& [key, old] : call.request.query)
    if (key != name) url += percent_encode(key) + "=" + percent_encode(old) + "&";
  std::string text = std::to_string(value);
  url += name + "=" + (name == "cursor" ? percent_encode(base64_encode(text)) : text);
  response.set("Link", "<" + url + ">; rel=\"next\"");
}

}  // namespace localhub
