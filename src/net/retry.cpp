#include "net/retry.h"

#include <algorithm>

#include "base/clock.h"
#include "net/client.h"
#include "net/header_values.h"

namespace hfhub::net {

bool is_transient_status(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

int64_t backoff_ms(const RetryPolicy& policy, uint64_t attempt, double dice) {
  int64_t delay = std::min(policy.delay_ms, policy.delay_max_ms);
  for (uint64_t i = 1; i < attempt && delay < policy.delay_max_ms; ++i)
    delay = std::min(delay * 2, policy.delay_max_ms);
  return static_cast<int64_t>(static_cast<double>(delay) * (0.5 + 0.5 * dice));
}

std::optional<int64_t> plan_retry(const RetryPolicy& policy, uint64_t attempt, int64_t server_delay_ms, double dice) {
  if (attempt > policy.retries || server_delay_ms > policy.server_delay_max_ms) return std::nullopt;
  return server_delay_ms >= 0 ? server_delay_ms : backoff_ms(policy, attempt, dice);
}

int64_t server_delay_ms(const Headers& headers, int64_t now_seconds) {
  constexpr int64_t kMargin = 1000;
  if (const std::string* value = headers.find("ratelimit")) {
    const auto limit = parse_rate_limit(*value);
    if (limit && limit->remaining == 0) return static_cast<int64_t>(limit->reset_seconds) * 1000 + kMargin;
  }
  if (const std::string* value = headers.find("retry-after")) {
    const auto delay = parse_retry_after(*value, now_seconds);
    if (delay) return *delay + kMargin;
  }
  return -1;
}

int64_t retry_after_ms(const Headers& headers) {
  return server_delay_ms(headers, static_cast<int64_t>(wall_seconds()));
}

}  // namespace hfhub::net
