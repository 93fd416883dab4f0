// The way this server reads and writes JSON (RapidJSON underneath).
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>
#include <vector>

#include "text.h"

namespace localhub {

class Json {
 public:
  Json() : writer_(buffer_) {}
  Json& begin_object() { return writer_.StartObject(), *this; }
  Json& end_object() { return writer_.EndObject(), *this; }
  Json& begin_array() { return writer_.StartArray(), *this; }
  Json& end_array() { return writer_.EndArray(), *this; }
  Json& key(std::string_view name) {
    return writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())), *this;
  }
  Json& value(std::string_view text) {
    return writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size())), *this;
  }
  Json& value(const char* text) { return value(std::string_view(text)); }
  Json& value(const std::string& text) { return value(std::string_view(text)); }
  Json& value(int64_t number) { return writer_.Int64(number), *this; }
  Json& value(int number) { return writer_.Int(number), *this; }
  Json& value(bool truth) { return writer_.Bool(truth), *this; }
  Json& null() { return writer_.Null(), *this; }
  Json& value(const rapidjson::Value& tree) { return tree.Accept(writer_), *this; }
  Json& raw(std::string_view json) { return writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this; }
  template <typename T>
  Json& put(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  Json& strings(std::string_view name, const std::vector<std::string>& list) {
    key(name).begin_array();
    for (const std::string& item : list) value(item);
    return end_array();
  }
  std::string str() const { return std::string(buffer_.GetString(), buffer_.GetSize()); }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

// Lenient getters: absent or of another type means the default.
const rapidjson::Value* member(const rapidjson::Value& object, const char* name);
std::string get_string(const rapidjson::Value& object, const char* name, std::string_view otherwise = "");
int64_t get_int(const rapidjson::Value& object, const char* name, int64_t otherwise);
bool get_bool(const rapidjson::Value& object, const char* name, bool otherwise);
std::vector<std::string> get_strings(const rapidjson::Value& object, const char* name);
Pairs get_pairs(const rapidjson::Value& object, const char* name);
/// A request's body; "" is {}. Throws HttpError 400 when it is no object.
rapidjson::Document parse_object(std::string_view text);
std::string to_text(const rapidjson::Value& value);

}  // namespace localhub
