#include "xet/transfer/xorb_space.h"

#include <gtest/gtest.h>

#include <thread>

namespace hfhub::xet {
namespace {

constexpr uint64_t kMiB = 1u << 20;

class XorbSpaceTest : public testing::Test {
 protected:
  XorbSpace::Hold take(uint64_t bytes) {
    auto hold = space_.acquire(bytes, cancel_);
    EXPECT_TRUE(hold.ok());
    return hold.ok() ? *std::move(hold) : XorbSpace::Hold();
  }

  const std::shared_ptr<runtime::Budget> budget_ = std::make_shared<runtime::Budget>(16 * kMiB);
  XorbSpace space_{budget_, 8 * kMiB};
  const runtime::Cancel cancel_;
};

TEST_F(XorbSpaceTest, MemoryIsUsedAgainWhileFilesAreOpen) {
  space_.file_opened();
  auto first = take(2 * kMiB);
  ASSERT_EQ(first.size(), 2 * kMiB);
  first.data()[0] = 7;
  const uint8_t* const place = first.data();
  first.release();
  EXPECT_EQ(first.data(), nullptr);
  EXPECT_EQ(budget_->used_bytes(), 2 * kMiB);
  auto again = take(1 * kMiB);  // a larger one serves
  EXPECT_EQ(again.data(), place);
  EXPECT_EQ(again.data()[0], 7);
  again.release();
  space_.file_closed();
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(XorbSpaceTest, WithoutFilesNothingIsKept) {
  space_.file_opened();
  auto hold = take(2 * kMiB);
  space_.file_closed();
  EXPECT_EQ(budget_->used_bytes(), 2 * kMiB);
  hold.release();
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(XorbSpaceTest, WhatIsTooSmallMakesRoom) {
  space_.file_opened();
  { const auto a = take(3 * kMiB), b = take(3 * kMiB); }
  EXPECT_EQ(budget_->used_bytes(), 6 * kMiB);
  const auto large = take(8 * kMiB);
  EXPECT_EQ(large.size(), 8 * kMiB);
  EXPECT_EQ(budget_->used_bytes(), 8 * kMiB);
  space_.file_closed();
}

TEST_F(XorbSpaceTest, AWaiterGetsWhatAnotherGivesBack) {
  space_.file_opened();
  auto held = take(8 * kMiB);
  const uint8_t* const place = held.data();
  std::thread other([&] { held.release(); });
  const auto hold = take(8 * kMiB);
  other.join();
  EXPECT_EQ(hold.data(), place);
  space_.file_closed();
}

TEST_F(XorbSpaceTest, OneAloneMayExceedTheShare) { EXPECT_EQ(take(12 * kMiB).size(), 12 * kMiB); }

TEST_F(XorbSpaceTest, WhoIsCancelledWhileWaitingTakesNothing) {
  auto held = take(8 * kMiB);
  const runtime::Cancel cancel;
  std::thread other([&] { cancel.request(); });
  const auto hold = space_.acquire(8 * kMiB, cancel);
  other.join();
  ASSERT_FALSE(hold.ok());
  EXPECT_EQ(hold.error().code, Code::kCancelled);
  held.release();
  EXPECT_EQ(budget_->used_bytes(), 0u);
  EXPECT_EQ(take(8 * kMiB).size(), 8 * kMiB);
}

TEST_F(XorbSpaceTest, AWishBeyondTheBudgetsMemoryFailsAndLeavesTheShare) {
  auto other = budget_->acquire(16 * kMiB, cancel_);
  ASSERT_TRUE(other.ok());
  const runtime::Cancel cancel;
  cancel.request();
  EXPECT_FALSE(space_.acquire(2 * kMiB, cancel).ok());  // waits for the budget, with its share taken
  other->release();
  EXPECT_EQ(take(8 * kMiB).size(), 8 * kMiB);
}

}  // namespace
}  // namespace hfhub::xet
