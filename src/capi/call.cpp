#include "capi/handles.h"
#include "client/stories.h"

using hfhub::Done;

size_t hfhub_call_get_count(void) {
  size_t count = 0;
  while (hfhub::hub::operation_at(count) != nullptr) ++count;
  return count;
}

const char* hfhub_call_get_name(size_t index) {
  const auto* row = hfhub::hub::operation_at(index);
  return row != nullptr ? row->name : nullptr;
}

hfhub_status hfhub_call_get_parameters(size_t index, char** out_string, hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_string);
    *out_string = nullptr;
    const auto* row = hfhub::hub::operation_at(index);
    if (row == nullptr) {
      return hfhub::Error::make(hfhub::Code::kArgument, "there is no operation " + std::to_string(index));
    }
    *out_string = hfhub::capi::copy_string(hfhub::hub::operation_parameters(*row));
    return {};
  });
}

hfhub_status hfhub_call(hfhub_session* session, const char* operation, const char* params_json, hfhub_op** out_op,
                        hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(operation);
    auto params = hfhub::json::Value::parse(params_json != nullptr ? params_json : "{}");
    if (!params.ok()) {
      return hfhub::Error::make(hfhub::Code::kArgument, "params_json: " + params.error().message);
    }
    HFHUB_TRY(auto call, hfhub::hub::prepare_call(operation, params->root()));
    return hfhub::capi::start_op(
        session, [call = std::move(call)](hfhub::client::Story& story) { return hfhub::client::call_hub(story, call); },
        out_op);
  });
}
