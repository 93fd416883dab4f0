#include "xet/cas/answers.h"

#include <algorithm>

#include "base/text.h"
#include "json/value.h"
#include "net/redirect.h"

namespace hfhub::xet {
namespace {

constexpr int64_t kFarthestExpiry = 1ll << 40;  // beyond it a sum of times could overflow
constexpr size_t kMostGrantHeaders = 100;
constexpr size_t kLongestId = 1024;

Error bad(std::string_view why) { return Error::make(Code::kProtocol, std::string(why)); }

bool is_usable_secret(std::string_view text) { return !text.empty() && !has_control_characters(text); }

struct RawToken {
  std::string token;
  std::optional<int64_t> expires_s;
  std::string endpoint;
};

RawToken token_of_headers(const net::Headers& headers) {
  RawToken raw;
  raw.token = headers.get("x-xet-access-token");
  raw.endpoint = headers.get("x-xet-cas-url");
  const auto expires = parse_uint64(trim(headers.get("x-xet-token-expiration")));
  if (expires.ok() && *expires <= static_cast<uint64_t>(kFarthestExpiry)) {
    raw.expires_s = static_cast<int64_t>(*expires);
  }
  return raw;
}

RawToken token_of_body(std::string_view body) {
  RawToken raw;
  const auto value = json::Value::parse(body);
  if (!value.ok()) return raw;
  const json::View root = value->root();
  raw.token = root["accessToken"].string_or("");
  raw.endpoint = root["casUrl"].string_or("");
  raw.expires_s = root["exp"].integer();
  return raw;
}

Done take_grant_header(std::string_view name, json::View value, uint64_t body_bytes, Grant* grant) {
  const auto text = value.string();
  if (!text) return bad("the grant has a header without a text");
  if (equal_ignoring_case(name, "content-length")) {
    const auto length = parse_uint64(trim(*text));
    if (!length.ok() || *length != body_bytes) return bad("the grant is for another length");
    return {};
  }
  if (net::is_message_header(name)) return bad("the grant sets the header '" + printable(name) + "'");
  if (equal_ignoring_case(name, "authorization")) {
    if (!is_usable_secret(*text)) return bad("the grant has an unusable authorization");
    grant->authorization = *text;
    return {};
  }
  if (grant->headers.find(name) != nullptr) return bad("the grant sets a header twice");
  if (Done set = grant->headers.set(name, *text); !set.ok()) return bad("the grant: " + set.error().message);
  return {};
}

Result<net::Method> grant_method(std::string_view method) {
  if (method == "PUT") return net::Method::kPut;
  if (method == "POST") return net::Method::kPost;
  return bad("the grant's method is neither PUT nor POST");
}

}  // namespace

Result<Access> parse_token_answer(const net::Response& response, std::string_view endpoint) {
  RawToken raw = token_of_body(response.body);
  if (raw.token.empty()) raw = token_of_headers(response.headers);
  if (!is_usable_secret(raw.token)) return bad("it holds no usable access token");
  if (!raw.expires_s || *raw.expires_s <= 0 || *raw.expires_s > kFarthestExpiry) {
    return bad("it does not say when the token expires");
  }
  Access access;
  access.endpoint = endpoint.empty() ? raw.endpoint : std::string(endpoint);
  access.token = std::move(raw.token);
  access.expires_s = *raw.expires_s;
  const auto url = parse_url(access.endpoint);
  if (!url.ok()) return bad("its CAS address is no usable http or https URL");
  if (!url->query().empty()) return bad("its CAS address has a query");
  if (endpoint.empty() && net::is_downgrade(response.url, *url)) return bad("it leads from https to a CAS without TLS");
  access.endpoint = url->str();
  while (access.endpoint.ends_with('/')) access.endpoint.pop_back();
  return access;
}

Result<Grant> parse_grant(std::string_view json, const Url& cas, uint64_t body_bytes) {
  HFHUB_TRY(const json::Value value, json::Value::parse(json));
  const json::View root = value.root();
  const auto id = root["id"].string();
  const auto method = root["method"].string();
  const auto url = root["url"].string();
  const json::View headers = root["headers"];
  if (!id || !method || !url || !headers.is_object()) return bad("the grant lacks id, method, url or headers");
  if (id->empty() || *id == "." || *id == ".." || id->size() > kLongestId) return bad("the grant's id is unusable");
  if (headers.size() > kMostGrantHeaders) return bad("the grant has too many headers");
  Grant grant;
  grant.id = *id;
  HFHUB_TRY(grant.method, grant_method(*method));
  const auto target = parse_url(*url);
  if (!target.ok()) return bad("the grant's URL is neither http nor https, or not usable");
  grant.url = *target;
  if (net::is_downgrade(cas, grant.url)) return bad("the grant leads from https to a host without TLS");
  for (size_t i = 0; i < headers.size(); ++i) {
    HFHUB_CHECK(take_grant_header(headers.key(i), headers.member(i), body_bytes, &grant));
  }
  return grant;
}

Result<bool> parse_was_inserted(std::string_view json) {
  HFHUB_TRY(const json::Value value, json::Value::parse(json));
  const auto inserted = value.root()["was_inserted"].boolean();
  if (!inserted) return bad("it does not say whether the xorb was inserted");
  return *inserted;
}

Done parse_shard_result(std::string_view json) {
  HFHUB_TRY(const json::Value value, json::Value::parse(json));
  const auto result = value.root()["result"].integer();
  if (!result || *result < 0 || *result > 1) return bad("it has no result");
  return {};
}

Result<ShardFrame> parse_shard_frame(std::string_view line) {
  HFHUB_TRY(const json::Value value, json::Value::parse(line));
  const json::View root = value.root();
  if (!root.is_object()) return bad("a line of the answer is no object");
  ShardFrame frame;
  const std::string_view type = root["type"].string_or("");
  const std::string_view stage = root["stage"].string_or("");
  if (type == "validating") {
    frame.kind = ShardFrame::Kind::kValidating;
    frame.total = root["total"].unsigned_integer().value_or(0);
    frame.verified = std::min(root["verified"].unsigned_integer().value_or(0), frame.total);
  } else if (type == "committing" && stage == "uploading") {
    frame.kind = ShardFrame::Kind::kUploading;
  } else if (type == "committing" && stage == "syncing") {
    frame.kind = ShardFrame::Kind::kSyncing;
  } else if (type == "result") {
    frame.kind = ShardFrame::Kind::kResult;
  } else if (type == "error") {
    frame.kind = ShardFrame::Kind::kError;
    frame.message = to_valid_utf8(trim(root["message"].string_or("no reason given")).substr(0, 600));
    frame.retryable = root["retryable"].boolean().value_or(false);
  }
  return frame;
}

void LineCutter::feed(std::string_view bytes) {
  pending_.erase(0, begin_);
  scanned_ -= std::exchange(begin_, 0);
  pending_ += bytes;
}

Result<std::optional<std::string_view>> LineCutter::next() {
  const size_t end = pending_.find('\n', scanned_);
  scanned_ = std::min(end, pending_.size());
  if (scanned_ - begin_ > kLongestLine) return bad("a line of the answer is longer than 1 MiB");
  if (end == std::string::npos) return std::optional<std::string_view>();
  const auto line = std::string_view(pending_).substr(begin_, end - begin_);
  begin_ = scanned_ = end + 1;
  return std::optional<std::string_view>(line);
}

}  // namespace hfhub::xet
