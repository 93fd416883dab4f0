#include "json/value.h"

#include <gtest/gtest.h>

#include <utility>

namespace hfhub::json {
namespace {

Value parsed(std::string_view text) {
  auto value = Value::parse(text);
  EXPECT_TRUE(value.ok()) << text << ": " << (value.ok() ? "" : value.error().message);
  return value.ok() ? *std::move(value) : *Value::parse("null");
}

std::string refusal(std::string_view text) {
  const auto value = Value::parse(text);
  if (value.ok()) return "accepted";
  EXPECT_EQ(value.error().code, Code::kProtocol);
  return value.error().message;
}

TEST(JsonParse, EveryType) {
  const Value value =
      parsed(R"( {"n": null, "b": true, "i": -3, "d": 1.5, "s": "x", "a": [1, [], {}], "o": {"k": 0}} )");
  const View root = value.root();
  EXPECT_EQ(root.type(), Type::kObject);
  EXPECT_EQ(root["n"].type(), Type::kNull);
  EXPECT_EQ(root["b"].boolean(), true);
  EXPECT_EQ(root["i"].integer(), -3);
  EXPECT_EQ(root["d"].number(), 1.5);
  EXPECT_EQ(root["s"].string(), "x");
  EXPECT_EQ(root["a"].size(), 3u);
  EXPECT_EQ(root["a"][1].type(), Type::kArray);
  EXPECT_EQ(root["a"][2].type(), Type::kObject);
  EXPECT_EQ(root["o"]["k"].integer(), 0);
}

TEST(JsonParse, RefusesEverythingElse) {
  for (const char* bad : {"",
                          " ",
                          "[1,]",
                          "[1",
                          "{\"a\":1,}",
                          "{\"a\"}",
                          "{a:1}",
                          "'a'",
                          "nul",
                          "01",
                          "1.",
                          ".5",
                          "+1",
                          "0x1",
                          "NaN",
                          "Infinity",
                          "-",
                          "1e",
                          "1 2",
                          "[1] x",
                          "/* */ 1",
                          "\"a",
                          "\"\n\"",
                          "\"\\x\"",
                          "\"\\u12\"",
                          "1e400",
                          "\xEF\xBB\xBF"
                          "1",
                          "\"\xFF\"",
                          "\"\xC0\x80\"",
                          "\"\xED\xA0\x80\""}) {
    EXPECT_NE(refusal(bad), "accepted") << bad;
  }
}

TEST(JsonParse, NamesOffsetAndReason) {
  EXPECT_EQ(refusal("[1, x]"), "invalid JSON at byte 4: Invalid value");
  EXPECT_EQ(refusal("[1 2]"), "invalid JSON at byte 3: Missing a comma or ']' after an array element");
}

TEST(JsonParse, ANulByteIsNoEnd) {
  EXPECT_NE(refusal(std::string_view("1\0", 2)), "accepted");
  EXPECT_NE(refusal(std::string_view("{}\0{}", 5)), "accepted");
  const Value value = parsed(R"("a\u0000b")");
  EXPECT_EQ(value.root().string(), std::string_view("a\0b", 3));
}

TEST(JsonParse, SurrogatesComeInPairs) {
  EXPECT_EQ(parsed(R"("\ud83d\ude00")").root().string(), "\xF0\x9F\x98\x80");
  for (const char* bad : {R"("\ud83d")", R"("\ude00")", R"("\ud83d\ud83d")", R"({"\udc00": 1})"}) {
    EXPECT_NE(refusal(bad), "accepted") << bad;
  }
}

TEST(JsonParse, DepthHasALimitAndNoStackIsLost) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(Value::parse(nested(Value::kMaxDepth)).ok());
  EXPECT_NE(refusal(nested(Value::kMaxDepth + 1)).find("too deep"), std::string::npos);
  EXPECT_NE(refusal(std::string(5000000, '[')).find("too deep"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 300; ++i) objects += "{\"a\":";
  EXPECT_NE(refusal(objects).find("too deep"), std::string::npos);
  std::string wide = "[0";
  for (int i = 0; i < 10; ++i) wide.append(",").append(nested(200));
  EXPECT_TRUE(Value::parse(wide.append("]")).ok()) << "depth counts, not the number of brackets";
}

TEST(JsonView, MissingStaysMissing) {
  const Value value = parsed(R"({"a": [1]})");
  const View root = value.root();
  EXPECT_TRUE(root["b"].missing());
  EXPECT_TRUE(root["b"]["c"][7]["d"].missing());
  EXPECT_TRUE(root["a"][1].missing());
  EXPECT_TRUE(root["a"]["x"].missing());
  EXPECT_TRUE(root[0].missing()) << "an object has no elements";
  EXPECT_TRUE(View().missing());
  EXPECT_EQ(View().size(), 0u);
  EXPECT_EQ(View().string(), std::nullopt);
  EXPECT_EQ(View().number(), std::nullopt);
  EXPECT_EQ(View().boolean(), std::nullopt);
  EXPECT_EQ(root["b"].string_or("x"), "x");
  EXPECT_EQ(root["b"].integer_or(5), 5);
}

TEST(JsonView, MembersInDocumentOrder) {
  const Value value = parsed(R"({"z": 1, "a": 2, "": 3, "a": 4})");
  const View root = value.root();
  ASSERT_EQ(root.size(), 4u);
  EXPECT_EQ(root.key(0), "z");
  EXPECT_EQ(root.key(1), "a");
  EXPECT_EQ(root.key(2), "");
  EXPECT_EQ(root.key(4), "");
  EXPECT_EQ(root.member(3).integer(), 4);
  EXPECT_TRUE(root.member(4).missing());
  EXPECT_EQ(root["a"].integer(), 2) << "of repeated keys the first one is found";
  EXPECT_EQ(root[""].integer(), 3);
}

TEST(JsonView, IntegersAreExact) {
  const Value value =
      parsed("[9223372036854775807, -9223372036854775808, 9223372036854775808, 18446744073709551615, 3.0, "
             "18446744073709551616, 1e2, -1, -0]");
  const View root = value.root();
  EXPECT_EQ(root[0].integer(), INT64_MAX);
  EXPECT_EQ(root[1].integer(), INT64_MIN);
  EXPECT_EQ(root[2].integer(), std::nullopt);
  EXPECT_EQ(root[2].unsigned_integer(), 9223372036854775808u);
  EXPECT_EQ(root[3].unsigned_integer(), UINT64_MAX);
  EXPECT_EQ(root[4].integer(), std::nullopt);
  EXPECT_EQ(root[4].number(), 3.0);
  EXPECT_EQ(root[5].unsigned_integer(), std::nullopt);
  EXPECT_EQ(root[5].number(), 18446744073709551616.0);
  EXPECT_EQ(root[6].integer(), std::nullopt);
  EXPECT_EQ(root[7].unsigned_integer(), std::nullopt);
  EXPECT_EQ(root[7].number(), -1.0);
  EXPECT_EQ(root[8].integer(), 0);
}

TEST(JsonParse, NumbersRoundToTheNearestDouble) {
  const std::pair<const char*, double> numbers[] = {
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"5e-324", 5e-324},
      {"2e-324", 0.0},
      {"1e-400", 0.0},
      {"0.0000000000000000000001e320", 1e298},
      {"9007199254740993.0", 9007199254740992.0},
      {"0.1000000000000000055511151231257827021181583404541015625", 0.1},
      {"123456789012345678901234567890e-10", 12345678901234567890.123456789},
      {"1e-99999999999999999999", 0.0}};
  for (const auto& [text, number] : numbers) EXPECT_EQ(parsed(text).root().number(), number) << text;
  for (const char* big :
       {"1e309", "-1e309", "1.797693134862393134862e308", "1.8e308", "1234567e305", "1e99999999999999999999"}) {
    EXPECT_NE(refusal(big), "accepted") << big;
  }
}

TEST(JsonView, TypesDoNotConvert) {
  const Value value = parsed(R"(["1", 1, true, null])");
  const View root = value.root();
  EXPECT_EQ(root[0].integer(), std::nullopt);
  EXPECT_EQ(root[1].string(), std::nullopt);
  EXPECT_EQ(root[1].boolean(), std::nullopt);
  EXPECT_EQ(root[2].integer(), std::nullopt);
  EXPECT_EQ(root[3].boolean(), std::nullopt);
  EXPECT_EQ(root[3].string_or("x"), "x");
}

// The document and the answers of RFC 6901, section 5.
TEST(JsonView, JsonPointer) {
  const Value value = parsed(R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5,
                                "k\"l": 6, " ": 7, "m~n": 8, "~1": 9})");
  const View root = value.root();
  EXPECT_EQ(root.at("").size(), 11u);
  EXPECT_EQ(root.at("/foo").size(), 2u);
  EXPECT_EQ(root.at("/foo/0").string(), "bar");
  const std::pair<const char*, int64_t> numbers[] = {{"/", 0},     {"/a~1b", 1}, {"/c%d", 2},  {"/e^f", 3},
                                                     {"/g|h", 4},  {"/i\\j", 5}, {"/k\"l", 6}, {"/ ", 7},
                                                     {"/m~0n", 8}, {"/~01", 9}};
  for (const auto& [pointer, number] : numbers) EXPECT_EQ(root.at(pointer).integer(), number) << pointer;
  for (const char* nowhere : {"foo", "/bar", "/foo/2", "/foo/-", "/foo/01", "/foo/ 0", "/foo/0/x", "/foo/"}) {
    EXPECT_TRUE(root.at(nowhere).missing()) << nowhere;
  }
}

TEST(JsonValue, MovesAndKeepsViews) {
  Value first = parsed(R"({"a": "a string too long for being stored inline"})");
  const View a = first.root()["a"];
  Value second = std::move(first);
  EXPECT_EQ(a.string(), second.root()["a"].string());
  first = std::move(second);
  EXPECT_EQ(first.root()["a"].string(), a.string());
}

TEST(JsonValue, CStringsEndInNul) {
  const Value value = parsed(R"(["abc", 1])");
  EXPECT_STREQ(value.c_string(value.root()[0]), "abc");
  EXPECT_EQ(value.c_string(value.root()[1]), nullptr);
  EXPECT_EQ(value.c_string(View()), nullptr);
}

}  // namespace
}  // namespace hfhub::json
