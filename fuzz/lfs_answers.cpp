// hub/lfs.h: answers of a batch and what git-lfs hands to its agent. The input's first line says which and how large the
// object is, the rest is JSON.
#include "hub/lfs.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/http.h"
#include "require.h"

using namespace hfhub;

namespace {

const Url& endpoint() {
  static const Url url = *parse_url("https://hub.example/hf");
  return url;
}

void check_error(const Error& error) {
  REQUIRE(!error.message.empty());
  REQUIRE(is_valid_utf8(error.message) && !has_control_characters(error.message));
}

void check_action(const hub::LfsAction& action) {
  REQUIRE(action.url.scheme == "https" && !action.url.host.empty() && !has_control_characters(action.authorization));
  for (const auto& [name, value] : action.headers.all()) {
    net::Headers trial;
    REQUIRE(trial.set(name, value).ok() && !net::is_message_header(name));
    REQUIRE(!equal_ignoring_case(name, "authorization"));
  }
}

void check_plan(const hub::LfsUploadPlan& plan, uint64_t size) {
  check_action(plan.action);
  if (!plan.multipart()) REQUIRE(plan.parts.empty());
  if (!plan.multipart()) return;
  REQUIRE(plan.parts.size() == size / plan.chunk_size + (size % plan.chunk_size > 0 ? 1 : 0));
  for (const Url& part : plan.parts) REQUIRE(part.scheme == "https" && !part.host.empty());
}

void batch(std::string_view text, uint64_t size) {
  const std::array<hub::LfsObject, 2> objects{hub::LfsObject{std::string(64, 'a'), size},
                                              hub::LfsObject{std::string(64, 'b'), 0}};
  const auto batch = hub::parse_lfs_batch(text, endpoint(), endpoint(), objects);
  if (!batch.ok()) {
    REQUIRE(batch.error().code == Code::kProtocol);
    return check_error(batch.error());
  }
  REQUIRE(batch->answers.size() == objects.size());
  for (size_t i = 0; i < objects.size(); ++i) {
    const hub::LfsAnswer& answer = batch->answers[i];
    REQUIRE(answer.object.oid == objects[i].oid && answer.object.size == objects[i].size);
    if (answer.error) {
      check_error(*answer.error);
      REQUIRE(!answer.upload && is_valid_utf8(answer.error->http->server_message));
    }
    if (answer.upload) check_plan(*answer.upload, objects[i].size);
    if (answer.verify) check_action(*answer.verify);
  }
}

void agent(std::string_view text, uint64_t size) {
  const auto value = json::Value::parse(text);
  if (!value.ok()) return;
  const auto plan = hub::parse_lfs_upload(value->root(), endpoint(), endpoint(), size);
  if (plan.ok()) check_plan(*plan, size);
  else check_error(plan.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), line.size() + 1));
  const std::string_view number = line.substr(std::min(line.size(), line.find(' ') + 1));
  const uint64_t object_size = parse_uint64(number).ok() ? *parse_uint64(number) : 10;
  if (line.starts_with("agent")) agent(rest, object_size);
  else batch(rest, object_size);
  return 0;
}
