// Tokens of Xet storage: seeded, fetched, renewed, refused; who gets to see them; options; a fork in the middle.
#include <cstdlib>

#include "support/child.h"
#include "support/plain_http.h"
#include "support/xet_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

#if defined(__SANITIZE_THREAD__)
constexpr bool kForkWorks = false;
#else
constexpr bool kForkWorks = true;
#endif

class XetAccess : public XetTest {
 protected:
  // A CAS token for this repository, as the Hub gives it.
  Json token(const std::string& scope) const {
    const std::string path = "/api/models/" + repo_id() + "/xet-" + scope + "-token/main";
    const std::string header = std::string("Authorization: Bearer ") + kToken + "\r\n";
    return Json::parse(plain_http(hub().endpoint(), "GET", path, "", header).body);
  }
  Outcome put(Session& session, const XetOptions& options, const std::string& content) {
    XetCommit commit = session.xet_commit(options);
    try {
      commit.add_bytes("x", content.data(), content.size());
    } catch (const Exception& error) {
      Outcome out;
      out.status = error.status();
      out.message = error.what();
      out.http_status = error.http_status();
      return out;
    }
    return finish(commit.finish());
  }
  size_t token_requests() const { return count("hub", "GET", "-token/"); }
  // What belongs to whom: CAS sees its own tokens, storage none.
  void expect_no_leak() const {
    for (const Seen& request : seen()) {
      EXPECT_FALSE(request.token_leak) << request.origin << " " << request.path;
      if (request.origin == "cas") {
        EXPECT_EQ(request.auth_kind, "cas") << request.path;
      }
      if (request.origin == "cdn") {
        EXPECT_EQ(request.auth_kind, "") << request.path;
      }
    }
  }
};

TEST_F(XetAccess, ByTheRepositorysRoute) {
  Session session = this->session();
  const std::string content = new_bytes(400'000, 400);
  const Stored stored = upload(session, content);
  ASSERT_TRUE(download(session, stored, "x").ok());
  EXPECT_EQ(count("hub", "GET", "/xet-write-token/main"), 1u);
  EXPECT_EQ(count("hub", "GET", "/xet-read-token/main"), 1u);
  upload(session, "more");
  EXPECT_EQ(token_requests(), 2u) << "a token is asked for once";
  expect_no_leak();
  for (const Seen& request : seen()) {
    if (request.origin == "hub") {
      EXPECT_EQ(request.auth_kind, "hub");
    }
  }
}

TEST_F(XetAccess, ASeededToken) {
  const Json given = token("write");
  forget_requests();
  Session session(options().token(""));
  XetOptions options;
  options.endpoint(given["casUrl"].string()).token(given["accessToken"].string(), given["exp"].integer());
  EXPECT_TRUE(put(session, options, new_bytes(300'000, 401)).ok());
  EXPECT_EQ(token_requests(), 0u);
  expect_no_leak();
}

TEST_F(XetAccess, ARefreshUrlWithItsHeaders) {
  Session session(options().token(""));
  XetOptions options;
  options.refresh_url(session.xet_refresh_url("model", repo_id(), "main", 1));
  options.refresh_header("Authorization", std::string("Bearer ") + kToken).refresh_header("X-Of-The-Route", "r");
  options.header("X-Of-The-Store", "s");
  ASSERT_TRUE(put(session, options, new_bytes(300'000, 402)).ok());
  bool route = false, store = false;
  for (const Seen& request : seen()) {
    const bool has_route = !request.headers["x-of-the-route"].is_null();
    const bool has_store = !request.headers["x-of-the-store"].is_null();
    EXPECT_EQ(has_route, request.origin == "hub") << request.origin << " " << request.path;
    EXPECT_EQ(has_store, request.origin == "cas") << request.origin << " " << request.path;
    route |= has_route;
    store |= has_store;
  }
  EXPECT_TRUE(route && store);
  expect_no_leak();
}

TEST_F(XetAccess, RefreshUrls) {
  const Session session = this->session();
  const std::string hub_url = hub().endpoint();
  EXPECT_EQ(session.xet_refresh_url("model", "a/b", "", 0), hub_url + "/api/models/a/b/xet-read-token/main");
  EXPECT_EQ(session.xet_refresh_url("dataset", "a/b", "v1", 1), hub_url + "/api/datasets/a/b/xet-write-token/v1");
  EXPECT_EQ(session.xet_refresh_url("space", "a/b", "refs/pr/1", 0),
            hub_url + "/api/spaces/a/b/xet-read-token/refs%2Fpr%2F1");
  EXPECT_EQ(session.xet_refresh_url("bucket", "a/b", "", 1), hub_url + "/api/buckets/a/b/xet-write-token");
  EXPECT_THAT(session.xet_refresh_url("model", "a/b", "", 2), HasSubstr("create_pr=1"));
  EXPECT_THROW(session.xet_refresh_url("bucket", "a/b", "main", 0), Exception);
  EXPECT_THROW(session.xet_refresh_url("modle", "a/b", "", 0), Exception);
  EXPECT_THROW(session.xet_refresh_url("model", "../b", "", 0), Exception);
  EXPECT_THROW(session.xet_refresh_url("model", "a/b", "", 3), Exception);
}

TEST_F(XetAccess, TokensThatExpireOnTheWay) {
  settings(R"({"xet_token_ttl_s":2})");  // between one second and two
  hub().fault(R"({"match":{"origin":"cas","path":"/v1/xorb-grants/*"},"times":0,"action":{"delay_ms":400}})");
  Session session(options().set("xet.parallel_uploads", "1"));
  const std::string content = new_bytes(12'000'000, 403);
  const Stored stored = upload(session, content);
  hub().clear_faults();
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":900000}})");
  const Outcome outcome = download(session, stored, "x");
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(target("x")) == content);
  EXPECT_GT(token_requests(), 2u);
  expect_no_leak();
}

TEST_F(XetAccess, AnExpiredSeedWithoutARoute) {
  settings(R"({"xet_token_ttl_s":1})");
  const Json given = token("write");
  std::this_thread::sleep_for(Milliseconds(2100));
  Session session(options().token(""));
  XetOptions seeded;
  seeded.endpoint(given["casUrl"].string()).token(given["accessToken"].string(), given["exp"].integer());
  const Outcome outcome = put(session, seeded, "content");
  EXPECT_LT(outcome.status, 0);
  EXPECT_THAT(outcome.message, HasSubstr("token"));
  settings(R"({"xet_token_ttl_s":3600})");
  XetOptions renewed;  // the same, and a way to a new one
  renewed.endpoint(given["casUrl"].string()).token(given["accessToken"].string(), given["exp"].integer());
  renewed.refresh_url(session.xet_refresh_url("model", repo_id(), "", 1));
  renewed.refresh_header("Authorization", std::string("Bearer ") + kToken);
  EXPECT_TRUE(put(session, renewed, "content").ok());
}

TEST_F(XetAccess, ARouteThatFails) {
  struct Case {
    const char* action;
    bool recovers;  // when it happens once
  };
  for (const Case& fault :
       {Case{R"({"status":503})", true}, Case{R"({"status":500})", true}, Case{R"({"drop_after":10})", true},
        Case{R"({"delay_ms":2500})", true},
        Case{R"({"body":"{not json","drop_headers":["x-xet-access-token","x-xet-cas-url","x-xet-token-expiration"]})",
             false},
        Case{R"({"status":403})", false}, Case{R"({"status":404})", false}, Case{R"({"status":401})", false}}) {
    SCOPED_TRACE(fault.action);
    const std::string rule = R"({"match":{"path":"*-token/*"},"times":)";
    const auto impatient = [&] {
      SessionOptions out = options();
      out.set("net.request_timeout", "1s");
      return Session(out);
    };
    {
      Session session = impatient();
      hub().fault(rule + "0,\"action\":" + fault.action + "}");
      const Outcome outcome = put(session, access(), new_bytes(200'000, 404));
      EXPECT_LT(outcome.status, 0) << outcome;
      EXPECT_FALSE(outcome.message.empty());
      hub().clear_faults();
      const Outcome again = put(session, access(), new_bytes(200'000, 404));
      EXPECT_TRUE(again.ok()) << again;
    }
    if (!fault.recovers) continue;
    Session session = impatient();
    hub().fault(rule + "1,\"action\":" + fault.action + "}");
    const Outcome outcome = put(session, access(), new_bytes(200'000, 405));
    EXPECT_TRUE(outcome.ok()) << outcome;
    hub().clear_faults();
  }
}

TEST_F(XetAccess, RightsThatAreMissing) {
  Session stranger(options().token("hf_nobody_knows_this_one"));
  const Outcome outcome = put(stranger, access(), "x");
  EXPECT_EQ(outcome.http_status, 401) << outcome;
  hub().add_token("hf_reader_of_xet", "reader", "read");
  Session reader(options().token("hf_reader_of_xet"));
  const Outcome refused = put(reader, access(), "x");
  EXPECT_EQ(refused.http_status, 403) << refused;
  for (const std::string& text : {outcome.message, refused.message}) {
    EXPECT_EQ(text.find("hf_"), std::string::npos) << text;
  }
}

TEST_F(XetAccess, HeadersThatAreRefused) {
  XetOptions options;
  EXPECT_THROW(options.header("Authorization", "Bearer x"), Exception);
  EXPECT_THROW(options.header("authorization", "Bearer x"), Exception);
  EXPECT_THROW(options.header("X\r\nY", "z"), Exception);
  EXPECT_THROW(options.header("X", "a\r\nY: b"), Exception);
  EXPECT_THROW(options.refresh_header("X", "a\nb"), Exception);
  EXPECT_THROW(options.token("a b\n", 1), Exception);
  EXPECT_THROW(options.endpoint("not a url"), Exception);
  EXPECT_THROW(options.endpoint("ftp://x"), Exception);
  EXPECT_THROW(options.refresh_url("file:///etc/passwd"), Exception);
  EXPECT_THROW(options.repo("bucket", "a/b", "main"), Exception);
  EXPECT_THROW(options.repo("modle", "a/b"), Exception);
  EXPECT_THROW(options.repo("model", "a/../b"), Exception);
}

TEST_F(XetAccess, VariablesOfHfXet) {
  setenv("HF_XET_CLIENT_READ_TIMEOUT", "5s", 1);
  setenv("HF_XET_CHUNK_CACHE_SIZE_BYTES", "1000", 1);
  setenv("HF_XET_DEDUPLICATION_GLOBAL_DEDUP_QUERY_ENABLED", "false", 1);
  setenv("HF_XET_FIXED_UPLOAD_CONCURRENCY", "3", 1);
  Session session = this->session();
  EXPECT_EQ(session.option("xet.parallel_uploads"), "3");
  EXPECT_EQ(session.option("xet.global_dedup"), "false");
  upload(session, new_bytes(300'000, 406));
  EXPECT_EQ(count("cas", "GET", "/v1/chunks/"), 0u);
  std::string all;
  for (const std::string& line : log_lines()) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("HF_XET_CLIENT_READ_TIMEOUT has no effect"));
  EXPECT_THAT(all, HasSubstr("HF_XET_CHUNK_CACHE_SIZE_BYTES has no effect"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("HF_XET_FIXED_UPLOAD_CONCURRENCY has no effect")));
  for (const char* name : {"HF_XET_CLIENT_READ_TIMEOUT", "HF_XET_CHUNK_CACHE_SIZE_BYTES",
                           "HF_XET_DEDUPLICATION_GLOBAL_DEDUP_QUERY_ENABLED", "HF_XET_FIXED_UPLOAD_CONCURRENCY"}) {
    unsetenv(name);
  }
}

// ---- fork ----------------------------------------------------------------------------------------------------------

class XetFork : public XetTest {
 protected:
  void SetUp() override {
    if (!kForkWorks) GTEST_SKIP() << "not under this sanitizer";
    XetTest::SetUp();
  }
};

TEST_F(XetFork, AChildUploadsWhileTheParentDoes) {
  hub().fault(R"({"match":{"origin":"cas","path":"/v1/xorb-grants/*"},"times":0,"action":{"delay_ms":500}})");
  Session session = this->session();
  const std::string content = new_bytes(20'000'000, 410), of_child = new_bytes(300'000, 411);
  const Stored small = upload(session, new_bytes(100'000, 412));
  XetCommit commit = session.xet_commit(access());
  const size_t index = commit.add_path(source("large", content));
  hfhub_xet_writer* writer = nullptr;
  hfhub_xet_commit* raw = nullptr;
  ASSERT_EQ(hfhub_xet_commit_new(session.get(), access().get(), &raw, nullptr), HFHUB_OK);
  ASSERT_EQ(hfhub_xet_commit_add_stream(raw, "s", nullptr, &writer, nullptr), HFHUB_OK);
  XetStream stream = session.xet_stream(access(), small.hash, small.size);
  XetGroup group = session.xet_group(access());
  ASSERT_TRUE(soon([&] { return commit.progress().bytes_done > 0; }));
  const int status = run_in_fork([&] {
    const void* data = nullptr;
    size_t size = 0;
    hfhub_op* op = nullptr;
    hfhub_json* json = nullptr;
    if (hfhub_xet_commit_add_bytes(raw, "x", "x", 1, nullptr, nullptr, nullptr) != HFHUB_E_FORKED) return 11;
    if (hfhub_xet_commit_finish(raw, &op, nullptr) != HFHUB_E_FORKED) return 12;
    if (hfhub_xet_commit_get_item(raw, 0, &json, nullptr) != HFHUB_E_FORKED) return 13;
    if (hfhub_xet_commit_get_report(raw, &json, nullptr) != HFHUB_E_FORKED) return 14;
    if (hfhub_xet_writer_write(writer, "x", 1, nullptr) != HFHUB_E_FORKED) return 15;
    if (hfhub_xet_writer_finish(writer, nullptr, nullptr) != HFHUB_E_FORKED) return 16;
    if (hfhub_xet_stream_next(stream.get(), 0, &data, &size, nullptr, nullptr) != HFHUB_E_FORKED) return 17;
    hfhub_xet_commit_cancel(raw);  // harmless, all of them
    stream.cancel();
    hfhub_xet_writer_free(writer);
    hfhub_xet_commit_free(raw);
    hfhub_xet_commit* own = nullptr;
    if (hfhub_xet_commit_new(session.get(), access().get(), &own, nullptr) != HFHUB_OK) return 18;
    if (hfhub_xet_commit_add_bytes(own, "x", of_child.data(), of_child.size(), nullptr, nullptr, nullptr) != HFHUB_OK)
      return 19;
    if (hfhub_xet_commit_finish(own, &op, nullptr) != HFHUB_OK) return 20;
    if (hfhub_op_wait(op, 20'000, nullptr) != HFHUB_OK) return 21;
    hfhub_op_free(op);
    hfhub_xet_commit_free(own);
    return 0;
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(on_cas(of_child));
  hfhub_xet_writer_free(writer);
  hfhub_xet_commit_free(raw);
  const Outcome outcome = finish(commit.finish(), Milliseconds(40'000));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(commit.item(index)->operator[]("sha256").string(), sha256_hex(content));
  EXPECT_TRUE(stream.next().has_value());
}

TEST_F(XetFork, AChildThatExitsOrderly) {
  Session session = this->session();
  const std::string content = new_bytes(9'000'000, 413);
  const Stored stored = upload(session, content);
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":2000000}})");
  XetStream stream = session.xet_stream(access(), stored.hash, stored.size);
  std::string read;
  read += stream.next()->data;
  XetCommit commit = session.xet_commit(access());
  XetWriter writer = commit.add_stream("s");
  writer.write("abc", 3);
  const int status = run_in_fork([&] {
    Session own = this->session();
    XetCommit mine = own.xet_commit(access());
    mine.add_bytes("x", "from the child", 14);
    Op op = mine.finish();
    std::exit(op.wait_for(Milliseconds(20'000)) ? 0 : 31);
    return 99;
  });
  EXPECT_EQ(status, 0);
  while (const auto piece = stream.next()) read += piece->data;
  EXPECT_TRUE(read == content);
  writer.finish();
  EXPECT_TRUE(finish(commit.finish()).ok());
}

// ---- memory --------------------------------------------------------------------------------------------------------

TEST_F(XetAccess, MemoryStaysInTheBudget) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's own memory counts";
#endif
  settings(R"({"cas_open":true})");
  {
    std::string content = new_bytes(100'000'000, 420);
    const std::string path = source("large", content);
    for (int i = 1; i < 3; ++i) {
      write_file(path + std::to_string(i), new_bytes(100'000'000, 420 + static_cast<uint64_t>(i)));
    }
  }
  const std::string output = scratch_ / "output";
  Child child({HFHUB_XET_MEMORY, hub().cas(), scratch_ / "xet", scratch_ / "up/large", scratch_ / "up/large1",
               scratch_ / "up/large2"},
              {}, output);
  ASSERT_EQ(child.wait(110'000), 0) << read_file(output);
  const long peak_kb = std::stol(read_file(output));
  EXPECT_LE(peak_kb, (16 + 32) * 1024) << "of which the library's budget is 16 MiB";
  for (const char* name : {"large", "large1", "large2"}) {
    EXPECT_EQ(sha256_hex(read_file(scratch_ / (std::string("up/") + name + ".back"))),
              sha256_hex(read_file(scratch_ / (std::string("up/") + name))));
  }
}

}  // namespace
}  // namespace hfhub::test
