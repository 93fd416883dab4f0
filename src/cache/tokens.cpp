#include "cache/tokens.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kLargestTokenFile = 1 << 20;
constexpr std::string_view kDefaults = "DEFAULT";  // configparser: its options belong to every section

using Fields = std::map<std::string, std::string>;

// Python's configparser without interpolation, strict: any error empties the whole file, as the peer treats it.
class IniReader {
 public:
  bool read(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
      if (!read_line(line)) return false;
    }
    for (auto& [name, fields] : sections_) {
      for (auto& [key, value] : fields) value.erase(value.find_last_not_of(" \t\r\n\v\f") + 1);
    }
    return true;
  }
  std::map<std::string, Fields> take() {
    const Fields defaults = std::exchange(sections_[std::string(kDefaults)], {});
    sections_.erase(std::string(kDefaults));
    for (auto& [name, fields] : sections_) fields.insert(defaults.begin(), defaults.end());
    return std::move(sections_);
  }

 private:
  bool read_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty()) {
      if (value_ != nullptr) *value_ += '\n';  // blank lines belong to the value until something else follows
      return true;
    }
    if (content.front() == '#' || content.front() == ';') return true;
    const size_t indent = static_cast<size_t>(content.data() - line.data());
    if (value_ != nullptr && indent > indent_) {
      value_->append("\n").append(content);
      return true;
    }
    indent_ = indent;
    const size_t close = content.rfind(']');
    if (content.front() == '[' && close != std::string_view::npos && close > 1) {
      return open_section(content.substr(1, close - 1));
    }
    return fields_ != nullptr && add_option(content);
  }

  bool open_section(std::string_view name) {
    value_ = nullptr;
    const auto [place, fresh] = sections_.try_emplace(std::string(name));
    fields_ = &place->second;
    return fresh || name == kDefaults;
  }

  bool add_option(std::string_view content) {
    const size_t delimiter = content.find_first_of("=:");
    const std::string key = to_lower_ascii(trim(content.substr(0, delimiter)));
    if (delimiter == std::string_view::npos || key.empty()) return false;
    const auto [place, fresh] = fields_->try_emplace(key, trim(content.substr(delimiter + 1)));
    value_ = &place->second;
    return fresh;
  }

  std::map<std::string, Fields> sections_;
  Fields* fields_ = nullptr;
  std::string* value_ = nullptr;  // of the last option: what deeper lines continue
  size_t indent_ = 0;
};

StoredToken to_stored_token(const Fields& fields) {
  const auto field = [&](const char* key) {
    const auto found = fields.find(key);
    return found == fields.end() ? std::optional<std::string>() : std::optional<std::string>(found->second);
  };
  StoredToken out;
  out.token = field("hf_token").value_or("");
  out.refresh_token = field("refresh_token");
  if (const auto expires = parse_uint64(trim(field("expires_at").value_or("")));
      expires.ok() && *expires <= static_cast<uint64_t>(INT64_MAX)) {
    out.expires_at = static_cast<int64_t>(*expires);
  }
  return out;
}

}  // namespace

Result<std::optional<std::string>> read_token_file(const std::string& path) {
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found) return std::optional<std::string>();
  HFHUB_TRY(std::string text, platform::read_text(path, kLargestTokenFile));
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  const std::string_view token = trim(text);
  if (token.empty()) return std::optional<std::string>();
  return std::optional<std::string>(token);
}

std::map<std::string, StoredToken> parse_stored_tokens(std::string_view text) {
  std::map<std::string, StoredToken> tokens;
  IniReader reader;
  const std::string plain = replace_all(replace_all(std::string(text), "\r\n", "\n"), "\r", "\n");
  if (!is_valid_utf8(plain) || !reader.read(plain)) return tokens;
  for (const auto& [name, fields] : reader.take()) tokens.emplace(name, to_stored_token(fields));
  return tokens;
}

Result<std::map<std::string, StoredToken>> read_stored_tokens(const std::string& path) {
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found) return std::map<std::string, StoredToken>();
  HFHUB_TRY(const std::string text, platform::read_text(path, kLargestTokenFile));
  return parse_stored_tokens(text);
}

}  // namespace hfhub::cache
