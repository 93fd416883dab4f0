// Digests of byte streams. One file per algorithm and instruction set; sha256.cpp picks at run time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace hfhub::digest {

using Sha1Hash = std::array<uint8_t, 20>;
using Sha256Hash = std::array<uint8_t, 32>;

class Sha1 {
 public:
  Sha1();
  void update(ByteView data);
  Sha1Hash finish();  // once

 private:
  alignas(8) std::array<uint8_t, 128> state_;
};

class Sha256 {
 public:
  Sha256();
  void update(ByteView data);
  Sha256Hash finish();  // once

  // For a loop that folds whole blocks into the state itself while it does something else with the same bytes.
  size_t held_bytes() const { return length_ % block_.size(); }
  // `bytes`: whole blocks, when held_bytes() is 0. The caller folds them into the eight words returned.
  uint32_t* fold_elsewhere(uint64_t bytes) {
    length_ += bytes;
    return state_.data();
  }

 private:
  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> block_;
  uint64_t length_ = 0;
};

// What git calls the object id of a file: SHA-1 of "blob <size>\0" and the content.
Sha1 start_git_blob(uint64_t size);

enum class Algorithm { kNone, kGitSha1, kSha256 };

// Either of the two that the Hub uses to name content, behind one interface.
class ContentDigest {
 public:
  ContentDigest(Algorithm algorithm, uint64_t size);  // size is needed by kGitSha1
  void update(ByteView data);
  std::string finish_hex();  // once; "" for kNone

 private:
  Algorithm algorithm_;
  Sha1 sha1_;
  Sha256 sha256_;
};

std::string sha256_hex(ByteView data);
std::string sha1_base64_url(ByteView data);  // padded, 28 characters

const char* sha256_implementation();  // "sha-ni" or "portable"

}  // namespace hfhub::digest
