// The files of a folder that an upload is about.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/commit_plan.h"

namespace hfhub::client {

struct FolderSelection {
  std::optional<std::vector<std::string>> allow_patterns;
  std::optional<std::vector<std::string>> ignore_patterns;
  bool follow_links = true;
};

// "" for the root of a repository, else a checked path with a trailing slash.
Result<std::string> folder_in_repo(std::string_view path_in_repo);

// Additions for every file below `folder` that the patterns select, sorted by path; .git and .cache/huggingface never
// are. What is no file (a socket, a link that leads nowhere) is passed over; what cannot be read is an error.
Result<std::vector<Operation>> folder_files(const std::string& folder, const std::string& prefix_in_repo,
                                            const FolderSelection& selection);

}  // namespace hfhub::client
