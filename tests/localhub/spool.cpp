#include "spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>

#include "digest.h"

namespace localhub {

struct Spool::Sum {
  Digest digest{MBEDTLS_MD_SHA256};
};

Spool::Spool(const std::string& dir) : sum_(std::make_unique<Sum>()) {
  static std::atomic<uint64_t> counter{0};
  path_ = dir + "/" + std::to_string(getpid()) + "-" + std::to_string(++counter);
  fd_ = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (fd_ < 0) throw std::runtime_error("cannot create " + path_);
}

Spool::~Spool() {
  if (fd_ >= 0) ::close(fd_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

bool Spool::append(std::string_view piece) {
  sum_->digest.update(piece);
  size_ += static_cast<int64_t>(piece.size());
  while (!piece.empty()) {
    ssize_t done = ::write(fd_, piece.data(), piece.size());
    if (done < 0) return false;
    piece.remove_prefix(static_cast<size_t>(done));
  }
  return true;
}

const std::string& Spool::sha256() {
  if (sha256_.empty()) sha256_ = sum_->digest.hex();
  return sha256_;
}

void Spool::move_to(const std::string& path) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::filesystem::rename(path_, path);
  path_.clear();
}

}  // namespace localhub
