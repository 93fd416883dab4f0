#include <gtest/gtest.h>

#include "json/value.h"

namespace hfhub::json {
namespace {

std::string python(std::string_view text, int indent = -1) {
  return to_python_text(Value::parse(text)->root(), indent);
}
std::string compact(std::string_view text) { return to_compact_text(Value::parse(text)->root()); }

// Expected texts in this file are what json.dumps(json.loads(text)) prints.
TEST(JsonText, PythonSeparatorsAndEscapes) {
  EXPECT_EQ(python(R"({"a":[1,2,{}],"b":null,"c":[true,false],"d":[]})"),
            R"({"a": [1, 2, {}], "b": null, "c": [true, false], "d": []})");
  EXPECT_EQ(python(R"("\"\\\/\b\f\n\r\t\u0000\u001f\u007f ~")"), R"("\"\\/\b\f\n\r\t\u0000\u001f\u007f ~")");
  EXPECT_EQ(python("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""), R"("\u00e9\u20ac\ud83d\ude00")");
  EXPECT_EQ(python("{\"\xC3\xA9\":1}"), R"({"\u00e9": 1})");
}

TEST(JsonText, PythonNumbers) {
  EXPECT_EQ(python("[0,-0,-1,9223372036854775807,-9223372036854775808,18446744073709551615]"),
            "[0, 0, -1, 9223372036854775807, -9223372036854775808, 18446744073709551615]");
  EXPECT_EQ(
      python("[1.0,-0.0,0.1,1e15,1e16,123456789012345680.0,0.0001,0.00001,1.5e300,5e-324,2.5E+3]"),
      "[1.0, -0.0, 0.1, 1000000000000000.0, 1e+16, 1.2345678901234568e+17, 0.0001, 1e-05, 1.5e+300, 5e-324, 2500.0]");
}

TEST(JsonText, PythonIndentation) {
  EXPECT_EQ(python(R"({"a":[1,{"b":[]}],"c":{}})", 2),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
  EXPECT_EQ(python("[1,2]", 0), "[\n1,\n2\n]");
  EXPECT_EQ(python("[]", 4), "[]");
  EXPECT_EQ(python("1", 4), "1");
}

TEST(JsonText, CompactKeepsUtf8) {
  EXPECT_EQ(compact("{ \"\\u00e9\" : [ 1 , 2.0 , \"\xF0\x9F\x98\x80\\n\x7F\" ] }"),
            "{\"\xC3\xA9\":[1,2.0,\"\xF0\x9F\x98\x80\\n\x7F\"]}");
}

TEST(JsonText, AMissingViewIsNull) {
  EXPECT_EQ(to_python_text(View()), "null");
  EXPECT_EQ(to_compact_text(View()), "null");
}

TEST(JsonText, ReadsBackWhatItPrinted) {
  for (const char* text : {R"({"a":[1,-2.5e-7,"\u0001\ud83d\ude00",null,true]})", "[[[]],{\"\":{}}]", "1e300"}) {
    const std::string printed = compact(text);
    EXPECT_EQ(compact(printed), printed);
    EXPECT_EQ(compact(python(text, 3)), printed);
  }
}

}  // namespace
}  // namespace hfhub::json
