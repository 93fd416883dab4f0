// The last bytes of a partial file that is being filled out of order: [one bit a block][fixed part]. The fixed part ends
// the file, so that it is found without knowing the content's size. Pure bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace hfhub::cache {

inline constexpr uint64_t kFooterFixedBytes = 72;

struct FooterFacts {
  uint64_t content_size = 0;
  uint64_t bitmap_bytes = 0;
  // Where the file with this footer ends.
  uint64_t file_size() const { return content_size + bitmap_bytes + kFooterFixedBytes; }
};

uint64_t footer_bytes(uint64_t content_size);  // of a whole footer
Bytes encode_footer(std::string_view etag, uint64_t content_size, ByteView bits);
// `fixed` is the last kFooterFixedBytes of a file of `file_size` bytes. nullopt: no footer of ours.
std::optional<FooterFacts> decode_footer(ByteView fixed, uint64_t file_size);
bool footer_is_for(ByteView fixed, std::string_view etag);

}  // namespace hfhub::cache
