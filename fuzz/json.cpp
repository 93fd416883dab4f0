// json/value.h: what was accepted prints, reads back and copies as the same document.
#include "json/value.h"

#include <algorithm>

#include "base/text.h"
#include "require.h"

using namespace hfhub;

namespace {

std::string reprinted(const std::string& text) {
  const auto value = json::Value::parse(text);
  REQUIRE(value.ok());
  return json::to_compact_text(value->root());
}

std::string copied(json::View view) {
  json::Writer writer;
  writer.begin_array().value(view).end_array();
  return json::to_compact_text(writer.finish()->root()[0]);
}

// Every member is found by its key and by a pointer, unless an earlier one has the same key.
void check_lookups(json::View view) {
  for (size_t i = 0; i < view.size() && view.is_object(); ++i) {
    const std::string step = replace_all(replace_all(std::string(view.key(i)), "~", "~0"), "/", "~1");
    REQUIRE(!view[view.key(i)].missing());
    REQUIRE(json::to_compact_text(view.at("/" + step)) == json::to_compact_text(view[view.key(i)]));
    check_lookups(view.member(i));
  }
  for (size_t i = 0; i < view.size() && view.is_array(); ++i) {
    REQUIRE(view.at("/" + std::to_string(i)).type() == view[i].type());
    check_lookups(view[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = json::Value::parse(input_text(data, size));
  if (!value.ok()) {
    REQUIRE(value.error().code == Code::kProtocol);
    REQUIRE(!value.error().message.empty());
    return 0;
  }
  const std::string compact = json::to_compact_text(value->root());
  const std::string python = json::to_python_text(value->root());
  REQUIRE(is_valid_utf8(compact));
  REQUIRE(std::all_of(python.begin(), python.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
  REQUIRE(reprinted(compact) == compact);
  REQUIRE(reprinted(python) == compact);
  REQUIRE(reprinted(json::to_python_text(value->root(), 2)) == compact);
  REQUIRE(copied(value->root()) == compact);
  if (size < 4096) check_lookups(value->root());
  return 0;
}
