#include "client/folder_files.h"

#include "base/pattern.h"
#include "cache/folder_walk.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

constexpr const char* kAlwaysIgnored[] = {".git",
                                          ".git/*",
                                          "*/.git",
                                          "**/.git/**",
                                          ".cache/huggingface",
                                          ".cache/huggingface/*",
                                          "*/.cache/huggingface",
                                          "**/.cache/huggingface/**"};

// nullopt for what is no file.
Result<std::optional<Operation>> addition_of(const std::string& path, const std::string& path_in_repo,
                                             bool follow_links) {
  HFHUB_TRY(const auto stat, platform::stat_path(path));
  if (!stat || stat->kind != platform::Kind::kFile) return std::optional<Operation>();
  if (!follow_links) {
    HFHUB_TRY(const auto link, platform::stat_path(path, false));
    if (link && link->kind == platform::Kind::kLink) {
      return Error::at(Code::kArgument, "'" + path + "' is a symbolic link, which this upload is not to follow", path);
    }
  }
  HFHUB_TRY(std::string checked, commit_path(path_in_repo));
  Operation operation{Operation::Kind::kAdd, std::move(checked), false, Addition{}};
  operation.add->source = UploadSource::of_known_file(path, *stat);
  return std::optional<Operation>(std::move(operation));
}

}  // namespace

Result<std::string> folder_in_repo(std::string_view path_in_repo) {
  while (path_in_repo.starts_with('/')) path_in_repo.remove_prefix(1);
  while (path_in_repo.ends_with('/')) path_in_repo.remove_suffix(1);
  if (path_in_repo.empty() || path_in_repo == ".") return std::string();
  HFHUB_TRY(const std::string checked, commit_path(path_in_repo));
  return checked + "/";
}

Result<std::vector<Operation>> folder_files(const std::string& folder, const std::string& prefix_in_repo,
                                            const FolderSelection& selection) {
  if (!platform::is_folder(folder)) return Error::at(Code::kIo, "there is no folder '" + folder + "'", folder);
  std::string root = folder;
  if (!root.starts_with('/')) {
    HFHUB_TRY(const std::string here, platform::current_folder());
    root = platform::join_path(here, folder);
  }
  std::optional<Error> failure;
  const std::vector<std::string> paths = cache::walk_files(root, &failure);
  if (failure) return *std::move(failure);
  std::vector<std::string> ignored(std::begin(kAlwaysIgnored), std::end(kAlwaysIgnored));
  if (selection.ignore_patterns) {
    ignored.insert(ignored.end(), selection.ignore_patterns->begin(), selection.ignore_patterns->end());
  }
  const PathFilter filter(selection.allow_patterns ? PathFilter::Patterns(*selection.allow_patterns) : std::nullopt,
                          PathFilter::Patterns(ignored));
  std::vector<Operation> operations;
  for (const std::string& path : paths) {
    if (!filter.accepts(path)) continue;
    HFHUB_TRY(auto operation,
              addition_of(platform::join_path(root, path), prefix_in_repo + path, selection.follow_links));
    if (operation) operations.push_back(*std::move(operation));
  }
  return operations;
}

}  // namespace hfhub::client
