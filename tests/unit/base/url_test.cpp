#include "base/url.h"

#include <gtest/gtest.h>

#include <utility>

namespace hfhub {
namespace {

TEST(ParseUrl, TakesTheTextApart) {
  const Url url = *parse_url("HTTPS://Hub.Example:8443/a/b%20c?x=1&y=%2F#part");
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "hub.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.target, "/a/b%20c?x=1&y=%2F");
  EXPECT_EQ(url.path(), "/a/b%20c");
  EXPECT_EQ(url.query(), "x=1&y=%2F");
  EXPECT_EQ(url.origin(), "https://hub.example:8443");
  EXPECT_EQ(url.str(), "https://hub.example:8443/a/b%20c?x=1&y=%2F");
}

TEST(ParseUrl, FillsInDefaults) {
  EXPECT_EQ(parse_url("https://h")->str(), "https://h/");
  EXPECT_EQ(parse_url("http://h?q")->target, "/?q");
  EXPECT_EQ(parse_url("http://h#f")->target, "/");
  EXPECT_EQ(parse_url("http://h:80/")->origin(), "http://h");
  EXPECT_EQ(parse_url("http://h:/")->port, 80);
  EXPECT_EQ(parse_url("https://h:443")->origin(), "https://h");
  EXPECT_EQ(parse_url("http://h:443")->origin(), "http://h:443");
}

TEST(ParseUrl, KnowsAddresses) {
  EXPECT_EQ(parse_url("http://127.0.0.1:8080/x")->host, "127.0.0.1");
  const Url url = *parse_url("http://[2001:DB8::1]:8080/x");
  EXPECT_EQ(url.host, "[2001:db8::1]");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(parse_url("https://[::1]")->origin(), "https://[::1]");
}

TEST(ParseUrl, RefusesWhatIsNoUsableUrl) {
  for (const char* bad : {"",
                          "h",
                          "/x",
                          "//h/x",
                          "ftp://h/",
                          "file:///etc/passwd",
                          "https://",
                          "https:///x",
                          "https://?q",
                          "https://:80/",
                          "https://user@h/",
                          "https://user:secret@h/",
                          "https://h:0/",
                          "https://h:65536/",
                          "https://h:x/",
                          "https://h:-1/",
                          "https://h/a b",
                          "https://h/a\n",
                          "https://h\\@evil/",
                          "https://h/\\x",
                          "https://h\x7f/",
                          "https://[::1/",
                          "https://::1/",
                          "https://h:80:80/",
                          "https://[::1]x/",
                          "https://[]/",
                          "https://[x]/",
                          "https://a]/"}) {
    const auto url = parse_url(bad);
    ASSERT_FALSE(url.ok()) << bad;
    EXPECT_EQ(url.error().code, Code::kArgument);
  }
  EXPECT_FALSE(parse_url(std::string_view("https://h/\0x", 12)).ok());
}

TEST(ParseUrl, ErrorsHoldNoSecrets) {
  for (const char* bad : {"ftp://user:secret@h/x", "https://user:secret@h/", "https://u:secret@more@h/",
                          "https://h:x/?sig=secret", "user:secret@h", "https://h:x/#secret"}) {
    EXPECT_EQ(parse_url(bad).error().message.find("secret"), std::string::npos) << parse_url(bad).error().message;
  }
  EXPECT_NE(parse_url("https://h:x/path").error().message.find("'https://h:x/path'"), std::string::npos);
}

TEST(Url, SameOriginMeansSchemeHostAndPort) {
  const Url url = *parse_url("https://h/a");
  EXPECT_TRUE(url.same_origin(*parse_url("HTTPS://H:443/b?c")));
  EXPECT_FALSE(url.same_origin(*parse_url("http://h/a")));
  EXPECT_FALSE(url.same_origin(*parse_url("https://h:444/a")));
  EXPECT_FALSE(url.same_origin(*parse_url("https://h.example/a")));
}

// Section 5.4 of RFC 3986. Fragments go: no server ever sees one.
TEST(JoinUrl, ResolvesTheExamplesOfTheRfc) {
  const Url base = *parse_url("http://a/b/c/d;p?q");
  const std::pair<const char*, const char*> examples[] = {{"g", "http://a/b/c/g"},
                                                          {"./g", "http://a/b/c/g"},
                                                          {"g/", "http://a/b/c/g/"},
                                                          {"/g", "http://a/g"},
                                                          {"//g", "http://g/"},
                                                          {"?y", "http://a/b/c/d;p?y"},
                                                          {"g?y", "http://a/b/c/g?y"},
                                                          {"#s", "http://a/b/c/d;p?q"},
                                                          {"g#s", "http://a/b/c/g"},
                                                          {"g?y#s", "http://a/b/c/g?y"},
                                                          {";x", "http://a/b/c/;x"},
                                                          {"g;x", "http://a/b/c/g;x"},
                                                          {"g;x?y#s", "http://a/b/c/g;x?y"},
                                                          {"", "http://a/b/c/d;p?q"},
                                                          {".", "http://a/b/c/"},
                                                          {"./", "http://a/b/c/"},
                                                          {"..", "http://a/b/"},
                                                          {"../", "http://a/b/"},
                                                          {"../g", "http://a/b/g"},
                                                          {"../..", "http://a/"},
                                                          {"../../", "http://a/"},
                                                          {"../../g", "http://a/g"},
                                                          {"../../../g", "http://a/g"},
                                                          {"../../../../g", "http://a/g"},
                                                          {"/./g", "http://a/g"},
                                                          {"/../g", "http://a/g"},
                                                          {"g.", "http://a/b/c/g."},
                                                          {".g", "http://a/b/c/.g"},
                                                          {"g..", "http://a/b/c/g.."},
                                                          {"..g", "http://a/b/c/..g"},
                                                          {"./../g", "http://a/b/g"},
                                                          {"./g/.", "http://a/b/c/g/"},
                                                          {"g/./h", "http://a/b/c/g/h"},
                                                          {"g/../h", "http://a/b/c/h"},
                                                          {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                                          {"g;x=1/../y", "http://a/b/c/y"},
                                                          {"g?y/./x", "http://a/b/c/g?y/./x"},
                                                          {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                          {"g#s/./x", "http://a/b/c/g"},
                                                          {"g#s/../x", "http://a/b/c/g"}};
  for (const auto& [reference, expected] : examples) {
    const auto joined = join_url(base, reference);
    ASSERT_TRUE(joined.ok()) << reference << ": " << joined.error().message;
    EXPECT_EQ(joined->str(), expected) << reference;
  }
}

TEST(JoinUrl, TakesAbsoluteReferencesAsTheyAre) {
  const Url base = *parse_url("https://hub/a?q");
  EXPECT_EQ(join_url(base, "http://other:81/x?y")->str(), "http://other:81/x?y");
  EXPECT_EQ(join_url(base, "x?next=https://other/")->str(), "https://hub/x?next=https://other/");
  EXPECT_EQ(join_url(base, "/a:b/c")->str(), "https://hub/a:b/c");
  EXPECT_EQ(join_url(base, "./a:b")->str(), "https://hub/a:b");
}

TEST(JoinUrl, RefusesForeignSchemes) {
  const Url base = *parse_url("https://hub/a");
  for (const char* bad : {"g:h", "http:g", "javascript:alert(1)", "data:text/plain,x", "file:///etc/passwd", "a b",
                          "//user@h/", "//h:0/", "\\\\h\\x"}) {
    EXPECT_FALSE(join_url(base, bad).ok()) << bad;
  }
}

TEST(PercentEncoding, KeepsUnreservedAndSafeCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/b c+\xC3\xA9"), "a%2Fb%20c%2B%C3%A9");
  EXPECT_EQ(percent_encode("a/b:c", "/"), "a/b%3Ac");
  EXPECT_EQ(percent_encode(std::string_view("\0%", 2)), "%00%25");
}

TEST(PercentEncoding, DecodesAndLeavesInvalidEscapes) {
  EXPECT_EQ(percent_decode("a%2Fb%20c%2b"), "a/b c+");
  EXPECT_EQ(percent_decode("%41"), "A");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%+1"), "%zz%+1");
  EXPECT_EQ(percent_decode("%%41"), "%A");
}

TEST(Redacted, DropsEverySecretPart) {
  EXPECT_EQ(redacted("https://h/p?X-Amz-Signature=abc#f"), "https://h/p");
  EXPECT_EQ(redacted("https://u:p@h:1/p"), "https://h:1/p");
  EXPECT_EQ(redacted("https://u:p@ss@h/p"), "https://h/p");
  EXPECT_EQ(redacted("u:p@proxy:3128"), "proxy:3128");
  EXPECT_EQ(redacted("https://h/@scope/p"), "https://h/@scope/p");
  EXPECT_EQ(redacted(""), "");
}

}  // namespace
}  // namespace hfhub
