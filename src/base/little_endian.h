// Numbers in bytes, lowest byte first: how every binary format of ours holds them.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace hfhub {

template <std::unsigned_integral Word>
Word little_endian(Word value) {
  if constexpr (std::endian::native == std::endian::little || sizeof(Word) == 1) {
    return value;
  } else {
    Word turned = 0;
    for (size_t i = 0; i < sizeof value; ++i, value = static_cast<Word>(value >> 8)) {
      turned = static_cast<Word>(turned << 8 | (value & 0xFF));
    }
    return turned;
  }
}

template <std::unsigned_integral Word>
Word load_little(const uint8_t* from) {
  Word value;
  std::memcpy(&value, from, sizeof value);
  return little_endian(value);
}

template <std::unsigned_integral Word>
void store_little(Word value, uint8_t* to) {
  value = little_endian(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace hfhub
