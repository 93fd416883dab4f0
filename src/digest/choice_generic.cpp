#include "digest/crc64_kernels.h"
#include "digest/gear_kernels.h"
#include "digest/sha256_blocks.h"

namespace hfhub::digest {

Sha256Kernel choose_sha256_kernel() { return {sha256_blocks_portable, "portable"}; }
Crc64Fold choose_crc64_fold() { return nullptr; }
GearSha256Blocks choose_gear_sha256_blocks() { return nullptr; }

}  // namespace hfhub::digest
