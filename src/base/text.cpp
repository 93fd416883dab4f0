#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace hfhub {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

Error bad_value(std::string_view what, std::string_view text, std::string_view expected) {
  std::string message = "'" + printable(text) + "' is not ";
  message.append(what).append(" (expected ").append(expected).append(")");
  return Error::make(Code::kArgument, std::move(message));
}

// Splits "1.5 GiB" into 1.5 and "GiB". The number is digits with at most one '.', nothing else.
bool split_number(std::string_view text, double* number, std::string_view* unit) {
  text = trim(text);
  size_t end = 0;
  int dots = 0;
  while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '.')) {
    dots += text[end++] == '.';
  }
  if (end == 0 || dots > 1 || text[0] == '.' || text[end - 1] == '.') return false;
  const auto parsed = std::from_chars(text.data(), text.data() + end, *number);
  *unit = trim(text.substr(end));
  return parsed.ec == std::errc() && std::isfinite(*number);
}

struct Unit {
  std::string_view name;
  double factor;
};

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  if (from.empty()) return text;
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto tail = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  if (text.empty()) return 0;
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool too_big = first == 0xF4 && byte(1) > 0x8F;
    return overlong || too_big ? 0 : 4;
  }
  return 0;
}

char32_t utf8_code_point(std::string_view sequence) {
  const size_t length = sequence.size();
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(sequence[i]); };
  char32_t point = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) point = point << 6 | (byte(i) & 0x3Fu);
  return point;
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    out.append(length > 0 ? text.substr(0, length) : "\xEF\xBF\xBD");
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; });
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    const auto byte = static_cast<uint8_t>(text[0]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += "\\x" + to_hex(as_bytes(text.substr(0, 1)));
      text.remove_prefix(1);
      continue;
    }
    out.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::string shortest_decimal(double value) {
  std::array<char, 64> buffer;
  const double magnitude = std::fabs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::string out(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr);
  if (plain && out.find('.') == std::string::npos) out += ".0";
  return out;
}

Result<uint64_t> parse_uint64(std::string_view text) {
  uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return bad_value("a number", text, "decimal digits, below 2^64");
  }
  return value;
}

Result<uint64_t> parse_byte_size(std::string_view text) {
  static constexpr std::array<Unit, 18> kUnits{{{"", 1},
                                                {"b", 1},
                                                {"k", 1e3},
                                                {"kb", 1e3},
                                                {"m", 1e6},
                                                {"mb", 1e6},
                                                {"g", 1e9},
                                                {"gb", 1e9},
                                                {"t", 1e12},
                                                {"tb", 1e12},
                                                {"ki", 1024.0},
                                                {"kib", 1024.0},
                                                {"mi", 1048576.0},
                                                {"mib", 1048576.0},
                                                {"gi", 1073741824.0},
                                                {"gib", 1073741824.0},
                                                {"ti", 1099511627776.0},
                                                {"tib", 1099511627776.0}}};
  if (auto plain = parse_uint64(trim(text)); plain.ok()) return *plain;
  double number = 0;
  std::string_view unit;
  if (split_number(text, &number, &unit)) {
    for (const Unit& known : kUnits) {
      if (equal_ignoring_case(unit, known.name) && number * known.factor < 9.2e18) {
        return static_cast<uint64_t>(std::llround(number * known.factor));
      }
    }
  }
  return bad_value("a size", text, "a number with an optional unit, as in 64MiB");
}

Result<int64_t> parse_duration_ms(std::string_view text) {
  static constexpr std::array<Unit, 5> kUnits{{{"", 1e3}, {"s", 1e3}, {"ms", 1}, {"m", 6e4}, {"h", 3.6e6}}};
  double number = 0;
  std::string_view unit;
  if (split_number(text, &number, &unit)) {
    for (const Unit& known : kUnits) {
      if (unit == known.name && number * known.factor < 1e15) {
        return static_cast<int64_t>(std::llround(number * known.factor));
      }
    }
  }
  return bad_value("a duration", text, "a number with an optional unit ms, s, m or h, as in 20s");
}

bool parse_bool_like_python_client(std::string_view text) {
  return text == "1" || equal_ignoring_case(text, "on") || equal_ignoring_case(text, "yes") ||
         equal_ignoring_case(text, "true");
}

Result<bool> parse_bool(std::string_view text) {
  if (parse_bool_like_python_client(text)) return true;
  if (text == "0" || equal_ignoring_case(text, "off") || equal_ignoring_case(text, "no") ||
      equal_ignoring_case(text, "false")) {
    return false;
  }
  return bad_value("a yes or no", text, "1, true, yes, on, 0, false, no or off");
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> known) {
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, text.size() / 3) + 1;
  for (std::string_view candidate : known) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= text.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j < row.size(); ++j) {
        const size_t substitute = diagonal + (text[i - 1] != candidate[j - 1]);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace hfhub
