#include "xet/cas/client.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "unit/xet/cas/cas_fixture.h"

namespace hfhub::xet {
namespace {

const std::string kXorb(64, 'a');
const std::string kV1 =
    R"({"offset_into_first_range":0,"terms":[{"hash":")" + kXorb +
    R"(","unpacked_length":50,"range":{"start":0,"end":1}}],"fetch_info":{")" + kXorb +
    R"(":[{"range":{"start":0,"end":1},"url":"https://s.example/x","url_range":{"start":0,"end":57}}]}})";
const std::string kV2 = R"({"offset_into_first_range":0,"terms":[],"xorbs":{}})";
const std::string kAskV1 = "GET /base/v1/reconstructions/";
const std::string kAskV2 = "GET /base/v2/reconstructions/";

TEST(CasReconstruction, AsksVersionTwoWithARange) {
  CasFixture f;
  f.net->on(kAskV2, {answer(200, kV2)});
  const auto got = f.client().reconstruction(f.hash, {10, 20}, f.cancel);
  ASSERT_TRUE(got.ok() && got->has_value());
  const net::Request request = f.net->last(kAskV2);
  EXPECT_EQ(request.url.str(), "https://cas.example/base/v2/reconstructions/" + f.hash.text());
  EXPECT_EQ(request.headers.get("range"), "bytes=10-19");
  EXPECT_TRUE(goes_as_to_cas(request));
  EXPECT_EQ(f.client().reconstruction(f.hash, {5, 5}, f.cancel).error().code, Code::kArgument);
}

TEST(CasReconstruction, AnImpatientCallerIsToldSoon) {
  for (const bool twice : {true, false}) {
    CasFixture f;
    f.target.impatient = true;
    const auto broken = failing(Code::kNetwork);
    f.net->on(kAskV2, {broken, twice ? broken : answer(200, kV2)});
    EXPECT_EQ(f.client().reconstruction(f.hash, {0, 50}, f.cancel).ok(), !twice);
    EXPECT_EQ(f.net->count(kAskV2), 2u);
    EXPECT_FALSE(f.net->last(kAskV2).retry);
    EXPECT_GT(f.net->last(kAskV2).deadline_ms, 0);
    EXPECT_EQ(f.client().heard(), !twice);
    if (twice) continue;
    // Who has answered is trusted to answer again.
    ASSERT_TRUE(f.client().reconstruction(f.hash, {0, 50}, f.cancel).ok());
    EXPECT_TRUE(f.net->last(kAskV2).retry);
  }
  for (const Scripted& hopeless : {failing(Code::kTimeout), answer(503, "", {{"Retry-After", "60"}})}) {
    CasFixture f;
    f.target.impatient = true;
    f.net->on(kAskV2, {hopeless});
    EXPECT_FALSE(f.client().reconstruction(f.hash, {0, 50}, f.cancel).ok());
    EXPECT_EQ(f.net->count(kAskV2), 1u) << "who was not heard in time is not waited for again";
  }
  CasFixture busy;
  busy.target.impatient = true;
  busy.net->on(kAskV2, {answer(503), answer(200, kV2)});
  EXPECT_TRUE(busy.client().reconstruction(busy.hash, {0, 50}, busy.cancel).ok());
}

TEST(CasReconstruction, TheEndOfTheFileIsNoError) {
  CasFixture f;
  f.net->on(kAskV2, {answer(416)});
  const auto got = f.client().reconstruction(f.hash, {0, 1}, f.cancel);
  ASSERT_TRUE(got.ok());
  EXPECT_FALSE(got->has_value());
}

TEST(CasReconstruction, FallsBackToVersionOneAndRemembers) {
  for (const int status : {404, 501}) {
    for (const int v1 : {200, 416}) {
      CasFixture f;
      f.net->on(kAskV2, {answer(status)});
      f.net->on(kAskV1, {answer(v1, kV1)});
      EXPECT_EQ(f.client().reconstruction(f.hash, {0, 50}, f.cancel)->has_value(), v1 == 200);
      EXPECT_TRUE(f.memory->no_v2_reconstruction);
      ASSERT_TRUE(f.client().reconstruction(f.hash, {0, 50}, f.cancel).ok());
      EXPECT_EQ(f.net->count(kAskV2), 1u);
      EXPECT_EQ(f.net->count(kAskV1), 2u);
      EXPECT_EQ(f.net->last(kAskV1).headers.get("range"), "bytes=0-49");
    }
  }
}

TEST(CasReconstruction, AnUnknownFileIsNamedAndNothingRemembered) {
  CasFixture f;
  f.net->on(kAskV2, {answer(404)});
  f.net->on(kAskV1, {answer(404)});
  const auto got = f.client().reconstruction(f.hash, {0, 50}, f.cancel);
  EXPECT_EQ(got.error().code, Code::kEntryNotFound);
  EXPECT_NE(got.error().message.find(f.hash.text()), std::string::npos);
  EXPECT_FALSE(f.memory->no_v2_reconstruction);
}

TEST(CasReconstruction, AFixedVersionDoesNotFallBack) {
  CasFixture f;
  f.settings.reconstruction_version = 2;
  f.net->on(kAskV2, {answer(404), answer(501)});
  EXPECT_EQ(f.client().reconstruction(f.hash, {0, 1}, f.cancel).error().code, Code::kEntryNotFound);
  EXPECT_EQ(f.client().reconstruction(f.hash, {0, 1}, f.cancel).error().code, Code::kHttp);
  EXPECT_EQ(f.net->count(kAskV1), 0u);
  f.settings.reconstruction_version = 1;
  f.net->on(kAskV1, {answer(200, kV1)});
  EXPECT_TRUE(f.client().reconstruction(f.hash, {0, 1}, f.cancel).ok());
  EXPECT_EQ(f.net->count(kAskV2), 2u);
}

TEST(CasReconstruction, RefusesGarbageAndDataWithoutTls) {
  CasFixture f;
  f.settings.reconstruction_version = 1;
  f.net->on(kAskV1, {answer(200, "<html>"), answer(200, replace_all(kV1, "https://s", "http://s"))});
  for (int i = 0; i < 2; ++i) {
    const auto got = f.client().reconstruction(f.hash, {0, 1}, f.cancel);
    EXPECT_EQ(got.error().code, Code::kProtocol);
    EXPECT_NE(got.error().message.find(f.hash.text()), std::string::npos);
  }
}

TEST(CasErrors, NameCasAndWhatWasAsked) {
  const struct {
    int status;
    Code code;
    bool retriable;
  } rows[] = {{302, Code::kProtocol, false}, {400, Code::kHttp, false},       {403, Code::kForbidden, false},
              {408, Code::kHttp, true},      {429, Code::kRateLimited, true}, {500, Code::kHttp, true},
              {501, Code::kHttp, false},     {503, Code::kHttp, true},        {599, Code::kHttp, true}};
  for (const auto& row : rows) {
    CasFixture f;
    f.settings.reconstruction_version = 1;
    f.net->on(kAskV1, {answer(row.status, R"({"error":"because"})", {{"Retry-After", "2"}, {"X-Request-Id", "r7"}})});
    const Error error = f.client().reconstruction(f.hash, {0, 1}, f.cancel).error();
    EXPECT_EQ(error.code, row.code) << row.status;
    EXPECT_EQ(error.retriable, row.retriable) << row.status;
    EXPECT_NE(error.message.find("CAS"), std::string::npos);
    EXPECT_NE(error.message.find(f.hash.text()), std::string::npos);
    EXPECT_NE(error.message.find("because"), std::string::npos);
    ASSERT_NE(error.http, nullptr);
    EXPECT_EQ(error.http->http_status, row.status);
    EXPECT_EQ(error.http->retry_after_ms, 3000);
    EXPECT_EQ(error.http->request_id, "r7");
    EXPECT_EQ(error.message.find("t1"), std::string::npos);
  }
  CasFixture f;
  f.net->on(kAskV2, {failing(Code::kNetwork)});
  EXPECT_NE(f.client().reconstruction(f.hash, {0, 1}, f.cancel).error().message.find(f.hash.text()), std::string::npos);
}

TEST(CasToken, ARejectedTokenIsRenewedOnce) {
  CasFixture f;
  f.net->on(kAskV2, {answer(401), answer(200, kV2)});
  CasClient client = f.client();
  ASSERT_TRUE(client.reconstruction(f.hash, {0, 1}, f.cancel).ok());
  EXPECT_TRUE(goes_as_to_cas(f.net->last(kAskV2), "t2"));
  EXPECT_EQ(f.net->count("GET /api/"), 1u);
}

TEST(CasToken, ASecondRejectionIsFinal) {
  CasFixture f;
  f.net->on(kAskV2, {answer(401)});
  const Error error = f.client().reconstruction(f.hash, {0, 1}, f.cancel).error();
  EXPECT_EQ(error.code, Code::kAuth);
  EXPECT_EQ(error.http->http_status, 401);
  EXPECT_EQ(f.net->count(kAskV2), 2u);
  f.target.refresh_url = "";
  EXPECT_EQ(f.client().reconstruction(f.hash, {0, 1}, f.cancel).error().code, Code::kAuth);
  EXPECT_EQ(f.net->count(kAskV2), 3u);
}

TEST(CasToken, AServerThatNeedsNoneGetsNone) {
  CasFixture f;
  f.target.refresh_url = f.target.token = "";
  f.net->on(kAskV2, {answer(200, kV2)});
  ASSERT_TRUE(f.client().reconstruction(f.hash, {0, 1}, f.cancel).ok());
  EXPECT_EQ(f.net->last(kAskV2).authorization, "");
}

// ---- bytes ----

std::string read_all(net::BodyStream& stream, Error* error = nullptr) {
  std::string out;
  for (;;) {
    auto bytes = stream.next();
    if (!bytes.ok() && error != nullptr) *error = bytes.error();
    if (!bytes.ok() || bytes->empty()) return out;
    out += as_text(*bytes);
  }
}

TEST(OpenBytes, SendsNothingOfOurs) {
  CasFixture f;
  f.net->on("GET /x", {answer(206, "0123456789abcdefghij", {{"Content-Range", "bytes 10-29/100"}})});
  auto stream = f.client().open_bytes("https://s.example/x?sig=1", {10, 30}, f.cancel);
  ASSERT_TRUE(stream.ok()) << stream.error().message;
  EXPECT_EQ(read_all(**stream), "0123456789abcdefghij");
  const net::Request request = f.net->last("GET /x");
  EXPECT_TRUE(goes_bare(request));
  EXPECT_EQ(request.authorization, "");
  EXPECT_EQ(request.headers.get("range"), "bytes=10-29");
  EXPECT_TRUE(request.identity);
  EXPECT_FALSE(request.retry);
}

TEST(OpenBytes, AcceptsOnlyTheRangeThatWasAskedFor) {
  using Lines = std::vector<std::pair<std::string, std::string>>;
  const struct {
    int status;
    Lines headers;
    ByteSpan span;
    bool usable;
  } rows[] = {
      {206, {{"Content-Range", "bytes 4-7/10"}}, {4, 8}, true},
      {206, {{"Content-Range", "bytes 4-7/*"}, {"Content-Length", "4"}}, {4, 8}, true},
      {206, {{"Content-Range", "bytes 4-7/10"}, {"Content-Length", "5"}}, {4, 8}, false},
      {206, {{"Content-Range", "bytes 0-3/10"}}, {4, 8}, false},
      {206, {{"Content-Range", "bytes 4-6/10"}}, {4, 8}, false},
      {206, {{"Content-Range", "bytes */10"}}, {4, 8}, false},
      {206, {{"Content-Range", "garbage"}, {"Content-Length", "4"}}, {4, 8}, false},
      {206, {{"Content-Length", "4"}}, {4, 8}, true},  // the reference server
      {206, {{"Content-Length", "5"}}, {4, 8}, false},
      {206, {}, {4, 8}, false},
      {206, {{"Content-Type", "multipart/byteranges; boundary=x"}, {"Content-Length", "4"}}, {4, 8}, false},
      {200, {{"Content-Length", "4"}}, {4, 8}, true},  // a URL that stands for these bytes
      {200, {{"Content-Length", "10"}}, {4, 8}, false},
      {200, {}, {4, 8}, false},
      {200, {{"Content-Length", "10"}}, {0, 4}, true},
      {200, {{"Content-Length", "3"}}, {0, 4}, false},
      {200, {}, {0, 4}, true},
  };
  for (const auto& row : rows) {
    CasFixture f;
    f.net->on("GET /x", {answer(row.status, "0123456789", row.headers)});
    auto stream = f.client().open_bytes("https://s.example/x?sig=s3cr3t", row.span, f.cancel);
    EXPECT_EQ(stream.ok(), row.usable) << row.status << " " << (row.headers.empty() ? "" : row.headers[0].second);
    if (stream.ok()) {
      EXPECT_EQ(read_all(**stream), "0123");  // never more than was asked for
    } else {
      EXPECT_EQ(stream.error().code, Code::kProtocol);
      EXPECT_EQ(stream.error().message.find("s3cr3t"), std::string::npos);
    }
  }
}

TEST(OpenBytes, ABodyThatEndsEarlyIsTriedAgain) {
  CasFixture f;
  f.net->on("GET /x", {answer(206, "0123", {{"Content-Range", "bytes 0-9/10"}})});
  auto stream = f.client().open_bytes("https://s.example/x", {0, 10}, f.cancel);
  Error error;
  EXPECT_EQ(read_all(**stream, &error), "0123");
  EXPECT_EQ(error.code, Code::kNetwork);
  EXPECT_TRUE(error.retriable);
}

TEST(OpenBytes, SaysWhichRefusalsPass) {
  const struct {
    int status;
    Code code;
    bool retriable;
  } rows[] = {{401, Code::kForbidden, true}, {403, Code::kForbidden, true},   {404, Code::kHttp, false},
              {416, Code::kHttp, false},     {429, Code::kRateLimited, true}, {503, Code::kHttp, true},
              {304, Code::kProtocol, false}};
  for (const auto& row : rows) {
    CasFixture f;
    f.net->on("GET /x", {answer(row.status, "<Error>https://s.example/x?sig=s3cr3t</Error>")});
    const auto stream = f.client().open_bytes("https://s.example/x?sig=s3cr3t", {0, 4}, f.cancel);
    ASSERT_FALSE(stream.ok());
    EXPECT_EQ(stream.error().code, row.code) << row.status;
    EXPECT_EQ(stream.error().retriable, row.retriable) << row.status;
    EXPECT_EQ(stream.error().message.find("s3cr3t"), std::string::npos);
    EXPECT_EQ(stream.error().http->url, "https://s.example/x");
  }
}

// ---- known chunks ----

TEST(FindChunk, GivesTheShardOrNothing) {
  CasFixture f;
  f.net->on("GET /base/v1/chunks/default/", {answer(200, "shard"), answer(404)});
  CasClient client = f.client();
  EXPECT_EQ(client.find_chunk(f.hash, f.cancel)->value(), "shard");
  EXPECT_FALSE(client.find_chunk(f.hash, f.cancel)->has_value());
  const net::Request request = f.net->last("GET /base/v1/chunks/default/" + f.hash.text());
  EXPECT_TRUE(goes_as_to_cas(request));
  EXPECT_FALSE(request.retry);
  EXPECT_EQ(request.total_ms, 2000);
  EXPECT_TRUE(request.identity);
  EXPECT_TRUE(f.log.empty());
}

TEST(FindChunk, AFailureIsAMissAndSeveralEndTheAsking) {
  CasFixture f;
  f.net->on("GET /base/v1/chunks/",
            {answer(503), failing(Code::kTimeout), answer(404), answer(500), failing(Code::kNetwork), answer(403)});
  CasClient client = f.client();
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(client.find_chunk(f.hash, f.cancel)->has_value()) << i;
  EXPECT_TRUE(f.memory->no_dedup);
  EXPECT_FALSE(client.find_chunk(f.hash, f.cancel)->has_value());
  EXPECT_EQ(f.net->count("GET /base/v1/chunks/"), 6u);
  EXPECT_EQ(f.net->waits, 0);
  EXPECT_EQ(f.log.size(), 6u);  // five failures, and that it is over
}

TEST(FindChunk, HearsCancellation) {
  CasFixture f;
  f.cancel.request();
  EXPECT_EQ(f.client().find_chunk(f.hash, f.cancel).error().code, Code::kCancelled);
  EXPECT_EQ(f.memory->dedup_failures, 0u);
}

TEST(FindChunk, AnAnswerTooLargeIsAMiss) {
  CasFixture f;
  f.net->on("GET /base/v1/chunks/", {answer(200, std::string((16u << 20) + 1, 'x'))});
  EXPECT_FALSE(f.client().find_chunk(f.hash, f.cancel)->has_value());
}

}  // namespace
}  // namespace hfhub::xet
