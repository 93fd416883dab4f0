// A folder in as many commits as the Hub can take: include/hfhub/commit.h, hfhub_upload_folder.
#pragma once

#include <string>

#include "client/commit.h"

namespace hfhub::client {

struct FolderRequest {
  CommitRequest commit;
  std::string folder;
  std::string path_in_repo;  // "" for the root; else with a trailing slash
  CommitOptions options;
};
Result<FolderRequest> make_folder_request(std::string_view repo_id, std::string_view folder,
                                          std::string_view path_in_repo, const CommitOptions& options);

Result<runtime::OpResult> upload_folder(Story& story, const FolderRequest& request);

// How many files the next commit takes: more after quick ones, fewer after slow ones and failures.
class CommitPacer {
 public:
  size_t target() const;
  void succeeded(int64_t duration_ms, size_t files);
  void failed();
  static constexpr size_t kSmallest = 20;

 private:
  size_t step_ = 6;
};

}  // namespace hfhub::client
