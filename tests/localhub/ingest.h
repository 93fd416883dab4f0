// Bringing content in: what becomes an LFS object, generated test data, and whole folders.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cas_store.h"
#include "catalog.h"
#include "objects.h"

namespace localhub {

using Producer = std::function<std::string_view()>;

struct FileOptions {
  std::optional<bool> lfs;  // absent: by size and extension, as the Hub does
  bool xet = false;
  std::string xet_hash;         // absent for a xet file: its content goes into `cas`
  CasStore* cas = nullptr;      // needed for that
  int64_t lfs_over = 10 << 20;  // bytes
};

bool wants_lfs(std::string_view path, int64_t size, const FileOptions& options);
FileEntry ingest_bytes(Objects& objects, const std::string& path, std::string_view bytes, const FileOptions& options);
FileEntry ingest_file(Objects& objects, const std::string& path, const std::string& source, const FileOptions& options);
FileEntry ingest_stream(Objects& objects, const std::string& path, int64_t size, const Producer& producer,
                        const FileOptions& options);

/// `size` bytes of "random", "zeros", "text" or "bf16" (weights of a normal distribution); the
/// same seed gives the same bytes everywhere. Empty function when the kind is unknown.
Producer generate(const std::string& kind, uint64_t seed, int64_t size);

/// A repository with its first, empty commit, unless it exists.
RepoPtr ensure_repo(Catalog& catalog, RepoType type, const std::string& name, int64_t date_ms,
                    const std::function<void(Repo&)>& edit);

}  // namespace localhub
