// What a cache holds, counted as huggingface_hub 2.4 counts it.
#pragma once

#include <string>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace hfhub::cache {

struct CachedFile {
  std::string path;       // inside the snapshot
  std::string file_path;  // absolute snapshot path
  std::string blob_path;  // one link level down, or file_path
  uint64_t size = 0;
  double accessed = 0, modified = 0;  // of the blob
};

struct CachedRevision {
  std::string commit;
  std::string snapshot_path;
  std::vector<CachedFile> files;  // sorted by path
  std::vector<std::string> refs;  // sorted
  uint64_t size = 0;              // distinct blobs
  double modified = 0;
};

struct CachedRepo {
  RepoRef repo;
  std::string path;
  std::vector<CachedRevision> revisions;  // sorted by commit
  uint64_t size = 0;
  uint64_t file_count = 0;  // distinct blobs
  double accessed = 0, modified = 0;
};

struct IncompleteFile {
  std::string path;
  uint64_t size = 0;
};

struct CacheInfo {
  std::string cache_dir;
  std::vector<CachedRepo> repos;  // sorted by folder name
  std::vector<IncompleteFile> incomplete;
  std::vector<std::string> warnings;
  uint64_t size = 0;  // physical: repository blobs that are no links into the store, and the whole store
  uint64_t unreferenced_shared_bytes = 0;  // payloads no living manifest line names
  uint64_t unreferenced_shared_count = 0;
};

Result<CacheInfo> scan(const std::string& cache_dir);  // kCache when the folder is missing

}  // namespace hfhub::cache
