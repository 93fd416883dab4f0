#include "codec/lz4.h"

#include <gtest/gtest.h>
#include <lz4frame.h>

#include <algorithm>
#include <random>

#include "base/little_endian.h"
#include "codec/lz4_frame_format.h"
#include "codec/xxh32.h"

namespace hfhub::codec {
namespace {

Bytes random_bytes(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes out(size);
  for (uint8_t& byte : out) byte = static_cast<uint8_t>(random());
  return out;
}

Bytes compressible(size_t size) {
  std::mt19937 random(1);
  Bytes out;
  while (out.size() < size) {
    const std::string word = "w" + std::to_string(random() % 500) + " ";
    out.insert(out.end(), word.begin(), word.end());
  }
  out.resize(size);
  return out;
}

Bytes compressed(ByteView data, std::span<const size_t> parts = {}, uint32_t stored = 0) {
  Bytes out(lz4_frame_bound(data.size()));
  out.resize(lz4_frame_compress(data, parts, stored, out).value());
  return out;
}

bool decodes_to(ByteView frame, ByteView data) {
  Bytes out(data.size());
  return lz4_frame_decompress(frame, out) && std::ranges::equal(out, data);
}

// What LZ4's own reader makes of a frame.
Bytes by_the_library(ByteView frame, size_t size) {
  LZ4F_dctx* context = nullptr;
  EXPECT_FALSE(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)));
  Bytes out(size + 1);
  size_t made = out.size(), taken = frame.size();
  EXPECT_EQ(LZ4F_decompress(context, out.data(), &made, frame.data(), &taken, nullptr), 0u);
  EXPECT_EQ(taken, frame.size());
  LZ4F_freeDecompressionContext(context);
  out.resize(made);
  return out;
}

TEST(Lz4Frame, TheLibraryReadsWhatWeWrite) {
  for (size_t size : {0, 1, 5, 100, 65536, 65537, 131072, 262144, 262145, 1000000}) {
    for (const Bytes& data : {random_bytes(size, 1), compressible(size), Bytes(size, 0)}) {
      const Bytes frame = compressed(data);
      EXPECT_LE(frame.size(), lz4_frame_bound(size));
      EXPECT_EQ(by_the_library(frame, size), data);
      EXPECT_TRUE(decodes_to(frame, data));
    }
  }
}

Bytes by_preferences(ByteView data, const LZ4F_preferences_t& preferences) {
  Bytes out(LZ4F_compressFrameBound(data.size(), &preferences));
  out.resize(LZ4F_compressFrame(out.data(), out.size(), data.data(), data.size(), &preferences));
  return out;
}

TEST(Lz4Frame, WeReadEveryLegalFrame) {
  const Bytes inputs[] = {{}, Bytes(1, 'a'), compressible(200000), random_bytes(200000, 2)};
  for (const Bytes& data : inputs) {
    for (int bits = 0; bits < 16; ++bits) {
      for (int block = LZ4F_max64KB; block <= LZ4F_max4MB; ++block) {
        LZ4F_preferences_t preferences = {};
        preferences.frameInfo.blockSizeID = static_cast<LZ4F_blockSizeID_t>(block);
        preferences.frameInfo.blockMode = (bits & 1) != 0 ? LZ4F_blockLinked : LZ4F_blockIndependent;
        preferences.frameInfo.contentChecksumFlag = static_cast<LZ4F_contentChecksum_t>(bits >> 1 & 1);
        preferences.frameInfo.blockChecksumFlag = static_cast<LZ4F_blockChecksum_t>(bits >> 2 & 1);
        if ((bits & 8) != 0) preferences.frameInfo.contentSize = data.size();
        preferences.compressionLevel = bits == 3 ? 9 : 0;
        const Bytes frame = by_preferences(data, preferences);
        EXPECT_TRUE(decodes_to(frame, data)) << bits << " " << block;
        if (data.size() < 2) continue;
        EXPECT_FALSE(decodes_to(frame, ByteView(data).first(data.size() - 1)));
        Bytes longer = data;
        longer.push_back(0);
        EXPECT_FALSE(decodes_to(frame, longer));
      }
    }
  }
}

TEST(Lz4Frame, ChecksumsAreChecked) {
  const Bytes data = random_bytes(1000, 3);  // stored, so that only a checksum can notice
  for (int bits = 0; bits < 4; ++bits) {
    LZ4F_preferences_t preferences = {};
    preferences.frameInfo.contentChecksumFlag = static_cast<LZ4F_contentChecksum_t>(bits & 1);
    preferences.frameInfo.blockChecksumFlag = static_cast<LZ4F_blockChecksum_t>(bits >> 1);
    Bytes frame = by_preferences(data, preferences), out(data.size());
    frame[100] ^= 1;
    EXPECT_EQ(lz4_frame_decompress(frame, out), bits == 0);
    frame[100] ^= 1;
    EXPECT_TRUE(lz4_frame_decompress(frame, out));
    frame.back() ^= 1;
    EXPECT_FALSE(lz4_frame_decompress(frame, out));
  }
}

TEST(Lz4Frame, EveryTruncationAndTrailingByteIsRefused) {
  const Bytes data = compressible(3000);
  Bytes frame = compressed(data);
  for (size_t size = 0; size < frame.size(); ++size) EXPECT_FALSE(decodes_to(ByteView(frame).first(size), data));
  frame.push_back(0);
  EXPECT_FALSE(decodes_to(frame, data));
}

// A frame with this descriptor and these blocks, its header checksum right.
Bytes frame_of(Bytes descriptor, const std::vector<Bytes>& blocks) {
  Bytes out(4 + descriptor.size());
  store_little(kFrameMagic, out.data());
  std::ranges::copy(descriptor, out.begin() + 4);
  out.push_back(static_cast<uint8_t>(xxh32(descriptor) >> 8));
  for (const Bytes& block : blocks) out.insert(out.end(), block.begin(), block.end());
  out.insert(out.end(), 4, 0);
  return out;
}

TEST(Lz4Frame, IllegalHeaders) {
  const Bytes data = {'a'}, block = {1, 0, 0, 0x80, 'a'};
  EXPECT_TRUE(decodes_to(frame_of({0x60, 0x40}, {block}), data));
  EXPECT_TRUE(decodes_to(frame_of({0x68, 0x40, 1, 0, 0, 0, 0, 0, 0, 0}, {block}), data));
  EXPECT_FALSE(decodes_to(frame_of({0x68, 0x40, 2, 0, 0, 0, 0, 0, 0, 0}, {block}), data)) << "another content size";
  EXPECT_FALSE(decodes_to(frame_of({0x20, 0x40}, {block}), data)) << "version 0";
  EXPECT_FALSE(decodes_to(frame_of({0xA0, 0x40}, {block}), data)) << "version 2";
  EXPECT_FALSE(decodes_to(frame_of({0x62, 0x40}, {block}), data)) << "reserved flag";
  EXPECT_FALSE(decodes_to(frame_of({0x61, 0x40, 1, 0, 0, 0}, {block}), data)) << "a dictionary";
  EXPECT_FALSE(decodes_to(frame_of({0x60, 0x30}, {block}), data)) << "block size 3";
  EXPECT_FALSE(decodes_to(frame_of({0x60, 0x41}, {block}), data)) << "reserved bit";
  EXPECT_FALSE(decodes_to(frame_of({0x60, 0xC0}, {block}), data)) << "reserved bit";
  Bytes wrong_sum = frame_of({0x60, 0x40}, {block});
  wrong_sum[6] ^= 1;
  EXPECT_FALSE(decodes_to(wrong_sum, data));
  const Bytes skippable = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};
  EXPECT_FALSE(decodes_to(skippable, {}));
}

TEST(Lz4Frame, BlocksAreNoLargerThanTheHeaderSays) {
  const Bytes data(70000, 0);
  Bytes stored = {0x70, 0x11, 0x01, 0x80};
  stored.insert(stored.end(), data.begin(), data.end());
  EXPECT_FALSE(decodes_to(frame_of({0x60, 0x40}, {stored}), data));
  EXPECT_TRUE(decodes_to(frame_of({0x60, 0x50}, {stored}), data));
  const Bytes frame = compressed(data);  // one block, which decodes to 70,000 bytes
  const Bytes block(frame.begin() + 7, frame.end() - 4);
  EXPECT_FALSE(decodes_to(frame_of({0x60, 0x40}, {block}), data));
  EXPECT_TRUE(decodes_to(frame_of({0x60, 0x50}, {block}), data));
}

TEST(Lz4Frame, PartsAreBlocksOfTheirOwn) {
  Bytes data = random_bytes(10000, 4);
  const Bytes middle = compressible(20000);
  data.insert(data.end(), middle.begin(), middle.end());
  const Bytes tail = random_bytes(1, 5);
  data.insert(data.end(), tail.begin(), tail.end());
  const std::vector<size_t> parts = {10000, 20000, 0, 1};
  Bytes out(lz4_frame_bound(data.size()));
  std::vector<size_t> took(4);
  const auto size = lz4_frame_compress(data, parts, 1, out, took);
  ASSERT_TRUE(size);
  EXPECT_EQ(took[0], 10004u);
  EXPECT_LT(took[1], 15000u);
  EXPECT_EQ(took[2], 0u);
  EXPECT_EQ(took[3], 5u);
  EXPECT_EQ(*size, 7 + took[0] + took[1] + took[2] + took[3] + 4);
  EXPECT_TRUE(decodes_to(ByteView(out).first(*size), data));
  EXPECT_EQ(by_the_library(ByteView(out).first(*size), data.size()), data);
  EXPECT_GT(compressed(data, parts, 0xF).size(), data.size());
}

TEST(Lz4Frame, NothingIsWrittenBeyondTheRoom) {
  for (const Bytes& data : {random_bytes(300, 6), compressible(300)}) {
    const size_t whole = compressed(data).size();
    for (size_t room = 0; room <= whole; ++room) {
      Bytes out(room + 8, 0xEE);
      const auto size = lz4_frame_compress(data, {}, 0, std::span(out).first(room));
      EXPECT_TRUE(
          std::all_of(out.begin() + static_cast<ptrdiff_t>(room), out.end(), [](uint8_t b) { return b == 0xEE; }));
      EXPECT_EQ(size.has_value(), room == whole) << room;
    }
  }
}

// The values of the xxHash test suite's kind, from Python's xxhash 3.
TEST(Xxh32, KnownValues) {
  EXPECT_EQ(xxh32({}), 0x02CC5D05u);
  EXPECT_EQ(xxh32(as_bytes("a")), 0x550D7456u);
  EXPECT_EQ(xxh32(as_bytes("abc")), 0x32D153FFu);
  EXPECT_EQ(xxh32(as_bytes("Nobody inspects the spammish repetition")), 0xE2293B2Fu);
}

TEST(GroupBytes, Example) {
  const Bytes in = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  Bytes out(10), back(10);
  group_bytes4(in, out);
  EXPECT_EQ(out, (Bytes{0, 4, 8, 1, 5, 9, 2, 6, 3, 7}));
  EXPECT_EQ(plane_sizes4(10), (std::array<size_t, 4>{3, 3, 2, 2}));
  ungroup_bytes4(out, back);
  EXPECT_EQ(back, in);
}

TEST(GroupBytes, EverySize) {
  for (size_t size = 0; size < 400; ++size) {
    const Bytes in = random_bytes(size, size);
    Bytes expected, out(size), back(size);
    for (size_t k = 0; k < 4; ++k) {
      const size_t before = expected.size();
      for (size_t i = k; i < size; i += 4) expected.push_back(in[i]);
      EXPECT_EQ(plane_sizes4(size)[k], expected.size() - before);
    }
    group_bytes4(in, out);
    ASSERT_EQ(out, expected);
    ungroup_bytes4(out, back);
    ASSERT_EQ(back, in);
  }
}

}  // namespace
}  // namespace hfhub::codec
