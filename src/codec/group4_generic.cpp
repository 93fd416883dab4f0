#include "codec/group4.h"

namespace hfhub::codec {

void split_words4(const uint8_t* in, size_t words, const std::array<uint8_t*, 4>& planes) {
  for (size_t i = 0; i < words; ++i) {
    for (size_t k = 0; k < 4; ++k) planes[k][i] = in[4 * i + k];
  }
}

void join_words4(const std::array<const uint8_t*, 4>& planes, size_t words, uint8_t* out) {
  for (size_t i = 0; i < words; ++i) {
    for (size_t k = 0; k < 4; ++k) out[4 * i + k] = planes[k][i];
  }
}

}  // namespace hfhub::codec
