#include "digest/sha256_blocks.h"

namespace hfhub::digest {

Sha256Kernel choose_sha256_kernel() { return {sha256_blocks_portable, "portable"}; }

}  // namespace hfhub::digest
