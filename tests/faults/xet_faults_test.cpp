// Every fault against every kind of request that Xet makes, in both directions: the right bytes or a clear error in time,
// nothing visible, and the same session repairs it at the next call.
#include <filesystem>

#include "support/xet_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

struct Fault {
  const char* name;
  const char* action;
  bool passes;  // once is no reason to give up
};

const Fault kFaults[] = {
    {"Busy", R"({"status":503,"body":"<html>busy</html>"})", true},
    {"ServerError", R"({"status":500})", true},
    {"BadGateway", R"({"status":502})", true},
    {"GatewayTimeout", R"({"status":504})", true},
    {"TooManyRequests", R"({"status":429})", true},
    {"Unauthorized", R"({"status":401})", false},
    {"Forbidden", R"({"status":403})", false},
    {"NotFound", R"({"status":404})", false},
    {"Conflict", R"({"status":409})", false},
    {"BadRequest", R"({"status":400,"body":"no"})", false},
    {"Teapot", R"({"status":418})", false},
    {"EmptyOk", R"({"status":200,"body":""})", false},
    {"NoContent", R"({"status":204,"body":""})", false},
    {"Garbage", R"({"body":"{not json"})", false},
    {"Html", R"({"body":"<html>welcome to the hotel</html>","set_headers":{"content-type":"text/html"}})", false},
    {"Elsewhere", R"({"redirect":"http://127.0.0.1:9/"})", false},
    {"InCircles", R"({"status":307,"set_headers":{"location":"/v1/nowhere"}})", false},
    {"Late", R"({"delay_ms":1600})", true},
    {"DropAtOnce", R"({"drop_after":1})", true},
    {"Drop", R"({"drop_after":20})", true},
    {"Stall", R"({"stall_after":20,"stall_ms":3000})", true},
    {"Drip", R"({"drip_bytes_per_s":20})", true},
    {"Truncate", R"({"truncate_to":20})", false},
    {"ExtraBytes", R"({"extra_bytes":1000})", false},
    {"FlipByte", R"({"flip_byte":30})", false},
    {"NoLength", R"({"drop_headers":["content-length"]})", true},
    {"Gzip", R"({"content_encoding":"gzip"})", false},
    {"ExpiredUrl", R"({"expire_url":true})", true},
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

struct Way {
  const char* name;
  const char* match;
  bool upload;
  bool grants;  // else xorbs are posted
};

const Way kWays[] = {
    {"WriteToken", R"("origin":"hub","path":"*-token/*")", true, true},
    {"DedupQuestion", R"("origin":"cas","path":"/v1/chunks/*")", true, true},
    {"Grant", R"("origin":"cas","path":"/v1/xorb-grants/*")", true, true},
    {"Put", R"("origin":"cdn","method":"PUT")", true, true},
    {"XorbCommit", R"("origin":"cas","path":"/v1/xorb-commits/*")", true, true},
    {"DirectXorb", R"("origin":"cas","path":"/v1/xorbs/*")", true, false},
    {"Shard", R"("origin":"cas","path":"/v2/shards")", true, true},
    {"ReadToken", R"("origin":"hub","path":"*-token/*")", false, true},
    {"Reconstruction", R"("origin":"cas","path":"*/reconstructions/*")", false, true},
    {"Data", R"("origin":"cdn","method":"GET")", false, true},
};

void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

constexpr Milliseconds kLimit(30'000);

class XetFault : public XetTest, public ::testing::WithParamInterface<std::tuple<Fault, Way>> {
 protected:
  void SetUp() override {
    XetTest::SetUp();
    settings(way().grants ? R"({"cas_grants":"on"})" : R"({"cas_grants":"off"})");
    if (way().upload) return;
    Session calm = session();
    stored_ = upload(calm, content_);
    fs::create_directories(target(""));
  }
  const Fault& fault() const { return std::get<0>(GetParam()); }
  const Way& way() const { return std::get<1>(GetParam()); }

  // In a cache of its own, so that nothing is known from the run before.
  SessionOptions impatient(const std::string& name) {
    SessionOptions out = options();
    out.set("net.stall_timeout", "500ms").set("net.request_timeout", "1s").set("net.retries", "2");
    out.set("net.download_timeout", "1s").set("xet.dedup_deadline", "500ms").set("cache.xet_dir", scratch_ / name);
    return out;
  }
  void spoil(int times) {
    hub().fault(std::string(R"({"match":{)") + way().match + "},\"times\":" + std::to_string(times) +
                ",\"action\":" + fault().action + "}");
  }

  Outcome transfer(Session& session, const std::string& content) {
    if (!way().upload) return download(session, stored_, "x", kLimit);
    XetCommit commit = session.xet_commit(access());
    commit.add_path(source("x", content));
    return finish(commit.finish(), kLimit);
  }
  void expect_right(const std::string& content) {
    if (way().upload) {
      EXPECT_TRUE(on_cas(content));
    } else {
      EXPECT_TRUE(read_file(target("x")) == content);
      fs::remove(target("x"));
    }
  }
  void expect_clear_failure(const Outcome& outcome, const std::string& content) {
    EXPECT_LT(outcome.status, 0);
    EXPECT_NE(outcome.status, HFHUB_E_CANCELLED) << outcome;
    EXPECT_NE(outcome.status, HFHUB_E_INTERNAL) << outcome;
    EXPECT_NE(outcome.status, HFHUB_E_NO_MEMORY) << outcome;
    EXPECT_FALSE(outcome.message.empty());
    // A shard may have been taken in although its answer was spoilt.
    const bool answered = std::string(way().name) == "Shard";
    if (way().upload && !answered) {
      EXPECT_FALSE(on_cas(content)) << "registered although the upload failed";
    }
    if (!way().upload) {
      EXPECT_FALSE(fs::exists(target("x"))) << "visible although the download failed";
    }
  }

  const std::string content_ = new_bytes(700'001, std::hash<std::string>()(repo_id()) % 100'000);
  Stored stored_;
};

TEST_P(XetFault, OnceAndForEver) {
  const bool token = std::string(way().name).ends_with("Token");
  if (token && std::string(fault().name) == "FlipByte") GTEST_SKIP() << "another port is as good as the right one";
  {
    Session session(impatient("once"));
    spoil(1);
    const Outcome once = transfer(session, content_);
    if (once.ok()) expect_right(content_);
    else expect_clear_failure(once, content_);
    if (fault().passes) {
      EXPECT_TRUE(once.ok()) << once;
    }
    hub().clear_faults();
    const Outcome repaired = transfer(session, content_);
    ASSERT_TRUE(repaired.ok()) << "the session does not work any more: " << repaired;
    expect_right(content_);
  }
  const std::string other = way().upload ? content_ + content_.substr(1000) : content_;
  Session session(impatient("for ever"));
  spoil(0);
  const Outcome outcome = transfer(session, other);
  if (outcome.ok()) expect_right(other);
  else expect_clear_failure(outcome, other);
  hub().clear_faults();
  const Outcome repaired = transfer(session, other);
  ASSERT_TRUE(repaired.ok()) << "the session does not work any more: " << repaired;
  expect_right(other);
}

INSTANTIATE_TEST_SUITE_P(All, XetFault, ::testing::Combine(::testing::ValuesIn(kFaults), ::testing::ValuesIn(kWays)),
                         [](const auto& info) {
                           return std::string(std::get<1>(info.param).name) + "_" + std::get<0>(info.param).name;
                         });

// ---- bytes of storage alone ----------------------------------------------------------------------------------------

class XetDataFault : public XetTest {
 protected:
  void SetUp() override {
    XetTest::SetUp();
    Session calm = session();
    stored_ = upload(calm, content_);
    fs::create_directories(target(""));
  }
  const std::string content_ = new_bytes(5'000'000, 500);
  Stored stored_;
};

TEST_F(XetDataFault, AFlippedByteIsFoundWhereverItIs) {
  for (const int at : {0, 1, 5, 100, 70'000, 1'000'000, 1'900'000}) {
    Session session = this->session();
    hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"flip_byte":)" + std::to_string(at) + "}}");
    const Outcome outcome = download(session, stored_, "x");
    EXPECT_LT(outcome.status, 0) << at;
    EXPECT_FALSE(fs::exists(target("x"))) << at;
    hub().clear_faults();
    const Outcome repaired = download(session, stored_, "x");
    ASSERT_TRUE(repaired.ok()) << repaired;
    EXPECT_TRUE(read_file(target("x")) == content_);
    fs::remove(target("x"));
  }
}

TEST_F(XetDataFault, RangesThatAreNotWhatWasAskedFor) {
  for (const char* action : {R"({"ignore_range":true})", R"({"wrong_content_range":true})"}) {
    for (const int times : {1, 0}) {
      Session session = this->session();
      hub().fault(R"({"match":{"origin":"cdn"},"times":)" + std::to_string(times) + ",\"action\":" + action + "}");
      const Outcome outcome = download(session, stored_, "x");
      if (outcome.ok()) {
        EXPECT_TRUE(read_file(target("x")) == content_) << action;
        fs::remove(target("x"));
      }
      EXPECT_FALSE(fs::exists(target("x")));
      EXPECT_FALSE(outcome.status == HFHUB_E_CANCELLED || outcome.status == HFHUB_E_INTERNAL) << outcome;
      hub().clear_faults();
      ASSERT_TRUE(download(session, stored_, "x").ok());
      EXPECT_TRUE(read_file(target("x")) == content_);
      fs::remove(target("x"));
    }
  }
}

TEST_F(XetDataFault, WhatHadComeIsNotAskedForAgain) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":4,"action":{"drop_after":900000}})");
  Session session = this->session();
  forget_requests();
  const Outcome outcome = download(session, stored_, "x");
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(target("x")) == content_);
  EXPECT_LE(outcome.progress.wire_bytes, stored_.size + 4 * 131'072u + 100'000u);
}

TEST_F(XetDataFault, OneOfManyFilesFails) {
  Session session = this->session();
  const std::string other = new_bytes(300'000, 501);
  const Stored good = upload(session, other);
  hub().fault(R"({"match":{"path":"*/reconstructions/)" + stored_.hash + R"("},"times":0,"action":{"status":500}})");
  XetGroup group = session.xet_group(access());
  const size_t bad = group.add(stored_.hash, stored_.size, target("bad"));
  const size_t fine = group.add(good.hash, good.size, target("good"));
  const Outcome outcome = finish(group.start(), kLimit);
  EXPECT_LT(outcome.status, 0);
  EXPECT_THROW(group.finished(bad), Exception);
  EXPECT_TRUE(group.finished(fine));
  EXPECT_TRUE(read_file(target("good")) == other);
  EXPECT_FALSE(fs::exists(target("bad")));
}

}  // namespace
}  // namespace hfhub::test
