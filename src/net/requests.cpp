#include "net/requests.h"

#include "base/text.h"
#include "platform/system.h"

namespace hfhub::net {
namespace {

// libcurl spells a header without content "Name;".
std::string line_of(const std::string& name, const std::string& value) {
  return value.empty() ? name + ";" : name + ": " + value;
}

// The session's token or the server's own secret, if either belongs to this step's server.
std::string authorization_for(const Hop& hop, const Request& request, const Settings& settings) {
  if (!request.authorization.empty() && hop.url.same_origin(request.url)) return request.authorization;
  if (!request.token.empty() && settings.token_origins.contains(hop.url)) return "Bearer " + request.token;
  return "";
}

}  // namespace

Done check_request(const Request& request) {
  if (request.headers.find("authorization") != nullptr) {
    return Error::make(Code::kArgument, "an authorization header cannot be set directly; give the request its token");
  }
  if (has_control_characters(request.token) || has_control_characters(request.authorization)) {
    return Error::make(Code::kArgument, "the token holds a control character");
  }
  const bool carries = request.method != Method::kGet && request.method != Method::kHead;
  if (request.has_body() && !carries) {
    return Error::make(Code::kArgument, std::string("a ") + method_name(request.method) + " request has no body");
  }
  if (request.source != nullptr && request.redirects != Redirects::kNever) {
    return Error::make(Code::kArgument, "a body that is read while it is sent cannot follow a redirect");
  }
  return {};
}

std::vector<std::string> header_lines(const Hop& hop, const Request& request, const Settings& settings, bool identity) {
  std::vector<std::string> lines;
  const auto has = [&](std::string_view name) { return hop.headers.find(name) != nullptr; };
  for (const auto& [name, value] : hop.headers.all()) lines.push_back(line_of(name, value));
  if (!has("user-agent")) lines.push_back("User-Agent: " + settings.user_agent);
  if (identity && !has("accept-encoding")) lines.push_back("Accept-Encoding: identity");
  if (!has("x-amzn-trace-id")) {
    const std::string* id = hop.headers.find("x-request-id");
    lines.push_back("X-Amzn-Trace-Id: " + (id != nullptr ? *id : random_uuid()));
  }
  if (const std::string value = authorization_for(hop, request, settings); !value.empty()) {
    lines.push_back("Authorization: " + value);
  }
  // Without a value: libcurl's own is kept out. Waiting for "100 Continue" would cost a round trip or a second.
  lines.push_back("Expect:");
  if (!has("content-type")) lines.push_back("Content-Type:");
  return lines;
}

std::string random_uuid() {
  std::string hex = platform::random_hex(32);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  for (const size_t at : {8u, 13u, 18u, 23u}) hex.insert(at, "-");
  return hex;
}

}  // namespace hfhub::net
