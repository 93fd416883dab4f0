#include "cache/tokens.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cache/lock_wait.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kLargestTokenFile = 1 << 20;
constexpr std::string_view kDefaults = "DEFAULT";  // configparser: its options belong to every section

// Python's configparser without interpolation, strict: any error empties the whole file, as the peer treats it.
class IniReader {
 public:
  bool read(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
      if (!read_line(line)) return false;
    }
    for (StoredToken& section : sections_) {
      for (auto& [key, value] : section.fields) value.erase(value.find_last_not_of(" \t\r\n\v\f") + 1);
    }
    return true;
  }
  // Options of the section DEFAULT belong to every other: they come first, with the value that the section gives them.
  std::vector<StoredToken> take() {
    const auto defaults = std::find_if(sections_.begin(), sections_.end(), is_defaults);
    std::vector<StoredToken> out;
    for (StoredToken& section : sections_) {
      if (is_defaults(section)) continue;
      StoredToken merged{section.name, {}};
      if (defaults != sections_.end()) merged.fields = defaults->fields;
      for (auto& [key, value] : section.fields) *find_or_add(merged, key).first = std::move(value);
      out.push_back(std::move(merged));
    }
    return out;
  }

 private:
  static bool is_defaults(const StoredToken& section) { return section.name == kDefaults; }

  static std::pair<std::string*, bool> find_or_add(StoredToken& section, std::string_view key) {
    for (auto& [known, value] : section.fields) {
      if (known == key) return {&value, false};
    }
    section.fields.emplace_back(key, "");
    return {&section.fields.back().second, true};
  }

  bool read_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty()) {
      if (value() != nullptr) *value() += '\n';  // blank lines belong to the value until something else follows
      return true;
    }
    if (content.front() == '#' || content.front() == ';') return true;
    const size_t indent = static_cast<size_t>(content.data() - line.data());
    if (value() != nullptr && indent > indent_) {
      value()->append("\n").append(content);
      return true;
    }
    indent_ = indent;
    const size_t close = content.rfind(']');
    if (content.front() == '[' && close != std::string_view::npos && close > 1) {
      return open_section(content.substr(1, close - 1));
    }
    return section_ != kNone && add_option(content);
  }

  bool open_section(std::string_view name) {
    field_ = kNone;
    const auto known = std::find_if(sections_.begin(), sections_.end(),
                                    [&](const StoredToken& section) { return section.name == name; });
    section_ = static_cast<size_t>(known - sections_.begin());
    if (known != sections_.end()) return name == kDefaults;
    sections_.push_back({std::string(name), {}});
    return true;
  }

  bool add_option(std::string_view content) {
    const size_t delimiter = content.find_first_of("=:");
    const std::string key = to_lower_ascii(trim(content.substr(0, delimiter)));
    if (delimiter == std::string_view::npos || key.empty()) return false;
    StoredToken& section = sections_[section_];
    const auto [place, fresh] = find_or_add(section, key);
    if (!fresh) return false;
    *place = trim(content.substr(delimiter + 1));
    field_ = section.fields.size() - 1;
    return true;
  }

  // Of the last option: what deeper lines continue.
  std::string* value() { return field_ == kNone ? nullptr : &sections_[section_].fields[field_].second; }

  static constexpr size_t kNone = SIZE_MAX;
  std::vector<StoredToken> sections_;
  size_t section_ = kNone;
  size_t field_ = kNone;
  size_t indent_ = 0;
};

std::string trimmed_token(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return std::string(trim(text));
}

// The file that `path` leads to, so that renaming does not replace a link by a file.
std::string behind_links(const std::string& path) {
  const auto found = platform::stat_path(path, false);
  if (!found.ok() || !*found || (*found)->kind != platform::Kind::kLink) return path;
  auto real = platform::real_path(path);
  return real.ok() ? *std::move(real) : path;
}

}  // namespace

Result<std::optional<std::string>> read_token_file(const std::string& path) {
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found) return std::optional<std::string>();
  HFHUB_TRY(std::string text, platform::read_text(path, kLargestTokenFile));
  std::string token = trimmed_token(std::move(text));
  if (token.empty()) return std::optional<std::string>();
  return std::optional<std::string>(std::move(token));
}

std::optional<std::string> StoredToken::field(std::string_view key) const {
  for (const auto& [known, value] : fields) {
    if (known == key) return value;
  }
  return std::nullopt;
}

std::string StoredToken::token() const { return trimmed_token(field("hf_token").value_or("")); }

std::optional<int64_t> StoredToken::expires_at() const {
  const auto seconds = parse_uint64(trim(field("expires_at").value_or("")));
  if (!seconds.ok() || *seconds > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<int64_t>(*seconds);
}

StoredToken make_stored_token(std::string name, std::string_view token, const std::optional<std::string>& refresh_token,
                              std::optional<int64_t> expires_at) {
  StoredToken out{std::move(name), {{"hf_token", std::string(token)}}};
  if (refresh_token) out.fields.emplace_back("refresh_token", *refresh_token);
  if (expires_at) out.fields.emplace_back("expires_at", std::to_string(*expires_at));
  return out;
}

const StoredToken* StoredTokens::find(std::string_view name) const {
  const auto found =
      std::find_if(tokens.begin(), tokens.end(), [&](const StoredToken& token) { return token.name == name; });
  return found == tokens.end() ? nullptr : &*found;
}

const StoredToken* StoredTokens::find_token(std::string_view token) const {
  const auto found = std::find_if(tokens.begin(), tokens.end(),
                                  [&](const StoredToken& stored) { return stored.field("hf_token") == token; });
  return found == tokens.end() ? nullptr : &*found;
}

void StoredTokens::put(StoredToken token) {
  remove(token.name);
  tokens.push_back(std::move(token));
}

bool StoredTokens::remove(std::string_view name) {
  return std::erase_if(tokens, [&](const StoredToken& token) { return token.name == name; }) > 0;
}

StoredTokens parse_stored_tokens(std::string_view text) {
  StoredTokens out;
  IniReader reader;
  const std::string plain = replace_all(replace_all(std::string(text), "\r\n", "\n"), "\r", "\n");
  out.damaged = !is_valid_utf8(plain) || !reader.read(plain);
  if (!out.damaged) out.tokens = reader.take();
  return out;
}

std::string stored_tokens_text(const StoredTokens& tokens) {
  std::vector<const StoredToken*> sorted;
  for (const StoredToken& token : tokens.tokens) sorted.push_back(&token);
  std::sort(sorted.begin(), sorted.end(), [](const auto* left, const auto* right) { return left->name < right->name; });
  std::string out;
  for (const StoredToken* token : sorted) {
    out += "[" + token->name + "]\n";
    for (const auto& [key, value] : token->fields) out += key + " = " + replace_all(value, "\n", "\n\t") + "\n";
    out += "\n";
  }
  return out;
}

Done check_token_name(std::string_view name) {
  const auto back = parse_stored_tokens(stored_tokens_text({{{std::string(name), {}}}, false}));
  if (back.find(name) != nullptr && !has_control_characters(name)) return {};
  return Error::make(Code::kArgument, "the stored tokens cannot hold one of the name '" + printable(name) + "'");
}

Result<StoredTokens> read_stored_tokens(const std::string& path) {
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found) return StoredTokens();
  HFHUB_TRY(const std::string text, platform::read_text(path, kLargestTokenFile));
  return parse_stored_tokens(text);
}

Done write_secret(const std::string& path, std::string_view content) {
  constexpr uint32_t kFileMode = 0600, kFolderMode = 0700;
  const std::string folder = platform::parent_path(path);
  HFHUB_CHECK(platform::make_folders(folder));
  HFHUB_CHECK(platform::write_text_atomically(behind_links(path), content, kFileMode, true));
  if (!folder.empty()) (void)platform::set_mode(folder, kFolderMode);  // somebody else's folder stays as it is
  return {};
}

Done change_stored_tokens(const std::string& path, const StoreLock& lock,
                          const std::function<Result<bool>(StoredTokens&)>& change) {
  constexpr int64_t kTimeoutMs = 30'000;  // the peer's
  HFHUB_TRY(const auto held, wait_for_lock(path + ".lock", kTimeoutMs, lock.cancel, lock.log));
  if (!held && lock.needs_lock) return Error::at(Code::kTimeout, "the stored tokens are locked", path).with_retry();
  HFHUB_TRY(StoredTokens tokens, read_stored_tokens(path));
  if (tokens.damaged && lock.log != nullptr) {
    lock.log->write(runtime::LogLevel::kError, "cannot read the stored tokens in '" + path + "'; they count as none");
  }
  HFHUB_TRY(const bool changed, change(tokens));
  return changed ? write_secret(path, stored_tokens_text(tokens)) : Done();
}

}  // namespace hfhub::cache
