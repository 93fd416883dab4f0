#include "xet/cas/access.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "unit/xet/cas/scripted_client.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;

constexpr const char* kRoute = "https://hub.example/api/models/ns/m/xet-read-token/main";
const std::string kAsked = "GET /api/models/ns/m/xet-read-token/main";

int64_t in_s(int64_t seconds) { return static_cast<int64_t>(wall_seconds()) + seconds; }

Scripted token(const std::string& value, int64_t expires_s, const std::string& cas = "https://cas.example") {
  return {200,
          R"({"accessToken":")" + value + R"(","exp":)" + std::to_string(expires_s) + R"(,"casUrl":")" + cas + R"("})",
          {},
          {},
          {}};
}

struct Fixture {
  std::shared_ptr<ScriptedClient> net = std::make_shared<ScriptedClient>();
  CasTarget target;
  Cancel cancel;
  Fixture() { target.refresh_url = kRoute; }
  std::shared_ptr<TokenSource> source() { return TokenSource::make(net, target).value(); }
};

TEST(RefreshUrl, EncodesTheRevisionAsOneSegment) {
  EXPECT_EQ(refresh_url("https://h/", "models", "ns/m", false, "refs/pr/1", false),
            "https://h/api/models/ns/m/xet-read-token/refs%2Fpr%2F1");
  EXPECT_EQ(refresh_url("https://h", "datasets", "ns/d", true, "", true),
            "https://h/api/datasets/ns/d/xet-write-token/main?create_pr=1");
  EXPECT_EQ(refresh_url("https://h", "buckets", "ns/b", true, "main", false),
            "https://h/api/buckets/ns/b/xet-write-token");
}

TEST(TokenSource, RefusesTargetsThatCannotWork) {
  Fixture f;
  f.target.refresh_url = "";
  EXPECT_EQ(TokenSource::make(f.net, f.target).error().code, Code::kArgument);
  f.target.endpoint = "ftp://cas";
  EXPECT_EQ(TokenSource::make(f.net, f.target).error().code, Code::kArgument);
  f.target.endpoint = "https://cas?x=1";
  EXPECT_EQ(TokenSource::make(f.net, f.target).error().code, Code::kArgument);
  f.target.endpoint = "https://cas";
  f.target.custom_headers = {{"authorization", "x"}};
  EXPECT_EQ(TokenSource::make(f.net, f.target).error().code, Code::kArgument);
  f.target.custom_headers = {{"x", "a\r\nb"}};
  EXPECT_EQ(TokenSource::make(f.net, f.target).error().code, Code::kArgument);
}

TEST(TokenSource, AsksWithTheHubTokenAndRefreshHeaders) {
  Fixture f;
  f.target.hub_token = "hf_secret";
  f.target.refresh_headers = {{"Authorization", "Bearer other"}, {"X-Bill", "me"}, {"Host", "evil"}};
  f.target.custom_headers = {{"X-Custom", "cas only"}};
  f.net->on(kAsked, {token("t1", in_s(3600), "https://cas.example/")});
  const Access access = f.source()->get(f.cancel).value();
  EXPECT_EQ(access.endpoint, "https://cas.example");
  EXPECT_EQ(access.token, "t1");
  const net::Request request = f.net->last(kAsked);
  EXPECT_EQ(request.token, "hf_secret");
  EXPECT_EQ(request.authorization, "Bearer other");
  EXPECT_EQ(request.headers.get("x-bill"), "me");
  EXPECT_EQ(request.headers.find("authorization"), nullptr);
  EXPECT_EQ(request.headers.find("x-custom"), nullptr);
  EXPECT_EQ(request.headers.find("host"), nullptr);
  EXPECT_EQ(request.redirects, net::Redirects::kSameSiteOnly);
}

TEST(TokenSource, KeepsATokenThatIsGood) {
  Fixture f;
  f.net->on(kAsked, {token("t1", in_s(3600)), token("t2", in_s(3600))});
  auto source = f.source();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source->get(f.cancel)->token, "t1");
  EXPECT_EQ(f.net->count(kAsked), 1u);
}

TEST(TokenSource, ReadsTheHeadersWhenThereIsNoBody) {
  Fixture f;
  f.net->on(kAsked, {{200,
                      "",
                      {{"X-Xet-Cas-Url", "https://cas.example"},
                       {"X-Xet-Access-Token", "t1"},
                       {"X-Xet-Token-Expiration", std::to_string(in_s(900))}},
                      {},
                      {}}});
  EXPECT_EQ(f.source()->get(f.cancel)->token, "t1");
}

TEST(TokenSource, UsesASeededTokenWithoutAsking) {
  Fixture f;
  f.target.endpoint = "https://cas.example/";
  f.target.token = "seed";
  f.target.token_expires_s = in_s(3600);
  EXPECT_EQ(f.source()->get(f.cancel)->token, "seed");
  f.target.token_expires_s = in_s(20);  // too near its end to be good for half a minute
  f.net->on(kAsked, {token("t1", in_s(3600))});
  EXPECT_EQ(f.source()->get(f.cancel)->token, "t1");
  EXPECT_EQ(f.source()->get(f.cancel)->endpoint, "https://cas.example");
}

TEST(TokenSource, WorksWithoutARoute) {
  Fixture f;
  f.target.refresh_url = "";
  f.target.endpoint = "http://localhost:1";
  EXPECT_EQ(f.source()->get(f.cancel)->token, "");
  f.target.token = "seed";
  f.target.token_expires_s = in_s(5);  // nothing better will come
  EXPECT_EQ(f.source()->get(f.cancel)->token, "seed");
  EXPECT_EQ(f.source()->renew("seed", f.cancel).error().code, Code::kAuth);
  f.target.token_expires_s = in_s(-5);
  EXPECT_EQ(f.source()->get(f.cancel).error().code, Code::kAuth);
  EXPECT_TRUE(f.net->requests().empty());
}

TEST(TokenSource, NamesGarbageByItsRouteAndNeverQuotesIt) {
  const std::string good = R"("accessToken":"t0p","exp":9999999999)";
  for (const std::string& body :
       {std::string(), std::string("<html>t0p"), std::string(R"({"exp":1,"casUrl":"https://c"})"),
        std::string(R"({"accessToken":"t0p","casUrl":"https://c"})"), "{" + good + "}",
        "{" + good + R"(,"casUrl":"file:///etc"})", "{" + good + R"(,"casUrl":"http://cas.example"})",
        "{" + good + R"(,"casUrl":"http://127.0.0.1:1"})", "{" + good + R"(,"casUrl":"https://c?x"})",
        std::string(R"({"accessToken":"t0p\n","exp":9999999999,"casUrl":"https://c"})"),
        std::string(R"({"accessToken":"t0p","exp":-1,"casUrl":"https://c"})")}) {
    Fixture f;
    f.target.refresh_url = std::string(kRoute) + "?sig=s3cr3t";
    f.net->on(kAsked, {{200, body, {}, {}, {}}});
    const auto got = f.source()->get(f.cancel);
    ASSERT_FALSE(got.ok()) << body;
    EXPECT_EQ(got.error().code, Code::kProtocol) << body;
    EXPECT_NE(got.error().message.find(kRoute), std::string::npos) << got.error().message;
    EXPECT_EQ(got.error().message.find("s3cr3t"), std::string::npos);
    EXPECT_EQ(got.error().message.find("t0p"), std::string::npos);
    EXPECT_EQ(got.error().http->server_message, "");
  }
}

TEST(TokenSource, LetsHttpLeadToHttp) {
  Fixture f;
  f.target.refresh_url = "http://127.0.0.1:8080/api/models/ns/m/xet-read-token/main";
  f.net->on(kAsked, {token("t1", in_s(3600), "http://127.0.0.1:9")});
  EXPECT_EQ(f.source()->get(f.cancel)->endpoint, "http://127.0.0.1:9");
}

TEST(TokenSource, SaysWhatARefusalMeans) {
  const auto refused = [](int status, std::vector<std::pair<std::string, std::string>> headers = {}) {
    Fixture f;
    f.net->on(kAsked, {{status, "", std::move(headers), {}, {}}});
    return f.source()->get(f.cancel).error();
  };
  EXPECT_EQ(refused(401).code, Code::kAuth);
  EXPECT_EQ(refused(403).code, Code::kForbidden);
  EXPECT_EQ(refused(404).code, Code::kEntryNotFound);
  EXPECT_NE(refused(404).message.find("this repository offers no Xet token"), std::string::npos);
  EXPECT_EQ(refused(404, {{"X-Error-Code", "RepoNotFound"}}).code, Code::kRepoNotFound);
  EXPECT_EQ(refused(403, {{"X-Error-Code", "GatedRepo"}}).code, Code::kGated);
  EXPECT_EQ(refused(429, {{"Retry-After", "3"}}).code, Code::kRateLimited);
  EXPECT_EQ(refused(429, {{"Retry-After", "3"}}).http->retry_after_ms, 4000);
  EXPECT_TRUE(refused(503).retriable);
  EXPECT_EQ(refused(503, {{"X-Request-Id", "r1"}}).http->request_id, "r1");
  EXPECT_EQ(refused(302, {{"Location", "https://elsewhere"}}).code, Code::kProtocol);
}

TEST(TokenSource, AsksAnewAfterAFailure) {
  Fixture f;
  f.net->on(kAsked, {failing(Code::kNetwork), token("t1", in_s(3600))});
  auto source = f.source();
  EXPECT_EQ(source->get(f.cancel).error().code, Code::kNetwork);
  EXPECT_EQ(source->get(f.cancel)->token, "t1");
}

TEST(TokenSource, GoesOnWithATokenThatStillWorks) {
  Fixture f;
  f.target.endpoint = "https://cas.example";
  f.target.token = "seed";
  f.target.token_expires_s = in_s(20);
  f.net->on(kAsked, {failing(Code::kNetwork)});
  EXPECT_EQ(f.source()->get(f.cancel)->token, "seed");
  f.target.token_expires_s = in_s(100);  // ahead of time: once, then not again for a while
  auto source = f.source();
  EXPECT_EQ(source->get(f.cancel)->token, "seed");
  EXPECT_EQ(source->get(f.cancel)->token, "seed");
  EXPECT_EQ(f.net->count(kAsked), 2u);
  EXPECT_FALSE(f.net->last(kAsked).retry);
}

TEST(TokenSource, TrustsTheServersClockOverOurs) {
  Fixture f;
  Scripted answer = token("t1", in_s(-3000));  // our clock is an hour ahead
  answer.headers = {{"Date", "Thu, 01 Jan 2026 00:00:00 GMT"}};
  answer.body = R"({"accessToken":"t1","exp":1767229200,"casUrl":"https://c"})";  // 01:00:00 that day
  f.net->on(kAsked, {answer});
  auto source = f.source();
  if (in_s(0) > 1767229200) {
    EXPECT_NEAR(static_cast<double>(source->get(f.cancel)->expires_s), static_cast<double>(in_s(3600)), 5);
  }
  EXPECT_EQ(source->get(f.cancel)->token, "t1");
  EXPECT_EQ(f.net->count(kAsked), 1u);
}

TEST(TokenSource, RenewsOnceHoweverManyReportTheSameToken) {
  Fixture f;
  f.net->on(kAsked, {token("t1", in_s(3600)), token("t2", in_s(3600)), token("t3", in_s(3600))});
  auto source = f.source();
  EXPECT_EQ(source->get(f.cancel)->token, "t1");
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { right += source->renew("t1", f.cancel)->token == "t2"; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
  EXPECT_EQ(f.net->count(kAsked), 2u);
  EXPECT_EQ(source->renew("t2", f.cancel).error().code, Code::kAuth);  // the fresh one, too
  EXPECT_EQ(f.net->count(kAsked), 2u);
}

// ---- several at once ----

class Gate {  // holds up a request until it is opened
 public:
  void pass() {
    ++arrived;
    while (!open) std::this_thread::yield();
  }
  void wait_for(int count) {
    while (arrived < count) std::this_thread::yield();
  }
  std::atomic<int> arrived{0};
  std::atomic<bool> open{false};
};

TEST(TokenSource, OneRequestServesAllWhoWait) {
  Fixture f;
  Gate gate;
  f.net->before_answer = [&](const auto&, const auto&) { gate.pass(); };
  f.net->on(kAsked, {token("t1", in_s(3600))});
  auto source = f.source();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { right += source->get(f.cancel)->token == "t1"; });
  gate.wait_for(1);
  gate.open = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 8);
  EXPECT_EQ(f.net->count(kAsked), 1u);
}

TEST(TokenSource, OneRenewsAheadWhileTheOthersGoOn) {
  Fixture f;
  f.target.endpoint = "https://cas.example";
  f.target.token = "seed";
  f.target.token_expires_s = in_s(60);
  Gate gate;
  f.net->before_answer = [&](const auto&, const auto&) { gate.pass(); };
  f.net->on(kAsked, {token("t1", in_s(3600))});
  auto source = f.source();
  std::string first;
  std::thread ahead([&] { first = source->get(f.cancel)->token; });
  gate.wait_for(1);
  EXPECT_EQ(source->get(f.cancel)->token, "seed");
  gate.open = true;
  ahead.join();
  EXPECT_EQ(first, "t1");
  EXPECT_EQ(source->get(f.cancel)->token, "t1");
  EXPECT_EQ(f.net->count(kAsked), 1u);
}

TEST(TokenSource, AWaiterHearsItsOwnCancellation) {
  Fixture f;
  Gate gate;
  f.net->before_answer = [&](const auto&, const auto&) { gate.pass(); };
  f.net->on(kAsked, {token("t1", in_s(3600))});
  auto source = f.source();
  std::thread leader([&] { EXPECT_TRUE(source->get(f.cancel).ok()); });
  gate.wait_for(1);
  const Cancel other;
  std::thread waiter([&] { EXPECT_EQ(source->get(other).error().code, Code::kCancelled); });
  other.request();
  waiter.join();  // the request still runs
  gate.open = true;
  leader.join();
}

TEST(TokenSource, ALeaderThatGivesUpLeavesTheOthersTheRequest) {
  Fixture f;
  Gate gate;
  const Cancel first;
  f.net->before_answer = [&](const auto&, const Cancel&) { gate.pass(); };
  f.net->on(kAsked, {token("t1", in_s(3600)), token("t2", in_s(3600))});
  auto source = f.source();
  std::thread leader([&] { EXPECT_EQ(source->get(first).error().code, Code::kCancelled); });
  gate.wait_for(1);
  std::string got;
  std::thread waiter([&] { got = source->get(f.cancel)->token; });
  first.request();
  gate.open = true;
  leader.join();
  waiter.join();
  EXPECT_EQ(got, "t2");
}

TEST(TokenSource, AFailureReachesAllWhoWaited) {
  Fixture f;
  Gate gate;
  f.net->before_answer = [&](const auto&, const auto&) { gate.pass(); };
  f.net->on(kAsked, {{401, "", {}, {}, {}}, token("t1", in_s(3600))});
  auto source = f.source();
  std::atomic<int> failed{0}, begun{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ++begun;
      const auto got = source->get(f.cancel);
      failed += !got.ok() && got.error().code == Code::kAuth;
    });
  }
  while (begun < 4) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that all four are inside
  gate.open = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 4);
  EXPECT_EQ(f.net->count(kAsked), 1u);
  EXPECT_EQ(source->get(f.cancel)->token, "t1");
}

// ---- the cache ----

TEST(TokenCache, SharesATokenByIdentity) {
  Fixture f;
  TokenCache cache;
  f.net->on(kAsked, {token("t1", in_s(3600)), token("t2", in_s(3600))});
  f.target.custom_headers = {{"X-A", "1"}};
  auto a = cache.find(f.net, f.target).value();
  f.target.custom_headers = {{"X-A", "2"}};
  auto b = cache.find(f.net, f.target).value();
  EXPECT_EQ(a->get(f.cancel)->token, "t1");
  EXPECT_EQ(b->get(f.cancel)->token, "t1");
  EXPECT_EQ(b->target().custom_headers[0].second, "2");  // the headers stay each caller's own
  f.target.hub_token = "somebody else";
  EXPECT_EQ(cache.find(f.net, f.target).value()->get(f.cancel)->token, "t2");
  f.target.refresh_headers = {{"authorization", "Bearer third"}};
  EXPECT_EQ(cache.find(f.net, f.target).value()->get(f.cancel)->token, "t2");
  EXPECT_EQ(f.net->count(kAsked), 3u);
}

TEST(TokenCache, TakesOverANewerSeed) {
  Fixture f;
  TokenCache cache;
  f.target.endpoint = "https://cas.example";
  f.target.token = "old";
  f.target.token_expires_s = in_s(1000);
  auto a = cache.find(f.net, f.target).value();
  f.target.token = "new";
  f.target.token_expires_s = in_s(2000);
  auto b = cache.find(f.net, f.target).value();
  EXPECT_EQ(a->get(f.cancel)->token, "new");
  f.target.token = "older";
  f.target.token_expires_s = in_s(500);
  EXPECT_EQ(cache.find(f.net, f.target).value()->get(f.cancel)->token, "new");
  EXPECT_TRUE(f.net->requests().empty());
}

TEST(TokenCache, WithoutARouteTheTokenIsTheIdentity) {
  Fixture f;
  TokenCache cache;
  f.target.refresh_url = "";
  f.target.endpoint = "https://cas.example";
  f.target.token = "a";
  auto a = cache.find(f.net, f.target).value();
  f.target.token = "b";
  auto b = cache.find(f.net, f.target).value();
  EXPECT_EQ(a->get(f.cancel)->token, "a");
  EXPECT_EQ(b->get(f.cancel)->token, "b");
}

TEST(TokenCache, ForgetsTheOldest) {
  Fixture f;
  TokenCache cache;
  f.net->on(kAsked, {token("t", in_s(3600))});
  ASSERT_TRUE(cache.find(f.net, f.target).value()->get(f.cancel).ok());
  for (int i = 0; i < 1000; ++i) {
    f.target.hub_token = std::to_string(i);
    ASSERT_TRUE(cache.find(f.net, f.target).ok());
  }
  f.target.hub_token = "";
  ASSERT_TRUE(cache.find(f.net, f.target).value()->get(f.cancel).ok());
  EXPECT_EQ(f.net->count(kAsked), 2u);
}

}  // namespace
}  // namespace hfhub::xet
