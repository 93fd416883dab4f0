// The bytes of a shard: which xorb ranges make a file, which chunks make a xorb.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xet_hash.h"
#include "xorb.h"

namespace localhub {

constexpr size_t kLargestShard = 64 << 20;

struct Segment {
  XetHash xorb;
  uint32_t bytes = 0;  // unpacked
  uint32_t first = 0;  // chunks [first, end) of the xorb
  uint32_t end = 0;
};

struct ShardFile {
  XetHash hash;
  bool verified = false;  // `proofs` has one range hash a segment
  std::vector<Segment> segments;
  std::vector<XetHash> proofs;
  std::optional<XetHash> sha256;  // so that text() is the ordinary hex

  uint64_t size() const;
};

struct ShardChunk {
  XetHash hash;
  uint32_t start = 0;  // unpacked, within the xorb
  uint32_t length = 0;
  uint32_t flags = 0;
};

struct ShardXorb {
  XetHash hash;
  uint32_t unpacked = 0;
  uint32_t on_disk = 0;
  std::vector<ShardChunk> chunks;
};

struct Shard {
  std::vector<ShardFile> files;
  std::vector<ShardXorb> xorbs;
  // Only in keyed shards, the answers to a deduplication query:
  XetHash key;  // zero: chunk hashes are plain
  uint64_t created_s = 0;
  uint64_t expires_s = 0;
};

constexpr uint32_t kChunkIsCandidate = 0x80000000;

/// Both sections; what follows them (lookups, footer) is not looked at. Throws FormatError.
Shard parse_shard(std::string_view bytes);
/// With a footer and without lookup tables, as the real CAS answers.
std::string write_shard(const Shard& shard);

}  // namespace localhub
