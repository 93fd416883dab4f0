// Redirects: to the CDN with signed URLs that expire, to foreign hosts, in circles. The token stays at home.
#include <algorithm>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

class RedirectFault : public HubTest {
 protected:
  void SetUp() override {
    hub().add_token(kToken, "alice");
    hub().commit(repo(), {{"w.bin", weights_, true}, {"a.txt", "plain"}});
  }
  Session signed_in() { return Session(options().token(kToken)); }
  size_t hub_gets() const {
    const auto all = seen();
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [](const Seen& request) {
      return request.method == "GET" && request.origin == "hub" && request.path.find("/resolve/") != std::string::npos;
    }));
  }

  const std::string weights_ = noise(1'500'000, 21);
};

TEST_F(RedirectFault, TheTokenGoesToTheHubOnly) {
  Session session = signed_in();
  ASSERT_TRUE(finish(session.download_snapshot(repo_id())).ok());
  size_t with_token = 0, on_cdn = 0;
  for (const Seen& request : seen()) {
    with_token += request.authorized;
    on_cdn += request.origin == "cdn";
    EXPECT_EQ(request.authorized, request.origin == "hub") << request.method << " " << request.path;
  }
  EXPECT_GT(with_token, 0u);
  EXPECT_GT(on_cdn, 0u);
}

TEST_F(RedirectFault, AForeignHostNeverSeesTheToken) {
  LocalHub stranger;
  stranger.commit(repo(), {{"w.bin", weights_, true}, {"a.txt", "plain"}});
  for (const char* file : {"w.bin", "a.txt"}) {
    const std::string target = stranger.endpoint() + "/" + repo_id() + "/resolve/main/" + file;
    hub().clear_faults();
    hub().fault(R"({"match":{"method":"GET","path":"*/resolve/*"},"times":0,"action":{"redirect":")" + target +
                R"("}})");
    Session session = signed_in();
    const Outcome outcome = finish(session.download_file(repo_id(), file));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(read_file(outcome.path), std::string(file) == "a.txt" ? "plain" : weights_);
  }
  const auto there = stranger.seen();
  EXPECT_FALSE(there.empty());
  for (const Seen& request : there) {
    EXPECT_FALSE(request.authorized) << request.path;
    EXPECT_FALSE(request.token_leak) << request.path;
    EXPECT_FALSE(request.counted) << "the download counter belongs to the Hub";
  }
}

TEST_F(RedirectFault, AListingOnAForeignHostGetsNoToken) {
  LocalHub stranger;
  hub().fault(R"({"match":{"path":"/api/*/tree/*"},"times":1,"action":{"set_headers":{"Link":"<)" +
              stranger.endpoint() + R"(/api/models/x/y/tree/main>; rel=\"next\""}}})");
  Session session = signed_in();
  (void)finish(session.download_snapshot(repo_id()));
  for (const Seen& request : stranger.seen()) EXPECT_FALSE(request.authorized) << request.path;
}

TEST_F(RedirectFault, AHeadThatLeadsAwayIsNotFollowed) {
  LocalHub stranger;
  hub().fault(R"({"match":{"method":"HEAD"},"times":0,"action":{"redirect":")" + stranger.endpoint() + R"(/x"}})");
  Session session = signed_in();
  EXPECT_EQ(finish(session.download_file(repo_id(), "a.txt")).status, HFHUB_E_PROTOCOL);
  EXPECT_TRUE(stranger.seen().empty());
}

TEST_F(RedirectFault, CirclesEnd) {
  const std::string self = hub().endpoint() + "/" + repo_id() + "/resolve/main/a.txt";
  for (const char* method : {"HEAD", "GET"}) {
    hub().clear_faults();
    forget_requests();
    hub().fault(std::string(R"({"match":{"method":")") + method + R"("},"times":0,"action":{"redirect":")" + self +
                R"("}})");
    Session session = signed_in();
    const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
    EXPECT_EQ(outcome.status, HFHUB_E_PROTOCOL) << outcome;
    EXPECT_NE(outcome.message.find("redirect"), std::string::npos) << outcome;
    EXPECT_LT(request_count(), 70u);
  }
}

TEST_F(RedirectFault, UnusableTargets) {
  for (const char* target :
       {"ftp://example.org/x", "file:///etc/passwd", "http://", "http://user:secret@127.0.0.1:9/"}) {
    hub().clear_faults();
    hub().fault(std::string(R"({"match":{"method":"GET","path":"*/resolve/*"},"times":0,"action":{"redirect":")") +
                target + R"("}})");
    Session session = signed_in();
    const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
    EXPECT_TRUE(outcome.status == HFHUB_E_PROTOCOL || outcome.status == HFHUB_E_NETWORK) << target << ": " << outcome;
    EXPECT_EQ(outcome.message.find("secret"), std::string::npos) << outcome;
  }
}

TEST_F(RedirectFault, AnExpiredUrlIsAskedForAgain) {
  hub().fault(R"({"match":{"method":"GET","path":"*/resolve/*"},"times":1,"action":{"expire_url":true}})");
  Session session = signed_in();
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(outcome.path), weights_);
  EXPECT_EQ(hub_gets(), 2u);
}

TEST_F(RedirectFault, UrlsThatAreAlwaysExpiredEndInAnError) {
  hub().fault(R"({"match":{"method":"GET","path":"*/resolve/*"},"times":0,"action":{"expire_url":true}})");
  Session session = signed_in();
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  EXPECT_EQ(outcome.status, HFHUB_E_FORBIDDEN) << outcome;
  EXPECT_EQ(outcome.http_status, 403);
  EXPECT_EQ(outcome.url.find('?'), std::string::npos) << outcome.url;
  EXPECT_LE(hub_gets(), 4u);
}

// The URL dies while the file is on its way: ranges that start later go on with a new one.
TEST_F(RedirectFault, AUrlExpiresInTheMiddle) {
  hub().admin("POST", "settings", R"({"url_ttl_s":1})");
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"delay_ms":500}})");
  Session session(options().set("net.ranges_per_file", "1"));
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  hub().admin("POST", "settings", R"({"url_ttl_s":3600})");
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(outcome.path), weights_);
  EXPECT_GE(hub_gets(), 2u);
}

TEST_F(RedirectFault, ARenamedRepositoryIsFound) {
  hub().admin("POST", "repos/" + repo() + "/rename", R"({"to":")" + repo_id() + R"(-new"})");
  Session session = signed_in();
  const Outcome file = finish(session.download_file(repo_id(), "a.txt"));
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(read_file(file.path), "plain");
  EXPECT_TRUE(finish(session.download_snapshot(repo_id())).ok());
}

}  // namespace
}  // namespace hfhub::test
