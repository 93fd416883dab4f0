#include "base/bytes.h"

#include <algorithm>

namespace hfhub {
namespace {

constexpr char kStandard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode_base64(ByteView bytes, const char* alphabet) {
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3, to += 4) {
    const uint32_t group = uint32_t{bytes[i]} << 16 | uint32_t{bytes[i + 1]} << 8 | bytes[i + 2];
    to[0] = alphabet[group >> 18];
    to[1] = alphabet[(group >> 12) & 63];
    to[2] = alphabet[(group >> 6) & 63];
    to[3] = alphabet[group & 63];
  }
  if (i == bytes.size()) return out;
  const bool two = i + 2 == bytes.size();
  const uint32_t group = uint32_t{bytes[i]} << 16 | (two ? uint32_t{bytes[i + 1]} << 8 : 0);
  to[0] = alphabet[group >> 18];
  to[1] = alphabet[(group >> 12) & 63];
  if (two) to[2] = alphabet[(group >> 6) & 63];
  return out;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(bytes.size() * 2, '\0');
  char* to = out.data();
  for (uint8_t byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
  return out;
}

bool is_lower_hex(std::string_view text, size_t length) {
  return text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string to_base64(ByteView bytes) { return encode_base64(bytes, kStandard); }

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const std::string_view four = text.substr(i, 4);
    const bool last = i + 4 == text.size();
    const size_t padding = !last || four[3] != '=' ? 0 : four[2] == '=' ? 2 : 1;
    uint32_t group = 0;
    for (size_t k = 0; k < 4 - padding; ++k) {
      const char* digit = std::find(kStandard, kStandard + 64, four[k]);
      if (digit == kStandard + 64) return std::nullopt;
      group |= static_cast<uint32_t>(digit - kStandard) << (18 - 6 * k);
    }
    for (size_t k = 0; k < 3 - padding; ++k) out += static_cast<char>(group >> (16 - 8 * k));
    if (padding > 0 && (group & (padding == 2 ? 0xFFFFu : 0xFFu)) != 0) return std::nullopt;  // bits that mean nothing
  }
  return out;
}

std::string to_base64_url(ByteView bytes) { return encode_base64(bytes, kUrlSafe); }

}  // namespace hfhub
