// A CasClient on a scripted net::Client, with a token at hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "unit/xet/cas/scripted_client.h"
#include "xet/cas/client.h"

namespace hfhub::xet {

struct CasFixture {
  std::shared_ptr<ScriptedClient> net = std::make_shared<ScriptedClient>();
  std::shared_ptr<CasMemory> memory = std::make_shared<CasMemory>();
  CasTarget target;
  CasSettings settings;
  std::vector<std::string> log;
  runtime::Cancel cancel;
  const Hash hash = *Hash::parse(std::string(63, '0') + "1");

  CasFixture() {
    target.endpoint = "https://cas.example/base/";
    target.token = "t1";
    target.token_expires_s = 99'999'999'999;
    target.refresh_url = "https://hub.example/api/models/ns/m/xet-write-token/main";
    target.custom_headers = {{"X-Custom", "ours"}, {"Host", "evil"}};
    settings.session_id = "session-1";
    settings.user_agent = "agent/1";
    net->on("GET /api/",
            {{200, R"({"accessToken":"t2","exp":99999999999,"casUrl":"https://cas.example"})", {}, {}, {}}});
  }
  CasClient client() {
    auto hook = [this](runtime::LogLevel, std::string_view line) { log.emplace_back(line); };
    return CasClient(net, TokenSource::make(net, target).value(), memory, settings,
                     std::make_shared<runtime::Log>(hook, runtime::LogLevel::kDebug));
  }
};

inline Scripted answer(int status, std::string body = "",
                       std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {status, std::move(body), std::move(headers), {}, {}};
}

// A request to CAS carries the token and what is ours; one to anybody else carries none of it.
inline bool goes_as_to_cas(const net::Request& request, const std::string& token = "t1") {
  return request.authorization == "Bearer " + token && request.token.empty() &&
         request.headers.get("x-xet-session-id") == "session-1" && request.headers.get("x-custom") == "ours" &&
         request.headers.get("user-agent") == "agent/1" && request.headers.find("host") == nullptr;
}
inline bool goes_bare(const net::Request& request) {
  return request.token.empty() && request.headers.find("x-xet-session-id") == nullptr &&
         request.headers.find("x-custom") == nullptr && request.headers.find("user-agent") == nullptr;
}

}  // namespace hfhub::xet
