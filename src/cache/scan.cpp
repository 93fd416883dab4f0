#include "cache/scan.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cache/folder_walk.h"
#include "cache/layout.h"
#include "cache/shared_store.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kLargestRef = 4096;

using BlobStats = std::map<std::string, platform::Stat>;  // by blob path
using RefsByCommit = std::map<std::string, std::set<std::string>>;

Error corrupt(std::string_view what, const std::string& path) {
  return Error::at(Code::kCache, std::string(what) + ": '" + printable(path) + "'", path);
}

bool is_kind(const std::string& path, platform::Kind kind) {
  const auto found = platform::stat_path(path);
  return found.ok() && *found && (*found)->kind == kind;
}

// Refs are compared with folder names to the byte, newline included, as the other client does.
Result<RefsByCommit> scan_refs(const std::string& folder) {
  RefsByCommit refs;
  if (is_kind(folder, platform::Kind::kFile)) return corrupt("refs is a file", folder);
  for (const std::string& name : walk_files(folder)) {
    if (is_system_file(platform::base_name(name))) continue;
    HFHUB_TRY(const std::string commit, platform::read_text(platform::join_path(folder, name), kLargestRef));
    refs[commit].insert(name);
  }
  return refs;
}

Result<CachedFile> scan_file(const std::string& snapshot, const std::string& path, BlobStats* blobs) {
  CachedFile file;
  file.path = path;
  file.file_path = platform::join_path(snapshot, path);
  file.blob_path = file.file_path;
  // One level only: the blob may itself be a link into the shared store, and deleting must unlink that, not the payload.
  if (const auto target = platform::read_link(file.file_path); target.ok()) {
    file.blob_path = lexical_path(
        target->starts_with('/') ? *target : platform::join_path(platform::parent_path(file.file_path), *target));
  }
  auto known = blobs->find(file.blob_path);
  if (known == blobs->end()) {
    HFHUB_TRY(const auto found, platform::stat_path(file.blob_path));
    if (!found) return corrupt("the blob of a snapshot file is missing", file.blob_path);
    known = blobs->emplace(file.blob_path, *found).first;
  }
  file.size = known->second.size;
  file.accessed = known->second.accessed;
  file.modified = known->second.modified;
  return file;
}

Result<CachedRevision> scan_revision(const std::string& snapshots, const std::string& commit, RefsByCommit* refs,
                                     BlobStats* blobs) {
  CachedRevision revision;
  revision.commit = commit;
  revision.snapshot_path = platform::join_path(snapshots, commit);
  std::set<std::string> counted;
  for (const std::string& path : walk_files(revision.snapshot_path)) {
    HFHUB_TRY(CachedFile file, scan_file(revision.snapshot_path, path, blobs));
    if (counted.insert(file.blob_path).second) revision.size += file.size;
    revision.modified = std::max(revision.modified, file.modified);
    revision.files.push_back(std::move(file));
  }
  if (revision.files.empty()) {
    HFHUB_TRY(const auto folder, platform::stat_path(revision.snapshot_path));
    if (!folder) return corrupt("a snapshot is a broken link", revision.snapshot_path);
    revision.modified = folder->modified;
  }
  if (const auto named = refs->find(commit); named != refs->end()) {
    revision.refs.assign(named->second.begin(), named->second.end());
    refs->erase(named);
  }
  return revision;
}

Done add_revisions(CachedRepo* repo, BlobStats* blobs) {
  const std::string snapshots = platform::join_path(repo->path, "snapshots");
  if (!platform::is_folder(snapshots)) return corrupt("there is no snapshots folder", snapshots);
  HFHUB_TRY(RefsByCommit refs, scan_refs(platform::join_path(repo->path, "refs")));
  HFHUB_TRY(const auto entries, platform::list_folder(snapshots));
  for (const platform::Entry& entry : entries) {
    if (is_system_file(entry.name)) continue;
    const std::string path = platform::join_path(snapshots, entry.name);
    if (is_kind(path, platform::Kind::kFile)) return corrupt("there is a file among the snapshots", path);
    HFHUB_TRY(CachedRevision revision, scan_revision(snapshots, entry.name, &refs, blobs));
    repo->revisions.push_back(std::move(revision));
  }
  if (!refs.empty()) {
    return corrupt("ref '" + printable(*refs.begin()->second.begin()) + "' names a commit without a snapshot",
                   repo->path);
  }
  return {};
}

Result<CachedRepo> scan_repo(const std::string& cache_dir, const std::string& name) {
  CachedRepo repo;
  repo.path = platform::join_path(cache_dir, name);
  HFHUB_TRY(const auto folder, platform::stat_path(repo.path));
  if (!folder || folder->kind != platform::Kind::kFolder) return corrupt("not a folder", repo.path);
  HFHUB_TRY(repo.repo, parse_repo_folder_name(name));
  BlobStats blobs;
  HFHUB_CHECK(add_revisions(&repo, &blobs));
  repo.file_count = blobs.size();
  for (const auto& [path, stat] : blobs) {
    repo.size += stat.size;
    repo.accessed = std::max(repo.accessed, stat.accessed);
    repo.modified = std::max(repo.modified, stat.modified);
  }
  if (blobs.empty()) {
    repo.accessed = folder->accessed;
    repo.modified = folder->modified;
  }
  return repo;
}

void add_incomplete(const std::string& repo, std::vector<IncompleteFile>* out) {
  const std::string blobs = platform::join_path(repo, "blobs");
  if (!platform::is_folder(blobs)) return;
  const auto entries = platform::list_folder(blobs);
  if (!entries.ok()) return;
  for (const platform::Entry& entry : *entries) {
    if (!entry.name.ends_with(".incomplete")) continue;
    std::string path = platform::join_path(blobs, entry.name);
    const auto found = platform::stat_path(path);
    if (found.ok() && *found) out->push_back({std::move(path), (*found)->size});
  }
}

// What the disk holds: each repository blob that is no link into the store once, and the whole store.
void add_physical_size(CacheInfo* info) {
  const bool store = has_shared_store(info->cache_dir);
  std::set<std::string> counted;
  for (const CachedRepo& repo : info->repos) {
    for (const CachedRevision& revision : repo.revisions) {
      for (const CachedFile& file : revision.files) {
        if (!counted.insert(file.blob_path).second) continue;
        if (!store || !shared_target(file.blob_path, info->cache_dir)) info->size += file.size;
      }
    }
  }
  for (const SharedPayload& payload : shared_payloads(info->cache_dir)) {
    if (counted.insert(payload.path).second) info->size += payload.size;
    const auto users = shared_users(payload.path, info->cache_dir);
    if (!users || !users->empty()) continue;
    info->unreferenced_shared_bytes += payload.size;
    info->unreferenced_shared_count += 1;
  }
}

bool is_bookkeeping(const std::string& cache_dir, const std::string& name) {
  return is_system_file(name) || name == ".locks" || name == "CACHEDIR.TAG" ||
         (name == "blobs" && has_shared_store(cache_dir));
}

}  // namespace

Result<CacheInfo> scan(const std::string& cache_dir) {
  HFHUB_TRY(const auto found, platform::stat_path(cache_dir));
  if (!found) return Error::at(Code::kCache, "there is no cache folder '" + cache_dir + "'", cache_dir);
  if (found->kind != platform::Kind::kFolder) {
    return Error::at(Code::kCache, "the cache '" + cache_dir + "' is not a folder", cache_dir);
  }
  CacheInfo info;
  HFHUB_TRY(info.cache_dir, platform::real_path(cache_dir));
  HFHUB_TRY(const auto entries, platform::list_folder(info.cache_dir));
  for (const platform::Entry& entry : entries) {
    add_incomplete(platform::join_path(info.cache_dir, entry.name), &info.incomplete);
    if (is_bookkeeping(info.cache_dir, entry.name)) continue;
    auto repo = scan_repo(info.cache_dir, entry.name);
    if (repo.ok()) {
      info.repos.push_back(std::move(*repo));
    } else {
      info.warnings.push_back(repo.error().message);
    }
  }
  add_physical_size(&info);
  return info;
}

}  // namespace hfhub::cache
