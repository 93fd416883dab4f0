// Talking to the Hub's REST API: URLs, the token, errors with the Hub's meaning, pages.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "base/url.h"
#include "json/value.h"
#include "net/client.h"
#include "runtime/cancel.h"

namespace hfhub::hub {

// One identity on one Hub, for the time of one operation.
struct Api {
  net::Client& net;
  Url endpoint;
  std::string token;         // "" for anonymous
  bool is_download = false;  // adds X-HF-Download-Counter, as the reference client does inside downloads
  bool retry = true;         // false: one attempt, for a caller who has something else to go on with
};

// What a request is about, for the text of its errors.
struct About {
  const RepoRef* repo = nullptr;
  std::string_view revision;
  std::string_view path;
  bool in_url = true;  // the URL names the repository: a 401 may then stand for one that may not be seen
};

using Query = std::vector<std::pair<std::string, std::string>>;

Result<Url> api_url(const Api& api, std::string_view path, const Query& query = {});
// "/api/models/ns/name" + `rest`
std::string repo_path(const RepoRef& repo, std::string_view rest = "");
// {endpoint}/[datasets/|spaces/|kernels/]{id}{rest}; `rest` is encoded already.
Result<Url> page_url(const Url& endpoint, const RepoRef& repo, std::string_view rest);
// What the Hub names as a place on the public Hub is meant for the configured one, which may stand for it.
std::string on_endpoint(std::string_view url, const Url& endpoint);
// {endpoint}/[datasets/|spaces/|kernels/]{id}/resolve/{revision}/{path}
Result<Url> file_url(const Url& endpoint, const RepoRef& repo, std::string_view revision, std::string_view path);

Result<net::Request> make_request(const Api& api, net::Method method, Url url);
// The whole answer; a status of 400 or more is an error (errors.h).
Result<net::Response> send(const Api& api, const net::Request& request, const About& about,
                           const runtime::Cancel& cancel);
// The same for what must not be done twice: tried again only after answers that say nothing was done (429, 503), never
// when the answer was lost.
Result<net::Response> send_once(const Api& api, net::Request request, const About& about,
                                const runtime::Cancel& cancel);
// An answer's JSON; an error says whose answer it was.
Result<json::Value> json_answer(std::string_view body, const Url& from);
Result<json::Value> get_json(const Api& api, const Url& url, const About& about, const runtime::Cancel& cancel);
// GET, then every page that `Link: rel="next"` names; `page` gets each answer and returns false to stop.
Done get_pages(const Api& api, Url url, const About& about, const runtime::Cancel& cancel,
               const std::function<Result<bool>(json::View page)>& page);

}  // namespace hfhub::hub
