#include "json.h"

#include "http.h"

namespace localhub {

const rapidjson::Value* member(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  auto found = object.FindMember(name);
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::string get_string(const rapidjson::Value& object, const char* name, std::string_view otherwise) {
  const rapidjson::Value* value = member(object, name);
  return value && value->IsString() ? std::string(value->GetString(), value->GetStringLength())
                                    : std::string(otherwise);
}

int64_t get_int(const rapidjson::Value& object, const char* name, int64_t otherwise) {
  const rapidjson::Value* value = member(object, name);
  if (!value || !value->IsNumber()) return otherwise;
  return value->IsInt64() ? value->GetInt64() : static_cast<int64_t>(value->GetDouble());
}

bool get_bool(const rapidjson::Value& object, const char* name, bool otherwise) {
  const rapidjson::Value* value = member(object, name);
  return value && value->IsBool() ? value->GetBool() : otherwise;
}

std::vector<std::string> get_strings(const rapidjson::Value& object, const char* name) {
  std::vector<std::string> out;
  const rapidjson::Value* value = member(object, name);
  if (value && value->IsString()) out.emplace_back(value->GetString(), value->GetStringLength());
  if (!value || !value->IsArray()) return out;
  for (const auto& item : value->GetArray())
    if (item.IsString()) out.emplace_back(item.GetString(), item.GetStringLength());
  return out;
}

Pairs get_pairs(const rapidjson::Value& object, const char* name) {
  Pairs out;
  const rapidjson::Value* value = member(object, name);
  if (!value || !value->IsObject()) return out;
  for (const auto& item : value->GetObject())
    out.emplace_back(item.name.GetString(), item.value.IsString() ? item.value.GetString() : to_text(item.value));
  return out;
}

rapidjson::Document parse_object(std::string_view text) {
  rapidjson::Document json(rapidjson::kObjectType);
  if (text.empty()) return json;
  json.Parse(text.data(), text.size());
  if (json.HasParseError() || !json.IsObject()) throw HttpError{400, "", "the body is no JSON object"};
  return json;
}

std::string to_text(const rapidjson::Value& value) { return Json().value(value).str(); }

}  // namespace localhub
