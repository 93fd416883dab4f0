// Logging in: device codes (RFC 8628), refresh tokens, and id tokens of CI (RFC 8693). Kept in memory; the access tokens
// themselves are rows like all others. No HTTP in here: oauth_calls.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "auth.h"

namespace localhub {

struct OAuthSettings {
  int64_t interval_s = 5;                        // between two polls of a device code
  int64_t lifetime_s = 900;                      // of a device code
  int64_t token_lifetime_s = 30 * 24 * 3600;     // of an access token; 0: never said
  int64_t exchange_lifetime_s = 3600;            // of an access token for an id token
  bool rotate = true;                            // a refresh gives a new refresh token and ends the old one
  bool refreshable = true;                       // a login gives a refresh token
  bool complete_url = true;                      // the answer has a URL with the code in it
  std::string auto_approve;                      // whoever asks for a code is this user, at once
  std::string ci_user;                           // who the id tokens of GET /oauth/id-token stand for
  std::map<std::string, std::string> id_tokens;  // user by id token
};

/// Thrown as an OAuth refusal: 400 {"error", "error_description"}.
struct OAuthError {
  std::string error;
  std::string description;
};

struct Device {
  enum class State { kWaiting, kApproved, kDenied };
  std::string device_code, user_code, client_id;
  State state = State::kWaiting;
  std::string user;
  std::vector<std::string> orgs;
  int64_t interval_s = 0;
  int64_t expires_ms = 0;
  int64_t polled_ms = 0;
  int64_t slow_downs = 0;  // so many of the next polls are told to slow down
  int64_t polls = 0;
};

struct Issued {
  std::string access_token;
  std::string refresh_token;  // "" for none
  int64_t expires_in_s = 0;   // 0: not said
};

class OAuth {
 public:
  explicit OAuth(Tokens& tokens) : tokens_(tokens) {}

  OAuthSettings settings() const;
  void change(OAuthSettings next);

  Device start(const std::string& client_id);
  Issued poll(const std::string& device_code, const std::string& client_id);
  Issued refresh(const std::string& refresh_token);
  Issued exchange(const std::string& id_token, const std::string& resource, const std::string& audience);
  /// A new id token for `audience`, as a CI provider gives to its jobs.
  std::string mint_id_token(const std::string& audience);

  std::vector<Device> devices() const;
  /// What the page at verification_uri would do. False: no such code.
  bool decide(const std::string& user_code, const Device& decision);
  bool expire(const std::string& user_code);
  bool slow_down(const std::string& user_code, int64_t polls);
  /// Ends all refresh tokens of a user.
  void revoke(const std::string& user);

 private:
  struct Grant {
    std::string user;
    std::vector<std::string> orgs;
  };
  Issued issue(const Grant& grant, std::string refresh_token, int64_t lifetime_s);
  Device* find_user_code(const std::string& user_code);

  Tokens& tokens_;
  mutable std::mutex mutex_;
  OAuthSettings settings_;                        // all guarded by mutex_
  std::map<std::string, Device> devices_;         // by device code
  std::map<std::string, Grant> refresh_;          // by refresh token
  std::map<std::string, std::string> audiences_;  // of minted id tokens
};

}  // namespace localhub
