// A token that somebody has: is it good, what is it called, and from then on it is the active one.
#include "client/login.h"

#include "base/names.h"
#include "base/text.h"
#include "client/git_credential.h"

namespace hfhub::client {
namespace {

using runtime::Option;

struct Validated {
  cache::StoredToken stored;
  std::string user, role;
};

Result<Validated> validate(Story& story, const hub::OAuthToken& token) {
  HFHUB_TRY(const auto account, ask_account(story, {token.access_token, TokenSource::kCall}));
  const json::View root = account->root();
  Validated out;
  out.user = root["name"].string_or("");
  if (out.user.empty()) return Error::make(Code::kProtocol, "the Hub does not say whose token it is");
  const json::View facts = root.at("/auth/accessToken");
  out.role = facts["role"].string_or("");
  std::string name(facts["displayName"].string_or(""));
  if (name.empty()) name = "oauth-" + out.user;
  HFHUB_CHECK(cache::check_token_name(name));
  std::optional<int64_t> expires_at;
  if (token.expires_in_s) expires_at = static_cast<int64_t>(wall_seconds()) + *token.expires_in_s;
  out.stored = cache::make_stored_token(std::move(name), token.access_token, token.refresh_token, expires_at);
  return out;
}

}  // namespace

Done check_login_token(std::string_view token) {
  HFHUB_CHECK(check_token(token));
  if (!token.starts_with("api_org")) return {};
  return Error::make(Code::kArgument, "You must use your personal account token, not an organization token.");
}

Result<runtime::OpResult> keep_login(Story& story, const hub::OAuthToken& token, bool git_credential) {
  HFHUB_TRY(const Validated valid, validate(story, token));
  const std::string path = story.config.stored_tokens_path();
  HFHUB_CHECK(cache::change_stored_tokens(path, {story.cancel, story.log.get()},
                                          [&](cache::StoredTokens& tokens) -> Result<bool> {
                                            tokens.put(valid.stored);
                                            return true;
                                          }));
  json::Writer out;
  out.begin_object().key("name").string(valid.stored.name).key("user").string(valid.user).key("role");
  valid.role.empty() ? out.null() : out.string(valid.role);
  out.key("expires_in");
  token.expires_in_s ? out.integer(*token.expires_in_s) : out.null();
  out.key("refreshable").boolean(token.refresh_token.has_value());
  HFHUB_CHECK(activate(story, token.access_token, git_credential, out));
  return runtime::OpResult{"", out.end_object().finish()};
}

Result<runtime::OpResult> login(Story& story, const std::string& token, bool git_credential) {
  hub::OAuthToken plain;
  plain.access_token = token;
  return keep_login(story, plain, git_credential);
}

}  // namespace hfhub::client
