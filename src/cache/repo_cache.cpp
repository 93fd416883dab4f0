#include "cache/repo_cache.h"

#include <algorithm>
#include <atomic>

#include "base/text.h"
#include "cache/lock_wait.h"
#include "cache/place.h"
#include "cache/share_blob.h"
#include "platform/system.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kLargestRef = 4096;

Error unsafe(std::string_view what, std::string_view value) {
  return Error::make(Code::kUnsafeName, std::string(what) + " '" + printable(value) + "' cannot name a file");
}

Done check_commit(std::string_view commit) {
  if (is_plain_name(commit)) return {};
  return unsafe("commit", commit);
}

Done check_names(std::string_view etag, std::string_view commit, std::string_view path) {
  if (!is_plain_name(etag)) return unsafe("ETag", etag);
  HFHUB_CHECK(check_commit(commit));
  return check_repo_path(path, "file name", Code::kUnsafeName);
}

// "../../blobs/<etag>", one "../" more for every folder of `path`.
std::string link_text(std::string_view etag, std::string_view path) {
  std::string text = "../../";
  for (auto depth = std::count(path.begin(), path.end(), '/'); depth > 0; --depth) text += "../";
  return text + "blobs/" + std::string(etag);
}

// Makes a link in a folder of its own inside `folder`, and removes both.
Result<bool> probe_links(const std::string& folder) {
  const std::string probe = platform::join_path(folder, "tmp" + platform::random_hex(8));
  HFHUB_CHECK(platform::make_folders(probe));
  const bool works = platform::make_link("target", platform::join_path(probe, "link")).ok();
  HFHUB_CHECK(platform::remove_tree(probe));
  return works;
}

// What earlier probes found, by cache folder. A list that only grows, without a lock: a child that was forked while another
// thread held one would wait for ever. Never destroyed, so that exiting threads may still ask.
struct KnownLinks {
  std::string folder;
  bool work = false;
  const KnownLinks* next = nullptr;
};
std::atomic<const KnownLinks*> known_links{nullptr};

const KnownLinks* find_known_links(const std::string& folder) {
  const KnownLinks* known = known_links.load();
  while (known != nullptr && known->folder != folder) known = known->next;
  return known;
}

void remember_links(const std::string& folder, bool work) {
  auto* known = new KnownLinks{folder, work, known_links.load()};
  while (!known_links.compare_exchange_weak(known->next, known)) {
  }
}

}  // namespace

RepoCache::RepoCache(std::string cache_dir, const RepoRef& repo, CacheOptions options,
                     std::shared_ptr<const runtime::Log> log)
    : layout_(std::move(cache_dir), repo), options_(options), log_(std::move(log)) {}

Result<std::optional<std::string>> RepoCache::commit_of(std::string_view revision) const {
  if (is_commit_hash(revision)) return std::optional<std::string>(revision);
  HFHUB_CHECK(check_revision(revision));
  const std::string path = layout_.ref(revision);
  HFHUB_TRY(const auto found, platform::stat_path(path));
  if (!found || found->kind != platform::Kind::kFile) return std::optional<std::string>();
  HFHUB_TRY(const std::string text, platform::read_text(path, kLargestRef));
  const std::string_view commit = trim(text);
  if (!is_plain_name(commit)) return std::optional<std::string>();
  return std::optional<std::string>(commit);
}

Result<Lookup> RepoCache::find(std::string_view revision, std::string_view path) const {
  HFHUB_CHECK(check_repo_path(path, "file name"));
  Lookup lookup;
  HFHUB_TRY(const auto commit, commit_of(revision));
  if (!commit) return lookup;
  lookup.commit = *commit;
  const auto is_file = [](const std::string& name) -> Result<bool> {
    HFHUB_TRY(const auto found, platform::stat_path(name));
    return found && found->kind == platform::Kind::kFile;
  };
  HFHUB_TRY(const bool absent, is_file(layout_.absent_marker(*commit, path)));
  const std::string file = layout_.snapshot_file(*commit, path);
  HFHUB_TRY(const bool present, is_file(file));
  if (absent) {
    lookup.presence = Presence::kAbsent;
  } else if (present) {
    lookup.presence = Presence::kFound;
    lookup.path = file;
  }
  return lookup;
}

Result<std::optional<Tree>> RepoCache::tree(std::string_view commit) const {
  HFHUB_CHECK(check_commit(commit));
  return read_tree(layout_.tree(commit));
}

Result<bool> RepoCache::has_blob(std::string_view etag, bool size_known, uint64_t size) const {
  if (!is_plain_name(etag)) return unsafe("ETag", etag);
  HFHUB_TRY(const auto found, platform::stat_path(layout_.blob(etag)));
  return found && found->kind == platform::Kind::kFile && (!size_known || found->size == size);
}

bool RepoCache::has_snapshot_file(std::string_view commit, const TreeFile& file) const {
  if (!check_commit(commit).ok() || !check_repo_path(file.path, "file name").ok()) return false;
  const auto found = platform::stat_path(layout_.snapshot_file(commit, file.path));
  return found.ok() && *found && (*found)->kind == platform::Kind::kFile && (*found)->size == file.content_size();
}

bool RepoCache::has_shared(std::string_view xet_hash, uint64_t size) const {
  return options_.shared_blobs && options_.symlinks && has_shared_payload(layout_.cache_dir, xet_hash, size);
}

std::vector<SharedPayload> RepoCache::other_versions(std::string_view commit, std::string_view path) const {
  std::vector<SharedPayload> out;
  const std::string snapshots = platform::parent_path(layout_.snapshot(commit));
  const auto entries = platform::list_folder(snapshots);
  if (!entries.ok() || !has_shared_store(layout_.cache_dir)) return out;
  std::vector<std::pair<double, SharedPayload>> found;
  for (const platform::Entry& entry : *entries) {
    if (entry.name == commit) continue;
    const std::string link = layout_.snapshot_file(entry.name, path);
    const auto text = platform::read_link(link);
    if (!text.ok()) continue;
    const std::string blob = lexical_path(platform::join_path(platform::parent_path(link), *text));
    auto target = shared_target(blob, layout_.cache_dir);
    if (!target) continue;
    const auto folder = platform::stat_path(platform::join_path(snapshots, entry.name));
    const auto payload = platform::stat_path(*target);
    if (!folder.ok() || !*folder || !payload.ok() || !*payload) continue;
    found.push_back({(*folder)->modified, {*std::move(target), (*payload)->size}});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [when, payload] : found) {
    const auto same = [&path = payload.path](const SharedPayload& other) { return other.path == path; };
    if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(payload));
  }
  return out;
}

Done RepoCache::prepare() {
  HFHUB_CHECK(platform::make_folders(layout_.cache_dir));
  tag_cache_folder(layout_.cache_dir);
  return {};
}

Done RepoCache::flush() {
  const std::string blobs = platform::parent_path(layout_.blob("x"));
  std::set<std::string> folders;
  {
    const std::lock_guard lock(touched_->mutex);
    folders.swap(touched_->folders);
  }
  for (const std::string& folder : folders) HFHUB_CHECK(platform::sync_folder(folder));
  return platform::is_folder(blobs) ? platform::sync_folder(blobs) : Done();
}

Done RepoCache::write_ref(std::string_view revision, std::string_view commit) {
  if (revision == commit) return {};
  HFHUB_CHECK(check_revision(revision));
  HFHUB_CHECK(check_commit(commit));
  const std::string path = layout_.ref(revision);
  // Compared as other clients read it, to the byte: a ref with a newline is rewritten without it.
  if (const auto old = platform::read_text(path, kLargestRef); old.ok() && *old == commit) return {};
  HFHUB_CHECK(platform::make_folders(platform::parent_path(path)));
  return platform::write_text_atomically(path, commit, 0, true);
}

Done RepoCache::mark_absent(std::string_view commit, std::string_view path) {
  HFHUB_CHECK(check_commit(commit));
  HFHUB_CHECK(check_repo_path(path, "file name", Code::kUnsafeName));
  const std::string marker = layout_.absent_marker(commit, path);
  if (platform::exists(marker)) return {};
  HFHUB_CHECK(platform::make_folders(platform::parent_path(marker)));
  HFHUB_TRY(auto file, platform::File::open_write(marker));
  return file.close();
}

Done RepoCache::write_tree(std::string_view commit, const Tree& tree) {
  HFHUB_CHECK(check_commit(commit));
  return cache::write_tree(layout_.tree(commit), tree);
}

Result<std::optional<platform::FileLock>> RepoCache::lock(std::string_view etag, const runtime::Cancel& cancel) {
  if (!is_plain_name(etag)) return unsafe("ETag", etag);
  return wait_for_lock(layout_.lock(etag), options_.lock_timeout_ms, cancel, log_.get());
}

Result<std::optional<platform::FileLock>> RepoCache::try_lock(std::string_view etag) {
  if (!is_plain_name(etag)) return unsafe("ETag", etag);
  return cache::try_lock(layout_.lock(etag));
}

PartialSpec RepoCache::partial_spec(std::string_view etag, bool size_known, uint64_t size, bool fresh) const {
  PartialSpec spec;
  spec.folder = platform::parent_path(layout_.blob(etag));
  spec.stem = etag;
  spec.etag = etag;
  spec.size_known = size_known;
  spec.size = size_known ? size : 0;
  spec.fresh = fresh;
  return spec;
}

Result<std::string> RepoCache::publish(PartialFile file, std::string_view etag, std::string_view commit,
                                       std::string_view path, const Sharing& sharing) {
  HFHUB_CHECK(check_names(etag, commit, path));
  HFHUB_CHECK(prepare());
  HFHUB_CHECK(file.finish());
  if (file.adopted()) reset_mode(file.path());
  HFHUB_TRY(const bool links, links_work());
  const std::string blob = layout_.blob(etag);
  const std::string snapshot = layout_.snapshot_file(commit, path);
  bool shared = false;
  if (links && options_.shared_blobs && !sharing.xet_hash.empty()) {
    HFHUB_TRY(shared, share(file, etag, sharing));
  }
  if (!shared) HFHUB_CHECK(move_into_place(file.path(), links ? blob : snapshot));
  if (links) HFHUB_CHECK(place_link(link_text(etag, path), snapshot, platform::parent_path(blob)));
  return snapshot;
}

// False: the file is still where it was.
Result<bool> RepoCache::share(const PartialFile& file, std::string_view etag, const Sharing& sharing) {
  HFHUB_TRY(const auto facts, platform::stat_path(file.path()));
  if (!facts) return false;
  const SharedBlob shared{layout_.cache_dir, layout_.blob(etag), sharing.xet_hash, facts->size};
  Done moved = move_to_store(shared, file.path(), sharing.replace, runtime::Cancel());
  if (!moved.ok()) {
    say(moved.error().message);
    // Usual: a store that is not to be used. But a file that is not where it was can be published by nobody.
    return platform::exists(file.path()) ? Result<bool>(false) : Result<bool>(moved.error());
  }
  const std::lock_guard lock(touched_->mutex);
  touched_->folders.insert(platform::parent_path(shared_payload_path(layout_.cache_dir, sharing.xet_hash)));
  return true;
}

Result<bool> RepoCache::take_shared(std::string_view etag, std::string_view xet_hash, uint64_t size,
                                    const runtime::Cancel& cancel) {
  if (!is_plain_name(etag)) return unsafe("ETag", etag);
  if (!has_shared(xet_hash, size)) return false;
  HFHUB_CHECK(prepare());
  HFHUB_TRY(const bool links, links_work());
  if (!links) return false;
  const Done linked = link_to_payload({layout_.cache_dir, layout_.blob(etag), std::string(xet_hash), size}, cancel);
  HFHUB_CHECK(cancel.check());
  if (!linked.ok()) say(linked.error().message);
  return linked.ok();
}

void RepoCache::say(const std::string& message) const {
  if (log_ != nullptr) log_->write(runtime::LogLevel::kInfo, message);
}

Result<std::string> RepoCache::link(std::string_view etag, std::string_view commit, std::string_view path) {
  HFHUB_CHECK(check_names(etag, commit, path));
  const std::string blob = layout_.blob(etag);
  const std::string snapshot = layout_.snapshot_file(commit, path);
  HFHUB_TRY(const auto source, platform::stat_path(blob));
  if (!source || source->kind != platform::Kind::kFile) {
    return Error::at(Code::kCache, "blob '" + blob + "' is not there", blob);
  }
  const auto there = platform::stat_path(snapshot);
  const bool same = there.ok() && *there && (*there)->kind == platform::Kind::kFile &&
                    (*there)->inode == source->inode && (*there)->device == source->device;
  if (same) return snapshot;  // nothing to do, and the cache may be read-only
  HFHUB_CHECK(prepare());
  HFHUB_TRY(const bool links, links_work());
  const std::string scratch = platform::parent_path(blob);
  if (links) {
    HFHUB_CHECK(place_link(link_text(etag, path), snapshot, scratch));
  } else {
    HFHUB_CHECK(copy_into_place(blob, snapshot, scratch));
  }
  return snapshot;
}

Result<bool> RepoCache::links_work() {
  if (!options_.symlinks) return false;
  if (const KnownLinks* known = find_known_links(layout_.cache_dir)) return known->work;
  HFHUB_TRY(const bool works, probe_links(layout_.folder));
  if (!works && options_.symlinks_warning && log_ != nullptr) {
    log_->write(
        runtime::LogLevel::kWarning,
        "'" + layout_.cache_dir + "' takes no symbolic links: files that revisions share are stored once for each");
  }
  remember_links(layout_.cache_dir, works);
  return works;
}

}  // namespace hfhub::cache
