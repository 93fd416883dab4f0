// Text that people read: sizes, times, and names from elsewhere made harmless for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

// Reads one UTF-8 code point and moves `at` behind it. A byte that is no valid UTF-8 comes back as 0xDC00 + byte.
char32_t next_point(std::string_view text, size_t& at);
// Code points, as Python's len.
size_t length(std::string_view text);
// The first `points` code points.
std::string_view head(std::string_view text, size_t points);

// Control characters and other unprintable ones as \n, \x1b, \u200b.
std::string escape_unprintable(std::string_view text);
// The same, after every run of white space has become one space.
std::string single_line(std::string_view text);

// 999 is "999.0", 1000 "1.0K".
std::string size_text(int64_t bytes);
// "1.2 GB", for progress.
std::string bytes_text(uint64_t bytes);
// "0:07", "1:02:03".
std::string duration_text(int64_t seconds);
// "a few seconds ago", "3 weeks ago"; both in seconds since 1970.
std::string since_text(double then, double now);

// Breaks `text` at spaces into lines of at most `width` characters, each behind `indent` spaces but the first.
std::string wrap(std::string_view text, size_t indent, size_t width);

}  // namespace cli
