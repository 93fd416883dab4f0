#include "git_patterns.h"

#include <algorithm>
#include <cctype>

#include "text.h"

namespace localhub {
namespace {

/// One comparison: positions into both texts, and a way back for every star.
class Match {
 public:
  Match(std::string_view pattern, std::string_view path) : pattern_(pattern), path_(path) {}

  bool from(size_t p, size_t t) const {
    while (p < pattern_.size()) {
      if (pattern_[p] == '*') return star(p, t);
      if (t == path_.size()) return false;
      if (pattern_[p] == '[') {
        if (!one_of(p, path_[t])) return false;
      } else if (pattern_[p] == '?') {
        if (path_[t] == '/') return false;
        ++p;
      } else {
        if (pattern_[p] == '\\' && p + 1 < pattern_.size()) ++p;
        if (pattern_[p++] != path_[t]) return false;
      }
      ++t;
    }
    return t == path_.size();
  }

 private:
  bool star(size_t p, size_t t) const {
    size_t after = p;
    while (after < pattern_.size() && pattern_[after] == '*') ++after;
    bool starts_name = p == 0 || pattern_[p - 1] == '/';
    bool ends_name = after == pattern_.size() || pattern_[after] == '/';
    bool crosses = after - p > 1 && starts_name && ends_name;
    if (crosses && after == pattern_.size()) return true;
    if (crosses && from(after + 1, t)) return true;  // "**/" may be no folder at all
    for (; t <= path_.size(); ++t) {
      if (from(after, t)) return true;
      if (t < path_.size() && path_[t] == '/' && !crosses) return false;
    }
    return false;
  }

  /// Whether `c` is in the set at pattern_[p]; moves `p` behind the set. A set without an end holds nothing.
  bool one_of(size_t& p, char c) const {
    size_t at = p + 1;
    bool inverse = at < pattern_.size() && (pattern_[at] == '!' || pattern_[at] == '^');
    if (inverse) ++at;
    bool found = false;
    for (size_t first = at; at < pattern_.size() && (pattern_[at] != ']' || at == first);) {
      if (pattern_.substr(at, 2) == "[:") {
        found |= named_class(at, c);
        continue;
      }
      char low = literal(at), high = low;
      if (at + 1 < pattern_.size() && pattern_[at] == '-' && pattern_[at + 1] != ']') high = literal(++at);
      found |= low <= c && c <= high;
    }
    if (at >= pattern_.size()) return false;
    p = at + 1;
    return found != inverse && c != '/';
  }

  char literal(size_t& at) const {
    if (pattern_[at] == '\\' && at + 1 < pattern_.size()) ++at;
    return pattern_[at++];
  }

  bool named_class(size_t& at, char c) const {
    size_t end = pattern_.find(":]", at);
    std::string_view name = pattern_.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    at = end == std::string_view::npos ? pattern_.size() : end + 2;
    static constexpr struct {
      std::string_view name;
      int (*holds)(int);
    } kClasses[] = {{"alnum", std::isalnum}, {"alpha", std::isalpha}, {"blank", std::isblank},
                    {"cntrl", std::iscntrl}, {"digit", std::isdigit}, {"graph", std::isgraph},
                    {"lower", std::islower}, {"print", std::isprint}, {"punct", std::ispunct},
                    {"space", std::isspace}, {"upper", std::isupper}, {"xdigit", std::isxdigit}};
    for (const auto& known : kClasses)
      if (known.name == name) return known.holds(static_cast<unsigned char>(c)) != 0;
    return false;
  }

  std::string_view pattern_, path_;
};

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

GitPattern pattern_from(std::string_view text) {
  GitPattern out;
  if (!text.empty() && text.back() == '/') {
    out.only_folders = true;
    text.remove_suffix(1);
  }
  out.anchored = text.find('/') != std::string_view::npos;
  if (!text.empty() && text[0] == '/') text.remove_prefix(1);
  out.text = text;
  return out;
}

/// Trailing spaces do not count unless a backslash keeps the last one.
std::string_view without_trailing_spaces(std::string_view line) {
  while (!line.empty() && line.back() == ' ' && !(line.size() > 1 && line[line.size() - 2] == '\\'))
    line.remove_suffix(1);
  return line;
}

/// Takes the first word off `line`: up to white space, or quoted as C does.
std::string take_word(std::string_view& line) {
  line = trim(line);
  std::string out;
  size_t at = 0;
  if (!line.empty() && line[0] == '"') {
    for (at = 1; at < line.size() && line[at] != '"'; ++at) {
      if (line[at] == '\\' && at + 1 < line.size()) ++at;
      out += line[at];
    }
    at = std::min(at + 1, line.size());
  } else {
    at = std::min(line.find_first_of(" \t\r"), line.size());
    out = line.substr(0, at);
  }
  line.remove_prefix(at);
  return out;
}

}  // namespace

bool wildmatch(std::string_view pattern, std::string_view path) { return Match(pattern, path).from(0, 0); }

bool GitPattern::matches(std::string_view path) const { return wildmatch(text, anchored ? path : last_name(path)); }

GitAttributes::GitAttributes(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    std::string word = take_word(line);
    if (word.empty() || word[0] == '#' || word[0] == '!' || word.compare(0, 6, "[attr]") == 0) continue;
    Line parsed{pattern_from(word), Filter::kUnsaid};
    bool says = false;
    for (word = take_word(line); !word.empty(); word = take_word(line)) {
      bool about_filter =
          word == "filter" || word == "-filter" || word == "!filter" || word.compare(0, 7, "filter=") == 0;
      if (!about_filter) continue;
      says = true;
      parsed.filter = word == "filter=lfs" ? Filter::kLfs : word == "!filter" ? Filter::kUnsaid : Filter::kOther;
    }
    // A pattern for folders never matches a file here, other than in .gitignore.
    if (says && !parsed.pattern.only_folders) lines_.push_back(std::move(parsed));
  }
}

GitAttributes::Filter GitAttributes::filter_of(std::string_view path) const {
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
    if (line->pattern.matches(path)) return line->filter;
  return Filter::kUnsaid;
}

GitIgnore::GitIgnore(std::string_view text) {
  for (std::string_view line : split(text, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    line = without_trailing_spaces(line);
    if (line.empty() || line[0] == '#') continue;
    bool negated = line[0] == '!';
    if (negated) line.remove_prefix(1);
    GitPattern pattern = pattern_from(line);
    pattern.negated = negated;
    if (!pattern.text.empty()) patterns_.push_back(std::move(pattern));
  }
}

bool GitIgnore::says_ignore(std::string_view path, bool is_folder) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern)
    if ((is_folder || !pattern->only_folders) && pattern->matches(path)) return !pattern->negated;
  return false;
}

bool GitIgnore::ignores(std::string_view path) const {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    if (says_ignore(path.substr(0, slash), true)) return true;
  return says_ignore(path, false);
}

}  // namespace localhub
