// Xet's hashes: a 32-byte value with a text form of its own, and the five ways to compute one.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace hfhub::xet {

struct Hash {
  std::array<uint8_t, 32> bytes{};

  // Text form: four little-endian 64-bit words, each as 16 hex digits. Not the plain hex of the bytes.
  std::string text() const;
  static std::optional<Hash> parse(std::string_view text);  // exactly 64 hex digits
  // A SHA-256 is carried so that its text form is its ordinary hex: each group of 8 bytes is turned around.
  static Hash from_sha256(std::span<const uint8_t, 32> digest);

  uint64_t word(size_t index) const;  // 0 to 3
  uint64_t modulo(uint64_t n) const { return word(3) % n; }
  bool is_zero() const;
  bool operator==(const Hash&) const = default;
  std::strong_ordering operator<=>(const Hash& other) const;  // order of the text forms
};

inline constexpr Hash kMarkerHash = [] {
  Hash hash;
  hash.bytes.fill(0xFF);
  return hash;
}();

struct HashHasher {
  size_t operator()(const Hash& hash) const { return static_cast<size_t>(hash.word(0)); }
};

struct Chunk {
  Hash hash;
  uint32_t size = 0;  // uncompressed
};

Hash chunk_hash(ByteView data);
Hash range_hash(std::span<const Chunk> chunks);      // verification of a term
Hash keyed_hash(const Hash& key, const Hash& hash);  // of keyed shards
Hash xorb_hash(std::span<const Chunk> chunks);
Hash file_hash(std::span<const Chunk> chunks);

// The Merkle tree of a list that comes piece by piece: a few nodes a level are kept, not the list.
class MerkleBuilder {
 public:
  void add(const Hash& hash, uint64_t size);
  uint64_t total_bytes() const { return total_; }
  // Of what was added so far; the builder can go on. Zero when nothing was.
  Hash xorb_root() const;
  Hash file_root() const;

 private:
  struct Node {
    Hash hash;
    uint64_t size = 0;
  };
  using Group = std::vector<Node>;  // at most nine
  static Node parent_of(const Group& group);

  std::vector<Group> levels_;  // the open group of every level that has nodes, leaves first
  uint64_t total_ = 0;
};

}  // namespace hfhub::xet
