// Logging in and out: what include/hfhub/auth.h offers.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "client/session.h"
#include "hub/oauth.h"

namespace hfhub::client {

// Result JSON of each: see include/hfhub/auth.h.
Done check_login_token(std::string_view token);  // before anything happens; the value is never in the message
Result<runtime::OpResult> login(Story& story, const std::string& token, bool git_credential);
// `name` "": all of them.
Result<runtime::OpResult> logout(Story& story, const std::string& name, bool git_credential);
Result<runtime::OpResult> switch_token(Story& story, const std::string& name, bool git_credential);
Result<runtime::OpResult> list_tokens(Story& story);
Result<runtime::OpResult> get_token(Story& story);
Result<runtime::OpResult> whoami(Story& story, const std::optional<std::string>& token, bool use_cache);

// Makes a token the active one, for git, too, when that is wanted; adds to the open object `out` what was done.
Done activate(Story& story, const std::string& token, bool git_credential, json::Writer& out);
// The account behind a token: the Hub's answer.
Result<std::shared_ptr<const json::Value>> ask_account(Story& story, const FoundToken& token);
// Validates the token, stores it under the name that the Hub gives it, and makes it the active one.
Result<runtime::OpResult> keep_login(Story& story, const hub::OAuthToken& token, bool git_credential);

// A login in a browser: a code from the Hub, a person who enters it there, and the token.
class DeviceLogin : public std::enable_shared_from_this<DeviceLogin> {
 public:
  static std::shared_ptr<DeviceLogin> make(std::shared_ptr<Session> session);
  Result<std::shared_ptr<runtime::Op>> request();  // once, or again after it failed
  Result<std::shared_ptr<runtime::Op>> finish();   // once there is a code; again after it was cancelled
  const hub::DeviceCode* code() const;             // nullptr before there is one
  uint32_t pending_count() const { return pending_.load(); }

 private:
  enum class State { kNew, kRequesting, kReady, kFinishing, kDone };
  explicit DeviceLogin(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  Done enter(State from, State to, const char* why_not);
  Result<runtime::OpResult> ask(Story& story);
  Result<hub::OAuthToken> wait_for_token(Story& story);
  Result<runtime::OpResult> run_finish(Story& story);

  const std::shared_ptr<Session> session_;
  std::atomic<State> state_{State::kNew};
  std::atomic<uint32_t> pending_{0};
  hub::DeviceCode code_;  // written once, before state_ says kReady
  SteadyTime deadline_{};
};

}  // namespace hfhub::client
