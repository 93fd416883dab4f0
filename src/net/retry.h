// When a request is tried again and after how long. Pure: the clock and the dice come from outside.
#pragma once

#include <cstdint>
#include <optional>

#include "net/http.h"

namespace hfhub::net {

struct RetryPolicy {
  uint64_t retries = 5;  // attempts after the first
  int64_t delay_ms = 1000;
  int64_t delay_max_ms = 8000;
  int64_t server_delay_max_ms = 300'000;
};

// 408, 429, 500, 502, 503, 504: may work a moment later.
bool is_transient_status(int status);

// Our own delay before attempt `attempt` (1 = first retry): doubled each time up to the largest, of which between half
// and all is taken. `dice` is in [0, 1).
int64_t backoff_ms(const RetryPolicy& policy, uint64_t attempt, double dice);

// The wait before attempt `attempt`, by the server's wish (`server_delay_ms`, -1: none) or our own. nullopt: give up,
// because the attempts are used up or the server wants more patience than the policy has.
std::optional<int64_t> plan_retry(const RetryPolicy& policy, uint64_t attempt, int64_t server_delay_ms, double dice);

// What the headers ask for, at the wall-clock time `now_seconds`; -1: nothing. One second is added to either form, so
// that a coarse clock on the other side does not make us come too early.
int64_t server_delay_ms(const Headers& headers, int64_t now_seconds);

}  // namespace hfhub::net
