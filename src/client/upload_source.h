// Where the bytes of an upload come from: memory, or a file as it was when it was added. A file that changes meanwhile is
// an error that names it, never a mixture of two versions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "digest/digest.h"
#include "platform/file.h"
#include "runtime/cancel.h"

namespace hfhub::client {

class UploadSource {
 public:
  UploadSource() = default;  // no bytes
  // kIo when it is no file that can be read. Links are followed.
  static Result<UploadSource> of_file(const std::string& path);
  // The same for one that was just looked at; `path` is absolute.
  static UploadSource of_known_file(std::string path, const platform::Stat& stat);
  // The first `size` bytes of a file that may grow meanwhile, and only that.
  static Result<UploadSource> of_growing_file(const std::string& path, uint64_t size);
  static UploadSource of_bytes(std::string bytes);
  static UploadSource elsewhere(uint64_t size);  // on the Hub already; cannot be opened

  uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }  // "" for memory
  const platform::Stat& stat() const { return stat_; }
  bool grows() const { return grows_; }
  const std::string& bytes() const { return *bytes_; }  // of memory

  // An open source; read_at() works from any thread.
  class Reader {
   public:
    // Fills `out` except at the end; kIo when the file ends before size().
    Result<size_t> read_at(uint64_t offset, std::span<uint8_t> out) const;
    Done check_unchanged() const;                         // the file is still the one that was added
    const platform::File& file() const { return file_; }  // not open for memory

   private:
    friend class UploadSource;
    explicit Reader(const UploadSource& source) : source_(source) {}
    const UploadSource& source_;
    platform::File file_;
  };
  // The source must outlive the reader.
  Result<Reader> open() const;
  Result<std::string> read_all() const;  // for what is known to be small
  // Hex digest of the content: one read, through kDigestBytes of memory.
  Result<std::string> digest(digest::Algorithm algorithm, const runtime::Cancel& cancel) const;
  static constexpr size_t kDigestBytes = 256u << 10;
  Error changed() const;                                                       // the file is not the one that was added
  void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }  // as long as anybody may read

 private:
  std::string path_;
  platform::Stat stat_;
  std::shared_ptr<const std::string> bytes_ = std::make_shared<const std::string>();
  uint64_t size_ = 0;
  bool grows_ = false;
  bool elsewhere_ = false;
  std::shared_ptr<const void> owner_;
};

}  // namespace hfhub::client
