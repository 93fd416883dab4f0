// /api/<type>s/<id>/discussions...: open, list, comment, rename, close, merge.
#include <algorithm>
#include <set>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

constexpr int64_t kPageSize = 50;

/// Everyone with a token that writes may talk; drafts and closing are for the author and the owner.
void need_voice(const Call& call) {
  const Viewer& viewer = call.request.viewer;
  if (call.hub.settings.get()->cas_open) return;
  if (!viewer.known) throw HttpError{401, "RepoNotFound", "Repository not found"};
  if (viewer.role != "write") throw HttpError{403, "", "Forbidden: you must use a write token to open a discussion."};
}

void need_part(const Call& call, const Repo& repo, const Discussion& discussion) {
  need_voice(call);
  if (discussion.author != author_of(call)) need_write(call, repo.owner());
}

void write_summary(Json& out, const Repo& repo, const Discussion& one) {
  out.put("num", one.num).put("title", one.title).put("status", one.status).put("isPullRequest", one.is_pull);
  out.key("author").begin_object().put("name", one.author).put("type", "user").end_object();
  out.key("repo").begin_object().put("name", repo.name).put("type", std::string(singular(repo.type))).end_object();
  out.put("createdAt", iso_date(one.created_ms)).put("numComments", static_cast<int64_t>(one.events.size()));
}

Response list_discussions(const Call& call, const Repo& repo) {
  std::string_view type = call.request.arg("type"), status = call.request.arg("status"),
                   author = call.request.arg("author");
  std::vector<Discussion> all = call.hub.discussions.of(repo);
  int64_t closed = 0;
  std::vector<Discussion> shown;
  for (Discussion& one : all) {
    bool open = one.status == "open" || one.status == "draft";
    closed += open ? 0 : 1;
    bool wanted = (type == "pull_request" ? one.is_pull
                   : type == "discussion" ? !one.is_pull
                                          : true) &&
                  (status == "open"     ? open
                   : status == "closed" ? !open
                                        : true) &&
                  (author.empty() || author == one.author);
    if (wanted) shown.push_back(std::move(one));
  }
  int64_t page = std::max<int64_t>(0, parse_int(call.request.arg("p")).value_or(0));
  size_t from = std::min(shown.size(), static_cast<size_t>(page * kPageSize));
  size_t to = std::min(shown.size(), from + static_cast<size_t>(kPageSize));
  Json out;
  out.begin_object().key("discussions").begin_array();
  for (size_t i = from; i < to; ++i) {
    out.begin_object();
    write_summary(out, repo, shown[i]);
    out.end_object();
  }
  out.end_array().put("count", static_cast<int64_t>(shown.size())).put("start", static_cast<int64_t>(from));
  return json_response(out.put("numClosedDiscussions", closed).end_object().str());
}

using Files = std::map<std::string_view, const FileEntry*>;

Files files_of(const Tree& tree) {
  Files out;
  for (const FileEntry& file : tree.files()) out[file.path] = &file;
  return out;
}

bool same(const FileEntry* a, const FileEntry* b) {
  return a == b || (a && b && a->oid == b->oid && a->xet_hash == b->xet_hash);
}

const FileEntry* at(const Files& files, std::string_view path) {
  auto found = files.find(path);
  return found == files.end() ? nullptr : found->second;
}

/// What a pull request changes, as one commit on top of the branch; and the files that both have changed.
struct Merge {
  CommitInput input;
  std::vector<std::string> conflicts;
};

Merge plan_merge(const Call& call, const Repo& repo, const Discussion& pull) {
  Merge out;
  CommitPtr base = repo.find_revision(pull.base_commit), branch = repo.find_revision(pull.base);
  CommitPtr theirs = repo.find_revision("refs/pr/" + std::to_string(pull.num));
  if (!base || !branch || !theirs) throw HttpError{409, "", "The branches of this pull request are gone"};
  TreePtr trees[] = {call.hub.catalog.tree(repo, *base), call.hub.catalog.tree(repo, *branch),
                     call.hub.catalog.tree(repo, *theirs)};
  Files before = files_of(*trees[0]), ours = files_of(*trees[1]), wanted = files_of(*trees[2]);
  std::set<std::string_view> paths;
  for (const Files* files : {&before, &wanted})
    for (const auto& [path, file] : *files) paths.insert(path);
  for (std::string_view path : paths) {
    const FileEntry *was = at(before, path), *is = at(ours, path), *will = at(wanted, path);
    if (same(was, will) || same(is, will)) continue;
    if (!same(was, is)) out.conflicts.emplace_back(path);
    if (will) {
      out.input.files.push_back(*will);
    } else {
      out.input.deletes.emplace_back(path);
    }
  }
  out.input.revision = pull.base;
  out.input.title = pull.title + " (#" + std::to_string(pull.num) + ")";
  out.input.author = author_of(call);
  out.input.expected_parent = branch->oid;
  return out;
}

Response show_discussion(const Call& call, const Repo& repo, int64_t number) {
  auto one = call.hub.discussions.find(repo, number);
  if (!one) throw HttpError{404, "", "Discussion not found"};
  Json out;
  out.begin_object();
  write_summary(out, repo, *one);
  if (one->is_pull) {
    std::string base = one->base.find('/') == std::string::npos ? "refs/heads/" + one->base : one->base;
    out.key("changes").begin_object().put("base", base);
    if (!one->merge_commit.empty()) out.put("mergeCommitId", one->merge_commit);
    bool over = one->status == "merged" || one->status == "closed";
    out.end_object().strings("filesWithConflicts",
                             over ? std::vector<std::string>() : plan_merge(call, repo, *one).conflicts);
  }
  out.key("events").begin_array();
  for (const std::string& event : one->events) out.raw(event);
  return json_response(out.end_array().end_object().str());
}

Response open_discussion(const Call& call, const Repo& repo) {
  need_voice(call);
  rapidjson::Document json = parse_object(call.request.body);
  bool pull = get_bool(json, "pullRequest", false);
  Discussions::Opening opening{author_of(call), get_string(json, "title"), get_string(json, "description"),
                               pull ? "draft" : "open"};
  if (trim(opening.title).size() < 3) throw HttpError{400, "", "\"title\" must have at least 3 characters"};
  Discussion one;
  if (pull) {
    one = call.hub.discussions.open_pull(repo, opening, [&](int64_t number) {
      call.hub.catalog.set_ref(repo.type, repo.name, RefKind::kPull, std::to_string(number), opening.base);
      return call.hub.catalog.need(repo.type, repo.name)->find_revision(opening.base);
    });
  } else {
    one = call.hub.discussions.open(repo, opening);
  }
  Json out;
  out.begin_object().put("num", one.num).put("pullRequest", one.is_pull);
  return json_response(out.put("url", page_url(call, repo.type, repo.name) + "/discussions/" + std::to_string(one.num))
                           .end_object()
                           .str());
}

/// Adds an event and answers with it under `name`.
Response happened(const char* name, Discussion& discussion, const std::string& event) {
  discussion.events.push_back(event);
  Json out;
  out.begin_object().key(name).raw(event).end_object();
  return json_response(out.str());
}

Response change_status(const Call& call, const std::string& status, Discussion& one) {
  if (one.status == "merged") throw HttpError{400, "", "This pull request is merged already"};
  Json data;
  data.begin_object().put("status", status).end_object();
  one.status = status;
  return happened("newStatus", one, discussion_event("status-change", author_of(call), data.str()));
}

Response merge(const Call& call, const Repo& repo, Discussion& one) {
  need_write(call, repo.owner());
  if (!one.is_pull) throw HttpError{400, "", "A discussion cannot be merged"};
  if (one.status != "open") throw HttpError{400, "", "A pull request that is " + one.status + " cannot be merged"};
  Merge plan = plan_merge(call, repo, one);
  if (!plan.conflicts.empty()) throw HttpError{409, "", "This pull request has conflicts: " + plan.conflicts[0]};
  one.merge_commit = call.hub.catalog.commit(repo.type, repo.name, plan.input)->oid;
  return change_status(call, "merged", one);
}

Response change_discussion(const Call& call, const Repo& repo, const std::string& what, Discussion& one) {
  rapidjson::Document json = parse_object(call.request.body);
  std::string comment = get_string(json, "comment");
  if (what == "comment") {
    need_voice(call);
    if (trim(comment).empty()) throw HttpError{400, "", "\"comment\" is empty"};
    return happened("newMessage", one, comment_event(author_of(call), comment));
  }
  need_part(call, repo, one);
  if (!comment.empty()) one.events.push_back(comment_event(author_of(call), comment));
  if (what == "merge") return merge(call, repo, one);
  if (what == "status") {
    std::string status = get_string(json, "status");
    if (status != "open" && status != "closed") throw HttpError{400, "", "\"status\" must be open or closed"};
    return change_status(call, status, one);
  }
  if (what != "title") throw HttpError{404, "", "Not found"};
  std::string title = get_string(json, "title");
  if (trim(title).size() < 3) throw HttpError{400, "", "\"title\" must have at least 3 characters"};
  Json data;
  data.begin_object().put("from", one.title).put("to", title).end_object();
  one.title = title;
  return happened("newTitle", one, discussion_event("title-change", author_of(call), data.str()));
}

}  // namespace

Response answer_discussions(const Call& call, const Target& target) {
  RepoPtr repo = open_repo(call, target, false);
  bool writes = call.request.method == "POST";
  if (target.rest.size() == 1) return writes ? open_discussion(call, *repo) : list_discussions(call, *repo);
  int64_t number = parse_int(target.rest[1]).value_or(0);
  if (target.rest.size() == 2 && !writes) return show_discussion(call, *repo, number);
  if (target.rest.size() != 3 || !writes) return error_response(404, "", "Not found");
  Response out;
  call.hub.discussions.change(*repo, number,
                              [&](Discussion& one) { out = change_discussion(call, *repo, target.rest[2], one); });
  return out;
}

}  // namespace localhub
