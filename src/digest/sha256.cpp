#include <algorithm>

#include "digest/digest.h"
#include "digest/sha256_blocks.h"

namespace hfhub::digest {
namespace {

constexpr size_t kBlock = 64;
constexpr size_t kLengthField = 8;

const Sha256Kernel& kernel() {
  static const Sha256Kernel chosen = choose_sha256_kernel();
  return chosen;
}

template <class Word>
void store_big_endian(Word value, uint8_t* out) {
  for (size_t i = sizeof value; i > 0; --i, value = static_cast<Word>(value >> 8)) {
    out[i - 1] = static_cast<uint8_t>(value);
  }
}

}  // namespace

Sha256::Sha256()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
      block_{} {}

void Sha256::update(ByteView data) {
  const size_t held = length_ % kBlock;
  length_ += data.size();
  if (held > 0) {
    const size_t taken = std::min(kBlock - held, data.size());
    std::copy_n(data.begin(), taken, block_.begin() + held);
    data = data.subspan(taken);
    if (held + taken < kBlock) return;
    kernel().blocks(state_.data(), block_.data(), 1);
  }
  const size_t whole = data.size() / kBlock;
  if (whole > 0) kernel().blocks(state_.data(), data.data(), whole);
  const ByteView rest = data.subspan(whole * kBlock);
  std::copy(rest.begin(), rest.end(), block_.begin());
}

Sha256Hash Sha256::finish() {
  const uint64_t bits = length_ * 8;
  size_t held = length_ % kBlock;
  block_[held++] = 0x80;
  if (held > kBlock - kLengthField) {
    std::fill(block_.begin() + held, block_.end(), uint8_t{0});
    kernel().blocks(state_.data(), block_.data(), 1);
    held = 0;
  }
  std::fill(block_.begin() + held, block_.end() - kLengthField, uint8_t{0});
  store_big_endian(bits, block_.data() + kBlock - kLengthField);
  kernel().blocks(state_.data(), block_.data(), 1);
  Sha256Hash hash;
  for (size_t i = 0; i < state_.size(); ++i) store_big_endian(state_[i], hash.data() + 4 * i);
  return hash;
}

const char* sha256_implementation() { return kernel().name; }

}  // namespace hfhub::digest
