#include "cache/share_blob.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/text.h"
#include "cache/layout.h"
#include "cache/lock_wait.h"
#include "cache/place.h"
#include "cache/shared_store.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::cache {
namespace {

constexpr uint32_t kOpenToAll = 0666;  // locks and manifests: other users of the cache write to them, too
constexpr int kMarkAttempts = 4;
constexpr int64_t kMarkPauseMs = 3;
constexpr int64_t kLockTimeoutMs = 10'000;  // whoever holds a hash's lock does so for a moment

Error not_shared(const SharedBlob& shared, const std::string& why) {
  return Error::at(Code::kCache, "'" + shared.blob + "' does not go to the shared store: " + why, shared.blob);
}

std::string store_folder(const SharedBlob& shared) { return platform::join_path(shared.cache_dir, "blobs"); }

// Permissions follow those of the cache folder: who may enter it may read the payloads.
Result<uint32_t> cache_mode(const SharedBlob& shared) {
  HFHUB_TRY(const auto found, platform::stat_path(shared.cache_dir));
  if (!found) return not_shared(shared, "the cache folder is gone");
  return found->mode;
}

uint32_t payload_mode(uint32_t cache) { return 0400u | ((cache & 0010u) << 2) | ((cache & 0001u) << 2); }

Done take_folder_mode(const std::string& folder, uint32_t cache) {
  const uint32_t wanted = cache & 03777u;
  HFHUB_TRY(const auto found, platform::stat_path(folder, false));
  return found && found->mode == wanted ? Done() : platform::set_mode(folder, wanted);
}

bool is_marker_temporary(const platform::Entry& entry) {
  constexpr std::string_view kEnd = ".tmp";
  std::string_view name = entry.name;
  if (entry.kind != platform::Kind::kFile || !name.starts_with(kSharedMarker) || !name.ends_with(kEnd)) return false;
  name = name.substr(kSharedMarker.size(), name.size() - kSharedMarker.size() - kEnd.size());
  return name.size() == 9 && name[0] == '.' && is_lower_hex(name.substr(1), 8);
}

// Only an empty folder may become a store; what a killed process left of the marker does not count.
Result<bool> is_free(const std::string& store) {
  HFHUB_TRY(const auto entries, platform::list_folder(store));
  for (const platform::Entry& entry : entries) {
    if (!is_marker_temporary(entry)) return false;
    const auto text = platform::read_text(platform::join_path(store, entry.name), 16);
    if (!text.ok() || !kSharedMarkerText.starts_with(*text)) return false;
  }
  for (const platform::Entry& entry : entries)
    HFHUB_CHECK(platform::remove_file(platform::join_path(store, entry.name)));
  HFHUB_TRY(const auto left, platform::list_folder(store));
  return left.empty();
}

Done write_marker(const std::string& store, uint32_t mode) {
  const std::string marker = platform::join_path(store, kSharedMarker);
  const std::string staged = marker + "." + platform::random_hex(8) + ".tmp";
  Done done;
  {
    HFHUB_TRY(auto file, platform::File::create_new(staged));
    done = file.write_at(0, as_bytes(kSharedMarkerText));
    if (done.ok()) done = file.set_mode(mode);
    if (done.ok()) done = file.close();
  }
  if (done.ok()) done = platform::rename_path(staged, marker);
  if (!done.ok()) (void)platform::remove_file(staged);
  return done;
}

Done make_store(const SharedBlob& shared, uint32_t mode) {
  const std::string store = store_folder(shared);
  HFHUB_CHECK(platform::make_folders(store));
  HFHUB_TRY(const auto found, platform::stat_path(store, false));
  if (!found || found->kind != platform::Kind::kFolder) return not_shared(shared, "'" + store + "' is no folder");
  HFHUB_TRY(const bool free, is_free(store));
  if (!free) return not_shared(shared, "'" + store + "' holds something else");
  HFHUB_CHECK(take_folder_mode(store, mode));
  return write_marker(store, payload_mode(mode));
}

// The store and the payload's folder in it, made when missing.
Done prepare_store(const SharedBlob& shared, const runtime::Cancel& cancel) {
  HFHUB_TRY(const uint32_t mode, cache_mode(shared));
  // Several may be marking it at the same time and clear away each other's temporary files, until one has come through.
  for (int attempt = 1; !has_shared_store(shared.cache_dir); ++attempt) {
    Done made = make_store(shared, mode);
    if (made.ok() || has_shared_store(shared.cache_dir)) break;
    if (attempt == kMarkAttempts) return made;
    HFHUB_CHECK(cancel.sleep_until(after_ms(kMarkPauseMs)));
  }
  const std::string folder = platform::parent_path(shared_payload_path(shared.cache_dir, shared.xet_hash));
  HFHUB_CHECK(platform::make_folders(folder));
  HFHUB_TRY(const auto found, platform::stat_path(folder, false));
  if (!found || found->kind != platform::Kind::kFolder) return not_shared(shared, "'" + folder + "' is no folder");
  return take_folder_mode(folder, mode);
}

Result<platform::FileLock> lock_hash(const SharedBlob& shared, const runtime::Cancel& cancel) {
  const std::string path = shared_payload_path(shared.cache_dir, shared.xet_hash) + ".lock";
  HFHUB_CHECK(platform::append_text(path, "", kOpenToAll));
  HFHUB_TRY(auto lock, wait_for_lock(path, kLockTimeoutMs, cancel, nullptr));
  if (!lock) return not_shared(shared, "'" + path + "' cannot be locked");
  return *std::move(lock);
}

// A link beside the blob, to be renamed over it. Goes away unless it was.
class StagedLink {
 public:
  static Result<StagedLink> make(const SharedBlob& shared) {
    const std::string folder = platform::parent_path(shared.blob);
    HFHUB_CHECK(platform::make_folders(folder));
    StagedLink out;
    out.path_ =
        platform::join_path(folder, "." + platform::base_name(shared.blob) + "." + platform::random_hex(8) + ".shared");
    const std::string& hash = shared.xet_hash;
    HFHUB_CHECK(platform::make_link("../../blobs/" + hash.substr(0, 2) + "/" + hash, out.path_));
    return out;
  }
  StagedLink(StagedLink&& other) noexcept { std::swap(path_, other.path_); }
  StagedLink& operator=(StagedLink&&) = delete;
  ~StagedLink() {
    if (!path_.empty()) (void)platform::remove_file(path_);
  }
  Done place(const std::string& blob) {
    HFHUB_CHECK(platform::rename_path(path_, blob));
    path_.clear();
    return {};
  }

 private:
  StagedLink() = default;
  std::string path_;
};

Done add_user(const SharedBlob& shared) {
  const std::string line = shared.blob.substr(shared.cache_dir.size() + 1) + "\n";
  return platform::append_text(shared_payload_path(shared.cache_dir, shared.xet_hash) + ".refs", line, kOpenToAll);
}

// Readable for all who may enter the cache, writable for nobody.
Done make_payload(const SharedBlob& shared, const std::string& file) {
  const std::string payload = shared_payload_path(shared.cache_dir, shared.xet_hash);
  HFHUB_TRY(const uint32_t cache, cache_mode(shared));
  const uint32_t mode = payload_mode(cache);
  HFHUB_CHECK(platform::set_mode(file, mode));
  const Done grouped = platform::match_group(file, platform::parent_path(payload));
  // A wrong group matters only where the group decides who may read.
  const bool group_decides = (mode & 0040u) != 0 && (mode & 0004u) == 0;
  if (!grouped.ok() && group_decides) return grouped;
  return platform::rename_path(file, payload);
}

Done check_names(const SharedBlob& shared) {
  const bool inside = shared.blob.starts_with(shared.cache_dir + "/");
  const auto parts = split(inside ? std::string_view(shared.blob).substr(shared.cache_dir.size() + 1) : "", '/');
  const bool usable = parts.size() == 3 && parse_repo_folder_name(parts[0]).ok() && parts[1] == "blobs" &&
                      !has_control_characters(parts[2]) && is_lower_hex(shared.xet_hash, 64);
  return usable ? Done() : not_shared(shared, "a name in it is unusual");
}

}  // namespace

Done link_to_payload(const SharedBlob& shared, const runtime::Cancel& cancel) {
  HFHUB_CHECK(check_names(shared));
  if (!has_shared_payload(shared.cache_dir, shared.xet_hash, shared.size)) return not_shared(shared, "it is not there");
  HFHUB_TRY(const auto lock, lock_hash(shared, cancel));
  // Somebody may have removed it before the lock was ours.
  if (!has_shared_payload(shared.cache_dir, shared.xet_hash, shared.size)) return not_shared(shared, "it is gone");
  HFHUB_TRY(auto link, StagedLink::make(shared));
  HFHUB_CHECK(add_user(shared));
  return link.place(shared.blob);
}

Done move_to_store(const SharedBlob& shared, const std::string& file, bool replace, const runtime::Cancel& cancel) {
  HFHUB_CHECK(check_names(shared));
  HFHUB_CHECK(prepare_store(shared, cancel));
  HFHUB_TRY(const auto lock, lock_hash(shared, cancel));
  HFHUB_TRY(auto link, StagedLink::make(shared));
  const bool there = !replace && has_shared_payload(shared.cache_dir, shared.xet_hash, shared.size);
  HFHUB_CHECK(add_user(shared));
  if (!there) {
    if (Done made = make_payload(shared, file); !made.ok()) {
      reset_mode(file);
      return made;
    }
  }
  Done placed = link.place(shared.blob);
  if (placed.ok()) return there ? platform::remove_file(file) : Done();
  // Others may use the payload from now on, so it stays; under the lock nobody can have removed it yet.
  if (!there) {
    HFHUB_CHECK(platform::copy_contents(shared_payload_path(shared.cache_dir, shared.xet_hash), file));
  }
  return placed;
}

}  // namespace hfhub::cache
