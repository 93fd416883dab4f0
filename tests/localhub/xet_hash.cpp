#include "xet_hash.h"

#include <blake3.h>

#include <algorithm>
#include <cstdio>

namespace localhub {
namespace {

using Key = std::array<unsigned char, 32>;

constexpr Key kDataKey = {0x66, 0x97, 0xf5, 0x77, 0x5b, 0x95, 0x50, 0xde, 0x31, 0x35, 0xcb,
                          0xac, 0xa5, 0x97, 0x18, 0x1c, 0x9d, 0xe4, 0x21, 0x10, 0x9b, 0xeb,
                          0x2b, 0x58, 0xb4, 0xd0, 0xb0, 0x4b, 0x93, 0xad, 0xf2, 0x29};
constexpr Key kNodeKey = {0x01, 0x7e, 0xc5, 0xc7, 0xa5, 0x47, 0x29, 0x96, 0xfd, 0x94, 0x66,
                          0x66, 0xb4, 0x8a, 0x02, 0xe6, 0x5d, 0xdd, 0x53, 0x6f, 0x37, 0xc7,
                          0x6d, 0xd2, 0xf8, 0x63, 0x52, 0xe6, 0x4a, 0x53, 0x71, 0x3f};
constexpr Key kRangeKey = {0x7f, 0x18, 0x57, 0xd6, 0xce, 0x56, 0xed, 0x66, 0x12, 0x7f, 0xf9,
                           0x13, 0xe7, 0xa5, 0xc3, 0xf3, 0xa4, 0xcd, 0x26, 0xd5, 0xb5, 0xdb,
                           0x49, 0xe6, 0x41, 0x24, 0x98, 0x7f, 0x28, 0xfb, 0x94, 0xc3};
constexpr Key kZeroKey = {};

XetHash hashed(const Key& key, std::string_view bytes) {
  blake3_hasher hasher;
  blake3_hasher_init_keyed(&hasher, key.data());
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  XetHash out;
  blake3_hasher_finalize(&hasher, out.bytes.data(), out.bytes.size());
  return out;
}

XetHash blake3_keyed(const Key& key, std::string_view bytes) {
  // The first hash notes in a plain global what the processor can do: by one thread.
  static const XetHash first = hashed(kZeroKey, "");
  (void)first;
  return hashed(key, bytes);
}

std::string_view raw(const XetHash& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

/// How many of `left` nodes share a parent: 3 to 9, ending where a hash says so.
size_t group_size(const ChunkName* nodes, size_t left) {
  if (left <= 2) return left;
  size_t most = std::min<size_t>(9, left);
  for (size_t k = 2; k < most; ++k)
    if (nodes[k].hash.word(3) % 4 == 0) return k + 1;
  return most;
}

ChunkName parent_of(const ChunkName* nodes, size_t count) {
  ChunkName out;
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += nodes[i].hash.text() + " : " + std::to_string(nodes[i].length) + "\n";
    out.length += nodes[i].length;
  }
  out.hash = blake3_keyed(kNodeKey, text);
  return out;
}

}  // namespace

uint64_t XetHash::word(int index) const {
  uint64_t out = 0;
  for (int i = 7; i >= 0; --i) out = out << 8 | bytes[static_cast<size_t>(index * 8 + i)];
  return out;
}

std::string XetHash::text() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(64, '0');
  for (size_t i = 0; i < 32; ++i) {
    unsigned char byte = bytes[(i & ~size_t{7}) + 7 - (i & 7)];
    out[2 * i] = kDigits[byte >> 4];
    out[2 * i + 1] = kDigits[byte & 15];
  }
  return out;
}

std::optional<XetHash> XetHash::parse(std::string_view text) {
  if (text.size() != 64) return std::nullopt;
  XetHash out;
  for (size_t i = 0; i < 64; ++i) {
    char c = text[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return std::nullopt;
    size_t at = i / 2;
    unsigned char& byte = out.bytes[(at & ~size_t{7}) + 7 - (at & 7)];
    byte = static_cast<unsigned char>(byte << 4 | digit);
  }
  return out;
}

bool XetHash::operator<(const XetHash& other) const {
  for (int i = 0; i < 4; ++i)
    if (word(i) != other.word(i)) return word(i) < other.word(i);
  return false;
}

XetHash chunk_hash(std::string_view bytes) { return blake3_keyed(kDataKey, bytes); }

XetHash shard_hash(std::string_view bytes) { return blake3_keyed(kDataKey, bytes); }

XetHash aggregate(std::vector<ChunkName> nodes) {
  if (nodes.empty()) return {};
  while (nodes.size() > 1) {
    std::vector<ChunkName> parents;
    for (size_t at = 0; at < nodes.size();) {
      size_t count = group_size(&nodes[at], nodes.size() - at);
      parents.push_back(parent_of(&nodes[at], count));
      at += count;
    }
    nodes = std::move(parents);
  }
  return nodes[0].hash;
}

XetHash file_hash(const std::vector<ChunkName>& chunks) {
  // Not the hash of a zero hash: the real CAS refuses that for an empty file.
  return chunks.empty() ? XetHash() : blake3_keyed(kZeroKey, raw(aggregate(chunks)));
}

XetHash range_hash(const ChunkName* first, size_t count) {
  std::string text;
  text.reserve(count * 32);
  for (size_t i = 0; i < count; ++i) text += raw(first[i].hash);
  return blake3_keyed(kRangeKey, text);
}

XetHash keyed(const XetHash& key, const XetHash& hash) { return blake3_keyed(key.bytes, raw(hash)); }

}  // namespace localhub
