// Compiled with -mpclmul -msse4.1, so it includes no header with inline functions: see sha256_x86_shani.cpp.
#include <immintrin.h>

#include "digest/crc64_kernels.h"

namespace hfhub::digest {
namespace {

constexpr int kLanes = 8;

__m128i load(const uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

// `value` moved up by the distance that `constants` stand for: x^(distance + 63) and x^(distance - 1) modulo the
// polynomial, for the first and the last 8 bytes. A product of two reflected numbers is short of one factor x.
__m128i moved(__m128i value, __m128i constants) {
  return _mm_xor_si128(_mm_clmulepi64_si128(value, constants, 0x00), _mm_clmulepi64_si128(value, constants, 0x11));
}

}  // namespace

void crc64_fold_pclmul(uint64_t state, const uint8_t* data, size_t size, uint8_t* rest) {
  const __m128i by_1024 = _mm_set_epi64x(0x5f852fb61e8d92dc, static_cast<long long>(0xa1ca681e733f9c40));
  const __m128i by_128 = _mm_set_epi64x(0x21e9761e252621ac, static_cast<long long>(0xeadc41fd2ba3d420));
  __m128i lanes[kLanes];
  for (int i = 0; i < kLanes; ++i) lanes[i] = load(data + 16 * i);
  lanes[0] = _mm_xor_si128(lanes[0], _mm_cvtsi64_si128(static_cast<long long>(state)));
  data += 16 * kLanes;
  size -= 16 * kLanes;
  for (; size >= 16 * kLanes; size -= 16 * kLanes, data += 16 * kLanes) {
#pragma GCC unroll 8
    for (int i = 0; i < kLanes; ++i) lanes[i] = _mm_xor_si128(moved(lanes[i], by_1024), load(data + 16 * i));
  }
  __m128i sum = lanes[0];
  for (int i = 1; i < kLanes; ++i) sum = _mm_xor_si128(moved(sum, by_128), lanes[i]);
  for (; size >= 16; size -= 16, data += 16) sum = _mm_xor_si128(moved(sum, by_128), load(data));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), sum);
}

}  // namespace hfhub::digest
