#include "xet/transfer/chunk_table.h"

#include <gtest/gtest.h>

#include <random>

namespace hfhub::xet {
namespace {

Hash random_hash(std::mt19937_64& random) {
  Hash out;
  for (uint8_t& byte : out.bytes) byte = static_cast<uint8_t>(random());
  return out;
}

TEST(ChunkTable, FindsWhatWasAdded) {
  std::mt19937_64 random(1);
  ChunkTable table(100'000);
  std::vector<Hash> hashes;
  for (uint32_t i = 0; i < 40'000; ++i) {
    hashes.push_back(random_hash(random));
    table.add(hashes.back(), {i / 100, i % 100});
  }
  for (uint32_t i = 0; i < hashes.size(); ++i) EXPECT_EQ(table.find(hashes[i]), (ChunkPlace{i / 100, i % 100}));
  EXPECT_FALSE(table.find(random_hash(random)));
  EXPECT_EQ(table.size(), 40'000u);
}

TEST(ChunkTable, TheFirstPlaceStays) {
  std::mt19937_64 random(2);
  ChunkTable table(100);
  const Hash hash = random_hash(random);
  table.add(hash, {1, 1});
  table.add(hash, {2, 2});
  EXPECT_EQ(table.find(hash), (ChunkPlace{1, 1}));
  EXPECT_EQ(table.size(), 1u);
}

TEST(ChunkTable, ForgetsTheOldestWhenFull) {
  std::mt19937_64 random(3);
  ChunkTable table(1'000);
  std::vector<Hash> hashes;
  for (uint32_t i = 0; i < 10'000; ++i) {
    hashes.push_back(random_hash(random));
    table.add(hashes.back(), {i, 0});
    EXPECT_LE(table.size(), 1'002u);
  }
  EXPECT_FALSE(table.find(hashes[0]));
  for (uint32_t i = 9'600; i < 10'000; ++i) EXPECT_TRUE(table.find(hashes[i])) << i;
}

}  // namespace
}  // namespace hfhub::xet
