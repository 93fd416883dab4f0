#include "cli/text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace cli {

namespace {

struct Range {
  char32_t first, last;
};

// Unicode's "other" and "separator" categories as far as names from elsewhere can be expected to contain them.
constexpr std::array kUnprintable{
    Range{0x00, 0x1F},     Range{0x7F, 0xA0},       Range{0xAD, 0xAD},       Range{0x0600, 0x0605},
    Range{0x061C, 0x061C}, Range{0x06DD, 0x06DD},   Range{0x070F, 0x070F},   Range{0x1680, 0x1680},
    Range{0x180E, 0x180E}, Range{0x2000, 0x200F},   Range{0x2028, 0x202F},   Range{0x205F, 0x206F},
    Range{0x3000, 0x3000}, Range{0xD800, 0xF8FF},   Range{0xFEFF, 0xFEFF},   Range{0xFFF0, 0xFFFB},
    Range{0xFFFE, 0xFFFF}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0x10FFFF}};

bool is_printable(char32_t point) {
  for (const Range& range : kUnprintable) {
    if (point >= range.first && point <= range.last) return false;
  }
  return true;
}

bool is_space(char32_t point) {
  return point == ' ' || (point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x1F) || point == 0x85 ||
         point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
         point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

std::string formatted(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string escaped(char32_t point) {
  if (point == '\n') return "\\n";
  if (point == '\r') return "\\r";
  if (point == '\t') return "\\t";
  char buffer[16];
  const char* format = point <= 0xFF ? "\\x%02x" : point <= 0xFFFF ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer, sizeof buffer, format, static_cast<unsigned>(point));
  return buffer;
}

}  // namespace

char32_t next_point(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(at);
  const size_t size = lead < 0x80                   ? 1
                      : lead >= 0xC2 && lead < 0xE0 ? 2
                      : lead >= 0xE0 && lead < 0xF0 ? 3
                      : lead >= 0xF0 && lead < 0xF5 ? 4
                                                    : 0;
  char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  bool valid = size > 0;
  for (size_t i = 1; valid && i < size; ++i) {
    valid = (byte(at + i) & 0xC0) == 0x80;
    point = point << 6 | (byte(at + i) & 0x3F);
  }
  const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  if (!valid || overlong || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
    ++at;
    return 0xDC00 + lead;
  }
  at += size;
  return point;
}

size_t length(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) next_point(text, at);
  return count;
}

std::string_view head(std::string_view text, size_t points) {
  size_t at = 0;
  while (points-- > 0 && at < text.size()) next_point(text, at);
  return text.substr(0, at);
}

std::string escape_unprintable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t point = next_point(text, at);
    if (is_printable(point)) {
      out.append(text.substr(begin, at - begin));
    } else {
      out += escaped(point);
    }
  }
  return out;
}

std::string single_line(std::string_view text) {
  std::string joined;
  bool gap = false;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (is_space(next_point(text, at))) {
      gap = true;
      continue;
    }
    if (gap && !joined.empty()) joined += ' ';
    gap = false;
    joined.append(text.substr(begin, at - begin));
  }
  return escape_unprintable(joined);
}

std::string size_text(int64_t bytes) {
  double value = static_cast<double>(bytes);
  for (const char* unit : {"", "K", "M", "G", "T", "P", "E", "Z"}) {
    if (std::fabs(value) < 1000.0) return formatted("%.1f", value) + unit;
    value /= 1000.0;
  }
  return formatted("%.1f", value) + "Y";
}

std::string bytes_text(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* larger : {"kB", "MB", "GB", "TB", "PB", "EB"}) {
    if (value < 999.95) break;
    value /= 1000.0;
    unit = larger;
  }
  return formatted("%.1f ", value) + unit;
}

std::string duration_text(int64_t seconds) {
  char buffer[32];
  if (seconds < 3600) {
    std::snprintf(buffer, sizeof buffer, "%d:%02d", static_cast<int>(seconds / 60), static_cast<int>(seconds % 60));
  } else {
    std::snprintf(buffer, sizeof buffer, "%lld:%02d:%02d", static_cast<long long>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  }
  return buffer;
}

std::string since_text(double then, double now) {
  struct Unit {
    const char* label;
    double seconds;
    double largest;  // shown before the next unit takes over
  };
  constexpr double kDay = 24 * 60 * 60;
  constexpr std::array kUnits{Unit{"second", 1, 59},         Unit{"minute", 60, 59},    Unit{"hour", 60 * 60, 23},
                              Unit{"day", kDay, 6},          Unit{"week", 7 * kDay, 6}, Unit{"month", 30 * kDay, 11},
                              Unit{"year", 365 * kDay, 1e18}};
  const double delta = now - then;
  if (delta < 20) return "a few seconds ago";
  for (const Unit& unit : kUnits) {
    const double value = std::nearbyint(delta / unit.seconds);  // half to even, as Python rounds
    if (value > unit.largest) continue;
    return formatted("%.0f ", value) + unit.label + (value > 1 ? "s" : "") + " ago";
  }
  return "long ago";
}

std::string wrap(std::string_view text, size_t indent, size_t width) {
  const size_t room = width > indent + 20 ? width - indent : 20;
  std::string out;
  size_t column = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const bool line_break = begin > 0 && text[begin - 1] == '\n';
    if (line_break || (column > 0 && column + 1 + length(word) > room)) {
      out.append("\n").append(word.empty() ? 0 : indent, ' ');
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out.append(word);
    column += length(word);
    begin = end + 1;
  }
  return out;
}

}  // namespace cli
