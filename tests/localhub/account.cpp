// Who the caller is, what they may do, and how often.
#include <algorithm>

#include "digest.h"
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

/// A 24-digit id like the Hub's database keys, stable for a name.
std::string object_id(std::string_view name) { return sha256_hex(name).substr(0, 24); }

std::string bucket_of(const Request& request) {
  if (request.segments.empty()) return "pages";
  if (request.segments[0] == "api" && !(request.segments.size() > 1 && request.segments[1] == "resolve-cache"))
    return "api";
  return request.path.find("/resolve/") != std::string::npos ? "resolvers" : "pages";
}

/// Tokens that came by a login in the browser have no name and no role.
void write_auth(Json& out, const Viewer& viewer) {
  out.key("auth").begin_object();
  if (viewer.token_kind == "oauth") {
    out.put("type", "oauth").end_object();
    return;
  }
  const bool fine = viewer.token_kind == "fineGrained";
  out.put("type", "access_token").key("accessToken").begin_object();
  out.put("displayName", viewer.token_name).put("role", fine ? "fineGrained" : viewer.role);
  out.put("createdAt", "2024-01-01T00:00:00.000Z");
  if (fine) out.key("fineGrained").raw(viewer.fine_grained);
  out.end_object().end_object();
}

}  // namespace

Response answer_whoami(const Call& call) {
  const Viewer& viewer = call.request.viewer;
  if (!viewer.known) return error_response(401, "", "Invalid username or password.");
  Json out;
  out.begin_object().put("type", "user").put("id", object_id(viewer.user));
  out.put("name", viewer.user).put("fullname", viewer.user);
  out.put("email", viewer.user + "@localhub.invalid").put("emailVerified", true);
  out.put("canPay", false).put("billingMode", "postpaid").key("periodEnd").null();
  out.put("isPro", false).put("avatarUrl", "/avatars/" + viewer.user + ".svg");
  out.key("orgs").begin_array();
  for (const std::string& org : viewer.orgs) {
    out.begin_object().put("type", "org").put("id", object_id(org)).put("name", org);
    out.put("fullname", org).key("email").null().put("canPay", false).key("periodEnd").null();
    out.put("avatarUrl", "/avatars/" + org + ".svg").put("roleInOrg", viewer.role);
    out.put("isEnterprise", false).end_object();
  }
  out.end_array();
  write_auth(out, viewer);
  return json_response(out.end_object().str());
}

Response answer_auth_check(const Call& call, const Target& target) {
  RepoPtr repo = open_repo(call, target, true);
  bool write = target.rest.size() > 1 && target.rest[1] == "write";
  const Viewer& viewer = call.request.viewer;
  if (write && !(viewer.owns(repo->owner()) && viewer.role == "write"))
    return error_response(viewer.known ? 403 : 401, "", "You don't have the rights to write here.");
  return json_response("{}");
}

/// The same facts as JSON, which hf_xet reads, and as headers, which huggingface_hub reads.
Response xet_token_response(const Call& call, bool may_write) {
  auto settings = call.hub.settings.get();
  if (!settings->xet_enabled) return error_response(404, "", "This Hub has no Xet storage.");
  int64_t expires_s = now_ms() / 1000 + settings->xet_token_ttl_s;
  bool foreign = !settings->xet_cas_url.empty();
  std::string url = foreign ? settings->xet_cas_url : call.hub.cas_base_url(call.request);
  std::string token = foreign
                          ? settings->xet_access_token
                          : make_cas_token(call.hub.signing_secret, {may_write, expires_s, call.request.viewer.user});
  Json out;
  out.begin_object().put("casUrl", url).put("accessToken", token).put("exp", expires_s).end_object();
  Response response = json_response(out.str());
  response.set("X-Xet-Cas-Url", url).set("X-Xet-Access-Token", token);
  return response.set("X-Xet-Token-Expiration", std::to_string(expires_s));
}

void need_write(const Call& call, std::string_view owner) {
  const Viewer& viewer = call.request.viewer;
  if ((viewer.owns(owner) && viewer.role == "write") || call.hub.settings.get()->cas_open) return;
  throw HttpError{viewer.known ? 403 : 401, "", "You don't have the rights to write here."};
}

Response answer_xet_token(const Call& call, const Target& target, const std::string& scope) {
  bool write = scope == "write";
  RepoPtr repo = open_repo(call, target, !write);
  if (write) need_write(call, repo->owner());
  return xet_token_response(call, write);
}

bool over_rate_limit(const Call& call) {
  auto settings = call.hub.settings.get();
  if (settings->rate_limit <= 0) return false;
  const Viewer& viewer = call.request.viewer;
  std::string key = (viewer.known ? viewer.user : "") + "/" + bucket_of(call.request);
  int64_t now_s = now_ms() / 1000;
  std::lock_guard lock(call.hub.rate_mutex);
  Hub::Window& window = call.hub.rate_windows[key];
  if (now_s >= window.start_s + settings->rate_window_s) window = {now_s, 0};
  return ++window.used > settings->rate_limit;
}

void add_rate_headers(const Call& call, Response& response) {
  auto settings = call.hub.settings.get();
  std::string bucket = bucket_of(call.request);
  int64_t limit = settings->rate_limit > 0 ? settings->rate_limit : 1000000;
  int64_t left = limit - 1, reset_s = settings->rate_window_s;
  if (settings->rate_limit > 0) {
    const Viewer& viewer = call.request.viewer;
    std::lock_guard lock(call.hub.rate_mutex);
    const Hub::Window& window = call.hub.rate_windows[(viewer.known ? viewer.user : "") + "/" + bucket];
    left = std::max<int64_t>(0, limit - window.used);
    reset_s = std::max<int64_t>(1, window.start_s + settings->rate_window_s - now_ms() / 1000);
  }
  response.headers.emplace_back("RateLimit",
                                "\"" + bucket + "\";r=" + std::to_string(left) + ";t=" + std::to_string(reset_s));
  response.headers.emplace_back("RateLimit-Policy", "\"fixed window\";\"" + bucket + "\";q=" + std::to_string(limit) +
                                                        ";w=" + std::to_string(settings->rate_window_s));
}

}  // namespace localhub
