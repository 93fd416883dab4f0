// Data that the published vectors are computed over.
#pragma once

#include <random>
#include <string_view>

#include "base/bytes.h"
#include "base/little_endian.h"
#include "xet/format/hash.h"

namespace hfhub::xet {

inline Bytes splitmix(size_t size, uint64_t state) {
  Bytes out;
  out.reserve(size + 8);
  while (out.size() < size) {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    z ^= z >> 31;
    uint8_t bytes[8];
    store_little(z, bytes);
    out.insert(out.end(), bytes, bytes + 8);
  }
  out.resize(size);
  return out;
}

inline Bytes linear(size_t size, uint32_t a, uint32_t b) {
  Bytes out(size);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(i * a + b);
  return out;
}

// Weights as checkpoints have them: the high half of a float with a standard deviation of 0.02.
inline Bytes gaussian_bf16(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> weights(0, 0.02f);
  Bytes out(size);
  for (size_t i = 0; i + 2 <= size; i += 2) {
    const float weight = weights(random);
    uint32_t bits;
    std::memcpy(&bits, &weight, sizeof bits);
    store_little(static_cast<uint16_t>(bits >> 16), out.data() + i);
  }
  return out;
}

inline Hash hash_of(std::string_view text) { return Hash::parse(text).value(); }

inline Bytes from_hex(std::string_view text) {
  Bytes out;
  uint32_t half = 0;
  bool odd = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    half = half << 4 | static_cast<uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (odd) out.push_back(static_cast<uint8_t>(half));
    odd = !odd;
  }
  return out;
}

}  // namespace hfhub::xet
