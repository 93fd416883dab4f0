// The digest of a file that is written in any order: it follows the contiguous prefix, taking bytes from the writer's hand
// when they are next and from the disk when they are not. Whoever has just written helps it along; nobody waits for it.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "cache/partial_file.h"
#include "digest/digest.h"

namespace hfhub::client {

class TrailingDigest {
 public:
  TrailingDigest(digest::Algorithm algorithm, const cache::PartialFile& partial)
      : algorithm_(algorithm), partial_(partial) {}

  // kGitSha1 starts with the size, so nothing is hashed before it is known.
  void set_size(uint64_t size);
  // `data` was just written at `offset`. Does a bounded amount of work.
  Done advance(uint64_t offset, ByteView data);
  // The digest of the first `size` bytes, all of which are on disk.
  Result<std::string> finish_hex(uint64_t size);
  void reset();  // the content was thrown away

 private:
  Done catch_up(uint64_t limit);  // under mutex_

  const digest::Algorithm algorithm_;
  const cache::PartialFile& partial_;
  std::mutex mutex_;
  std::optional<uint64_t> size_;                 // guarded by mutex_
  std::optional<digest::ContentDigest> digest_;  // guarded by mutex_
  uint64_t hashed_ = 0;                          // guarded by mutex_
};

}  // namespace hfhub::client
