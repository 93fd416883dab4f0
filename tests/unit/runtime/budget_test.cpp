#include "runtime/budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace hfhub::runtime {
namespace {

TEST(Budget, CountsWhatIsOut) {
  const auto budget = std::make_shared<Budget>(100);
  const Cancel cancel;
  auto first = budget->acquire(60, cancel);
  auto second = budget->acquire(40, cancel);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(budget->used_bytes(), 100u);
  first->release();
  first->release();
  EXPECT_EQ(budget->used_bytes(), 40u);
  Budget::Ticket moved = *std::move(second);
  EXPECT_EQ(moved.bytes(), 40u);
  moved.release();
  EXPECT_EQ(budget->used_bytes(), 0u);
  EXPECT_EQ(budget->peak_bytes(), 100u);
}

TEST(Budget, ATrialKeepsSomethingFreeAndPassesNobody) {
  const auto budget = std::make_shared<Budget>(100);
  const Cancel cancel;
  auto first = budget->try_acquire(60, 40);
  EXPECT_EQ(first.bytes(), 60u);
  EXPECT_EQ(budget->try_acquire(1, 40).bytes(), 0u);
  EXPECT_EQ(budget->try_acquire(41, 0).bytes(), 0u);
  std::thread waiter([&] { EXPECT_TRUE(budget->acquire(100, cancel).ok()); });
  while (budget->try_acquire(1, 0).bytes() != 0) std::this_thread::yield();  // refused as soon as somebody waits
  first.release();
  waiter.join();
  EXPECT_EQ(budget->try_acquire(100, 0).bytes(), 100u);
}

TEST(Budget, ACancelledWaiterLeavesTheLine) {
  const auto budget = std::make_shared<Budget>(10);
  const Cancel cancel;
  const Cancel other;
  auto held = budget->acquire(10, cancel);
  ASSERT_TRUE(held.ok());
  std::thread waiter([&] { EXPECT_EQ(budget->acquire(10, other).error().code, Code::kCancelled); });
  other.request();
  waiter.join();
  held->release();
  EXPECT_TRUE(budget->acquire(10, cancel).ok());
}

TEST(Budget, AWishAboveTheTotalIsGrantedAlone) {
  const auto budget = std::make_shared<Budget>(10);
  const Cancel cancel;
  auto large = budget->acquire(25, cancel);
  ASSERT_TRUE(large.ok());
  std::atomic<bool> granted{false};
  std::thread waiter([&] {
    EXPECT_TRUE(budget->acquire(1, cancel).ok());
    granted = true;
  });
  EXPECT_FALSE(granted.load());
  large->release();
  waiter.join();
}

TEST(Budget, NeverGoesOverItsTotalUnderContention) {
  const auto budget = std::make_shared<Budget>(1000);
  const Cancel cancel;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t i = 0; i < 200; ++i) {
        auto ticket = budget->acquire((i * 37 + static_cast<uint64_t>(t) * 11) % 400 + 1, cancel);
        ASSERT_TRUE(ticket.ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(budget->peak_bytes(), 1000u);
  EXPECT_EQ(budget->used_bytes(), 0u);
}

}  // namespace
}  // namespace hfhub::runtime
