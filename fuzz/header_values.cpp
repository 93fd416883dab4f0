// net/header_values.h: what a server writes into headers stays within bounds and points into the text it came from.
#include "net/header_values.h"

#include "net/redirect.h"
#include "net/retry.h"
#include "require.h"

using namespace hfhub;
using namespace hfhub::net;

namespace {

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kLongest = 1'000'000'000'000;  // ms

void check_delays(std::string_view text) {
  if (const auto limit = parse_rate_limit(text)) {
    REQUIRE(limit->remaining <= 1'000'000'000 && limit->reset_seconds <= 1'000'000'000);
  }
  if (const auto delay = parse_retry_after(text, kNow)) REQUIRE(*delay >= 0 && *delay <= kLongest);
  if (const auto date = parse_http_date(text)) REQUIRE(*date >= 0 && *date < 253'402'400'000);
  Headers headers;
  headers.add_received("RateLimit", text);
  headers.add_received("Retry-After", text);
  const int64_t wish = server_delay_ms(headers, kNow);
  REQUIRE(wish == -1 || (wish >= 1000 && wish <= kLongest + 1000));
}

void check_range(std::string_view text) {
  const auto range = parse_content_range(text);
  if (!range) return;
  REQUIRE(range->satisfied || range->total);
  REQUIRE(!range->satisfied || range->first <= range->last);
  REQUIRE(!range->satisfied || !range->total || range->last < *range->total);
}

void check_redirect(std::string_view location) {
  const TokenOrigins origins("https://hub.example");
  const Hop hop{Method::kGet, *parse_url("https://hub.example/a/b?c"), {}, {}};
  const auto next = plan_redirect(hop, Redirects::kFollow, 302, location, origins, 0);
  if (!next.ok()) REQUIRE(next.error().code == Code::kProtocol);
  if (next.ok() && *next) REQUIRE((*next)->url.scheme == "https");
  const auto near = plan_redirect(hop, Redirects::kSameSiteOnly, 302, location, origins, 0);
  if (near.ok() && *near) REQUIRE((*near)->url.same_origin(hop.url));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  check_delays(text);
  check_range(text);
  check_redirect(text);
  for (const char* relation : {"next", "xet-auth"}) {
    if (const auto target = parse_link(text, relation)) REQUIRE(text.find("<" + *target + ">") != text.npos);
  }
  return 0;
}
