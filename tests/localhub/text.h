// Small text tools of the server: percent coding, queries, globs, dates, base64, hex.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace localhub {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Decodes %XX; with `plus_is_space` also the form encoding's '+'. Broken escapes stay as they are.
std::string percent_decode(std::string_view text, bool plus_is_space = false);
/// Encodes everything but unreserved characters and those listed in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");
Pairs parse_query(std::string_view query);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool is_hex(std::string_view text);
/// How many bytes at the front are whole UTF-8 characters.
size_t utf8_prefix(std::string_view text);
/// `*` matches any run of characters, slashes included; `?` one character.
bool glob_match(std::string_view pattern, std::string_view text);

std::string to_hex(const unsigned char* bytes, size_t count);
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
std::optional<int64_t> parse_int(std::string_view text);

int64_t now_ms();
/// 2024-05-01T12:00:00.000Z
std::string iso_date(int64_t ms);
/// Wed, 01 May 2024 12:00:00 GMT
std::string http_date(int64_t ms);
/// 20240501T120000Z, the form of X-Amz-Date.
std::string compact_date(int64_t seconds);
std::optional<int64_t> parse_compact_date(std::string_view text);

}  // namespace localhub
