// Blocks of files on their way through an upload, and their memory: shared by all commits of a session, so that no commit
// that its caller has left idle keeps memory that others wait for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "platform/system.h"
#include "runtime/budget.h"
#include "runtime/cancel.h"
#include "xet/format/hash.h"
#include "xet/transfer/chunk_table.h"

namespace hfhub::xet {

struct Block {
  struct Piece {
    Chunk chunk;
    uint32_t raw_offset = 0;
    std::optional<ChunkPlace> place;  // known: not encoded
    bool told = false;
    bool stored_raw = false;  // encoded as header in `out` and payload in `raw`
    uint32_t out_offset = 0;
    uint32_t out_bytes = 0;
  };
  runtime::Budget::Ticket ticket;
  platform::Pages memory;
  uint8_t* raw = nullptr;  // the bytes as they were read
  uint8_t* out = nullptr;  // records of the encoded ones
  std::vector<Piece> pieces;
  uint64_t sequence = 0;
  uint64_t first_chunk = 0;  // number in the file
  uint64_t answers = 0;      // of KnownChunks, when it was looked up
};

class BlockPool {
 public:
  // `raw_bytes` of each block; at most `limit` of them.
  BlockPool(std::shared_ptr<runtime::Budget> budget, uint64_t raw_bytes, uint64_t limit);

  uint64_t raw_bytes() const { return raw_bytes_; }
  // Waits for one; whoever holds one does not wait for a second.
  Result<std::unique_ptr<Block>> take(const runtime::Cancel& cancel);
  void give(std::unique_ptr<Block> block);
  // While files are open, spare blocks stay: fresh memory is slow.
  void file_opened();
  void file_closed();

 private:
  Result<std::unique_ptr<Block>> make(const runtime::Cancel& cancel);

  const std::shared_ptr<runtime::Budget> budget_;
  const uint64_t raw_bytes_;
  const uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  std::vector<std::unique_ptr<Block>> spare_;
  uint64_t made_ = 0;
  uint64_t open_files_ = 0;
};

}  // namespace hfhub::xet
