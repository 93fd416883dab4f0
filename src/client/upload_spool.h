// Bytes whose number nobody knows yet, taken in until they are complete: few in memory, many in a temporary file that goes
// with the last one who needs it.
#pragma once

#include <string>

#include "client/upload_source.h"

namespace hfhub::client {

class UploadSpool {
 public:
  explicit UploadSpool(std::string folder) : folder_(std::move(folder)) {}  // made when it is needed
  Done write(ByteView data);
  Result<UploadSource> finish();  // once
  static constexpr size_t kMemoryBytes = 1u << 20;

 private:
  Done to_disk();

  const std::string folder_;
  std::string bytes_;  // until they are too many
  platform::File file_;
  std::shared_ptr<const void> removal_;
  uint64_t size_ = 0;
};

}  // namespace hfhub::client
