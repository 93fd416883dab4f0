#include <algorithm>
#include <limits>

#include "codec/lz4.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

constexpr size_t kSampleBytes = 8 << 10;
constexpr size_t kSampleShift = 6;      // a sample, or a byte plane of one, shrinks when it loses 1/64
constexpr size_t kWinShift = 4;         // what is worse by more than 1/16 on a sample is not tried on the whole
constexpr size_t kFlatShift = 8;        // a byte plane that loses less than 1/256 is stored
constexpr size_t kSurprise = 256 / 16;  // how far a chunk may be from the one that was tried
constexpr uint32_t kCalm = 2;           // retests without success after which a sample comes first
constexpr uint32_t kVeryCalm = 16;      // samples without success after which only every fourth chunk gives one

constexpr size_t kLooks = 256;      // bytes of a plane that are looked at
constexpr size_t kManyKinds = 128;  // as many different ones among them: mantissas; random bytes have 162

ByteView middle_of(ByteView chunk, size_t most) {
  const size_t size = std::min(chunk.size(), most);
  return chunk.subspan((chunk.size() - size) / 2 & ~size_t{3}, size);  // byte planes count from the chunk's first byte
}

size_t in_256ths(size_t part, size_t whole) { return part * 256 / whole; }

bool looks_random(ByteView plane) {
  if (plane.size() < 4 * kLooks) return false;
  std::array<bool, 256> seen{};
  size_t kinds = 0;
  for (size_t i = 0, step = plane.size() / kLooks; i < kLooks; ++i) {
    bool& here = seen[plane[i * step]];
    kinds += here ? 0 : 1;
    here = true;
  }
  return kinds >= kManyKinds;
}

// The planes that are not worth trying: `count` at most, those that look like it.
uint32_t random_planes(ByteView grouped, const std::array<size_t, 4>& parts, uint32_t count) {
  uint32_t planes = 0;
  size_t at = 0;
  for (size_t i = 0; i < parts.size() && count > 0; at += parts[i++]) {
    if (!looks_random(grouped.subspan(at, parts[i]))) continue;
    planes |= 1u << i;
    --count;
  }
  return planes;
}

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

void ChunkEncoder::begin_file() {
  until_retest_ = 0;
  calm_ = winner_ == Scheme::kNone ? std::min(calm_, kCalm) : 0;
  winner_ = Scheme::kNone;
}

std::optional<size_t> ChunkEncoder::choose(ByteView chunk, Room room) {
  if (until_retest_ > 0) --until_retest_;
  if (winner_ == Scheme::kNone) {
    if (calm_ >= kVeryCalm && ++calm_ % 4 != 0) return std::nullopt;
    if (calm_ >= kCalm && !sample_shrinks(chunk)) {
      if (calm_ < kVeryCalm) ++calm_;
      return std::nullopt;
    }
    return retest(chunk, room);
  }
  if (until_retest_ == 0) return retest(chunk, room);
  const auto made = compress(winner_, chunk, room);
  const size_t now = made ? in_256ths(*made, chunk.size()) : 256;
  if (now > expected_ + kSurprise || now + kSurprise < expected_) until_retest_ = 1;
  return made;
}

std::optional<size_t> ChunkEncoder::retest(ByteView chunk, Room room) {
  until_retest_ = retest_ == 0 ? std::numeric_limits<uint32_t>::max() : retest_;
  const bool both = winner_ == Scheme::kNone || other_may_win(chunk);
  std::optional<size_t> plain, planes;
  if (both || winner_ == Scheme::kLz4) plain = codec::lz4_frame_compress(chunk, {}, 0, trial(room.size()));
  if (both || winner_ == Scheme::kBg4Lz4) {
    const auto parts = codec::plane_sizes4(chunk.size());
    std::array<size_t, 4> took{};
    planes = codec::lz4_frame_compress(grouped(chunk), parts, 0, room, took);
    if (planes) learn_flat_planes(parts, took);
  }
  const size_t plain_bytes = plain.value_or(chunk.size()), plane_bytes = planes.value_or(chunk.size());
  if (planes && plane_bytes + (plane_bytes >> kFlatShift) < plain_bytes) {  // plain chunks decode faster
    winner_ = Scheme::kBg4Lz4;
  } else {
    winner_ = plain ? Scheme::kLz4 : Scheme::kNone;
    if (plain) std::copy_n(trial_.begin(), *plain, room.begin());
  }
  calm_ = winner_ == Scheme::kNone ? calm_ + 1 : 0;
  const auto& made = winner_ == Scheme::kBg4Lz4 ? planes : plain;
  expected_ = in_256ths(made.value_or(chunk.size()), chunk.size());
  return winner_ == Scheme::kNone ? std::nullopt : made;
}

std::optional<size_t> ChunkEncoder::compress(Scheme scheme, ByteView chunk, Room room) {
  if (scheme == Scheme::kLz4) return codec::lz4_frame_compress(chunk, {}, 0, room);
  const auto parts = codec::plane_sizes4(chunk.size());
  const ByteView planes = grouped(chunk);
  return codec::lz4_frame_compress(planes, parts, random_planes(planes, parts, flat_planes_), room);
}

void ChunkEncoder::learn_flat_planes(std::span<const size_t> parts, std::span<const size_t> took) {
  flat_planes_ = 0;
  for (size_t i = 0; i < parts.size(); ++i) flat_planes_ += took[i] + (parts[i] >> kFlatShift) >= parts[i];
}

// Whether the scheme that did not win last time should be tried on a whole chunk.
bool ChunkEncoder::other_may_win(ByteView chunk) {
  const ByteView sample = middle_of(chunk, kSampleBytes);
  const Room room = trial(codec::lz4_frame_bound(sample.size()));
  const size_t plain = codec::lz4_frame_compress(sample, {}, 0, room).value_or(sample.size());
  const auto parts = codec::plane_sizes4(sample.size());
  const size_t planes = codec::lz4_frame_compress(grouped(sample), parts, 0, room).value_or(sample.size());
  const size_t winner = winner_ == Scheme::kLz4 ? plain : planes, other = winner_ == Scheme::kLz4 ? planes : plain;
  return other < winner + (winner >> kWinShift);
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
