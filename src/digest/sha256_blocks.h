// The inner function of SHA-256: one per instruction set, all with the same meaning.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hfhub::digest {

// Folds `count` blocks of 64 bytes into the eight words of `state`.
using Sha256Blocks = void (*)(uint32_t* state, const uint8_t* blocks, size_t count);

void sha256_blocks_portable(uint32_t* state, const uint8_t* blocks, size_t count);
void sha256_blocks_shani(uint32_t* state, const uint8_t* blocks, size_t count);  // x86-64 builds only

struct Sha256Kernel {
  Sha256Blocks blocks;
  const char* name;
};

// The fastest kernel that this processor runs. Defined once per architecture: choice_*.cpp.
Sha256Kernel choose_sha256_kernel();

}  // namespace hfhub::digest
