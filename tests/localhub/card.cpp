#include "card.h"

#include <string>
#include <vector>

#include "text.h"

namespace localhub {
namespace {

using Allocator = rapidjson::Document::AllocatorType;

rapidjson::Value string_value(std::string_view text, Allocator& memory) {
  return rapidjson::Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), memory);
}

rapidjson::Value scalar(std::string_view text, Allocator& memory) {
  text = trim(text);
  bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'');
  if (quoted && text.back() == text.front()) return string_value(text.substr(1, text.size() - 2), memory);
  if (text == "true" || text == "false") return rapidjson::Value(text == "true");
  if (text == "null" || text == "~" || text.empty()) return rapidjson::Value();
  if (auto number = parse_int(text)) return rapidjson::Value(*number);
  return string_value(text, memory);
}

rapidjson::Value scalar_or_list(std::string_view text, Allocator& memory) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return scalar(text, memory);
  rapidjson::Value list(rapidjson::kArrayType);
  for (std::string_view item : split(text.substr(1, text.size() - 2), ','))
    if (!trim(item).empty()) list.PushBack(scalar(item, memory), memory);
  return list;
}

std::vector<std::string_view> front_matter(std::string_view readme) {
  std::vector<std::string_view> lines = split(readme, '\n'), out;
  if (lines.empty() || trim(lines[0]) != "---") return {};
  for (size_t i = 1; i < lines.size(); ++i) {
    if (trim(lines[i]) == "---") return out;
    out.push_back(lines[i]);
  }
  return {};  // never closed
}

size_t indent_of(std::string_view line) {
  size_t at = line.find_first_not_of(' ');
  return at == std::string_view::npos ? 0 : at;
}

/// The block below "key:" - list items or a nested mapping; stops at the next top-level key.
rapidjson::Value block(const std::vector<std::string_view>& lines, size_t& at, Allocator& memory) {
  rapidjson::Value list(rapidjson::kArrayType), object(rapidjson::kObjectType);
  size_t depth = 0;
  for (; at < lines.size(); ++at) {
    std::string_view line = lines[at], text = trim(line);
    if (text.empty() || text[0] == '#') continue;
    bool item = text.substr(0, 2) == "- ";
    if (indent_of(line) == 0 && !item) break;
    if (depth == 0) depth = indent_of(line) + 1;
    if (indent_of(line) + 1 != depth) continue;  // deeper than a card needs
    size_t colon = text.find(": ");
    if (item && colon == std::string_view::npos) {
      list.PushBack(scalar(text.substr(2), memory), memory);
    } else if (!item && colon != std::string_view::npos) {
      object.AddMember(string_value(text.substr(0, colon), memory), scalar_or_list(text.substr(colon + 1), memory),
                       memory);
    }
  }
  if (!list.Empty()) return list;
  return object.ObjectEmpty() ? rapidjson::Value() : std::move(object);
}

}  // namespace

rapidjson::Document parse_card(std::string_view readme) {
  rapidjson::Document card;
  card.SetObject();
  Allocator& memory = card.GetAllocator();
  std::vector<std::string_view> lines = front_matter(readme);
  for (size_t at = 0; at < lines.size();) {
    std::string_view line = lines[at++];
    size_t colon = line.find(':');
    if (colon == std::string_view::npos || indent_of(line) > 0 || trim(line)[0] == '#') continue;
    rapidjson::Value key = string_value(trim(line.substr(0, colon)), memory);
    std::string_view rest = trim(line.substr(colon + 1));
    rapidjson::Value value = rest.empty() ? block(lines, at, memory) : scalar_or_list(rest, memory);
    if (!value.IsNull()) card.AddMember(key, value, memory);
  }
  return card;
}

}  // namespace localhub
