// Subcommands that work on a data directory without a server.
#pragma once

#include <cstdint>
#include <string>

namespace localhub {

struct ImportOptions {
  std::string data_dir, repo, folder;
  std::string revision = "main";
  std::string message = "Import a folder";
  bool is_private = false;
  int64_t lfs_over = 10 << 20;
};

/// Both return the commit; errors are exceptions.
std::string import_folder(const ImportOptions& options);
std::string seed_demo(const std::string& data_dir, const std::string& repo, int64_t size);

}  // namespace localhub
