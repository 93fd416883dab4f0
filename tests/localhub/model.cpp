#include "model.h"

#include <algorithm>

#include "digest.h"

namespace localhub {
namespace {

std::string raw_oid(const std::string& hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return out;
}

/// An entry of a git tree object.
std::string tree_line(bool is_folder, std::string_view name, const std::string& oid) {
  std::string out = is_folder ? "40000 " : "100644 ";
  out += name;
  out += '\0';
  return out + raw_oid(oid);
}

std::string_view after_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

std::string_view singular(RepoType type) {
  static constexpr std::string_view kNames[] = {"model", "dataset", "space", "kernel"};
  return kNames[static_cast<int>(type)];
}

std::string_view plural(RepoType type) {
  static constexpr std::string_view kNames[] = {"models", "datasets", "spaces", "kernels"};
  return kNames[static_cast<int>(type)];
}

std::optional<RepoType> repo_type_from(std::string_view name) {
  for (RepoType type : {RepoType::kModel, RepoType::kDataset, RepoType::kSpace, RepoType::kKernel})
    if (name == singular(type) || name == plural(type)) return type;
  return std::nullopt;
}

std::string_view ref_prefix(RefKind kind) {
  static constexpr std::string_view kPrefixes[] = {"refs/heads/", "refs/tags/", "refs/pr/", "refs/convert/"};
  return kPrefixes[static_cast<int>(kind)];
}

std::optional<RefKind> ref_kind_from(std::string_view name) {
  static constexpr std::string_view kNames[] = {"branch", "tag", "pr", "convert"};
  for (int i = 0; i < 4; ++i)
    if (name == kNames[i]) return static_cast<RefKind>(i);
  return std::nullopt;
}

std::string lfs_pointer(const std::string& sha256, int64_t size) {
  return "version https://git-lfs.github.com/spec/v1\noid sha256:" + sha256 + "\nsize " + std::to_string(size) + "\n";
}

std::string commit_text(const Commit& commit, const std::string& tree_oid, const std::string& parent_oid) {
  std::string who =
      commit.author + " <" + commit.author + "@localhub> " + std::to_string(commit.date_ms / 1000) + " +0000\n";
  std::string text = "tree " + tree_oid + "\n";
  if (!parent_oid.empty()) text += "parent " + parent_oid + "\n";
  text += "author " + who + "committer " + who + "\n" + commit.title + "\n";
  if (!commit.message.empty()) text += "\n" + commit.message + "\n";
  return text;
}

std::shared_ptr<const Tree> Tree::build(std::vector<FileEntry> files) {
  auto tree = std::make_shared<Tree>();
  // Byte order of whole paths is exactly git's order of nested trees.
  std::sort(files.begin(), files.end(), [](const FileEntry& a, const FileEntry& b) { return a.path < b.path; });
  tree->files_ = std::move(files);
  size_t at = 0;
  tree->root_oid_ = tree->hash_dir(at, tree->files_.size(), "");
  tree->add_dirs();
  return tree;
}

/// Hashes the folder whose path (with its final slash) is `prefix`; `at` moves past its files.
std::string Tree::hash_dir(size_t& at, size_t end, const std::string& prefix) {
  std::string content;
  DirEntry dir;
  dir.path = prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1);
  while (at < end && files_[at].path.compare(0, prefix.size(), prefix) == 0) {
    std::string_view rest = std::string_view(files_[at].path).substr(prefix.size());
    size_t slash = rest.find('/');
    std::string name(rest.substr(0, slash));
    size_t first = at;
    std::string oid = slash == std::string_view::npos ? files_[at++].oid : hash_dir(at, end, prefix + name + "/");
    content += tree_line(slash != std::string_view::npos, name, oid);
    for (size_t i = first; i < at; ++i) {
      dir.size += files_[i].size;
      dir.last_seq = std::max(dir.last_seq, files_[i].last_seq);
    }
  }
  dir.oid = git_oid("tree", content);
  if (prefix.empty()) total_size_ = dir.size;
  dirs_.push_back(dir);
  return dir.oid;
}

std::string Tree::git_text(std::string_view folder) const {
  std::string prefix = folder.empty() ? "" : std::string(folder) + "/", out;
  auto before = [](const FileEntry& file, const std::string& path) { return file.path < path; };
  auto at = std::lower_bound(files_.begin(), files_.end(), prefix, before);
  while (at != files_.end() && at->path.compare(0, prefix.size(), prefix) == 0) {
    size_t slash = at->path.find('/', prefix.size());
    std::string name = at->path.substr(prefix.size(), slash - prefix.size());
    bool is_folder = slash != std::string::npos;
    out += tree_line(is_folder, name, is_folder ? dir(prefix + name)->oid : at->oid);
    // '0' is the character behind '/': the first path that is not below the folder.
    at = is_folder ? std::lower_bound(at, files_.end(), prefix + name + "0", before) : at + 1;
  }
  return out;
}

void Tree::add_dirs() {
  std::sort(dirs_.begin(), dirs_.end(), [](const DirEntry& a, const DirEntry& b) { return a.path < b.path; });
  for (uint32_t i = 0; i < files_.size(); ++i) file_index_.emplace(files_[i].path, i);
  for (uint32_t i = 0; i < dirs_.size(); ++i) {
    dir_index_.emplace(dirs_[i].path, i);
    if (!dirs_[i].path.empty()) nodes_.push_back({true, i});
  }
  for (uint32_t i = 0; i < files_.size(); ++i) nodes_.push_back({false, i});
  std::sort(nodes_.begin(), nodes_.end(), [this](Node a, Node b) { return path_of(a) < path_of(b); });
}

std::string_view Tree::path_of(Node node) const {
  return node.is_dir ? dirs_[node.index].path : files_[node.index].path;
}

const FileEntry* Tree::file(std::string_view path) const {
  auto found = file_index_.find(path);
  return found == file_index_.end() ? nullptr : &files_[found->second];
}

const DirEntry* Tree::dir(std::string_view path) const {
  auto found = dir_index_.find(path);
  return found == dir_index_.end() ? nullptr : &dirs_[found->second];
}

std::vector<Tree::Node> Tree::list(std::string_view path, bool recursive) const {
  if (path.empty() && recursive) return nodes_;
  std::string prefix = path.empty() ? "" : std::string(path) + "/";
  auto at = std::lower_bound(nodes_.begin(), nodes_.end(), prefix,
                             [this](Node n, const std::string& p) { return path_of(n) < p; });
  std::vector<Node> out;
  for (; at != nodes_.end() && path_of(*at).substr(0, prefix.size()) == prefix; ++at) {
    if (recursive || path_of(*at).find('/', prefix.size()) == std::string_view::npos) out.push_back(*at);
  }
  if (!recursive) std::stable_partition(out.begin(), out.end(), [](Node node) { return node.is_dir; });
  return out;
}

std::string_view Repo::owner() const {
  size_t slash = name.find('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(name).substr(0, slash);
}

std::string Repo::fact(const std::string& key) const {
  auto found = facts.find(key);
  return found == facts.end() ? "" : found->second;
}

std::string Repo::visibility() const {
  if (std::string said = fact("visibility"); !said.empty()) return said;
  return is_private ? "private" : "public";
}

const Ref* Repo::find_ref(RefKind kind, std::string_view ref_name) const {
  for (const Ref& ref : refs)
    if (ref.kind == kind && ref.name == ref_name) return &ref;
  return nullptr;
}

std::shared_ptr<const Commit> Repo::find_revision(std::string_view revision) const {
  if (const Ref* ref = find_ref(RefKind::kBranch, revision)) return commits[ref->commit];
  if (const Ref* ref = find_ref(RefKind::kTag, revision)) return commits[ref->commit];
  if (revision == "HEAD") revision = "refs/heads/main";
  for (RefKind kind : {RefKind::kBranch, RefKind::kTag, RefKind::kPull, RefKind::kConvert}) {
    std::string_view rest = after_prefix(revision, ref_prefix(kind));
    if (rest.empty()) continue;
    if (const Ref* ref = find_ref(kind, rest)) return commits[ref->commit];
  }
  if (auto full = by_oid.find(std::string(revision)); full != by_oid.end()) return commits[full->second];
  if (revision.size() < 7 || revision.size() >= 40 || !is_hex(revision)) return nullptr;
  std::shared_ptr<const Commit> match;
  for (const auto& commit : commits) {
    if (commit->oid.compare(0, revision.size(), revision) != 0) continue;
    if (match) return nullptr;  // an ambiguous prefix names nothing
    match = commit;
  }
  return match;
}

const Commit* Repo::parent_of(const Commit& commit) const {
  return commit.parent < 0 ? nullptr : commits[static_cast<size_t>(commit.parent)].get();
}

int64_t Repo::last_modified_ms() const {
  const Ref* main = find_ref(RefKind::kBranch, "main");
  return main ? commits[main->commit]->date_ms : created_ms;
}

}  // namespace localhub
