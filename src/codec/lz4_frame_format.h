// What an LZ4 frame looks like: magic, descriptor, blocks (length and data), a zero length, a checksum.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hfhub::codec {

inline constexpr uint32_t kFrameMagic = 0x184D2204;
inline constexpr uint32_t kStoredBlock = 0x80000000;  // in a block's length: its bytes are the data
inline constexpr size_t kFrameHeaderBytes = 7;        // without content size and dictionary number
inline constexpr size_t kBlockLengthBytes = 4;

// The flags of a frame; the two highest bits are the version.
inline constexpr uint8_t kFlagVersionMask = 0xC0, kFlagVersion1 = 0x40;
inline constexpr uint8_t kFlagIndependent = 0x20;
inline constexpr uint8_t kFlagBlockChecksum = 0x10;
inline constexpr uint8_t kFlagContentSize = 0x08;
inline constexpr uint8_t kFlagContentChecksum = 0x04;
inline constexpr uint8_t kFlagReserved = 0x02;
inline constexpr uint8_t kFlagDictionary = 0x01;

// The largest block, by the three bits of the descriptor's second byte; 0: not a legal value.
constexpr size_t max_block_bytes(uint8_t descriptor) {
  if ((descriptor & 0x8F) != 0 || descriptor < 0x40) return 0;
  return size_t{1} << (2 * (descriptor >> 4) + 8);
}

}  // namespace hfhub::codec
