// The Hub's OAuth server: device codes (RFC 8628), refresh tokens, and id tokens of CI jobs (RFC 8693). Each function is
// one request; secrets go to the endpoint's own site only and never into an error.
#pragma once

#include <optional>
#include <string>

#include "hub/api.h"

namespace hfhub::hub {

struct DeviceCode {
  std::string device_code;   // secret
  std::string user_code;     // what a person enters
  std::string url;           // where
  std::string complete_url;  // the same with the code filled in, or `url`
  int64_t interval_ms = 0;   // between two questions
  int64_t lifetime_ms = 0;
};

struct OAuthToken {
  std::string access_token;
  std::optional<std::string> refresh_token;
  std::optional<int64_t> expires_in_s;
};

enum class DeviceState { kGranted, kPending, kSlowDown, kInconclusive };
struct DeviceAnswer {
  DeviceState state = DeviceState::kInconclusive;
  OAuthToken token;  // of kGranted
};

// A refusal by the server is kAuth, with the OAuth error ("access_denied", "invalid_grant", ...) as the Hub's code.
Result<DeviceCode> request_device_code(const Api& api, std::string_view client_id, const runtime::Cancel& cancel);
// kInconclusive stands for everything that may be better the next time: no connection, 5xx, an answer that is no JSON.
Result<DeviceAnswer> ask_device_token(const Api& api, std::string_view client_id, const DeviceCode& code,
                                      const runtime::Cancel& cancel);
Result<OAuthToken> refresh_oauth_token(const Api& api, std::string_view client_id, std::string_view refresh_token,
                                       const runtime::Cancel& cancel);
Result<OAuthToken> exchange_id_token(const Api& api, std::string_view id_token, std::string_view resource,
                                     const runtime::Cancel& cancel);
// The id token that GitHub Actions gives to the running job.
Result<std::string> request_github_id_token(const Api& api, const std::string& url, const std::string& request_token,
                                            const runtime::Cancel& cancel);

// What a code of OAuthToken's errors is: "" when the server's answer had none.
std::string_view oauth_error(const Error& error);

}  // namespace hfhub::hub
