#include "xet/cas/access.h"

#include <algorithm>
#include <condition_variable>
#include <optional>

#include "base/clock.h"
#include "base/text.h"
#include "net/header_values.h"
#include "xet/cas/answers.h"
#include "xet/cas/call.h"
#include "xet/cas/errors.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;

constexpr int64_t kGoodForS = 30;             // a token that a caller gets holds at least so long
constexpr int64_t kAheadS = 120;              // renewed so long before its end, or in the last fifth of its life
constexpr int64_t kAheadDeadlineMs = 10'000;  // the one who renews ahead waits no longer: the old token still works
constexpr int64_t kAheadPauseMs = 10'000;     // after an attempt ahead of time that failed
constexpr int64_t kFreshMs = 30'000;          // a renewed token that is refused within it: another would be, too
constexpr uint64_t kLargestAnswer = 1u << 20;
constexpr size_t kMostSources = 1000;
constexpr std::string_view kWhat = "a Xet token";

int64_t now_s() { return static_cast<int64_t>(wall_seconds()); }

Error bad_target(std::string_view why) { return Error::make(Code::kArgument, "Xet: " + std::string(why)); }

const std::string* find_header(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

Done check_headers(const HeaderList& headers) {
  net::Headers trial;
  for (const auto& [name, value] : headers) HFHUB_CHECK(trial.set(name, value));
  return {};
}

Done check_target(const CasTarget& target) {
  if (target.endpoint.empty() && target.refresh_url.empty()) return bad_target("neither an endpoint nor a token route");
  if (has_control_characters(target.token)) return bad_target("the token holds a control character");
  if (!target.refresh_url.empty()) HFHUB_CHECK(parse_url(target.refresh_url));
  if (!target.endpoint.empty()) {
    HFHUB_TRY(const Url url, parse_url(target.endpoint));
    if (!url.query().empty()) return bad_target("the endpoint of CAS has a query");
  }
  if (find_header(target.custom_headers, "authorization") != nullptr) {
    return bad_target("an authorization cannot be among the custom headers of CAS");
  }
  HFHUB_CHECK(check_headers(target.custom_headers));
  return check_headers(target.refresh_headers);
}

std::string without_last_slashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// Two targets with the same key are one identity and share their token.
std::string key_of(const CasTarget& target) {
  const std::string* authorization = find_header(target.refresh_headers, "authorization");
  std::string key;
  // Without a route to ask, the token itself is the identity.
  for (const std::string& part :
       {target.refresh_url, target.hub_token, authorization ? *authorization : std::string(),
        without_last_slashes(target.endpoint), target.refresh_url.empty() ? target.token : std::string()}) {
    key += std::to_string(part.size()) + ":" + part;
  }
  return key;
}

}  // namespace

std::string refresh_url(std::string_view endpoint, std::string_view kind_plural, std::string_view id, bool write,
                        std::string_view revision, bool create_pr) {
  std::string url = without_last_slashes(std::string(endpoint)) + "/api/" + std::string(kind_plural) + "/" +
                    percent_encode(id, "/") + (write ? "/xet-write-token" : "/xet-read-token");
  if (kind_plural != "buckets") url += "/" + percent_encode(revision.empty() ? "main" : revision);
  return create_pr ? url + "?create_pr=1" : url;
}

// What all sources of one identity share.
struct TokenSource::State {
  std::mutex mutex;
  std::condition_variable changed;
  // All guarded by mutex.
  Access access;           // without an endpoint: nothing is known yet
  int64_t obtained_s = 0;  // when `access` came; 0 when somebody else asked for it
  bool rejected = false;   // CAS did not accept access.token
  bool refreshing = false;
  uint64_t answers = 0;          // refreshes that ended for all who waited
  std::optional<Error> failure;  // of the last of them
  SteadyTime ahead_again{};      // no attempt ahead of time before
  SteadyTime forced_until{};     // access came from a renewal after a 401 and is fresh until then

  void take(Access fresh, int64_t at_s) {
    access = std::move(fresh);
    obtained_s = at_s;
    rejected = false;
    forced_until = {};
  }
  // True when a caller may have it; `at_all`: also when it will end in a moment.
  bool is_valid(int64_t now, bool at_all) const {
    if (access.endpoint.empty() || rejected) return false;
    // A server that gives out shorter tokens is not asked again for each request.
    const int64_t margin_s = at_all ? 0 : std::min(kGoodForS, (access.expires_s - obtained_s) / 2);
    return access.expires_s == 0 || access.expires_s - now > margin_s;
  }
  bool wants_renewal(int64_t now) const {
    if (access.token.empty() || access.expires_s == 0 || steady_now() < ahead_again) return false;
    const int64_t ahead_s = std::min(kAheadS, (access.expires_s - obtained_s) / 5);
    return access.expires_s - now <= ahead_s;
  }
  // A caller brought a token of his own.
  void seed(const CasTarget& target) {
    if (target.token.empty() || target.endpoint.empty()) return;
    const bool newer =
        access.token.empty() || target.token_expires_s > access.expires_s || (rejected && target.token != access.token);
    if (newer) take(Access{without_last_slashes(target.endpoint), target.token, target.token_expires_s}, 0);
  }
};

// One refresh: whoever has this is the one who asks, the others wait. However it goes, its end lets them go on.
class TokenSource::Refresh {
 public:
  Refresh(TokenSource& source, Why why) : source_(source), state_(*source.state_), why_(why) {
    state_.refreshing = true;
  }
  ~Refresh() {
    const std::lock_guard lock(state_.mutex);
    state_.refreshing = false;
    state_.changed.notify_all();
  }
  Result<Access> run(const Cancel& cancel);

 private:
  Result<Access> ask(const Cancel& cancel);

  TokenSource& source_;
  State& state_;
  const Why why_;
  const bool impatient_ = source_.target_.impatient && state_.access.endpoint.empty();
};

Result<Access> TokenSource::Refresh::run(const Cancel& cancel) {
  auto fresh = ask(cancel);
  const std::lock_guard lock(state_.mutex);
  if (fresh.ok()) {
    state_.take(*fresh, now_s());
    if (why_ == Why::kRejected) state_.forced_until = after_ms(kFreshMs);
    state_.failure.reset();
    ++state_.answers;
    return fresh;
  }
  if (why_ == Why::kAhead) state_.ahead_again = after_ms(kAheadPauseMs);
  // Who gave up, and who tried only ahead of time, does not speak for the others: they try themselves.
  if (why_ != Why::kAhead && fresh.error().code != Code::kCancelled) {
    state_.failure = fresh.error();
    ++state_.answers;
  }
  if (state_.is_valid(now_s(), true) && fresh.error().code != Code::kCancelled) return state_.access;
  return fresh;
}

Result<Access> TokenSource::Refresh::ask(const Cancel& cancel) {
  const CasTarget& target = source_.target_;
  net::Request request;
  HFHUB_TRY(request.url, parse_url(target.refresh_url));
  request.token = target.hub_token;
  request.redirects = net::Redirects::kSameSiteOnly;
  for (const auto& [name, value] : target.refresh_headers) {
    if (equal_ignoring_case(name, "authorization")) request.authorization = value;
    else if (!net::is_message_header(name)) HFHUB_CHECK(request.headers.set(name, value));
  }
  if (why_ == Why::kAhead) {
    request.retry = false;
    request.total_ms = kAheadDeadlineMs;
  }
  auto response = impatient_ ? send_impatiently(*source_.net_, std::move(request), cancel, kLargestAnswer)
                             : source_.net_->send(request, cancel, kLargestAnswer);
  if (!response.ok()) return std::move(response).error().prefixed("cannot get a Xet token");
  if (response->status / 100 != 2) return refusal(*response, Side::kRefreshRoute, kWhat);
  auto access = parse_token_answer(*response, target.endpoint);
  if (!access.ok()) return garbage(*response, Side::kRefreshRoute, kWhat, access.error().message);
  // A fresh token that seems to have ended: our clock is wrong, the server's own says how long it lives.
  const auto date = net::parse_http_date(response->headers.get("date"));
  if (date && access->expires_s - now_s() <= kGoodForS) access->expires_s += now_s() - *date;
  return access;
}

TokenSource::TokenSource(std::shared_ptr<net::Client> net, CasTarget target, std::shared_ptr<State> state)
    : net_(std::move(net)), target_(std::move(target)), state_(std::move(state)) {}

Result<std::shared_ptr<TokenSource>> TokenSource::make(std::shared_ptr<net::Client> net, CasTarget target) {
  HFHUB_CHECK(check_target(target));
  auto state = std::make_shared<State>();
  if (target.refresh_url.empty()) {
    state->take(Access{without_last_slashes(target.endpoint), target.token, target.token_expires_s}, 0);
  }
  state->seed(target);
  return std::shared_ptr<TokenSource>(new TokenSource(std::move(net), std::move(target), std::move(state)));
}

Done TokenSource::wait(std::unique_lock<std::mutex>* lock, const Cancel& cancel) {
  const uint64_t seen = state_->answers;
  while (state_->refreshing && state_->answers == seen && !cancel.requested()) {
    state_->changed.wait_for(*lock, std::chrono::milliseconds(Cancel::kPollMs));
  }
  return cancel.check();
}

Result<Access> TokenSource::refresh(std::unique_lock<std::mutex>* lock, Why why, const Cancel& cancel) {
  Refresh refresh(*this, why);
  lock->unlock();
  return refresh.run(cancel);
}

Result<Access> TokenSource::get(const Cancel& cancel) {
  std::unique_lock lock(state_->mutex);
  const uint64_t seen = state_->answers;
  for (;;) {
    HFHUB_CHECK(cancel.check());
    const int64_t now = now_s();
    const bool no_route = target_.refresh_url.empty();
    if (state_->is_valid(now, no_route)) {
      if (no_route || state_->refreshing || !state_->wants_renewal(now)) return state_->access;
      return refresh(&lock, Why::kAhead, cancel);
    }
    if (no_route)
      return Error::make(Code::kAuth,
                         "the token for CAS has expired or was not accepted, and no route gives a new one");
    if (state_->answers != seen) {  // one that we waited for
      if (!state_->failure) return state_->access;
      return state_->is_valid(now, true) ? Result<Access>(state_->access) : Result<Access>(*state_->failure);
    }
    if (!state_->refreshing) return refresh(&lock, Why::kNeeded, cancel);
    HFHUB_CHECK(wait(&lock, cancel));
  }
}

Result<Access> TokenSource::renew(const std::string& rejected, const Cancel& cancel) {
  {
    std::unique_lock lock(state_->mutex);
    if (state_->access.token == rejected) {
      if (target_.refresh_url.empty()) {
        return Error::make(Code::kAuth, "CAS did not accept the token, and no route gives a new one");
      }
      if (steady_now() < state_->forced_until) {
        return Error::make(Code::kAuth, "CAS did not accept the token, nor the new one that was asked for");
      }
      state_->rejected = true;
      if (!state_->refreshing) return refresh(&lock, Why::kRejected, cancel);
    }
  }
  return get(cancel);
}

Result<std::shared_ptr<TokenSource>> TokenCache::find(const std::shared_ptr<net::Client>& net,
                                                      const CasTarget& target) {
  HFHUB_TRY(auto source, TokenSource::make(net, target));
  const std::string key = key_of(target);
  const std::lock_guard lock(mutex_);
  const auto known =
      std::find_if(sources_.begin(), sources_.end(), [&](const auto& entry) { return entry.first == key; });
  if (known == sources_.end()) {
    if (sources_.size() >= kMostSources) sources_.erase(sources_.begin());
    sources_.emplace_back(key, source);
    return source;
  }
  std::rotate(known, known + 1, sources_.end());
  // The token is shared; the caller's own headers are not.
  source->join(*sources_.back().second);
  return source;
}

void TokenSource::join(const TokenSource& other) {
  state_ = other.state_;
  const std::lock_guard lock(state_->mutex);
  state_->seed(target_);
}

}  // namespace hfhub::xet
