// SSE2, which every x86-64 processor has: no flags, no choice at run time.
#include <immintrin.h>

#include "codec/group4.h"

namespace hfhub::codec {
namespace {

constexpr size_t kStep = 16;  // words

__m128i load(const uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
void store(uint8_t* to, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), value); }

__m128i even_bytes(__m128i a, __m128i b) {
  const __m128i low = _mm_set1_epi16(0x00FF);
  return _mm_packus_epi16(_mm_and_si128(a, low), _mm_and_si128(b, low));
}

__m128i odd_bytes(__m128i a, __m128i b) { return _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8)); }

}  // namespace

void split_words4(const uint8_t* in, size_t words, const std::array<uint8_t*, 4>& planes) {
  size_t i = 0;
  for (; words - i >= kStep; i += kStep) {
    const uint8_t* const from = in + 4 * i;
    const __m128i a = load(from), b = load(from + 16), c = load(from + 32), d = load(from + 48);
    const __m128i even1 = even_bytes(a, b), even2 = even_bytes(c, d);
    const __m128i odd1 = odd_bytes(a, b), odd2 = odd_bytes(c, d);
    store(planes[0] + i, even_bytes(even1, even2));
    store(planes[1] + i, even_bytes(odd1, odd2));
    store(planes[2] + i, odd_bytes(even1, even2));
    store(planes[3] + i, odd_bytes(odd1, odd2));
  }
  for (; i < words; ++i) {
    for (size_t k = 0; k < 4; ++k) planes[k][i] = in[4 * i + k];
  }
}

void join_words4(const std::array<const uint8_t*, 4>& planes, size_t words, uint8_t* out) {
  size_t i = 0;
  for (; words - i >= kStep; i += kStep) {
    const __m128i p0 = load(planes[0] + i), p1 = load(planes[1] + i);
    const __m128i p2 = load(planes[2] + i), p3 = load(planes[3] + i);
    const __m128i low01 = _mm_unpacklo_epi8(p0, p1), high01 = _mm_unpackhi_epi8(p0, p1);
    const __m128i low23 = _mm_unpacklo_epi8(p2, p3), high23 = _mm_unpackhi_epi8(p2, p3);
    uint8_t* const to = out + 4 * i;
    store(to, _mm_unpacklo_epi16(low01, low23));
    store(to + 16, _mm_unpackhi_epi16(low01, low23));
    store(to + 32, _mm_unpacklo_epi16(high01, high23));
    store(to + 48, _mm_unpackhi_epi16(high01, high23));
  }
  for (; i < words; ++i) {
    for (size_t k = 0; k < 4; ++k) out[4 * i + k] = planes[k][i];
  }
}

}  // namespace hfhub::codec
