// Values as text, in Python's spelling and in the shortest one.

#include <string>

#include "base/text.h"
#include "json/value.h"

namespace hfhub::json {
namespace {

struct Style {
  bool ascii;
  int indent;  // < 0: everything on one line
  std::string_view between_items;
  std::string_view after_key;
};

void append_escape(uint32_t unit, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) *out += kDigits[(unit >> shift) & 15];
}

void append_beyond_ascii(std::string_view text, size_t* length, std::string* out) {
  *length = utf8_sequence_length(text);
  const uint32_t point = utf8_code_point(text.substr(0, *length));
  if (point < 0x10000) return append_escape(point, out);
  append_escape(0xD800 + ((point - 0x10000) >> 10), out);
  append_escape(0xDC00 + ((point - 0x10000) & 0x3FF), out);
}

void append_ascii(char c, bool escape_delete, std::string* out) {
  switch (c) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\b': *out += "\\b"; return;
    case '\f': *out += "\\f"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<uint8_t>(c);
  if (byte < 0x20 || (byte == 0x7F && escape_delete)) return append_escape(byte, out);
  *out += c;
}

void append_string(std::string_view text, bool ascii, std::string* out) {
  *out += '"';
  for (size_t i = 0; i < text.size();) {
    size_t length = 1;
    if (static_cast<uint8_t>(text[i]) < 0x80) append_ascii(text[i], ascii, out);
    else if (ascii) append_beyond_ascii(text.substr(i), &length, out);
    else *out += text[i];
    i += length;
  }
  *out += '"';
}

void append_number(View view, std::string* out) {
  if (const auto integer = view.integer()) out->append(std::to_string(*integer));
  else if (const auto large = view.unsigned_integer()) out->append(std::to_string(*large));
  else out->append(shortest_decimal(view.number().value_or(0)));
}

void append_line_start(const Style& style, int depth, std::string* out) {
  if (style.indent < 0) return;
  *out += '\n';
  out->append(static_cast<size_t>(style.indent) * static_cast<size_t>(depth), ' ');
}

void append_value(View view, const Style& style, int depth, std::string* out) {
  switch (view.type()) {
    case Type::kMissing:
    case Type::kNull: out->append("null"); return;
    case Type::kBool: out->append(*view.boolean() ? "true" : "false"); return;
    case Type::kNumber: append_number(view, out); return;
    case Type::kString: append_string(*view.string(), style.ascii, out); return;
    case Type::kArray:
    case Type::kObject: break;
  }
  const bool object = view.is_object();
  *out += object ? '{' : '[';
  for (size_t i = 0; i < view.size(); ++i) {
    if (i > 0) out->append(style.between_items);
    append_line_start(style, depth + 1, out);
    if (object) {
      append_string(view.key(i), style.ascii, out);
      out->append(style.after_key);
    }
    append_value(object ? view.member(i) : view[i], style, depth + 1, out);
  }
  if (view.size() > 0) append_line_start(style, depth, out);
  *out += object ? '}' : ']';
}

std::string print(View view, const Style& style) {
  std::string out;
  append_value(view, style, 0, &out);
  return out;
}

}  // namespace

std::string to_python_text(View view, int indent) { return print(view, {true, indent, indent < 0 ? ", " : ",", ": "}); }
std::string to_compact_text(View view) { return print(view, {false, -1, ",", ":"}); }

}  // namespace hfhub::json
