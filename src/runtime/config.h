// Settings: one table (config_table.inc) gives keys, types, defaults, environment names and help. The environment is
// applied first, then what the caller sets.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hfhub::runtime {

enum class OptionType { kText, kSecret, kPath, kUrl, kBool, kCount, kSize, kDuration };

enum class Option {
#define HFHUB_OPTION(id, key, type, fallback, environment, help) id,
#include "runtime/config_table.inc"
#undef HFHUB_OPTION
};

inline constexpr size_t kOptionCount = 0
#define HFHUB_OPTION(id, key, type, fallback, environment, help) +1
#include "runtime/config_table.inc"
#undef HFHUB_OPTION
    ;

struct OptionRow {
  const char* key;
  OptionType type;
  const char* fallback;     // the default as text; "" when it is derived (see help)
  const char* environment;  // names by falling priority, separated by spaces; "!NAME" means the opposite of a boolean
  const char* help;
};

const OptionRow& option_row(Option option);
const OptionRow* option_row_at(size_t index);      // nullptr past the end
Result<Option> find_option(std::string_view key);  // the error names the nearest known key

class Config {
 public:
  using Environment = std::function<std::optional<std::string>(const char* name)>;

  Config();  // defaults only
  // Defaults, then the environment. A value that cannot be read is an error naming the variable.
  static Result<Config> from_environment(const Environment& environment);
  static Result<Config> from_process();  // the process environment

  // An unknown key is an error naming the nearest known one; an unparsable value one naming key and value.
  Done set(std::string_view key, std::string_view value);
  Done set(Option option, std::string_view value);

  const std::string& text(Option option) const;  // kText, kSecret, kPath (expanded), kUrl (no trailing slash)
  bool flag(Option option) const;
  uint64_t count(Option option) const;
  uint64_t bytes(Option option) const;
  int64_t duration_ms(Option option) const;
  bool is_set(Option option) const;  // by environment or caller
  bool is_from_environment(Option option) const;
  // The value as text for display; a secret is shown as "hf_****" + its last 4 characters, or "".
  std::string display(Option option) const;

  // Derived folders and values, the defaults of which depend on others.
  std::string home_dir() const;
  std::string cache_dir() const;
  std::string assets_dir() const;
  std::string xet_dir() const;
  std::string token_path() const;
  std::string stored_tokens_path() const;
  uint64_t memory_budget_bytes() const;

 private:
  struct Value {
    std::string text;
    uint64_t number = 0;
    bool set = false;
    bool from_environment = false;
  };
  Value& slot(Option option) { return values_[static_cast<size_t>(option)]; }
  const Value& slot(Option option) const { return values_[static_cast<size_t>(option)]; }
  std::array<Value, kOptionCount> values_;
  std::string xdg_cache_home_;
};

}  // namespace hfhub::runtime
