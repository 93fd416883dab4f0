// Branches, tags, and a branch's history squashed to one commit.
#include <algorithm>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

bool is_ref_name(const std::string& name) {
  if (name.empty() || name.size() > 250 || name.compare(0, 5, "refs/") == 0 || name == "HEAD") return false;
  if (name.size() == 40 && is_hex(name)) return false;  // would pass for a commit
  if (name.front() == '/' || name.back() == '/' || name.front() == '-' || name.back() == '.') return false;
  for (const char* part : {"..", "//", "@{", ".lock", "/."})
    if (name.find(part) != std::string::npos) return false;
  return name.find_first_of(" ~^:?*[\\\x7f") == std::string::npos &&
         std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20; });
}

/// The name behind "branch", "tag" or "super-squash"; an unescaped slash is part of it.
std::string name_in(const Target& target) {
  std::string name = join_path(target.rest, 1);
  if (!is_ref_name(name)) throw HttpError{400, "", "Invalid reference name: " + name};
  return name;
}

RepoPtr open_to_write(const Call& call, const Target& target) {
  RepoPtr repo = open_repo(call, target, false);
  need_write(call, repo->owner());
  return repo;
}

CommitInput authored(const Call& call, const std::string& branch, const std::string& title) {
  CommitInput out;
  out.revision = branch;
  out.title = title;
  if (!call.request.viewer.user.empty()) out.author = call.request.viewer.user;
  return out;
}

}  // namespace

Response answer_create_branch(const Call& call, const Target& target) {
  rapidjson::Document json = parse_object(call.request.body);
  RepoPtr repo = open_to_write(call, target);
  std::string name = name_in(target);
  if (repo->find_ref(RefKind::kBranch, name) && !get_bool(json, "overwrite", false))
    throw HttpError{409, "", "Reference already exists"};
  if (get_bool(json, "emptyBranch", false)) {
    call.hub.catalog.orphan(target.type, repo->name, authored(call, name, "initial commit"), *Tree::build({}));
  } else {
    CommitPtr start = open_revision(*repo, get_string(json, "startingPoint", "main"));
    call.hub.catalog.set_ref(target.type, repo->name, RefKind::kBranch, name, start->oid);
  }
  return json_response("{}", 201);
}

Response answer_delete_branch(const Call& call, const Target& target) {
  RepoPtr repo = open_to_write(call, target);
  std::string name = name_in(target);
  if (!repo->find_ref(RefKind::kBranch, name)) throw HttpError{404, "RevisionNotFound", "Invalid rev id: " + name};
  if (name == "main") throw HttpError{403, "", "Cannot delete the main branch"};
  call.hub.catalog.remove_ref(target.type, repo->name, RefKind::kBranch, name);
  return text_response(200, "OK");
}

Response answer_create_tag(const Call& call, const Target& target) {
  rapidjson::Document json = parse_object(call.request.body);
  RepoPtr repo = open_to_write(call, target);
  std::string tag = get_string(json, "tag");
  if (!is_ref_name(tag)) throw HttpError{400, "", "Invalid reference name: " + tag};
  CommitPtr commit = open_revision(*repo, join_path(target.rest, 1));
  if (repo->find_ref(RefKind::kTag, tag)) throw HttpError{409, "", "Tag already exists"};
  call.hub.catalog.set_ref(target.type, repo->name, RefKind::kTag, tag, commit->oid);
  return text_response(200, "OK");
}

Response answer_delete_tag(const Call& call, const Target& target) {
  RepoPtr repo = open_to_write(call, target);
  std::string tag = name_in(target);
  if (!repo->find_ref(RefKind::kTag, tag)) throw HttpError{404, "RevisionNotFound", "Invalid rev id: " + tag};
  call.hub.catalog.remove_ref(target.type, repo->name, RefKind::kTag, tag);
  return text_response(200, "OK");
}

Response answer_squash(const Call& call, const Target& target) {
  rapidjson::Document json = parse_object(call.request.body);
  RepoPtr repo = open_to_write(call, target);
  std::string branch = name_in(target);
  if (!repo->find_ref(RefKind::kBranch, branch)) {
    open_revision(*repo, branch);  // a 404 when it is nothing at all
    throw HttpError{400, "", "Invalid reference for a branch: " + branch};
  }
  CommitPtr head = open_revision(*repo, "refs/heads/" + branch);
  std::string message = get_string(json, "message", "Super-squash branch '" + branch + "'");
  TreePtr tree = call.hub.catalog.tree(*repo, *head);
  CommitPtr squashed = call.hub.catalog.orphan(target.type, repo->name, authored(call, branch, message), *tree);
  Json out;
  return json_response(out.begin_object().put("commitOid", squashed->oid).end_object().str());
}

}  // namespace localhub
