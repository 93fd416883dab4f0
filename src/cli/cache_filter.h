// What `hf cache list` shows and in which order: --filter and --sort.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cli {

struct CachedRevision {
  std::string commit;
  std::string snapshot_path;
  int64_t size = 0;
  double last_modified = 0;
  std::vector<std::string> refs;
};

struct CachedRepo {
  std::string type;
  std::string id;
  int64_t size = 0;
  double last_accessed = 0;
  double last_modified = 0;
  std::vector<std::string> refs;  // of all revisions, sorted
  std::vector<CachedRevision> revisions;
  std::string cache_id() const { return type + "/" + id; }
};

// A line of the table: a repository, or one of its revisions.
struct CacheEntry {
  const CachedRepo* repo;
  const CachedRevision* revision;  // nullptr for the repository as a whole
  int64_t size() const { return revision != nullptr ? revision->size : repo->size; }
  double last_modified() const { return revision != nullptr ? revision->last_modified : repo->last_modified; }
};

using CacheFilter = std::function<bool(const CacheEntry& entry, double now)>;

// "size>1GB", "accessed>7d", "type=model", "refs=main". Throws UsageError.
CacheFilter read_cache_filter(const std::string& text);

// "size", "name:desc"; already checked to be one of the choices.
void sort_cache_entries(std::vector<CacheEntry>& entries, const std::string& key_and_order);

}  // namespace cli
