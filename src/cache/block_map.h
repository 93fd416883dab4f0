// Which bytes of a content are there: a bit for every finished block, and exact ranges inside the blocks being filled.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.h"
#include "cache/partial_file.h"

namespace hfhub::cache {

// Not thread-safe: PartialFile guards it.
class BlockMap {
 public:
  explicit BlockMap(uint64_t size = 0) { reset(size); }
  void reset(uint64_t size);  // nothing is there
  void grow(uint64_t size);   // what is there stays; never shrinks

  uint64_t size() const { return size_; }
  uint64_t block_count() const { return block_count(size_); }
  static uint64_t block_count(uint64_t size) { return size / kBlockBytes + (size % kBlockBytes != 0); }
  struct Blocks {
    uint64_t first = 0, last = 0;  // last: one past
    bool empty() const { return first >= last; }
  };
  Blocks add(ByteRange range);  // marks a range inside [0, size()); returns the blocks that became complete by it
  uint64_t prefix() const;      // bytes from the start without a gap
  uint64_t present() const { return present_; }
  std::vector<ByteRange> missing() const;

  ByteView bits() const { return bits_; }  // bit i of byte i / 8, lowest first
  // Takes stored bits; false when they are too few or name blocks that do not exist.
  bool load_bits(ByteView bits);

 private:
  bool complete(uint64_t block) const { return (bits_[block / 8] >> (block % 8)) & 1; }
  ByteRange block_range(uint64_t block) const;
  void set_complete(uint64_t block);
  bool add_part(uint64_t block, ByteRange range);  // true: that completed the block

  uint64_t size_ = 0;
  uint64_t present_ = 0;
  Bytes bits_;
  std::map<uint64_t, std::vector<ByteRange>> parts_;  // sorted, disjoint, not touching; only unfinished blocks
  mutable uint64_t first_incomplete_ = 0;             // no block before it is incomplete
};

}  // namespace hfhub::cache
