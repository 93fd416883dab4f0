// The cache-wide store of Xet files, <cache>/blobs/<2 hex>/<hash>: a repository's blob may be a link into it, and
// <hash>.refs hints at who links. Writing is in share_blob.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hfhub::cache {

inline constexpr std::string_view kSharedMarker = ".huggingface-shared-blobs";
inline constexpr std::string_view kSharedMarkerText = "1\n";

struct SharedPayload {
  std::string path;
  uint64_t size = 0;
};

// Is <cache_dir>/blobs a store: a real folder with the marker file that says so?
bool has_shared_store(const std::string& cache_dir);
// The payload that the repository blob `blob_path` links to; nullopt when it is no such link or the payload is gone.
// Both paths absolute, `cache_dir` without links in it.
std::optional<std::string> shared_target(const std::string& blob_path, const std::string& cache_dir);
// Every payload, used or not; empty without a store. Sorted by path.
std::vector<SharedPayload> shared_payloads(const std::string& cache_dir);
// Blobs named in the payload's manifest that really link to it. nullopt: the manifest is missing or unreadable, so
// nobody may conclude that the payload is unused.
std::optional<std::vector<std::string>> shared_users(const std::string& payload, const std::string& cache_dir);

// Where the payload of this Xet hash (64 lower-case hex digits) is or will be.
std::string shared_payload_path(const std::string& cache_dir, std::string_view xet_hash);
// Can the payload be used: a readable regular file of exactly this size, in a store?
bool has_shared_payload(const std::string& cache_dir, std::string_view xet_hash, uint64_t size);

// `path` with ".", ".." and "//" resolved as text.
std::string lexical_path(std::string_view path);

}  // namespace hfhub::cache
