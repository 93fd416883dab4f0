// The fused loop of SHA-256 and the gear hash.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hfhub::digest {

inline constexpr size_t kGearBatchBlocks = 64;

// Folds `count` (at most kGearBatchBlocks) blocks of 64 bytes into both states. Writes the number of bytes up to and
// including each candidate to `hits` (room for one a byte) and returns how many there are. `table`: kGearTable.
using GearSha256Blocks = size_t (*)(uint32_t* sha, uint64_t* gear, const uint64_t* table, const uint8_t* blocks,
                                    size_t count, uint16_t* hits);
size_t gear_sha256_blocks_shani(uint32_t* sha, uint64_t* gear, const uint64_t* table, const uint8_t* blocks,
                                size_t count, uint16_t* hits);  // x86-64 builds only

// nullptr where one after the other is all there is. Defined once per architecture: choice_*.cpp.
GearSha256Blocks choose_gear_sha256_blocks();

}  // namespace hfhub::digest
