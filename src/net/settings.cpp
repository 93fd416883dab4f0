#include "net/settings.h"

#include <algorithm>

#include "net/user_agent.h"

namespace hfhub::net {
namespace {

using runtime::Config;
using runtime::Option;

// A wait without end is no setting: 0 means the table's default.
int64_t finite_ms(const Config& config, Option option) {
  const int64_t value = config.duration_ms(option);
  return value > 0 ? value : std::max<int64_t>(Config().duration_ms(option), 1);
}

void plan_connections(Settings* out, uint64_t configured) {
  const uint64_t wanted = std::clamp<uint64_t>(configured, 1, 1024);
  const uint64_t reserve = std::clamp<uint64_t>(wanted / 8, 1, 8);
  out->max_streams = wanted > reserve ? wanted - reserve : 1;
  out->max_connections = std::max<uint64_t>(wanted, 2);
}

// 64 streams take at most three quarters of the budget, from 8 MiB (96 KiB each) to 128 MiB and more (1.5 MiB each).
void plan_memory(Settings* out, uint64_t budget_bytes) {
  const uint64_t window = std::clamp<uint64_t>(budget_bytes / 128, 64u << 10, 1u << 20);
  out->half_window_bytes = window / 2;
  out->receive_bytes = window / 4;
  out->stream_cost_bytes = window + 2 * out->receive_bytes;
  out->small_receive_bytes = std::min<uint64_t>(out->receive_bytes, 64u << 10);
  out->send_cost_bytes = 2 * out->small_receive_bytes;
  out->send_half_bytes = out->half_window_bytes;
  out->source_cost_bytes = window + kUploadBufferBytes + out->send_cost_bytes;
  out->send_reserve_bytes = std::max(budget_bytes / 16, out->send_cost_bytes);
}

}  // namespace

Settings Settings::from(const Config& config, uint64_t budget_bytes) {
  Settings out;
  out.user_agent =
      make_user_agent({config.text(Option::kUserAgent), HFHUB_VERSION, config.text(Option::kUserAgentOrigin)});
  out.http_proxy = config.text(Option::kHttpProxy);
  out.https_proxy = config.text(Option::kHttpsProxy);
  out.no_proxy = config.text(Option::kNoProxy);
  out.ca_file = config.text(Option::kCaFile);
  out.ca_dir = config.text(Option::kCaDir);
  out.offline = config.flag(Option::kOffline);
  out.http2 = config.flag(Option::kHttp2);
  out.log_requests = config.flag(Option::kDebug);
  out.request_timeout_ms = finite_ms(config, Option::kRequestTimeout);
  out.connect_timeout_ms = finite_ms(config, Option::kConnectTimeout);
  out.stall_timeout_ms = finite_ms(config, Option::kStallTimeout);
  const double stall_bytes =
      static_cast<double>(config.bytes(Option::kStallSpeed)) * static_cast<double>(out.stall_timeout_ms) / 1000.0;
  out.stall_bytes = std::max<uint64_t>(1, static_cast<uint64_t>(std::min(stall_bytes, 1e15)));
  plan_connections(&out, config.count(Option::kMaxConnections));
  plan_memory(&out, budget_bytes);
  out.retry.retries = config.count(Option::kRetries);
  out.retry.delay_ms = config.duration_ms(Option::kRetryDelay);
  out.retry.delay_max_ms = std::max(out.retry.delay_ms, config.duration_ms(Option::kRetryDelayMax));
  out.retry.server_delay_max_ms = config.duration_ms(Option::kRetryAfterMax);
  out.token_origins = TokenOrigins(config.text(Option::kEndpoint));
  return out;
}

}  // namespace hfhub::net
