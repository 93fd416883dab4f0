#include "client/identity.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/names.h"
#include "platform/file.h"

namespace hfhub::client {
namespace {

using runtime::LogLevel;
using runtime::Option;

constexpr double kRenewBeforeS = 24 * 3600;
constexpr double kRecheckS = 300;
constexpr int64_t kTradeMarginS = 300;
constexpr int64_t kTradedLifetimeS = 3600;  // when the Hub does not say
constexpr size_t kMostAccounts = 100;
constexpr int64_t kTurnMs = 10;  // between two looks whether the one who asks is done

Result<std::unique_lock<std::mutex>> wait_for_turn(std::mutex& mutex, const runtime::Cancel& cancel) {
  std::unique_lock lock(mutex, std::try_to_lock);
  while (!lock.owns_lock()) {
    HFHUB_CHECK(cancel.sleep_until(after_ms(kTurnMs)));
    (void)lock.try_lock();
  }
  return lock;
}

bool is_callers(const runtime::Config& config) {
  return config.is_set(Option::kToken) && !config.is_from_environment(Option::kToken);
}

}  // namespace

const char* token_source_name(TokenSource source) {
  switch (source) {
    case TokenSource::kNone: return "";
    case TokenSource::kCall: return "call";
    case TokenSource::kOption: return "option";
    case TokenSource::kOidc: return "oidc";
    case TokenSource::kEnvironment: return "environment";
    case TokenSource::kFile: return "file";
  }
  return "";
}

Result<FoundToken> token_at_hand(const runtime::Config& config) {
  if (config.is_set(Option::kToken)) {
    const std::string& token = config.text(Option::kToken);
    if (is_callers(config)) return FoundToken{token, token.empty() ? TokenSource::kNone : TokenSource::kOption};
    return FoundToken{token, TokenSource::kEnvironment};
  }
  HFHUB_TRY(auto token, cache::read_token_file(config.token_path()));
  if (!token) return FoundToken{};
  HFHUB_CHECK(check_token(*token));
  return FoundToken{*std::move(token), TokenSource::kFile};
}

Identity::Identity(const runtime::Config& config, net::Client& net, std::shared_ptr<const runtime::Log> log)
    : config_(config), net_(net), log_(std::move(log)) {}

Result<FoundToken> Identity::token(const runtime::Cancel& cancel) {
  if (!is_callers(config_) && !config_.text(Option::kOidcResource).empty()) {
    if (auto known = traded()) return *std::move(known);
    return trade_id_token(cancel);
  }
  HFHUB_TRY(FoundToken found, token_at_hand(config_));
  if (found.source != TokenSource::kFile || config_.flag(Option::kOffline)) return found;
  HFHUB_TRY(found.secret, renewed(found.secret, cancel));
  return found;
}

Result<FoundToken> Identity::token_without_requests() const {
  if (!is_callers(config_) && !config_.text(Option::kOidcResource).empty()) return traded().value_or(FoundToken{});
  HFHUB_TRY(FoundToken found, token_at_hand(config_));
  if (found.source == TokenSource::kFile) found.secret = decided(found.secret).value_or(found.secret);
  return found;
}

Result<hub::Api> Identity::api() const {
  HFHUB_TRY(Url endpoint, parse_url(config_.text(Option::kEndpoint)));
  return hub::Api{net_, std::move(endpoint), ""};
}

// ---- a CI job's id token -------------------------------------------------------------------------------------------

std::optional<FoundToken> Identity::traded() const {
  const std::lock_guard lock(mutex_);
  if (!traded_ || steady_now() >= traded_->until) return std::nullopt;
  return FoundToken{traded_->token, TokenSource::kOidc};
}

Result<std::string> Identity::id_token(const hub::Api& api, const runtime::Cancel& cancel) {
  if (!config_.text(Option::kOidcIdToken).empty()) return config_.text(Option::kOidcIdToken);
  if (!config_.flag(Option::kOidcGithub)) {
    return Error::make(Code::kAuth,
                       "HF_OIDC_RESOURCE is set but there is no id token: this is no job of GitHub Actions, and "
                       "HF_OIDC_ID_TOKEN is not set. Set it to the id token of the CI provider, or unset "
                       "HF_OIDC_RESOURCE");
  }
  const std::string& url = config_.text(Option::kOidcGithubUrl);
  if (url.empty() || config_.text(Option::kOidcGithubToken).empty()) {
    return Error::make(Code::kAuth, "GitHub Actions gives no id token to this job; its workflow must set "
                                    "`permissions: id-token: write`");
  }
  return hub::request_github_id_token(api, url, config_.text(Option::kOidcGithubToken), cancel);
}

Result<FoundToken> Identity::trade_id_token(const runtime::Cancel& cancel) {
  HFHUB_TRY(const auto turn, wait_for_turn(asking_, cancel));
  if (auto known = traded()) return *std::move(known);  // by whoever had the turn before
  HFHUB_TRY(const hub::Api api, this->api());
  const SteadyTime start = steady_now();
  HFHUB_TRY(const std::string id, id_token(api, cancel));
  auto token = hub::exchange_id_token(api, id, config_.text(Option::kOidcResource), cancel);
  if (!token.ok()) return std::move(token).error().prefixed("OIDC exchange failed");
  // A given id token cannot be had anew, and is likely too old by then: the token is used to its end.
  const int64_t margin_s = config_.text(Option::kOidcIdToken).empty() ? kTradeMarginS : 0;
  const int64_t life_s = std::max<int64_t>(0, token->expires_in_s.value_or(kTradedLifetimeS) - margin_s);
  const std::lock_guard lock(mutex_);
  traded_ = Traded{token->access_token, start + std::chrono::seconds(life_s)};
  return FoundToken{std::move(token->access_token), TokenSource::kOidc};
}

// ---- a browser login's token ---------------------------------------------------------------------------------------

std::optional<std::string> Identity::decided(const std::string& file_token) const {
  const std::lock_guard lock(mutex_);
  if (renewal_.file_token != file_token || wall_seconds() >= renewal_.recheck_at) return std::nullopt;
  return renewal_.token;
}

std::string Identity::decide(const std::string& file_token, const std::string& token, double recheck_at) {
  const std::lock_guard lock(mutex_);
  renewal_ = {file_token, token, recheck_at};
  return token;
}

Result<std::string> Identity::renewed(const std::string& file_token, const runtime::Cancel& cancel) {
  if (auto known = decided(file_token)) return *std::move(known);
  HFHUB_TRY(const auto turn, wait_for_turn(asking_, cancel));
  if (auto known = decided(file_token)) return *std::move(known);
  const auto tokens = cache::read_stored_tokens(config_.stored_tokens_path());
  const cache::StoredToken* stored = tokens.ok() ? tokens->find_token(file_token) : nullptr;
  if (stored == nullptr || !stored->refresh_token() || !stored->expires_at()) {
    // Another session or process may just have replaced it: then the file, which is written first, has the new one.
    const auto now = cache::read_token_file(config_.token_path());
    if (now.ok() && *now && **now != file_token && check_token(**now).ok()) return **now;
    return decide(file_token, file_token, wall_seconds() + kRecheckS);
  }
  const double renew_at = static_cast<double>(*stored->expires_at()) - kRenewBeforeS;
  if (renew_at > wall_seconds()) return decide(file_token, file_token, renew_at);
  auto token = renew(file_token, *stored, cancel);
  if (token.ok()) return token;
  HFHUB_CHECK(cancel.check());
  return not_renewed(file_token, token.error());
}

// The token file goes before the stored tokens: who read the old token there and finds it stored no more reads again.
Done Identity::replace_active(const std::string& old, const std::string& fresh) {
  const auto active = cache::read_token_file(config_.token_path());
  // Somebody may have switched to another token meanwhile; then that stays the active one.
  if (!active.ok() || *active != old || fresh == old) return {};
  return cache::write_secret(config_.token_path(), fresh);
}

// Under the lock of all processes: a server that gives a new refresh token each time accepts the old one once.
Result<std::string> Identity::renew(const std::string& file_token, const cache::StoredToken& stored,
                                    const runtime::Cancel& cancel) {
  HFHUB_TRY(const hub::Api api, this->api());
  hub::OAuthToken fresh;
  std::optional<int64_t> expires_at;
  Done replaced;
  const auto change = [&](cache::StoredTokens& tokens) -> Result<bool> {
    const cache::StoredToken* now = tokens.find(stored.name);
    const std::string token = now != nullptr ? now->token() : "";
    if (token != file_token) {  // another process was faster: its token is ours, too
      fresh.access_token = token.empty() ? file_token : token;
      HFHUB_CHECK(check_token(fresh.access_token));
      if (now != nullptr) expires_at = now->expires_at();
      replaced = replace_active(file_token, fresh.access_token);
      return false;
    }
    const std::string refresh_token = now->refresh_token().value_or(*stored.refresh_token());
    const double asked_at = wall_seconds();
    HFHUB_TRY(fresh, hub::refresh_oauth_token(api, config_.text(Option::kOauthClient), refresh_token, cancel));
    if (fresh.expires_in_s) expires_at = static_cast<int64_t>(asked_at) + *fresh.expires_in_s;
    if (!fresh.refresh_token) fresh.refresh_token = refresh_token;
    HFHUB_CHECK(check_token(fresh.access_token));
    replaced = replace_active(file_token, fresh.access_token);
    tokens.put(cache::make_stored_token(stored.name, fresh.access_token, fresh.refresh_token, expires_at));
    return true;
  };
  HFHUB_CHECK(cache::change_stored_tokens(config_.stored_tokens_path(), {cancel, log_.get(), true}, change));
  HFHUB_CHECK(replaced);
  log_->write(LogLevel::kInfo, "the access token `" + stored.name + "` has been renewed");
  const double recheck_at = expires_at
                                ? std::max(static_cast<double>(*expires_at) - kRenewBeforeS, wall_seconds() + kRecheckS)
                                : wall_seconds() + kRecheckS;
  return decide(fresh.access_token, fresh.access_token, recheck_at);
}

std::string Identity::not_renewed(const std::string& file_token, const Error& error) {
  if (hub::oauth_error(error) == "invalid_grant") {
    log_->write(LogLevel::kWarning,
                "the access token has expired and could not be renewed (session expired or revoked). "
                "Run `hf auth login` to log in again. (" +
                    error.message + ")");
    return decide(file_token, file_token, std::numeric_limits<double>::infinity());  // asking again is in vain
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = !std::exchange(warned_, true);
  }
  if (first) {
    log_->write(LogLevel::kWarning, "could not renew the access token, will try again later: " + error.message);
  }
  return decide(file_token, file_token, wall_seconds() + kRecheckS);
}

// ---- accounts ------------------------------------------------------------------------------------------------------

std::shared_ptr<const json::Value> Identity::account(const std::string& token) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(token);
  return found == accounts_.end() ? nullptr : found->second;
}

void Identity::remember_account(const std::string& token, std::shared_ptr<const json::Value> account) {
  const std::lock_guard lock(mutex_);
  if (accounts_.size() >= kMostAccounts) accounts_.clear();
  accounts_[token] = std::move(account);
}

}  // namespace hfhub::client
