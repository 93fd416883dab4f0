// The chunks that a server is known to have: what this machine uploaded (the shard cache on disk, which huggingface's own
// client shares) and what the server told when it was asked.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "xet/format/shard.h"
#include "xet/transfer/chunk_table.h"

namespace hfhub::xet {

struct KnownPlace {
  Hash xorb;
  uint32_t index = 0;
  bool told = false;  // by the server, when it was asked
};

// Thread-safe.
class KnownChunks {
 public:
  KnownChunks(std::string cache_dir, uint64_t max_chunks, uint64_t max_cache_bytes);

  // Reads the shard cache, newest first, until the table is half full. Once; what cannot be read is passed over.
  void load();
  std::optional<KnownPlace> find(const Hash& chunk) const;
  bool has_xorb(const Hash& xorb) const;
  // True once for a chunk: the server is asked no question twice.
  bool first_question(const Hash& chunk);
  // The answer to one. A shard that cannot be read is an error, and nothing of it is kept.
  Done add_answer(std::string_view shard);
  // Answers so far: when it has not changed, a chunk that was unknown still is.
  uint64_t answers() const { return answers_; }
  // A shard that the server has registered: known from now on, and kept in the cache. Best effort.
  void keep(ByteView shard);
  // The server did not have what it should have: all of this is forgotten, on disk too.
  void forget();

 private:
  struct Keyed {
    Hash key;
    ChunkTable table;
  };
  struct Found {
    Hash key;
    std::vector<XorbRecord> xorbs;
  };
  static Result<Found> read(ByteView shard, bool may_be_expired);
  void insert(const Found& found);
  uint32_t number_of(const Hash& xorb);
  void prune() const;

  const std::string cache_dir_;
  const uint64_t max_chunks_;
  const uint64_t max_cache_bytes_;
  std::atomic<uint64_t> answers_{0};
  std::once_flag loaded_;
  mutable std::shared_mutex mutex_;
  // All guarded by mutex_.
  ChunkTable plain_;
  std::deque<Keyed> keyed_;  // newest first
  std::vector<Hash> xorbs_;
  std::unordered_map<Hash, uint32_t, HashHasher> numbers_;
  std::unordered_set<Hash, HashHasher> asked_;
};

}  // namespace hfhub::xet
