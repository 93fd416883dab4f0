#include "xet/cas/errors.h"

#include "base/text.h"
#include "json/value.h"
#include "net/retry.h"

namespace hfhub::xet {
namespace {

constexpr size_t kLongestMessage = 600;
constexpr std::string_view kNoXet = "this repository offers no Xet token";

std::string server_message(const net::Response& response, Side side) {
  std::string_view text = response.headers.get("x-error-message");
  const auto body = side == Side::kStorage ? json::Value::parse("null") : json::Value::parse(response.body);
  if (text.empty() && body.ok()) {
    const json::View root = body->root();
    text = root["error"].string_or(root["message"].string_or(root.string_or("")));
  } else if (text.empty() && !body.ok() && !trim(response.body).starts_with('<')) {
    text = response.body;
  }
  return to_valid_utf8(trim(text).substr(0, kLongestMessage));
}

std::string request_id(const net::Headers& headers) {
  for (const char* name : {"x-request-id", "x-amzn-trace-id", "x-amz-cf-id"}) {
    if (const auto value = headers.get(name); !value.empty()) return printable(value);
  }
  return "";
}

std::string side_name(const net::Response& response, Side side) {
  switch (side) {
    case Side::kCas: return "CAS";
    case Side::kRefreshRoute: return "the token route " + redacted(response.url.str());
    case Side::kStorage: return "CAS's storage '" + response.url.host + "'";
  }
  return "CAS";
}

struct Meaning {
  Code code;
  std::string text;
};

// The Hub's own words for what is wrong with a repository.
std::optional<Code> hub_meaning(std::string_view hub_code) {
  if (hub_code == "RepoNotFound") return Code::kRepoNotFound;
  if (hub_code == "RevisionNotFound") return Code::kRevisionNotFound;
  if (hub_code == "GatedRepo") return Code::kGated;
  return std::nullopt;
}

Meaning route_meaning(const net::Response& response, std::string_view hub_code) {
  const std::string at = redacted(response.url.str());
  if (const auto code = hub_meaning(hub_code)) return {*code, "no Xet token from " + at};
  switch (response.status) {
    case 401: return {Code::kAuth, "the token was not accepted at " + at};
    case 403: return {Code::kForbidden, "a Xet token is not allowed at " + at};
    case 404: return {Code::kEntryNotFound, std::string(kNoXet) + ": nothing found at " + at};
    default: return {Code::kHttp, "no Xet token from " + at};
  }
}

Meaning meaning_of(const net::Response& response, Side side, std::string_view what, std::string_view hub_code) {
  const std::string who = side_name(response, side);
  const std::string asked(what);
  if (response.status < 400) return {Code::kProtocol, who + " gave an answer that was not expected for " + asked};
  if (response.status == 429) return {Code::kRateLimited, "too many requests to " + who + ", for " + asked};
  if (response.status >= 500) return {Code::kHttp, who + " failed for " + asked};
  if (side == Side::kRefreshRoute) return route_meaning(response, hub_code);
  const bool storage = side == Side::kStorage;
  switch (response.status) {
    case 401: return {storage ? Code::kForbidden : Code::kAuth, who + " did not accept the token for " + asked};
    case 403: return {Code::kForbidden, who + " does not allow " + asked};
    case 404: return {storage ? Code::kHttp : Code::kEntryNotFound, who + " does not have " + asked};
    default: return {Code::kHttp, who + " refused " + asked};
  }
}

std::shared_ptr<HttpDetail> detail_of(const net::Response& response, Side side) {
  auto detail = std::make_shared<HttpDetail>();
  detail->http_status = response.status;
  detail->url = redacted(response.url.str());
  detail->hub_code = printable(response.headers.get("x-error-code"));
  detail->request_id = request_id(response.headers);
  detail->server_message = server_message(response, side);
  detail->retry_after_ms = net::retry_after_ms(response.headers);
  return detail;
}

}  // namespace

Error refusal(const net::Response& response, Side side, std::string_view what) {
  auto detail = detail_of(response, side);
  Meaning meaning = meaning_of(response, side, what, detail->hub_code);
  std::string text = std::move(meaning.text) + " (HTTP " + std::to_string(response.status);
  if (!detail->request_id.empty()) text += ", request id " + detail->request_id;
  text += ")";
  if (meaning.code == Code::kRateLimited && detail->retry_after_ms >= 0) {
    text += ", retry in " + std::to_string((detail->retry_after_ms + 999) / 1000) + " s";
  }
  if (!detail->server_message.empty()) text += ": " + printable(detail->server_message);
  Error error = Error::make(meaning.code, std::move(text));
  error.retriable = net::is_transient_status(response.status) || (response.status >= 500 && response.status != 501);
  error.http = std::move(detail);
  return error;
}

Error garbage(const net::Response& response, Side side, std::string_view what, std::string_view why) {
  auto detail = detail_of(response, side);
  detail->server_message.clear();  // it may be a token
  Error error = Error::make(Code::kProtocol, "the answer of " + side_name(response, side) + " for " +
                                                 std::string(what) + " cannot be used: " + std::string(why));
  error.http = std::move(detail);
  return error;
}

bool is_final(const Error& error) {
  switch (error.code) {
    case Code::kCancelled:
    case Code::kForked:
    case Code::kNoMemory:
    case Code::kOffline:
    case Code::kState:
    case Code::kAuth: return true;
    default: return false;
  }
}

}  // namespace hfhub::xet
