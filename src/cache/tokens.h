// Tokens at rest: the active token file and the named ones, in the peer's formats.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace hfhub::cache {

// The active token, trimmed; nullopt when the file is missing or empty.
Result<std::optional<std::string>> read_token_file(const std::string& path);

struct StoredToken {
  std::string token;
  std::optional<std::string> refresh_token;
  std::optional<int64_t> expires_at;  // seconds since 1970
};
std::map<std::string, StoredToken> parse_stored_tokens(std::string_view text);  // INI as Python's configparser reads it
Result<std::map<std::string, StoredToken>> read_stored_tokens(const std::string& path);

}  // namespace hfhub::cache
