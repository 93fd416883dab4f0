// POST /oauth/device and /oauth/token, and /_admin/oauth: who says yes, and how long things live.
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view kExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view kIdTokenType = "urn:ietf:params:oauth:token-type:id_token";

rapidjson::Document body_json(const Request& request) {
  rapidjson::Document json;
  json.Parse(request.body.data(), request.body.size());
  if (json.HasParseError() || !json.IsObject()) throw CatalogError(400, "the body is no JSON object");
  return json;
}

/// A form or a JSON object, as the client likes.
class Fields {
 public:
  explicit Fields(const Request& request) {
    if (request.header("content-type").substr(0, 16) != "application/json") {
      form_ = parse_query(request.body);
      return;
    }
    rapidjson::Document json = body_json(request);
    for (const auto& field : json.GetObject())
      if (field.value.IsString()) form_.emplace_back(field.name.GetString(), field.value.GetString());
  }
  std::string operator[](std::string_view name) const {
    for (const auto& [key, value] : form_)
      if (key == name) return value;
    return "";
  }

 private:
  Pairs form_;
};

Response refusal(const OAuthError& error) {
  Json out;
  out.begin_object().put("error", error.error).put("error_description", error.description).end_object();
  return json_response(out.str(), 400).set("Cache-Control", "no-store");
}

Response answer_device(const Call& call) {
  const Device device = call.hub.oauth.start(Fields(call.request)["client_id"]);
  const OAuthSettings settings = call.hub.oauth.settings();
  const std::string page = call.hub.base_url(call.request) + "/oauth/device";
  Json out;
  out.begin_object().put("device_code", device.device_code).put("user_code", device.user_code);
  out.put("verification_uri", page);
  if (settings.complete_url) out.put("verification_uri_complete", page + "?user_code=" + device.user_code);
  out.put("expires_in", settings.lifetime_s).put("interval", settings.interval_s);
  return json_response(out.end_object().str()).set("Cache-Control", "no-store");
}

Response answer_token(const Call& call) {
  const Fields fields(call.request);
  const std::string grant = fields["grant_type"];
  OAuth& oauth = call.hub.oauth;
  Issued issued;
  if (grant == kDeviceGrant) {
    issued = oauth.poll(fields["device_code"], fields["client_id"]);
  } else if (grant == "refresh_token") {
    issued = oauth.refresh(fields["refresh_token"]);
  } else if (grant == kExchangeGrant) {
    if (fields["subject_token_type"] != kIdTokenType)
      throw OAuthError{"invalid_request", "not that subject_token_type"};
    issued = oauth.exchange(fields["subject_token"], fields["resource"], call.hub.base_url(call.request));
  } else {
    throw OAuthError{"unsupported_grant_type", "no such grant_type"};
  }
  Json out;
  out.begin_object().put("access_token", issued.access_token).put("token_type", "bearer");
  if (issued.expires_in_s > 0) out.put("expires_in", issued.expires_in_s);
  if (!issued.refresh_token.empty()) out.put("refresh_token", issued.refresh_token);
  if (grant == kExchangeGrant) out.put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
  else out.put("scope", "openid profile");
  return json_response(out.end_object().str()).set("Cache-Control", "no-store");
}

/// As GitHub gives id tokens to jobs: any bearer token will do.
Response answer_id_token(const Call& call) {
  if (call.request.header("authorization").substr(0, 7) != "Bearer ") return error_response(401, "", "Unauthorized");
  Json out;
  out.begin_object().put("value", call.hub.oauth.mint_id_token(std::string(call.request.arg("audience"))));
  return json_response(out.end_object().str());
}

std::string settings_json(const OAuthSettings& now, const std::vector<Device>& devices) {
  Json out;
  out.begin_object().put("interval_s", now.interval_s).put("lifetime_s", now.lifetime_s);
  out.put("token_lifetime_s", now.token_lifetime_s).put("exchange_lifetime_s", now.exchange_lifetime_s);
  out.put("rotate", now.rotate).put("refreshable", now.refreshable).put("complete_url", now.complete_url);
  out.put("auto_approve", now.auto_approve).put("ci_user", now.ci_user).key("devices").begin_array();
  for (const Device& device : devices) {
    out.begin_object().put("user_code", device.user_code).put("client_id", device.client_id);
    out.put("polls", device.polls).end_object();
  }
  return out.end_array().end_object().str();
}

void change_settings(OAuth& oauth, const rapidjson::Value& json) {
  OAuthSettings next = oauth.settings();
  next.interval_s = get_int(json, "interval_s", next.interval_s);
  next.lifetime_s = get_int(json, "lifetime_s", next.lifetime_s);
  next.token_lifetime_s = get_int(json, "token_lifetime_s", next.token_lifetime_s);
  next.exchange_lifetime_s = get_int(json, "exchange_lifetime_s", next.exchange_lifetime_s);
  next.rotate = get_bool(json, "rotate", next.rotate);
  next.refreshable = get_bool(json, "refreshable", next.refreshable);
  next.complete_url = get_bool(json, "complete_url", next.complete_url);
  next.auto_approve = get_string(json, "auto_approve", next.auto_approve);
  next.ci_user = get_string(json, "ci_user", next.ci_user);
  for (const auto& [token, user] : get_pairs(json, "id_tokens")) next.id_tokens[token] = user;
  oauth.change(next);
}

/// What somebody at the page of the code would do.
bool decide(OAuth& oauth, const rapidjson::Value& json) {
  const std::string code = get_string(json, "user_code");
  if (get_bool(json, "expire", false)) return oauth.expire(code);
  if (int64_t polls = get_int(json, "slow_down", 0); polls > 0) return oauth.slow_down(code, polls);
  Device decision;
  decision.user = get_string(json, "approve");
  decision.orgs = get_strings(json, "orgs");
  decision.state = decision.user.empty() ? Device::State::kDenied : Device::State::kApproved;
  return oauth.decide(code, decision);
}

}  // namespace

Response answer_oauth(const Call& call) {
  const auto& segments = call.request.segments;
  const std::string what = segments.size() > 1 ? segments[1] : "";
  const bool post = call.request.method == "POST";
  try {
    if (what == "device" && post) return answer_device(call);
    if (what == "token" && post) return answer_token(call);
    if (what == "id-token") return answer_id_token(call);
  } catch (const OAuthError& error) {
    return refusal(error);
  }
  if (what == "device")
    return text_response(200, "Approve a code with: curl " + call.hub.base_url(call.request) +
                                  "/_admin/oauth/devices -d '{\"user_code\":\"...\",\"approve\":\"<user>\"}'\n");
  return error_response(404, "", "Not found");
}

Response answer_admin_oauth(const Call& call) {
  OAuth& oauth = call.hub.oauth;
  const auto& segments = call.request.segments;
  const std::string what = segments.size() > 2 ? segments[2] : "";
  if (call.request.method != "GET") {
    rapidjson::Document json = body_json(call.request);
    if (what == "devices") {
      if (!decide(oauth, json)) return error_response(404, "", "no such code");
    } else if (what == "revoke") {
      oauth.revoke(get_string(json, "user"));
    } else {
      change_settings(oauth, json);
    }
  }
  return json_response(settings_json(oauth.settings(), oauth.devices()));
}

}  // namespace localhub
