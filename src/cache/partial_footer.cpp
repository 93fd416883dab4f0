#include "cache/partial_footer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "cache/block_map.h"
#include "digest/digest.h"

namespace hfhub::cache {
namespace {

// magic 8 | version 4 | block bytes 4 | content size 8 | bitmap bytes 8 | SHA-256 of the etag 32 | check 8
constexpr std::array<uint8_t, 8> kMagic{'h', 'f', 'h', 'u', 'b', 'P', 'F', '\n'};
constexpr uint32_t kVersion = 1;
constexpr size_t kEtagAt = 32, kCheckAt = 64, kCheckBytes = 8;

void put(Bytes* out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

uint64_t get(ByteView from, size_t at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value |= static_cast<uint64_t>(from[at + i]) << (8 * i);
  return value;
}

digest::Sha256Hash sha256(ByteView data) {
  digest::Sha256 state;
  state.update(data);
  return state.finish();
}

uint64_t bitmap_bytes(uint64_t content_size) { return (BlockMap::block_count(content_size) + 7) / 8; }

}  // namespace

uint64_t footer_bytes(uint64_t content_size) { return bitmap_bytes(content_size) + kFooterFixedBytes; }

Bytes encode_footer(std::string_view etag, uint64_t content_size, ByteView bits) {
  Bytes fixed(kMagic.begin(), kMagic.end());
  put(&fixed, kVersion, 4);
  put(&fixed, kBlockBytes, 4);
  put(&fixed, content_size, 8);
  put(&fixed, bits.size(), 8);
  const auto owner = sha256(as_bytes(etag));
  fixed.insert(fixed.end(), owner.begin(), owner.end());
  const auto check = sha256(fixed);
  fixed.insert(fixed.end(), check.begin(), check.begin() + kCheckBytes);
  Bytes footer(bits.begin(), bits.end());
  footer.insert(footer.end(), fixed.begin(), fixed.end());
  return footer;
}

std::optional<FooterFacts> decode_footer(ByteView fixed, uint64_t file_size) {
  if (fixed.size() != kFooterFixedBytes || file_size < kFooterFixedBytes) return std::nullopt;
  if (!std::equal(kMagic.begin(), kMagic.end(), fixed.begin())) return std::nullopt;
  const auto check = sha256(fixed.first(kCheckAt));
  if (!std::equal(check.begin(), check.begin() + kCheckBytes, fixed.begin() + kCheckAt)) return std::nullopt;
  if (get(fixed, 8, 4) != kVersion || get(fixed, 12, 4) != kBlockBytes) return std::nullopt;
  const FooterFacts facts{get(fixed, 16, 8), get(fixed, 24, 8)};
  if (facts.content_size > file_size || facts.bitmap_bytes != bitmap_bytes(facts.content_size)) return std::nullopt;
  if (facts.file_size() != file_size) return std::nullopt;
  return facts;
}

bool footer_is_for(ByteView fixed, std::string_view etag) {
  const auto owner = sha256(as_bytes(etag));
  return fixed.size() == kFooterFixedBytes && std::equal(owner.begin(), owner.end(), fixed.begin() + kEtagAt);
}

}  // namespace hfhub::cache
