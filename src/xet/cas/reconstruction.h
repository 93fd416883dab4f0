// How a file is put together, as CAS says it: terms in file order and where the bytes of their xorbs can be fetched.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "xet/format/hash.h"
#include "xet/format/shard.h"

namespace hfhub::xet {

// A stretch of chunks of a xorb and its bytes there.
struct FetchRange {
  uint32_t chunk_begin = 0;
  uint32_t chunk_end = 0;  // past the last
  uint64_t byte_begin = 0;
  uint64_t byte_end = 0;  // past the last; the wire form is inclusive
  std::shared_ptr<const std::string> url;
};

struct Reconstruction {
  uint64_t skip_bytes = 0;  // of the first term, before the wanted range
  std::vector<Term> terms;
  std::map<Hash, std::vector<FetchRange>> ranges;  // of each xorb, ascending, disjoint
  uint64_t total_bytes() const;                    // of the terms, skip_bytes included
};

// Version 1 or 2 of the answer. kProtocol names what is wrong: a term whose chunks no range covers, ranges that run
// backwards, sums that overflow, skip_bytes beyond the first term, a length that no chunks could have (chunks are 1 to
// 128 KiB), a URL that is neither http nor https.
Result<Reconstruction> parse_reconstruction(std::string_view json, int version);

}  // namespace hfhub::xet
