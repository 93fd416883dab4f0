// Which chunk is where: a hash table of fixed size a chunk. When it is full the older half of it goes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "xet/format/hash.h"

namespace hfhub::xet {

struct ChunkPlace {
  uint32_t xorb = 0;   // number of a xorb in its owner's list
  uint32_t index = 0;  // of the chunk in the xorb
  bool operator==(const ChunkPlace&) const = default;
};

// Not thread-safe.
class ChunkTable {
 public:
  explicit ChunkTable(uint64_t max_chunks) : half_(max_chunks / 2 + 1) {}
  // The first place of a chunk stays: it is where longer runs are found.
  void add(const Hash& hash, ChunkPlace place);
  // 128 bits of the hash are compared.
  std::optional<ChunkPlace> find(const Hash& hash) const;
  uint64_t size() const { return young_.used + old_.used; }

 private:
  struct Entry {
    uint64_t word0 = 0, word1 = 0;
    ChunkPlace place{UINT32_MAX, 0};  // UINT32_MAX: free
  };
  struct Part {
    std::vector<Entry> entries;  // a power of two, at most 7/8 used
    uint64_t used = 0;
    const Entry* find(uint64_t word0, uint64_t word1) const;
    void add(const Entry& entry);
    void grow();
  };
  uint64_t half_;
  Part young_, old_;
};

}  // namespace hfhub::xet
