// Whose token is it?
#include "base/names.h"
#include "client/login.h"
#include "hub/api.h"

namespace hfhub::client {
namespace {

// What is to be done about a token that the Hub does not know depends on where it came from.
const char* advice(TokenSource source) {
  switch (source) {
    case TokenSource::kEnvironment:
      return "Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes "
             "precedence over `hf auth login`.";
    case TokenSource::kFile:
      return "Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token.";
    default: return "Invalid user token.";
  }
}

Error explained(Error error, TokenSource source) {
  if (error.code == Code::kAuth && error.http != nullptr && error.http->http_status == 401) {
    error.message = std::string(advice(source)) + " (" + error.message + ")";
  } else if (error.code == Code::kRateLimited) {
    error.message =
        "You've hit the rate limit for the /whoami-v2 endpoint, which is intentionally strict for security reasons. "
        "If you're calling it often, keep the answer. (" +
        error.message + ")";
  }
  return error;
}

// A token that a caller hands over may still be the one that the session has anyway.
FoundToken with_source(Story& story, const std::string& token) {
  const auto known = story.machinery.identity.token_without_requests();
  return known.ok() && known->secret == token ? *known : FoundToken{token, TokenSource::kCall};
}

}  // namespace

Result<std::shared_ptr<const json::Value>> ask_account(Story& story, const FoundToken& token) {
  HFHUB_TRY(hub::Api api, story.api(token.secret, false));
  api.retry = false;  // the route's limit is strict, and a person is waiting
  HFHUB_TRY(const Url url, hub::api_url(api, "/api/whoami-v2"));
  auto answer = hub::get_json(api, url, {}, story.cancel);
  if (!answer.ok()) return explained(std::move(answer).error(), token.source);
  return std::make_shared<const json::Value>(*std::move(answer));
}

Result<runtime::OpResult> whoami(Story& story, const std::optional<std::string>& token, bool use_cache) {
  FoundToken found;
  if (token) {
    found = with_source(story, *token);
  } else {
    HFHUB_TRY(found, story.machinery.identity.token(story.cancel));
  }
  if (found.secret.empty()) {
    return Error::make(Code::kAuth,
                       "a token is needed to ask who it belongs to, and there is none; log in with `hf auth "
                       "login`, or see https://huggingface.co/settings/tokens");
  }
  if (use_cache) {
    if (auto known = story.machinery.identity.account(found.secret)) return runtime::OpResult{"", std::move(known)};
  }
  HFHUB_TRY(auto account, ask_account(story, found));
  if (use_cache) story.machinery.identity.remember_account(found.secret, account);
  return runtime::OpResult{"", std::move(account)};
}

}  // namespace hfhub::client
