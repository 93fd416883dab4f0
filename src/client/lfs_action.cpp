// One file to where git-lfs was told to send it.
#include "client/lfs_upload.h"
#include "client/stories.h"

namespace hfhub::client {
namespace {

// What the server told git-lfs, which has checked nothing of it. The action's own URL stands for the server's.
Result<hub::LfsAnswer> answer_of(const LfsAction& action, uint64_t size, const Url& endpoint) {
  HFHUB_TRY(const json::Value value, json::Value::parse(action.action_json));
  const auto href = parse_url(hub::on_endpoint(value.root()["href"].string_or(""), endpoint));
  if (!href.ok()) return Error::make(Code::kProtocol, "its href is no usable http or https URL");
  hub::LfsAnswer answer;
  answer.object = {action.oid, size};
  HFHUB_TRY(answer.upload, hub::parse_lfs_upload(value.root(), *href, endpoint, size));
  return answer;
}

}  // namespace

Result<LfsAction> make_lfs_action(std::string path, std::string oid, std::string action_json) {
  HFHUB_CHECK(hub::check_lfs_object({oid, 0}));
  return LfsAction{std::move(path), std::move(oid), std::move(action_json)};
}

Result<runtime::OpResult> upload_lfs_action(Story& story, const LfsAction& action) {
  HFHUB_TRY(const platform::File file, platform::File::open_read(action.path));
  HFHUB_TRY(const uint64_t size, file.size());
  HFHUB_TRY(const hub::Api api, story.api("", false));  // the URLs are signed: no token
  auto answer = answer_of(action, size, api.endpoint);
  if (!answer.ok()) return std::move(answer).error().prefixed("the action for '" + action.path + "'");
  const size_t parts = answer->upload->parts.size();
  runtime::ItemProgress& item = story.op.progress().add_item(action.path, size);
  const LfsSource source(action.path, file, size);
  HFHUB_CHECK(upload_lfs(story, {api, nullptr, ""}, source, *std::move(answer), item, story.cancel));
  json::Writer out;
  out.begin_object().key("oid").string(action.oid).key("size").unsigned_integer(size);
  out.key("parts").unsigned_integer(parts).end_object();
  return runtime::OpResult{"", out.finish()};
}

}  // namespace hfhub::client
