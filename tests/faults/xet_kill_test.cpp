// kill -9 at random points of Xet downloads and uploads: never a wrong file, and what had moved does not move again.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>

#include "support/child.h"
#include "support/xet_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

constexpr int kKills = 30;

class XetKill : public XetTest {
 protected:
  void SetUp() override {
    XetTest::SetUp();
    settings(R"({"cas_open":true})");
  }
  std::unique_ptr<Child> start(const std::vector<std::string>& command) {
    const std::map<std::string, std::string> environment = {{"HF_XET_CACHE", scratch_ / "cache"},
                                                            {"HF_XET_FIXED_DOWNLOAD_CONCURRENCY", "4"},
                                                            {"HF_XET_FIXED_UPLOAD_CONCURRENCY", "2"},
                                                            {"HF_XET_DATA_MAX_CONCURRENT_FILE_INGESTION", "2"}};
    return std::make_unique<Child>(command, environment, scratch_ / "output");
  }
  // Runs until it ends by itself; `check` is called after each kill. The number of kills.
  template <class Check>
  int run(const std::vector<std::string>& command, int kills, int longest_ms, Check check) {
    int killed = 0;
    for (;;) {
      auto child = start(command);
      if (killed < kills && child->wait(std::uniform_int_distribution<int>(5, longest_ms)(random_)) < 0) {
        child->signal(SIGKILL);
        (void)child->wait();
        ++killed;
        check();
        continue;
      }
      EXPECT_EQ(child->wait(), 0) << read_file(scratch_ / "output");
      return killed;
    }
  }
  std::mt19937 random_{20240601};
};

TEST_F(XetKill, ADownloadThirtyTimes) {
  constexpr uint64_t kPiece = 4u << 20;  // what four streams have in hand, and a gap that is too small for a request
  const std::string content = new_bytes(48 << 20, 600);
  Session session = this->session();
  const Stored stored = upload(session, content);
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":8000000}})");
  int kills = 0, rounds = 0;
  uint64_t worst = 0;
  while (kills < kKills) {
    ++rounds;
    fs::remove_all(target(""));
    fs::create_directories(target(""));
    forget_requests();
    const std::string item = stored.hash + "," + std::to_string(stored.size) + "," + target("x");
    const int killed = run({HFHUB_XET_GET, hub().cas(), item}, std::min(10, kKills - kills), 500, [&] {
      EXPECT_TRUE(!fs::exists(target("x")) || read_file(target("x")) == content) << "visible with wrong bytes";
    });
    kills += killed;
    ASSERT_TRUE(read_file(target("x")) == content);
    EXPECT_EQ(list_folder(target("")).size(), 1u) << "an unfinished file stays behind";
    const uint64_t bytes = bytes_fetched();
    worst = std::max(worst, bytes);
    EXPECT_LE(bytes, stored.size + stored.size / 20 + kPiece * static_cast<uint64_t>(killed)) << killed << " kills";
    if (HasFailure()) return;
  }
  std::cout << rounds << " rounds, " << kills << " kills, at worst "
            << static_cast<double>(worst) / static_cast<double>(stored.size) << " of the bytes\n";
}

TEST_F(XetKill, AnUploadThirtyTimes) {
  constexpr uint64_t kXorb = 4u << 20;  // each of two connections has one
  hub().fault(R"({"match":{"origin":"cdn","method":"PUT"},"times":0,"action":{"delay_ms":60}})");
  int kills = 0, rounds = 0;
  double worst = 0;
  while (kills < kKills) {
    ++rounds;
    std::vector<std::string> command = {HFHUB_XET_PUT, hub().cas()}, contents;
    uint64_t total = 0;
    for (uint64_t i = 0; i < 12; ++i) {
      contents.push_back(new_bytes(i < 6 ? 8'000'000 : 50'000, 700 + 100 * static_cast<uint64_t>(rounds) + i));
      total += contents.back().size();
      command.push_back(source(std::to_string(rounds) + "-" + std::to_string(i), contents.back()));
    }
    forget_requests();
    const int killed = run(command, std::min(10, kKills - kills), 600, [] {});
    kills += killed;
    for (const std::string& content : contents) EXPECT_TRUE(on_cas(content));
    const uint64_t bytes = bytes_stored();
    worst = std::max(worst, static_cast<double>(bytes) / static_cast<double>(total));
    EXPECT_LE(bytes, total + total / 10 + 2 * kXorb * static_cast<uint64_t>(killed)) << killed << " kills";
    if (HasFailure()) return;
  }
  std::cout << rounds << " rounds, " << kills << " kills, at worst " << worst << " of the bytes\n";
}

// Killed when CAS has got the bytes but was not told to keep them: the next run tells it, and sends nothing.
TEST_F(XetKill, WhatHasArrivedIsNotSentAgain) {
  const std::string content = new_bytes(3'000'000, 900'000);
  const std::vector<std::string> command = {HFHUB_XET_PUT, hub().cas(), source("x", content)};
  hub().fault(R"({"match":{"path":"/v1/xorb-commits/*"},"times":1,"action":{"delay_ms":3000}})");
  forget_requests();
  {
    const auto child = start(command);
    const std::string log = "log?since=" + std::to_string(hub().mark());
    ASSERT_TRUE(soon([&] {  // the log as it is: the commit does not end
      const Json entries = hub().admin("GET", log)["entries"];
      for (size_t i = 0; i < entries.size(); ++i) {
        if (entries[i]["path"].string().rfind("/v1/xorb-commits/", 0) == 0) return true;
      }
      return !child->running();
    }));
    ASSERT_TRUE(child->running()) << read_file(scratch_ / "output");
    child->signal(SIGKILL);
    (void)child->wait();
  }
  const auto again = start(command);
  EXPECT_EQ(again->wait(), 0) << read_file(scratch_ / "output");
  EXPECT_TRUE(on_cas(content));
  EXPECT_LE(bytes_stored(), content.size() + content.size() / 100);
}

TEST_F(XetKill, WhatWasReadToItsEndIsNotReadAgain) {
  const std::string first = new_bytes(9'000'000, 600'001), second = new_bytes(60'000'000, 600'002);
  const std::string first_path = source("first", first), second_path = source("second", second);
  hub().fault(R"({"match":{"origin":"cdn","method":"PUT"},"times":0,"action":{"delay_ms":300}})");
  {
    const std::map<std::string, std::string> environment = {{"HF_XET_CACHE", scratch_ / "xet"},
                                                            {"HF_XET_DATA_MAX_CONCURRENT_FILE_INGESTION", "1"},
                                                            {"HF_XET_FIXED_UPLOAD_CONCURRENCY", "1"}};
    Child child({HFHUB_XET_PUT, hub().cas(), first_path, second_path}, environment, scratch_ / "output");
    const std::string log = "log?since=" + std::to_string(hub().mark());
    const auto committed = [&] {  // the log as it is: there is always a request that has not ended
      const Json entries = hub().admin("GET", log)["entries"];
      int count = 0;
      for (size_t i = 0; i < entries.size(); ++i) {
        count += entries[i]["path"].string().rfind("/v1/xorb-commits/", 0) == 0 && entries[i]["done"].boolean();
      }
      return count;
    };
    ASSERT_TRUE(soon([&] { return committed() >= 6 || !child.running(); }));
    ASSERT_TRUE(child.running()) << "it was faster than it should be";
    child.signal(SIGKILL);
    (void)child.wait();
  }
  hub().clear_faults();
  forget_requests();
  Session session = this->session();  // with the same cache
  XetOptions options;
  options.endpoint(hub().cas());
  XetCommit commit = session.xet_commit(options);
  commit.add_path(first_path);
  commit.add_path(second_path);
  ASSERT_TRUE(finish(commit.finish(), Milliseconds(60'000)).ok());
  const Json item = commit.item(0).value();
  EXPECT_TRUE(item["reused"].boolean()) << item.text();
  EXPECT_EQ(item["sha256"].string(), sha256_hex(first));
  EXPECT_FALSE(commit.item(1)->operator[]("reused").boolean());
  EXPECT_LE(bytes_stored(), first.size() + second.size() - (16u << 20)) << "what CAS had was sent again";
  EXPECT_TRUE(on_cas(first));
  EXPECT_TRUE(on_cas(second));
  // A file that has changed since then is read.
  write_file(first_path, first + "more");
  XetCommit again = session.xet_commit(options);
  again.add_path(first_path);
  ASSERT_TRUE(finish(again.finish()).ok());
  EXPECT_EQ(again.item(0)->operator[]("sha256").string(), sha256_hex(first + "more"));
}

}  // namespace
}  // namespace hfhub::test
