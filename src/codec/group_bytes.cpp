#include "codec/group4.h"
#include "codec/lz4.h"

namespace hfhub::codec {

std::array<size_t, 4> plane_sizes4(size_t size) {
  const size_t words = size / 4, rest = size % 4;
  return {words + (rest > 0), words + (rest > 1), words + (rest > 2), words};
}

void group_bytes4(ByteView in, std::span<uint8_t> out) {
  const auto sizes = plane_sizes4(in.size());
  std::array<uint8_t*, 4> planes{out.data()};
  for (size_t k = 1; k < 4; ++k) planes[k] = planes[k - 1] + sizes[k - 1];
  const size_t words = in.size() / 4;
  split_words4(in.data(), words, planes);
  for (size_t k = 0; k < in.size() % 4; ++k) planes[k][words] = in[4 * words + k];
}

void ungroup_bytes4(ByteView in, std::span<uint8_t> out) {
  const auto sizes = plane_sizes4(in.size());
  std::array<const uint8_t*, 4> planes{in.data()};
  for (size_t k = 1; k < 4; ++k) planes[k] = planes[k - 1] + sizes[k - 1];
  const size_t words = in.size() / 4;
  join_words4(planes, words, out.data());
  for (size_t k = 0; k < in.size() % 4; ++k) out[4 * words + k] = planes[k][words];
}

}  // namespace hfhub::codec
