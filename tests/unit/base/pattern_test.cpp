#include "base/pattern.h"

#include <gtest/gtest.h>

#include <chrono>

namespace hfhub {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};

// What Python 3.11's fnmatch.fnmatchcase answers; tests/interop/fnmatch_test.py compares many more.
constexpr Case kCases[] = {
    {"", "", true},
    {"", "a", false},
    {"*", "", true},
    {"*.json", "config.json", true},
    {"*.json", "a/b/config.json", true},
    {"*.json", "config.JSON", false},
    {"data/*.json", "data/sub/x.json", true},
    {"?", "\xC3\xA9", true},
    {"?", "/", true},
    {"?", "", false},
    {"??", "\xF0\x9F\x98\x80", false},
    {".*", ".gitattributes", true},
    {"a*b*c", "aXbYbZc", true},
    {"a*b*c", "aXbYbZ", false},
    {"**", "a/b", true},
    {"[abc]", "b", true},
    {"[!abc]", "b", false},
    {"[!abc]", "/", true},
    {"[a-c]", "b", true},
    {"[a-c]", "d", false},
    {"[c-a]", "b", false},
    {"[!c-a]", "b", true},
    {"[]]", "]", true},
    {"[!]]", "]", false},
    {"[]-a]", "_", true},
    {"[a-]", "-", true},
    {"[-a]", "-", true},
    {"[a-c-e]", "d", false},
    {"[a-c-e]", "-", true},
    {"[^a]", "^", true},
    {"[^a]", "b", false},
    {"[\\]", "\\", true},
    {"\\*", "\\x", true},
    {"[", "[", true},
    {"[abc", "[abc", true},
    {"[]", "[]", true},
    {"[!]", "[!]", true},
    {"[[]", "[", true},
    {"[&&~~||]", "|", true},
    {"[\xC3\xA0-\xC3\xBF]", "\xC3\xA9", true},
    {"[b-a!-c]", "b", true},
    {"[b-a!-c]", "c", false},
    {"\xFF", "\xFF", true},
    {"?", "\xFF", true},
};

TEST(Pattern, MeansWhatPythonMeans) {
  for (const Case& c : kCases) {
    EXPECT_EQ(fnmatch_like_python(c.pattern, c.path), c.matches) << c.pattern << " on " << c.path;
  }
}

TEST(Pattern, TakesNoExponentialTime) {
  std::string pattern, path(3000, 'a');
  for (int i = 0; i < 200; ++i) pattern += "*a";
  pattern += "b";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(fnmatch_like_python(pattern, path));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

using List = std::vector<std::string>;

TEST(PathFilter, LetsEverythingPassWithoutLists) {
  EXPECT_TRUE(PathFilter().accepts("a/b"));
  EXPECT_TRUE(PathFilter(std::nullopt, std::nullopt).accepts("a/b"));
}

TEST(PathFilter, NeedsOneAllowedAndNoIgnored) {
  const List allow{"*.json", "docs/*"}, ignore{"*secret*"};
  const PathFilter filter(allow, ignore);
  EXPECT_TRUE(filter.accepts("config.json"));
  EXPECT_TRUE(filter.accepts("docs/a/b.md"));
  EXPECT_FALSE(filter.accepts("model.safetensors"));
  EXPECT_FALSE(filter.accepts("docs/secret.json"));
}

TEST(PathFilter, AnEmptyAllowListAllowsNothing) {
  const List none;
  EXPECT_FALSE(PathFilter(none, std::nullopt).accepts("a"));
  EXPECT_TRUE(PathFilter(std::nullopt, none).accepts("a"));
}

TEST(PathFilter, AFolderMeansEverythingBelow) {
  const List allow{"data/"};
  const PathFilter filter(allow, std::nullopt);
  EXPECT_TRUE(filter.accepts("data/x/y"));
  EXPECT_FALSE(filter.accepts("data"));
  EXPECT_FALSE(filter.accepts("database/x"));
}

TEST(PathFilter, BackslashesAreSlashes) {
  const List allow{"data\\"}, ignore{"data\\x\\*"};
  const PathFilter filter(allow, ignore);
  EXPECT_TRUE(filter.accepts("data/y"));
  EXPECT_TRUE(filter.accepts("data\\y"));
  EXPECT_FALSE(filter.accepts("data/x/z"));
}

}  // namespace
}  // namespace hfhub
