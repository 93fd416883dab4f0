#include <cpuid.h>

#include "digest/crc64_kernels.h"
#include "digest/gear_kernels.h"
#include "digest/sha256_blocks.h"

namespace hfhub::digest {
namespace {

bool has_sha_instructions() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & bit_SSE4_1) == 0) return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
}

bool has_carryless_multiplication() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_SSE4_1) != 0 && (ecx & bit_PCLMUL) != 0;
}

}  // namespace

Sha256Kernel choose_sha256_kernel() {
  if (has_sha_instructions()) return {sha256_blocks_shani, "sha-ni"};
  return {sha256_blocks_portable, "portable"};
}

Crc64Fold choose_crc64_fold() { return has_carryless_multiplication() ? crc64_fold_pclmul : nullptr; }

GearSha256Blocks choose_gear_sha256_blocks() { return has_sha_instructions() ? gear_sha256_blocks_shani : nullptr; }

}  // namespace hfhub::digest
