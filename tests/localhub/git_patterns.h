// The patterns of .gitattributes and .gitignore, matched as git matches them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace localhub {

/// `*` and `?` stop at slashes, `**` between slashes does not; `[a-z]` and `\` as in a shell.
bool wildmatch(std::string_view pattern, std::string_view path);

struct GitPattern {
  std::string text;
  bool anchored = false;  // compared with the whole path, otherwise with its last name
  bool only_folders = false;
  bool negated = false;

  bool matches(std::string_view path) const;
};

/// The text of one .gitattributes at the root; only its `filter` is of interest.
class GitAttributes {
 public:
  enum class Filter { kUnsaid, kLfs, kOther };

  explicit GitAttributes(std::string_view text);
  /// What the last line about this path says.
  Filter filter_of(std::string_view path) const;

 private:
  struct Line {
    GitPattern pattern;
    Filter filter;
  };
  std::vector<Line> lines_;
};

/// The text of one .gitignore at the root.
class GitIgnore {
 public:
  explicit GitIgnore(std::string_view text);
  /// A file below an ignored folder is ignored, whatever later lines say.
  bool ignores(std::string_view path) const;

 private:
  bool says_ignore(std::string_view path, bool is_folder) const;

  std::vector<GitPattern> patterns_;
};

}  // namespace localhub
