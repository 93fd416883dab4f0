// BLAKE3, CRC-64/NVME and the gear hash, each way of computing them.
#include <gtest/gtest.h>

#include <random>

#include "digest/blake3.h"
#include "digest/crc64.h"
#include "digest/crc64_kernels.h"
#include "digest/digest.h"
#include "digest/gear.h"
#include "digest/gear_kernels.h"
#include "digest/sha256_blocks.h"

namespace hfhub::digest {
namespace {

Bytes random_bytes(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes out(size);
  for (uint8_t& byte : out) byte = static_cast<uint8_t>(random());
  return out;
}

// Of BLAKE3's official test vectors: byte i of the input is i modulo 251, the key is this text.
TEST(Blake3, OfficialVectors) {
  Blake3Key key;
  std::ranges::copy(as_bytes("whats the Elvish word for friend"), key.begin());
  Bytes input(102400);
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<uint8_t>(i % 251);
  const struct {
    size_t size;
    const char* hash;
  } rows[] = {{0, "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26"},
              {1, "6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b"},
              {1024, "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4"},
              {1025, "357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69"},
              {102400, "1c35d1a5811083fd7119f5d5d1ba027b4d01c0c6c49fb6ff2cf75393ea5db4a7"}};
  for (const auto& row : rows) EXPECT_EQ(to_hex(blake3_keyed(key, ByteView(input).first(row.size))), row.hash);
}

TEST(Blake3, PiecesDoNotMatter) {
  const Bytes data = random_bytes(20000, 1);
  const Blake3Key key{1, 2, 3};
  for (size_t piece : {1, 63, 64, 1000, 1024, 5000}) {
    Blake3 hasher(key);
    for (size_t at = 0; at < data.size(); at += piece) {
      hasher.update(ByteView(data).subspan(at, std::min(piece, data.size() - at)));
    }
    hasher.update({});
    EXPECT_EQ(hasher.finish(), blake3_keyed(key, data)) << piece;
    EXPECT_EQ(hasher.finish(), Blake3(hasher).finish());
  }
}

TEST(Crc64, KnownValues) {
  EXPECT_EQ(crc64_nvme(0, {}), 0u);
  EXPECT_EQ(crc64_nvme(0, as_bytes("123456789")), 0xAE8B14860A799888u);
  const Bytes xorb = {0, 0x0b, 0, 0, 0, 0x0b, 0, 0, 'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd'};
  EXPECT_EQ(crc64_nvme(0, xorb), 11656236085510476597u);  // hf_xet 1.8.0 sends it
}

uint64_t bit_by_bit(ByteView data) {
  uint64_t state = ~uint64_t{0};
  for (const uint8_t byte : data) {
    state ^= byte;
    for (int bit = 0; bit < 8; ++bit) state = state >> 1 ^ ((state & 1) != 0 ? 0x9A6C9329AC4BC9B5 : 0);
  }
  return ~state;
}

TEST(Crc64, EveryWayAtEveryLengthAndPlace) {
  const Bytes data = random_bytes(1300, 2);
  for (size_t begin = 0; begin < 3; ++begin) {
    for (size_t size = 0; size <= 600; ++size) {
      const ByteView view = ByteView(data).subspan(begin, size);
      ASSERT_EQ(crc64_nvme(0, view), bit_by_bit(view)) << size;
      ASSERT_EQ(~crc64_portable(~uint64_t{0}, view.data(), view.size()), bit_by_bit(view)) << size;
    }
  }
  EXPECT_EQ(crc64_nvme(0, data), bit_by_bit(data));
}

TEST(Crc64, GoesOnAndCombines) {
  const Bytes data = random_bytes(5000, 3);
  const uint64_t whole = crc64_nvme(0, data);
  for (size_t cut : {0, 1, 7, 127, 128, 129, 1000, 4999, 5000}) {
    const ByteView first = ByteView(data).first(cut), second = ByteView(data).subspan(cut);
    EXPECT_EQ(crc64_nvme(crc64_nvme(0, first), second), whole) << cut;
    EXPECT_EQ(crc64_nvme_combine(crc64_nvme(0, first), crc64_nvme(0, second), second.size()), whole) << cut;
  }
}

TEST(Gear, TableIsTheOneOfTheFormat) {
  EXPECT_EQ(kGearTable[0], 0xb088d3a9e840f559u);
  EXPECT_EQ(kGearTable[255], 0x63c7a906c1dd187bu);
  Bytes bytes;
  for (const uint64_t value : kGearTable) {
    for (int i = 7; i >= 0; --i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  EXPECT_EQ(sha256_hex(bytes), "106a7a8d97e7074ea409311b0321f36dba49366cf5ff50ce42af62381ac72bdd");
}

struct Scan {
  std::vector<uint64_t> candidates;
  uint64_t hash = 0;
  std::string sha256;

  bool operator==(const Scan&) const = default;
};

Scan by_definition(ByteView data) {
  Scan scan;
  for (size_t i = 0; i < data.size(); ++i) {
    scan.hash = (scan.hash << 1) + kGearTable[data[i]];
    if ((scan.hash & kGearMask) == 0) scan.candidates.push_back(1000 + i + 1);
  }
  scan.sha256 = sha256_hex(data);
  return scan;
}

using Fused = void (*)(Gear&, Sha256&, ByteView, uint64_t, std::vector<uint64_t>*);

Scan scanned(Fused fused, ByteView data, size_t piece) {
  Scan scan;
  Gear gear;
  Sha256 sha;
  for (size_t at = 0; at < data.size(); at += piece) {
    const ByteView part = data.subspan(at, std::min(piece, data.size() - at));
    if (fused != nullptr) {
      fused(gear, sha, part, 1000 + at, &scan.candidates);
    } else {
      gear_scan(gear, part, 1000 + at, &scan.candidates);
      sha.update(part);
    }
  }
  scan.hash = gear.hash;
  scan.sha256 = to_hex(sha.finish());
  return scan;
}

// Bytes chosen so that the hash stays as small as it can: candidates stand close together.
Bytes many_candidates(size_t size) {
  Bytes out(size);
  uint64_t hash = 0;
  for (uint8_t& byte : out) {
    uint64_t best = ~uint64_t{0};
    for (size_t value = 0; value < 256; ++value) {
      if (const uint64_t next = 2 * hash + kGearTable[value]; next <= best) {
        best = next;
        byte = static_cast<uint8_t>(value);
      }
    }
    hash = best;
  }
  return out;
}

TEST(Gear, EveryWayFindsTheSame) {
  const Bytes inputs[] = {random_bytes(700001, 4), many_candidates(20000), Bytes(10000, 59), Bytes(1), {}};
  EXPECT_GT(by_definition(inputs[1]).candidates.size(), 100u);
  for (const Bytes& data : inputs) {
    const Scan expected = by_definition(data);
    for (size_t piece : {1, 17, 64, 1000, 65536, 1 << 20}) {
      if (piece == 1 && data.size() > 100000) continue;
      EXPECT_TRUE(scanned(nullptr, data, piece) == expected) << piece;
      EXPECT_TRUE(scanned(gear_scan_sha256, data, piece) == expected) << piece;
      EXPECT_TRUE(scanned(gear_scan_sha256_portable, data, piece) == expected) << piece;
    }
  }
}

TEST(Gear, FindStopsAtTheCandidate) {
  const Bytes data = many_candidates(2000);
  const auto expected = by_definition(data).candidates;
  Gear gear;
  size_t at = gear_find(gear, data);
  EXPECT_EQ(at, expected.at(0) - 1000);
  at += gear_find(gear, ByteView(data).subspan(at));
  EXPECT_EQ(at, expected.at(1) - 1000);
  EXPECT_EQ(gear_find(gear, {}), 1u);
  Gear other;
  EXPECT_EQ(gear_find(other, Bytes(5)), 6u);
}

TEST(Gear, OlderThanTheWindowDoesNotCount) {
  const Bytes data = random_bytes(kGearWindow, 5);
  Gear one{123}, two{0};
  gear_find(one, data);
  gear_find(two, data);
  EXPECT_EQ(one.hash, two.hash);
}

TEST(Gear, TheFusedLoopIsUsedWhereShaInstructionsAre) {
  EXPECT_EQ(choose_gear_sha256_blocks() != nullptr, std::string(sha256_implementation()) == "sha-ni");
}

}  // namespace
}  // namespace hfhub::digest
