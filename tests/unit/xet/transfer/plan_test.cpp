#include "xet/transfer/plan.h"

#include <gtest/gtest.h>

namespace hfhub::xet {
namespace {

Hash hash(uint8_t number) {
  Hash out;
  out.bytes[0] = number;
  return out;
}

std::shared_ptr<const std::string> url(const char* text) { return std::make_shared<const std::string>(text); }

Reconstruction content(std::vector<Term> terms, std::map<Hash, std::vector<FetchRange>> ranges, uint64_t skip = 0) {
  Reconstruction out;
  out.terms = std::move(terms);
  out.ranges = std::move(ranges);
  out.skip_bytes = skip;
  return out;
}

TEST(PlanRuns, OneTermIsOneRun) {
  const auto file = content({{hash(1), 100, 2, 4}}, {{hash(1), {{2, 4, 50, 90, url("a")}}}});
  const WantedRange wanted{0, 100, &file};
  const auto runs = plan_runs({&wanted, 1});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].chunk_begin, 2u);
  EXPECT_EQ(runs[0].chunk_end, 4u);
  EXPECT_EQ(runs[0].byte_begin(), 50u);
  EXPECT_EQ(runs[0].byte_end(), 90u);
  ASSERT_EQ(runs[0].uses.size(), 1u);
  EXPECT_EQ(runs[0].uses[0].offset, 0u);
}

TEST(PlanRuns, NoByteTwice) {
  const auto a = content({{hash(1), 300, 0, 3}}, {{hash(1), {{0, 3, 0, 30, url("a")}}}});
  const auto b = content({{hash(1), 300, 1, 4}}, {{hash(1), {{1, 4, 10, 40, url("b")}}}});
  const auto c = content({{hash(1), 100, 4, 5}}, {{hash(1), {{4, 5, 40, 50, url("c")}}}});
  const auto d = content({{hash(1), 100, 1, 2}}, {{hash(1), {{1, 2, 10, 20, url("d")}}}});
  const WantedRange wanted[] = {{0, 300, &a}, {0, 300, &b}, {0, 100, &c}, {0, 100, &d}};
  const auto runs = plan_runs(wanted);
  ASSERT_EQ(runs.size(), 2u) << "c shares no byte with the others and waits for none of them";
  ASSERT_EQ(runs[0].parts.size(), 2u);
  EXPECT_EQ(*runs[0].parts[0].url, "a");
  EXPECT_EQ(*runs[0].parts[1].url, "b");
  EXPECT_EQ(runs[0].parts[1].byte_begin, 30u);
  EXPECT_EQ(runs[0].parts[1].byte_end, 40u);
  EXPECT_EQ(runs[0].parts[1].range, 1u);
  EXPECT_EQ(runs[0].chunk_end, 4u);
  EXPECT_EQ(runs[0].uses.size(), 3u);
  EXPECT_TRUE(std::is_sorted(runs[0].uses.begin(), runs[0].uses.end(),
                             [](const Use& x, const Use& y) { return x.chunk_begin < y.chunk_begin; }));
  ASSERT_EQ(runs[1].parts.size(), 1u);
  EXPECT_EQ(*runs[1].parts[0].url, "c");
  EXPECT_EQ(runs[1].byte_begin(), 40u);
  EXPECT_EQ(runs[1].chunk_begin, 4u);
  EXPECT_EQ(runs[1].uses.size(), 1u);
}

TEST(PlanRuns, GapsMakeRuns) {
  const auto file =
      content({{hash(1), 100, 5, 6}, {hash(2), 100, 0, 1}, {hash(1), 100, 0, 1}},
              {{hash(1), {{0, 1, 0, 10, url("a")}, {5, 6, 70, 80, url("a")}}}, {hash(2), {{0, 1, 0, 10, url("b")}}}});
  const WantedRange wanted{0, 300, &file};
  const auto runs = plan_runs({&wanted, 1});
  ASSERT_EQ(runs.size(), 3u);
  // In the order of the file.
  EXPECT_EQ(runs[0].chunk_begin, 5u);
  EXPECT_EQ(runs[1].xorb, hash(2));
  EXPECT_EQ(runs[2].chunk_begin, 0u);
  EXPECT_EQ(runs[2].uses[0].offset, 200u);
}

TEST(PlanRuns, RangesThatNobodyNeedsAreLeftOut) {
  const auto file = content({{hash(1), 100, 0, 1}, {hash(1), 100, 9, 10}},
                            {{hash(1), {{0, 1, 0, 10, url("a")}, {9, 10, 90, 100, url("a")}}}}, 20);
  const WantedRange wanted{1'020, 1'050, &file};  // only the first term lies in it
  const auto runs = plan_runs({&wanted, 1});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].chunk_begin, 0u);
  EXPECT_EQ(runs[0].uses[0].offset, 1'000u);
}

TEST(PlanRuns, AnswersThatContradictEachOtherAreNotMixed) {
  const auto a = content({{hash(1), 200, 0, 2}}, {{hash(1), {{0, 2, 0, 20, url("a")}}}});
  const auto b = content({{hash(1), 200, 1, 3}}, {{hash(1), {{1, 3, 5, 15, url("b")}}}});
  const auto c = content({{hash(1), 100, 2, 3}}, {{hash(1), {{2, 3, 25, 30, url("c")}}}});
  const WantedRange wanted[] = {{0, 200, &a}, {0, 200, &b}, {0, 100, &c}};
  EXPECT_EQ(plan_runs(wanted).size(), 3u);
}

TEST(PlanRuns, OneChunkThatRepeats) {
  const auto file = content(std::vector<Term>(1'000, Term{hash(1), 10, 3, 4}), {{hash(1), {{3, 4, 0, 5, url("a")}}}});
  const WantedRange wanted{0, 10'000, &file};
  const auto runs = plan_runs({&wanted, 1});
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].uses.size(), 1'000u);
  EXPECT_EQ(runs[0].uses[999].offset, 9'990u);
}

}  // namespace
}  // namespace hfhub::xet
