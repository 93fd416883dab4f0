// A folder of plain files with metadata beside it (local_dir), as huggingface_hub 2.4 lays it out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cache/partial_file.h"
#include "cache/tree.h"
#include "platform/file.h"
#include "runtime/cancel.h"
#include "runtime/log.h"

namespace hfhub::cache {

struct LocalMetadata {
  std::string commit;
  std::string etag;
  double timestamp = 0;
};

std::optional<LocalMetadata> parse_local_metadata(std::string_view text);
std::string local_metadata_text(const LocalMetadata& metadata);

class LocalDir {
 public:
  LocalDir(std::string folder, int64_t lock_timeout_ms, std::shared_ptr<const runtime::Log> log);

  std::string file_path(std::string_view path) const;
  std::string tree_path(std::string_view commit) const;
  // The commit whose listing was written last; nullopt: none was.
  Result<std::optional<std::string>> last_commit() const;
  // What was downloaded there, when the file still is what it was then (exists, not modified since). An unreadable
  // metadata file counts as none.
  Result<std::optional<LocalMetadata>> metadata(std::string_view path) const;

  // ---- writing
  Done prepare();  // .cache/huggingface with CACHEDIR.TAG and .gitignore
  Done write_metadata(std::string_view path, std::string_view commit, std::string_view etag);
  Result<std::optional<platform::FileLock>> lock(std::string_view path, const runtime::Cancel& cancel);
  // Without waiting; nullopt: somebody else holds it.
  Result<std::optional<platform::FileLock>> try_lock(std::string_view path);
  PartialSpec partial_spec(std::string_view path, std::string_view etag, bool size_known, uint64_t size,
                           bool fresh) const;
  // Renames the finished file over the target (the old one stays until then) and writes the metadata.
  Result<std::string> publish(PartialFile file, std::string_view path, std::string_view commit, std::string_view etag);
  // Copies `source` (a blob of the shared cache) to the target, the same way.
  Result<std::string> copy_from(const std::string& source, std::string_view path, std::string_view commit,
                                std::string_view etag);

 private:
  const std::string folder_;
  const int64_t lock_timeout_ms_;
  const std::shared_ptr<const runtime::Log> log_;
};

}  // namespace hfhub::cache
