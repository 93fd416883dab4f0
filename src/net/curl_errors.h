// libcurl's failures in our words and codes.
#pragma once

#include <string>

#include "net/curl_api.h"
#include "net/http.h"

namespace hfhub::net {

struct FailureFacts {
  const Url* url = nullptr;
  std::string text;  // libcurl's own, may be empty
  int64_t connect_timeout_ms = 0;
  long os_error = 0;       // errno of the last failed connection, 0 when unknown
  long proxy_status = 0;   // of a CONNECT answer
  bool connected = false;  // a connection was there when it failed
};

Error transfer_error(const CurlApi& api, CURLcode code, const FailureFacts& facts);

// "20 s", "1.5 s", "300 ms"
std::string duration_text(int64_t ms);
// An error about `url` that carries it without query.
Error network_error(Code code, std::string message, const Url& url, bool retriable);

}  // namespace hfhub::net
