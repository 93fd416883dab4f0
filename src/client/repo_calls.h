// What the stories about repositories share: a call of the Hub's table, whose repository it is about, where its page is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client/repo_request.h"
#include "hub/call.h"

namespace hfhub::client {

using HubAnswer = std::shared_ptr<const json::Value>;

// Runs a row of the Hub's table. `parameters` is an object that is still open; `repo` (may be nullptr) is what errors
// speak of, for rows whose path does not name it.
Result<hub::PreparedCall> prepare_named(std::string_view operation, json::Writer& parameters, const RepoRef* repo);
Result<HubAnswer> run_named(const hub::Api& api, std::string_view operation, json::Writer& parameters,
                            const RepoRef* repo, const runtime::Cancel& cancel);
// Of the row's path: {repo_type} and {repo_id}.
void open_parameters(json::Writer& parameters, const RepoRef& repo);
void put_text(json::Writer& writer, std::string_view key, std::string_view text);  // unless it is ""

int http_status(const Error& error);  // 0 when it is no answer of a server
// The namespace that belongs to the token.
Result<std::string> own_namespace(const hub::Api& api, const runtime::Cancel& cancel);
// "name" becomes "me/name".
Done complete_id(const hub::Api& api, std::string* repo_id, const runtime::Cancel& cancel);

// {endpoint}/[datasets/|spaces/|kernels/]{id}
std::string page_url(const hub::Api& api, const RepoRef& repo);
// The repository whose page the Hub names, which may be a page of the public Hub behind a mirror; `otherwise` when it
// names none.
RepoRef repo_of_page(const hub::Api& api, std::string_view url, const RepoRef& otherwise);
// Members "url", "repo_id" and "repo_type" of a result.
void put_page(json::Writer& writer, const hub::Api& api, const RepoRef& repo);

}  // namespace hfhub::client
