// Whose token a session's requests carry, kept fresh; and the accounts behind tokens.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cache/tokens.h"
#include "hub/oauth.h"
#include "json/value.h"
#include "net/client.h"
#include "runtime/cancel.h"
#include "runtime/config.h"
#include "runtime/log.h"

namespace hfhub::client {

// In the order in which they are asked: who is first has it.
enum class TokenSource { kNone, kCall, kOption, kOidc, kEnvironment, kFile };
const char* token_source_name(TokenSource source);  // "environment"; "" for kNone

struct FoundToken {
  std::string secret;  // "" for none
  TokenSource source = TokenSource::kNone;
};

// What needs no request: the caller's option, the environment's token, the token file.
Result<FoundToken> token_at_hand(const runtime::Config& config);

class Identity {
 public:
  Identity(const runtime::Config& config, net::Client& net, std::shared_ptr<const runtime::Log> log);

  // The token in force; "" when there is none. Trades the CI job's id token for one, and renews a browser login's token
  // that has less than a day left, both rarely and with deadlines. One that cannot be renewed is used as it is; an id
  // token that is not accepted is an error.
  Result<FoundToken> token(const runtime::Cancel& cancel);
  // The same without any request: what the last one gave.
  Result<FoundToken> token_without_requests() const;

  // The answers of whoami that a caller wants to have again.
  std::shared_ptr<const json::Value> account(const std::string& token) const;
  void remember_account(const std::string& token, std::shared_ptr<const json::Value> account);

 private:
  struct Renewal {
    std::string file_token;  // for which it was decided
    std::string token;       // that is to be used
    double recheck_at = 0;   // wall clock
  };
  struct Traded {
    std::string token;
    SteadyTime until;
  };
  std::optional<FoundToken> traded() const;
  Result<FoundToken> trade_id_token(const runtime::Cancel& cancel);
  Result<std::string> id_token(const hub::Api& api, const runtime::Cancel& cancel);
  Result<std::string> renewed(const std::string& file_token, const runtime::Cancel& cancel);
  Result<std::string> renew(const std::string& file_token, const cache::StoredToken& stored,
                            const runtime::Cancel& cancel);
  std::optional<std::string> decided(const std::string& file_token) const;
  std::string decide(const std::string& file_token, const std::string& token, double recheck_at);
  Done replace_active(const std::string& old, const std::string& fresh);
  std::string not_renewed(const std::string& file_token, const Error& error);
  Result<hub::Api> api() const;

  const runtime::Config& config_;
  net::Client& net_;
  const std::shared_ptr<const runtime::Log> log_;
  std::mutex asking_;  // one request of these at a time; whoever waits for it hears its cancellation
  mutable std::mutex mutex_;
  Renewal renewal_;  // all guarded by mutex_
  std::optional<Traded> traded_;
  bool warned_ = false;
  std::map<std::string, std::shared_ptr<const json::Value>> accounts_;  // by token
};

}  // namespace hfhub::client
