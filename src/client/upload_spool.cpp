#include "client/upload_spool.h"

#include "base/clock.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

constexpr double kAbandonedS = 24 * 3600;

struct Removal {
  explicit Removal(std::string of) : path(std::move(of)) {}
  ~Removal() { (void)platform::remove_file(path); }
  const std::string path;
};

// What processes left that ended without a chance to clean up.
void remove_abandoned(const std::string& folder) {
  const auto entries = platform::list_folder(folder);
  if (!entries.ok()) return;
  for (const platform::Entry& entry : *entries) {
    const std::string path = platform::join_path(folder, entry.name);
    const auto stat = platform::stat_path(path, false);
    if (stat.ok() && *stat && wall_seconds() - (*stat)->modified > kAbandonedS) (void)platform::remove_file(path);
  }
}

}  // namespace

Done UploadSpool::to_disk() {
  HFHUB_CHECK(platform::make_folders(folder_));
  remove_abandoned(folder_);
  const std::string path = platform::join_path(folder_, platform::random_hex(16));
  HFHUB_TRY(file_, platform::File::create_new(path));
  removal_ = std::make_shared<const Removal>(path);
  HFHUB_CHECK(file_.write_at(0, as_bytes(bytes_)));
  bytes_ = std::string();
  return {};
}

Done UploadSpool::write(ByteView data) {
  if (data.empty()) return {};
  if (!file_.is_open() && size_ + data.size() <= kMemoryBytes) {
    bytes_ += as_text(data);
    size_ += data.size();
    return {};
  }
  if (!file_.is_open()) HFHUB_CHECK(to_disk());
  HFHUB_CHECK(file_.write_at(size_, data));
  size_ += data.size();
  return {};
}

Result<UploadSource> UploadSpool::finish() {
  if (!file_.is_open()) return UploadSource::of_bytes(std::move(bytes_));
  const std::string path = file_.path();
  HFHUB_CHECK(file_.close());
  HFHUB_TRY(UploadSource source, UploadSource::of_file(path));
  source.keep(std::move(removal_));
  return source;
}

}  // namespace hfhub::client
