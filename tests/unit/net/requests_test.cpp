#include "net/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/user_agent.h"

namespace hfhub::net {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

Settings settings_for(std::string_view endpoint) {
  runtime::Config config;
  EXPECT_TRUE(config.set("endpoint", endpoint).ok());
  return Settings::from(config, 256u << 20);
}

Request request_to(std::string_view text) {
  Request request;
  request.url = parse_url(text).value();
  return request;
}

Hop first_hop(const Request& request) { return {request.method, request.url, request.headers, request.body}; }

std::vector<std::string> lines_at(const Request& request, std::string_view hop_url, std::string_view endpoint) {
  Hop hop = first_hop(request);
  hop.url = parse_url(hop_url).value();
  return header_lines(hop, request, settings_for(endpoint), false);
}

class Nothing final : public BodySource {
 public:
  uint64_t size() const override { return 0; }
  Done read(uint64_t, std::span<uint8_t>) override { return {}; }
};

TEST(CheckRequest, ABodyThatIsReadFollowsNoRedirect) {
  Nothing nothing;
  Request request = request_to("https://storage.example/");
  request.source = &nothing;
  EXPECT_FALSE(check_request(request).ok()) << "a GET with a body";
  request.method = Method::kPut;
  EXPECT_FALSE(check_request(request).ok());
  request.redirects = Redirects::kNever;
  EXPECT_TRUE(check_request(request).ok());
}

TEST(Headers, LastOneWinsAndCaseDoesNotMatter) {
  Headers headers;
  ASSERT_TRUE(headers.set("Accept", "a").ok());
  ASSERT_TRUE(headers.set("ACCEPT", " b ").ok());
  EXPECT_EQ(headers.all().size(), 1u);
  EXPECT_EQ(headers.get("accept"), "b");
  EXPECT_EQ(headers.find("missing"), nullptr);
  EXPECT_EQ(headers.get("missing"), "");
  headers.add_received("Link", "first");
  headers.add_received("link", "second");
  EXPECT_EQ(headers.get("LINK"), "first");
}

TEST(Headers, RefusesWhatALineCannotCarry) {
  Headers headers;
  for (const char* name : {"", "a b", "a:", "a\r\nb", "\xc3\xa4", "a(b)"})
    EXPECT_FALSE(headers.set(name, "v").ok()) << name;
  for (const char* value : {"a\r\nInjected: 1", "a\n", "\x01", "\x7f"}) {
    const auto refused = headers.set("X-Secret", value);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kArgument);
    EXPECT_EQ(refused.error().message.find("Injected"), std::string::npos);
  }
  EXPECT_TRUE(headers.set("X-Tab", "a\tb").ok());
  EXPECT_TRUE(headers.set("X-Utf8", "\xc3\xa4").ok());
  EXPECT_EQ(headers.all().size(), 2u);
}

TEST(Requests, RefusesSecretsInTheWrongPlace) {
  Request request = request_to("https://huggingface.co/a");
  EXPECT_TRUE(check_request(request).ok());
  ASSERT_TRUE(request.headers.set("Authorization", "Bearer hf_secret").ok());
  const auto refused = check_request(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message.find("hf_secret"), std::string::npos);

  for (std::string Request::*secret : {&Request::token, &Request::authorization}) {
    Request split = request_to("https://huggingface.co/a");
    split.*secret = "hf_x\r\nX-Injected: 1";
    EXPECT_FALSE(check_request(split).ok());
  }
  Request with_body = request_to("https://huggingface.co/a");
  with_body.body = "x";
  EXPECT_FALSE(check_request(with_body).ok());
  with_body.method = Method::kDelete;
  EXPECT_TRUE(check_request(with_body).ok());
}

TEST(Requests, TheTokenGoesHomeOnly) {
  Request request = request_to("https://huggingface.co/a");
  request.token = "hf_x";
  const std::string line = "Authorization: Bearer hf_x";
  EXPECT_THAT(lines_at(request, "https://huggingface.co/a", "https://huggingface.co"), Contains(line));
  EXPECT_THAT(lines_at(request, "https://hf.co/a", "https://huggingface.co"), Contains(line));
  for (const char* other :
       {"https://cdn.example/a", "http://huggingface.co/a", "https://huggingface.co.evil.example/"}) {
    EXPECT_THAT(lines_at(request, other, "https://huggingface.co"), Not(Contains(StartsWith("Authorization"))))
        << other;
  }
  EXPECT_THAT(lines_at(request, "https://huggingface.co/a", "https://mirror.example"),
              Not(Contains(StartsWith("Authorization"))));
}

TEST(Requests, AServersOwnSecretStaysThere) {
  Request request = request_to("https://cas.example/v1");
  request.authorization = "Bearer cas";
  EXPECT_THAT(lines_at(request, "https://cas.example/v2", "https://huggingface.co"),
              Contains("Authorization: Bearer cas"));
  for (const char* other : {"https://huggingface.co/a", "https://cas.example:444/", "http://cas.example/"}) {
    EXPECT_THAT(lines_at(request, other, "https://huggingface.co"), Not(Contains(StartsWith("Authorization"))))
        << other;
  }
}

TEST(Requests, AddsWhatTheCallerDidNotSet) {
  Request request = request_to("https://huggingface.co/a");
  const Settings settings = settings_for("https://huggingface.co");
  const auto plain = header_lines(first_hop(request), request, settings, true);
  EXPECT_THAT(plain, Contains("User-Agent: " + settings.user_agent));
  EXPECT_THAT(plain, Contains("Accept-Encoding: identity"));
  EXPECT_THAT(plain, Contains(StartsWith("X-Amzn-Trace-Id: ")));
  EXPECT_THAT(plain, Contains("Expect:"));
  EXPECT_THAT(plain, Contains("Content-Type:"));

  for (const auto& [name, value] :
       {std::pair("user-agent", "me/1"), {"accept-encoding", "br"}, {"x-request-id", "42"}, {"content-type", "a/b"}}) {
    ASSERT_TRUE(request.headers.set(name, value).ok());
  }
  ASSERT_TRUE(request.headers.set("X-Empty", "").ok());
  const auto own = header_lines(first_hop(request), request, settings, true);
  EXPECT_THAT(own, Not(Contains(StartsWith("User-Agent:"))));
  EXPECT_THAT(own, Not(Contains("Accept-Encoding: identity")));
  EXPECT_THAT(own, Contains("X-Amzn-Trace-Id: 42"));
  EXPECT_THAT(own, Not(Contains("Content-Type:")));
  EXPECT_THAT(own, Contains("X-Empty;"));
}

TEST(Requests, Uuid) {
  const std::string one = random_uuid();
  EXPECT_THAT(one, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(one, random_uuid());
}

TEST(UserAgent, Shape) {
  EXPECT_EQ(make_user_agent({"", "1.2.3", ""}), "unknown/None; libhfhub/1.2.3");
  EXPECT_EQ(make_user_agent({"engine/2.0; cuda/12", "1.2.3", "spaces"}),
            "engine/2.0; cuda/12; libhfhub/1.2.3; origin/spaces");
  EXPECT_EQ(make_user_agent({" a/1 ;a/1;; b/2 ", "1", ""}), "a/1; b/2; libhfhub/1");
  EXPECT_EQ(make_user_agent({"a/1\r\nX: y", "1", ""}), "a/1  X: y; libhfhub/1");
}

TEST(Settings, StreamsFitIntoEveryBudget) {
  for (uint64_t budget : {8ull << 20, 16ull << 20, 32ull << 20, 100ull << 20, 256ull << 20, 4ull << 30}) {
    const Settings settings = Settings::from(runtime::Config(), budget);
    EXPECT_LE(64 * settings.stream_cost_bytes + settings.send_reserve_bytes, budget) << budget;
    EXPECT_GE(settings.half_window_bytes, 32u << 10);
    EXPECT_LE(settings.half_window_bytes, 512u << 10);
    EXPECT_GE(settings.send_reserve_bytes, settings.send_cost_bytes);
  }
}

TEST(Settings, SmallRequestsAlwaysHaveAConnection) {
  for (const char* count : {"1", "2", "8", "64", "1024"}) {
    runtime::Config config;
    ASSERT_TRUE(config.set("net.max_connections", count).ok());
    const Settings settings = Settings::from(config, 64u << 20);
    EXPECT_GE(settings.max_streams, 1u) << count;
    EXPECT_LT(settings.max_streams, settings.max_connections) << count;
  }
}

TEST(Settings, NoWaitIsEndless) {
  runtime::Config config;
  for (const char* key : {"net.request_timeout", "net.connect_timeout", "net.stall_timeout"}) {
    ASSERT_TRUE(config.set(key, "0").ok()) << key;
  }
  const Settings settings = Settings::from(config, 64u << 20);
  EXPECT_EQ(settings.request_timeout_ms, 60'000);
  EXPECT_EQ(settings.connect_timeout_ms, 10'000);
  EXPECT_EQ(settings.stall_timeout_ms, 20'000);
}

}  // namespace
}  // namespace hfhub::net
