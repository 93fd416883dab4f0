// The names Xet gives to things: 32-byte BLAKE3 hashes, their text form, and the tree that names
// a xorb or a file by its chunks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace localhub {

/// Raw bytes, as binary formats carry them. JSON and URLs use text(), which is not their plain hex.
struct XetHash {
  std::array<unsigned char, 32> bytes{};

  /// One of the four little-endian numbers the text form is printed from.
  uint64_t word(int index) const;
  std::string text() const;
  static std::optional<XetHash> parse(std::string_view text);
  bool is_zero() const { return *this == XetHash(); }
  bool operator==(const XetHash& other) const { return bytes == other.bytes; }
  bool operator!=(const XetHash& other) const { return !(*this == other); }
  /// The order of the text forms, which sorted shards use.
  bool operator<(const XetHash& other) const;

  struct Hasher {
    size_t operator()(const XetHash& hash) const { return static_cast<size_t>(hash.word(0)); }
  };
};

struct ChunkName {
  XetHash hash;
  uint64_t length = 0;  // uncompressed
};

XetHash chunk_hash(std::string_view bytes);
/// The name of a xorb; the zero hash for no chunks.
XetHash aggregate(std::vector<ChunkName> chunks);
/// The name of a file; the zero hash for an empty one.
XetHash file_hash(const std::vector<ChunkName>& chunks);
/// What proves that an uploader knows the chunks of a range.
XetHash range_hash(const ChunkName* first, size_t count);
/// A chunk's name in a keyed shard.
XetHash keyed(const XetHash& key, const XetHash& hash);
/// The name of a stored shard.
XetHash shard_hash(std::string_view bytes);
/// Chunks that are worth asking the whole CAS for: about one in 1024.
inline bool is_dedup_candidate(const XetHash& hash) { return hash.word(3) % 1024 == 0; }

}  // namespace localhub
