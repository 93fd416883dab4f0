#include <lz4.h>

#include <algorithm>
#include <cstring>

#include "base/little_endian.h"
#include "codec/lz4.h"
#include "codec/lz4_frame_format.h"

namespace hfhub::codec {
namespace {

constexpr int kAcceleration = 1;
constexpr size_t kSmallBlock = 64 << 10;
constexpr size_t kLargeBlock = 256 << 10;

// Flags, descriptor and header checksum of the two kinds of frames made here: the checksum of two constants is one.
constexpr uint8_t kSmallBlocks[3] = {0x60, 0x40, 0x82};
constexpr uint8_t kLargeBlocks[3] = {0x60, 0x50, 0xFB};
static_assert(kSmallBlocks[0] == (kFlagVersion1 | kFlagIndependent));
static_assert(max_block_bytes(kSmallBlocks[1]) == kSmallBlock && max_block_bytes(kLargeBlocks[1]) == kLargeBlock);

class FrameWriter {
 public:
  explicit FrameWriter(std::span<uint8_t> out) : out_(out) {}

  bool header(size_t largest_part) {
    if (room() < kFrameHeaderBytes) return false;
    number(kFrameMagic);
    std::ranges::copy(largest_part <= kSmallBlock ? kSmallBlocks : kLargeBlocks, out_.begin() + used_);
    used_ += 3;
    return true;
  }

  bool part(ByteView data, bool stored) {
    for (size_t at = 0; at < data.size(); at += kLargeBlock) {
      if (!block(data.subspan(at, std::min(kLargeBlock, data.size() - at)), stored)) return false;
    }
    return true;
  }

  bool end() {
    if (room() < kBlockLengthBytes) return false;
    number(0);
    return true;
  }

  size_t used() const { return used_; }

 private:
  bool block(ByteView data, bool stored) {
    if (room() <= kBlockLengthBytes) return false;
    uint8_t* const to = out_.data() + used_ + kBlockLengthBytes;
    const size_t space = room() - kBlockLengthBytes;
    int made = 0;
    if (!stored) {
      made = LZ4_compress_fast_extState(&state_, reinterpret_cast<const char*>(data.data()),
                                        reinterpret_cast<char*>(to), static_cast<int>(data.size()),
                                        static_cast<int>(std::min(space, data.size() - 1)), kAcceleration);
    }
    if (made > 0) {
      number(static_cast<uint32_t>(made));
      used_ += static_cast<size_t>(made);
      return true;
    }
    if (data.size() > space) return false;
    number(static_cast<uint32_t>(data.size()) | kStoredBlock);
    std::memcpy(to, data.data(), data.size());
    used_ += data.size();
    return true;
  }

  void number(uint32_t value) {
    store_little(value, out_.data() + used_);
    used_ += sizeof value;
  }

  size_t room() const { return out_.size() - used_; }

  std::span<uint8_t> out_;
  size_t used_ = 0;
  LZ4_stream_t state_;  // 16 KiB; set up anew by every call
};

}  // namespace

size_t lz4_frame_bound(size_t size) {
  // One part more than there are whole blocks for each of up to 32 parts.
  return kFrameHeaderBytes + size + (size / kLargeBlock + 33) * kBlockLengthBytes;
}

std::optional<size_t> lz4_frame_compress(ByteView data, std::span<const size_t> parts, uint32_t stored,
                                         std::span<uint8_t> out, std::span<size_t> part_bytes) {
  const size_t whole[] = {data.size()};
  if (parts.empty()) parts = whole;
  FrameWriter writer(out);
  if (!writer.header(std::ranges::max(parts))) return std::nullopt;
  size_t at = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t before = writer.used();
    if (!writer.part(data.subspan(at, parts[i]), (stored >> i & 1) != 0)) return std::nullopt;
    if (!part_bytes.empty()) part_bytes[i] = writer.used() - before;
    at += parts[i];
  }
  if (!writer.end()) return std::nullopt;
  return writer.used();
}

}  // namespace hfhub::codec
