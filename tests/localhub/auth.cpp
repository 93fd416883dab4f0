#include "auth.h"

#include <algorithm>

#include "digest.h"
#include "text.h"

namespace localhub {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string token_of(std::string_view authorization) {
  size_t space = authorization.find(' ');
  std::string token(trim(space == std::string_view::npos ? authorization : authorization.substr(space + 1)));
  if (!equals_ignoring_case(authorization.substr(0, std::min(space, authorization.size())), "basic")) return token;
  std::string pair = base64_decode(token).value_or("");
  return pair.substr(pair.find(':') + 1);
}

bool Viewer::owns(std::string_view name_space) const {
  return known && !name_space.empty() && (user == name_space || contains(orgs, name_space));
}

Tokens::Tokens(Catalog& catalog) : catalog_(catalog) { reload(); }

void Tokens::reload() {
  std::unordered_map<std::string, TokenRow> loaded;
  for (TokenRow& row : catalog_.tokens()) {
    std::string key = row.token;
    loaded[key] = std::move(row);
  }
  std::unique_lock lock(mutex_);
  by_token_ = std::move(loaded);
}

void Tokens::add(const TokenRow& token) {
  catalog_.save_token(token);
  std::unique_lock lock(mutex_);
  by_token_[token.token] = token;
}

Viewer Tokens::identify(std::string_view authorization) const {
  Viewer viewer;
  if (authorization.empty()) return viewer;
  viewer.sent_token = true;
  std::string token = token_of(authorization);
  viewer.token_sha = sha256_hex(token).substr(0, 8);
  std::shared_lock lock(mutex_);
  auto found = by_token_.find(token);
  if (found == by_token_.end()) return viewer;
  if (found->second.expires_ms != 0 && found->second.expires_ms <= now_ms()) return viewer;
  viewer.known = true;
  viewer.user = found->second.user;
  viewer.role = found->second.role;
  viewer.orgs = found->second.orgs;
  viewer.token_name = found->second.name;
  viewer.token_kind = found->second.kind;
  viewer.fine_grained = found->second.fine_grained;
  return viewer;
}

bool may_see(const Viewer& viewer, const Repo& repo) { return !repo.is_private || viewer.owns(repo.owner()); }

bool may_read_files(const Viewer& viewer, const Repo& repo) {
  if (repo.gated.empty() || viewer.owns(repo.owner())) return true;
  return viewer.known && contains(repo.allowed_users, viewer.user);
}

}  // namespace localhub
