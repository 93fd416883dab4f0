// Refs and commits of a repository.
#include <algorithm>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

void write_refs(Json& out, const Repo& repo, const char* name, RefKind kind) {
  out.key(name).begin_array();
  for (const Ref& ref : repo.refs) {
    if (ref.kind != kind) continue;
    out.begin_object().put("name", ref.name).put("ref", std::string(ref_prefix(kind)) + ref.name);
    out.put("targetCommit", repo.commits[static_cast<size_t>(ref.commit)]->oid).end_object();
  }
  out.end_array();
}

std::string as_html(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      default: out += c;
    }
  }
  return out;
}

void write_commit(Json& out, const Commit& commit, bool formatted) {
  out.begin_object().put("id", commit.oid).put("title", commit.title);
  out.put("message", commit.message).key("authors").begin_array().begin_object();
  out.put("user", commit.author).put("avatar", "/avatars/" + commit.author + ".svg");
  out.end_object().end_array().put("date", iso_date(commit.date_ms));
  if (formatted) {
    out.key("formatted").begin_object().put("title", as_html(commit.title));
    out.put("message", as_html(commit.message)).end_object();
  }
  out.end_object();
}

}  // namespace

Response answer_refs(const Call& call, const Target& target) {
  RepoPtr repo = open_repo(call, target, false);
  Json out;
  out.begin_object();
  write_refs(out, *repo, "tags", RefKind::kTag);
  write_refs(out, *repo, "branches", RefKind::kBranch);
  write_refs(out, *repo, "converts", RefKind::kConvert);
  if (call.request.flag("include_prs")) write_refs(out, *repo, "pullRequests", RefKind::kPull);
  return json_response(out.end_object().str());
}

Response answer_commits(const Call& call, const Target& target) {
  size_t at = 1;
  std::string revision = take_revision(target.rest, at);
  RepoPtr repo = open_repo(call, target, false);
  CommitPtr head = open_revision(*repo, revision);
  std::vector<const Commit*> history;
  for (const Commit* c = head.get(); c; c = repo->parent_of(*c)) history.push_back(c);
  // This listing pages by number (?p=), not by cursor.
  int64_t limit = page_limit(call.request, call.hub.settings.get()->commit_page_size);
  int64_t page = std::max<int64_t>(0, parse_int(call.request.arg("p")).value_or(0));
  size_t from = std::min(history.size(), static_cast<size_t>(page * limit));
  size_t to = std::min(history.size(), from + static_cast<size_t>(limit));
  auto expand = call.request.args("expand");
  bool formatted = std::find(expand.begin(), expand.end(), "formatted") != expand.end();
  Json out;
  out.begin_array();
  for (size_t i = from; i < to; ++i) write_commit(out, *history[i], formatted);
  Response response = json_response(out.end_array().str());
  response.set("X-Total-Count", std::to_string(history.size()));
  if (to < history.size()) add_next_link(call, response, "p", page + 1);
  return response;
}

}  // namespace localhub
