#include "net/header_values.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hfhub::net {
namespace {

constexpr uint64_t kLargestCount = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from the left; every step either matches and advances or leaves the cursor where it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  void skip_spaces() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::string_view take_until(std::string_view stops) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(stops));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::optional<uint64_t> take_number() {
    size_t end = 0;
    while (end < rest_.size() && is_digit(rest_[end])) ++end;
    const auto number = parse_uint64(rest_.substr(0, end));
    if (!number.ok()) return std::nullopt;
    rest_.remove_prefix(end);
    return *number;
  }
  // "text" with backslash escapes; nullopt when it does not start or end with a quote.
  std::optional<std::string> take_quoted() {
    if (rest_.empty() || rest_[0] != '"') return std::nullopt;
    std::string out;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return out;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      out += rest_[i];
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

// One `"name";r=0;t=5`, ending before a comma or the end.
std::optional<RateLimit> take_rate_limit(Cursor* cursor) {
  RateLimit limit;
  bool has_remaining = false;
  bool has_reset = false;
  cursor->skip_spaces();
  auto name = cursor->take_quoted();
  if (!name) return std::nullopt;
  limit.resource = std::move(*name);
  for (cursor->skip_spaces(); cursor->take(';'); cursor->skip_spaces()) {
    cursor->skip_spaces();
    const std::string_view key = trim(cursor->take_until("=;,"));
    if (!cursor->take('=')) continue;
    cursor->skip_spaces();
    const auto number = cursor->take_number();
    if (!number || *number > kLargestCount) {
      cursor->take_until(";,");
      continue;
    }
    if (key == "r") limit.remaining = *number, has_remaining = true;
    if (key == "t") limit.reset_seconds = *number, has_reset = true;
  }
  if (!has_remaining || !has_reset) return std::nullopt;
  return limit;
}

// Days from 1970-01-01 to a date of the Gregorian calendar, counting years from March.
int64_t days_from_civil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

struct DateParts {
  uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

bool take_month(Cursor* cursor, uint64_t* month) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (!cursor->take(kMonths[i])) continue;
    *month = i + 1;
    return true;
  }
  return false;
}

bool take_number_into(Cursor* cursor, uint64_t* out) {
  const auto number = cursor->take_number();
  if (!number || *number > 9999) return false;
  *out = *number;
  return true;
}

bool take_time(Cursor* cursor, DateParts* date) {
  return take_number_into(cursor, &date->hour) && cursor->take(':') && take_number_into(cursor, &date->minute) &&
         cursor->take(':') && take_number_into(cursor, &date->second);
}

// "06 Nov 1994 08:49:37 GMT" or "06-Nov-94 08:49:37 GMT", after the week day and its comma.
bool take_comma_date(Cursor* cursor, DateParts* date) {
  cursor->skip_spaces();
  if (!take_number_into(cursor, &date->day)) return false;
  const char separator = cursor->take('-') ? '-' : ' ';
  if (separator == ' ' && !cursor->take(' ')) return false;
  if (!take_month(cursor, &date->month) || !cursor->take(separator) || !take_number_into(cursor, &date->year)) {
    return false;
  }
  if (date->year < 100) date->year += date->year < 70 ? 2000 : 1900;
  return cursor->take(' ') && take_time(cursor, date) && cursor->take(" GMT");
}

// "Nov  6 08:49:37 1994", after the week day and its space.
bool take_asctime_date(Cursor* cursor, DateParts* date) {
  cursor->skip_spaces();
  if (!take_month(cursor, &date->month)) return false;
  cursor->skip_spaces();
  return take_number_into(cursor, &date->day) && cursor->take(' ') && take_time(cursor, date) && cursor->take(' ') &&
         take_number_into(cursor, &date->year);
}

bool relation_matches(std::string_view list, std::string_view relation) {
  for (std::string_view word : split(list, ' ')) {
    if (equal_ignoring_case(word, relation)) return true;
  }
  return false;
}

// The parameters of one link, up to its comma or the end; true when one of them is the wanted relation.
bool take_link_parameters(Cursor* cursor, std::string_view relation) {
  bool found = false;
  bool first_relation = true;  // RFC 8288: a second rel parameter must be ignored
  for (cursor->skip_spaces(); cursor->take(';'); cursor->skip_spaces()) {
    cursor->skip_spaces();
    const std::string_view key = trim(cursor->take_until("=;,"));
    if (!cursor->take('=')) continue;
    cursor->skip_spaces();
    std::string value;
    if (auto quoted = cursor->take_quoted()) value = std::move(*quoted);
    else value = trim(cursor->take_until(";,"));
    if (!equal_ignoring_case(key, "rel") || !first_relation) continue;
    first_relation = false;
    found = relation_matches(value, relation);
  }
  return found;
}

}  // namespace

std::optional<RateLimit> parse_rate_limit(std::string_view value) {
  std::optional<RateLimit> first;
  Cursor cursor(value);
  while (!cursor.at_end()) {
    auto limit = take_rate_limit(&cursor);
    if (limit && limit->remaining == 0) return limit;
    if (limit && !first) first = std::move(limit);
    cursor.take_until(",");
    cursor.take(',');
  }
  return first;
}

std::optional<int64_t> parse_retry_after(std::string_view value, int64_t now_seconds) {
  value = trim(value);
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_digit)) {
    const auto seconds = parse_uint64(value);
    // A number too large to hold is still a number: "very long".
    const uint64_t bounded = seconds.ok() ? std::min(*seconds, kLargestCount) : kLargestCount;
    return static_cast<int64_t>(bounded) * 1000;
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  const int64_t seconds = std::clamp<int64_t>(*date - now_seconds, 0, kLargestCount);
  return seconds * 1000;
}

std::optional<int64_t> parse_http_date(std::string_view value) {
  Cursor cursor(trim(value));
  const std::string_view week_day = cursor.take_until(", ");
  if (week_day.size() < 3) return std::nullopt;
  DateParts date;
  const bool matched = cursor.take(',') ? take_comma_date(&cursor, &date) : take_asctime_date(&cursor, &date);
  const bool in_range = date.month >= 1 && date.day >= 1 && date.day <= 31 && date.hour <= 23 && date.minute <= 59 &&
                        date.second <= 60 && date.year >= 1970;
  if (!matched || !cursor.at_end() || !in_range) return std::nullopt;
  const int64_t days = days_from_civil(static_cast<int64_t>(date.year), static_cast<int64_t>(date.month),
                                       static_cast<int64_t>(date.day));
  return days * 86400 + static_cast<int64_t>(date.hour * 3600 + date.minute * 60 + date.second);
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
  value = trim(value);
  if (!starts_with_ignoring_case(value, "bytes")) return std::nullopt;
  Cursor cursor(value.substr(5));
  if (!cursor.take(' ')) return std::nullopt;
  cursor.skip_spaces();
  ContentRange range;
  range.satisfied = !cursor.take('*');
  if (range.satisfied) {
    const auto first = cursor.take_number();
    if (!first || !cursor.take('-')) return std::nullopt;
    const auto last = cursor.take_number();
    if (!last || *last < *first) return std::nullopt;
    range.first = *first;
    range.last = *last;
  }
  if (!cursor.take('/')) return std::nullopt;
  const bool unknown_total = cursor.take('*');
  if (!unknown_total) {
    range.total = cursor.take_number();
    if (!range.total || (range.satisfied && range.last >= *range.total)) return std::nullopt;
  }
  if (!cursor.at_end() || (unknown_total && !range.satisfied)) return std::nullopt;
  return range;
}

std::optional<std::string> parse_link(std::string_view value, std::string_view relation) {
  Cursor cursor(value);
  while (!cursor.at_end()) {
    cursor.take_until("<");
    if (!cursor.take('<')) break;
    const std::string_view target = cursor.take_until(">");
    if (!cursor.take('>')) break;
    if (take_link_parameters(&cursor, relation)) return std::string(target);
  }
  return std::nullopt;
}

std::optional<std::string> parse_link_next(std::string_view value) { return parse_link(value, "next"); }

}  // namespace hfhub::net
