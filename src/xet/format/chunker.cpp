#include "xet/format/chunker.h"

#include <algorithm>

namespace hfhub::xet {
namespace {

// From here on every byte of a chunk goes through the hash: 64 of them before the first place where it may end.
constexpr uint32_t kHashedFrom = kMinChunkBytes - digest::kGearWindow;
// Of one pass with SHA-256. Data made to have a candidate at every other byte costs four times its size in candidates.
constexpr size_t kFusedPiece = 64 << 10;

}  // namespace

void Chunker::feed(ByteView data, std::vector<uint32_t>* lengths) {
  while (!data.empty()) {
    size_t taken = 0;
    bool cut = false;
    if (pending_ < kHashedFrom) {
      taken = std::min<size_t>(kHashedFrom - pending_, data.size());
    } else {
      const ByteView scanned = data.first(std::min<size_t>(kMaxChunkBytes - pending_, data.size()));
      taken = digest::gear_find(gear_, scanned);
      cut = taken <= scanned.size() && pending_ + taken >= kMinChunkBytes;
      taken = std::min(taken, scanned.size());
      cut = cut || pending_ + taken == kMaxChunkBytes;
    }
    pending_ += static_cast<uint32_t>(taken);
    data = data.subspan(taken);
    if (cut) {
      lengths->push_back(pending_);
      pending_ = 0;
    }
  }
}

void Chunker::feed(ByteView data, digest::Sha256& sha, std::vector<uint32_t>* lengths) {
  while (!data.empty()) {
    const ByteView piece = data.first(std::min(data.size(), kFusedPiece));
    candidates_.clear();
    digest::gear_scan_sha256(gear_, sha, piece, pending_, &candidates_);
    const uint64_t end = pending_ + piece.size();
    uint64_t start = 0;
    cut_chunks(&start, candidates_, end, lengths);
    pending_ = static_cast<uint32_t>(end - start);
    data = data.subspan(piece.size());
  }
}

uint32_t Chunker::finish() {
  const uint32_t last = pending_;
  gear_ = {};
  pending_ = 0;
  return last;
}

void cut_chunks(uint64_t* start, std::span<const uint64_t> candidates, uint64_t end, std::vector<uint32_t>* lengths) {
  const auto cut_at = [&](uint64_t place) {
    lengths->push_back(static_cast<uint32_t>(place - *start));
    *start = place;
  };
  for (const uint64_t candidate : candidates) {
    while (candidate > *start + kMaxChunkBytes) cut_at(*start + kMaxChunkBytes);
    if (candidate >= *start + kMinChunkBytes) cut_at(candidate);
  }
  while (end >= *start + kMaxChunkBytes) cut_at(*start + kMaxChunkBytes);
}

void CutRule::advance(std::span<const uint64_t> candidates, uint64_t end, std::vector<uint32_t>* lengths) {
  cut_chunks(&start_, candidates, end, lengths);
  position_ = end;
}

uint32_t CutRule::finish() {
  const auto last = static_cast<uint32_t>(position_ - start_);
  start_ = position_ = 0;
  return last;
}

}  // namespace hfhub::xet
