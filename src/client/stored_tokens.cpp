// The tokens of this machine: which are there, which is active, and away with them.
#include <algorithm>

#include "base/text.h"
#include "client/git_credential.h"
#include "client/login.h"
#include "platform/file.h"

namespace hfhub::client {
namespace {

// Enough of it to tell it from others; all of it, almost, when it is too short to hide anything.
std::string masked(const std::string& token) {
  if (token.size() < 8) return "****";
  return to_valid_utf8(token.substr(0, 3) + "****" + token.substr(token.size() - 4));
}

Error no_such_token(Story& story, const std::string& name) {
  return Error::make(Code::kArgument,
                     "Access token " + printable(name) + " not found in " + story.config.stored_tokens_path());
}

// The source that goes before the token file, or null.
void write_override(Story& story, const std::string& active, json::Writer& out) {
  out.key("overridden_by");
  if (!story.config.text(runtime::Option::kOidcResource).empty()) {
    out.string(token_source_name(TokenSource::kOidc));
    return;
  }
  const bool environment =
      story.config.is_from_environment(runtime::Option::kToken) && story.config.text(runtime::Option::kToken) != active;
  environment ? out.string(token_source_name(TokenSource::kEnvironment)) : out.null();
}

Done remove_everything(Story& story, std::vector<std::string>* removed) {
  const std::string path = story.config.stored_tokens_path();
  // Under the lock, so that nobody's renewal brings them back.
  const auto remove = [&](cache::StoredTokens& tokens) -> Result<bool> {
    for (const auto& token : tokens.tokens) removed->push_back(token.name);
    HFHUB_CHECK(platform::remove_file(path));
    HFHUB_CHECK(platform::remove_file(story.config.token_path()));
    return false;
  };
  return cache::change_stored_tokens(path, {story.cancel, story.log.get()}, remove);
}

Result<bool> remove_one(Story& story, const std::string& name, std::vector<std::string>* removed) {
  std::string token;
  HFHUB_CHECK(cache::change_stored_tokens(story.config.stored_tokens_path(), {story.cancel, story.log.get()},
                                          [&](cache::StoredTokens& tokens) -> Result<bool> {
                                            const auto* found = tokens.find(name);
                                            if (found == nullptr) return false;
                                            token = found->token();
                                            removed->push_back(name);
                                            return tokens.remove(name);
                                          }));
  if (removed->empty()) return false;
  HFHUB_TRY(const auto active, cache::read_token_file(story.config.token_path()));
  if (!active || *active != token) return false;
  HFHUB_CHECK(platform::remove_file(story.config.token_path()));
  return true;
}

void write_token(const cache::StoredToken& token, const std::string& current, json::Writer& out) {
  const auto secret = token.field("hf_token");
  out.begin_object().key("name").string(token.name).key("token");
  secret ? out.string(masked(*secret)) : out.null();
  out.key("active").boolean(secret && *secret == current && !current.empty()).key("expires_at");
  const auto expires_at = token.expires_at();
  expires_at ? out.integer(*expires_at) : out.null();
  out.key("has_expiry").boolean(token.field("expires_at").has_value());
  out.key("expired").boolean(expires_at && static_cast<double>(*expires_at) < wall_seconds()).end_object();
}

}  // namespace

Done activate(Story& story, const std::string& token, bool git_credential, json::Writer& out) {
  out.key("git_helpers");
  if (!git_credential) {
    out.null();
  } else {
    const auto helpers = git_credential_helpers();
    if (!helpers.empty()) HFHUB_CHECK(approve_git_credential(story.config.text(runtime::Option::kEndpoint), token));
    out.begin_array();
    for (const std::string& helper : helpers) out.string(helper);
    out.end_array();
  }
  HFHUB_CHECK(cache::write_secret(story.config.token_path(), token));
  out.key("token_path").string(story.config.token_path());
  out.key("stored_tokens_path").string(story.config.stored_tokens_path());
  write_override(story, token, out);
  return {};
}

Result<runtime::OpResult> logout(Story& story, const std::string& name, bool git_credential) {
  HFHUB_TRY(const auto active, cache::read_token_file(story.config.token_path()));
  HFHUB_TRY(const auto stored, cache::read_stored_tokens(story.config.stored_tokens_path()));
  HFHUB_TRY(const FoundToken found, story.machinery.identity.token_without_requests());
  const bool logged_in = active || !stored.tokens.empty() || !found.secret.empty();
  std::vector<std::string> removed;
  bool active_removed = false;
  if (logged_in && name.empty()) {
    HFHUB_CHECK(remove_everything(story, &removed));
    active_removed = active.has_value();
  } else if (logged_in) {
    HFHUB_TRY(active_removed, remove_one(story, name, &removed));
  }
  if (logged_in && git_credential) {
    HFHUB_CHECK(reject_git_credential(story.config.text(runtime::Option::kEndpoint)));
  }
  json::Writer out;
  out.begin_object().key("was_logged_in").boolean(logged_in).key("removed").begin_array();
  for (const std::string& one : removed) out.string(one);
  out.end_array().key("active_removed").boolean(active_removed);
  write_override(story, "", out);
  return runtime::OpResult{"", out.end_object().finish()};
}

Result<runtime::OpResult> switch_token(Story& story, const std::string& name, bool git_credential) {
  HFHUB_TRY(const auto tokens, cache::read_stored_tokens(story.config.stored_tokens_path()));
  const cache::StoredToken* found = tokens.find(name);
  if (found == nullptr || found->token().empty()) return no_such_token(story, name);
  json::Writer out;
  out.begin_object().key("name").string(name);
  HFHUB_CHECK(activate(story, found->token(), git_credential, out));
  return runtime::OpResult{"", out.end_object().finish()};
}

Result<runtime::OpResult> list_tokens(Story& story) {
  // First, since it may renew the active token and write it.
  HFHUB_TRY(const FoundToken current, story.machinery.identity.token(story.cancel));
  HFHUB_TRY(const auto tokens, cache::read_stored_tokens(story.config.stored_tokens_path()));
  json::Writer out;
  out.begin_object().key("tokens").begin_array();
  for (const cache::StoredToken& token : tokens.tokens) write_token(token, current.secret, out);
  out.end_array().key("source").string(token_source_name(current.source));
  out.key("damaged").boolean(tokens.damaged);
  return runtime::OpResult{"", out.end_object().finish()};
}

Result<runtime::OpResult> get_token(Story& story) {
  HFHUB_TRY(const FoundToken found, story.machinery.identity.token(story.cancel));
  json::Writer out;
  out.begin_object().key("token");
  found.secret.empty() ? out.null() : out.string(found.secret);
  out.key("source").string(token_source_name(found.source));
  return runtime::OpResult{"", out.end_object().finish()};
}

}  // namespace hfhub::client
