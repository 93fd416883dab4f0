#include <lz4.h>

#include <algorithm>
#include <cstring>

#include "base/little_endian.h"
#include "codec/lz4.h"
#include "codec/lz4_frame_format.h"
#include "codec/xxh32.h"

namespace hfhub::codec {
namespace {

// Reads one frame. Our own loop rather than LZ4F_decompress, which allocates what the header claims (4 MiB and more) and
// copies through it; here every block goes straight to its place.
class FrameReader {
 public:
  FrameReader(ByteView frame, std::span<uint8_t> out) : frame_(frame), out_(out) {}

  bool read() {
    if (!header()) return false;
    while (true) {
      if (left() < kBlockLengthBytes) return false;
      const uint32_t length = number();
      if (length == 0) break;
      if (!block(length & ~kStoredBlock, (length & kStoredBlock) != 0)) return false;
    }
    return made_ == out_.size() && content_checksum() && left() == 0;
  }

 private:
  bool header() {
    if (left() < kFrameHeaderBytes || number() != kFrameMagic) return false;
    const size_t begin = at_;
    flags_ = frame_[at_++];
    max_block_ = max_block_bytes(frame_[at_++]);
    if ((flags_ & kFlagVersionMask) != kFlagVersion1 || (flags_ & kFlagReserved) != 0 || max_block_ == 0) return false;
    if ((flags_ & kFlagDictionary) != 0) return false;  // nobody has told us a dictionary
    if ((flags_ & kFlagContentSize) != 0) {
      if (left() < sizeof(uint64_t) + 1) return false;
      if (load_little<uint64_t>(frame_.data() + at_) != out_.size()) return false;
      at_ += sizeof(uint64_t);
    }
    const uint32_t sum = xxh32(frame_.subspan(begin, at_ - begin));
    return frame_[at_++] == (sum >> 8 & 0xFF);
  }

  bool block(size_t length, bool stored) {
    const size_t sum_bytes = (flags_ & kFlagBlockChecksum) != 0 ? sizeof(uint32_t) : 0;
    if (length > max_block_ || left() < length + sum_bytes) return false;
    const ByteView data = frame_.subspan(at_, length);
    at_ += length;
    if (sum_bytes != 0 && number() != xxh32(data)) return false;
    const size_t space = std::min(out_.size() - made_, max_block_);
    if (stored) {
      if (length > space) return false;
      std::memcpy(out_.data() + made_, data.data(), length);
      made_ += length;
      return true;
    }
    const int made = decompress(data, static_cast<int>(space));
    if (made < 0) return false;
    made_ += static_cast<size_t>(made);
    return true;
  }

  int decompress(ByteView data, int space) {
    const auto* from = reinterpret_cast<const char*>(data.data());
    auto* to = reinterpret_cast<char*>(out_.data() + made_);
    const auto length = static_cast<int>(data.size());
    if ((flags_ & kFlagIndependent) != 0) return LZ4_decompress_safe(from, to, length, space);
    const size_t history = std::min(made_, kHistory);  // what lies right before `to`
    return LZ4_decompress_safe_usingDict(from, to, length, space, to - history, static_cast<int>(history));
  }

  bool content_checksum() {
    if ((flags_ & kFlagContentChecksum) == 0) return true;
    return left() >= sizeof(uint32_t) && number() == xxh32(out_);
  }

  uint32_t number() {
    const auto value = load_little<uint32_t>(frame_.data() + at_);
    at_ += sizeof value;
    return value;
  }

  size_t left() const { return frame_.size() - at_; }

  static constexpr size_t kHistory = 64 << 10;

  ByteView frame_;
  std::span<uint8_t> out_;
  size_t at_ = 0;
  size_t made_ = 0;
  size_t max_block_ = 0;
  uint8_t flags_ = 0;
};

}  // namespace

bool lz4_frame_decompress(ByteView frame, std::span<uint8_t> out) { return FrameReader(frame, out).read(); }

}  // namespace hfhub::codec
