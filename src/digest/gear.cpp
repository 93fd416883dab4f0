#include "digest/gear.h"

#include <algorithm>

#include "digest/gear_kernels.h"

namespace hfhub::digest {
namespace {

constexpr uint64_t kLimit = uint64_t{1} << 48;  // below it no bit of kGearMask is set
static_assert(kGearMask == ~(kLimit - 1));
constexpr size_t kBlock = 64;
constexpr size_t kSerialPiece = 32 << 10;  // stays in the first cache for the second pass

}  // namespace

constexpr std::array<uint64_t, 256> kGearTable{
#include "digest/gear_table.inc"
};

size_t gear_find(Gear& gear, ByteView data) {
  const uint64_t* const table = kGearTable.data();
  const uint8_t* at = data.data();
  const uint8_t* const end = at + data.size();
  uint64_t hash = gear.hash;
  // The step is written so that it becomes one LEA, the only link of the chain from byte to byte.
  for (; end - at >= 4; at += 4) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      hash = table[at[k]] + 2 * hash;
      if (hash < kLimit) [[unlikely]] {
        gear.hash = hash;
        return static_cast<size_t>(at - data.data()) + k + 1;
      }
    }
  }
  for (; at != end; ++at) {
    hash = table[*at] + 2 * hash;
    if (hash < kLimit) [[unlikely]] {
      gear.hash = hash;
      return static_cast<size_t>(at - data.data()) + 1;
    }
  }
  gear.hash = hash;
  return data.size() + 1;
}

void gear_scan(Gear& gear, ByteView data, uint64_t base, std::vector<uint64_t>* candidates) {
  for (size_t at = 0; at < data.size();) {
    at += gear_find(gear, data.subspan(at));
    if (at <= data.size()) candidates->push_back(base + at);
  }
}

void gear_scan_sha256_portable(Gear& gear, Sha256& sha, ByteView data, uint64_t base,
                               std::vector<uint64_t>* candidates) {
  for (size_t at = 0; at < data.size(); at += kSerialPiece) {
    const ByteView piece = data.subspan(at, std::min(kSerialPiece, data.size() - at));
    gear_scan(gear, piece, base + at, candidates);
    sha.update(piece);
  }
}

void gear_scan_sha256(Gear& gear, Sha256& sha, ByteView data, uint64_t base, std::vector<uint64_t>* candidates) {
  static const GearSha256Blocks fused = choose_gear_sha256_blocks();
  if (fused == nullptr) return gear_scan_sha256_portable(gear, sha, data, base, candidates);
  const size_t head = std::min(data.size(), (kBlock - sha.held_bytes()) % kBlock);
  gear_scan_sha256_portable(gear, sha, data.first(head), base, candidates);
  size_t at = head;
  uint16_t hits[kGearBatchBlocks * kBlock];
  while (data.size() - at >= kBlock) {
    const size_t blocks = std::min((data.size() - at) / kBlock, kGearBatchBlocks);
    uint32_t* const state = sha.fold_elsewhere(blocks * kBlock);
    const size_t found = fused(state, &gear.hash, kGearTable.data(), data.data() + at, blocks, hits);
    for (size_t i = 0; i < found; ++i) candidates->push_back(base + at + hits[i]);
    at += blocks * kBlock;
  }
  gear_scan_sha256_portable(gear, sha, data.subspan(at), base + at, candidates);
}

}  // namespace hfhub::digest
