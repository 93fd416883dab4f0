// xet/cas/answers.h: token answers, grants, the feed of a shard. The input's first line says which, the rest is the body.
#include "xet/cas/answers.h"

#include <algorithm>

#include "base/text.h"
#include "require.h"
#include "xet/cas/errors.h"

using namespace hfhub;

namespace {

void check_error(const Error& error) {
  REQUIRE(error.code == Code::kProtocol && !error.message.empty());
  REQUIRE(is_valid_utf8(error.message) && !has_control_characters(error.message));
}

net::Response answer(std::string_view body) {
  net::Response response;
  response.status = 200;
  response.url = *parse_url("https://hub.example/api/models/a/b/xet-read-token/main?sig=s3cr3t");
  response.body = body;
  return response;
}

// The body, or three lines that are the headers.
void token(std::string_view text, bool as_headers) {
  net::Response response = answer(as_headers ? "" : text);
  for (const char* name : {"X-Xet-Cas-Url", "X-Xet-Access-Token", "X-Xet-Token-Expiration"}) {
    if (!as_headers) break;
    const std::string_view line = text.substr(0, text.find('\n'));
    response.headers.add_received(name, line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  for (const char* endpoint : {"", "http://127.0.0.1:1"}) {
    const auto access = xet::parse_token_answer(response, endpoint);
    if (!access.ok()) {
      check_error(access.error());
      const Error error = xet::garbage(response, xet::Side::kRefreshRoute, "a token", access.error().message);
      REQUIRE(error.message.find("s3cr3t") == std::string::npos);
      continue;
    }
    REQUIRE(!access->token.empty() && !has_control_characters(access->token) && access->expires_s > 0);
    const auto url = parse_url(access->endpoint + "/v1/shards");
    REQUIRE(url.ok() && url->query().empty() && url->target.ends_with("/v1/shards"));
    REQUIRE(*endpoint != '\0' || url->scheme == "https");
  }
}

void grant(std::string_view text) {
  const Url cas = *parse_url("https://cas.example");
  const auto grant = xet::parse_grant(text, cas, 1000);
  if (!grant.ok()) return check_error(grant.error());
  REQUIRE(grant->method == net::Method::kPut || grant->method == net::Method::kPost);
  REQUIRE(grant->url.scheme == "https" && !has_control_characters(grant->authorization));
  for (const auto& [name, value] : grant->headers.all()) {
    net::Headers trial;
    REQUIRE(trial.set(name, value).ok() && !net::is_message_header(name));
    REQUIRE(!equal_ignoring_case(name, "authorization"));
  }
  const auto commit = parse_url("https://cas.example/grant/" + percent_encode(grant->id));
  REQUIRE(commit.ok() && split(commit->target, '/').size() == 3 && !commit->target.ends_with("/.") &&
          !commit->target.ends_with("/..") && !commit->target.ends_with("/"));
}

// However the feed is cut, the same lines come out.
void feed(std::string_view text) {
  for (const size_t step : {size_t{1}, size_t{7}, text.size() + 1}) {
    xet::LineCutter lines;
    std::string joined;
    for (size_t at = 0; at < text.size(); at += step) {
      lines.feed(text.substr(at, step));
      for (;;) {
        const auto line = lines.next();
        if (!line.ok()) return check_error(line.error());
        if (!*line) break;
        joined += std::string(**line) + "\n";
        const auto frame = xet::parse_shard_frame(**line);
        if (!frame.ok()) check_error(frame.error());
        else REQUIRE(frame->verified <= frame->total && is_valid_utf8(frame->message));
      }
    }
    REQUIRE(joined + std::string(lines.rest()) == text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  const std::string_view kind = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), kind.size() + 1));
  if (kind == "token") token(rest, false);
  else if (kind == "headers") token(rest, true);
  else if (kind == "grant") grant(rest);
  else if (kind == "feed") feed(rest);
  else if (const auto inserted = xet::parse_was_inserted(rest); !inserted.ok()) check_error(inserted.error());
  if (const auto result = xet::parse_shard_result(rest); !result.ok()) check_error(result.error());
  return 0;
}
