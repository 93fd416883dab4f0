#include "cas_token.h"

#include "digest.h"

namespace localhub {
namespace {

constexpr std::string_view kPrefix = "xet_";

}  // namespace

std::string make_cas_token(const std::string& secret, const CasPass& pass) {
  std::string claims =
      std::string(pass.may_write ? "write" : "read") + ":" + std::to_string(pass.expires_s) + ":" + pass.user;
  std::string body = std::string(kPrefix) + base64_encode(claims);
  return body + "." + hmac_sha256_hex(secret, body);
}

std::optional<CasPass> read_cas_token(const std::string& secret, std::string_view token) {
  size_t dot = token.rfind('.');
  if (token.substr(0, kPrefix.size()) != kPrefix || dot == std::string_view::npos) return std::nullopt;
  if (token.substr(dot + 1) != hmac_sha256_hex(secret, token.substr(0, dot))) return std::nullopt;
  auto claims = base64_decode(token.substr(kPrefix.size(), dot - kPrefix.size()));
  auto parts = split(claims ? std::string_view(*claims) : std::string_view(), ':');
  if (parts.size() != 3) return std::nullopt;
  return CasPass{parts[0] == "write", parse_int(parts[1]).value_or(0), std::string(parts[2])};
}

}  // namespace localhub
