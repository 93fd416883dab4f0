// What need not be fetched: chunks that an earlier download left in the partial file, or that another file has.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache/partial_file.h"
#include "platform/file.h"
#include "runtime/cancel.h"
#include "xet/format/hash.h"
#include "xet/transfer/download.h"
#include "xet/transfer/file_part.h"
#include "xet/transfer/run_decoder.h"

namespace hfhub::xet {

// Of each term of a part: the chunks that are on disk, from its first one on without a gap.
using KnownTerms = std::vector<std::vector<Chunk>>;

// Cuts what the partial file has of each term into chunks, which are where they were when the term was made. A term that
// is wholly there and has another number of chunks is not what it seems.
Done find_on_disk(const FilePart& part, const cache::PartialFile& partial, DecodeBuffer& buffer,
                  const runtime::Cancel& cancel, KnownTerms* known);

// Which chunks of which xorbs other files on disk have.
class SeedBook {
 public:
  // A seed that cannot be read or is not known to CAS is worth nothing, and no error.
  static std::shared_ptr<const SeedBook> open(const std::vector<Seed>& seeds, CasClient& cas,
                                              const runtime::Cancel& cancel);
  // Copies the terms that are not known completely and lie inside one of a seed.
  Done copy_terms(const FilePart& part, cache::PartialFile& partial, DecodeBuffer& buffer,
                  const runtime::Cancel& cancel, KnownTerms* known) const;

 private:
  struct Place {
    uint32_t chunk_begin = 0;
    uint32_t chunk_end = 0;
    uint64_t offset = 0;  // in the file
    uint64_t bytes = 0;
    std::shared_ptr<const platform::File> file;
  };
  const Place* find(const Term& term) const;
  std::map<Hash, std::vector<Place>> places_;
};

// A stretch of a part: on disk or to be asked for.
struct Tile {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t first_chunk = 0;  // offset in the file of the first of `chunks`
  std::vector<Chunk> chunks;
  bool known() const { return !chunks.empty(); }
};

// Tiles of [part.begin, part.end), in order. Few: what is known between two holes that are near each other is given up,
// because a request costs more than it saves.
std::vector<Tile> cut_tiles(const FilePart& part, const KnownTerms& known);

}  // namespace hfhub::xet
