#include "chunker.h"

#include <algorithm>
#include <cstdint>

namespace localhub {
namespace {

constexpr uint64_t kGear[256] = {
#include "gear_table.inc"
};
constexpr size_t kSmallestChunk = 8 << 10;
constexpr size_t kWindow = 64;                     // a byte has left the hash after 64 shifts
constexpr uint64_t kMask = 0xFFFF000000000000ULL;  // one position in 65536 matches

}  // namespace

size_t next_chunk(std::string_view bytes) {
  size_t end = std::min(bytes.size(), kLargestChunk);
  if (end <= kSmallestChunk) return end;
  uint64_t hash = 0;
  // Only the last 64 bytes matter, so hashing starts that far before the first possible end.
  for (size_t at = kSmallestChunk - kWindow; at < end; ++at) {
    hash = (hash << 1) + kGear[static_cast<unsigned char>(bytes[at])];
    if ((hash & kMask) == 0 && at + 1 >= kSmallestChunk) return at + 1;
  }
  return end;
}

}  // namespace localhub
