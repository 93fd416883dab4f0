#include "hub/commit.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "hub/errors.h"

namespace hfhub::hub {
namespace {

using json::Writer;

constexpr size_t kPathsPage = 500;  // the Hub takes 1,000 at most

Error bad_answer(const Url& url, std::string_view why) {
  return Error::make(Code::kProtocol, "the answer of " + redacted(url.str()) + " " + std::string(why));
}

std::string line_of(const std::shared_ptr<const json::Value>& value) {
  return json::to_python_text(value->root()) + "\n";
}

void begin_line(Writer* out, const char* key) {
  out->begin_object().key("key").string(key).key("value").begin_object();
}

std::string end_line(Writer* out) {
  out->end_object().end_object();
  return line_of(out->finish());
}

Result<net::Request> json_request(const Api& api, const Url& url, Writer& body) {
  HFHUB_TRY(net::Request request, make_request(api, net::Method::kPost, url));
  HFHUB_CHECK(request.headers.set("Content-Type", "application/json"));
  request.body = json::to_compact_text(body.finish()->root());
  return request;
}

// For questions, which may be asked again.
Result<json::Value> post_json(const Api& api, const Url& url, Writer& body, const About& about,
                              const runtime::Cancel& cancel) {
  HFHUB_TRY(const net::Request request, json_request(api, url, body));
  HFHUB_TRY(const net::Response response, send(api, request, about, cancel));
  return json_answer(response.body, response.url);
}

Query pr_query(const CommitTarget& target) { return target.create_pr ? Query{{"create_pr", "1"}} : Query{}; }

Result<PreuploadVerdict> verdict_of(json::View row, uint64_t size) {
  const auto mode = row["uploadMode"].string();
  if (!mode || (*mode != "regular" && *mode != "lfs")) {
    return Error::make(Code::kProtocol, "a file has no uploadMode that is known");
  }
  PreuploadVerdict out;
  out.large = *mode == "lfs" && size > 0;  // storage takes no empty objects
  out.ignored = row["shouldIgnore"].boolean().value_or(false);
  const std::string_view oid = row["oid"].string_or("");
  if (is_lower_hex(oid, 40) || is_lower_hex(oid, 64)) out.oid = oid;
  return out;
}

}  // namespace

// ---- classification ----

Result<std::vector<PreuploadVerdict>> parse_preupload(json::View answer, std::span<const PreuploadFile> files) {
  const json::View rows = answer["files"];
  if (!rows.is_array()) return Error::make(Code::kProtocol, "there is no list of files");
  std::unordered_map<std::string_view, json::View> by_path;
  for (size_t i = 0; i < rows.size(); ++i) by_path.emplace(rows[i]["path"].string_or(""), rows[i]);
  std::vector<PreuploadVerdict> verdicts;
  for (const PreuploadFile& file : files) {
    const auto row = by_path.find(file.path);
    if (row == by_path.end()) {
      return Error::make(Code::kProtocol, "it says nothing about '" + printable(file.path) + "'");
    }
    HFHUB_TRY(auto verdict, verdict_of(row->second, file.size));
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

Result<std::vector<PreuploadVerdict>> preupload(const Api& api, const CommitTarget& target,
                                                std::span<const PreuploadFile> files, const PreuploadRules& rules,
                                                const runtime::Cancel& cancel) {
  Writer body;
  body.begin_object().key("files").begin_array();
  for (const PreuploadFile& file : files) {
    body.begin_object().key("path").string(file.path);
    body.key("sample").string(to_base64(file.sample)).key("size").unsigned_integer(file.size).end_object();
  }
  body.end_array();
  if (rules.gitignore) body.key("gitIgnore").string(*rules.gitignore);
  if (rules.gitattributes) body.key("gitAttributes").string(*rules.gitattributes);
  body.end_object();
  HFHUB_TRY(const Url url,
            api_url(api, repo_path(target.repo, "/preupload/" + percent_encode(target.revision)), pr_query(target)));
  HFHUB_TRY(const json::Value answer, post_json(api, url, body, {&target.repo, target.revision, ""}, cancel));
  auto verdicts = parse_preupload(answer.root(), files);
  if (!verdicts.ok()) return std::move(verdicts).error().prefixed("the answer of " + redacted(url.str()));
  return verdicts;
}

// ---- lines ----

std::string header_line(const CommitText& text) {
  Writer out;
  begin_line(&out, "header");
  out.key("summary").string(text.message).key("description").string(text.description);
  if (!text.parent.empty()) out.key("parentCommit").string(text.parent);
  return end_line(&out);
}

std::string_view file_line_begin() { return "{\"key\": \"file\", \"value\": {\"content\": \""; }

std::string file_line_end(std::string_view path) {
  Writer name;
  name.string(path);
  return "\", \"path\": " + json::to_python_text(name.finish()->root()) + ", \"encoding\": \"base64\"}}\n";
}

std::string large_file_line(std::string_view path, std::string_view sha256, std::optional<uint64_t> size) {
  Writer out;
  begin_line(&out, "lfsFile");
  out.key("path").string(path).key("algo").string("sha256").key("oid").string(sha256);
  if (size) out.key("size").unsigned_integer(*size);
  return end_line(&out);
}

std::string deletion_line(std::string_view path, bool folder) {
  Writer out;
  begin_line(&out, folder ? "deletedFolder" : "deletedFile");
  out.key("path").string(path);
  return end_line(&out);
}

// ---- the commit ----

Result<net::Request> commit_request(const Api& api, const CommitTarget& target) {
  HFHUB_TRY(Url url,
            api_url(api, repo_path(target.repo, "/commit/" + percent_encode(target.revision)), pr_query(target)));
  HFHUB_TRY(net::Request request, make_request(api, net::Method::kPost, std::move(url)));
  HFHUB_CHECK(request.headers.set("Content-Type", "application/x-ndjson"));
  request.once = true;  // a commit whose answer was lost is looked for, not made twice
  return request;
}

Result<CommitAnswer> parse_commit_answer(std::string_view body, const Url& from) {
  HFHUB_TRY(const json::Value value, json_answer(body, from));
  CommitAnswer out;
  out.oid = value.root()["commitOid"].string_or("");
  out.url = value.root()["commitUrl"].string_or("");
  out.pr_url = value.root()["pullRequestUrl"].string_or("");
  if (!is_commit_hash(out.oid)) return bad_answer(from, "names no commit");
  return out;
}

std::string repo_page(const Url& endpoint, const RepoRef& repo) {
  const auto url = page_url(endpoint, repo, "");
  return url.ok() ? url->str() : endpoint.str();
}

std::string commit_page(const Url& endpoint, const RepoRef& repo, std::string_view oid) {
  return repo_page(endpoint, repo) + "/commit/" + std::string(oid);
}

std::string pull_request_page(const Url& endpoint, const RepoRef& repo, uint64_t number) {
  return repo_page(endpoint, repo) + "/discussions/" + std::to_string(number);
}

Result<std::vector<CommitRow>> newest_commits(const Api& api, const RepoRef& repo, std::string_view revision,
                                              const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/commits/" + percent_encode(revision))));
  HFHUB_TRY(const json::Value answer, get_json(api, url, {&repo, revision, ""}, cancel));
  std::vector<CommitRow> rows;
  for (size_t i = 0; i < answer.root().size(); ++i) {
    const json::View row = answer.root()[i];
    rows.push_back({std::string(row["id"].string_or("")), std::string(row["title"].string_or(""))});
  }
  return rows;
}

Result<PullRequest> open_pull_request(const Api& api, const RepoRef& repo, const CommitText& text,
                                      const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/discussions")));
  Writer body;
  body.begin_object().key("title").string(text.message);
  body.key("description").string(text.description).key("pullRequest").boolean(true).end_object();
  HFHUB_TRY(net::Request request, json_request(api, url, body));
  HFHUB_TRY(const net::Response response, send_once(api, std::move(request), {&repo, "", ""}, cancel));
  HFHUB_TRY(const json::Value answer, json_answer(response.body, response.url));
  const auto number = answer.root()["num"].unsigned_integer();
  if (!number || *number == 0) return bad_answer(url, "names no pull request");
  PullRequest out{*number, std::string(answer.root()["url"].string_or("")), "refs/pr/" + std::to_string(*number)};
  out.url = out.url.empty() ? pull_request_page(api.endpoint, repo, *number) : on_endpoint(out.url, api.endpoint);
  return out;
}

Result<std::vector<uint64_t>> pull_requests(const Api& api, const RepoRef& repo, const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/refs"), {{"include_prs", "1"}}));
  HFHUB_TRY(const json::Value answer, get_json(api, url, {&repo, "", ""}, cancel));
  constexpr std::string_view kPrefix = "refs/pr/";
  std::vector<uint64_t> numbers;
  const json::View rows = answer.root()["pullRequests"];
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view ref = rows[i]["ref"].string_or("");
    const auto number = ref.starts_with(kPrefix) ? parse_uint64(ref.substr(kPrefix.size()))
                                                 : Result<uint64_t>(Error::make(Code::kProtocol, ""));
    if (number.ok()) numbers.push_back(*number);
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

// ---- README.md ----

Done check_card(const Api& api, RepoType type, std::string_view content, std::vector<std::string>* warnings,
                const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, "/api/validate-yaml"));
  Writer body;
  body.begin_object().key("content").string(content).key("repoType").string(repo_type_name(type)).end_object();
  HFHUB_TRY(const net::Request request, json_request(api, url, body));
  HFHUB_TRY(const net::Response response, api.net.send(request, cancel));
  if (response.status == 404) return {};  // a Hub that checks nothing
  const auto answer = json::Value::parse(response.body);
  std::string errors;
  if (answer.ok()) {
    const json::View found = answer->root()["errors"], notes = answer->root()["warnings"];
    for (size_t i = 0; i < notes.size(); ++i) warnings->emplace_back(notes[i]["message"].string_or(""));
    for (size_t i = 0; i < found.size(); ++i) {
      errors += (i > 0 ? "; " : "") + printable(found[i]["message"].string_or(""));
    }
  }
  if (response.status < 400) return {};
  if (response.status != 400) return error_of(response, {});
  return Error::make(Code::kArgument, "the metadata of README.md is not valid: " + errors);
}

// ---- copies ----

Result<std::vector<PathFacts>> paths_info(const Api& api, const RepoRef& repo, std::string_view revision,
                                          std::span<const std::string> paths, const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/paths-info/" + percent_encode(revision))));
  std::vector<PathFacts> facts;
  for (size_t begin = 0; begin < paths.size(); begin += kPathsPage) {
    Writer body;
    body.begin_object().key("paths").begin_array();
    for (const std::string& path : paths.subspan(begin, std::min(kPathsPage, paths.size() - begin))) body.string(path);
    body.end_array().end_object();
    HFHUB_TRY(const json::Value answer, post_json(api, url, body, {&repo, revision, ""}, cancel));
    for (size_t i = 0; i < answer.root().size(); ++i) {
      const json::View row = answer.root()[i];
      PathFacts found;
      found.path = row["path"].string_or("");
      found.folder = row["type"].string_or("") == "directory";
      found.oid = row["oid"].string_or("");
      found.size = row["size"].unsigned_integer().value_or(0);
      found.sha256 = row["lfs"]["oid"].string_or("");
      found.xet_hash = row["xetHash"].string_or("");
      facts.push_back(std::move(found));
    }
  }
  return facts;
}

Done duplicate_large_files(const Api& api, const RepoRef& from, const RepoRef& to, std::span<const PathFacts> files,
                           const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(from, "/lfs-files/duplicate")));
  for (size_t begin = 0; begin < files.size(); begin += kPathsPage) {
    Writer body;
    body.begin_object().key("target").begin_object();
    body.key("type").string(repo_type_name(to.type)).key("name").string(to.id).end_object();
    body.key("files").begin_array();
    for (const PathFacts& file : files.subspan(begin, std::min(kPathsPage, files.size() - begin))) {
      body.begin_object().key("xetHash").string(file.xet_hash).key("sha256").string(file.sha256);
      body.key("filename").string(file.path).end_object();
    }
    body.end_array().end_object();
    HFHUB_TRY(const json::Value answer, post_json(api, url, body, {&from, "", ""}, cancel));
    const json::View failed = answer.root()["failed"];
    if (failed.size() == 0) continue;
    return Error::make(Code::kHttp, "cannot copy " + std::to_string(failed.size()) + " file(s) from " +
                                        repo_type_name(from.type) + " '" + from.id + "', first " +
                                        printable(failed[0]["sha256"].string_or("")) + ": " +
                                        printable(failed[0]["error"].string_or("no reason given")));
  }
  return {};
}

}  // namespace hfhub::hub
