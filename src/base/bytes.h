// Spans of bytes and their text forms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hfhub {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

inline ByteView as_bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string to_hex(ByteView bytes);                             // lower case
bool is_lower_hex(std::string_view text, size_t length);        // exactly `length` characters of 0-9a-f
std::string to_base64(ByteView bytes);                          // standard alphabet, padded
std::string to_base64_url(ByteView bytes);                      // URL-safe alphabet, padded
std::optional<std::string> from_base64(std::string_view text);  // standard alphabet, padded, and nothing else

}  // namespace hfhub
