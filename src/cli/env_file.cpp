#include "cli/env_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hfhub.hpp>
#include <iostream>
#include <iterator>
#include <optional>

#include "cli/failure.h"
#include "cli/output.h"
#include "cli/session.h"

namespace cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_comment_or_nothing(std::string_view text) {
  text = strip(text);
  return text.empty() || text.front() == '#';
}

// Takes the name off the front; "" when there is none.
std::string_view take_name(std::string_view& text) {
  size_t end = 0;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  while (end < text.size() && is_word(text[end])) ++end;
  if (end > 0 && std::isdigit(static_cast<unsigned char>(text[0]))) end = 0;
  const std::string_view name = text.substr(0, end);
  text.remove_prefix(end);
  return name;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    switch (next) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case '"':
      case '\\':
      case '$': out += next; break;
      default: out += text[i]; continue;
    }
    ++i;
  }
  return out;
}

// What quotes around a value stand for.
std::string without_quotes(std::string_view value) {
  if (value.empty() || value.front() != value.back()) return std::string(value);
  const std::string_view inside = value.size() > 1 ? value.substr(1, value.size() - 2) : std::string_view();
  if (value.front() == '"') return unescaped(inside);
  return std::string(value.front() == '\'' ? inside : value);
}

// The value with its quotes when nothing but a comment follows them. A quote behind a backslash may be the end as well, if
// it is the only way to read the line.
std::optional<std::string_view> quoted_value(std::string_view text) {
  text = strip(text);
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
  const char quote = text.front();
  std::vector<size_t> ends;
  for (size_t i = 1; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == quote;
    if (escaped) ++i;
    if (text[i] == quote) ends.push_back(i);
    if (text[i] == quote && !escaped) break;
  }
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    if (is_comment_or_nothing(text.substr(*end + 1))) return text.substr(0, *end + 1);
  }
  return std::nullopt;
}

// Up to a comment, which needs a blank before it.
std::string_view plain_value(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (is_blank(text[i]) && strip(text.substr(i)).substr(0, 1) == "#") return strip(text.substr(0, i));
  }
  return strip(text);
}

std::optional<std::string> from_environment(const std::string& name) {
  if (name == "HF_TOKEN") {
    hfhub::Op op = session().token();  // which may be in the token file
    if (const hfhub::Json token = op.wait().json()["token"]; !token.is_null()) return token.string();
  }
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

void put(NamedTexts& values, std::string_view name, std::string value) {
  const auto old = std::find_if(values.begin(), values.end(), [&](const auto& pair) { return pair.first == name; });
  if (old != values.end()) old->second = std::move(value);
  else values.emplace_back(name, std::move(value));
}

void read_line(std::string_view line, NamedTexts& values) {
  line = strip(line);
  if (line.empty() || line.front() == '#') return;
  constexpr std::string_view kExport = "export";
  if (line.substr(0, kExport.size()) == kExport) {
    const std::string_view rest = line.substr(kExport.size());
    std::string_view name = strip(rest);
    if (!rest.empty() && is_blank(rest.front()) && !take_name(name).empty()) line = strip(rest);
  }
  const std::string_view name = take_name(line);
  if (name.empty()) return;
  const std::string_view rest = strip(line);
  if (rest.empty() || rest.front() != '=') {
    if (!is_comment_or_nothing(line)) return;
    if (auto value = from_environment(std::string(name))) put(values, name, *std::move(value));
    return;
  }
  const std::string_view after = rest.substr(1);
  put(values, name, without_quotes(quoted_value(after).value_or(plain_value(after))));
}

std::string read_file(Output& out, const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  namespace fs = std::filesystem;
  std::error_code failure;
  const fs::perms mode = fs::status(file, failure).permissions();
  std::ifstream stream(file, std::ios::binary);
  if (failure || !stream) throw CommandError("Cannot read '" + file + "'.");
  if ((mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    out.warning("'" + file + "' is readable by other users. Run `chmod 600 " + file + "` to restrict it.");
  }
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) text.erase(0, 3);
  return text;
}

}  // namespace

void read_env_lines(std::string_view text, NamedTexts& values) {
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    read_line(text.substr(0, end), values);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

NamedTexts read_env(Output& out, const std::vector<std::string>& texts, const std::string& file) {
  NamedTexts values;
  if (!file.empty()) read_env_lines(read_file(out, file), values);
  for (const std::string& text : texts) read_env_lines(text, values);
  return values;
}

}  // namespace cli
