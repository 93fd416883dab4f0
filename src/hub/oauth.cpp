#include "hub/oauth.h"

#include <algorithm>

#include "base/text.h"
#include "hub/errors.h"

namespace hfhub::hub {
namespace {

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view kExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view kIdTokenType = "urn:ietf:params:oauth:token-type:id_token";
constexpr int64_t kIntervalS = 5;  // RFC 8628 when the server does not say
constexpr int64_t kLifetimeS = 900;
constexpr int64_t kShortestIntervalMs = 100;  // a server that says 0 must not be asked without end
constexpr int64_t kLongestS = 24 * 3600;
constexpr int64_t kDeadlineMs = 10'000;
constexpr size_t kLongestText = 300;

// One attempt, and nothing follows to another site: the body is a secret. Callers know what to do after a failure.
Result<net::Request> make_post(const Api& api, std::string_view path, std::string body, const char* type) {
  HFHUB_TRY(Url url, api_url(api, path));
  net::Request request;
  request.method = net::Method::kPost;
  request.url = std::move(url);
  request.body = std::move(body);
  request.redirects = net::Redirects::kSameSiteOnly;
  request.deadline_ms = request.total_ms = kDeadlineMs;
  request.retry = false;
  HFHUB_CHECK(request.headers.set("Content-Type", type));
  HFHUB_CHECK(request.headers.set("Accept", "application/json"));
  return request;
}

std::string form(const Query& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + "=" + percent_encode(value);
  }
  return out;
}

Result<net::Response> post_form(const Api& api, std::string_view path, const Query& fields,
                                const runtime::Cancel& cancel) {
  HFHUB_TRY(const net::Request request, make_post(api, path, form(fields), "application/x-www-form-urlencoded"));
  return api.net.send(request, cancel);
}

std::string shown(std::string_view text) { return printable(text.substr(0, kLongestText)); }

Error refusal(const net::Response& response, std::string message, std::string_view code) {
  auto detail = std::make_shared<HttpDetail>();
  detail->http_status = response.status;
  detail->url = redacted(response.url.str());
  detail->hub_code = shown(code);
  Error error = Error::make(Code::kAuth, std::move(message));
  error.http = std::move(detail);
  return error;
}

// The server's own words, which must not repeat ours: some echo what they were sent.
std::string description_of(json::View answer, std::string_view secret) {
  const std::string text = shown(answer["error_description"].string_or(""));
  return secret.empty() ? text : replace_all(text, secret, "****");
}

Error token_refusal(const net::Response& response, json::View answer, std::string_view secret) {
  const std::string code = shown(answer["error"].string_or(""));
  std::string message = "OAuth error: " + (code.empty() ? "HTTP " + std::to_string(response.status) : code);
  if (const std::string text = description_of(answer, secret); !text.empty()) message += " - " + text;
  return refusal(response, std::move(message), code);
}

Result<OAuthToken> token_of(json::View answer) {
  OAuthToken out;
  out.access_token = answer["access_token"].string_or("");
  HFHUB_CHECK(check_token(out.access_token));
  if (const auto refresh = answer["refresh_token"].string(); refresh && !refresh->empty()) {
    out.refresh_token = std::string(*refresh);
    HFHUB_CHECK(check_token(*out.refresh_token));
  }
  const int64_t expires_s = answer["expires_in"].integer_or(0);
  if (expires_s > 0) out.expires_in_s = std::min<int64_t>(expires_s, INT32_MAX);
  return out;
}

// A token, or why there is none.
Result<OAuthToken> read_token(const net::Response& response, std::string_view secret) {
  const auto answer = json::Value::parse(response.body);
  if (!answer.ok()) {
    net::Response quiet = response;
    quiet.body.clear();  // whatever it is, it may repeat the secret
    if (response.status >= 400) return error_of(quiet, {});
    return Error::make(Code::kProtocol, "the answer of " + redacted(response.url.str()) + " is no JSON");
  }
  if (!answer->root()["access_token"].is_string()) return token_refusal(response, answer->root(), secret);
  return token_of(answer->root());
}

int64_t seconds_or(json::View answer, std::string_view key, int64_t otherwise) {
  return std::clamp<int64_t>(answer[key].integer_or(otherwise), 0, kLongestS);
}

Result<DeviceCode> read_device_code(const net::Response& response) {
  const auto answer = json::Value::parse(response.body);
  const std::string where = "the answer of " + redacted(response.url.str());
  if (!answer.ok()) return Error::make(Code::kProtocol, where + " is no JSON");
  const json::View root = answer->root();
  DeviceCode out;
  out.device_code = root["device_code"].string_or("");
  out.user_code = root["user_code"].string_or("");
  out.url = root["verification_uri"].string_or("");
  out.complete_url = root["verification_uri_complete"].string_or("");
  if (out.complete_url.empty()) out.complete_url = out.url;
  if (out.device_code.empty() || out.user_code.empty() || has_control_characters(out.user_code)) {
    return Error::make(Code::kProtocol, where + " has no code to enter");
  }
  HFHUB_CHECK(parse_url(out.url));  // a person opens it, and a terminal prints it
  HFHUB_CHECK(parse_url(out.complete_url));
  out.interval_ms = std::max(kShortestIntervalMs, seconds_or(root, "interval", kIntervalS) * 1000);
  out.lifetime_ms = seconds_or(root, "expires_in", kLifetimeS) * 1000;
  return out;
}

Result<DeviceAnswer> read_device_answer(const net::Response& response, const DeviceCode& code) {
  const auto answer = json::Value::parse(response.body);
  if (response.status >= 500 || !answer.ok()) return DeviceAnswer{};
  if (answer->root()["access_token"].is_string()) {
    HFHUB_TRY(OAuthToken token, token_of(answer->root()));
    return DeviceAnswer{DeviceState::kGranted, std::move(token)};
  }
  const json::View error = answer->root()["error"];
  const std::string_view name = error.string_or("");
  if (!error.is_string()) return DeviceAnswer{};  // a proxy's page of errors, most likely
  if (name == "authorization_pending") return DeviceAnswer{DeviceState::kPending, {}};
  if (name == "slow_down") return DeviceAnswer{DeviceState::kSlowDown, {}};
  if (name == "expired_token") return refusal(response, "Device code expired. Please try again.", name);
  if (name == "access_denied") return refusal(response, "Authorization was denied. Please try again.", name);
  return token_refusal(response, answer->root(), code.device_code);
}

}  // namespace

std::string_view oauth_error(const Error& error) {
  return error.http != nullptr ? std::string_view(error.http->hub_code) : std::string_view();
}

Result<DeviceCode> request_device_code(const Api& api, std::string_view client_id, const runtime::Cancel& cancel) {
  HFHUB_TRY(const net::Response response,
            post_form(api, "/oauth/device", {{"client_id", std::string(client_id)}}, cancel));
  if (response.status >= 400) return error_of(response, {});
  return read_device_code(response);
}

Result<DeviceAnswer> ask_device_token(const Api& api, std::string_view client_id, const DeviceCode& code,
                                      const runtime::Cancel& cancel) {
  const auto response = post_form(api, "/oauth/token",
                                  {{"grant_type", std::string(kDeviceGrant)},
                                   {"device_code", code.device_code},
                                   {"client_id", std::string(client_id)}},
                                  cancel);
  if (response.ok()) return read_device_answer(*response, code);
  HFHUB_CHECK(cancel.check());
  return DeviceAnswer{};
}

Result<OAuthToken> refresh_oauth_token(const Api& api, std::string_view client_id, std::string_view refresh_token,
                                       const runtime::Cancel& cancel) {
  HFHUB_TRY(const net::Response response, post_form(api, "/oauth/token",
                                                    {{"grant_type", "refresh_token"},
                                                     {"refresh_token", std::string(refresh_token)},
                                                     {"client_id", std::string(client_id)}},
                                                    cancel));
  return read_token(response, refresh_token);
}

Result<OAuthToken> exchange_id_token(const Api& api, std::string_view id_token, std::string_view resource,
                                     const runtime::Cancel& cancel) {
  json::Writer body;
  body.begin_object().key("grant_type").string(kExchangeGrant).key("subject_token_type").string(kIdTokenType);
  body.key("subject_token").string(id_token).key("resource").string(resource).end_object();
  HFHUB_TRY(const net::Request request,
            make_post(api, "/oauth/token", json::to_compact_text(body.finish()->root()), "application/json"));
  HFHUB_TRY(const net::Response response, api.net.send(request, cancel));
  return read_token(response, id_token);
}

Result<std::string> request_github_id_token(const Api& api, const std::string& url, const std::string& request_token,
                                            const runtime::Cancel& cancel) {
  std::string audience = api.endpoint.str();
  while (audience.ends_with('/')) audience.pop_back();
  net::Request request;
  HFHUB_TRY(request.url,
            parse_url(url + (url.find('?') == std::string::npos ? "?" : "&") + "audience=" + percent_encode(audience)));
  request.authorization = "Bearer " + request_token;
  request.redirects = net::Redirects::kNever;
  request.deadline_ms = request.total_ms = kDeadlineMs;
  HFHUB_TRY(const net::Response response, api.net.send(request, cancel));
  if (response.status >= 400) return error_of(response, {});
  const auto answer = json::Value::parse(response.body);
  if (!answer.ok() || !answer->root()["value"].is_string()) {
    return Error::make(Code::kProtocol, "the answer of " + redacted(response.url.str()) + " has no id token");
  }
  return std::string(answer->root()["value"].string_or(""));
}

}  // namespace hfhub::hub
