#include "cache/block_map.h"

#include <gtest/gtest.h>

#include <random>

namespace hfhub::cache {

bool operator==(const ByteRange& a, const ByteRange& b) { return a.begin == b.begin && a.end == b.end; }

namespace {

using Ranges = std::vector<ByteRange>;
constexpr uint64_t kB = kBlockBytes;

TEST(BlockMap, EmptyContentIsComplete) {
  const BlockMap map(0);
  EXPECT_TRUE(map.missing().empty());
  EXPECT_EQ(map.prefix(), 0u);
  EXPECT_EQ(map.bits().size(), 0u);
}

TEST(BlockMap, WholeBlocksInAnyOrder) {
  BlockMap map(3 * kB + 5);
  EXPECT_EQ(map.missing(), (Ranges{{0, 3 * kB + 5}}));
  const auto blocks = map.add({kB, 3 * kB});
  EXPECT_EQ(blocks.first, 1u);
  EXPECT_EQ(blocks.last, 3u);
  EXPECT_EQ(map.bits()[0], 0b0110);
  EXPECT_EQ(map.prefix(), 0u);
  EXPECT_EQ(map.missing(), (Ranges{{0, kB}, {3 * kB, 3 * kB + 5}}));
  EXPECT_FALSE(map.add({3 * kB, 3 * kB + 5}).empty());
  EXPECT_FALSE(map.add({0, kB}).empty());
  EXPECT_TRUE(map.missing().empty());
  EXPECT_EQ(map.prefix(), map.size());
  EXPECT_EQ(map.present(), map.size());
}

TEST(BlockMap, PartsOfBlocks) {
  BlockMap map(2 * kB);
  EXPECT_TRUE(map.add({10, 20}).empty());
  EXPECT_TRUE(map.add({30, 40}).empty());
  EXPECT_EQ(map.prefix(), 0u);
  EXPECT_EQ(map.missing(), (Ranges{{0, 10}, {20, 30}, {40, 2 * kB}}));
  EXPECT_TRUE(map.add({20, 30}).empty()) << "closes the gap";
  EXPECT_TRUE(map.add({15, 35}).empty()) << "nothing new";
  EXPECT_EQ(map.present(), 30u);
  EXPECT_TRUE(map.add({0, 12}).empty());
  EXPECT_EQ(map.prefix(), 40u);
  EXPECT_EQ(map.bits()[0], 0);
  const auto blocks = map.add({40, kB + 1});
  EXPECT_EQ(blocks.first, 0u);
  EXPECT_EQ(blocks.last, 1u);
  EXPECT_EQ(map.prefix(), kB + 1);
}

TEST(BlockMap, GrowsWithContentOfUnknownSize) {
  BlockMap map;
  for (const uint64_t end : {uint64_t{10}, uint64_t{11}, kB - 1, kB, kB + 1, 3 * kB + 7}) {
    const uint64_t begin = map.size();
    map.grow(end);
    (void)map.add({begin, end});
    EXPECT_EQ(map.prefix(), end);
    EXPECT_EQ(map.present(), end);
    EXPECT_TRUE(map.missing().empty());
  }
}

TEST(BlockMap, StoredBits) {
  BlockMap map(9 * kB);
  const Bytes bits{0b10000001, 1};
  EXPECT_TRUE(map.load_bits(bits));
  EXPECT_EQ(map.present(), 3 * kB);
  EXPECT_EQ(map.missing(), (Ranges{{kB, 7 * kB}}));
  EXPECT_FALSE(map.load_bits(Bytes{1}));
  EXPECT_FALSE(map.load_bits(Bytes{1, 2})) << "there is no block 9";
  EXPECT_FALSE(map.load_bits(Bytes{1, 1, 0}));
  BlockMap tail(kB + 3);
  EXPECT_TRUE(tail.load_bits(Bytes{2}));
  EXPECT_EQ(tail.present(), 3u) << "the last block is as long as the content";
}

TEST(BlockMap, AgreesWithAByteArray) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const uint64_t size = random() % (5 * kB);
    BlockMap map(size);
    std::vector<bool> bytes(size);
    for (int step = 0; step < 40 && size > 0; ++step) {
      const uint64_t begin = random() % size;
      const uint64_t end = std::min<uint64_t>(size, begin + random() % (step % 4 == 0 ? 2 * kB : 5000));
      (void)map.add({begin, end});
      std::fill(bytes.begin() + static_cast<long>(begin), bytes.begin() + static_cast<long>(end), true);
    }
    std::vector<bool> back(size, true);
    for (const ByteRange& gap : map.missing()) {
      ASSERT_LT(gap.begin, gap.end);
      std::fill(back.begin() + static_cast<long>(gap.begin), back.begin() + static_cast<long>(gap.end), false);
    }
    ASSERT_EQ(back, bytes);
    ASSERT_EQ(map.present(), static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), true)));
    ASSERT_EQ(map.prefix(), static_cast<uint64_t>(std::find(bytes.begin(), bytes.end(), false) - bytes.begin()));
  }
}

}  // namespace
}  // namespace hfhub::cache
