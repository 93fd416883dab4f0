#include "cache/folder_walk.h"

#include <algorithm>

#include "platform/file.h"

namespace hfhub::cache {

bool is_system_file(std::string_view name) {
  return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini";
}

std::vector<std::string> walk_files(const std::string& folder, std::optional<Error>* failure) {
  std::vector<std::string> files;
  std::vector<std::string> pending{""};
  while (!pending.empty()) {
    const std::string relative = std::move(pending.back());
    pending.pop_back();
    const auto entries = platform::list_folder(platform::join_path(folder, relative));
    if (!entries.ok()) {
      if (failure != nullptr && !*failure) *failure = entries.error();
      continue;
    }
    for (const platform::Entry& entry : *entries) {
      std::string path = relative.empty() ? entry.name : platform::join_path(relative, entry.name);
      if (entry.kind == platform::Kind::kFolder) {
        pending.push_back(std::move(path));
      } else if (entry.kind != platform::Kind::kLink || !platform::is_folder(platform::join_path(folder, path))) {
        files.push_back(std::move(path));
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace hfhub::cache
