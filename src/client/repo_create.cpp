// A new repository: from nothing, from a template, or as a copy.
#include "base/text.h"
#include "client/repo_calls.h"
#include "client/stories.h"

namespace hfhub::client {
namespace {

using json::Writer;
using runtime::Cancel;
using runtime::OpResult;

// ---- what a Space has, and nothing else does -----------------------------------------------------------------------

void put_pairs(Writer& writer, std::string_view key, const NamedValues& pairs) {
  if (pairs.empty()) return;
  writer.key(key).begin_array();
  for (const auto& [name, value] : pairs) {
    writer.begin_object().key("key").string(name).key("value").string(value).end_object();
  }
  writer.end_array();
}

void put_volumes(Writer& writer, const std::vector<SpaceVolume>& volumes) {
  if (volumes.empty()) return;
  writer.key("volumes").begin_array();
  for (const SpaceVolume& volume : volumes) {
    writer.begin_object().key("type").string(volume.type).key("source").string(volume.source);
    writer.key("mountPath").string(volume.mount_path);
    put_text(writer, "revision", volume.revision);
    if (volume.read_only) writer.key("readOnly").boolean(*volume.read_only);
    put_text(writer, "path", volume.path);
    writer.end_object();
  }
  writer.end_array();
}

bool says_something_of_spaces(const RepoOptions& options) {
  return !options.space_sdk.empty() || !options.space_hardware.empty() || options.space_sleep_time_s.has_value() ||
         !options.space_secrets.empty() || !options.space_variables.empty() || !options.space_volumes.empty();
}

void put_space(Story& story, Writer& writer, const RepoRequest& request) {
  const RepoOptions& options = request.options;
  if (!request.is_space()) {
    if (says_something_of_spaces(options)) {
      story.warn("SDK, hardware, sleep time, secrets, variables and volumes are ignored: only Spaces have them");
    }
    return;
  }
  put_text(writer, "hardware", options.space_hardware);
  if (options.space_sleep_time_s) writer.key("sleepTimeSeconds").integer(*options.space_sleep_time_s);
  put_pairs(writer, "secrets", options.space_secrets);
  put_pairs(writer, "variables", options.space_variables);
  put_volumes(writer, options.space_volumes);
  if (options.space_sleep_time_s && options.space_hardware == "cpu-basic") {
    story.warn("a Space on 'cpu-basic' sleeps after 48 hours without use; another sleep time needs paid hardware");
  }
}

// ---- template ------------------------------------------------------------------------------------------------------

struct Template {
  std::string repo_id, sdk;
  bool prefers_private = false;
};

Result<Template> find_template(const hub::Api& api, const std::string& wanted, const Cancel& cancel) {
  Writer none;
  none.begin_object();
  HFHUB_TRY(const HubAnswer answer, run_named(api, "spaces.templates", none, nullptr, cancel));
  const json::View list = answer->root()["templates"];
  std::string names;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string_view name = list[i]["name"].string_or(""), id = list[i]["repoId"].string_or("");
    if (id == wanted || equal_ignoring_case(name, wanted)) {
      return Template{std::string(id), std::string(list[i]["sdk"].string_or("")),
                      list[i]["preferredPrivate"].boolean().value_or(false)};
    }
    names += (names.empty() ? "" : ", ") + printable(name);
  }
  return Error::make(Code::kArgument, "unknown Space template '" + printable(wanted) + "'; there are: " + names);
}

// Takes from the template what the caller left open.
Done apply_template(const hub::Api& api, RepoOptions* options, const Cancel& cancel) {
  if (options->space_template.empty()) return {};
  HFHUB_TRY(const Template found, find_template(api, options->space_template, cancel));
  if (!options->space_sdk.empty() && options->space_sdk != found.sdk) {
    return Error::make(Code::kArgument, "the template '" + printable(options->space_template) + "' is made with '" +
                                            printable(found.sdk) + "', not '" + options->space_sdk + "'");
  }
  options->space_sdk = found.sdk;
  options->space_template = found.repo_id;
  if (found.prefers_private && options->visibility.empty()) options->visibility = "private";
  return {};
}

// ---- ask for it, and what a refusal means --------------------------------------------------------------------------

// Tries again, for a while, when the Hub is busy with another change of the same account.
Result<HubAnswer> run_patiently(const hub::Api& api, const hub::PreparedCall& call, const Cancel& cancel) {
  for (uint64_t attempt = 1;; ++attempt) {
    auto answer = hub::run_call(api, call, cancel);
    if (answer.ok()) return answer;
    Error error = std::move(answer).error();
    const bool busy = http_status(error) == 409 &&
                      error.http->server_message.find("conflicting operation is in progress") != std::string::npos;
    if (!busy) return error;
    error.retriable = true;
    HFHUB_CHECK(api.net.wait_before_retry(error, attempt, cancel));
  }
}

// exist_ok: is it there in spite of `error`? A token that may not make repositories is refused before the Hub looks.
bool exists_after(const hub::Api& api, const Error& error, RepoRef* target, const Cancel& cancel) {
  const int status = http_status(error);
  const bool refused = status == 401 || status == 402 || status == 403;
  if (status != 409 && !refused) return false;
  if (!complete_id(api, &target->id, cancel).ok()) return status == 409;
  if (!refused) return true;
  const auto url = hub::api_url(api, hub::repo_path(*target));
  return url.ok() && hub::get_json(api, *url, {target, "", ""}, cancel).ok();
}

Result<OpResult> made(const hub::Api& api, const RepoRequest& request, RepoRef target, const Result<HubAnswer>& answer,
                      const Cancel& cancel) {
  if (!answer.ok()) {
    const bool exists = request.options.exist_ok && exists_after(api, answer.error(), &target, cancel);
    if (!exists) return answer.error();
  }
  const json::View said = answer.ok() ? (*answer)->root() : json::View();
  Writer writer;
  writer.begin_object();
  put_page(writer, api, repo_of_page(api, said["url"].string_or(""), target));
  writer.key("created").boolean(answer.ok());
  writer.key("files_copy_pending").boolean(said["filesCopyPending"].boolean().value_or(false)).end_object();
  return OpResult{"", writer.finish()};
}

void put_name(Writer& writer, const RepoRef& repo) {
  const size_t slash = repo.id.find('/');
  writer.key("name").string(slash == std::string::npos ? repo.id : repo.id.substr(slash + 1));
  if (slash != std::string::npos) writer.key("organization").string(repo.id.substr(0, slash));
  writer.key("type").string(repo_type_name(repo.type));
}

}  // namespace

Result<OpResult> create_repo(Story& story, RepoRequest request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  HFHUB_CHECK(apply_template(api, &request.options, story.cancel));
  const RepoOptions& options = request.options;
  Writer body;
  body.begin_object();
  put_name(body, request.repo);
  put_text(body, "visibility", options.visibility);
  if (request.is_space()) put_text(body, "sdk", options.space_sdk);
  put_text(body, "template", options.space_template);
  put_space(story, body, request);
  put_text(body, "resourceGroupId", options.resource_group);
  put_text(body, "region", options.region);
  HFHUB_TRY(const hub::PreparedCall call, prepare_named("repos.create", body, &request.repo));
  return made(api, request, request.repo, run_patiently(api, call, story.cancel), story.cancel);
}

Result<OpResult> duplicate_repo(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  RepoRef target{request.repo.type, request.to_id};
  if (target.id.empty()) target.id = request.repo.id.substr(request.repo.id.find('/') + 1);
  HFHUB_CHECK(complete_id(api, &target.id, story.cancel));
  Writer body;
  open_parameters(body, request.repo);
  body.key("repository").string(target.id);
  put_text(body, "visibility", request.options.visibility);
  put_text(body, "resourceGroupId", request.options.resource_group);
  put_space(story, body, request);
  HFHUB_TRY(const hub::PreparedCall call, prepare_named("repos.duplicate", body, nullptr));
  return made(api, request, target, run_patiently(api, call, story.cancel), story.cancel);
}

}  // namespace hfhub::client
