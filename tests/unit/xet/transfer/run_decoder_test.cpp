#include "xet/transfer/run_decoder.h"

#include <gtest/gtest.h>

#include <map>

#include "unit/xet/transfer/transfer_fixture.h"

namespace hfhub::xet {
namespace {

class Collector : public UseTarget {
 public:
  explicit Collector(const Run& run) : run_(run) {}
  bool wanted(const Use& use) override { return !unwanted.contains(number(use)); }
  void take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
            std::span<const ByteView> data) override {
    Bytes& out = bytes[number(use)];
    EXPECT_EQ(first, hashes[number(use)].size());
    EXPECT_EQ(offset, use.offset + out.size());
    for (const ByteView& chunk : data) out.insert(out.end(), chunk.begin(), chunk.end());
    hashes[number(use)].insert(hashes[number(use)].end(), chunks.begin(), chunks.end());
  }
  void complete(const Use& use) override { completed.push_back(number(use)); }
  void fail(const Use& use, const Error& error) override { failed[number(use)] = error.code; }

  std::map<size_t, Bytes> bytes;
  std::map<size_t, std::vector<Chunk>> hashes;
  std::vector<size_t> completed;
  std::map<size_t, Code> failed;
  std::map<size_t, bool> unwanted;

 private:
  size_t number(const Use& use) const { return static_cast<size_t>(&use - run_.uses.data()); }
  const Run& run_;
};

class Decoder : public testing::Test {
 protected:
  Decoder() {
    ChunkEncoder encoder;
    for (const Bytes& chunk : chunks_) {
      Bytes out(kChunkHeaderBytes + chunk.size());
      bool stored = false;
      out.resize(encoder.encode(chunk, out, &stored));
      stored_.insert(stored_.end(), out.begin(), out.end());
      if (stored) stored_.insert(stored_.end(), chunk.begin(), chunk.end());
    }
    run_.chunk_end = count();
    run_.parts.push_back({0, stored_.size(), 0, nullptr});
  }
  uint32_t count() const { return static_cast<uint32_t>(chunks_.size()); }
  Bytes expected(uint32_t begin, uint32_t end) const {
    Bytes out;
    for (uint32_t i = begin; i < end; ++i) out.insert(out.end(), chunks_[i].begin(), chunks_[i].end());
    return out;
  }
  void use(uint32_t begin, uint32_t end) {
    run_.uses.push_back({0, 0, begin, end, 1'000, expected(begin, end).size()});
  }
  Done feed(RunDecoder& decoder, Collector& target, size_t step, size_t from = 0) {
    for (size_t at = from; at < stored_.size(); at += step) {
      const size_t size = std::min(step, stored_.size() - at);
      HFHUB_CHECK(decoder.feed(ByteView(stored_).subspan(at, size), buffer_, target));
    }
    return decoder.finish();
  }

  const std::vector<Bytes> chunks_ = [] {
    Bytes data = random_bytes(1'000'000, 3);
    std::fill(data.begin() + 300'000, data.begin() + 700'000, uint8_t{7});  // some of it shrinks
    return chunked(data);
  }();
  Bytes stored_;
  xet::Run run_;
  DecodeBuffer buffer_{200'000};
};

TEST_F(Decoder, EveryUseGetsItsChunks) {
  use(0, count());
  use(0, 1);
  use(2, 5);
  use(4, 6);
  use(4, 6);
  use(count() - 1, count());
  for (const size_t step : {1u, 7u, 1'000u, 50'001u, 2'000'000u}) {
    RunDecoder decoder(run_);
    Collector target(run_);
    ASSERT_TRUE(feed(decoder, target, step).ok());
    EXPECT_EQ(target.completed.size(), run_.uses.size());
    for (size_t i = 0; i < run_.uses.size(); ++i) {
      EXPECT_TRUE(target.bytes[i] == expected(run_.uses[i].chunk_begin, run_.uses[i].chunk_end)) << i;
    }
    EXPECT_EQ(target.hashes[1][0].hash, chunk_hash(chunks_[0]));
  }
}

TEST_F(Decoder, UnwantedUsesGetNothing) {
  use(0, 3);
  use(1, count());
  RunDecoder decoder(run_);
  Collector target(run_);
  target.unwanted[1] = true;
  ASSERT_TRUE(feed(decoder, target, 10'000).ok());
  EXPECT_TRUE(target.bytes[0] == expected(0, 3));
  EXPECT_TRUE(target.bytes[1].empty());
  EXPECT_EQ(target.completed, std::vector<size_t>{0});
}

TEST_F(Decoder, GoesOnFromTheChunkThatWasBroken) {
  use(0, count());
  size_t header = 0;
  for (size_t i = 0; i < 4; ++i) header += chunks_[i].size() + kChunkHeaderBytes;
  stored_[header] ^= 0xFF;
  RunDecoder decoder(run_);
  Collector target(run_);
  const Done broken = feed(decoder, target, 30'000);
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, Code::kProtocol);
  EXPECT_EQ(decoder.position(), header);
  EXPECT_EQ(decoder.next_chunk(), 4u);
  stored_[header] ^= 0xFF;
  decoder.drop_open_chunk();
  ASSERT_TRUE(feed(decoder, target, 30'000, header).ok());
  EXPECT_TRUE(target.bytes[0] == expected(0, count()));
}

TEST_F(Decoder, MoreOrFewerChunksThanPromised) {
  use(0, 2);
  run_.chunk_end = count() - 1;
  Collector target(run_);
  RunDecoder more(run_);
  EXPECT_EQ(feed(more, target, 10'000).error().code, Code::kProtocol);
  run_.chunk_end = count() + 1;
  Collector again(run_);
  RunDecoder fewer(run_);
  EXPECT_EQ(feed(fewer, again, 10'000).error().code, Code::kProtocol);
}

TEST_F(Decoder, OnlyTheUseWithAWrongLengthFails) {
  use(0, 2);
  use(0, 2);
  run_.uses[0].bytes -= 1;
  RunDecoder decoder(run_);
  Collector target(run_);
  ASSERT_TRUE(feed(decoder, target, 1'000'000).ok());
  EXPECT_EQ(target.failed[0], Code::kProtocol);
  EXPECT_EQ(target.completed, std::vector<size_t>{1});
}

}  // namespace
}  // namespace hfhub::xet
