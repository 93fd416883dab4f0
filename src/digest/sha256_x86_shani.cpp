// Compiled with -msha -msse4.1, so it includes no header with inline functions of ours or of the standard library: the
// linker may keep this file's copy of such a function for callers on processors without these instructions.
#include "digest/sha256_blocks.h"
#include "digest/shani_x86.h"

namespace hfhub::digest {

void sha256_blocks_shani(uint32_t* words, const uint8_t* blocks, size_t count) {
  shani::State state = shani::load_state(words);
  for (; count > 0; --count, blocks += 64) {
    const shani::State before = state;
    __m128i w[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) w[i] = shani::load_words(blocks + 16 * i);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) shani::four_rounds(i, state, w);
    shani::add(state, before);
  }
  shani::store_state(state, words);
}

}  // namespace hfhub::digest
