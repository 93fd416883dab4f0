// Tokens of the CAS: handed out by the Hub's xet-read-token and xet-write-token, checked by the
// CAS alone. Signed and self-contained, so that they survive a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace localhub {

struct CasPass {
  bool may_write = false;
  int64_t expires_s = 0;
  std::string user;  // "" for strangers
};

std::string make_cas_token(const std::string& secret, const CasPass& pass);
/// Nothing unless we made this token; it may have expired.
std::optional<CasPass> read_cas_token(const std::string& secret, std::string_view token);

}  // namespace localhub
