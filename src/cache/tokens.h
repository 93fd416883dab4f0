// Tokens at rest: the active token file and the named ones, in the peer's formats and byte for byte as it writes them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/cancel.h"
#include "runtime/log.h"

namespace hfhub::cache {

// The active token, trimmed; nullopt when the file is missing or empty.
Result<std::optional<std::string>> read_token_file(const std::string& path);

// One section of the file. Fields that others have put there stay, in their order.
struct StoredToken {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;

  std::optional<std::string> field(std::string_view key) const;
  std::string token() const;  // trimmed; "" when the section has none
  std::optional<std::string> refresh_token() const { return field("refresh_token"); }
  std::optional<int64_t> expires_at() const;  // seconds since 1970; nullopt when it is missing or no number
};
StoredToken make_stored_token(std::string name, std::string_view token, const std::optional<std::string>& refresh_token,
                              std::optional<int64_t> expires_at);

// In the order of the file.
struct StoredTokens {
  std::vector<StoredToken> tokens;
  bool damaged = false;  // the text could not be read, so it counts as empty

  const StoredToken* find(std::string_view name) const;
  const StoredToken* find_token(std::string_view token) const;  // the first one with this very token
  void put(StoredToken token);                                  // replaces the section of its name
  bool remove(std::string_view name);
};
StoredTokens parse_stored_tokens(std::string_view text);     // INI as Python's configparser reads it
std::string stored_tokens_text(const StoredTokens& tokens);  // as it writes it, by name
Done check_token_name(std::string_view name);                // what such a file can hold and give back
Result<StoredTokens> read_stored_tokens(const std::string& path);

// Writes under a temporary name and renames: nobody ever reads half a token. File 0600 and its folder 0700, as the peer
// makes them; a link is written through.
Done write_secret(const std::string& path, std::string_view content);
// Reads, changes and writes the stored tokens under the peer's lock; nothing is written when `change` says false or
// fails. Without the lock (30 s, or a file system that has none) it goes on with a warning, unless `needs_lock`.
struct StoreLock {
  const runtime::Cancel& cancel;
  const runtime::Log* log;
  bool needs_lock = false;
};
Done change_stored_tokens(const std::string& path, const StoreLock& lock,
                          const std::function<Result<bool>(StoredTokens&)>& change);

}  // namespace hfhub::cache
