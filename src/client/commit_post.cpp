#include "client/commit_post.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "client/commit_body.h"
#include "digest/digest.h"
#include "hub/errors.h"

namespace hfhub::client {
namespace {

using Kind = Operation::Kind;

constexpr int kMostHops = 5;                  // of a repository that was moved
constexpr int64_t kDeadlineMs = 15 * 60'000;  // the Hub takes minutes for a commit of thousands of files

// May the Hub have done it although it did not say so?
bool is_ambiguous(const Error& error) {
  if (error.code == Code::kNetwork || error.code == Code::kTimeout) return true;
  return error.http != nullptr && error.http->http_status >= 500;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

class CommitPost {
 public:
  CommitPost(Story& story, const hub::Api& api, const hub::CommitTarget& target, const hub::CommitText& text,
             const CommitContent& content)
      : story_(story), api_(api), target_(target), text_(text), content_(content) {}

  Result<hub::CommitAnswer> run();

 private:
  void write_body();
  Result<hub::CommitAnswer> attempt();
  Result<std::optional<hub::CommitAnswer>> find_lost();
  Result<std::optional<hub::CommitAnswer>> find_in(std::string_view revision);
  Result<bool> holds_everything(const std::string& commit);
  Result<std::string> oid_of(const Operation& operation);

  Story& story_;
  const hub::Api& api_;
  const hub::CommitTarget& target_;
  const hub::CommitText& text_;
  const CommitContent& content_;
  CommitBody body_;
  uint64_t newest_pr_ = 0;  // before the first attempt
};

Result<hub::CommitAnswer> CommitPost::run() {
  write_body();
  if (target_.create_pr) {
    HFHUB_TRY(const auto numbers, hub::pull_requests(api_, target_.repo, story_.cancel));
    if (!numbers.empty()) newest_pr_ = numbers.front();
  }
  bool ambiguous = false;
  for (uint64_t failures = 1;; ++failures) {
    auto answer = attempt();
    if (answer.ok()) return answer;
    HFHUB_CHECK(story_.cancel.check());
    ambiguous |= is_ambiguous(answer.error());
    if (ambiguous) {
      HFHUB_TRY(auto found, find_lost());
      if (found) return *std::move(found);
    }
    HFHUB_CHECK(api_.net.wait_before_retry(answer.error(), failures, story_.cancel));
  }
}

void CommitPost::write_body() {
  body_.add_text(hub::header_line(text_));
  for (const size_t i : content_.selected) {
    Operation& operation = content_.operations[i];
    if (!operation.writes()) {
      const std::string path = operation.path + (operation.slash ? "/" : "");
      body_.add_text(hub::deletion_line(path, operation.kind == Kind::kDeleteFolder));
      continue;
    }
    if (operation.kind == Kind::kAdd && operation.add->large) {
      body_.add_text(hub::large_file_line(operation.path, operation.add->oid, operation.add->source.size()));
      continue;
    }
    if (operation.kind == Kind::kCopy && operation.copy->large) {
      body_.add_text(hub::large_file_line(operation.path, operation.copy->oid, std::nullopt));
      continue;
    }
    body_.add_text(std::string(hub::file_line_begin()));
    if (operation.kind == Kind::kAdd) body_.add_base64(operation.add->source, &operation.add->oid);
    else body_.add_base64(operation.copy->content, nullptr);
    body_.add_text(hub::file_line_end(operation.path));
  }
}

Result<hub::CommitAnswer> CommitPost::attempt() {
  HFHUB_TRY(net::Request request, hub::commit_request(api_, target_));
  request.deadline_ms = kDeadlineMs;
  request.source = &body_;
  request.redirects = net::Redirects::kNever;  // the body is read anew for each server that is asked
  for (int hop = 0; hop < kMostHops; ++hop) {
    HFHUB_TRY(const net::Response response,
              hub::send(api_, request, {&target_.repo, target_.revision, ""}, story_.cancel));
    if (response.status < 300) return hub::parse_commit_answer(response.body, response.url);
    HFHUB_TRY(request.url, join_url(response.url, response.headers.get("location")));
    if (!api_.net.is_token_origin(request.url)) break;
  }
  return Error::make(Code::kProtocol, "the Hub leads the commit elsewhere, to " + redacted(request.url.str()));
}

// The commit is recognised by its title and by what it made of the paths: a moment ago the Hub said that they differ.
Result<std::optional<hub::CommitAnswer>> CommitPost::find_lost() {
  if (!target_.create_pr) return find_in(target_.revision);
  HFHUB_TRY(const auto numbers, hub::pull_requests(api_, target_.repo, story_.cancel));
  for (const uint64_t number : numbers) {
    if (number <= newest_pr_) break;
    HFHUB_TRY(auto found, find_in("refs/pr/" + std::to_string(number)));
    if (!found) continue;
    found->pr_url = hub::pull_request_page(api_.endpoint, target_.repo, number);
    return found;
  }
  return std::optional<hub::CommitAnswer>();
}

Result<std::optional<hub::CommitAnswer>> CommitPost::find_in(std::string_view revision) {
  HFHUB_TRY(const auto rows, hub::newest_commits(api_, target_.repo, revision, story_.cancel));
  for (const hub::CommitRow& row : rows) {
    if (row.title != first_line(text_.message)) continue;
    HFHUB_TRY(const bool ours, holds_everything(row.oid));
    if (!ours) continue;
    story_.log->write(runtime::LogLevel::kInfo, "the answer to a commit was lost; found it as " + row.oid);
    return std::optional<hub::CommitAnswer>(
        hub::CommitAnswer{hub::commit_page(api_.endpoint, target_.repo, row.oid), row.oid, ""});
  }
  return std::optional<hub::CommitAnswer>();
}

Result<bool> CommitPost::holds_everything(const std::string& commit) {
  std::vector<std::string> paths;
  for (const size_t i : content_.selected) paths.push_back(content_.operations[i].path);
  HFHUB_TRY(const auto facts, hub::paths_info(api_, target_.repo, commit, paths, story_.cancel));
  std::unordered_map<std::string_view, const hub::PathFacts*> by_path;
  for (const hub::PathFacts& fact : facts) by_path.emplace(fact.path, &fact);
  std::set<std::string_view> written;
  for (const size_t i : content_.selected) {
    if (content_.operations[i].writes()) written.insert(content_.operations[i].path);
  }
  for (const size_t i : content_.selected) {
    const Operation& operation = content_.operations[i];
    const auto found = by_path.find(operation.path);
    const bool there = found != by_path.end();
    if (!operation.writes()) {
      const std::string below = operation.path + "/";
      const auto next = written.lower_bound(below);
      const bool again = written.count(operation.path) > 0 || (next != written.end() && next->starts_with(below));
      if (there && !again) return false;
      continue;
    }
    if (!there || found->second->folder) return false;
    HFHUB_TRY(const std::string oid, oid_of(operation));
    if (oid != (found->second->sha256.empty() ? found->second->oid : found->second->sha256)) return false;
  }
  return true;
}

Result<std::string> CommitPost::oid_of(const Operation& operation) {
  if (operation.kind == Kind::kCopy) return operation.copy->oid;
  if (!operation.add->oid.empty()) return operation.add->oid;
  return operation.add->source.digest(digest::Algorithm::kGitSha1, story_.cancel);
}

}  // namespace

Result<hub::CommitAnswer> post_commit(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                                      const hub::CommitText& text, const CommitContent& content) {
  return CommitPost(story, api, target, text, content).run();
}

}  // namespace hfhub::client
