#include "net/curl_errors.h"

#include <cerrno>

#include "base/text.h"

namespace hfhub::net {
namespace {

// libcurl's text names hosts, ports and reasons; where it could quote a URL or credentials, its fixed text is used.
std::string reason_text(const CurlApi& api, CURLcode code, const FailureFacts& facts) {
  const bool quotes = facts.text.find("://") != std::string::npos || facts.text.find('@') != std::string::npos ||
                      facts.text.find('?') != std::string::npos;
  if (!facts.text.empty() && !quotes) return printable(trim(facts.text));
  const char* fixed = api.easy_strerror(code);
  return fixed != nullptr ? fixed : "unknown reason";
}

bool is_certificate_problem(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CRL_BADFILE || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
         code == CURLE_SSL_INVALIDCERTSTATUS;
}

// A handshake also fails because the connection broke under it, and that may work the next time.
bool is_broken_handshake(const FailureFacts& facts, const std::string& reason) {
  return facts.os_error == ECONNRESET || facts.os_error == EPIPE || reason.find("SYSCALL") != std::string::npos ||
         reason.find("reset") != std::string::npos || reason.find("unexpected eof") != std::string::npos;
}

Error tls_error(CURLcode code, const FailureFacts& facts, const std::string& reason) {
  std::string message = "no trusted connection to '" + facts.url->host + "': " + reason;
  if (is_certificate_problem(code)) {
    message += " (if this authority is meant to be trusted, name its PEM file in net.ca_file or SSL_CERT_FILE)";
  }
  return network_error(Code::kTls, std::move(message), *facts.url, false);
}

}  // namespace

std::string duration_text(int64_t ms) {
  if (ms < 1000) return std::to_string(ms) + " ms";
  std::string text = std::to_string(ms / 1000);
  if (const int64_t tenths = ms % 1000 / 100; tenths > 0) text += "." + std::to_string(tenths);
  return text + " s";
}

Error network_error(Code code, std::string message, const Url& url, bool retriable) {
  Error error = Error::make(code, std::move(message));
  error.retriable = retriable;
  auto detail = std::make_shared<HttpDetail>();
  detail->url = redacted(url.str());
  error.http = std::move(detail);
  return error;
}

Error transfer_error(const CurlApi& api, CURLcode code, const FailureFacts& facts) {
  const std::string reason = reason_text(api, code, facts);
  const std::string host = "'" + facts.url->host + "'";
  if (code == CURLE_OUT_OF_MEMORY) return Error::make(Code::kNoMemory, "out of memory during a transfer from " + host);
  if (is_certificate_problem(code)) return tls_error(code, facts, reason);
  const bool handshake = code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CIPHER || code == CURLE_USE_SSL_FAILED;
  if (handshake && !is_broken_handshake(facts, reason)) return tls_error(code, facts, reason);

  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return network_error(Code::kTimeout,
                           "no connection to " + host + " within " + duration_text(facts.connect_timeout_ms),
                           *facts.url, true);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return network_error(Code::kProtocol, "the answer of " + host + " cannot be understood: " + reason, *facts.url,
                           true);
    case CURLE_URL_MALFORMAT:
      return network_error(Code::kArgument, "'" + redacted(facts.url->str()) + "' is not a usable URL", *facts.url,
                           false);
    default: break;
  }
  if (facts.proxy_status >= 400) {
    const bool transient = facts.proxy_status >= 500;
    return network_error(
        Code::kNetwork,
        "the proxy refuses to connect to " + host + ": it answered " + std::to_string(facts.proxy_status), *facts.url,
        transient);
  }
  const std::string what = facts.connected ? "the connection to " + host + " broke: " : "cannot reach " + host + ": ";
  return network_error(Code::kNetwork, what + reason, *facts.url, true);
}

}  // namespace hfhub::net
