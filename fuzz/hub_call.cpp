// hub/call.h: whatever the parameters are, the request stays on the endpoint and below the operation's own path.
// The input is an operation's name, a line end, the parameters as JSON.
#include "hub/call.h"

#include "base/text.h"
#include "require.h"

using namespace hfhub;

namespace {

// What stands before the first parameter of an operation's path.
std::string_view fixed_part(std::string_view path) { return path.substr(0, path.find('{')); }

void check_call(const hub::PreparedCall& call) {
  REQUIRE(call.path.starts_with(fixed_part(call.row->path)) || call.path + "/" == fixed_part(call.row->path));
  REQUIRE(call.path.find_first_of("?#\\") == std::string::npos && !has_control_characters(call.path));
  for (std::string_view segment : split(std::string_view(call.path).substr(1), '/')) {
    REQUIRE(!segment.empty() && segment != "." && segment != "..");
  }
  if (!call.body.empty()) REQUIRE(json::Value::parse(call.body).ok());

  std::string url = "https://hub.example" + call.path;
  for (const auto& [name, value] : call.query) url += "&" + percent_encode(name) + "=" + percent_encode(value);
  const auto parsed = parse_url(url);
  REQUIRE(parsed.ok() && parsed->origin() == "https://hub.example");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  const std::string_view name = text.substr(0, text.find('\n'));
  const auto parameters = json::Value::parse(text.substr(std::min(text.size(), name.size() + 1)));
  if (!parameters.ok()) return 0;
  const auto judge = [&](std::string_view operation) {
    const auto call = hub::prepare_call(operation, parameters->root());
    if (call.ok()) check_call(*call);
    else REQUIRE(!call.error().message.empty() && !has_control_characters(call.error().message));
  };
  judge(name);
  for (size_t i = 0; const hub::OperationRow* row = hub::operation_at(i); ++i) judge(row->name);
  return 0;
}
