// The inner functions of CRC-64/NVME, over the plain register (not inverted before or after).
#pragma once

#include <cstddef>
#include <cstdint>

namespace hfhub::digest {

inline constexpr size_t kCrc64FoldMin = 128;

uint64_t crc64_portable(uint64_t state, const uint8_t* data, size_t size);
// Writes 16 bytes whose CRC from state 0 is that of `data` from `state`. `size`: a multiple of 16, at least kCrc64FoldMin.
using Crc64Fold = void (*)(uint64_t state, const uint8_t* data, size_t size, uint8_t* rest);
void crc64_fold_pclmul(uint64_t state, const uint8_t* data, size_t size, uint8_t* rest);  // x86-64 builds only

// nullptr where the processor has nothing better than tables. Defined once per architecture: choice_*.cpp.
Crc64Fold choose_crc64_fold();

}  // namespace hfhub::digest
