#include <algorithm>
#include <limits>

#include "codec/lz4.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

constexpr size_t kSampleBytes = 8 << 10;
constexpr size_t kPlainSampleBytes = 4 << 10;
constexpr size_t kSampleShift = 6;      // a sample, or a byte plane of one, shrinks when it loses 1/64
constexpr size_t kFlatShift = 8;        // a byte plane that loses less than 1/256 is stored
constexpr size_t kSurprise = 256 / 16;  // how far a chunk may be from the one that was tried
constexpr uint32_t kCalm = 2;           // retests without success after which a sample comes first

ByteView middle_of(ByteView chunk, size_t most) {
  const size_t size = std::min(chunk.size(), most);
  return chunk.subspan((chunk.size() - size) / 2 & ~size_t{3}, size);  // byte planes count from the chunk's first byte
}

size_t in_256ths(size_t part, size_t whole) { return part * 256 / whole; }

}  // namespace

size_t ChunkEncoder::encode(ByteView chunk, std::span<uint8_t> out, bool* stored) {
  std::optional<size_t> made;
  if (!chunk.empty()) {
    const Room room = out.subspan(kChunkHeaderBytes, chunk.size() - 1);  // what is not smaller is not wanted
    switch (policy_) {
      case CompressionPolicy::kAuto: made = choose(chunk, room); break;
      case CompressionPolicy::kLz4: made = compress(winner_ = Scheme::kLz4, chunk, room); break;
      case CompressionPolicy::kBg4Lz4: made = compress(winner_ = Scheme::kBg4Lz4, chunk, room); break;
      case CompressionPolicy::kNone: break;
    }
  }
  *stored = !made;
  ChunkHeader header;
  header.bytes = static_cast<uint32_t>(chunk.size());
  header.scheme = made ? winner_ : Scheme::kNone;
  header.stored_bytes = static_cast<uint32_t>(made.value_or(chunk.size()));
  std::ranges::copy(header.encoded(), out.begin());
  return kChunkHeaderBytes + made.value_or(0);
}

std::optional<size_t> ChunkEncoder::choose(ByteView chunk, Room room) {
  if (until_retest_ > 0) --until_retest_;
  if (winner_ == Scheme::kNone) {
    if (calm_ >= kCalm && !sample_shrinks(chunk)) return std::nullopt;
    return retest(chunk, room);
  }
  if (until_retest_ == 0 || (winner_ == Scheme::kBg4Lz4 && plain_sample_wins(chunk))) return retest(chunk, room);
  const auto made = compress(winner_, chunk, room);
  const size_t now = made ? in_256ths(*made, chunk.size()) : 256;
  if (now > expected_ + kSurprise || now + kSurprise < expected_) until_retest_ = 1;
  return made;
}

std::optional<size_t> ChunkEncoder::retest(ByteView chunk, Room room) {
  until_retest_ = retest_ == 0 ? std::numeric_limits<uint32_t>::max() : retest_;
  const auto plain = codec::lz4_frame_compress(chunk, {}, 0, trial(room.size()));
  const auto parts = codec::plane_sizes4(chunk.size());
  std::array<size_t, 4> took{};
  const auto planes = codec::lz4_frame_compress(grouped(chunk), parts, 0, room, took);
  if (planes && (!plain || *planes + (*planes >> kFlatShift) < *plain)) {  // plain chunks decode faster
    winner_ = Scheme::kBg4Lz4;
    flat_planes_ = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (took[i] + (parts[i] >> kFlatShift) >= parts[i]) flat_planes_ |= 1u << i;
    }
    expected_ = in_256ths(*planes, chunk.size());
    calm_ = 0;
    return planes;
  }
  winner_ = plain ? Scheme::kLz4 : Scheme::kNone;
  calm_ = plain ? 0 : calm_ + 1;
  if (plain) {
    expected_ = in_256ths(*plain, chunk.size());
    std::copy_n(trial_.begin(), *plain, room.begin());
  }
  return plain;
}

std::optional<size_t> ChunkEncoder::compress(Scheme scheme, ByteView chunk, Room room) {
  if (scheme == Scheme::kLz4) return codec::lz4_frame_compress(chunk, {}, 0, room);
  return codec::lz4_frame_compress(grouped(chunk), codec::plane_sizes4(chunk.size()), flat_planes_, room);
}

// Text among weights: with two planes stored and two compressed it looks as if nothing had changed.
bool ChunkEncoder::plain_sample_wins(ByteView chunk) {
  const ByteView sample = middle_of(chunk, kPlainSampleBytes);
  return codec::lz4_frame_compress(sample, {}, 0, trial(sample.size() * expected_ / 256)).has_value();
}

// Whether 8 KiB do: as they are, or one of their byte planes.
bool ChunkEncoder::sample_shrinks(ByteView chunk) {
  const ByteView sample = middle_of(chunk, kSampleBytes);
  const size_t size = sample.size();
  if (codec::lz4_frame_compress(sample, {}, 0, trial(size - (size >> kSampleShift)))) return true;
  const auto parts = codec::plane_sizes4(size);
  std::array<size_t, 4> took{};
  if (!codec::lz4_frame_compress(grouped(sample), parts, 0, trial(codec::lz4_frame_bound(size)), took)) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (took[i] + (parts[i] >> kSampleShift) < parts[i]) return true;
  }
  return false;
}

ByteView ChunkEncoder::grouped(ByteView data) {
  if (grouped_.size() < data.size()) grouped_.resize(data.size());
  const auto out = std::span(grouped_).first(data.size());
  codec::group_bytes4(data, out);
  return out;
}

ChunkEncoder::Room ChunkEncoder::trial(size_t bytes) {
  if (trial_.size() < bytes) trial_.resize(bytes);
  return std::span(trial_).first(bytes);
}

}  // namespace hfhub::xet
