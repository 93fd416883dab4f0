#include "codec/xxh32.h"

#include <bit>

#include "base/little_endian.h"

namespace hfhub::codec {
namespace {

constexpr uint32_t kPrime1 = 0x9E3779B1, kPrime2 = 0x85EBCA77, kPrime3 = 0xC2B2AE3D;
constexpr uint32_t kPrime4 = 0x27D4EB2F, kPrime5 = 0x165667B1;

uint32_t round(uint32_t lane, uint32_t word) { return std::rotl(lane + word * kPrime2, 13) * kPrime1; }

}  // namespace

uint32_t xxh32(ByteView data) {
  const auto size = static_cast<uint32_t>(data.size());
  uint32_t hash = kPrime5;
  if (data.size() >= 16) {
    uint32_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; data.size() >= 16; data = data.subspan(16)) {
      for (size_t i = 0; i < 4; ++i) lanes[i] = round(lanes[i], load_little<uint32_t>(data.data() + 4 * i));
    }
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  }
  hash += size;
  for (; data.size() >= 4; data = data.subspan(4)) {
    hash = std::rotl(hash + load_little<uint32_t>(data.data()) * kPrime3, 17) * kPrime4;
  }
  for (const uint8_t byte : data) hash = std::rotl(hash + byte * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 15) * kPrime2;
  hash = (hash ^ hash >> 13) * kPrime3;
  return hash ^ hash >> 16;
}

}  // namespace hfhub::codec
