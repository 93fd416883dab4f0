// The inner loops of byte grouping, over whole words of four bytes. One file an architecture.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hfhub::codec {

void split_words4(const uint8_t* in, size_t words, const std::array<uint8_t*, 4>& planes);
void join_words4(const std::array<const uint8_t*, 4>& planes, size_t words, uint8_t* out);

}  // namespace hfhub::codec
