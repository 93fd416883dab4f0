// The gear hash of content-defined chunking. h = (h << 1) + table[byte], 64 bits: after 64 bytes nothing older counts, so
// whether a position is a candidate depends on the 64 bytes before it and on nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "digest/digest.h"

namespace hfhub::digest {

inline constexpr size_t kGearWindow = 64;
inline constexpr uint64_t kGearMask = 0xFFFF000000000000;  // a candidate has none of these bits: one in 65,536
extern const std::array<uint64_t, 256> kGearTable;

// Hash state over a run of bytes. `hash` is exact once 64 bytes were seen.
struct Gear {
  uint64_t hash = 0;
};

// Bytes of `data` up to and including the first candidate; data.size() + 1 when there is none. Continues `gear`.
size_t gear_find(Gear& gear, ByteView data);
// Appends base + (bytes up to and including) of every candidate in `data`.
void gear_scan(Gear& gear, ByteView data, uint64_t base, std::vector<uint64_t>* candidates);
// The same while the SHA-256 of the same bytes is computed: one pass, in which the gear hash costs next to nothing where
// the processor has SHA instructions.
void gear_scan_sha256(Gear& gear, Sha256& sha, ByteView data, uint64_t base, std::vector<uint64_t>* candidates);
// What the former does on other processors.
void gear_scan_sha256_portable(Gear& gear, Sha256& sha, ByteView data, uint64_t base,
                               std::vector<uint64_t>* candidates);

}  // namespace hfhub::digest
