#include "cache/place.h"

#include "base/names.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::cache {
namespace {

constexpr std::string_view kCacheDirTag = "Signature: 8a477f597d28d172789f06886806bc55\n"
                                          "# This file is a cache directory tag created by huggingface_hub.\n"
                                          "# For information about cache directory tags, see:\n"
                                          "#\thttps://bford.info/cachedir/\n";

std::string beside(const std::string& path, std::string_view ending) {
  const std::string name = "." + platform::base_name(path) + "." + platform::random_hex(8) + std::string(ending);
  return platform::join_path(platform::parent_path(path), name);
}

// Ends in ".incomplete", so that what a killed process leaves is found by every client's prune.
std::string scratch_name(const std::string& scratch, const std::string& path) {
  return platform::join_path(scratch, platform::base_name(path) + "." + platform::random_hex(8) + ".incomplete");
}

Done flush_file(const std::string& path) {
  HFHUB_TRY(platform::File file, platform::File::open_write(path));
  return file.sync();
}

// For mounts that refuse to rename over an existing entry: park the old one, put it back on failure.
Done swap_in(const std::string& staged, const std::string& to) {
  const auto renamed = platform::rename_path(staged, to);
  if (renamed.ok()) return {};
  const std::string parked = beside(to, ".old");
  if (!platform::rename_path(to, parked).ok()) return renamed;
  if (auto second = platform::rename_path(staged, to); !second.ok()) {
    (void)platform::rename_path(parked, to);
    return second;
  }
  (void)platform::remove_file(parked);
  return {};
}

}  // namespace

void tag_cache_folder(const std::string& folder) {
  const std::string path = platform::join_path(folder, "CACHEDIR.TAG");
  if (!platform::exists(path)) (void)platform::write_text_atomically(path, kCacheDirTag);
}

void reset_mode(const std::string& path) {
  const std::string probe = platform::join_path(platform::parent_path(path), "tmp_" + platform::random_hex(32));
  auto fresh = platform::File::create_new(probe);
  if (!fresh.ok()) return;
  const auto wanted = fresh->stat();
  (void)platform::remove_file(probe);
  auto file = platform::File::open_read(path);
  if (wanted.ok() && file.ok()) (void)file->set_mode(wanted->mode);
}

Done move_into_place(const std::string& from, const std::string& to) {
  const std::string folder = platform::parent_path(to);
  HFHUB_CHECK(platform::make_folders(folder));
  const auto renamed = platform::rename_path(from, to);
  if (!renamed.ok()) {
    const auto there = platform::stat_path(to, false);
    if (there.ok() && *there && (*there)->kind == platform::Kind::kFolder) return renamed;
    const std::string staged = beside(to, ".new");
    Done done = platform::copy_contents(from, staged);
    if (done.ok()) done = flush_file(staged);
    if (done.ok()) done = swap_in(staged, to);
    if (!done.ok()) {
      (void)platform::remove_file(staged);
      return done.error().code == Code::kDiskFull ? done : renamed;
    }
    (void)platform::remove_file(from);
  }
  return {};
}

Done place_link(const std::string& target, const std::string& link, const std::string& scratch) {
  HFHUB_CHECK(platform::make_folders(platform::parent_path(link)));
  auto made = platform::make_link(target, link);
  if (made.ok()) return {};
  HFHUB_TRY(const auto there, platform::stat_path(link, false));
  if (!there) return made;
  if (there->kind == platform::Kind::kLink) {
    const auto text = platform::read_link(link);
    if (text.ok() && *text == target) return {};  // somebody made the same link
  }
  HFHUB_CHECK(platform::make_folders(scratch));
  const std::string staged = scratch_name(scratch, link);
  HFHUB_CHECK(platform::make_link(target, staged));
  Done replaced = platform::rename_path(staged, link);
  if (!replaced.ok()) (void)platform::remove_file(staged);
  return replaced;
}

Done copy_into_place(const std::string& source, const std::string& to, const std::string& scratch) {
  HFHUB_CHECK(platform::make_folders(scratch));
  const std::string staged = scratch_name(scratch, to);
  Done done = platform::copy_contents(source, staged);
  if (done.ok()) done = flush_file(staged);
  if (done.ok()) done = move_into_place(staged, to);
  if (!done.ok()) (void)platform::remove_file(staged);
  return done;
}

bool is_plain_name(std::string_view text) {
  return text.find('/') == std::string_view::npos && !text.starts_with('.') && check_repo_path(text, "name").ok();
}

}  // namespace hfhub::cache
