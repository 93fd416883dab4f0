#include "runtime/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace hfhub::runtime {
namespace {

TEST(Pool, ForEachVisitsEveryIndexOnce) {
  Pool pool(4);
  std::vector<std::atomic<int>> visits(1000);
  EXPECT_TRUE(pool.for_each(visits.size(), 4, Cancel(),
                            [&](size_t i) -> Done {
                              ++visits[i];
                              return {};
                            })
                  .ok());
  for (const auto& count : visits) EXPECT_EQ(count.load(), 1);
}

TEST(Pool, ForEachStopsAtTheFirstErrorAndReportsIt) {
  Pool pool(4);
  std::atomic<int> started{0};
  const Done done = pool.for_each(10'000, 3, Cancel(), [&](size_t i) -> Done {
    ++started;
    if (i == 5) return Error::make(Code::kIo, "five");
    return {};
  });
  EXPECT_EQ(done.error().message, "five");
  EXPECT_LT(started.load(), 10'000);
}

TEST(Pool, NestedForEachWorksOnAFullPool) {
  Pool pool(1);
  std::atomic<int> sum{0};
  EXPECT_TRUE(pool.for_each(4, 4, Cancel(),
                            [&](size_t) {
                              return pool.for_each(4, 4, Cancel(), [&](size_t) -> Done {
                                ++sum;
                                return {};
                              });
                            })
                  .ok());
  EXPECT_EQ(sum.load(), 16);
}

TEST(Pool, ForEachHonoursCancellation) {
  Pool pool(2);
  const Cancel cancel;
  const Done done = pool.for_each(1'000'000, 2, cancel, [&](size_t i) -> Done {
    if (i == 10) cancel.request();
    return {};
  });
  EXPECT_EQ(done.error().code, Code::kCancelled);
}

TEST(Pool, NeverRunsMoreAtOnceThanAsked) {
  Pool pool(16);
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  EXPECT_TRUE(pool.for_each(200, 3, Cancel(),
                            [&](size_t) -> Done {
                              const int now = ++running;
                              for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                              }
                              std::this_thread::yield();
                              --running;
                              return {};
                            })
                  .ok());
  EXPECT_LE(most.load(), 3);
}

TEST(Pool, PostedWorkEndsAlthoughThePoolIsGone) {
  std::mutex mutex;
  std::condition_variable changed;
  bool ran = false;
  {
    Pool pool(1);
    ASSERT_TRUE(pool.post([&] {
                      const std::lock_guard lock(mutex);
                      ran = true;
                      changed.notify_all();
                    })
                    .ok());
  }
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(30), [&] { return ran; }));
}

}  // namespace
}  // namespace hfhub::runtime
