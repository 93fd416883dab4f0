// Where everything lies in the shared cache: names only, no I/O.
#pragma once

#include <string>
#include <string_view>

#include "base/names.h"

namespace hfhub::cache {

// "models--ns--name"
std::string repo_folder_name(const RepoRef& repo);
// The reverse; an error says why `folder` is no repository folder.
Result<RepoRef> parse_repo_folder_name(std::string_view folder);

// An etag as a blob's name: leading W and / removed, then surrounding quotes. Refuses what is no safe file name.
Result<std::string> normalize_etag(std::string_view etag);

// Absolute paths of one repository's folder.
struct Layout {
  Layout(std::string cache_dir, const RepoRef& repo);
  std::string blob(std::string_view etag) const;
  std::string snapshot(std::string_view commit) const;
  std::string snapshot_file(std::string_view commit, std::string_view path) const;
  std::string ref(std::string_view revision) const;
  std::string absent_marker(std::string_view commit, std::string_view path) const;
  std::string tree(std::string_view commit) const;
  std::string lock(std::string_view etag) const;  // <cache>/.locks/<repo folder>/<etag>.lock

  const std::string cache_dir;
  const std::string folder;  // <cache>/models--ns--name
  const std::string folder_name;
};

}  // namespace hfhub::cache
