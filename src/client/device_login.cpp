// The login in a browser: the code, the wait, the token.
#include <algorithm>

#include "client/login.h"

namespace hfhub::client {
namespace {

using runtime::Option;

constexpr int64_t kSlowDownMs = 5000;  // RFC 8628: so much more between two questions, from then on

Error too_late() {
  auto detail = std::make_shared<HttpDetail>();
  detail->hub_code = "expired_token";
  Error error = Error::make(Code::kAuth, "Device code expired (timeout). Please try again.");
  error.http = std::move(detail);
  return error;
}

}  // namespace

std::shared_ptr<DeviceLogin> DeviceLogin::make(std::shared_ptr<Session> session) {
  return std::shared_ptr<DeviceLogin>(new DeviceLogin(std::move(session)));
}

Done DeviceLogin::enter(State from, State to, const char* why_not) {
  if (state_.compare_exchange_strong(from, to)) return {};
  return Error::make(Code::kState, why_not);
}

const hub::DeviceCode* DeviceLogin::code() const { return state_.load() >= State::kReady ? &code_ : nullptr; }

Result<std::shared_ptr<runtime::Op>> DeviceLogin::request() {
  HFHUB_CHECK(enter(State::kNew, State::kRequesting, "the login has its code already, or is asking for it"));
  auto op = session_->start([self = shared_from_this()](Story& story) {
    auto result = self->ask(story);
    self->state_ = result.ok() ? State::kReady : State::kNew;
    return result;
  });
  if (!op.ok()) state_ = State::kNew;
  return op;
}

Result<runtime::OpResult> DeviceLogin::ask(Story& story) {
  HFHUB_TRY(const hub::Api api, story.api("", false));
  HFHUB_TRY(code_, hub::request_device_code(api, story.config.text(Option::kOauthClient), story.cancel));
  deadline_ = after_ms(code_.lifetime_ms);
  json::Writer out;
  out.begin_object().key("user_code").string(code_.user_code).key("verification_uri").string(code_.url);
  out.key("verification_uri_complete").string(code_.complete_url);
  out.key("interval_ms").integer(code_.interval_ms).key("expires_in").integer(code_.lifetime_ms / 1000);
  return runtime::OpResult{"", out.end_object().finish()};
}

Result<std::shared_ptr<runtime::Op>> DeviceLogin::finish() {
  HFHUB_CHECK(enter(State::kReady, State::kFinishing, "the login has no code yet, or is being finished, or is done"));
  auto op = session_->start([self = shared_from_this()](Story& story) {
    auto result = self->run_finish(story);
    const bool again = !result.ok() && result.error().code == Code::kCancelled;
    self->state_ = again ? State::kReady : State::kDone;
    return result;
  });
  if (!op.ok()) state_ = State::kReady;
  return op;
}

Result<hub::OAuthToken> DeviceLogin::wait_for_token(Story& story) {
  HFHUB_TRY(const hub::Api api, story.api("", false));
  const std::string& client = story.config.text(Option::kOauthClient);
  int64_t interval_ms = code_.interval_ms;
  while (ms_until(deadline_) > 0) {
    HFHUB_TRY(hub::DeviceAnswer answer, hub::ask_device_token(api, client, code_, story.cancel));
    if (answer.state == hub::DeviceState::kGranted) return std::move(answer.token);
    if (answer.state == hub::DeviceState::kPending) ++pending_;
    if (answer.state == hub::DeviceState::kSlowDown) interval_ms += kSlowDownMs;
    HFHUB_CHECK(story.cancel.sleep_until(std::min(after_ms(interval_ms), deadline_)));
  }
  return too_late();
}

Result<runtime::OpResult> DeviceLogin::run_finish(Story& story) {
  HFHUB_TRY(const hub::OAuthToken token, wait_for_token(story));
  return keep_login(story, token, false);
}

}  // namespace hfhub::client
