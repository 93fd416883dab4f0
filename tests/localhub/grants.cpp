#include "grants.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <stdexcept>
#include <vector>

#include "text.h"

namespace localhub {
namespace fs = std::filesystem;

Grants::Grants(const std::string& data_dir) : dir_(data_dir + "/xorbs/uploads") {
  fs::remove_all(dir_);
  fs::create_directories(dir_);
}

GrantPtr Grants::make(Grant grant) {
  unsigned char bytes[16];
  std::random_device device;
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(device());
  grant.id = to_hex(bytes, sizeof bytes);
  auto made = std::make_shared<const Grant>(std::move(grant));
  std::lock_guard lock(mutex_);
  if (++made_ % 64 == 0) drop_expired();
  return grants_[made->id] = made;
}

GrantPtr Grants::find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = grants_.find(id);
  bool alive = found != grants_.end() && found->second->expires_s >= now_ms() / 1000;
  return alive ? found->second : nullptr;
}

std::string Grants::upload_path(const Grant& grant) const { return dir_ + "/" + grant.id; }

bool Grants::uploaded(const Grant& grant) const { return fs::exists(upload_path(grant)); }

bool Grants::store(const Grant& grant, std::string_view body) {
  std::string temp = upload_path(grant) + ".part";
  // O_EXCL: of two uploads at once, one wins.
  int fd = uploaded(grant) ? -1 : ::open(temp.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  while (!body.empty()) {
    ssize_t done = ::write(fd, body.data(), body.size());
    if (done < 0) break;
    body.remove_prefix(static_cast<size_t>(done));
  }
  ::close(fd);
  if (!body.empty()) {
    ::unlink(temp.c_str());
    throw std::runtime_error("cannot write an upload: disk full?");
  }
  fs::rename(temp, upload_path(grant));
  return true;
}

void Grants::forget(const Grant& grant) {
  ::unlink(upload_path(grant).c_str());
  std::lock_guard lock(mutex_);
  grants_.erase(grant.id);
}

void Grants::drop_expired() {
  int64_t now_s = now_ms() / 1000;
  for (auto at = grants_.begin(); at != grants_.end();) {
    if (at->second->expires_s >= now_s) {
      ++at;
      continue;
    }
    ::unlink(upload_path(*at->second).c_str());
    at = grants_.erase(at);
  }
}

}  // namespace localhub
