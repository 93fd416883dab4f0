// base/url.h: a URL prints and parses as itself, a relative reference never leaves its origin, secrets are cut off.
#include "base/url.h"

#include "base/text.h"
#include "require.h"

using namespace hfhub;

namespace {

void check_parsed(const Url& url) {
  REQUIRE(url.scheme == "http" || url.scheme == "https");
  REQUIRE(!url.host.empty() && url.host.find_first_of("/?#@\\ ") == std::string::npos);
  REQUIRE(url.port > 0 && url.port <= 65535);
  REQUIRE(url.target.starts_with('/') && url.target.find('#') == std::string::npos);
  REQUIRE(!has_control_characters(url.str()));
  const auto again = parse_url(url.str());
  REQUIRE(again.ok() && again->same_origin(url) && again->target == url.target);
  REQUIRE(redacted(url.str()) == url.origin() + url.path());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  if (const auto url = parse_url(text); url.ok()) {
    check_parsed(*url);
  } else {
    REQUIRE(!has_control_characters(url.error().message));
  }

  const Url base = *parse_url("https://hub.example:8443/a/b/c?token=1");
  if (const auto joined = join_url(base, text); joined.ok()) {
    check_parsed(*joined);
    const bool absolute = starts_with_ignoring_case(text, "http://") || starts_with_ignoring_case(text, "https://");
    if (!absolute && !text.starts_with("//")) REQUIRE(joined->same_origin(base));
    if (absolute) REQUIRE(parse_url(text)->str() == joined->str());
  }

  const std::string shown = redacted(text);
  REQUIRE(shown.find_first_of("?#") == std::string::npos);
  REQUIRE(redacted("https://user:" + percent_encode(text) + "@h/p") == "https://h/p");

  REQUIRE(percent_decode(percent_encode(text)) == text);
  REQUIRE(percent_decode(percent_encode(text, "/")) == text);
  REQUIRE(percent_decode(text).size() <= text.size());
  return 0;
}
