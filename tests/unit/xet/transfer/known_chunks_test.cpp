#include "xet/transfer/known_chunks.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/scratch.h"

namespace hfhub::xet {
namespace {

Hash hash(uint8_t number) {
  Hash out;
  out.bytes.fill(number);
  return out;
}

XorbRecord xorb(uint8_t number) {
  XorbRecord out{hash(number), 0, 0, {}};
  for (uint8_t i = 0; i < 5; ++i) {
    out.chunks.push_back({hash(static_cast<uint8_t>(number + 10 + i)), out.bytes, 1000, 0});
    out.bytes += 1000;
  }
  return out;
}

Bytes shard_with(const XorbRecord& record) {
  ShardWriter writer;
  writer.add_xorb(record);
  return writer.finish();
}

TEST(KnownChunks, KeepsWhatWasRegisteredForTheNextProcess) {
  const test::Scratch scratch;
  {
    KnownChunks first(scratch / "cache", 1000, 1 << 20);
    first.load();
    EXPECT_FALSE(first.find(hash(52)));
    first.keep(shard_with(xorb(40)));
    ASSERT_TRUE(first.find(hash(52)));
  }
  KnownChunks next(scratch / "cache", 1000, 1 << 20);
  next.load();
  const auto found = next.find(hash(52));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->xorb, hash(40));
  EXPECT_EQ(found->index, 2u);
  EXPECT_FALSE(found->told);
  EXPECT_TRUE(next.has_xorb(hash(40)));
  EXPECT_FALSE(next.has_xorb(hash(41)));
}

TEST(KnownChunks, UnderstandsKeyedAnswers) {
  const test::Scratch scratch;
  KnownChunks known(scratch / "cache", 1000, 1 << 20);
  XorbRecord keyed = xorb(40);
  const Hash key = hash(9);
  for (XorbChunk& chunk : keyed.chunks) chunk.hash = keyed_hash(key, chunk.hash);
  ShardWriter writer;
  writer.add_xorb(keyed);
  ShardFooter footer;
  footer.key = key;
  footer.expires_s = UINT64_MAX;
  ASSERT_TRUE(known.add_answer(as_text(writer.finish(footer))).ok());
  const auto found = known.find(hash(53));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->xorb, hash(40));
  EXPECT_EQ(found->index, 3u);
  EXPECT_TRUE(found->told);
  EXPECT_FALSE(known.find(keyed.chunks[3].hash));
}

TEST(KnownChunks, RefusesWhatIsNoShard) {
  const test::Scratch scratch;
  KnownChunks known(scratch / "cache", 1000, 1 << 20);
  EXPECT_FALSE(known.add_answer("nonsense").ok());
  const Bytes whole = shard_with(xorb(40));
  EXPECT_FALSE(known.add_answer(as_text(ByteView(whole).first(whole.size() - 50))).ok());
  EXPECT_FALSE(known.find(hash(52)));  // nothing of it was kept
}

TEST(KnownChunks, PassesOverBadAndExpiredFiles) {
  const test::Scratch scratch;
  std::filesystem::create_directories(scratch / "cache");
  std::ofstream(scratch / "cache/bad.mdb") << "nonsense";
  ShardWriter writer;
  writer.add_xorb(xorb(40));
  ShardFooter footer;
  footer.expires_s = 1000;
  const Bytes old = writer.finish(footer);
  std::ofstream(scratch / "cache/old.mdb") << as_text(old);
  KnownChunks known(scratch / "cache", 1000, 1 << 20);
  known.load();
  EXPECT_FALSE(known.find(hash(52)));
}

TEST(KnownChunks, TheFolderStaysSmall) {
  const test::Scratch scratch;
  const uint64_t one = shard_with(xorb(40)).size() + 1000;
  KnownChunks known(scratch / "cache", 1000, 3 * one);
  for (uint8_t i = 0; i < 10; ++i) known.keep(shard_with(xorb(static_cast<uint8_t>(40 + i))));
  uint64_t total = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch / "cache")) total += entry.file_size();
  EXPECT_LE(total, 3 * one);
  EXPECT_GT(total, 0u);
}

TEST(KnownChunks, AsksNothingTwice) {
  KnownChunks known("", 1000, 1 << 20);
  EXPECT_TRUE(known.first_question(hash(1)));
  EXPECT_FALSE(known.first_question(hash(1)));
  EXPECT_TRUE(known.first_question(hash(2)));
}

}  // namespace
}  // namespace hfhub::xet
