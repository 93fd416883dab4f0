#include "xet/cas/xorb_upload.h"

#include <gtest/gtest.h>

#include "unit/xet/cas/cas_fixture.h"

namespace hfhub::xet {
namespace {

const std::string kAskGrant = "POST /base/v1/xorb-grants/default/";
const std::string kPut = "PUT /upload";
const std::string kCommit = "POST /base/v1/xorb-commits/default/";
const std::string kDirect = "POST /base/v1/xorbs/default/";

Scripted grant(const std::string& id = "g 1/ä", const std::string& headers = R"({"If-None-Match":"*"})",
               const std::string& url = "https://store.example/upload?sig=s3cr3t", const std::string& method = "PUT") {
  return answer(201, R"({"id":")" + id + R"(","method":")" + method + R"(","url":")" + url + R"(","headers":)" +
                         headers + R"(,"extra":1})");
}

struct XorbFixture : CasFixture {
  std::string body = std::string(1000, 'x');
  SentCounter sent = std::make_shared<std::atomic<uint64_t>>(0);
  XorbFixture() {
    net->on(kAskGrant, {grant()});
    net->on(kPut, {answer(200)});
    net->on(kCommit, {answer(200)});
    net->on(kDirect, {answer(200, R"({"was_inserted":true})")});
  }
  std::vector<std::string> granted;  // ids, each with the number of uploads before it
  Result<bool> store() {
    const auto granted_ = [&](const std::string& id) -> Done {
      granted.push_back(id + " before upload " + std::to_string(net->count(kPut) + 1));
      return {};
    };
    auto stored = client().store_xorb(hash, body, 12345678901234567890u, sent, granted_, cancel);
    return stored;
  }
  // Grants asked for, uploads, commits, direct posts.
  std::vector<size_t> counts() const {
    return {net->count(kAskGrant), net->count(kPut), net->count(kCommit), net->count(kDirect)};
  }
};

using Counts = std::vector<size_t>;

TEST(StoreXorb, GoesByGrantUploadCommit) {
  XorbFixture f;
  const auto stored = f.store();
  ASSERT_TRUE(stored.ok()) << stored.error().message;
  EXPECT_TRUE(*stored);
  EXPECT_EQ(f.counts(), (Counts{1, 1, 1, 0}));
  EXPECT_EQ(f.granted, std::vector<std::string>{"g 1/ä before upload 1"});
  const net::Request asked = f.net->last(kAskGrant);
  EXPECT_TRUE(goes_as_to_cas(asked));
  EXPECT_EQ(asked.url.target, "/base/v1/xorb-grants/default/" + f.hash.text());
  EXPECT_EQ(asked.headers.get("content-type"), "application/json");
  EXPECT_EQ(asked.body, R"({"length":1000,"checksum":{"algo":"crc64nvme","value":"12345678901234567890"}})");
  const net::Request put = f.net->last(kPut);
  EXPECT_TRUE(goes_bare(put));
  EXPECT_EQ(put.authorization, "");
  EXPECT_EQ(put.headers.get("if-none-match"), "*");
  EXPECT_EQ(put.headers.all().size(), 1u);
  EXPECT_EQ(put.body, f.body);
  EXPECT_EQ(put.redirects, net::Redirects::kNever);
  const net::Request commit = f.net->last(kCommit);
  EXPECT_TRUE(goes_as_to_cas(commit));
  EXPECT_TRUE(commit.url.target.ends_with("/" + f.hash.text() + "/grant/g%201%2F%C3%A4"));
  EXPECT_EQ(commit.body, "");
  EXPECT_EQ(*f.sent, 1000u);
  EXPECT_TRUE(f.log.empty());
}

TEST(StoreXorb, AKnownXorbIsNotSent) {
  XorbFixture f;
  f.net->on(kAskGrant, {answer(200, "whatever")});
  EXPECT_FALSE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{1, 0, 0, 0}));
  EXPECT_EQ(*f.sent, 0u);
}

TEST(StoreXorb, AServerWithoutGrantsIsAskedOnce) {
  for (const int status : {404, 405, 501}) {
    XorbFixture f;
    f.net->on(kAskGrant, {answer(status)});
    EXPECT_TRUE(f.store().value());
    EXPECT_TRUE(f.memory->no_grants);
    EXPECT_TRUE(f.store().value());
    EXPECT_EQ(f.counts(), (Counts{1, 0, 0, 2}));
    EXPECT_TRUE(goes_as_to_cas(f.net->last(kDirect)));
    EXPECT_EQ(f.net->last(kDirect).body, f.body);
    EXPECT_TRUE(f.net->last(kDirect).retry);
    EXPECT_EQ(*f.sent, 2000u);
    EXPECT_TRUE(f.log.empty());
  }
}

TEST(StoreXorb, AnyOtherRefusalOfAGrantIsPostedDirectly) {
  const struct {
    Scripted scripted;
    size_t asked;
  } rows[] = {{answer(400), 1},
              {answer(403), 1},
              {answer(409), 1},
              {answer(202), 1},
              {answer(302), 1},
              {answer(429), 3},
              {answer(503), 3},
              {failing(Code::kNetwork), 3},
              {answer(408), 3},
              {answer(418), 1},
              {failing(Code::kTls, false), 1}};
  for (const auto& row : rows) {
    XorbFixture f;
    f.net->on(kAskGrant, {row.scripted});
    EXPECT_TRUE(f.store().value());
    EXPECT_EQ(f.counts(), (Counts{row.asked, 0, 0, 1})) << row.scripted.status;
    EXPECT_FALSE(f.memory->no_grants);
    EXPECT_EQ(f.log.size(), 1u);
  }
}

TEST(StoreXorb, AnUnusableGrantIsPostedDirectly) {
  for (const Scripted& scripted : {answer(201, "{}"),
                                   answer(201, "<html>"),
                                   grant(""),
                                   grant("."),
                                   grant(".."),
                                   grant("a", "[]"),
                                   grant("a", "{}", "ftp://store/x"),
                                   grant("a", "{}", "http://store.example/upload"),
                                   grant("a", "{}", "http://127.0.0.1/upload"),
                                   grant("a", "{}", "https://u:p@store/upload"),
                                   grant("a", "{}", "https://store.example/upload", "DELETE"),
                                   grant("a", "{}", "https://store.example/upload", "put"),
                                   grant("a", R"({"Host":"x"})"),
                                   grant("a", R"({"transfer-encoding":"chunked"})"),
                                   grant("a", R"({"Connection":"close"})"),
                                   grant("a", R"({"Content-Length":"999"})"),
                                   grant("a", R"({"content-length":"+1000"})"),
                                   grant("a", R"({"X":1})"),
                                   grant("a", R"({"X":"a\r\nb"})"),
                                   grant("a", R"({"a b":"c"})"),
                                   grant("a", R"({"x":"1","X":"2"})"),
                                   grant("a", R"({"Authorization":"a\nb"})"),
                                   grant("a", R"({"Expect":"100-continue"})")}) {
    XorbFixture f;
    f.net->on(kAskGrant, {scripted});
    EXPECT_TRUE(f.store().value());
    EXPECT_EQ(f.counts(), (Counts{1, 0, 0, 1})) << scripted.body;
    EXPECT_EQ(f.log.size(), 1u);
    EXPECT_EQ(f.log[0].find("s3cr3t"), std::string::npos);
  }
}

TEST(StoreXorb, AGrantMayNameItsAuthorizationLengthAndMethod) {
  XorbFixture f;
  f.net->on(kAskGrant, {grant("a", R"({"Authorization":"Grant key","Content-Length":"1000"})",
                              "https://store.example/upload", "POST")});
  f.net->on("POST /upload", {answer(201)});
  EXPECT_TRUE(f.store().value());
  const net::Request put = f.net->last("POST /upload");
  EXPECT_EQ(put.authorization, "Grant key");
  EXPECT_TRUE(put.headers.all().empty());
}

TEST(StoreXorb, ALocalServerMayGrantHttp) {
  XorbFixture f;
  f.target.endpoint = "http://127.0.0.1:1/base";
  f.net->on(kAskGrant, {grant("a", "{}", "http://127.0.0.1:1/upload")});
  EXPECT_TRUE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{1, 1, 1, 0}));
}

TEST(StoreXorb, KnowsWhatAnUploadsAnswerMeans) {
  const struct {
    std::vector<Scripted> puts;
    Counts counts;
    bool no_grants;
  } rows[] = {
      {{answer(201)}, {1, 1, 1, 0}, false},
      {{answer(412)}, {1, 1, 1, 0}, false},
      {{answer(409), answer(200)}, {1, 2, 1, 0}, false},
      {{answer(409), answer(409), answer(409), answer(200)}, {2, 4, 1, 0}, false},
      {{answer(400), answer(200)}, {2, 2, 1, 0}, false},
      {{answer(403), answer(200)}, {2, 2, 1, 0}, false},
      {{answer(403)}, {3, 3, 0, 1}, false},  // the third grant is used up
      {{answer(503), answer(200)}, {1, 2, 1, 0}, false},
      {{answer(503)}, {1, 3, 0, 1}, false},
      {{answer(429)}, {1, 3, 0, 1}, false},
      {{answer(301)}, {1, 1, 0, 1}, false},
      {{answer(307, "", {{"Location", "https://elsewhere"}})}, {1, 1, 0, 1}, false},
      {{answer(401)}, {1, 1, 0, 1}, false},
      {{answer(404)}, {1, 1, 0, 1}, false},
      {{answer(405)}, {1, 1, 0, 1}, false},
      {{answer(413)}, {1, 1, 0, 1}, false},
      {{failing(Code::kNetwork), answer(200)}, {1, 2, 1, 0}, false},
      {{failing(Code::kNetwork)}, {1, 3, 0, 1}, true},
      {{failing(Code::kTimeout)}, {1, 3, 0, 1}, true},
      {{failing(Code::kTls, false)}, {1, 1, 0, 1}, true},
      {{failing(Code::kArgument, false)}, {1, 1, 0, 1}, false},
  };
  for (const auto& row : rows) {
    XorbFixture f;
    f.net->on(kPut, row.puts);
    const auto stored = f.store();
    ASSERT_TRUE(stored.ok()) << stored.error().message;
    EXPECT_EQ(f.counts(), row.counts) << row.puts[0].status;
    EXPECT_EQ(f.memory->no_grants, row.no_grants) << row.puts[0].status;
    for (const auto& line : f.log) EXPECT_EQ(line.find("s3cr3t"), std::string::npos);
    EXPECT_EQ(f.log.empty(), row.counts[3] == 0);
    EXPECT_EQ(*f.sent, 1000u * (row.counts[1] + row.counts[3]));
  }
}

TEST(StoreXorb, AnUnreachableStorageHostCostsOnce) {
  XorbFixture f;
  f.net->on(kPut, {failing(Code::kTimeout)});
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{1, 3, 0, 4}));
}

TEST(StoreXorb, KnowsWhatACommitsAnswerMeans) {
  const struct {
    std::vector<Scripted> commits;
    Counts counts;
  } rows[] = {
      {{answer(204)}, {1, 1, 1, 0}}, {{answer(404), answer(200)}, {2, 2, 2, 0}},
      {{answer(404)}, {3, 3, 3, 1}}, {{answer(503), answer(200)}, {1, 1, 2, 0}},
      {{answer(503)}, {1, 1, 3, 1}}, {{failing(Code::kNetwork), answer(200)}, {1, 1, 2, 0}},
      {{answer(400)}, {1, 1, 1, 1}}, {{answer(403)}, {1, 1, 1, 1}},
      {{answer(409)}, {1, 1, 1, 1}}, {{answer(410)}, {1, 1, 1, 1}},
      {{answer(302)}, {1, 1, 1, 1}}, {{answer(401), answer(200)}, {1, 1, 2, 0}},
  };
  for (const auto& row : rows) {
    XorbFixture f;
    f.net->on(kCommit, row.commits);
    EXPECT_TRUE(f.store().value());
    EXPECT_EQ(f.counts(), row.counts) << row.commits[0].status;
  }
}

TEST(StoreXorb, SettingsDecideAboutGrants) {
  XorbFixture f;
  f.settings.direct_upload = true;
  EXPECT_TRUE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{0, 0, 0, 1}));
  f.settings.direct_upload = false;
  f.settings.grant_attempts = 0;  // counts as one
  f.net->on(kPut, {answer(403)});
  EXPECT_TRUE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{1, 1, 0, 2}));
}

TEST(StoreXorb, ARejectedTokenIsRenewedAndASecondTimeFinal) {
  XorbFixture f;
  f.net->on(kAskGrant, {answer(401), grant()});
  EXPECT_TRUE(f.store().value());
  EXPECT_EQ(f.counts(), (Counts{2, 1, 1, 0}));
  EXPECT_TRUE(goes_as_to_cas(f.net->last(kCommit), "t2") || goes_as_to_cas(f.net->last(kAskGrant), "t2"));
  XorbFixture g;
  g.net->on(kAskGrant, {answer(401)});
  EXPECT_EQ(g.store().error().code, Code::kAuth);
  EXPECT_EQ(g.counts(), (Counts{2, 0, 0, 0}));
  XorbFixture h;
  h.settings.direct_upload = true;
  h.net->on(kDirect, {answer(401), answer(200, R"({"was_inserted":false})")});
  EXPECT_FALSE(h.store().value());
  EXPECT_EQ(h.net->last(kDirect).body.size(), 1000u);  // the repeat has the body, too
}

TEST(StoreXorb, TheDirectUploadsErrorsAreTheCallers) {
  const struct {
    Scripted scripted;
    Code code;
  } rows[] = {{answer(400), Code::kHttp},
              {answer(403), Code::kForbidden},
              {answer(413), Code::kHttp},
              {answer(302), Code::kProtocol},
              {answer(200, "{}"), Code::kProtocol},
              {answer(200, "<html>"), Code::kProtocol},
              {answer(429), Code::kRateLimited},
              {answer(503), Code::kHttp},
              {failing(Code::kNetwork), Code::kNetwork}};
  for (const auto& row : rows) {
    XorbFixture f;
    f.settings.direct_upload = true;
    f.net->on(kDirect, {row.scripted});
    const auto stored = f.store();
    ASSERT_FALSE(stored.ok());
    EXPECT_EQ(stored.error().code, row.code) << row.scripted.status;
    EXPECT_NE(stored.error().message.find(f.hash.text()), std::string::npos);
    EXPECT_NE(stored.error().message.find("CAS"), std::string::npos);
  }
}

// For bytes that a process sent which was killed then: one question, and no way to be sure is a no.
TEST(CommitXorb, AsksOnce) {
  for (const int status : {200, 204, 404, 400, 500, 503}) {
    XorbFixture f;
    f.net->on(kCommit, {answer(status), answer(200)});
    const auto stored = f.client().commit_xorb(f.hash, "g 1/ä", f.cancel);
    ASSERT_TRUE(stored.ok()) << status;
    EXPECT_EQ(*stored, status < 300) << status;
    EXPECT_EQ(f.counts(), (Counts{0, 0, 1, 0})) << status;
    EXPECT_TRUE(f.net->last(kCommit).url.target.ends_with("/" + f.hash.text() + "/grant/g%201%2F%C3%A4"));
  }
  XorbFixture f;
  f.net->on(kCommit, {failing(Code::kNetwork)});
  EXPECT_FALSE(f.client().commit_xorb(f.hash, "g", f.cancel).value());
  f.cancel.request();
  EXPECT_EQ(f.client().commit_xorb(f.hash, "g", f.cancel).error().code, Code::kCancelled);
}

TEST(StoreXorb, HearsCancellationAtEveryStep) {
  for (const std::string& route : {kAskGrant, kPut, kCommit, kDirect}) {
    XorbFixture f;
    if (route == kDirect) f.memory->no_grants = true;
    f.net->before_answer = [&](const net::Request& request, const auto&) {
      if (ScriptedClient::route_of(request).starts_with(route)) f.cancel.request();
    };
    EXPECT_EQ(f.store().error().code, Code::kCancelled) << route;
  }
}

}  // namespace
}  // namespace hfhub::xet
