// Compiled with -msha -msse4.1: see sha256_x86_shani.cpp.
#include "digest/gear_kernels.h"
#include "digest/shani_x86.h"

namespace hfhub::digest {

// SHA-256 waits for its own last result most of the time; between every four of its rounds stand four bytes of the gear
// hash, which the processor does meanwhile. A candidate is one byte in 65,536, so its branch is predicted.
size_t gear_sha256_blocks_shani(uint32_t* words, uint64_t* gear, const uint64_t* table, const uint8_t* blocks,
                                size_t count, uint16_t* hits) {
  constexpr uint64_t kLimit = uint64_t{1} << 48;  // below it no bit of kGearMask is set
  shani::State state = shani::load_state(words);
  uint64_t hash = *gear;
  size_t found = 0;
  const uint8_t* const begin = blocks;
  for (; count > 0; --count, blocks += 64) {
    const shani::State before = state;
    __m128i w[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) w[i] = shani::load_words(blocks + 16 * i);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      shani::four_rounds(i, state, w);
#pragma GCC unroll 4
      for (int k = 0; k < 4; ++k) {
        hash = table[blocks[4 * i + k]] + 2 * hash;
        if (__builtin_expect(hash < kLimit, 0)) hits[found++] = static_cast<uint16_t>(blocks - begin + 4 * i + k + 1);
      }
    }
    shani::add(state, before);
  }
  shani::store_state(state, words);
  *gear = hash;
  return found;
}

}  // namespace hfhub::digest
