// Where a token may go and which redirects are followed. Pure decisions; client.cpp acts on them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace hfhub::net {

inline constexpr int kMaxHops = 20;

// The origins that the session's token belongs to.
class TokenOrigins {
 public:
  // The endpoint's origin. When that is https://huggingface.co or https://hf.co: both.
  explicit TokenOrigins(std::string_view endpoint);
  bool contains(const Url& url) const;

 private:
  std::vector<Url> origins_;
};

bool is_redirect_status(int status);  // 301, 302, 303, 307, 308
bool is_loopback(const Url& url);     // localhost, *.localhost, 127.0.0.0/8, [::1]
// May bytes or secrets known to `from` not go on to `to`? From https to http only inside this machine.
bool is_downgrade(const Url& from, const Url& to);

// One step of a request; the body stays where the caller has it.
struct Hop {
  Method method = Method::kGet;
  Url url;
  Headers headers;
  std::string_view body;
};

// The step after a redirect; nullopt: the answer itself is the result.
//  - 303, and 302 for all but HEAD, and 301 for POST, go on as GET without a body; 307 and 308 repeat the request.
//  - From https to http never, unless both hosts are this machine: an error, since the bytes would be unprotected.
//  - Another origin that is not the token's gets only headers that describe the wanted content.
//  - `hops_done` counts the redirects followed so far; the 21st is an error.
Result<std::optional<Hop>> plan_redirect(const Hop& hop, Redirects redirects, int status, std::string_view location,
                                         const TokenOrigins& origins, int hops_done);

}  // namespace hfhub::net
