// codec/lz4.h: a frame decodes to what was asked for or not at all; what is compressed comes back.
#include "codec/lz4.h"

#include <algorithm>

#include "allocations.h"

using namespace hfhub;

namespace {

constexpr size_t kGuard = 32;

void decode(ByteView frame, size_t size) {
  Bytes out(size + kGuard, 0xA5);
  {
    const fuzz::AllocationLimit nothing(0);
    codec::lz4_frame_decompress(frame, std::span(out).first(size));
  }
  REQUIRE(std::all_of(out.end() - kGuard, out.end(), [](uint8_t byte) { return byte == 0xA5; }));
}

void round_trip(ByteView data, uint32_t stored) {
  Bytes grouped(data.size()), frame(codec::lz4_frame_bound(data.size())), back(data.size()), ungrouped(data.size());
  codec::group_bytes4(data, grouped);
  const auto parts = codec::plane_sizes4(data.size());
  const auto size = codec::lz4_frame_compress(grouped, parts, stored, frame);
  REQUIRE(size);
  REQUIRE(codec::lz4_frame_decompress(ByteView(frame).first(*size), back));
  codec::ungroup_bytes4(back, ungrouped);
  REQUIRE(std::ranges::equal(ungrouped, data));
  if (*size == 0) return;
  Bytes tight(*size - 1);
  REQUIRE(!codec::lz4_frame_compress(grouped, parts, stored, tight));
}

}  // namespace

// The first three bytes say how much is expected, up to 128 KiB, and which planes are stored; the rest is the frame.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t expected = data[0] | static_cast<size_t>(data[1]) << 8 | static_cast<size_t>(data[2] & 1) << 16;
  const ByteView rest(data + 3, size - 3);
  decode(rest, expected);
  round_trip(rest, data[2] >> 1 & 15u);
  return 0;
}
