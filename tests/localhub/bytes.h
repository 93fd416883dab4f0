// Little-endian numbers and hashes in the binary formats.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "xet_hash.h"

namespace localhub {

inline void put_le(std::string& out, uint64_t number, int width) {
  for (int i = 0; i < width; ++i) out += static_cast<char>(number >> (8 * i) & 255);
}

/// The caller has checked that the bytes are there.
inline uint64_t get_le(std::string_view bytes, size_t at, int width) {
  uint64_t out = 0;
  for (int i = width - 1; i >= 0; --i) out = out << 8 | static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)]);
  return out;
}

inline void put_hash(std::string& out, const XetHash& hash) {
  out.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
}

inline XetHash get_hash(std::string_view bytes, size_t at) {
  XetHash out;
  std::memcpy(out.bytes.data(), bytes.data() + at, out.bytes.size());
  return out;
}

}  // namespace localhub
