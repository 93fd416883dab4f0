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

TEST(LineSpeed, ShortPiecesTellTogether) {
  LineSpeed speed(4);
  speed.note_answer_time(10);
  // 512 KiB each, for 1 ms of which there were no bytes: 524 MB/s. The eighth makes it 4 MiB.
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(speed.note({kMib / 2, 4'000, 1'000, true})) << i;
  EXPECT_EQ(speed.mode(), Mode::kUnknown);
  EXPECT_TRUE(speed.note({kMib / 2, 4'000, 1'000, true}));
  EXPECT_EQ(speed.mode(), Mode::kFast);
  EXPECT_EQ(speed.requests(64), 12u) << "the wait for an answer is filled by others";
  EXPECT_TRUE(speed.note({4 * kMib, 10'000, 2'000, false})) << "fewer requests, as pieces are long now";
  EXPECT_EQ(speed.requests(64), 4u);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(speed.note({kMib / 2, 4'000, 6'000, true})) << "those before count no more";
  EXPECT_TRUE(speed.note({kMib / 2, 4'000, 6'000, true}));
  EXPECT_EQ(speed.mode(), Mode::kSlow);
}

TEST(LineSpeed, NearbyItIsRatherThisMachineThatIsSlow) {
  LineSpeed distant(2), nearby(2);
  distant.note_answer_time(10);
  nearby.note_answer_time(1);
  const LineSpeed::Flow flow{kMib / 2, 6'000, 5'000, false};
  EXPECT_TRUE(distant.note(flow));
  EXPECT_EQ(distant.mode(), Mode::kSlow);
  EXPECT_FALSE(nearby.note(flow)) << "too early to tell";
  EXPECT_TRUE(nearby.note({4 * kMib, 60'000, 50'000, false}));
  EXPECT_EQ(nearby.mode(), Mode::kFast) << "84 MB/s";
  EXPECT_TRUE(nearby.note({kMib, 60'000, 50'000, false}));
  EXPECT_EQ(nearby.mode(), Mode::kSlow) << "21 MB/s";
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
