// What net/ needs of the configuration, read once.
#pragma once

#include <cstdint>
#include <string>

#include "net/redirect.h"
#include "net/retry.h"
#include "runtime/config.h"

namespace hfhub::net {

inline constexpr uint64_t kUploadBufferBytes = 128u << 10;  // libcurl's, for a long body

struct Settings {
  std::string user_agent;
  std::string http_proxy;
  std::string https_proxy;
  std::string no_proxy;
  std::string ca_file;
  std::string ca_dir;
  bool offline = false;
  bool http2 = true;
  bool log_requests = false;
  int64_t request_timeout_ms = 0;
  int64_t connect_timeout_ms = 0;
  int64_t stall_timeout_ms = 0;
  uint64_t stall_bytes = 0;  // a transfer that moves less in stall_timeout_ms is stalled
  // Connections. Streams may not take all of them: their readers often need a small request to go on.
  uint64_t max_connections = 0;
  uint64_t max_streams = 0;
  // Memory. A stream costs its window (half is filled while half is read) and what libcurl holds beside it.
  uint64_t half_window_bytes = 0;
  uint64_t receive_bytes = 0;  // libcurl's buffer; it may hold the same again while the transfer is paused
  uint64_t stream_cost_bytes = 0;
  uint64_t small_receive_bytes = 0;
  uint64_t send_cost_bytes = 0;
  uint64_t send_half_bytes = 0;     // a body that is read while it is sent: two of these,
  uint64_t source_cost_bytes = 0;   // and what libcurl holds beside them
  uint64_t send_reserve_bytes = 0;  // for all small requests together
  RetryPolicy retry;
  TokenOrigins token_origins{""};

  static Settings from(const runtime::Config& config, uint64_t budget_bytes);
};

}  // namespace hfhub::net
