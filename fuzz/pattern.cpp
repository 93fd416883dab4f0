// base/pattern.h: laws that hold for every pattern (that the answers are Python's is tests/interop/fnmatch_test.py).
// The input is a pattern, a line end, a path.
#include "base/pattern.h"

#include "base/text.h"
#include "require.h"

using namespace hfhub;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 2000) return 0;  // quadratic at worst; more bytes find nothing new
  const std::string_view text = input_text(data, size);
  const std::string pattern(text.substr(0, text.find('\n')));
  const std::string path(text.size() > pattern.size() ? text.substr(pattern.size() + 1) : "");

  const bool matches = fnmatch_like_python(pattern, path);
  const Pattern compiled(pattern);
  REQUIRE(compiled.matches(path) == matches);
  REQUIRE(fnmatch_like_python("*", path));
  const bool classes = pattern.find('[') != std::string::npos;  // a "*" in there may be the end of a range
  if (!classes) REQUIRE(fnmatch_like_python("*" + replace_all(pattern, "*", "**"), path) || !matches);
  const bool literal = pattern.find_first_of("*?[") == std::string::npos;
  if (literal) REQUIRE(matches == (pattern == path));
  if (literal) REQUIRE(fnmatch_like_python("*" + pattern + "?", "x" + pattern + "y"));

  const std::vector<std::string> list{pattern}, none;
  const bool allowed = PathFilter(list, std::nullopt).accepts(path);
  REQUIRE(PathFilter(std::nullopt, list).accepts(path) == !allowed);
  REQUIRE(!PathFilter(list, list).accepts(path));
  REQUIRE(!PathFilter(none, std::nullopt).accepts(path));
  REQUIRE(PathFilter(std::nullopt, none).accepts(path));
  const bool plain = (pattern + path).find('\\') == std::string::npos && !pattern.ends_with('/');
  if (plain) REQUIRE(allowed == matches);
  return 0;
}
