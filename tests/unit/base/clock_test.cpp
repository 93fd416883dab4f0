#include "base/clock.h"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

namespace hfhub {
namespace {

TEST(Clock, CountsDownToADeadlineAndNoFurther) {
  const SteadyTime deadline = after_ms(10000);
  EXPECT_GT(ms_until(deadline), 9000);
  EXPECT_LE(ms_until(deadline), 10000);
  EXPECT_EQ(ms_until(after_ms(-5000)), 0);
}

TEST(Clock, MeasuresElapsedTime) {
  const SteadyTime start = steady_now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_GE(ms_since(start), 20);
}

TEST(Clock, WallTimeIsUnixTime) {
  const double before = static_cast<double>(std::time(nullptr));
  const double now = wall_seconds();
  EXPECT_GE(now, before);
  EXPECT_LT(now, before + 60);
}

}  // namespace
}  // namespace hfhub
