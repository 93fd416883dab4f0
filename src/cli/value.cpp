#include "cli/value.h"

#include <algorithm>
#include <cstdio>

#include "cli/text.h"

namespace cli {

namespace {

void append_utf16(std::string& out, unsigned unit) {
  char buffer[12];
  std::snprintf(buffer, sizeof buffer, "\\u%04x", unit);
  out += buffer;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const char32_t point = next_point(text, at);
    switch (point) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default:
        if (point >= 0x20 && point < 0x7F) {
          out += static_cast<char>(point);
        } else if (point < 0x10000) {
          append_utf16(out, point);
        } else {
          append_utf16(out, 0xD800 + ((point - 0x10000) >> 10));
          append_utf16(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
  }
  return out + '"';
}

template <class Items, class Write>
std::string joined(const Items& items, const char* open, const char* separator, const char* close, Write write) {
  std::string out = open;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    out += write(item);
  }
  return out + close;
}

std::string python_quoted(const std::string& text) {
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : escape_unprintable(text)) {
    if (c == quote) out += '\\';
    out += c;
  }
  return out + quote;
}

// 2024-05-01T... is shown as its date.
bool starts_with_date_and_time(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddT";
  if (text.size() < kShape.size()) return false;
  return std::equal(kShape.begin(), kShape.end(), text.begin(),
                    [](char shape, char c) { return shape == 'd' ? c >= '0' && c <= '9' : shape == c; });
}

std::string human_string(std::string_view text) {
  return starts_with_date_and_time(text) ? std::string(text.substr(0, 10)) : single_line(text);
}

}  // namespace

std::string json_text(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return joined(*list, "[", ", ", "]", [](const std::string& text) { return json_string(text); });
  }
  return "null";
}

std::string json_text(const Row& row) {
  return joined(row, "{", ", ", "}",
                [](const auto& item) { return json_string(item.first) + ": " + json_text(item.second); });
}

std::string json_text(const std::vector<Row>& rows) {
  return joined(rows, "[", ", ", "]", [](const Row& row) { return json_text(row); });
}

std::string human_text(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "✔" : "";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return human_string(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return joined(*list, "", ", ", "", [](const std::string& text) { return human_string(text); });
  }
  return "";
}

std::string python_text(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "True" : "False";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return joined(*list, "[", ", ", "]", python_quoted);
  }
  return "None";
}

bool is_null(const Value& value) { return std::holds_alternative<std::nullptr_t>(value); }

bool is_number(const Value& value) { return std::holds_alternative<int64_t>(value); }

const Value& field(const Row& row, std::string_view key) {
  static const Value kNull = nullptr;
  for (const auto& [name, value] : row) {
    if (name == key) return value;
  }
  return kNull;
}

}  // namespace cli
