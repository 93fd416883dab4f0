// CRC-64/NVME: reflected, polynomial 0x9A6C9329AC4BC9B5, initial and final value all ones.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace hfhub::digest {

// Continues `crc` (0 for the first part) over `data`: crc64_nvme(crc64_nvme(0, a), b) is that of a and b together.
uint64_t crc64_nvme(uint64_t crc, ByteView data);
// The CRC of two parts from the CRC of each and the length of the second.
uint64_t crc64_nvme_combine(uint64_t first, uint64_t second, uint64_t second_bytes);

}  // namespace hfhub::digest
