// base/bytes.h: the text forms of bytes lose nothing.
#include "base/bytes.h"

#include <algorithm>

#include "require.h"

using namespace hfhub;

namespace {

uint32_t sextet(char c, std::string_view last_two) {
  if (c >= 'A' && c <= 'Z') return static_cast<uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0' + 52);
  const size_t at = last_two.find(c);
  REQUIRE(at != std::string_view::npos);
  return static_cast<uint32_t>(62 + at);
}

// A decoder written the other way round: bit by bit.
Bytes decoded(std::string_view text, std::string_view last_two) {
  REQUIRE(text.size() % 4 == 0);
  while (text.ends_with('=')) text.remove_suffix(1);
  Bytes out;
  uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    bits = bits << 6 | sextet(c, last_two);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<uint8_t>(bits >> held));
    bits &= (1u << held) - 1;
  }
  REQUIRE(bits == 0);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const std::string hex = to_hex(bytes);
  REQUIRE(is_lower_hex(hex, size * 2));
  REQUIRE(!is_lower_hex(hex + "g", size * 2 + 1));
  REQUIRE(std::ranges::equal(decoded(to_base64(bytes), "+/"), bytes));
  REQUIRE(std::ranges::equal(decoded(to_base64_url(bytes), "-_"), bytes));
  return 0;
}
