// What a caller asks for, checked before anything happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "base/pattern.h"
#include "base/result.h"
#include "runtime/config.h"

namespace hfhub::client {

struct DownloadOptions {
  RepoType repo_type = RepoType::kModel;
  std::string revision = "main";
  std::string subfolder;
  std::string cache_dir;  // "" means the session's
  std::string local_dir;  // "" means the shared cache
  std::optional<std::string> token;
  bool force = false;
  bool local_files_only = false;
  bool dry_run = false;
  std::optional<uint32_t> max_workers;
  std::optional<std::vector<std::string>> allow_patterns;
  std::optional<std::vector<std::string>> ignore_patterns;
};

// A checked request; `path` is "" for a whole repository.
struct DownloadRequest {
  RepoRef repo;
  std::string path;  // subfolder included
  std::string cache_dir;
  DownloadOptions options;

  bool pinned() const { return is_commit_hash(options.revision); }
  // "model 'ns/name'"
  std::string repo_text() const;
  // "'config.json' of model 'ns/name' at revision 'main'"
  std::string file_text() const;
};

Result<DownloadRequest> make_file_request(const runtime::Config& config, std::string_view repo_id,
                                          std::string_view path, const DownloadOptions& options);
Result<DownloadRequest> make_snapshot_request(const runtime::Config& config, std::string_view repo_id,
                                              const DownloadOptions& options);

}  // namespace hfhub::client
