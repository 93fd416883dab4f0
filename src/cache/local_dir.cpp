#include "cache/local_dir.h"

#include <charconv>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/text.h"
#include "cache/lock_wait.h"
#include "cache/place.h"
#include "digest/digest.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kLargestMetadata = 64 * 1024;
constexpr double kTimeSlack = 1.0;  // seconds; file systems round modification times

std::string bookkeeping(const std::string& folder) { return platform::join_path(folder, ".cache/huggingface"); }

std::string beside_download(const std::string& folder, std::string_view path, std::string_view ending) {
  return platform::join_path(platform::join_path(bookkeeping(folder), "download"),
                             std::string(path) + std::string(ending));
}

// A name from the server: also nothing inside .git, where a file can become a program that git runs.
Done check_target(std::string_view path) {
  HFHUB_CHECK(check_repo_path(path, "file name", Code::kUnsafeName));
  for (std::string_view segment : split(path, '/')) {
    if (!equal_ignoring_case(segment, ".git")) continue;
    return Error::make(Code::kUnsafeName, "file name '" + printable(path) + "' lies in a .git folder");
  }
  return {};
}

// As Python's float() reads the text that Python's repr() wrote.
bool parse_seconds(std::string_view text, double* seconds) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *seconds);
  return !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::optional<LocalMetadata> parse_local_metadata(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() < 3) return std::nullopt;
  LocalMetadata metadata{std::string(trim(lines[0])), std::string(trim(lines[1])), 0};
  if (!parse_seconds(lines[2], &metadata.timestamp)) return std::nullopt;
  return metadata;
}

std::string local_metadata_text(const LocalMetadata& metadata) {
  return metadata.commit + "\n" + metadata.etag + "\n" + shortest_decimal(metadata.timestamp) + "\n";
}

LocalDir::LocalDir(std::string folder, int64_t lock_timeout_ms, std::shared_ptr<const runtime::Log> log)
    : folder_(std::move(folder)), lock_timeout_ms_(lock_timeout_ms), log_(std::move(log)) {}

std::string LocalDir::file_path(std::string_view path) const { return platform::join_path(folder_, path); }

std::string LocalDir::tree_path(std::string_view commit) const {
  return platform::join_path(bookkeeping(folder_), "trees/" + std::string(commit) + ".json");
}

Result<std::optional<std::string>> LocalDir::last_commit() const {
  const std::string place = platform::join_path(bookkeeping(folder_), "trees");
  std::optional<std::string> last;
  if (!platform::is_folder(place)) return last;
  double written = 0;
  HFHUB_TRY(const auto entries, platform::list_folder(place));
  for (const platform::Entry& entry : entries) {
    const std::string_view name = entry.name;
    const std::string_view commit = name.substr(0, name.find('.'));
    if (!is_commit_hash(commit) || name.substr(commit.size()) != ".json") continue;
    HFHUB_TRY(const auto file, platform::stat_path(platform::join_path(place, name)));
    if (!file || (last && file->modified <= written)) continue;
    last = commit;
    written = file->modified;
  }
  return last;
}

Result<std::optional<LocalMetadata>> LocalDir::metadata(std::string_view path) const {
  HFHUB_CHECK(check_target(path));  // here too: a plan shall fail before anything is written
  const std::optional<LocalMetadata> none;
  HFHUB_TRY(const auto file, platform::stat_path(file_path(path)));
  if (!file || file->kind != platform::Kind::kFile) return none;
  const auto text = platform::read_text(beside_download(folder_, path, ".metadata"), kLargestMetadata);
  if (!text.ok()) return none;
  auto metadata = parse_local_metadata(*text);
  if (!metadata || !(file->modified - kTimeSlack <= metadata->timestamp)) return none;
  return metadata;
}

Done LocalDir::prepare() {
  const std::string place = bookkeeping(folder_);
  HFHUB_CHECK(platform::make_folders(place));
  tag_cache_folder(place);
  const std::string ignore = platform::join_path(place, ".gitignore");
  if (!platform::exists(ignore)) (void)platform::write_text_atomically(ignore, "*");
  return {};
}

Done LocalDir::write_metadata(std::string_view path, std::string_view commit, std::string_view etag) {
  HFHUB_CHECK(check_target(path));
  HFHUB_CHECK(prepare());
  const std::string place = beside_download(folder_, path, ".metadata");
  HFHUB_CHECK(platform::make_folders(platform::parent_path(place)));
  return platform::write_text_atomically(place,
                                         local_metadata_text({std::string(commit), std::string(etag), wall_seconds()}));
}

Result<std::optional<platform::FileLock>> LocalDir::lock(std::string_view path, const runtime::Cancel& cancel) {
  HFHUB_CHECK(check_target(path));
  HFHUB_CHECK(prepare());
  return wait_for_lock(beside_download(folder_, path, ".lock"), lock_timeout_ms_, cancel, log_.get());
}

Result<std::optional<platform::FileLock>> LocalDir::try_lock(std::string_view path) {
  HFHUB_CHECK(check_target(path));
  HFHUB_CHECK(prepare());
  return cache::try_lock(beside_download(folder_, path, ".lock"));
}

PartialSpec LocalDir::partial_spec(std::string_view path, std::string_view etag, bool size_known, uint64_t size,
                                   bool fresh) const {
  const std::string metadata = beside_download(folder_, path, ".metadata");
  PartialSpec spec;
  spec.folder = platform::parent_path(metadata);
  spec.stem = digest::sha1_base64_url(as_bytes(platform::base_name(metadata))) + "." + std::string(etag);
  spec.etag = etag;
  spec.size_known = size_known;
  spec.size = size_known ? size : 0;
  spec.fresh = fresh;
  return spec;
}

Result<std::string> LocalDir::publish(PartialFile file, std::string_view path, std::string_view commit,
                                      std::string_view etag) {
  HFHUB_CHECK(check_target(path));
  HFHUB_CHECK(file.finish());
  if (file.adopted()) reset_mode(file.path());
  const std::string target = file_path(path);
  HFHUB_CHECK(move_into_place(file.path(), target));
  HFHUB_CHECK(write_metadata(path, commit, etag));
  return target;
}

Result<std::string> LocalDir::copy_from(const std::string& source, std::string_view path, std::string_view commit,
                                        std::string_view etag) {
  HFHUB_CHECK(check_target(path));
  HFHUB_CHECK(prepare());
  const std::string target = file_path(path);
  const std::string scratch = platform::parent_path(beside_download(folder_, path, ".metadata"));
  HFHUB_CHECK(copy_into_place(source, target, scratch));
  HFHUB_CHECK(write_metadata(path, commit, etag));
  return target;
}

}  // namespace hfhub::cache
