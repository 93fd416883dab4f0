#include "client/repo_calls.h"

namespace hfhub::client {
namespace {

constexpr std::string_view kPublicHub = "https://huggingface.co";

std::string endpoint_text(const hub::Api& api) {
  std::string text = api.endpoint.str();
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// What stands in front of an id on the Hub's pages.
std::string page_prefix(RepoType type) {
  return type == RepoType::kModel ? "/" : "/" + std::string(repo_type_plural(type)) + "/";
}

}  // namespace

Result<hub::PreparedCall> prepare_named(std::string_view operation, json::Writer& parameters, const RepoRef* repo) {
  HFHUB_TRY(hub::PreparedCall call, hub::prepare_call(operation, parameters.finish()->root()));
  if (repo != nullptr) call.repo = *repo;
  return call;
}

Result<HubAnswer> run_named(const hub::Api& api, std::string_view operation, json::Writer& parameters,
                            const RepoRef* repo, const runtime::Cancel& cancel) {
  HFHUB_TRY(const hub::PreparedCall call, prepare_named(operation, parameters, repo));
  return hub::run_call(api, call, cancel);
}

void open_parameters(json::Writer& parameters, const RepoRef& repo) {
  parameters.begin_object().key("repo_type").string(repo_type_name(repo.type)).key("repo_id").string(repo.id);
}

void put_text(json::Writer& writer, std::string_view key, std::string_view text) {
  if (!text.empty()) writer.key(key).string(text);
}

int http_status(const Error& error) { return error.http ? error.http->http_status : 0; }

Result<std::string> own_namespace(const hub::Api& api, const runtime::Cancel& cancel) {
  json::Writer none;
  none.begin_object();
  HFHUB_TRY(const HubAnswer answer, run_named(api, "whoami", none, nullptr, cancel));
  const std::string name(answer->root()["name"].string_or(""));
  if (!check_repo_id(name).ok()) return Error::make(Code::kProtocol, "the Hub does not say whose token it is");
  return name;
}

Done complete_id(const hub::Api& api, std::string* repo_id, const runtime::Cancel& cancel) {
  if (repo_id->find('/') != std::string::npos) return {};
  HFHUB_TRY(const std::string own, own_namespace(api, cancel));
  *repo_id = own + "/" + *repo_id;
  return {};
}

std::string page_url(const hub::Api& api, const RepoRef& repo) {
  return endpoint_text(api) + page_prefix(repo.type) + repo.id;
}

RepoRef repo_of_page(const hub::Api& api, std::string_view url, const RepoRef& otherwise) {
  for (const std::string& host : {endpoint_text(api), std::string(kPublicHub)}) {
    const std::string start = host + page_prefix(otherwise.type);
    if (!url.starts_with(start)) continue;
    const std::string_view id = url.substr(start.size());
    if (check_repo_id(id).ok()) return {otherwise.type, std::string(id)};
  }
  return otherwise;
}

void put_page(json::Writer& writer, const hub::Api& api, const RepoRef& repo) {
  writer.key("url").string(page_url(api, repo)).key("repo_id").string(repo.id);
  writer.key("repo_type").string(repo_type_name(repo.type));
}

}  // namespace hfhub::client
