#include "cache/layout.h"

#include "base/text.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr std::string_view kSeparator = "--";
// "<28 characters>.<etag>.<8 hex>.incomplete" must stay below 255.
constexpr size_t kLongestEtag = 200;

std::string folder_path(std::string_view cache_dir, const RepoRef& repo) {
  return platform::join_path(cache_dir, repo_folder_name(repo));
}

std::string join(std::string_view folder, std::string_view middle, std::string_view name) {
  return platform::join_path(platform::join_path(folder, middle), name);
}

}  // namespace

std::string repo_folder_name(const RepoRef& repo) {
  return repo_type_plural(repo.type) + std::string(kSeparator) + replace_all(repo.id, "/", kSeparator);
}

Result<RepoRef> parse_repo_folder_name(std::string_view folder) {
  const auto bad = [&](std::string reason) {
    return Error::make(Code::kCache, "'" + printable(folder) + "' is no repository folder: " + std::move(reason));
  };
  const size_t end = folder.find(kSeparator);
  if (end == std::string_view::npos) return bad("its name has no '--'");
  const std::string_view plural = folder.substr(0, end);
  for (RepoType type : {RepoType::kModel, RepoType::kDataset, RepoType::kSpace, RepoType::kKernel}) {
    if (plural != repo_type_plural(type)) continue;
    return RepoRef{type, replace_all(std::string(folder.substr(end + kSeparator.size())), kSeparator, "/")};
  }
  return bad("'" + printable(plural) + "' is none of models, datasets, spaces, kernels");
}

Result<std::string> normalize_etag(std::string_view etag) {
  std::string_view name = etag;
  while (!name.empty() && (name.front() == 'W' || name.front() == '/')) name.remove_prefix(1);
  while (!name.empty() && name.front() == '"') name.remove_prefix(1);
  while (!name.empty() && name.back() == '"') name.remove_suffix(1);
  const auto bad = [&](const char* reason) {
    return Error::make(Code::kUnsafeName, "ETag '" + printable(etag.substr(0, 80)) + "' cannot name a file: " + reason);
  };
  if (name.empty()) return bad("it is empty");
  if (name.size() > kLongestEtag) return bad("it is too long");
  if (name.find('/') != std::string_view::npos) return bad("it holds a slash");
  if (name.front() == '.') return bad("it starts with a dot");
  if (auto safe = check_repo_path(name, "ETag", Code::kUnsafeName); !safe.ok()) return std::move(safe).error();
  return std::string(name);
}

Layout::Layout(std::string dir, const RepoRef& repo)
    : cache_dir(std::move(dir)), folder(folder_path(cache_dir, repo)), folder_name(repo_folder_name(repo)) {}

std::string Layout::blob(std::string_view etag) const { return join(folder, "blobs", etag); }
std::string Layout::snapshot(std::string_view commit) const { return join(folder, "snapshots", commit); }
std::string Layout::snapshot_file(std::string_view commit, std::string_view path) const {
  return platform::join_path(snapshot(commit), path);
}
std::string Layout::ref(std::string_view revision) const { return join(folder, "refs", revision); }
std::string Layout::absent_marker(std::string_view commit, std::string_view path) const {
  return platform::join_path(join(folder, ".no_exist", commit), path);
}
std::string Layout::tree(std::string_view commit) const { return join(folder, "trees", std::string(commit) + ".json"); }
std::string Layout::lock(std::string_view etag) const {
  return platform::join_path(join(cache_dir, ".locks", folder_name), std::string(etag) + ".lock");
}

}  // namespace hfhub::cache
