// Repositories that are there: deleted, moved, changed, asked about, listed.
#include "client/repo_calls.h"
#include "client/stories.h"

namespace hfhub::client {
namespace {

using json::Writer;
using runtime::OpResult;

OpResult about(const RepoRef& repo) {
  Writer writer;
  open_parameters(writer, repo);
  return {"", writer.finish()};
}

}  // namespace

Result<OpResult> delete_repo(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  const size_t slash = request.repo.id.find('/');
  Writer body;
  body.begin_object().key("name").string(request.repo.id.substr(slash == std::string::npos ? 0 : slash + 1));
  if (slash != std::string::npos) body.key("organization").string(request.repo.id.substr(0, slash));
  body.key("type").string(repo_type_name(request.repo.type));
  const auto answer = run_named(api, "repos.delete", body, &request.repo, story.cancel);
  const bool missing = !answer.ok() && answer.error().code == Code::kRepoNotFound;
  if (!answer.ok() && !(missing && request.options.missing_ok)) return answer.error();
  Writer writer;
  open_parameters(writer, request.repo);
  writer.key("deleted").boolean(answer.ok());
  return OpResult{"", writer.finish()};
}

Result<OpResult> move_repo(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer body;
  body.begin_object().key("fromRepo").string(request.repo.id).key("toRepo").string(request.to_id);
  body.key("type").string(repo_type_name(request.repo.type));
  HFHUB_CHECK(run_named(api, "repos.move", body, &request.repo, story.cancel));
  Writer writer;
  writer.begin_object();
  put_page(writer, api, {request.repo.type, request.to_id});
  return OpResult{"", writer.finish()};
}

Result<OpResult> update_repo(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer body;
  open_parameters(body, request.repo);
  put_text(body, "visibility", request.options.visibility);
  if (request.options.gated == "false") body.key("gated").boolean(false);
  else put_text(body, "gated", request.options.gated);
  HFHUB_TRY(HubAnswer answer, run_named(api, "repos.update", body, nullptr, story.cancel));
  return OpResult{"", std::move(answer)};
}

Result<OpResult> check_access(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  open_parameters(parameters, request.repo);
  const char* operation = request.write ? "repos.auth_check_write" : "repos.auth_check";
  HFHUB_CHECK(run_named(api, operation, parameters, nullptr, story.cancel));
  return about(request.repo);
}

Result<OpResult> list_owned(Story& story, const RepoRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  Writer parameters;
  parameters.begin_object();
  put_text(parameters, "organization", request.owner);
  const char* operation = request.owner.empty() ? "repos.list_mine" : "repos.list_organization";
  HFHUB_TRY(HubAnswer answer, run_named(api, operation, parameters, nullptr, story.cancel));
  return OpResult{"", std::move(answer)};
}

}  // namespace hfhub::client
