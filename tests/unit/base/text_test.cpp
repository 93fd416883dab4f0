#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace hfhub {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Text, Trims) {
  EXPECT_EQ(trim(" \t\r\n\v\fa b \n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\xC2\xA0x"), "\xC2\xA0x") << "only ASCII white space";
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,b", ','), (Parts{"a", "b"}));
  EXPECT_EQ(split(",a,,", ','), (Parts{"", "a", "", ""}));
  EXPECT_EQ(split("", ','), (Parts{""}));
}

TEST(Text, ComparesIgnoringAsciiCaseOnly) {
  EXPECT_TRUE(equal_ignoring_case("Content-TYPE", "content-type"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("[", "{")) << "32 apart, but no letters";
  EXPECT_FALSE(equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
  EXPECT_TRUE(starts_with_ignoring_case("BEARER x", "Bearer "));
  EXPECT_FALSE(starts_with_ignoring_case("Bear", "Bearer"));
  EXPECT_EQ(to_lower_ascii("AZ[\\]^_az\xC3\x84"), "az[\\]^_az\xC3\x84");
}

TEST(Text, ReplacesEveryOccurrenceOnce) {
  EXPECT_EQ(replace_all("a/b/c", "/", "--"), "a--b--c");
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa") << "what was put in is not replaced again";
  EXPECT_EQ(replace_all("aaa", "aa", ""), "a");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, AcceptsExactlyValidUtf8) {
  for (const char* good : {"", "a", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << printable(good);
    EXPECT_EQ(to_valid_utf8(good), good);
  }
  for (const char* bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << printable(bad);
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bad)));
  }
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Text, DecodesCodePoints) {
  EXPECT_EQ(utf8_code_point("A"), U'A');
  EXPECT_EQ(utf8_code_point("\xC3\xA9"), U'\u00E9');
  EXPECT_EQ(utf8_code_point("\xE2\x82\xAC"), U'\u20AC');
  EXPECT_EQ(utf8_code_point("\xF0\x9F\x98\x80"), U'\U0001F600');
  EXPECT_EQ(utf8_sequence_length("\xF0\x9F\x98\x80x"), 4u);
  EXPECT_EQ(utf8_sequence_length(""), 0u);
}

TEST(Text, ReplacesInvalidBytes) { EXPECT_EQ(to_valid_utf8("a\xFF\xC3\xA9\xC3"), "a\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD"); }

TEST(Text, ShowsWhatATerminalMustNotGet) {
  EXPECT_EQ(printable("a\x1b[31m\n\x7f\xC3\xA9\xFF"), "a\\x1b[31m\\x0a\\x7f\xC3\xA9\\xff");
  EXPECT_TRUE(has_control_characters("a\nb"));
  EXPECT_TRUE(has_control_characters("a\x7f"));
  EXPECT_TRUE(has_control_characters(std::string_view("\0", 1)));
  EXPECT_FALSE(has_control_characters("a b\xC3\xA9"));
}

TEST(Text, PrintsDoublesAsPythonDoes) {
  EXPECT_EQ(shortest_decimal(0), "0.0");
  EXPECT_EQ(shortest_decimal(-0.0), "-0.0");
  EXPECT_EQ(shortest_decimal(1712656091.123), "1712656091.123");
  EXPECT_EQ(shortest_decimal(1712656091), "1712656091.0");
  EXPECT_EQ(shortest_decimal(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(shortest_decimal(0.0001), "0.0001");
  EXPECT_EQ(shortest_decimal(0.00001), "1e-05");
  EXPECT_EQ(shortest_decimal(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(shortest_decimal(1e16), "1e+16");
  EXPECT_EQ(shortest_decimal(-1.7976931348623157e308), "-1.7976931348623157e+308");
  EXPECT_EQ(shortest_decimal(5e-324), "5e-324");
}

TEST(ParseUint64, TakesDigitsOnly) {
  EXPECT_EQ(parse_uint64("0").value(), 0u);
  EXPECT_EQ(parse_uint64("18446744073709551615").value(), UINT64_MAX);
  for (const char* bad : {"", " 1", "1 ", "+1", "-1", "0x10", "1.0", "18446744073709551616"}) {
    EXPECT_EQ(parse_uint64(bad).error().code, Code::kArgument) << bad;
  }
}

TEST(ParseByteSize, KnowsBothKindsOfUnits) {
  EXPECT_EQ(parse_byte_size("4096").value(), 4096u);
  EXPECT_EQ(parse_byte_size("64MiB").value(), 64u << 20);
  EXPECT_EQ(parse_byte_size("2 GB").value(), 2000000000u);
  EXPECT_EQ(parse_byte_size("16kb").value(), 16000u);
  EXPECT_EQ(parse_byte_size("1.5G").value(), 1500000000u);
  EXPECT_EQ(parse_byte_size("1ki").value(), 1024u);
  EXPECT_EQ(parse_byte_size(" 1 TiB ").value(), 1ull << 40);
  EXPECT_EQ(parse_byte_size("18446744073709551615").value(), UINT64_MAX);
}

TEST(ParseByteSize, RefusesTheRest) {
  for (const char* bad : {"", "MiB", "1.2.3k", ".5k", "5.k", "-1k", "+1k", "1e3", "1 zb", "inf", "nan",
                          "18446744073709551616", "99999999999999999999TiB"}) {
    EXPECT_FALSE(parse_byte_size(bad).ok()) << bad;
  }
  EXPECT_NE(parse_byte_size("8 pigs").error().message.find("'8 pigs'"), std::string::npos);
}

TEST(ParseDuration, CountsSecondsUnlessTold) {
  EXPECT_EQ(parse_duration_ms("20s").value(), 20000);
  EXPECT_EQ(parse_duration_ms("500ms").value(), 500);
  EXPECT_EQ(parse_duration_ms("2m").value(), 120000);
  EXPECT_EQ(parse_duration_ms("1h").value(), 3600000);
  EXPECT_EQ(parse_duration_ms("1.5").value(), 1500);
  EXPECT_EQ(parse_duration_ms("0").value(), 0);
  for (const char* bad : {"", "s", "-1", "1d", "1S", "1 2", "1e9", "99999999999999999999h"}) {
    EXPECT_FALSE(parse_duration_ms(bad).ok()) << bad;
  }
}

TEST(ParseBool, IsLenientForThePeersVariablesAndStrictForOptions) {
  for (const char* yes : {"1", "on", "Yes", "TRUE", "true"}) {
    EXPECT_TRUE(parse_bool_like_python_client(yes)) << yes;
    EXPECT_TRUE(parse_bool(yes).value()) << yes;
  }
  for (const char* no : {"0", "off", "No", "FALSE"}) {
    EXPECT_FALSE(parse_bool_like_python_client(no)) << no;
    EXPECT_FALSE(parse_bool(no).value()) << no;
  }
  EXPECT_FALSE(parse_bool_like_python_client("y"));
  EXPECT_FALSE(parse_bool("y").ok());
  EXPECT_FALSE(parse_bool("").ok());
}

TEST(Nearest, FindsTyposAndNothingElse) {
  constexpr std::array<std::string_view, 3> kKnown{"net.retries", "net.retry_delay", "memory.budget"};
  EXPECT_EQ(nearest("net.retires", kKnown), "net.retries");
  EXPECT_EQ(nearest("memory.buget", kKnown), "memory.budget");
  EXPECT_EQ(nearest("completely.else", kKnown), "");
  EXPECT_EQ(nearest("", {}), "");
}

}  // namespace
}  // namespace hfhub
