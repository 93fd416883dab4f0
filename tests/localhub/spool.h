// A request body on its way to a file: uploads of LFS content may be larger than memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace localhub {

class Spool {
 public:
  /// Makes a file of its own in `dir`, which exists. Throws std::runtime_error.
  explicit Spool(const std::string& dir);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();  // the file goes, unless it was moved

  /// False when the disk is full.
  bool append(std::string_view piece);
  int64_t size() const { return size_; }
  /// Of everything appended; nothing may be appended after it.
  const std::string& sha256();
  /// Replaces what is at `path`.
  void move_to(const std::string& path);

 private:
  struct Sum;
  std::string path_;
  std::unique_ptr<Sum> sum_;
  std::string sha256_;
  int fd_ = -1;
  int64_t size_ = 0;
};

}  // namespace localhub
