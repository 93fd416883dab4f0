// One HTTP request over a plain socket: the tests' own way to the local Hub, so that they do not trust the library they
// judge.
#pragma once

#include <string>
#include <string_view>

namespace hfhub::test {

struct PlainAnswer {
  int status = 0;
  std::string headers;  // as received, lines ending in CRLF
  std::string body;
};

// `origin` is http://<numeric address>:<port>. `headers` are whole lines, each ending in CRLF. Throws when there is no
// answer.
PlainAnswer plain_http(const std::string& origin, std::string_view method, std::string_view target,
                       std::string_view body = "", std::string_view headers = "");

}  // namespace hfhub::test
