#include "runtime/cancel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace hfhub::runtime {
namespace {

TEST(Cancel, ReachesWhatHangsBelowAndNothingElse) {
  const Cancel root;
  const Cancel child = root.child();
  const Cancel grandchild = child.child();
  const Cancel sibling = root.child();
  child.request();
  EXPECT_FALSE(root.requested());
  EXPECT_FALSE(sibling.requested());
  EXPECT_TRUE(child.requested());
  EXPECT_TRUE(grandchild.requested());
  EXPECT_EQ(grandchild.check().error().code, Code::kCancelled);
  EXPECT_TRUE(sibling.check().ok());
}

TEST(Cancel, TimeRunsOutBelowADeadlineOnly) {
  const Cancel root;
  const Cancel hurried = root.child_until(after_ms(20));
  const Cancel below = hurried.child();
  EXPECT_FALSE(below.requested());
  EXPECT_EQ(below.sleep_until(after_ms(60'000)).error().code, Code::kTimeout);
  EXPECT_TRUE(hurried.requested());
  EXPECT_FALSE(root.requested());
  EXPECT_EQ(below.check().error().code, Code::kTimeout);
  below.request();
  EXPECT_EQ(below.check().error().code, Code::kCancelled) << "who asked goes before the clock";
  EXPECT_EQ(hurried.check().error().code, Code::kTimeout);
}

TEST(Cancel, RunsHooksOnceAlsoWhenItWasRequestedBefore) {
  const Cancel root;
  const Cancel child = root.child();
  int early = 0;
  int late = 0;
  const auto first = child.on_request([&] { ++early; });
  root.request();
  root.request();
  const auto second = child.on_request([&] { ++late; });
  EXPECT_EQ(early, 1);
  EXPECT_EQ(late, 1);
}

TEST(Cancel, AnUnhookedWakeUpDoesNotRun) {
  const Cancel root;
  int calls = 0;
  {
    const auto guard = root.on_request([&] { ++calls; });
  }
  root.request();
  EXPECT_EQ(calls, 0);
}

TEST(Cancel, SleepEndsEarly) {
  const Cancel root;
  const Cancel child = root.child();
  std::thread other([&] { root.request(); });
  EXPECT_EQ(child.sleep_until(after_ms(60'000)).error().code, Code::kCancelled);
  other.join();
}

TEST(Cancel, ASignalHandlersRequestIsNoticed) {
  const Cancel root;
  std::thread other([&] { root.request_from_signal(); });
  EXPECT_EQ(root.sleep_until(after_ms(60'000)).error().code, Code::kCancelled);
  other.join();
}

TEST(Cancel, HooksComeAndGoWhileAnotherThreadCancels) {
  for (int round = 0; round < 200; ++round) {
    const Cancel root;
    std::atomic<bool> alive{true};
    std::thread other([&] { root.request(); });
    {
      const auto guard = root.on_request([&] { EXPECT_TRUE(alive.load()); });
    }
    alive = false;  // the guard's end promises that the hook is not running any more
    other.join();
  }
}

}  // namespace
}  // namespace hfhub::runtime
