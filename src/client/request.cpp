#include "client/request.h"

#include "base/text.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

// Absolute and without links, as far as the folders exist: paths that are handed out stay good when the process changes its
// folder, and two names of one cache are one cache.
Result<std::string> settled_folder(const std::string& text) {
  const std::string path = platform::expand_path(text);
  if (path.empty()) return path;
  std::string at = "/";
  if (!path.starts_with('/')) {
    HFHUB_TRY(at, platform::current_folder());
  }
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    at = part == ".." ? platform::parent_path(at) : platform::join_path(at, part);
    if (auto real = platform::real_path(at); real.ok()) at = *std::move(real);
  }
  return at;
}

Result<DownloadRequest> make_request(const runtime::Config& config, std::string_view repo_id,
                                     const DownloadOptions& options) {
  HFHUB_CHECK(check_repo_id(repo_id));
  HFHUB_CHECK(check_revision(options.revision));
  if (options.force && (options.local_files_only || config.flag(runtime::Option::kOffline))) {
    return Error::make(Code::kArgument, "a forced download needs the network, but only local files are allowed");
  }
  DownloadRequest request;
  request.repo = {options.repo_type, std::string(repo_id)};
  request.options = options;
  HFHUB_TRY(request.cache_dir, settled_folder(options.cache_dir.empty() ? config.cache_dir() : options.cache_dir));
  HFHUB_TRY(request.options.local_dir, settled_folder(options.local_dir));
  return request;
}

}  // namespace

std::string DownloadRequest::repo_text() const { return std::string(repo_type_name(repo.type)) + " '" + repo.id + "'"; }

std::string DownloadRequest::file_text() const {
  return "'" + path + "' of " + repo_text() + " at revision '" + options.revision + "'";
}

Result<DownloadRequest> make_file_request(const runtime::Config& config, std::string_view repo_id,
                                          std::string_view path, const DownloadOptions& options) {
  HFHUB_TRY(DownloadRequest request, make_request(config, repo_id, options));
  std::string_view subfolder = options.subfolder;
  while (subfolder.ends_with('/')) subfolder.remove_suffix(1);
  if (!subfolder.empty()) HFHUB_CHECK(check_repo_path(subfolder, "subfolder"));
  request.path = subfolder.empty() ? std::string(path) : std::string(subfolder) + "/" + std::string(path);
  HFHUB_CHECK(check_repo_path(path, "file name"));
  return request;
}

Result<DownloadRequest> make_snapshot_request(const runtime::Config& config, std::string_view repo_id,
                                              const DownloadOptions& options) {
  for (const auto* patterns : {&options.allow_patterns, &options.ignore_patterns}) {
    for (const std::string& pattern : patterns->value_or(std::vector<std::string>())) {
      if (pattern.empty() || has_control_characters(pattern) || !is_valid_utf8(pattern)) {
        return Error::make(Code::kArgument, "'" + printable(pattern) + "' is no usable file pattern");
      }
    }
  }
  return make_request(config, repo_id, options);
}

}  // namespace hfhub::client
