// Branches and tags, and a branch's history made one commit.
#include "client/repo_calls.h"
#include "client/stories.h"

namespace hfhub::client {
namespace {

using json::Writer;
using runtime::Cancel;
using runtime::OpResult;

OpResult about(const RepoRequest& request, std::string_view what, std::optional<bool> created) {
  Writer writer;
  open_parameters(writer, request.repo);
  writer.key(what).string(request.ref);
  if (created) writer.key("created").boolean(*created);
  return {"", writer.finish()};
}

// A token that may not write is refused before the Hub looks whether the branch is there.
bool has_branch(const hub::Api& api, const RepoRequest& request, const Cancel& cancel) {
  Writer parameters;
  open_parameters(parameters, request.repo);
  const auto refs = run_named(api, "repos.refs", parameters, nullptr, cancel);
  if (!refs.ok()) return false;
  const json::View branches = (*refs)->root()["branches"];
  for (size_t i = 0; i < branches.size(); ++i) {
    if (branches[i]["name"].string_or("") == request.ref) return true;
  }
  return false;
}

Result<OpResult> delete_ref(Story& story, const RepoRequest& request, const char* operation, std::string_view what) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  parameters.key(what).string(request.ref);
  HFHUB_CHECK(run_named(api, operation, parameters, nullptr, story.cancel));
  return about(request, what, std::nullopt);
}

}  // namespace

Result<OpResult> list_refs(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  if (request.include_prs) parameters.key("include_prs").boolean(true);
  HFHUB_TRY(HubAnswer answer, run_named(api, "repos.refs", parameters, nullptr, story.cancel));
  return OpResult{"", std::move(answer)};
}

Result<OpResult> create_branch(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  parameters.key("branch").string(request.ref);
  put_text(parameters, "startingPoint", request.options.revision);
  const auto answer = run_named(api, "branches.create", parameters, nullptr, story.cancel);
  if (answer.ok()) return about(request, "branch", true);
  const int status = request.options.exist_ok ? http_status(answer.error()) : 0;
  if (status == 409 || (status == 403 && has_branch(api, request, story.cancel))) {
    return about(request, "branch", false);
  }
  return answer.error();
}

Result<OpResult> delete_branch(Story& story, const RepoRequest& request) {
  return delete_ref(story, request, "branches.delete", "branch");
}

Result<OpResult> create_tag(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  put_text(parameters, "revision", request.options.revision);
  parameters.key("tag").string(request.ref);
  if (request.options.message) parameters.key("message").string(*request.options.message);
  const auto answer = run_named(api, "tags.create", parameters, nullptr, story.cancel);
  if (answer.ok()) return about(request, "tag", true);
  if (request.options.exist_ok && http_status(answer.error()) == 409) return about(request, "tag", false);
  return answer.error();
}

Result<OpResult> delete_tag(Story& story, const RepoRequest& request) {
  return delete_ref(story, request, "tags.delete", "tag");
}

Result<OpResult> squash_branch(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  parameters.key("branch").string(request.ref).key("message");
  parameters.string(request.options.message.value_or("Super-squash branch '" + request.ref + "' using libhfhub"));
  HFHUB_CHECK(run_named(api, "branches.squash", parameters, nullptr, story.cancel));
  return about(request, "branch", std::nullopt);
}

}  // namespace hfhub::client
