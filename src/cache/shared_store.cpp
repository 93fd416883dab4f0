#include "cache/shared_store.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "cache/layout.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

constexpr std::string_view kFolder = "blobs";
constexpr size_t kHashLength = 64;

bool is_kind(const std::string& path, platform::Kind kind) {
  const auto found = platform::stat_path(path, false);
  return found.ok() && *found && (*found)->kind == kind;
}

// `path` below `folder`, or nullopt.
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (!folder.ends_with('/')) {
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
  }
  return path;
}

// "<type>--<id>/blobs/<name>": the only form in which a repository's blob may be named.
bool is_repo_blob(std::string_view relative) {
  const auto parts = split(relative, '/');
  if (parts.size() != 3 || parts[1] != kFolder || parts[2].empty()) return false;
  if (relative.find_first_of("\r\n") != std::string_view::npos) return false;
  const auto repo = parse_repo_folder_name(parts[0]);
  return repo.ok() && !repo->id.empty();
}

bool is_payload(std::string_view relative) {
  const auto parts = split(relative, '/');
  return parts.size() == 2 && is_lower_hex(parts[1], kHashLength) && parts[0] == parts[1].substr(0, 2);
}

// Where the link leads, payload there or not. An error: it could not be looked at.
Result<std::optional<std::string>> link_target(const std::string& blob_path, const std::string& cache_dir) {
  const std::optional<std::string> none;
  const auto relative = below(blob_path, cache_dir);
  if (!relative || !is_repo_blob(*relative)) return none;
  HFHUB_TRY(const auto found, platform::stat_path(blob_path, false));
  if (!found || found->kind != platform::Kind::kLink) return none;
  HFHUB_TRY(const std::string text, platform::read_link(blob_path));
  std::string target = text.starts_with('/')
                           ? lexical_path(text)
                           : lexical_path(platform::join_path(platform::parent_path(blob_path), text));
  const auto in_store = below(target, platform::join_path(cache_dir, kFolder));
  if (!in_store || !is_payload(*in_store)) return none;
  return std::optional<std::string>(std::move(target));
}

// A manifest line as an absolute path; "" when it has not the one legal form.
std::string manifest_path(std::string_view line, const std::string& cache_dir) {
  if (line.starts_with('/')) return "";
  std::string relative;
  for (std::string_view part : split(line, '/')) {
    if (part == "..") return "";
    if (part.empty() || part == ".") continue;
    relative.append(relative.empty() ? "" : "/").append(part);
  }
  return is_repo_blob(relative) ? platform::join_path(cache_dir, relative) : "";
}

}  // namespace

std::string shared_payload_path(const std::string& cache_dir, std::string_view xet_hash) {
  const std::string folder = platform::join_path(platform::join_path(cache_dir, kFolder), xet_hash.substr(0, 2));
  return platform::join_path(folder, xet_hash);
}

bool has_shared_payload(const std::string& cache_dir, std::string_view xet_hash, uint64_t size) {
  if (!is_lower_hex(xet_hash, kHashLength) || !has_shared_store(cache_dir)) return false;
  const std::string payload = shared_payload_path(cache_dir, xet_hash);
  const auto found = platform::stat_path(payload, false);
  if (!found.ok() || !*found || (*found)->kind != platform::Kind::kFile || (*found)->size != size) return false;
  return platform::File::open_read(payload).ok();
}

std::string lexical_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.starts_with('/');
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!absolute) {
      parts.push_back(part);
    }
  }
  std::string out;
  for (std::string_view part : parts) out.append(out.empty() && !absolute ? "" : "/").append(part);
  if (!out.empty()) return out;
  return absolute ? "/" : ".";
}

bool has_shared_store(const std::string& cache_dir) {
  const std::string store = platform::join_path(cache_dir, kFolder);
  const std::string marker = platform::join_path(store, kSharedMarker);
  if (!is_kind(store, platform::Kind::kFolder) || !is_kind(marker, platform::Kind::kFile)) return false;
  const auto text = platform::read_text(marker, 16);
  return text.ok() && *text == kSharedMarkerText;
}

std::optional<std::string> shared_target(const std::string& blob_path, const std::string& cache_dir) {
  auto target = link_target(blob_path, cache_dir);
  if (!target.ok() || !*target || !is_kind(**target, platform::Kind::kFile)) return std::nullopt;
  return std::move(**target);
}

std::vector<SharedPayload> shared_payloads(const std::string& cache_dir) {
  std::vector<SharedPayload> out;
  if (!has_shared_store(cache_dir)) return out;
  const std::string store = platform::join_path(cache_dir, kFolder);
  const auto prefixes = platform::list_folder(store);
  if (!prefixes.ok()) return out;
  for (const platform::Entry& prefix : *prefixes) {
    if (prefix.kind != platform::Kind::kFolder || !is_lower_hex(prefix.name, 2)) continue;
    const auto entries = platform::list_folder(platform::join_path(store, prefix.name));
    if (!entries.ok()) continue;
    for (const platform::Entry& entry : *entries) {
      const std::string relative = platform::join_path(prefix.name, entry.name);
      if (entry.kind != platform::Kind::kFile || !is_payload(relative)) continue;
      std::string path = platform::join_path(store, relative);
      const auto found = platform::stat_path(path, false);
      if (found.ok() && *found) out.push_back({std::move(path), (*found)->size});
    }
  }
  return out;
}

std::optional<std::vector<std::string>> shared_users(const std::string& payload, const std::string& cache_dir) {
  const std::string manifest = payload + ".refs";
  if (!is_kind(manifest, platform::Kind::kFile)) return std::nullopt;
  const auto text = platform::read_text(manifest);
  if (!text.ok() || !is_valid_utf8(*text)) return std::nullopt;
  std::vector<std::string> users;
  for (std::string_view line : split(*text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string user = manifest_path(line, cache_dir);
    if (user.empty()) continue;
    const auto target = link_target(user, cache_dir);
    if (!target.ok()) return std::nullopt;
    if (*target == payload) users.push_back(std::move(user));
  }
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return users;
}

}  // namespace hfhub::cache
