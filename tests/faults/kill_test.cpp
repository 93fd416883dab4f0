// kill -9 at random points, 50 times: no wrong byte is ever visible, and what was on disk is not fetched again.
#include <signal.h>

#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "support/child.h"
#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

class Kill : public HubTest {
 protected:
  static constexpr int kKills = 50;
  static constexpr uint64_t kUnit = 1 << 20;  // four streams, each with a block of 256 KiB that may be unfinished

  void SetUp() override {
    files_ = {{"large.bin", noise(64 << 20, 51), true}};
    for (int i = 0; i < 20; ++i) {
      files_.push_back(
          {"part/" + std::to_string(i) + ".txt", noise(3000 + static_cast<size_t>(i), 60 + static_cast<uint64_t>(i))});
    }
    for (const RepoFile& file : files_) total_ += file.content.size();
    commit_ = hub().commit(repo(), files_);
    hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":12000000}})");
  }

  std::unique_ptr<Child> start() {
    return std::make_unique<Child>(std::vector<std::string>{HFHUB_FETCH_SNAPSHOT, hub().endpoint(), cache(), repo_id()},
                                   std::map<std::string, std::string>{}, scratch_ / "output");
  }
  void expect_nothing_wrong(bool complete) {
    for (const RepoFile& file : files_) {
      const std::string path = snapshot_file(commit_, file.path);
      if (!fs::exists(path)) {
        EXPECT_FALSE(complete) << file.path << " is missing";
      } else {
        EXPECT_TRUE(read_file(path) == file.content) << file.path << " is visible with wrong bytes";
      }
    }
    if (complete) {
      EXPECT_TRUE(partial_files().empty()) << partial_files().front();
    }
  }
  uint64_t file_bytes() const {
    uint64_t sum = 0;
    for (const Seen& request : seen()) {
      if (request.method == "GET" && request.path.find("/api/") == std::string::npos && request.status / 100 == 2) {
        sum += request.bytes;
      }
    }
    return sum;
  }

  std::vector<RepoFile> files_;
  std::string commit_;
  uint64_t total_ = 0;
};

TEST_F(Kill, FiftyTimes) {
  std::mt19937 random(20240501);
  int kills = 0, rounds = 0;
  uint64_t worst = 0;
  // A round: from an empty cache to success, killed on the way; where programs start slowly, not more often than that.
  constexpr int kMostKillsARound = 10;
  while (kills < kKills) {
    ++rounds;
    fs::remove_all(cache());
    forget_requests();
    int killed_now = 0;
    for (;;) {
      auto child = start();
      if (kills < kKills && killed_now < kMostKillsARound &&
          child->wait(std::uniform_int_distribution<int>(5, 450)(random)) < 0) {
        child->signal(SIGKILL);
        (void)child->wait();
        ++kills;
        ++killed_now;
        expect_nothing_wrong(false);
        continue;
      }
      ASSERT_EQ(child->wait(), 0) << read_file(scratch_ / "output");
      break;
    }
    expect_nothing_wrong(true);
    const uint64_t bytes = file_bytes();
    const uint64_t unfinished = kUnit * static_cast<uint64_t>(killed_now);
    EXPECT_LE(bytes, total_ + total_ / 10 + unfinished) << killed_now << " kills in this round";
    worst = std::max(worst, bytes);
  }
  EXPECT_GE(rounds, kKills / kMostKillsARound);
  std::cout << rounds << " rounds, " << kills << " kills, at worst "
            << static_cast<double>(worst) / static_cast<double>(total_) << " of the bytes\n";
}

}  // namespace
}  // namespace hfhub::test
