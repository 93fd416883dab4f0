#include "xet/format/chunker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "unit/xet/format/sample_data.h"

namespace hfhub::xet {
namespace {

using Lengths = std::vector<uint32_t>;

// The closed form of the rule, written as slowly as it reads.
Lengths by_definition(ByteView data) {
  std::vector<uint64_t> hashes(data.size());
  uint64_t hash = 0;
  for (size_t i = 0; i < data.size(); ++i) hashes[i] = hash = 2 * hash + digest::kGearTable[data[i]];
  Lengths lengths;
  for (size_t start = 0; start < data.size();) {
    size_t end = start + kMinChunkBytes;
    while (end < data.size() && end - start < kMaxChunkBytes && (hashes[end - 1] & digest::kGearMask) != 0) ++end;
    end = std::min(end, data.size());
    lengths.push_back(static_cast<uint32_t>(end - start));
    start = end;
  }
  return lengths;
}

void finish(Chunker* chunker, Lengths* lengths) {
  const uint32_t pending = chunker->pending_bytes();
  EXPECT_EQ(chunker->finish(), pending);
  EXPECT_EQ(chunker->pending_bytes(), 0u);
  if (pending > 0) lengths->push_back(pending);
}

Lengths cut(ByteView data) {
  Chunker chunker;
  Lengths lengths;
  chunker.feed(data, &lengths);
  finish(&chunker, &lengths);
  return lengths;
}

// Ends of chunks, as the tests of the Rust client write them.
Lengths ends(ByteView data) {
  Lengths out = cut(data);
  std::partial_sum(out.begin(), out.end(), out.begin());
  return out;
}

// A pattern that has candidates where a chunk is too short to end.
Bytes triggering(size_t padding) {
  const Bytes pattern = {154, 52,  42,  34,  159, 75,  126, 224, 70,  236, 12,  196, 79,  236, 178, 124, 127, 50,  99,
                         178, 44,  176, 174, 126, 250, 235, 205, 174, 252, 122, 35,  10,  20,  101, 214, 69,  193, 8,
                         115, 105, 158, 228, 120, 111, 136, 162, 198, 251, 211, 183, 253, 252, 164, 147, 63,  16,  186,
                         162, 117, 23,  170, 36,  205, 187, 174, 76,  210, 174, 211, 175, 12,  173, 145, 59,  2,   70,
                         222, 181, 159, 227, 182, 156, 189, 51,  226, 106, 24,  50,  183, 157, 140, 10,  8,   23,  212,
                         70,  10,  234, 23,  33,  219, 254, 39,  236, 70,  49,  191, 116, 9,   115, 15,  101, 26,  159,
                         165, 220, 15,  170, 56,  125, 92,  163, 94,  235, 38,  40,  49,  81};
  Bytes out;
  while (out.size() < 65536) {
    out.insert(out.end(), pattern.begin(), pattern.end());
    out.insert(out.end(), padding, 0);
  }
  out.resize(65536);
  return out;
}

TEST(Chunker, RandomMegabyteOfTheRustTests) {
  const Bytes data = splitmix(1000000, 0);
  ASSERT_EQ(data[0], 175);
  ASSERT_EQ(data[127], 132);
  ASSERT_EQ(data[111111], 118);
  EXPECT_EQ(ends(data), (Lengths{84493, 134421, 144853, 243318, 271793, 336457, 467529, 494581, 582000, 596735, 616815,
                                 653164, 678202, 724510, 815591, 827760, 958832, 991092, 1000000}));
  EXPECT_EQ(cut(splitmix(200000, 4)), (Lengths{41455, 35872, 88864, 14155, 19654}));
  Lengths first = cut(splitmix(5000000, 5));
  EXPECT_EQ(first.size(), 87u);
  first.resize(6);
  EXPECT_EQ(first, (Lengths{11836, 20250, 49270, 29209, 89282, 38100}));
}

TEST(Chunker, ConstantMegabyteOfTheRustTests) {
  EXPECT_EQ(ends(Bytes(1000000, 59)), (Lengths{131072, 262144, 393216, 524288, 655360, 786432, 917504, 1000000}));
}

// Rows 61 and 78 are among those in which the chunker of the JavaScript client cuts below the minimum.
TEST(Chunker, TriggeringRowsOfTheRustTests) {
  EXPECT_EQ(ends(triggering(14)), (Lengths{8300, 16536, 24772, 33008, 41244, 49480, 57716, 65536}));
  EXPECT_EQ(ends(triggering(15)), (Lengths{8215, 16509, 24803, 33097, 41391, 49685, 57979, 65536}));
  EXPECT_EQ(ends(triggering(126)), (Lengths{8192, 16574, 24956, 33338, 41720, 50102, 58484, 65536}));
  EXPECT_EQ(ends(triggering(127)), (Lengths{8224, 16639, 25054, 33469, 41884, 50299, 58714, 65536}));
  EXPECT_EQ(cut(triggering(61))[0], 8380u);
  EXPECT_EQ(cut(triggering(78))[0], 8304u);
  for (size_t padding = 0; padding < 128; ++padding) {
    EXPECT_EQ(cut(triggering(padding)), by_definition(triggering(padding))) << padding;
  }
}

TEST(Chunker, EmptyAndShort) {
  EXPECT_EQ(cut({}), Lengths{});
  EXPECT_EQ(cut(Bytes(1)), Lengths{1});
  EXPECT_EQ(cut(Bytes(kMinChunkBytes - 1)), Lengths{kMinChunkBytes - 1});
  EXPECT_EQ(cut(Bytes(kMaxChunkBytes)), Lengths{kMaxChunkBytes});
  EXPECT_EQ(cut(Bytes(kMaxChunkBytes + 1)), (Lengths{kMaxChunkBytes, 1}));
}

// A short stretch, repeated: some have a candidate in every repetition, most have none at all.
Bytes repeated(std::mt19937_64* random, size_t size) {
  Bytes unit((*random)() % 200 + 1);
  for (uint8_t& byte : unit) byte = static_cast<uint8_t>((*random)());
  Bytes out;
  while (out.size() < size) out.insert(out.end(), unit.begin(), unit.end());
  out.resize(size);
  return out;
}

// Every state is a candidate's or close to one: the byte is chosen that makes the hash smallest.
Bytes greedy(std::mt19937_64* random, size_t size) {
  Bytes out(size);
  uint64_t hash = 0;
  for (uint8_t& byte : out) {
    uint64_t best = ~uint64_t{0};
    for (int tries = 0; tries < 24; ++tries) {
      const auto candidate = static_cast<uint8_t>((*random)());
      const uint64_t next = 2 * hash + digest::kGearTable[candidate];
      if (next <= best) {
        best = next;
        byte = candidate;
      }
    }
    hash = best;
  }
  return out;
}

Bytes sample(std::mt19937_64* random, int kind) {
  const size_t size = (*random)() % 400000;
  switch (kind % 5) {
    case 0: return splitmix(size, (*random)());
    case 1: return repeated(random, size);
    case 2: return triggering((*random)() % 128);
    case 3: return greedy(random, size / 8);
    default: {
      Bytes out = splitmix(size, (*random)());
      const size_t at = size == 0 ? 0 : (*random)() % size;
      std::fill(out.begin() + static_cast<ptrdiff_t>(at), out.end(), uint8_t{0});
      return out;
    }
  }
}

std::vector<ByteView> split(ByteView data, std::mt19937_64* random) {
  const size_t largest = (*random)() % 3 == 0 ? 300 : 90000;
  std::vector<ByteView> pieces;
  while (!data.empty()) {
    const size_t size = std::min(data.size(), static_cast<size_t>((*random)() % largest));
    pieces.push_back(data.first(size));
    data = data.subspan(size);
  }
  return pieces;
}

Lengths cut_in_pieces(const std::vector<ByteView>& pieces) {
  Chunker chunker;
  Lengths lengths;
  for (const ByteView piece : pieces) chunker.feed(piece, &lengths);
  finish(&chunker, &lengths);
  return lengths;
}

// Both feeds in turn, or the fused one alone.
Lengths cut_fused(const std::vector<ByteView>& pieces, std::mt19937_64* random, bool mixed, std::string* sha256) {
  Chunker chunker;
  digest::Sha256 sha;
  Lengths lengths;
  for (const ByteView piece : pieces) {
    if (mixed && (*random)() % 2 == 0) {
      sha.update(piece);
      chunker.feed(piece, &lengths);
    } else {
      chunker.feed(piece, sha, &lengths);
    }
  }
  finish(&chunker, &lengths);
  *sha256 = to_hex(sha.finish());
  return lengths;
}

// As many threads do it: each segment is scanned on its own, with the 64 bytes before it fed first.
Lengths cut_in_segments(ByteView data, const std::vector<ByteView>& segments) {
  CutRule rule;
  Lengths lengths;
  uint64_t at = 0;
  for (const ByteView segment : segments) {
    digest::Gear gear;
    std::vector<uint64_t> candidates, ignored;
    const size_t before = std::min<size_t>(at, digest::kGearWindow);
    digest::gear_scan(gear, data.subspan(at - before, before), 0, &ignored);
    digest::gear_scan(gear, segment, at, &candidates);
    at += segment.size();
    rule.advance(candidates, at, &lengths);
    EXPECT_EQ(rule.position(), at);
  }
  if (const uint32_t last = rule.finish(); last > 0) lengths.push_back(last);
  EXPECT_EQ(rule.position(), 0u);
  return lengths;
}

TEST(Chunker, AllWaysAgreeOnRandomAndAdversarialInputs) {
  std::mt19937_64 random(2026);
  for (int i = 0; i < 1000; ++i) {
    const Bytes data = sample(&random, i);
    const Lengths expected = by_definition(data);
    ASSERT_EQ(cut(data), expected) << i;
    const auto pieces = split(data, &random);
    ASSERT_EQ(cut_in_pieces(pieces), expected) << i;
    ASSERT_EQ(cut_in_segments(data, pieces), expected) << i;
    std::string sha256;
    ASSERT_EQ(cut_fused(pieces, &random, false, &sha256), expected) << i;
    ASSERT_EQ(sha256, digest::sha256_hex(data)) << i;
    ASSERT_EQ(cut_fused(pieces, &random, true, &sha256), expected) << i;
    ASSERT_EQ(sha256, digest::sha256_hex(data)) << i;
  }
}

TEST(Chunker, ByteByByte) {
  const Bytes data = triggering(126);
  std::vector<ByteView> pieces;
  for (size_t i = 0; i < data.size(); ++i) pieces.push_back(ByteView(data).subspan(i, 1));
  EXPECT_EQ(cut_in_pieces(pieces), by_definition(data));
  EXPECT_EQ(cut_in_segments(data, pieces), by_definition(data));
}

TEST(Chunker, StartsAnewAfterFinish) {
  const Bytes data = splitmix(300000, 9);
  Chunker chunker;
  Lengths first, second;
  chunker.feed(data, &first);
  finish(&chunker, &first);
  chunker.feed(data, &second);
  finish(&chunker, &second);
  EXPECT_EQ(first, second);
}

TEST(CutRule, CandidatesAtTheLimits) {
  CutRule rule;
  Lengths lengths;
  const std::vector<uint64_t> early = {1, kMinChunkBytes - 1};
  rule.advance(early, kMinChunkBytes - 1, &lengths);
  EXPECT_EQ(lengths, Lengths{});
  const std::vector<uint64_t> exact = {kMinChunkBytes, kMinChunkBytes + 5};
  rule.advance(exact, 2 * kMinChunkBytes, &lengths);
  EXPECT_EQ(lengths, Lengths{kMinChunkBytes});
  rule.advance({}, kMinChunkBytes + kMaxChunkBytes, &lengths);
  EXPECT_EQ(lengths, (Lengths{kMinChunkBytes, kMaxChunkBytes}));
  EXPECT_EQ(rule.finish(), 0u);
}

}  // namespace
}  // namespace hfhub::xet
