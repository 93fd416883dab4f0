#include "catalog.h"

#include <algorithm>
#include <set>

#include "digest.h"
#include "text.h"

namespace localhub {
namespace {

std::string key_of(RepoType type, std::string_view name) {
  std::string key(singular(type));
  key += '/';
  key += name;
  return key;
}

using Files = std::map<std::string, FileEntry>;

void replay(Files& files, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (change.removed) {
      files.erase(change.file.path);
    } else {
      files[change.file.path] = change.file;
    }
  }
}

Files files_of(const Tree& tree) {
  Files out;
  for (const FileEntry& file : tree.files()) out.emplace_hint(out.end(), file.path, file);
  return out;
}

TreePtr tree_from(Files files) {
  std::vector<FileEntry> list;
  list.reserve(files.size());
  for (auto& [path, file] : files) list.push_back(std::move(file));
  return Tree::build(std::move(list));
}

std::vector<Change> changes_of(const CommitInput& input, const Tree& before, int64_t seq) {
  std::vector<Change> out;
  std::set<std::string_view> gone;
  for (const std::string& path : input.deletes) {
    std::string folder = path + (!path.empty() && path.back() == '/' ? "" : "/");
    for (const FileEntry& file : before.files())
      if (file.path == path || file.path.compare(0, folder.size(), folder) == 0) {
        out.push_back({true, file});
        gone.insert(file.path);
      }
  }
  for (FileEntry file : input.files) {
    const FileEntry* old = before.file(file.path);
    if (old && !gone.count(file.path) && old->oid == file.oid && old->xet_hash == file.xet_hash && old->lfs == file.lfs)
      continue;  // unchanged: its last commit stays the earlier one, as in git
    file.last_seq = seq;
    out.push_back({false, std::move(file)});
  }
  return out;
}

/// The same bytes git would hash, so that commit ids look and behave like real ones.
std::string commit_oid(const Commit& commit, const std::string& tree_oid, const std::string& parent_oid) {
  return git_oid("commit", commit_text(commit, tree_oid, parent_oid));
}

/// A path cannot be a file and a folder at once; git could not write such a tree.
void check_no_clash(const Files& files, const std::vector<FileEntry>& added) {
  for (const FileEntry& file : added) {
    auto below = files.lower_bound(file.path + "/");
    if (below != files.end() && below->first.compare(0, file.path.size() + 1, file.path + "/") == 0)
      throw CatalogError(400, file.path + " is a folder");
    for (size_t slash = file.path.find('/'); slash != std::string::npos; slash = file.path.find('/', slash + 1))
      if (files.count(file.path.substr(0, slash))) throw CatalogError(400, file.path.substr(0, slash) + " is a file");
  }
}

/// Which ref a commit moves, and the commit it builds on (-1 for a first commit).
Ref target_ref(const Repo& repo, const std::string& revision) {
  for (RefKind kind : {RefKind::kBranch, RefKind::kPull, RefKind::kConvert}) {
    std::string prefix(ref_prefix(kind));
    std::string name = revision.compare(0, prefix.size(), prefix) == 0
                           ? revision.substr(prefix.size())
                           : (kind == RefKind::kBranch ? revision : std::string());
    if (const Ref* ref = name.empty() ? nullptr : repo.find_ref(kind, name)) return *ref;
  }
  if (repo.commits.empty()) return {RefKind::kBranch, revision, -1};
  throw CatalogError(404, "Invalid rev id: " + revision);
}

/// Which ref the commit of `input` moves or makes, and what it builds on.
Ref ref_of(const Repo& repo, const CommitInput& input) {
  if (input.pull.empty()) return target_ref(repo, input.revision);
  CommitPtr base = repo.find_revision(input.revision);
  if (!base) throw CatalogError(404, "Invalid rev id: " + input.revision);
  return {RefKind::kPull, input.pull, base->seq};
}

void move_ref(Repo& repo, const Ref& ref) {
  auto old = std::find_if(repo.refs.begin(), repo.refs.end(),
                          [&](const Ref& r) { return r.kind == ref.kind && r.name == ref.name; });
  if (old == repo.refs.end()) {
    repo.refs.push_back(ref);
  } else {
    *old = ref;
  }
}

/// A commit object without its tree and place in the history.
std::shared_ptr<Commit> draft(const CommitInput& input) {
  auto commit = std::make_shared<Commit>();
  commit->title = input.title;
  commit->message = input.message;
  commit->author = input.author;
  commit->date_ms = input.date_ms ? input.date_ms : now_ms();
  return commit;
}

}  // namespace

Catalog::Catalog(const std::string& data_dir) : store_(data_dir) { reload(); }

void Catalog::reload() {
  std::unordered_map<std::string, RepoPtr> repos;
  for (auto& repo : store_.load_repos()) repos[key_of(repo->type, repo->name)] = repo;
  auto renames = store_.load_renames();
  seen_version_ = store_.data_version();
  std::unique_lock lock(mutex_);
  repos_ = std::move(repos);
  renames_ = std::move(renames);
}

/// A writer must build on what another process may have committed meanwhile.
void Catalog::catch_up() {
  if (store_.data_version() != seen_version_) reload();
}

bool Catalog::reload_if_changed() {
  std::lock_guard writing(write_mutex_);
  if (store_.data_version() == seen_version_) return false;
  reload();
  return true;
}

void Catalog::publish(std::shared_ptr<Repo> repo) {
  std::unique_lock lock(mutex_);
  repos_[key_of(repo->type, repo->name)] = std::move(repo);
}

RepoPtr Catalog::find(RepoType type, std::string_view name) const {
  std::string key = key_of(type, name);
  std::shared_lock lock(mutex_);
  auto found = repos_.find(key);
  return found == repos_.end() ? nullptr : found->second;
}

RepoPtr Catalog::need(RepoType type, std::string_view name) const {
  RepoPtr repo = find(type, name);
  if (!repo) throw CatalogError(404, "no " + key_of(type, name));
  return repo;
}

std::optional<std::string> Catalog::renamed(RepoType type, std::string_view name) const {
  std::shared_lock lock(mutex_);
  auto found = renames_.find(key_of(type, name));
  if (found == renames_.end()) return std::nullopt;
  return found->second;
}

std::vector<RepoPtr> Catalog::list(RepoType type) const {
  std::vector<RepoPtr> out;
  {
    std::shared_lock lock(mutex_);
    for (const auto& [key, repo] : repos_)
      if (repo->type == type) out.push_back(repo);
  }
  std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a->id < b->id; });
  return out;
}

TreePtr Catalog::tree(const Repo& repo, const Commit& commit) {
  {
    std::lock_guard lock(commit.tree_mutex);
    if (commit.tree) return commit.tree;
  }
  std::lock_guard writing(write_mutex_);
  return build_tree(repo, commit);
}

/// Replays the changes from the nearest ancestor whose tree is known. Needs write_mutex_.
TreePtr Catalog::build_tree(const Repo& repo, const Commit& commit) {
  std::vector<const Commit*> chain;
  Files files;
  for (const Commit* at = &commit; at; at = repo.parent_of(*at)) {
    std::lock_guard lock(at->tree_mutex);
    if (at->tree) {
      if (at == &commit) return at->tree;
      files = files_of(*at->tree);
      break;
    }
    chain.push_back(at);
  }
  auto changes = store_.load_changes(repo.id);
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) replay(files, changes[(*at)->seq]);
  TreePtr tree = tree_from(std::move(files));
  std::lock_guard lock(commit.tree_mutex);
  return commit.tree = tree;
}

RepoPtr Catalog::upsert(RepoType type, const std::string& name, const std::function<void(Repo&)>& edit) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  RepoPtr old = find(type, name);
  auto repo = old ? std::make_shared<Repo>(*old) : std::make_shared<Repo>();
  if (!old) {
    repo->type = type;
    repo->name = name;
    repo->created_ms = now_ms();
  }
  edit(*repo);
  repo->id = store_.save_repo(*repo);
  store_.save_facts(*repo);
  publish(repo);
  return repo;
}

void Catalog::create(RepoType type, const std::string& name, const std::function<void(Repo&)>& edit) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  if (find(type, name)) throw CatalogError(409, name + " already exists");
  auto repo = std::make_shared<Repo>();
  repo->type = type;
  repo->name = name;
  repo->created_ms = now_ms();
  edit(*repo);
  repo->id = store_.save_repo(*repo);
  store_.save_facts(*repo);
  publish(repo);
}

void Catalog::remove(RepoType type, const std::string& name) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  store_.delete_repo(*need(type, name));
  reload();
}

void Catalog::rename(RepoType type, const std::string& from, const std::string& to) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  RepoPtr old = need(type, from);
  if (find(type, to)) throw CatalogError(409, to + " already exists");
  store_.rename_repo(*old, to);
  reload();
}

void Catalog::set_ref(RepoType type, const std::string& name, RefKind kind, const std::string& ref_name,
                      const std::string& revision) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  auto repo = std::make_shared<Repo>(*need(type, name));
  CommitPtr target = repo->find_revision(revision);
  if (!target) throw CatalogError(404, "Invalid rev id: " + revision);
  Ref ref{kind, ref_name, target->seq};
  store_.save_ref(repo->id, ref);
  move_ref(*repo, ref);
  publish(repo);
}

void Catalog::remove_ref(RepoType type, const std::string& name, RefKind kind, const std::string& ref_name) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  auto repo = std::make_shared<Repo>(*need(type, name));
  auto gone = std::find_if(repo->refs.begin(), repo->refs.end(),
                           [&](const Ref& ref) { return ref.kind == kind && ref.name == ref_name; });
  if (gone == repo->refs.end()) throw CatalogError(404, "Invalid rev id: " + ref_name);
  store_.delete_ref(repo->id, *gone);
  repo->refs.erase(gone);
  publish(repo);
}

/// Gives a commit, whose tree and parent are set, its id and moves the ref to it. Needs write_mutex_.
void Catalog::append(std::shared_ptr<Repo> repo, const std::shared_ptr<Commit>& commit,
                     const std::vector<Change>& changes, Ref ref) {
  const Commit* parent = repo->parent_of(*commit);
  std::string parent_oid = parent ? parent->oid : "";
  commit->oid = commit_oid(*commit, commit->tree->root_oid(), parent_oid);
  // Two identical commits in one second would share an id; a second later is as good a date.
  while (repo->by_oid.count(commit->oid)) {
    commit->date_ms += 1000;
    commit->oid = commit_oid(*commit, commit->tree->root_oid(), parent_oid);
  }
  ref.commit = commit->seq;
  store_.save_commit(repo->id, *commit, changes, ref);

  repo->by_oid[commit->oid] = commit->seq;
  repo->commits.push_back(commit);
  move_ref(*repo, ref);
  publish(std::move(repo));
}

CommitPtr Catalog::orphan(RepoType type, const std::string& name, const CommitInput& input, const Tree& tree) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  auto repo = std::make_shared<Repo>(*need(type, name));
  std::shared_ptr<Commit> commit = draft(input);
  commit->seq = static_cast<int64_t>(repo->commits.size());
  std::vector<Change> changes;
  Files files;
  for (FileEntry file : tree.files()) {
    file.last_seq = commit->seq;
    files[file.path] = file;
    changes.push_back({false, std::move(file)});
  }
  commit->tree = tree_from(std::move(files));
  append(std::move(repo), commit, changes, {RefKind::kBranch, input.revision, 0});
  return commit;
}

CommitPtr Catalog::commit(RepoType type, const std::string& name, const CommitInput& input) {
  std::lock_guard writing(write_mutex_);
  catch_up();
  auto repo = std::make_shared<Repo>(*need(type, name));
  Ref ref = ref_of(*repo, input);
  CommitPtr parent = ref.commit < 0 ? nullptr : repo->commits[ref.commit];
  const std::string& expected = input.expected_parent;
  if (!expected.empty() && (!parent || parent->oid.compare(0, expected.size(), expected) != 0))
    throw CatalogError(412, "A commit has happened since. Please refresh and try again.");

  std::shared_ptr<Commit> commit = draft(input);
  commit->seq = static_cast<int64_t>(repo->commits.size());
  commit->parent = ref.commit;
  TreePtr before = parent ? build_tree(*repo, *parent) : Tree::build({});
  if (input.check) input.check(*before);
  std::vector<Change> changes = changes_of(input, *before, commit->seq);
  Files files = files_of(*before);
  replay(files, changes);
  check_no_clash(files, input.files);
  commit->tree = tree_from(std::move(files));
  append(std::move(repo), commit, changes, ref);
  return commit;
}

void Catalog::save_token(const TokenRow& token) {
  std::lock_guard writing(write_mutex_);
  store_.save_token(token);
}

std::vector<TokenRow> Catalog::tokens() {
  std::lock_guard writing(write_mutex_);
  return store_.load_tokens();
}

std::vector<Bucket> Catalog::buckets() {
  std::lock_guard writing(write_mutex_);
  return store_.load_buckets();
}

void Catalog::save_bucket(const Bucket& bucket) {
  std::lock_guard writing(write_mutex_);
  store_.save_bucket(bucket);
}

void Catalog::delete_bucket(const std::string& id) {
  std::lock_guard writing(write_mutex_);
  store_.delete_bucket(id);
}

void Catalog::change_bucket(const std::string& id, const BucketChange& change) {
  std::lock_guard writing(write_mutex_);
  store_.change_bucket(id, change);
}

std::vector<std::pair<int64_t, Discussion>> Catalog::discussions() {
  std::lock_guard writing(write_mutex_);
  return store_.load_discussions();
}

void Catalog::save_discussion(int64_t repo_id, const Discussion& discussion) {
  std::lock_guard writing(write_mutex_);
  store_.save_discussion(repo_id, discussion);
}

std::string Catalog::meta(const std::string& key, const std::string& value_if_absent) {
  std::lock_guard writing(write_mutex_);
  return store_.meta(key, value_if_absent);
}

}  // namespace localhub
