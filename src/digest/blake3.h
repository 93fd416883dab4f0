// BLAKE3 with a key, by the official library (which picks the instruction set at run time).
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace hfhub::digest {

using Blake3Key = std::array<uint8_t, 32>;
using Blake3Hash = std::array<uint8_t, 32>;

class Blake3 {
 public:
  explicit Blake3(const Blake3Key& key);
  void update(ByteView data);
  Blake3Hash finish() const;

 private:
  alignas(8) std::array<uint8_t, 1920> state_;  // not set before the constructor's body: most of it is never used
};

Blake3Hash blake3_keyed(const Blake3Key& key, ByteView data);

}  // namespace hfhub::digest
