#include "discussions.h"

#include <algorithm>
#include <atomic>

#include "digest.h"
#include "http.h"
#include "json.h"

namespace localhub {

std::string discussion_event(const std::string& type, const std::string& author, const std::string& data_json) {
  static std::atomic<uint64_t> counter{0};
  std::string id = sha256_hex(std::to_string(now_ms()) + "/" + std::to_string(++counter)).substr(0, 24);
  Json out;
  out.begin_object().put("id", id).key("author").begin_object().put("name", author);
  out.put("fullname", author).put("type", "user").put("avatarUrl", "/avatars/" + author + ".svg").end_object();
  out.put("createdAt", iso_date(now_ms())).put("type", type).key("data").raw(data_json);
  return out.end_object().str();
}

std::string comment_event(const std::string& author, const std::string& text) {
  Json data;
  data.begin_object().put("edited", false).put("hidden", false).put("numEdits", 0);
  data.key("latest").begin_object().put("raw", text).put("updatedAt", iso_date(now_ms())).end_object();
  return discussion_event("comment", author, data.end_object().str());
}

std::string commit_event(const Commit& commit) {
  Json data;
  data.begin_object().put("subject", commit.title).put("oid", commit.oid).end_object();
  return discussion_event("commit", commit.author, data.str());
}

Discussions::Discussions(Catalog& catalog) : catalog_(catalog) {
  for (auto& [repo_id, discussion] : catalog.discussions()) by_repo_[repo_id][discussion.num] = discussion;
}

std::vector<Discussion> Discussions::of(const Repo& repo) const {
  std::lock_guard lock(mutex_);
  std::vector<Discussion> out;
  auto found = by_repo_.find(repo.id);
  if (found == by_repo_.end()) return out;
  for (const auto& [number, discussion] : found->second) out.push_back(discussion);
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<Discussion> Discussions::find(const Repo& repo, int64_t number) const {
  std::lock_guard lock(mutex_);
  auto found = by_repo_.find(repo.id);
  if (found == by_repo_.end()) return std::nullopt;
  auto discussion = found->second.find(number);
  if (discussion == found->second.end()) return std::nullopt;
  return discussion->second;
}

/// Discussions and pull requests share their numbers. A pull request made by the admin API has only its ref.
int64_t Discussions::next_number(const Repo& repo) const {
  int64_t last = 0;
  if (auto found = by_repo_.find(repo.id); found != by_repo_.end() && !found->second.empty())
    last = found->second.rbegin()->first;
  RepoPtr now = catalog_.find(repo.type, repo.name);
  for (const Ref& ref : now ? now->refs : repo.refs)
    if (ref.kind == RefKind::kPull) last = std::max(last, parse_int(ref.name).value_or(0));
  return last + 1;
}

void Discussions::save(const Repo& repo, const Discussion& discussion) {
  catalog_.save_discussion(repo.id, discussion);
  by_repo_[repo.id][discussion.num] = discussion;
}

Discussion Discussions::open(const Repo& repo, const Opening& opening) {
  std::lock_guard lock(mutex_);
  Discussion out;
  out.num = next_number(repo);
  out.author = opening.author;
  out.title = opening.title;
  out.status = opening.status;
  out.created_ms = now_ms();
  out.events = {comment_event(opening.author, opening.text)};
  save(repo, out);
  return out;
}

Discussion Discussions::open_pull(const Repo& repo, const Opening& opening,
                                  const std::function<CommitPtr(int64_t)>& start) {
  std::lock_guard lock(mutex_);
  Discussion out;
  out.num = next_number(repo);
  CommitPtr first = start(out.num);
  out.is_pull = true;
  out.author = opening.author;
  out.title = opening.title;
  out.status = opening.status;
  out.base = opening.base;
  out.created_ms = now_ms();
  out.events = {comment_event(opening.author, opening.text)};
  RepoPtr now = catalog_.need(repo.type, repo.name);
  CommitPtr base = now->find_revision(opening.base);
  // A draft starts as what it wants to change; otherwise it is one commit ahead.
  bool ahead = !base || base->oid != first->oid;
  const Commit* parent = ahead ? now->parent_of(*first) : first.get();
  out.base_commit = parent ? parent->oid : "";
  if (ahead) out.events.push_back(commit_event(*first));
  save(repo, out);
  return out;
}

Discussion Discussions::change(const Repo& repo, int64_t number, const std::function<void(Discussion&)>& edit) {
  std::lock_guard lock(mutex_);
  auto& all = by_repo_[repo.id];
  auto found = all.find(number);
  if (found == all.end()) throw HttpError{404, "", "Discussion not found"};
  Discussion next = found->second;
  edit(next);
  save(repo, next);
  return next;
}

void Discussions::forget(const Repo& repo) {
  std::lock_guard lock(mutex_);
  by_repo_.erase(repo.id);
}

void Discussions::note_commit(const Repo& repo, const std::string& revision, const Commit& commit) {
  std::string_view pull = ref_prefix(RefKind::kPull);
  if (revision.compare(0, pull.size(), pull) != 0) return;
  int64_t number = parse_int(revision.substr(pull.size())).value_or(0);
  if (find(repo, number))
    change(repo, number, [&](Discussion& discussion) { discussion.events.push_back(commit_event(commit)); });
}

}  // namespace localhub
