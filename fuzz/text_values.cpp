// base/text.h: option values that were accepted say the same in their plainest spelling; helpers keep their promises.
#include "base/text.h"

#include <array>
#include <cmath>
#include <cstring>

#include "require.h"

using namespace hfhub;

namespace {

void check_values(std::string_view text) {
  if (const auto number = parse_uint64(text); number.ok()) {
    REQUIRE(text.find_first_not_of("0123456789") == std::string_view::npos);
    REQUIRE(parse_uint64(std::to_string(*number)).value() == *number);
    REQUIRE(parse_byte_size(text).value() == *number);
  }
  if (const auto bytes = parse_byte_size(text); bytes.ok()) {
    REQUIRE(parse_byte_size(std::to_string(*bytes)).value() == *bytes);
    REQUIRE(parse_byte_size(" " + std::string(text) + "\t").value() == *bytes);
  }
  if (const auto ms = parse_duration_ms(text); ms.ok()) {
    REQUIRE(*ms >= 0);
    REQUIRE(parse_duration_ms(std::to_string(*ms) + "ms").value() == *ms);
  }
  if (const auto flag = parse_bool(text); flag.ok()) REQUIRE(*flag == parse_bool_like_python_client(text));
  if (const auto error = parse_byte_size(text); !error.ok()) REQUIRE(!has_control_characters(error.error().message));
}

void check_utf8(std::string_view text) {
  const std::string repaired = to_valid_utf8(text);
  REQUIRE(is_valid_utf8(repaired));
  REQUIRE(is_valid_utf8(text) == (repaired == text));
  const std::string shown = printable(text);
  REQUIRE(is_valid_utf8(shown) && !has_control_characters(shown));
}

void check_pieces(std::string_view text) {
  std::string joined;
  const auto parts = split(text, ',');
  for (size_t i = 0; i < parts.size(); ++i) joined.append(i > 0 ? "," : "").append(parts[i]);
  REQUIRE(joined == text);
  REQUIRE(trim(trim(text)) == trim(text));
  REQUIRE(equal_ignoring_case(to_lower_ascii(text), text));
  REQUIRE(replace_all(replace_all(std::string(text), "~", "~0"), "~0", "~") == text);
  const std::array<std::string_view, 2> known{"net.retries", text};
  REQUIRE(nearest(text, known) == text || text == "net.retries");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  check_values(text);
  check_utf8(text);
  if (size < 1000) check_pieces(text);
  double number = 0;
  if (size >= sizeof number) std::memcpy(&number, data, sizeof number);
  if (std::isfinite(number)) REQUIRE(std::strtod(shortest_decimal(number).c_str(), nullptr) == number);
  return 0;
}
