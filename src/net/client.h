// The HTTP client of a session: one thread runs every transfer (loop.cpp); callers block on plain functions.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "net/http.h"
#include "runtime/budget.h"
#include "runtime/cancel.h"
#include "runtime/config.h"
#include "runtime/log.h"

namespace hfhub::net {

// A body that is pulled. The network pauses while the reader is behind; its window is paid from the session's budget.
class BodyStream {
 public:
  virtual ~BodyStream() = default;  // drops the transfer when it is not finished
  virtual const Response& head() const = 0;
  // The next bytes, valid until the next call; empty at the end. A stall or a broken connection is a retriable kNetwork
  // or kTimeout error; the caller asks again from where it is.
  virtual Result<ByteView> next() = 0;
};

class Client {
 public:
  virtual ~Client() = default;

  // `budget` and `log` are shared; nothing is started before the first request (libcurl is loaded then).
  static std::shared_ptr<Client> make(const runtime::Config& config, std::shared_ptr<runtime::Budget> budget,
                                      std::shared_ptr<const runtime::Log> log);

  // The whole answer, at most `limit` body bytes, whatever its status. Retries by net/retry.h when `request.retry`.
  virtual Result<Response> send(const Request& request, const runtime::Cancel& cancel, uint64_t limit = 64u << 20) = 0;

  // Opens a transfer and returns once the headers are there. A body of a failed answer (>= 400) is read by the caller as
  // usual. Retries likewise until then.
  virtual Result<std::unique_ptr<BodyStream>> open(const Request& request, const runtime::Cancel& cancel) = 0;

  // Sleeps the policy's delay before attempt `attempt` (1 = first retry) of the caller's own loop, or what `error` asks
  // for (retry-after). Returns the error itself when it is not retriable, attempts are used up or the wait is too long.
  virtual Done wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel) = 0;

  // May the session's token be sent there? The configured endpoint's origin; https://huggingface.co and https://hf.co
  // stand for each other, and for no third.
  virtual bool is_token_origin(const Url& url) const = 0;
};

// An answer as an error: status, codes and messages of the Hub's headers and body (base text rules only; hub/errors.cpp
// gives it its meaning). Helpers of both are in net/retry.h.
int64_t retry_after_ms(const Headers& headers);  // from RateLimit (r=0) or Retry-After; -1: none

}  // namespace hfhub::net
