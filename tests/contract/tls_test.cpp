// The same promises over TLS and HTTP/2, and through proxies.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "support/disk.h"
#include "support/hub_test.h"
#include "support/proxy.h"
#include "support/tls_front.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<TlsFront>& running_front() {
  static auto* const front = new std::unique_ptr<TlsFront>();
  return *front;
}

class Tls : public HubTest {
 protected:
  static void SetUpTestSuite() { running_front() = std::make_unique<TlsFront>(); }
  static void TearDownTestSuite() { running_front().reset(); }
  static TlsFront& front() { return *running_front(); }

  void SetUp() override {
    front().hub().add_token(kToken, "alice");
    commit_ = front().hub().commit(repo(), {{"a.txt", "a"}, {"dir/b.txt", "bb"}, {"w.bin", weights_, true}});
    (void)front().requests(0);
    mark_ = front().hub().mark();
  }
  void TearDown() override {
    front().hub().clear_faults();
    for (const Seen& request : seen_behind()) {
      EXPECT_FALSE(request.token_leak) << request.path;
      EXPECT_FALSE(request.origin == "cdn" && request.authorized) << request.path;
    }
    HubTest::TearDown();
  }
  SessionOptions tls_options() {
    SessionOptions out = options();
    out.endpoint(front().endpoint()).set("net.ca_file", front().ca_file()).token(kToken);
    return out;
  }
  std::vector<Seen> seen_behind() const { return front().hub().seen(mark_); }

  const std::string weights_ = noise(1'200'000, 91);
  std::string commit_;

 private:
  int64_t mark_ = 0;
};

TEST_F(Tls, ASnapshot) {
  Session session(tls_options());
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(outcome.path + "/dir/b.txt"), "bb");
  EXPECT_TRUE(read_file(outcome.path + "/w.bin") == weights_);
  size_t with_token = 0;
  for (const Seen& request : seen_behind()) with_token += request.authorized;
  EXPECT_GT(with_token, 0u);
}

TEST_F(Tls, SmallRequestsShareHttp2) {
  Session session(tls_options());
  const std::string about = R"({"repo_type":"model","repo_id":")" + repo_id() + R"("})";
  ASSERT_TRUE(finish(session.call("repos.refs", about)).ok());
  ASSERT_TRUE(finish(session.file_metadata(repo_id(), "a.txt")).ok());
  for (const std::string& line : front().requests(2)) EXPECT_EQ(line.rfind("HTTP/2.0 ", 0), 0u) << line;
  Session old(tls_options().set("net.http2", "false"));
  ASSERT_TRUE(finish(old.call("repos.refs", about)).ok());
  for (const std::string& line : front().requests(1)) EXPECT_EQ(line.rfind("HTTP/1.1 ", 0), 0u) << line;
}

TEST_F(Tls, AnAuthorityThatIsNotTrusted) {
  for (const std::string& authority : {front().other_ca_file(), std::string()}) {
    SessionOptions options = tls_options();
    options.set("net.ca_file", authority);
    Session session(options);
    for (const bool snapshot : {false, true}) {
      const Outcome outcome =
          snapshot ? finish(session.download_snapshot(repo_id())) : finish(session.download_file(repo_id(), "a.txt"));
      EXPECT_EQ(outcome.status, HFHUB_E_TLS) << outcome;
      EXPECT_THAT(outcome.message, HasSubstr("localhost"));
      EXPECT_THAT(outcome.message, HasSubstr("net.ca_file"));
      EXPECT_THAT(outcome.message, HasSubstr("SSL_CERT_FILE"));
      EXPECT_FALSE(outcome.retriable);
    }
  }
  EXPECT_TRUE(seen_behind().empty());
  EXPECT_TRUE(list_folder(cache()).empty());
}

TEST_F(Tls, ACaFileThatIsNotThere) {
  Session session(tls_options().set("net.ca_file", scratch_ / "none.pem"));
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_TLS) << outcome;
}

TEST_F(Tls, AnotherName) {
  Session session(tls_options().endpoint("https://127.0.0.1:" + std::to_string(front().port())));
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_TLS) << outcome;
  EXPECT_TRUE(seen_behind().empty());
}

TEST_F(Tls, NoTlsAtAll) {
  const std::string plain = front().hub().endpoint();
  Session session(tls_options().endpoint("https://localhost" + plain.substr(plain.rfind(':'))));
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_TRUE(outcome.status == HFHUB_E_TLS || outcome.status == HFHUB_E_NETWORK) << outcome;
}

TEST_F(Tls, TheEnvironmentNamesTheAuthority) {
  setenv("SSL_CERT_FILE", front().ca_file().c_str(), 1);
  setenv("HF_ENDPOINT", front().endpoint().c_str(), 1);
  {
    Session session{SessionOptions().cache_dir(cache())};
    const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
    EXPECT_TRUE(outcome.ok()) << outcome;
  }
  unsetenv("SSL_CERT_FILE");
  unsetenv("HF_ENDPOINT");
}

TEST_F(Tls, FaultsUnderIt) {
  struct Row {
    const char* action;
    hfhub_status for_ever;
  };
  for (const Row& row :
       {Row{R"({"drop_after":3000})", HFHUB_E_NETWORK}, Row{R"({"stall_after":3000})", HFHUB_E_TIMEOUT},
        Row{R"({"flip_byte":5})", HFHUB_E_INTEGRITY}, Row{R"({"status":503})", HFHUB_E_HTTP}}) {
    const std::string rule = R"({"match":{"origin":"cdn"},"action":)" + std::string(row.action) + ",\"times\":";
    Session session(tls_options());
    front().hub().fault(rule + "0}");
    const Outcome bad = finish(session.download_file(repo_id(), "w.bin"));
    EXPECT_EQ(bad.status, row.for_ever) << row.action << ": " << bad;
    front().hub().clear_faults();
    const Outcome good = finish(session.download_file(repo_id(), "w.bin"));
    ASSERT_TRUE(good.ok()) << good;
    EXPECT_TRUE(read_file(good.path) == weights_);
    EXPECT_TRUE(partial_files().empty());
    std::filesystem::remove_all(cache());
  }
}

TEST_F(Tls, TheTokenDoesNotFollowToPlainHttp) {
  front().hub().fault(R"({"match":{"method":"GET","path":"*/resolve/*"},"times":1,"action":{"redirect":")" +
                      front().hub().endpoint() + "/" + repo_id() + R"(/resolve/main/a.txt?again"}})");
  Session session(tls_options());
  (void)finish(session.download_file(repo_id(), "a.txt"));
  size_t arrived = 0;
  for (const Seen& request : seen_behind()) {
    if (request.query.find("again") == std::string::npos) continue;
    ++arrived;
    EXPECT_FALSE(request.authorized);
  }
  EXPECT_LE(arrived, 1u);
}

// The TLS library tidies up during exit, while our threads are in the middle of it.
TEST_F(Tls, ExitWithRunningOperations) {
  front().hub().commit(repo(), {{"large.bin", noise(2'000'000, 92), true}, {"mid.bin", noise(200'000, 93), true}});
  front().hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":2000000}})");
  for (int i = 0; i < 20; ++i) {
    Child child(
        {HFHUB_EXIT_RUNNING, front().endpoint(), scratch_ / "c" + std::to_string(i), repo_id(), std::to_string(i * 11)},
        {{"SSL_CERT_FILE", front().ca_file()}}, scratch_ / "output");
    EXPECT_EQ(child.wait(10'000), 0) << read_file(scratch_ / "output");
  }
}

// ---- proxies -------------------------------------------------------------------------------------------------------

TEST_F(Tls, AProxyForPlainRequests) {
  hub().commit(repo(), {{"a.txt", "a"}, {"w.bin", weights_, true}});
  Proxy proxy;
  Session session(options().set("net.http_proxy", proxy.url()));
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path + "/w.bin") == weights_);
  EXPECT_EQ(proxy.heads().size(), request_count()) << "something went around it";
}

TEST_F(Tls, AProxyFromTheEnvironment) {
  Proxy proxy;
  for (const auto& [variable, endpoint] :
       {std::pair("HTTPS_PROXY", front().endpoint()), std::pair("https_proxy", front().endpoint()),
        std::pair("HTTP_PROXY", front().hub().endpoint()), std::pair("ALL_PROXY", front().endpoint())}) {
    setenv(variable, proxy.url().c_str(), 1);
    const size_t before = proxy.heads().size();
    {
      Session session(tls_options().endpoint(endpoint));
      EXPECT_TRUE(finish(session.call("models.list", R"({"limit":1})")).ok()) << variable;
    }
    EXPECT_GT(proxy.heads().size(), before) << variable << " is not used";
    setenv("NO_PROXY", "example.org,localhost,127.0.0.1", 1);
    const size_t then = proxy.heads().size();
    {
      Session session(tls_options().endpoint(endpoint));
      EXPECT_TRUE(finish(session.call("models.list", R"({"limit":1})")).ok()) << variable;
    }
    EXPECT_EQ(proxy.heads().size(), then) << "NO_PROXY is not obeyed";
    unsetenv("NO_PROXY");
    unsetenv(variable);
  }
}

TEST_F(Tls, ATunnelHidesEverything) {
  Proxy proxy;
  Session session(tls_options().set("net.https_proxy", proxy.url()));
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path + "/w.bin") == weights_);
  for (const std::string& head : proxy.heads()) {
    EXPECT_EQ(head.rfind("CONNECT localhost:", 0), 0u) << head;
    EXPECT_EQ(head.find(kToken), std::string::npos) << head;
    EXPECT_EQ(head.find("uthorization"), std::string::npos) << head;
  }
}

TEST_F(Tls, AProxyThatRefuses) {
  Proxy proxy("403 Forbidden");
  Session session(tls_options().set("net.https_proxy", proxy.url()));
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_NETWORK) << outcome;
  EXPECT_THAT(outcome.message, HasSubstr("proxy"));
  EXPECT_THAT(outcome.message, HasSubstr("403"));
  EXPECT_EQ(proxy.heads().size(), 1u) << "a refusal is final";
}

TEST_F(Tls, AProxyThatIsNotThere) {
  Session session(tls_options().set("net.https_proxy", "http://127.0.0.1:" + std::to_string(free_port())));
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_NETWORK) << outcome;
  EXPECT_TRUE(seen_behind().empty());
}

TEST_F(Tls, AProxysPasswordIsASecret) {
  Proxy proxy;
  const std::string with_password = "http://me:verySecret@127.0.0.1:" + std::to_string(proxy.port());
  {
    Session session(tls_options().set("net.https_proxy", with_password));
    EXPECT_TRUE(finish(session.download_file(repo_id(), "a.txt")).ok());
  }
  ASSERT_FALSE(proxy.heads().empty());
  EXPECT_THAT(proxy.heads()[0], HasSubstr("Proxy-Authorization: Basic "));
  Proxy refuses("407 Proxy Authentication Required");
  Session session(
      tls_options().set("net.https_proxy", "http://me:verySecret@127.0.0.1:" + std::to_string(refuses.port())));
  const Outcome outcome = finish(session.call("whoami"));
  EXPECT_EQ(outcome.status, HFHUB_E_NETWORK) << outcome;
  EXPECT_EQ(outcome.message.find("verySecret"), std::string::npos) << outcome;
  for (const std::string& line : log_lines()) EXPECT_EQ(line.find("verySecret"), std::string::npos) << line;
  EXPECT_EQ(session.option("net.https_proxy").find("verySecret"), std::string::npos) << "shown in the open";
}

}  // namespace
}  // namespace hfhub::test
