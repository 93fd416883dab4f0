#include "runtime/config.h"

#include <algorithm>
#include <vector>

#include "base/names.h"
#include "base/text.h"
#include "base/url.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::runtime {
namespace {

constexpr uint64_t kMinimumBudget = 8ull << 20;
constexpr uint64_t kDefaultBudget = 256ull << 20;

constexpr OptionRow kRows[] = {
#define HFHUB_OPTION(id, key, type, fallback, environment, help) {key, OptionType::type, fallback, environment, help},
#include "runtime/config_table.inc"
#undef HFHUB_OPTION
};

struct Bounds {
  Option option;
  uint64_t least, most;
};
constexpr Bounds kBounds[] = {
    {Option::kMemoryBudget, kMinimumBudget, UINT64_MAX},
    {Option::kMaxWorkers, 1, 256},
    {Option::kRangesPerFile, 1, 64},
    {Option::kRangeSize, 64 * 1024, 1ull << 40},
    {Option::kLfsParallelParts, 1, 64},
    {Option::kMaxConnections, 1, 1024},
    {Option::kRetries, 0, 1000},
    {Option::kXetParallelFiles, 1, 256},
    {Option::kXetParallelUploads, 1, 256},
    {Option::kXetParallelDownloads, 1, 256},
    {Option::kXetXorbSize, 256 * 1024, 64ull << 20},
    {Option::kXetBlockSize, 1, UINT64_MAX},
    {Option::kXetPieceSize, 64 * 1024, 64ull << 20},
    {Option::kXetFragmentWindow, 1, 65536},
};

struct Choices {
  Option option;
  std::string_view words;  // separated by blanks, lower case
};
constexpr Choices kChoices[] = {
    {Option::kXetCompression, "auto none lz4 bg4-lz4"},
    {Option::kXetReconstructionVersion, "auto 1 2"},
    {Option::kXetShardVersion, "auto 1 2"},
};

Option option_at(size_t index) { return static_cast<Option>(index); }

Error bad_value(const OptionRow& row, std::string_view source, std::string_view value, const std::string& why) {
  std::string message = source == row.key ? "option '" : "environment variable '";
  message += std::string(source) + "'";
  if (row.type != OptionType::kSecret) message += " = '" + printable(value) + "'";
  return Error::make(Code::kArgument, message + ": " + why);
}

Done check_bounds(Option option, uint64_t number) {
  for (const Bounds& bounds : kBounds) {
    if (bounds.option != option || (number >= bounds.least && number <= bounds.most)) continue;
    std::string expected = "must be at least " + std::to_string(bounds.least);
    if (bounds.most != UINT64_MAX) expected += " and at most " + std::to_string(bounds.most);
    return Error::make(Code::kArgument, expected);
  }
  return {};
}

Done check_choice(Option option, std::string_view value) {
  for (const Choices& choices : kChoices) {
    if (choices.option != option) continue;
    const auto words = split(choices.words, ' ');
    const std::string word = to_lower_ascii(value);
    if (std::find(words.begin(), words.end(), word) != words.end()) continue;
    return Error::make(Code::kArgument, "must be one of: " + std::string(choices.words));
  }
  return {};
}

// The two timeouts that huggingface_hub reads with `int(value or 10)`: 0 means the default.
bool zero_means_default(Option option) { return option == Option::kEtagTimeout || option == Option::kDownloadTimeout; }

Result<std::string> parse_text_value(const OptionRow& row, std::string_view value) {
  if (value.find('\0') != std::string_view::npos || !is_valid_utf8(value)) {
    return Error::make(Code::kArgument, "is not valid UTF-8 text");
  }
  switch (row.type) {
    case OptionType::kSecret: {
      const std::string token(trim(value));
      if (!token.empty()) HFHUB_CHECK(check_token(token));
      return token;
    }
    case OptionType::kPath: return platform::expand_path(value);
    case OptionType::kUrl: {
      HFHUB_CHECK(parse_url(value));
      return std::string(value.substr(0, value.find_last_not_of('/') + 1));
    }
    default:
      if (has_control_characters(value)) return Error::make(Code::kArgument, "holds control characters");
      return std::string(value);
  }
}

Result<uint64_t> parse_number_value(const OptionRow& row, std::string_view value) {
  switch (row.type) {
    case OptionType::kBool: {
      HFHUB_TRY(const bool flag, parse_bool(value));
      return uint64_t{flag};
    }
    case OptionType::kCount: return parse_uint64(value);
    case OptionType::kSize: return parse_byte_size(value);
    default: {
      HFHUB_TRY(const int64_t ms, parse_duration_ms(value));
      return static_cast<uint64_t>(ms);
    }
  }
}

// "http://user:password@host:3128", with or without the scheme, as it may be shown.
std::string without_credentials(const std::string& proxy) {
  const size_t at = proxy.rfind('@');
  if (at == std::string::npos) return proxy;
  const size_t scheme = proxy.find("://");
  return (scheme < at ? proxy.substr(0, scheme + 3) : "") + "****" + proxy.substr(at);
}

bool is_text(OptionType type) {
  return type == OptionType::kText || type == OptionType::kSecret || type == OptionType::kPath ||
         type == OptionType::kUrl;
}

}  // namespace

const OptionRow& option_row(Option option) { return kRows[static_cast<size_t>(option)]; }
const OptionRow* option_row_at(size_t index) { return index < kOptionCount ? &kRows[index] : nullptr; }

Result<Option> find_option(std::string_view key) {
  std::vector<std::string_view> known;
  for (size_t i = 0; i < kOptionCount; ++i) {
    if (key == kRows[i].key) return option_at(i);
    known.push_back(kRows[i].key);
  }
  std::string message = "unknown option '" + printable(key) + "'";
  if (const auto near = nearest(key, known); !near.empty()) message += " (did you mean '" + std::string(near) + "'?)";
  return Error::make(Code::kArgument, message);
}

Config::Config() {
  for (size_t i = 0; i < kOptionCount; ++i) {
    if (kRows[i].fallback[0] == '\0') continue;
    (void)set(option_at(i), kRows[i].fallback);
    values_[i].set = false;
  }
}

Done Config::set(std::string_view key, std::string_view value) {
  HFHUB_TRY(const Option option, find_option(key));
  return set(option, value);
}

Done Config::set(Option option, std::string_view value) {
  const OptionRow& row = option_row(option);
  Value parsed;
  parsed.set = true;
  if (is_text(row.type)) {
    auto text = parse_text_value(row, value);
    if (!text.ok()) return bad_value(row, row.key, value, text.error().message);
    if (auto known = check_choice(option, *text); !known.ok()) {
      return bad_value(row, row.key, value, known.error().message);
    }
    parsed.text = *std::move(text);
  } else {
    auto number = parse_number_value(row, value);
    if (number.ok() && *number == 0 && zero_means_default(option)) number = parse_number_value(row, row.fallback);
    if (!number.ok()) return bad_value(row, row.key, value, number.error().message);
    if (auto fits = check_bounds(option, *number); !fits.ok())
      return bad_value(row, row.key, value, fits.error().message);
    parsed.number = *number;
    parsed.text = std::string(value);
  }
  slot(option) = std::move(parsed);
  return {};
}

Result<Config> Config::from_environment(const Environment& environment) {
  Config config;
  if (const auto xdg = environment("XDG_CACHE_HOME"); xdg && !xdg->empty()) {
    config.xdg_cache_home_ = platform::expand_path(*xdg);
  }
  if (parse_bool_like_python_client(environment("HUGGINGFACE_CO_STAGING").value_or(""))) {
    HFHUB_CHECK(config.set(Option::kEndpoint, "https://hub-ci.huggingface.co"));
  }
  for (size_t i = 0; i < kOptionCount; ++i) {
    for (std::string_view name : split(kRows[i].environment, ' ')) {
      const bool opposite = name.starts_with('!');
      const std::string variable(name.substr(opposite));
      const auto value = variable.empty() ? std::nullopt : environment(variable.c_str());
      if (!value || trim(*value).empty()) continue;
      // Booleans follow the peer: whatever is no "yes" is a "no", and never an error.
      std::string text = *value;
      if (kRows[i].type == OptionType::kBool) {
        text = parse_bool_like_python_client(text) != opposite ? "true" : "false";
      }
      if (auto done = config.set(option_at(i), text); !done.ok()) {
        Error error = std::move(done).error();
        error.message = replace_all(error.message, "option '" + std::string(kRows[i].key) + "'",
                                    "environment variable '" + variable + "'");
        return error;
      }
      config.values_[i].from_environment = true;
      break;
    }
  }
  return config;
}

Result<Config> Config::from_process() { return from_environment(platform::environment); }

const std::string& Config::text(Option option) const { return slot(option).text; }
bool Config::flag(Option option) const { return slot(option).number != 0; }
uint64_t Config::count(Option option) const { return slot(option).number; }
uint64_t Config::bytes(Option option) const { return slot(option).number; }
int64_t Config::duration_ms(Option option) const { return static_cast<int64_t>(slot(option).number); }
bool Config::is_set(Option option) const { return slot(option).set; }
bool Config::is_from_environment(Option option) const { return slot(option).from_environment; }

std::string Config::display(Option option) const {
  switch (option) {
    case Option::kHome: return home_dir();
    case Option::kCacheDir: return cache_dir();
    case Option::kAssetsDir: return assets_dir();
    case Option::kXetDir: return xet_dir();
    case Option::kTokenPath: return token_path();
    case Option::kMemoryBudget: return std::to_string(memory_budget_bytes());
    case Option::kHttpProxy:
    case Option::kHttpsProxy: return without_credentials(text(option));
    default: break;
  }
  const Value& value = slot(option);
  if (option_row(option).type == OptionType::kBool) return value.number != 0 ? "true" : "false";
  if (option_row(option).type != OptionType::kSecret || value.text.empty()) return value.text;
  return "hf_****" + (value.text.size() > 12 ? value.text.substr(value.text.size() - 4) : "");
}

std::string Config::home_dir() const {
  if (!text(Option::kHome).empty()) return text(Option::kHome);
  const std::string base = xdg_cache_home_.empty() ? platform::home_folder() + "/.cache" : xdg_cache_home_;
  return platform::join_path(base, "huggingface");
}

std::string Config::cache_dir() const {
  return text(Option::kCacheDir).empty() ? platform::join_path(home_dir(), "hub") : text(Option::kCacheDir);
}

std::string Config::assets_dir() const {
  return text(Option::kAssetsDir).empty() ? platform::join_path(home_dir(), "assets") : text(Option::kAssetsDir);
}

std::string Config::xet_dir() const {
  return text(Option::kXetDir).empty() ? platform::join_path(home_dir(), "xet") : text(Option::kXetDir);
}

std::string Config::token_path() const {
  return text(Option::kTokenPath).empty() ? platform::join_path(home_dir(), "token") : text(Option::kTokenPath);
}

std::string Config::stored_tokens_path() const {
  return platform::join_path(platform::parent_path(token_path()), "stored_tokens");
}

uint64_t Config::memory_budget_bytes() const {
  if (is_set(Option::kMemoryBudget)) return bytes(Option::kMemoryBudget);
  return std::max(kMinimumBudget, std::min(kDefaultBudget, platform::usable_memory_bytes() / 8));
}

}  // namespace hfhub::runtime
