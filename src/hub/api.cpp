#include "hub/api.h"

#include <set>

#include "hub/errors.h"
#include "net/header_values.h"

namespace hfhub::hub {
namespace {

constexpr size_t kMostPages = 100'000;  // a server that names pages for ever must end somewhere

std::string url_prefix(RepoType type) {
  return type == RepoType::kModel ? "" : std::string(repo_type_plural(type)) + "/";
}

}  // namespace

Result<Url> api_url(const Api& api, std::string_view path, const Query& query) {
  std::string text = api.endpoint.str();
  if (text.ends_with('/')) text.pop_back();
  text += path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    text += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  return parse_url(text);
}

std::string repo_path(const RepoRef& repo, std::string_view rest) {
  return "/api/" + std::string(repo_type_plural(repo.type)) + "/" + percent_encode(repo.id, "/") + std::string(rest);
}

Result<Url> page_url(const Url& endpoint, const RepoRef& repo, std::string_view rest) {
  std::string text = endpoint.str();
  if (!text.ends_with('/')) text += '/';
  text += url_prefix(repo.type) + percent_encode(repo.id, "/");
  return parse_url(text.append(rest));
}

std::string on_endpoint(std::string_view url, const Url& endpoint) {
  for (const std::string_view hub : {"https://huggingface.co/", "https://hub-ci.huggingface.co/"}) {
    if (!url.starts_with(hub)) continue;
    std::string base = endpoint.str();
    while (base.ends_with('/')) base.pop_back();
    return base + "/" + std::string(url.substr(hub.size()));
  }
  return std::string(url);
}

Result<Url> file_url(const Url& endpoint, const RepoRef& repo, std::string_view revision, std::string_view path) {
  return page_url(endpoint, repo, "/resolve/" + percent_encode(revision) + "/" + percent_encode(path, "/"));
}

Result<net::Request> make_request(const Api& api, net::Method method, Url url) {
  net::Request request;
  request.method = method;
  request.url = std::move(url);
  request.token = api.token;
  request.retry = api.retry;
  // Counting is between us and the Hub: a URL that a redirect led to learns nothing of it.
  if (api.is_download && api.net.is_token_origin(request.url))
    HFHUB_CHECK(request.headers.set("X-HF-Download-Counter", "1"));
  return request;
}

Result<net::Response> send(const Api& api, const net::Request& request, const About& about,
                           const runtime::Cancel& cancel) {
  HFHUB_TRY(net::Response response, api.net.send(request, cancel));
  if (response.status >= 400) return error_of(response, about);
  return response;
}

Result<net::Response> send_once(const Api& api, net::Request request, const About& about,
                                const runtime::Cancel& cancel) {
  request.once = true;
  for (uint64_t attempt = 1;; ++attempt) {
    HFHUB_TRY(net::Response response, api.net.send(request, cancel));
    if (response.status < 400) return response;
    Error error = error_of(response, about);
    const bool refused = response.status == 429 || response.status == 503;
    if (!refused || !api.retry) return error;
    HFHUB_CHECK(api.net.wait_before_retry(error, attempt, cancel));
  }
}

Result<json::Value> json_answer(std::string_view body, const Url& from) {
  auto value = json::Value::parse(body);
  if (!value.ok()) return std::move(value).error().prefixed("the answer of " + redacted(from.str()));
  return value;
}

Result<json::Value> get_json(const Api& api, const Url& url, const About& about, const runtime::Cancel& cancel) {
  HFHUB_TRY(const net::Request request, make_request(api, net::Method::kGet, url));
  HFHUB_TRY(const net::Response response, send(api, request, about, cancel));
  return json_answer(response.body, response.url);
}

Done get_pages(const Api& api, Url url, const About& about, const runtime::Cancel& cancel,
               const std::function<Result<bool>(json::View page)>& page) {
  std::set<std::string> seen;
  while (seen.size() < kMostPages && seen.insert(url.str()).second) {
    HFHUB_TRY(const net::Request request, make_request(api, net::Method::kGet, url));
    HFHUB_TRY(const net::Response response, send(api, request, about, cancel));
    HFHUB_TRY(const json::Value value, json_answer(response.body, response.url));
    HFHUB_TRY(const bool more, page(value.root()));
    const auto next = net::parse_link_next(response.headers.get("link"));
    if (!more || !next) return {};
    HFHUB_TRY(url, join_url(response.url, *next));
  }
  return Error::make(Code::kProtocol, "the listing at " + redacted(url.str()) + " does not end");
}

}  // namespace hfhub::hub
