#include "xet/format/hash.h"

#include <algorithm>
#include <utility>

#include "base/little_endian.h"
#include "digest/blake3.h"

namespace hfhub::xet {
namespace {

using digest::Blake3;
using digest::Blake3Key;

constexpr Blake3Key kDataKey = {0x66, 0x97, 0xf5, 0x77, 0x5b, 0x95, 0x50, 0xde, 0x31, 0x35, 0xcb,
                                0xac, 0xa5, 0x97, 0x18, 0x1c, 0x9d, 0xe4, 0x21, 0x10, 0x9b, 0xeb,
                                0x2b, 0x58, 0xb4, 0xd0, 0xb0, 0x4b, 0x93, 0xad, 0xf2, 0x29};
constexpr Blake3Key kInnerNodeKey = {0x01, 0x7e, 0xc5, 0xc7, 0xa5, 0x47, 0x29, 0x96, 0xfd, 0x94, 0x66,
                                     0x66, 0xb4, 0x8a, 0x02, 0xe6, 0x5d, 0xdd, 0x53, 0x6f, 0x37, 0xc7,
                                     0x6d, 0xd2, 0xf8, 0x63, 0x52, 0xe6, 0x4a, 0x53, 0x71, 0x3f};
constexpr Blake3Key kVerificationKey = {0x7f, 0x18, 0x57, 0xd6, 0xce, 0x56, 0xed, 0x66, 0x12, 0x7f, 0xf9,
                                        0x13, 0xe7, 0xa5, 0xc3, 0xf3, 0xa4, 0xcd, 0x26, 0xd5, 0xb5, 0xdb,
                                        0x49, 0xe6, 0x41, 0x24, 0x98, 0x7f, 0x28, 0xfb, 0x94, 0xc3};

constexpr size_t kMaxChildren = 9;     // twice the mean of four, and one
constexpr size_t kMinChildren = 3;     // before a hash may close a group
constexpr uint64_t kMeanChildren = 4;  // a hash divisible by it closes a group

// The value of a hex digit; 16 or more for anything else.
uint8_t digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return 16;
}

// Text form and bytes differ by the order within each group of eight.
constexpr size_t turned(size_t index) { return index ^ 7; }

MerkleBuilder tree_of(std::span<const Chunk> chunks) {
  MerkleBuilder tree;
  for (const Chunk& chunk : chunks) tree.add(chunk.hash, chunk.size);
  return tree;
}

}  // namespace

std::string Hash::text() const {
  std::array<uint8_t, 32> in_order;
  for (size_t i = 0; i < bytes.size(); ++i) in_order[i] = bytes[turned(i)];
  return to_hex(in_order);
}

std::optional<Hash> Hash::parse(std::string_view text) {
  Hash hash;
  if (text.size() != 2 * hash.bytes.size()) return std::nullopt;
  for (size_t i = 0; i < hash.bytes.size(); ++i) {
    const uint8_t high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
    if (high > 15 || low > 15) return std::nullopt;
    hash.bytes[turned(i)] = static_cast<uint8_t>(high << 4 | low);
  }
  return hash;
}

Hash Hash::from_sha256(std::span<const uint8_t, 32> digest) {
  Hash hash;
  for (size_t i = 0; i < digest.size(); ++i) hash.bytes[turned(i)] = digest[i];
  return hash;
}

uint64_t Hash::word(size_t index) const { return load_little<uint64_t>(bytes.data() + 8 * index); }

bool Hash::is_zero() const {
  return std::ranges::all_of(bytes, [](uint8_t byte) { return byte == 0; });
}

std::strong_ordering Hash::operator<=>(const Hash& other) const {
  for (size_t i = 0; i < 3; ++i) {
    if (const auto order = word(i) <=> other.word(i); order != 0) return order;
  }
  return word(3) <=> other.word(3);
}

Hash chunk_hash(ByteView data) { return {digest::blake3_keyed(kDataKey, data)}; }

Hash range_hash(std::span<const Chunk> chunks) {
  Blake3 hasher(kVerificationKey);
  for (const Chunk& chunk : chunks) hasher.update(chunk.hash.bytes);
  return {hasher.finish()};
}

Hash keyed_hash(const Hash& key, const Hash& hash) { return {digest::blake3_keyed(key.bytes, hash.bytes)}; }

Hash xorb_hash(std::span<const Chunk> chunks) { return tree_of(chunks).xorb_root(); }

Hash file_hash(std::span<const Chunk> chunks) { return tree_of(chunks).file_root(); }

MerkleBuilder::Node MerkleBuilder::parent_of(const Group& group) {
  std::string text;
  uint64_t size = 0;
  for (const Node& child : group) {
    text += child.hash.text() + " : " + std::to_string(child.size) + "\n";
    size += child.size;
  }
  return {{digest::blake3_keyed(kInnerNodeKey, as_bytes(text))}, size};
}

void MerkleBuilder::add(const Hash& hash, uint64_t size) {
  total_ += size;
  Node node{hash, size};
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back().reserve(kMaxChildren);
    Group& group = levels_[level];
    group.push_back(node);
    const bool closes = group.size() >= kMinChildren && node.hash.modulo(kMeanChildren) == 0;
    if (!closes && group.size() < kMaxChildren) return;
    node = parent_of(group);
    group.clear();
  }
}

Hash MerkleBuilder::xorb_root() const {
  std::optional<Node> carried;  // what the end of the level below closes
  for (size_t level = 0; level < levels_.size(); ++level) {
    Group group = levels_[level];
    if (carried) group.push_back(*std::exchange(carried, std::nullopt));
    const bool top = level + 1 == levels_.size();  // then the group is the whole level
    if (top && group.size() == 1) return group.front().hash;
    // A last group of one is wrapped like any other: only a whole level of one is the root.
    if (!group.empty()) carried = parent_of(group);
  }
  return carried ? carried->hash : Hash{};
}

Hash MerkleBuilder::file_root() const {
  if (levels_.empty()) return {};  // and a root of all zeros is salted like any other
  return {digest::blake3_keyed(Blake3Key{}, xorb_root().bytes)};
}

}  // namespace hfhub::xet
