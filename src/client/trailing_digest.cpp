#include "client/trailing_digest.h"

#include <algorithm>
#include <array>

namespace hfhub::client {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
constexpr uint64_t kCatchUpBytes = 1024 * 1024;  // a helper's share: enough to keep up, too little to starve its stream

}  // namespace

void TrailingDigest::set_size(uint64_t size) {
  const std::lock_guard lock(mutex_);
  size_ = size;
}

Done TrailingDigest::advance(uint64_t offset, ByteView data) {
  if (algorithm_ == digest::Algorithm::kNone) return {};
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return {};
  if (algorithm_ == digest::Algorithm::kGitSha1 && !size_) return {};
  if (!digest_) digest_.emplace(algorithm_, size_.value_or(0));
  if (offset == hashed_) {
    digest_->update(data);
    hashed_ += data.size();
    return {};
  }
  return catch_up(std::min(partial_.contiguous_bytes(), hashed_ + kCatchUpBytes));
}

Result<std::string> TrailingDigest::finish_hex(uint64_t size) {
  const std::lock_guard lock(mutex_);
  if (!digest_) digest_.emplace(algorithm_, size);
  HFHUB_CHECK(catch_up(size));
  return digest_->finish_hex();
}

void TrailingDigest::reset() {
  const std::lock_guard lock(mutex_);
  digest_.reset();
  hashed_ = 0;
}

Done TrailingDigest::catch_up(uint64_t limit) {
  std::array<uint8_t, kReadBytes> buffer;
  while (hashed_ < limit) {
    const size_t wish = static_cast<size_t>(std::min<uint64_t>(buffer.size(), limit - hashed_));
    HFHUB_TRY(const size_t got, partial_.read(hashed_, std::span(buffer).first(wish)));
    if (got == 0) return Error::at(Code::kIo, "'" + partial_.path() + "' became shorter", partial_.path());
    digest_->update(ByteView(buffer).first(got));
    hashed_ += got;
  }
  return {};
}

}  // namespace hfhub::client
