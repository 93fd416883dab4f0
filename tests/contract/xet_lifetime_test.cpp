// Sessions that come and go by the thousand, and forks in the middle of many transfers.
#include <malloc.h>

#include <atomic>
#include <filesystem>

#include "support/child.h"
#include "support/xet_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Resident memory also has what the allocator keeps for later, which depends on which thread got which of its arenas.
size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

using XetLifetime = XetTest;

// Each of them opens a commit and puts something into it; every fiftieth uploads and downloads, the others are let go.
TEST_F(XetLifetime, ThousandsOfSessionsLeaveNothing) {
  constexpr int kCycles = kSanitized ? 500 : 10'000, kWarm = kCycles / 10;
  fs::create_directories(target(""));
  const SessionOptions quiet = [&] {  // lines that are kept would count as growth
    SessionOptions out = options();
    out.set("log.level", "critical").set("log.debug", "no");
    return out;
  }();
  const std::string content = new_bytes(20'000, 900);
  const Stored stored = [&] {
    Session session = this->session();
    return upload(session, content);
  }();
  size_t descriptors = 0, threads = 0, heap = 0;
  for (int i = 0; i < kCycles; ++i) {
    {
      Session session(quiet);
      XetCommit commit = session.xet_commit(access());
      commit.add_bytes("x", content.data(), content.size());
      if (i % 50 == 0) {
        // Not finish(): it keeps every result, and that would count as growth.
        Op up = commit.finish();
        ASSERT_TRUE(up.wait_for(Milliseconds(20'000))) << i;
        XetGroup group = session.xet_group(access());
        group.add(stored.hash, stored.size, target("x"));
        Op down = group.start();
        ASSERT_TRUE(down.wait_for(Milliseconds(20'000))) << i;
      }
    }
    if (i != kWarm) continue;
    forget_requests();
    descriptors = count_entries("/proc/self/fd");
    threads = count_entries("/proc/self/task");
    heap = heap_bytes();
  }
  EXPECT_TRUE(soon([&] { return count_entries("/proc/self/fd") <= descriptors; })) << count_entries("/proc/self/fd");
  EXPECT_TRUE(soon([&] { return count_entries("/proc/self/task") <= threads; })) << count_entries("/proc/self/task");
  if (!kSanitized) {
    EXPECT_LT(heap_bytes(), heap + (1u << 20)) << log_lines().size() << " log lines";
  }
}

TEST_F(XetLifetime, ForksWhileSixteenTransfersRun) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's own locks may be taken in the child for ever";
  constexpr size_t kMany = 16;
  Session session = this->session();
  fs::create_directories(target(""));
  std::vector<std::string> contents;
  std::vector<Stored> stored;
  for (size_t i = 0; i < kMany / 2; ++i) {
    contents.push_back(new_bytes(1'500'000, 910 + i));
    stored.push_back(upload(session, contents.back()));
  }
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kMany; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; !stop; ++round) {
        const size_t file = i / 2;
        if (i % 2 == 0) {
          failed += !download(session, stored[file], std::to_string(i)).ok();
          continue;
        }
        XetCommit commit = session.xet_commit(access());
        const std::string fresh = contents[file] + std::to_string(round);
        commit.add_bytes("x", fresh.data(), fresh.size());
        failed += !finish(commit.finish()).ok();
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    const int status = run_in_fork([&] {
      XetGroup group = session.xet_group(access());
      group.add(stored[0].hash, stored[0].size, target("child" + std::to_string(i)));
      Op op = group.start();
      return hfhub_op_wait(op.get(), 20'000, nullptr) == HFHUB_OK ? 0 : 41;
    });
    EXPECT_EQ(status, 0) << "child " << i;
    EXPECT_TRUE(read_file(target("child" + std::to_string(i))) == contents[0]) << i;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  for (size_t i = 0; i < kMany; i += 2) EXPECT_TRUE(read_file(target(std::to_string(i))) == contents[i / 2]) << i;
}

}  // namespace
}  // namespace hfhub::test
