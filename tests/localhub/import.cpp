// `import`: a folder becomes one commit.
#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "ingest.h"
#include "offline.h"

namespace localhub {
namespace fs = std::filesystem;
namespace {

bool is_skipped(const fs::path& name) { return name == ".git" || name == ".cache"; }

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> out;
  auto options = fs::directory_options::follow_directory_symlink;
  for (auto at = fs::recursive_directory_iterator(folder, options); at != fs::recursive_directory_iterator(); ++at) {
    if (at->is_directory() && is_skipped(at->path().filename())) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file()) {
      out.push_back(at->path().lexically_relative(folder).generic_string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::string import_folder(const ImportOptions& options) {
  size_t colon = options.repo.find(':');
  auto type = colon == std::string::npos ? std::nullopt : repo_type_from(options.repo.substr(0, colon));
  if (!type) throw std::runtime_error("--repo wants TYPE:ns/name");
  std::string name = options.repo.substr(colon + 1);
  Catalog catalog(options.data_dir);
  Objects objects(options.data_dir);
  ensure_repo(catalog, *type, name, 0, [&](Repo& repo) {
    if (options.is_private) repo.is_private = true;
  });
  CommitInput input;
  input.revision = options.revision;
  input.title = options.message;
  FileOptions file_options;
  file_options.lfs_over = options.lfs_over;
  for (const std::string& path : files_below(options.folder))
    input.files.push_back(ingest_file(objects, path, options.folder + "/" + path, file_options));
  if (input.files.empty()) throw std::runtime_error(options.folder + " holds no files");
  return catalog.commit(*type, name, input)->oid;
}

}  // namespace localhub
