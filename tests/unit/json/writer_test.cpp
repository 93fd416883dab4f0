#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "json/value.h"

namespace hfhub::json {
namespace {

std::string text_of(Writer& writer) { return to_compact_text(writer.finish()->root()); }

TEST(JsonWriter, BuildsWhatItIsTold) {
  Writer w;
  w.begin_object();
  w.key("s").string("x").key("i").integer(INT64_MIN).key("u").unsigned_integer(UINT64_MAX).key("n").null();
  w.key("a").begin_array().boolean(true).boolean(false).number(0.5).begin_object().end_object().end_array();
  w.end_object();
  EXPECT_EQ(text_of(w), R"({"s":"x","i":-9223372036854775808,"u":18446744073709551615,"n":null,)"
                        R"("a":[true,false,0.5,{}]})");
}

TEST(JsonWriter, TakesASingleValue) {
  Writer w;
  w.string("alone");
  EXPECT_EQ(text_of(w), "\"alone\"");
}

TEST(JsonWriter, NothingWrittenIsNull) {
  Writer w;
  EXPECT_EQ(text_of(w), "null");
}

TEST(JsonWriter, FinishEndsWhatIsOpen) {
  Writer w;
  w.begin_object().key("a").begin_array().integer(1).begin_object().key("b");
  EXPECT_EQ(text_of(w), R"({"a":[1,{"b":null}]})");
}

TEST(JsonWriter, CopiesOtherDocumentsDeeply) {
  Writer w;
  {
    const auto source = Value::parse(R"({"long": "a string that does not fit into a node", "a": [1, {"b": 2.5}]})");
    w.begin_array().value(source->root()).value(source->root()["a"]).value(View()).end_array();
  }
  EXPECT_EQ(text_of(w), R"([{"long":"a string that does not fit into a node","a":[1,{"b":2.5}]},[1,{"b":2.5}],null])");
}

TEST(JsonWriter, TextIsCopied) {
  Writer w;
  {
    std::string key = "a key that does not fit into a node", value = "a value that does not fit into a node";
    w.begin_object().key(key).string(value).end_object();
    key.assign(key.size(), 'x');
    value.assign(value.size(), 'x');
  }
  EXPECT_EQ(text_of(w), R"({"a key that does not fit into a node":"a value that does not fit into a node"})");
}

TEST(JsonWriter, RepairsWhatJsonCannotSay) {
  Writer w;
  w.begin_array().string("a\xFF").number(std::numeric_limits<double>::infinity()).number(std::nan("")).end_array();
  EXPECT_EQ(text_of(w), "[\"a\xEF\xBF\xBD\",null,null]");
}

TEST(JsonWriter, KeepsNulBytesInside) {
  Writer w;
  w.string(std::string_view("a\0b", 3));
  EXPECT_EQ(text_of(w), R"("a\u0000b")");
}

TEST(JsonWriter, TheDocumentOutlivesTheWriter) {
  std::shared_ptr<const Value> value;
  {
    Writer w;
    w.begin_array();
    for (int i = 0; i < 1000; ++i) w.string(std::string(100, 'x'));
    w.end_array();
    value = w.finish();
  }
  EXPECT_EQ(value->root().size(), 1000u);
  EXPECT_EQ(value->root()[999].string(), std::string(100, 'x'));
}

}  // namespace
}  // namespace hfhub::json
