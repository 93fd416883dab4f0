// Header values that steer the client, as pure functions: what a server sends is hostile until it has passed here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hfhub::net {

// RateLimit: "api";r=0;t=55
struct RateLimit {
  std::string resource;
  uint64_t remaining = 0;
  uint64_t reset_seconds = 0;
};
// Of several items, the first that is used up, else the first. At most 1e9 for each number.
std::optional<RateLimit> parse_rate_limit(std::string_view value);

// Seconds (digits only) or an HTTP date in any of its three forms, as milliseconds from `now_seconds` (since 1970).
// A date in the past is 0.
std::optional<int64_t> parse_retry_after(std::string_view value, int64_t now_seconds);

// Seconds since 1970 of an HTTP date.
std::optional<int64_t> parse_http_date(std::string_view value);

// Content-Range: bytes 0-99/1000, bytes 0-99/*, bytes */1000
struct ContentRange {
  bool satisfied = true;  // false for "bytes */1000": no range, only the total
  uint64_t first = 0;
  uint64_t last = 0;  // inclusive
  std::optional<uint64_t> total;
};
// Only consistent ranges: first <= last < total.
std::optional<ContentRange> parse_content_range(std::string_view value);

// Link: <target>; rel="next", ... The target of the first link with relation `relation`, verbatim.
std::optional<std::string> parse_link(std::string_view value, std::string_view relation);
std::optional<std::string> parse_link_next(std::string_view value);

}  // namespace hfhub::net
