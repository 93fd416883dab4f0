#include "crc64.h"

#include <array>
#include <cstring>

namespace localhub {
namespace {

using Tables = std::array<std::array<uint64_t, 256>, 8>;

/// tables[k][b]: what byte b does to the checksum when k more bytes follow it.
Tables make_tables() {
  constexpr uint64_t kPolynomial = 0x9A6C9329AC4BC9B5ULL;
  Tables out;
  for (uint64_t byte = 0; byte < 256; ++byte) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
    out[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k)
    for (size_t byte = 0; byte < 256; ++byte) out[k][byte] = out[k - 1][byte] >> 8 ^ out[0][out[k - 1][byte] & 255];
  return out;
}

}  // namespace

uint64_t crc64_nvme(std::string_view bytes) {
  static const Tables kTables = make_tables();
  uint64_t crc = ~uint64_t{0};
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  for (; end - at >= 8; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, 8);
    word ^= crc;
    crc = 0;
    for (size_t k = 0; k < 8; ++k) crc ^= kTables[7 - k][word >> (8 * k) & 255];
  }
  for (; at < end; ++at) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<unsigned char>(*at)) & 255];
  return ~crc;
}

}  // namespace localhub
