#include "objects.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "digest.h"

namespace localhub {
namespace fs = std::filesystem;
namespace {

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) throw std::runtime_error("cannot write an object: disk full?");
    bytes.remove_prefix(static_cast<size_t>(done));
  }
}

}  // namespace

Objects::Objects(std::string data_dir) : dir_(std::move(data_dir) + "/objects") {
  fs::create_directories(dir_ + "/tmp");
}

std::string Objects::path(const std::string& sha256) const { return dir_ + "/" + sha256.substr(0, 2) + "/" + sha256; }

bool Objects::exists(const std::string& sha256) const { return fs::exists(path(sha256)); }

int64_t Objects::size(const std::string& sha256) const {
  struct stat info {};
  return ::stat(path(sha256).c_str(), &info) == 0 ? static_cast<int64_t>(info.st_size) : -1;
}

StoredObject Objects::put(const std::function<std::string_view()>& produce, bool with_oid) {
  static std::atomic<uint64_t> counter{0};
  std::string temp = dir_ + "/tmp/" + std::to_string(getpid()) + "-" + std::to_string(++counter);
  int fd = ::open(temp.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) throw std::runtime_error("cannot create " + temp);
  StoredObject out;
  Digest sum(MBEDTLS_MD_SHA256);
  try {
    for (std::string_view piece = produce(); !piece.empty(); piece = produce()) {
      sum.update(piece);
      write_all(fd, piece);
      out.size += static_cast<int64_t>(piece.size());
    }
  } catch (...) {
    ::close(fd);
    ::unlink(temp.c_str());
    throw;
  }
  ::close(fd);
  out.sha256 = sum.hex();
  fs::create_directories(dir_ + "/" + out.sha256.substr(0, 2));
  fs::rename(temp, path(out.sha256));
  // git puts the size in front of the content, so the blob name needs a second pass.
  if (with_oid) out.oid = git_oid("blob", read(out.sha256));
  return out;
}

StoredObject Objects::put_bytes(std::string_view bytes, bool with_oid) {
  StoredObject out{sha256_hex(bytes), with_oid ? git_oid("blob", bytes) : std::string(),
                   static_cast<int64_t>(bytes.size())};
  if (exists(out.sha256)) return out;
  bool given = false;
  put([&] { return given ? std::string_view() : (given = true, bytes); }, false);
  return out;
}

StoredObject Objects::put_file(const std::string& source, bool with_oid) {
  std::ifstream in(source, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + source);
  std::vector<char> buffer(1 << 20);
  return put(
      [&] {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        return std::string_view(buffer.data(), static_cast<size_t>(in.gcount()));
      },
      with_oid);
}

std::string Objects::read(const std::string& sha256) const {
  std::ifstream in(path(sha256), std::ios::binary);
  if (!in) throw std::runtime_error("object " + sha256 + " is missing");
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::shared_ptr<const std::string> Objects::small(const std::string& sha256, int64_t size) {
  if (size > kSmallBytes) return nullptr;
  {
    std::lock_guard lock(mutex_);
    if (auto found = cache_.find(sha256); found != cache_.end()) return found->second;
  }
  auto content = std::make_shared<const std::string>(read(sha256));
  std::lock_guard lock(mutex_);
  // Objects never change, so dropping everything now and then is all the eviction needed.
  if (cached_bytes_ > kCacheBytes) {
    cache_.clear();
    cached_bytes_ = 0;
  }
  if (cache_.emplace(sha256, content).second) cached_bytes_ += size;
  return content;
}

}  // namespace localhub
