/* bench_content KIND SEED BYTES FILE: the same bytes for the same arguments everywhere. KIND: random, or bf16 (weights of a
 * model: gaussian, another deviation for every 4 Mi values). */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next_word(void) { /* SplitMix64 */
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static double next_unit(void) { return ((double)(next_word() >> 11) + 1) / 9007199254740993.0; }

static uint16_t bf16_of(double value) {
  float narrow = (float)value;
  uint32_t bits;
  memcpy(&bits, &narrow, sizeof bits);
  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

static void fill_bf16(uint16_t* out, size_t count, uint64_t at) {
  static double deviation = 0.02;
  for (size_t i = 0; i < count; i += 2) {
    if ((at + i) % (4u << 20) == 0) deviation = 0.008 + 0.072 * next_unit();
    double radius = sqrt(-2 * log(next_unit())) * deviation, angle = 6.283185307179586 * next_unit();
    out[i] = bf16_of(radius * cos(angle));
    out[i + 1] = bf16_of(radius * sin(angle));
  }
}

int main(int argc, char** argv) {
  static union {
    uint64_t words[1 << 17];
    uint16_t halves[1 << 19];
  } block;
  if (argc != 5) return 2;
  state = strtoull(argv[2], NULL, 10);
  FILE* file = fopen(argv[4], "wb");
  if (file == NULL) return 1;
  uint64_t left = strtoull(argv[3], NULL, 10), at = 0;
  while (left > 0) {
    if (strcmp(argv[1], "bf16") == 0) {
      fill_bf16(block.halves, 1 << 19, at);
    } else {
      for (size_t i = 0; i < 1 << 17; ++i) block.words[i] = next_word();
    }
    size_t size = left < sizeof block ? (size_t)left : sizeof block;
    if (fwrite(&block, 1, size, file) != size) return 1;
    left -= size;
    at += 1 << 19;
  }
  return fclose(file) == 0 ? 0 : 1;
}
