#include "oauth.h"

#include <random>

#include "text.h"

namespace localhub {
namespace {

std::string random_text(size_t length, std::string_view alphabet) {
  static thread_local std::random_device source;
  std::string out;
  while (out.size() < length) out += alphabet[source() % alphabet.size()];
  return out;
}

constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

}  // namespace

OAuthSettings OAuth::settings() const {
  std::lock_guard lock(mutex_);
  return settings_;
}

void OAuth::change(OAuthSettings next) {
  std::lock_guard lock(mutex_);
  settings_ = std::move(next);
}

Device OAuth::start(const std::string& client_id) {
  if (client_id.empty()) throw OAuthError{"invalid_request", "client_id is missing"};
  std::lock_guard lock(mutex_);
  Device device;
  device.device_code = random_text(40, kWord);
  device.user_code = random_text(4, kLetters) + "-" + random_text(4, kLetters);
  device.client_id = client_id;
  device.interval_s = settings_.interval_s;
  device.expires_ms = now_ms() + settings_.lifetime_s * 1000;
  if (!settings_.auto_approve.empty()) {
    device.state = Device::State::kApproved;
    device.user = settings_.auto_approve;
  }
  devices_[device.device_code] = device;
  return device;
}

Issued OAuth::poll(const std::string& device_code, const std::string& client_id) {
  std::lock_guard lock(mutex_);
  auto found = devices_.find(device_code);
  if (found == devices_.end() || found->second.client_id != client_id)
    throw OAuthError{"invalid_grant", "no such device code"};
  Device& device = found->second;
  const int64_t now = now_ms();
  // A quarter of a second is forgiven to clocks and networks.
  bool too_soon = device.polled_ms != 0 && now < device.polled_ms + device.interval_s * 1000 - 250;
  device.polled_ms = now;
  ++device.polls;
  if (now >= device.expires_ms) throw OAuthError{"expired_token", "the device code has expired"};
  if (too_soon || device.slow_downs > 0) {
    device.slow_downs -= device.slow_downs > 0;
    device.interval_s += 5;
    throw OAuthError{"slow_down", "polled too often"};
  }
  if (device.state == Device::State::kDenied) throw OAuthError{"access_denied", "the user said no"};
  if (device.state == Device::State::kWaiting)
    throw OAuthError{"authorization_pending", "the user has not answered yet"};
  Grant grant{device.user, device.orgs};
  devices_.erase(found);
  return issue(grant, settings_.refreshable ? "hf_refresh_" + random_text(30, kWord) : "", settings_.token_lifetime_s);
}

Issued OAuth::refresh(const std::string& refresh_token) {
  std::lock_guard lock(mutex_);
  auto found = refresh_.find(refresh_token);
  if (found == refresh_.end()) throw OAuthError{"invalid_grant", "the refresh token is expired or revoked"};
  Grant grant = found->second;
  std::string next;
  if (settings_.rotate) {
    refresh_.erase(found);
    next = "hf_refresh_" + random_text(30, kWord);
  }
  return issue(grant, next, settings_.token_lifetime_s);
}

Issued OAuth::exchange(const std::string& id_token, const std::string& resource, const std::string& audience) {
  std::lock_guard lock(mutex_);
  auto found = settings_.id_tokens.find(id_token);
  if (found == settings_.id_tokens.end()) throw OAuthError{"invalid_grant", "the id token is not trusted"};
  auto wanted = audiences_.find(id_token);
  if (wanted != audiences_.end() && wanted->second != audience)
    throw OAuthError{"invalid_grant", "the id token is for another audience"};
  if (resource.empty()) throw OAuthError{"invalid_target", "resource is missing"};
  return issue({found->second, {}}, "", settings_.exchange_lifetime_s);
}

std::string OAuth::mint_id_token(const std::string& audience) {
  std::lock_guard lock(mutex_);
  if (settings_.ci_user.empty()) throw OAuthError{"access_denied", "no ci_user is set"};
  std::string token = "id." + random_text(24, kWord) + ".sig";
  settings_.id_tokens[token] = settings_.ci_user;
  audiences_[token] = audience;
  return token;
}

Issued OAuth::issue(const Grant& grant, std::string refresh_token, int64_t lifetime_s) {
  Issued out{"hf_oauth_" + random_text(30, kWord), std::move(refresh_token), lifetime_s};
  if (!out.refresh_token.empty()) refresh_[out.refresh_token] = grant;
  TokenRow row{out.access_token, grant.user, "write", grant.orgs};
  row.kind = "oauth";
  row.expires_ms = lifetime_s > 0 ? now_ms() + lifetime_s * 1000 : 0;
  tokens_.add(row);
  return out;
}

std::vector<Device> OAuth::devices() const {
  std::lock_guard lock(mutex_);
  std::vector<Device> out;
  for (const auto& [code, device] : devices_) out.push_back(device);
  return out;
}

Device* OAuth::find_user_code(const std::string& user_code) {
  for (auto& [code, device] : devices_)
    if (device.user_code == user_code) return &device;
  return nullptr;
}

bool OAuth::decide(const std::string& user_code, const Device& decision) {
  std::lock_guard lock(mutex_);
  Device* device = find_user_code(user_code);
  if (!device) return false;
  device->state = decision.state;
  device->user = decision.user;
  device->orgs = decision.orgs;
  return true;
}

bool OAuth::expire(const std::string& user_code) {
  std::lock_guard lock(mutex_);
  Device* device = find_user_code(user_code);
  if (device) device->expires_ms = 0;
  return device != nullptr;
}

bool OAuth::slow_down(const std::string& user_code, int64_t polls) {
  std::lock_guard lock(mutex_);
  Device* device = find_user_code(user_code);
  if (device) device->slow_downs = polls;
  return device != nullptr;
}

void OAuth::revoke(const std::string& user) {
  std::lock_guard lock(mutex_);
  std::erase_if(refresh_, [&](const auto& entry) { return entry.second.user == user; });
}

}  // namespace localhub
