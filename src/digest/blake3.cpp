#include "digest/blake3.h"

#include <blake3.h>

#include <new>
#include <type_traits>

namespace hfhub::digest {
namespace {

// A Blake3 is copied byte by byte.
static_assert(std::is_trivially_copyable_v<blake3_hasher>);

blake3_hasher* hasher_in(void* state) { return std::launder(static_cast<blake3_hasher*>(state)); }
const blake3_hasher* hasher_in(const void* state) { return std::launder(static_cast<const blake3_hasher*>(state)); }

// The library remembers in a plain global what the processor can do; the first hash writes it, so threads that hash for
// the first time at the same time would race.
bool detect_processor() {
  blake3_hasher hasher;
  Blake3Hash hash;
  blake3_hasher_init(&hasher);
  blake3_hasher_finalize(&hasher, hash.data(), hash.size());
  return true;
}

}  // namespace

Blake3::Blake3(const Blake3Key& key) {
  static_assert(sizeof(blake3_hasher) <= sizeof state_ && alignof(blake3_hasher) <= 8);
  [[maybe_unused]] static const bool detected = detect_processor();
  blake3_hasher_init_keyed(new (state_.data()) blake3_hasher, key.data());
}

void Blake3::update(ByteView data) {
  if (!data.empty()) blake3_hasher_update(hasher_in(state_.data()), data.data(), data.size());
}

Blake3Hash Blake3::finish() const {
  Blake3Hash hash;
  blake3_hasher_finalize(hasher_in(state_.data()), hash.data(), hash.size());
  return hash;
}

Blake3Hash blake3_keyed(const Blake3Key& key, ByteView data) {
  Blake3 hasher(key);
  hasher.update(data);
  return hasher.finish();
}

}  // namespace hfhub::digest
