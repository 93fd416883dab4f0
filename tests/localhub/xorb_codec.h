// How a chunk is packed inside a xorb: LZ4 frames, with or without grouping bytes by position.
#pragma once

#include <string>
#include <string_view>

namespace localhub {

enum class Packing : unsigned char { kNone = 0, kLz4 = 1, kGroupedLz4 = 2 };

std::string pack(std::string_view plain, Packing packing);
/// Throws FormatError unless the payload unpacks to exactly `length` bytes.
std::string unpack(std::string_view packed, Packing packing, size_t length);

}  // namespace localhub
