#include "xet/cas/shard_upload.h"

#include <gtest/gtest.h>

#include "unit/xet/cas/cas_fixture.h"

namespace hfhub::xet {
namespace {

const std::string kV1 = "POST /base/v1/shards";
const std::string kV2 = "POST /base/v2/shards";
const std::string kProgress =
    "{\"type\":\"validating\",\"verified\":0,\"total\":3}\n\n{\"type\":\"new thing\"}\r\n"
    "{\"type\":\"validating\",\"verified\":3,\"total\":3}\n{\"type\":\"committing\",\"stage\":\"uploading\"}\n"
    "{\"type\":\"committing\",\"stage\":\"syncing\"}\n";
const std::string kResult = "{\"type\":\"result\"}";

std::string error_frame(const std::string& rest) {
  return "{\"type\":\"error\",\"message\":\"dangling\\nxorb\"" + rest + "}\n";
}

struct ShardFixture : CasFixture {
  std::string body = "the shard";
  CasClient::ShardStages stages;
  SentCounter sent = std::make_shared<std::atomic<uint64_t>>(0);
  Done store() {
    Done done = client().store_shard(body, &stages, sent, cancel);
    EXPECT_EQ(body, "the shard");
    return done;
  }
};

TEST(StoreShard, FollowsTheFeed) {
  for (const std::string& end : {kResult, kResult + "\n", kResult + "\nignored"}) {
    ShardFixture f;
    f.net->on(kV2, {answer(200, kProgress + end)});
    const Done done = f.store();
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_EQ(f.stages.entries_total, 3u);
    EXPECT_EQ(f.stages.entries_validated, 3u);
    EXPECT_EQ(f.stages.uploaded, 1u);
    EXPECT_EQ(f.stages.stored, 1u);
    EXPECT_EQ(f.stages.synced, 1u);
    EXPECT_EQ(f.stages.completed, 1u);
    EXPECT_EQ(*f.sent, 9u);
    const net::Request request = f.net->last(kV2);
    EXPECT_TRUE(goes_as_to_cas(request));
    EXPECT_EQ(request.content(), "the shard");
    EXPECT_GT(request.silence_ms, 20'000);
    EXPECT_EQ(request.redirects, net::Redirects::kNever);
    ASSERT_TRUE(f.store().ok());  // the counters are the commit's
    EXPECT_EQ(f.stages.completed, 2u);
    EXPECT_EQ(f.stages.entries_total, 6u);
  }
}

TEST(StoreShard, NeedsNoStages) {
  ShardFixture f;
  f.net->on(kV2, {answer(200, kProgress + kResult)});
  EXPECT_TRUE(f.client().store_shard(f.body, nullptr, nullptr, f.cancel).ok());
}

TEST(StoreShard, RepeatsWhatMayWorkAndCountsItOnce) {
  Scripted broken = answer(200, kProgress);
  broken.broken_body = Error::make(Code::kNetwork, "broke").with_retry();
  for (const Scripted& first : {answer(200, kProgress + error_frame(",\"retryable\":true")), broken, answer(503),
                                answer(429), failing(Code::kTimeout)}) {
    ShardFixture f;
    f.net->on(kV2, {first, answer(200, kProgress + kResult)});
    ASSERT_TRUE(f.store().ok());
    EXPECT_EQ(f.net->count(kV2), 2u);
    EXPECT_EQ(f.stages.entries_total, 3u);
    EXPECT_EQ(f.stages.uploaded, 1u);
    EXPECT_EQ(f.stages.stored, 1u);
    EXPECT_EQ(f.stages.completed, 1u);
  }
  ShardFixture f;
  f.net->on(kV2, {answer(200, error_frame(",\"retryable\":true"))});
  EXPECT_EQ(f.store().error().code, Code::kHttp);
  EXPECT_EQ(f.net->count(kV2), 6u);
  EXPECT_EQ(f.stages.completed, 0u);
}

TEST(StoreShard, TellsWhatCannotWork) {
  const struct {
    Scripted scripted;
    Code code;
  } rows[] = {
      {answer(200, error_frame("")), Code::kHttp},
      {answer(200, error_frame(",\"retryable\":false")), Code::kHttp},
      {answer(200, ""), Code::kProtocol},
      {answer(200, kProgress), Code::kProtocol},
      {answer(200, "<html>"), Code::kProtocol},
      {answer(200, "[]\n"), Code::kProtocol},
      {answer(200, std::string((1u << 20) + 2, ' ')), Code::kProtocol},
      {answer(200, std::string((1u << 20) + 2, ' ') + "\n" + kResult), Code::kProtocol},
      {answer(302), Code::kProtocol},
      {answer(400), Code::kHttp},
      {answer(401), Code::kAuth},
      {answer(403), Code::kForbidden},
      {answer(413), Code::kHttp},
  };
  for (const auto& row : rows) {
    ShardFixture f;
    f.net->on(kV2, {row.scripted});
    const Done done = f.store();
    ASSERT_FALSE(done.ok()) << row.scripted.body.substr(0, 100);
    EXPECT_EQ(done.error().code, row.code) << row.scripted.status << done.error().message;
    EXPECT_NE(done.error().message.find("CAS"), std::string::npos);
    EXPECT_NE(done.error().message.find("shard"), std::string::npos);
    EXPECT_EQ(done.error().message.find('\n'), std::string::npos);
    EXPECT_EQ(f.net->count(kV1), 0u);
    EXPECT_EQ(f.net->count(kV2), row.scripted.status == 401 ? 2u : 1u);
  }
}

TEST(StoreShard, FallsBackToVersionOneAndRemembers) {
  for (const int status : {404, 501}) {
    for (const char* body : {R"({"result":0})", R"({"result":1,"shard_hash":"x"})"}) {
      ShardFixture f;
      f.net->on(kV2, {answer(status)});
      f.net->on(kV1, {answer(200, body)});
      ASSERT_TRUE(f.store().ok());
      ASSERT_TRUE(f.store().ok());
      EXPECT_EQ(f.net->count(kV2), 1u);
      EXPECT_EQ(f.net->count(kV1), 2u);
      EXPECT_TRUE(f.memory->no_v2_shards);
      EXPECT_EQ(f.stages.completed, 2u);
      EXPECT_EQ(f.net->last(kV1).body, "the shard");
    }
  }
}

TEST(StoreShard, VersionOnesErrors) {
  ShardFixture f;
  f.settings.shard_version = 1;
  for (const auto& scripted : {answer(200, "{}"), answer(200, R"({"result":2})"), answer(200, "x"), answer(404)}) {
    f.net->on(kV1, {scripted});
    EXPECT_FALSE(f.store().ok());
  }
  EXPECT_EQ(f.net->count(kV2), 0u);
  f.settings.shard_version = 2;
  f.net->on(kV2, {answer(404)});
  EXPECT_EQ(f.store().error().code, Code::kEntryNotFound);
  f.settings.shard_version = 0;
  f.net->on(kV1, {answer(500)});
  EXPECT_FALSE(f.store().ok());
  EXPECT_FALSE(f.memory->no_v2_shards);
}

TEST(StoreShard, ARejectedTokenIsRenewed) {
  ShardFixture f;
  f.net->on(kV2, {answer(401), answer(200, kResult)});
  ASSERT_TRUE(f.store().ok());
  EXPECT_TRUE(goes_as_to_cas(f.net->last(kV2), "t2"));
  EXPECT_EQ(f.net->last(kV2).body, "the shard");
}

TEST(StoreShard, HearsCancellation) {
  ShardFixture f;
  f.net->before_answer = [&](const auto&, const auto&) { f.cancel.request(); };
  EXPECT_EQ(f.store().error().code, Code::kCancelled);
}

TEST(LineCutter, CutsWhateverThePieces) {
  LineCutter lines;
  lines.feed("a\n\nb");
  EXPECT_EQ(lines.next()->value(), "a");
  EXPECT_EQ(lines.next()->value(), "");
  EXPECT_FALSE(lines.next()->has_value());
  lines.feed("c\nd");
  EXPECT_EQ(lines.next()->value(), "bc");
  EXPECT_FALSE(lines.next()->has_value());
  EXPECT_EQ(lines.rest(), "d");
  lines.feed(std::string(LineCutter::kLongestLine - 1, 'x') + "\n");
  EXPECT_EQ(lines.next()->value().size(), LineCutter::kLongestLine);
  lines.feed(std::string(LineCutter::kLongestLine + 1, 'x'));
  EXPECT_EQ(lines.next().error().code, Code::kProtocol);
}

}  // namespace
}  // namespace hfhub::xet
