// Who asks, and what they may see.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog.h"

namespace localhub {

struct Viewer {
  bool sent_token = false;
  bool known = false;
  std::string token_sha;  // first 8 hex digits of its SHA-256, for logs
  std::string user;
  std::string role;
  std::vector<std::string> orgs;
  std::string token_name, token_kind, fine_grained;  // for whoami

  bool owns(std::string_view name_space) const;
};

/// The token in a header `Bearer <token>`, or in git's `Basic base64(<name>:<token>)`.
std::string token_of(std::string_view authorization);

class Tokens {
 public:
  explicit Tokens(Catalog& catalog);
  /// `authorization` is the header's value, "" when there was none.
  Viewer identify(std::string_view authorization) const;
  void add(const TokenRow& token);
  void reload();

 private:
  Catalog& catalog_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, TokenRow> by_token_;
};

bool may_see(const Viewer& viewer, const Repo& repo);
/// Gated repositories show their page to everyone and their files to approved users.
bool may_read_files(const Viewer& viewer, const Repo& repo);

}  // namespace localhub
