// Content-defined chunking: where a file is cut. A chunk that starts at s ends at the smallest e with
// 8,192 <= e - s <= 131,072 such that the gear hash of the 64 bytes before e is a candidate; else at s + 131,072; else at
// the end of the file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "digest/digest.h"
#include "digest/gear.h"

namespace hfhub::xet {

inline constexpr uint32_t kMinChunkBytes = 8192;
inline constexpr uint32_t kMaxChunkBytes = 131072;

// Cuts a stream, whatever the pieces it comes in.
class Chunker {
 public:
  // Appends the length of every chunk that ends in `data`. Skips the bytes that cannot end a chunk.
  void feed(ByteView data, std::vector<uint32_t>* lengths);
  // The same, with the SHA-256 of the same bytes in the same pass.
  void feed(ByteView data, digest::Sha256& sha, std::vector<uint32_t>* lengths);
  uint32_t pending_bytes() const { return pending_; }  // of the chunk that has not ended yet
  // The length of the last chunk; 0 when nothing is pending. The chunker starts anew.
  uint32_t finish();

 private:
  digest::Gear gear_;
  uint32_t pending_ = 0;
  std::vector<uint64_t> candidates_;  // scratch of the second feed
};

// The rule for one chunk that starts at *start, over ascending candidates of which none up to `end` is missing, until no
// chunk ends at or before `end` any more. Moves *start to the last cut.
void cut_chunks(uint64_t* start, std::span<const uint64_t> candidates, uint64_t end, std::vector<uint32_t>* lengths);

// The serial rule over candidates found anywhere, in any pieces: how one file is chunked by many threads. Candidates are
// absolute offsets (digest::gear_scan with the 64 bytes before each piece fed first); they are passed in order.
class CutRule {
 public:
  // All candidates in (position(), end] are in `candidates`. Appends the lengths of chunks that end at or before `end`.
  void advance(std::span<const uint64_t> candidates, uint64_t end, std::vector<uint32_t>* lengths);
  uint64_t position() const { return position_; }
  uint32_t finish();

 private:
  uint64_t start_ = 0;     // of the open chunk
  uint64_t position_ = 0;  // advanced up to here
};

}  // namespace hfhub::xet
