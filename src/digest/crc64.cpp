#include "digest/crc64.h"

#include <array>

#include "base/little_endian.h"
#include "digest/crc64_kernels.h"

namespace hfhub::digest {
namespace {

constexpr uint64_t kPolynomial = 0x9A6C9329AC4BC9B5;  // x^0 is the highest bit
constexpr uint64_t kOne = uint64_t{1} << 63;

constexpr uint64_t times_x(uint64_t a) { return a >> 1 ^ ((a & 1) != 0 ? kPolynomial : 0); }

// kTables[k][b]: what byte b does to the register when k more bytes follow.
constexpr auto kTables = [] {
  std::array<std::array<uint64_t, 256>, 8> tables{};
  for (size_t byte = 0; byte < 256; ++byte) {
    uint64_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    tables[0][byte] = value;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint64_t before = tables[k - 1][byte];
      tables[k][byte] = before >> 8 ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}();

// a * b modulo the polynomial.
constexpr uint64_t multiply(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (uint64_t bit = kOne; bit != 0; bit >>= 1, b = times_x(b)) {
    if ((a & bit) != 0) product ^= b;
  }
  return product;
}

Crc64Fold fold() {
  static const Crc64Fold chosen = choose_crc64_fold();
  return chosen;
}

}  // namespace

uint64_t crc64_portable(uint64_t state, const uint8_t* data, size_t size) {
  for (; size >= 8; size -= 8, data += 8) {
    const uint64_t word = state ^ load_little<uint64_t>(data);
    state = 0;
    for (size_t k = 0; k < 8; ++k) state ^= kTables[7 - k][word >> (8 * k) & 0xFF];
  }
  for (; size > 0; --size, ++data) state = state >> 8 ^ kTables[0][(state ^ *data) & 0xFF];
  return state;
}

uint64_t crc64_nvme(uint64_t crc, ByteView data) {
  uint64_t state = ~crc;
  if (data.size() >= kCrc64FoldMin && fold() != nullptr) {
    const size_t folded = data.size() & ~size_t{15};
    std::array<uint8_t, 16> rest;
    fold()(state, data.data(), folded, rest.data());
    state = crc64_portable(0, rest.data(), rest.size());
    data = data.subspan(folded);
  }
  return ~crc64_portable(state, data.data(), data.size());
}

uint64_t crc64_nvme_combine(uint64_t first, uint64_t second, uint64_t second_bytes) {
  // The inversions at both ends cancel out: what is left is the first CRC moved up by the length of the second part.
  uint64_t moved = first;
  uint64_t power = times_x(kOne);
  for (int i = 0; i < 3; ++i) power = multiply(power, power);  // x^8
  for (; second_bytes != 0; second_bytes >>= 1, power = multiply(power, power)) {
    if ((second_bytes & 1) != 0) moved = multiply(moved, power);
  }
  return moved ^ second;
}

}  // namespace hfhub::digest
