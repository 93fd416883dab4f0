#include "xet/transfer/resume.h"

#include <algorithm>
#include <cstring>

#include "xet/format/chunker.h"

namespace hfhub::xet {
namespace {

constexpr uint64_t kNearBytes = 512 * 1024;
constexpr size_t kMostTiles = 128;

using Read = std::function<Result<size_t>(uint64_t offset, std::span<uint8_t> out)>;
using OnChunk = std::function<Done(ByteView chunk)>;  // its bytes stay where they are until it returns

// Cuts bytes [begin, end) into chunks. `whole`: a chunk ends at `end`, too.
Done read_chunks(const Read& read, uint64_t begin, uint64_t end, bool whole, DecodeBuffer& buffer,
                 const runtime::Cancel& cancel, const OnChunk& on_chunk) {
  Chunker chunker;
  std::vector<uint32_t> lengths;
  size_t open = 0;  // bytes of the chunk that has not ended, at the buffer's start
  for (uint64_t at = begin; at < end;) {
    HFHUB_CHECK(cancel.check());
    const auto room = static_cast<size_t>(std::min<uint64_t>(end - at, buffer.capacity - open));
    HFHUB_TRY(const size_t got, read(at, {buffer.bytes.get() + open, room}));
    if (got == 0) return {};  // shorter than it was: what is missing is missed by the caller
    at += got;
    lengths.clear();
    chunker.feed(ByteView(buffer.bytes.get() + open, got), &lengths);
    size_t from = 0;
    for (const uint32_t length : lengths) {
      HFHUB_CHECK(on_chunk(ByteView(buffer.bytes.get() + from, length)));
      from += length;
    }
    open = open + got - from;
    std::memmove(buffer.bytes.get(), buffer.bytes.get() + from, open);
  }
  if (whole && chunker.finish() > 0) return on_chunk(ByteView(buffer.bytes.get(), open));
  return {};
}

uint32_t chunk_count(const Term& term) { return term.chunk_end - term.chunk_begin; }

// Where the bytes that are there from `offset` on end.
uint64_t present_until(const std::vector<cache::ByteRange>& missing, uint64_t offset) {
  for (const cache::ByteRange& hole : missing) {
    if (offset < hole.begin) return hole.begin;
    if (offset < hole.end) return offset;
  }
  return UINT64_MAX;
}

}  // namespace

Done find_on_disk(const FilePart& part, const cache::PartialFile& partial, DecodeBuffer& buffer,
                  const runtime::Cancel& cancel, KnownTerms* known) {
  const std::vector<Term>& terms = part.content().terms;
  const std::vector<cache::ByteRange> missing = partial.missing();
  const Read read = [&](uint64_t offset, std::span<uint8_t> out) { return partial.read(offset, out); };
  known->resize(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    const uint64_t begin = part.term_offset(i), end = begin + terms[i].bytes;
    const uint64_t there = std::min(end, present_until(missing, begin));
    if (there <= begin) continue;
    std::vector<Chunk>& chunks = (*known)[i];
    HFHUB_CHECK(read_chunks(read, begin, there, there == end, buffer, cancel, [&](ByteView data) {
      chunks.push_back({chunk_hash(data), static_cast<uint32_t>(data.size())});
      return Done();
    }));
    const bool possible = there == end ? chunks.size() == chunk_count(terms[i]) : chunks.size() < chunk_count(terms[i]);
    if (!possible) chunks.clear();
  }
  return {};
}

std::shared_ptr<const SeedBook> SeedBook::open(const std::vector<Seed>& seeds, CasClient& cas,
                                               const runtime::Cancel& cancel) {
  const auto book = std::make_shared<SeedBook>();
  for (const Seed& seed : seeds) {
    if (seed.size == 0) continue;
    auto opened = platform::File::open_read(seed.path);
    if (!opened.ok()) continue;
    const auto content = cas.reconstruction(seed.hash, {0, seed.size}, cancel);
    if (!content.ok() || !*content || (*content)->skip_bytes > 0) continue;
    const auto file = std::make_shared<const platform::File>(*std::move(opened));
    uint64_t at = 0;
    for (const Term& term : (*content)->terms) {
      book->places_[term.xorb].push_back({term.chunk_begin, term.chunk_end, at, term.bytes, file});
      at += term.bytes;
    }
  }
  return book;
}

const SeedBook::Place* SeedBook::find(const Term& term) const {
  const auto found = places_.find(term.xorb);
  if (found == places_.end()) return nullptr;
  for (const Place& place : found->second) {
    if (place.chunk_begin <= term.chunk_begin && term.chunk_end <= place.chunk_end) return &place;
  }
  return nullptr;
}

Done SeedBook::copy_terms(const FilePart& part, cache::PartialFile& partial, DecodeBuffer& buffer,
                          const runtime::Cancel& cancel, KnownTerms* known) const {
  const std::vector<Term>& terms = part.content().terms;
  known->resize(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    const Term& term = terms[i];
    const Place* place = (*known)[i].size() == chunk_count(term) ? nullptr : find(term);
    if (place == nullptr) continue;
    uint32_t index = place->chunk_begin;
    uint64_t at = part.term_offset(i);
    std::vector<Chunk> chunks;
    const Read read = [&](uint64_t offset, std::span<uint8_t> out) { return place->file->read_at(offset, out); };
    Done done =
        read_chunks(read, place->offset, place->offset + place->bytes, true, buffer, cancel, [&](ByteView data) {
          const uint32_t chunk = index++;
          if (chunk < term.chunk_begin || chunk >= term.chunk_end) return Done();
          const Chunk one{chunk_hash(data), static_cast<uint32_t>(data.size())};
          uint64_t offset = at;
          const std::vector<ByteView> own = part.own({&data, 1}, &offset);
          chunks.push_back(one);
          at += one.size;
          // A seed that has changed may give more than the term has room for.
          return at > part.term_offset(i) + term.bytes ? Done() : partial.write(offset, own);
        });
    if (!done.ok() && done.error().code == Code::kCancelled) return done;
    const bool right = done.ok() && chunks.size() == chunk_count(term) && at == part.term_offset(i) + term.bytes;
    if (right) (*known)[i] = std::move(chunks);
  }
  return {};
}

// ---- tiles ----

namespace {

class Tiling {
 public:
  void known(uint64_t offset, const Chunk& chunk, uint64_t end) {
    if (tiles_.empty() || !tiles_.back().known()) tiles_.push_back({offset, offset, offset, {}});
    tiles_.back().chunks.push_back(chunk);
    tiles_.back().end = std::min(end, offset + chunk.size);
  }
  void hole(uint64_t begin, uint64_t end) {
    if (begin >= end) return;
    if (!tiles_.empty() && !tiles_.back().known()) tiles_.back().end = end;
    else tiles_.push_back({begin, end, 0, {}});
  }
  std::vector<Tile> take() { return std::move(tiles_); }

 private:
  std::vector<Tile> tiles_;
};

// Gives up known tiles shorter than `least` that have holes at both sides, and joins those.
std::vector<Tile> without_short_ones(std::vector<Tile> tiles, uint64_t least) {
  std::vector<Tile> out;
  for (size_t i = 0; i < tiles.size(); ++i) {
    Tile& tile = tiles[i];
    const bool between = i > 0 && i + 1 < tiles.size();
    if (tile.known() && between && tile.end - tile.begin < least) tile.chunks.clear();
    if (!tile.known() && !out.empty() && !out.back().known()) out.back().end = tile.end;
    else out.push_back(std::move(tile));
  }
  return out;
}

}  // namespace

std::vector<Tile> cut_tiles(const FilePart& part, const KnownTerms& known) {
  Tiling tiling;
  const std::vector<Term>& terms = part.content().terms;
  for (size_t i = 0; i < terms.size(); ++i) {
    uint64_t at = part.term_offset(i);
    const uint64_t term_end = std::min(part.end, at + terms[i].bytes);
    if (i < known.size()) {
      for (const Chunk& chunk : known[i]) {
        if (at >= part.begin && at < part.end) tiling.known(at, chunk, part.end);
        at += chunk.size;
      }
    }
    tiling.hole(std::max(at, part.begin), term_end);
  }
  std::vector<Tile> tiles = tiling.take();
  for (uint64_t least = kNearBytes; tiles.size() > 1; least *= 2) {
    tiles = without_short_ones(std::move(tiles), least);
    if (tiles.size() <= kMostTiles) break;
  }
  // What lies between the part's beginning and the first chunk that begins in it is the part before's.
  if (tiles.empty()) tiles.push_back({part.begin, part.end, 0, {}});
  tiles.front().begin = part.begin;
  return tiles;
}

}  // namespace hfhub::xet
