#include "xet/transfer/line_speed.h"

#include <gtest/gtest.h>

namespace hfhub::xet {
namespace {

using Mode = LineSpeed::Mode;
constexpr uint64_t kMib = 1 << 20;

TEST(LineSpeed, AFastLineIsOneThatWaitsForUs) {
  LineSpeed speed(4);
  // 4 MiB in 80 ms are 52 MB/s, but for 78 of them we were busy with what had come.
  EXPECT_TRUE(speed.note({4 * kMib, 80'000, 2'000, false}));
  EXPECT_EQ(speed.mode(), Mode::kFast);
  EXPECT_EQ(speed.requests(64), 4u);
}

TEST(LineSpeed, ASlowLineIsOneThatWeWaitFor) {
  LineSpeed speed(4);
  EXPECT_TRUE(speed.note({4 * kMib, 80'000, 70'000, false}));
  EXPECT_EQ(speed.mode(), Mode::kSlow);
  EXPECT_EQ(speed.requests(64), 64u);
  EXPECT_FALSE(speed.note({4 * kMib, 40'000, 30'000, false})) << "between the two it stays what it was";
  EXPECT_TRUE(speed.note({4 * kMib, 12'000, 10'000, false}));
  EXPECT_EQ(speed.mode(), Mode::kFast);
}

TEST(LineSpeed, AFewBytesSayNothing) {
  LineSpeed speed(2);
  EXPECT_FALSE(speed.note({1'000, 1'000, 1'000, false}));
  EXPECT_EQ(speed.mode(), Mode::kUnknown);
  EXPECT_EQ(speed.requests(64), 4u);
  EXPECT_EQ(speed.requests(3), 3u);
  EXPECT_TRUE(speed.note({1'000, 10'000, 10'000, false})) << "unless they took long";
  EXPECT_EQ(speed.mode(), Mode::kSlow);
}

TEST(LineSpeed, ADistantServerGetsManyRequestsAtOnce) {
  LineSpeed speed(2);
  speed.note_answer_time(150);
  EXPECT_EQ(speed.requests(64), 64u);
  speed.note_answer_time(2);
  EXPECT_EQ(speed.requests(64), 4u);
}

TEST(LineSpeed, TheUsualTimeIsTheMedianOfWholePieces) {
  LineSpeed speed(2);
  EXPECT_EQ(speed.usual_ms(kMib), -1);
  for (const int64_t ms : {10, 500, 20}) (void)speed.note({2 * kMib, ms * 1'000, 0, true});
  EXPECT_EQ(speed.usual_ms(kMib), 10);
  EXPECT_EQ(speed.usual_ms(4 * kMib), 40);
}

}  // namespace
}  // namespace hfhub::xet
