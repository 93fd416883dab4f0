#include "capi/handles.h"

using hfhub::Done;
using hfhub::json::Type;
using hfhub::json::View;

namespace {

// The value at a path; missing for NULL handles and paths.
View at(const hfhub_json* json, const char* json_path) {
  return json != nullptr && json_path != nullptr ? json->value->root().at(json_path) : View();
}

static_assert(HFHUB_JSON_OBJECT == static_cast<int>(Type::kObject) && HFHUB_JSON_NULL == static_cast<int>(Type::kNull));

}  // namespace

hfhub_status hfhub_json_parse(const char* text, size_t size, hfhub_json** out_json, hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_json);
    *out_json = nullptr;
    HFHUB_REQUIRE(text);
    auto value = hfhub::json::Value::parse({text, size});
    if (!value.ok()) return hfhub::Error::make(hfhub::Code::kArgument, value.error().message);
    *out_json = new hfhub_json{std::make_shared<const hfhub::json::Value>(*std::move(value))};
    return {};
  });
}

int32_t hfhub_json_get_type(const hfhub_json* json, const char* json_path) {
  return static_cast<int32_t>(at(json, json_path).type());
}

size_t hfhub_json_get_count(const hfhub_json* json, const char* json_path) { return at(json, json_path).size(); }

const char* hfhub_json_get_key(const hfhub_json* json, const char* json_path, size_t index) {
  const View object = at(json, json_path);
  return object.is_object() && index < object.size() ? object.key(index).data() : nullptr;
}

const char* hfhub_json_get_string(const hfhub_json* json, const char* json_path) {
  return json != nullptr ? json->value->c_string(at(json, json_path)) : nullptr;
}

int64_t hfhub_json_get_int64(const hfhub_json* json, const char* json_path, int64_t fallback) {
  return at(json, json_path).integer_or(fallback);
}

double hfhub_json_get_double(const hfhub_json* json, const char* json_path, double fallback) {
  return at(json, json_path).number().value_or(fallback);
}

int32_t hfhub_json_get_bool(const hfhub_json* json, const char* json_path, int32_t fallback) {
  const auto value = at(json, json_path).boolean();
  return value ? int32_t{*value} : fallback;
}

hfhub_status hfhub_json_write(const hfhub_json* json, const char* json_path, int32_t indent, char** out_string,
                              hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_string);
    *out_string = nullptr;
    HFHUB_REQUIRE(json);
    HFHUB_REQUIRE(json_path);
    const View value = at(json, json_path);
    if (value.missing()) {
      return hfhub::Error::make(hfhub::Code::kArgument, "no value at '" + std::string(json_path) + "'");
    }
    *out_string = hfhub::capi::copy_string(hfhub::json::to_python_text(value, indent));
    return {};
  });
}

void hfhub_json_free(hfhub_json* json) { delete json; }
