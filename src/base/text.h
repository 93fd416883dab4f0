// Text: trimming, splitting, UTF-8, and the spellings of sizes, durations and booleans that options accept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hfhub {

std::string_view trim(std::string_view text);                                // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);  // keeps empty parts
std::string to_lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::string replace_all(std::string text, std::string_view from, std::string_view to);  // `from` is not empty

size_t utf8_sequence_length(std::string_view text);   // of the sequence at the start; 0 when there is no valid one
char32_t utf8_code_point(std::string_view sequence);  // of one valid sequence
bool is_valid_utf8(std::string_view text);
std::string to_valid_utf8(std::string_view text);    // every invalid byte replaced by U+FFFD
bool has_control_characters(std::string_view text);  // any byte < 0x20 or 0x7f
// `text` with control characters and invalid UTF-8 shown as \xNN, for messages and terminals.
std::string printable(std::string_view text);

// Python's repr of a finite float: "1712656091.123", "1.0", "1e-05", "1e+16".
std::string shortest_decimal(double value);
Result<uint64_t> parse_uint64(std::string_view text);  // decimal digits only
// "64MiB", "2 GB", "16kb", "1.5G", "4096": bytes. KiB/MiB/GiB/TiB are powers of 1024, K/KB.. powers of 1000.
Result<uint64_t> parse_byte_size(std::string_view text);
// "20s", "500ms", "2m", "1.5": milliseconds; a bare number is seconds.
Result<int64_t> parse_duration_ms(std::string_view text);
bool parse_bool_like_python_client(std::string_view text);  // 1, ON, YES, TRUE in any case; everything else is false
Result<bool> parse_bool(std::string_view text);             // strict: also 0, OFF, NO, FALSE; else an error

// The member of `known` closest to `text` by edit distance, or "" when none is near enough to be meant.
std::string_view nearest(std::string_view text, std::span<const std::string_view> known);

}  // namespace hfhub
