#include "base/pattern.h"

#include <algorithm>

#include "base/text.h"

namespace hfhub {
namespace {

constexpr auto kNone = std::u32string_view::npos;

// Python shows an undecodable byte to fnmatch as a lone surrogate: distinct from every real code point.
constexpr char32_t kUndecodable = 0xDC00;

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    out += length > 0 ? utf8_code_point(text.substr(0, length)) : kUndecodable + static_cast<uint8_t>(text[0]);
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

// Where the class that opens at `open` ends (its `]`), or kNone. A `]` right after `[` or `[!` is a member, not the end.
size_t class_end(std::u32string_view pattern, size_t open) {
  size_t at = open + 1;
  if (at < pattern.size() && pattern[at] == U'!') ++at;
  if (at < pattern.size() && pattern[at] == U']') ++at;
  return pattern.find(U']', at);
}

// Cuts the inside of a class at those hyphens that make ranges: not a first or last one, nor one right behind a range.
std::vector<std::u32string> split_at_ranges(std::u32string_view inside) {
  std::vector<std::u32string> chunks;
  size_t begin = 0;
  for (size_t at = inside[0] == U'!' ? 2 : 1; (at = inside.find(U'-', at)) != kNone; at += 3) {
    chunks.emplace_back(inside.substr(begin, at - begin));
    begin = at + 1;
  }
  if (begin < inside.size() || chunks.empty()) chunks.emplace_back(inside.substr(begin));
  else chunks.back() += U'-';
  return chunks;
}

// A range that runs backwards holds nothing: both its ends go away. From the back, as Python does it: what is left of two
// chunks may become the end of another range.
void drop_backward_ranges(std::vector<std::u32string>* chunks) {
  for (size_t i = chunks->size() - 1; i > 0; --i) {
    std::u32string& left = (*chunks)[i - 1];
    const std::u32string& right = (*chunks)[i];
    if (left.back() <= right.front()) continue;
    left.pop_back();
    left += right.substr(1);
    chunks->erase(chunks->begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::string with_slashes(std::string_view text) { return replace_all(std::string(text), "\\", "/"); }

std::vector<Pattern> compile(std::span<const std::string> texts) {
  std::vector<Pattern> patterns;
  patterns.reserve(texts.size());
  for (const std::string& text : texts) {
    std::string pattern = with_slashes(text);
    if (pattern.ends_with('/')) pattern += '*';
    patterns.emplace_back(pattern);
  }
  return patterns;
}

bool any_matches(const std::vector<Pattern>& patterns, std::string_view path) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) { return pattern.matches(path); });
}

}  // namespace

Pattern::Pattern(std::string_view text) {
  const std::u32string points = to_code_points(text);
  for (size_t i = 0; i < points.size(); ++i) {
    const char32_t point = points[i];
    const size_t end = point == U'[' ? class_end(points, i) : kNone;
    if (point == U'*') {
      const bool repeated = !tokens_.empty() && tokens_.back().kind == Token::Kind::kAnyText;
      if (!repeated) tokens_.push_back({Token::Kind::kAnyText, {}});
    } else if (point == U'?') {
      tokens_.push_back({Token::Kind::kNoneOf, {}});
    } else if (end != kNone) {
      tokens_.push_back(parse_class(std::u32string_view(points).substr(i + 1, end - i - 1)));
      i = end;
    } else {
      tokens_.push_back({Token::Kind::kOneOf, {{point, point}}});
    }
  }
}

Pattern::Token Pattern::parse_class(std::u32string_view inside) {
  std::vector<std::u32string> chunks = split_at_ranges(inside);
  drop_backward_ranges(&chunks);
  Token token{Token::Kind::kOneOf, {}};
  if (chunks[0].starts_with(U'!')) {
    token.kind = Token::Kind::kNoneOf;
    chunks[0].erase(0, 1);
    // `[b-a!-c]`: dropping b-a puts the `!` first, and the hyphen behind it is then a plain member.
    if (chunks[0].empty() && chunks.size() > 1) {
      chunks[1].insert(0, 1, U'-');
      chunks.erase(chunks.begin());
    }
  }
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (i > 0) token.ranges.emplace_back(chunks[i - 1].back(), chunks[i].front());
    for (char32_t point : chunks[i]) token.ranges.emplace_back(point, point);
  }
  return token;
}

bool Pattern::accepts(const Token& token, char32_t point) {
  const bool listed = std::any_of(token.ranges.begin(), token.ranges.end(),
                                  [&](const Range& range) { return range.first <= point && point <= range.second; });
  return listed == (token.kind == Token::Kind::kOneOf);
}

// Every token but `*` takes exactly one code point, so only the last `*` passed ever needs to take more: no recursion, and
// at most pattern times path steps.
bool Pattern::matches(std::string_view path) const {
  const std::u32string points = to_code_points(path);
  size_t token = 0, point = 0;
  size_t after_star = kNone, star_end = 0;
  while (point < points.size()) {
    const bool at_star = token < tokens_.size() && tokens_[token].kind == Token::Kind::kAnyText;
    if (at_star) {
      after_star = ++token;
      star_end = point;
    } else if (token < tokens_.size() && accepts(tokens_[token], points[point])) {
      ++token;
      ++point;
    } else if (after_star != kNone) {
      token = after_star;
      point = ++star_end;
    } else {
      return false;
    }
  }
  if (token < tokens_.size() && tokens_[token].kind == Token::Kind::kAnyText) ++token;
  return token == tokens_.size();
}

bool fnmatch_like_python(std::string_view pattern, std::string_view path) { return Pattern(pattern).matches(path); }

PathFilter::PathFilter(Patterns allow, Patterns ignore) {
  if (allow) allow_ = compile(*allow);
  if (ignore) ignore_ = compile(*ignore);
}

bool PathFilter::accepts(std::string_view path) const {
  const std::string normal = with_slashes(path);
  if (allow_ && !any_matches(*allow_, normal)) return false;
  return !any_matches(ignore_, normal);
}

}  // namespace hfhub
