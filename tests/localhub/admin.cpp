// /_admin/: how a test prepares the server. Local callers only; never logged, never spoiled.
#include <algorithm>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

rapidjson::Document body_json(const Request& request) {
  rapidjson::Document json;
  json.Parse(request.body.data(), request.body.size());
  if (json.HasParseError()) throw CatalogError(400, "the body is not JSON");
  return json;
}

Response admin_tokens(const Call& call) {
  rapidjson::Document json = body_json(call.request);
  TokenRow row{get_string(json, "token"), get_string(json, "user"), get_string(json, "role", "write"),
               get_strings(json, "orgs")};
  row.name = get_string(json, "name", row.name);
  row.kind = get_string(json, "kind", row.kind);
  if (row.kind == "fineGrained" && member(json, "fineGrained"))
    row.fine_grained = to_text(*member(json, "fineGrained"));
  if (int64_t lifetime_s = get_int(json, "lifetime_s", 0); lifetime_s > 0)
    row.expires_ms = now_ms() + lifetime_s * 1000;
  if (row.token.empty() || row.user.empty()) throw CatalogError(400, "token and user are needed");
  call.hub.tokens.add(row);
  return json_response("{}");
}

Response admin_faults(const Call& call) {
  Faults& faults = call.hub.faults;
  if (call.request.method == "DELETE") faults.clear();
  if (call.request.method == "POST") {
    std::string error = faults.add(body_json(call.request));
    if (!error.empty()) throw CatalogError(400, error);
  }
  return json_response(faults.to_json());
}

Response admin_log(const Call& call) {
  if (call.request.method == "DELETE") {
    call.hub.log.clear();
    return json_response("{}");
  }
  return json_response(call.hub.log.since(parse_int(call.request.arg("since")).value_or(0)));
}

Response admin_bodies(const Call& call) {
  if (call.request.method == "DELETE") call.hub.bodies.clear();
  return json_response(call.hub.bodies.since(parse_int(call.request.arg("since")).value_or(0)));
}

std::string settings_json(const Settings& now) {
  Json out;
  out.begin_object().put("page_size", now.page_size).put("commit_page_size", now.commit_page_size);
  out.put("url_ttl_s", now.url_ttl_s).put("rate_limit", now.rate_limit);
  out.put("rate_window_s", now.rate_window_s).put("resolve_cache", now.resolve_cache);
  out.put("accept_unknown_tokens", now.accept_unknown_tokens);
  out.put("offline_listing", now.offline_listing).put("public_url", now.public_url);
  out.put("cdn_url", now.cdn_url).put("cas_url", now.cas_url).put("xet_cas_url", now.xet_cas_url);
  out.put("xet_access_token", now.xet_access_token).put("xet_enabled", now.xet_enabled);
  out.put("xet_token_ttl_s", now.xet_token_ttl_s).put("cas_open", now.cas_open).put("cas_grants", now.cas_grants);
  out.put("cas_multirange", now.cas_multirange).put("cas_v2", now.cas_v2).put("cas_dedup", now.cas_dedup);
  out.put("cas_shard_error", now.cas_shard_error);
  out.put("preupload_max_files", now.preupload_max_files).put("commit_max_files", now.commit_max_files);
  out.put("commit_max_bytes", now.commit_max_bytes).put("max_file_bytes", now.max_file_bytes);
  out.put("quota_bytes", now.quota_bytes);
  out.put("lfs_multipart_over", now.lfs_multipart_over).put("lfs_chunk_size", now.lfs_chunk_size);
  out.put("lfs_max_bytes", now.lfs_max_bytes).put("lfs_quota_bytes", now.lfs_quota_bytes);
  out.put("lfs_xet", now.lfs_xet).put("lfs_verify", now.lfs_verify).put("lfs_resume", now.lfs_resume);
  return out.end_object().str();
}

std::string one_of(const rapidjson::Value& json, const char* name, const std::string& old,
                   std::initializer_list<std::string_view> known) {
  std::string value = get_string(json, name, old);
  if (std::find(known.begin(), known.end(), value) == known.end())
    throw CatalogError(400, std::string(name) + " cannot be \"" + value + "\"");
  return value;
}

void change_xet_settings(const rapidjson::Value& json, Settings& next) {
  next.xet_enabled = get_bool(json, "xet_enabled", next.xet_enabled);
  next.xet_token_ttl_s = get_int(json, "xet_token_ttl_s", next.xet_token_ttl_s);
  next.xet_cas_url = get_string(json, "xet_cas_url", next.xet_cas_url);
  next.xet_access_token = get_string(json, "xet_access_token", next.xet_access_token);
  next.cas_url = get_string(json, "cas_url", next.cas_url);
  next.cas_open = get_bool(json, "cas_open", next.cas_open);
  next.cas_grants = one_of(json, "cas_grants", next.cas_grants, {"on", "off", "unreachable"});
  next.cas_multirange = get_bool(json, "cas_multirange", next.cas_multirange);
  next.cas_v2 = get_bool(json, "cas_v2", next.cas_v2);
  next.cas_dedup = get_bool(json, "cas_dedup", next.cas_dedup);
  next.cas_shard_error = one_of(json, "cas_shard_error", next.cas_shard_error, {"", "frame", "fatal", "retryable"});
}

void change_write_settings(const rapidjson::Value& json, Settings& next) {
  next.preupload_max_files = get_int(json, "preupload_max_files", next.preupload_max_files);
  next.commit_max_files = get_int(json, "commit_max_files", next.commit_max_files);
  next.commit_max_bytes = get_int(json, "commit_max_bytes", next.commit_max_bytes);
  next.max_file_bytes = get_int(json, "max_file_bytes", next.max_file_bytes);
  next.quota_bytes = get_int(json, "quota_bytes", next.quota_bytes);
}

void change_lfs_settings(const rapidjson::Value& json, Settings& next) {
  next.lfs_multipart_over = get_int(json, "lfs_multipart_over", next.lfs_multipart_over);
  next.lfs_chunk_size = std::max<int64_t>(1, get_int(json, "lfs_chunk_size", next.lfs_chunk_size));
  next.lfs_max_bytes = get_int(json, "lfs_max_bytes", next.lfs_max_bytes);
  next.lfs_quota_bytes = get_int(json, "lfs_quota_bytes", next.lfs_quota_bytes);
  next.lfs_xet = get_bool(json, "lfs_xet", next.lfs_xet);
  next.lfs_verify = get_bool(json, "lfs_verify", next.lfs_verify);
  next.lfs_resume = get_bool(json, "lfs_resume", next.lfs_resume);
}

Response admin_settings(const Call& call) {
  if (call.request.method != "GET") {
    rapidjson::Document json = body_json(call.request);
    Settings next = *call.hub.settings.get();
    next.page_size = std::max<int64_t>(1, get_int(json, "page_size", next.page_size));
    next.commit_page_size = std::max<int64_t>(1, get_int(json, "commit_page_size", next.commit_page_size));
    next.url_ttl_s = get_int(json, "url_ttl_s", next.url_ttl_s);
    next.rate_limit = get_int(json, "rate_limit", next.rate_limit);
    next.rate_window_s = get_int(json, "rate_window_s", next.rate_window_s);
    next.resolve_cache = get_bool(json, "resolve_cache", next.resolve_cache);
    next.accept_unknown_tokens = get_bool(json, "accept_unknown_tokens", next.accept_unknown_tokens);
    next.offline_listing = get_bool(json, "offline_listing", next.offline_listing);
    next.public_url = get_string(json, "public_url", next.public_url);
    next.cdn_url = get_string(json, "cdn_url", next.cdn_url);
    change_xet_settings(json, next);
    change_write_settings(json, next);
    change_lfs_settings(json, next);
    call.hub.settings.put(next);
    std::lock_guard lock(call.hub.rate_mutex);
    call.hub.rate_windows.clear();
  }
  return json_response(settings_json(*call.hub.settings.get()));
}

}  // namespace

Response answer_admin(const Call& call) {
  if (!call.request.from_loopback) return error_response(403, "", "admin is for local callers");
  const auto& segments = call.request.segments;
  std::string what = segments.size() > 1 ? segments[1] : "";
  if (what == "health") return json_response("{\"ok\":true}");
  if (what == "tokens") return admin_tokens(call);
  if (what == "faults") return admin_faults(call);
  if (what == "log") return admin_log(call);
  if (what == "bodies") return admin_bodies(call);
  if (what == "settings") return admin_settings(call);
  if (what == "cas") return answer_admin_cas(call);
  if (what == "oauth") return answer_admin_oauth(call);
  if (what == "repos" && segments.size() > 3) return answer_admin_repo(call, join_path(segments, 2));
  return error_response(404, "", "no such admin call");
}

}  // namespace localhub
