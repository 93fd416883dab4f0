// Shell patterns with the meaning of Python's fnmatch, and the allow and ignore lists made of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hfhub {

// A compiled pattern. `*` matches any text, `/` included; `?` one code point; `[seq]` and `[!seq]` one code point (not)
// among those listed; nothing escapes. Bytes that are not UTF-8 count as one code point each.
class Pattern {
 public:
  explicit Pattern(std::string_view text);
  bool matches(std::string_view path) const;

 private:
  using Range = std::pair<char32_t, char32_t>;  // both ends included
  struct Token {
    enum class Kind { kAnyText, kOneOf, kNoneOf } kind;  // `?` is none of nothing
    std::vector<Range> ranges;
  };
  static Token parse_class(std::u32string_view inside);
  static bool accepts(const Token& token, char32_t point);

  std::vector<Token> tokens_;
};

// Python's fnmatch.fnmatchcase(path, pattern).
bool fnmatch_like_python(std::string_view pattern, std::string_view path);

// Which files of a repository a call is about, as huggingface_hub reads allow_patterns and ignore_patterns: a path passes
// when one of the allow patterns matches (no list: always; an empty list: never) and none of the ignore patterns does. A
// pattern that ends in `/` means everything below it; `\` means `/`, in patterns and paths.
class PathFilter {
 public:
  using Patterns = std::optional<std::span<const std::string>>;

  PathFilter() = default;  // lets everything pass
  PathFilter(Patterns allow, Patterns ignore);
  bool accepts(std::string_view path) const;

 private:
  std::optional<std::vector<Pattern>> allow_;
  std::vector<Pattern> ignore_;
};

}  // namespace hfhub
