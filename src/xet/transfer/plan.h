// What to fetch for a set of file ranges: every byte of a xorb once, whoever needs it. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "xet/cas/reconstruction.h"

namespace hfhub::xet {

// A wanted stretch of a file and how CAS says it is put together.
struct WantedRange {
  uint64_t begin = 0;
  uint64_t end = 0;  // past the last byte
  const Reconstruction* content = nullptr;
};

// A term that a run serves.
struct Use {
  uint32_t range = 0;  // which WantedRange
  uint32_t term = 0;   // of it
  uint32_t chunk_begin = 0;
  uint32_t chunk_end = 0;
  uint64_t offset =
      0;               // in the file, of the first chunk's first byte; before WantedRange::begin when that cuts a chunk
  uint64_t bytes = 0;  // of all its chunks
};

// Bytes of a xorb behind one URL, which may be asked for in any smaller portions.
struct RunPart {
  uint64_t byte_begin = 0;
  uint64_t byte_end = 0;  // past the last
  uint32_t range = 0;     // the WantedRange whose reconstruction named the URL: asked again when it expires
  std::shared_ptr<const std::string> url;
};

// Chunks of a xorb without a gap, decoded from front to back.
struct Run {
  Hash xorb;
  uint32_t chunk_begin = 0;
  uint32_t chunk_end = 0;
  std::vector<RunPart> parts;  // ascending, each begins where the one before it ends
  std::vector<Use> uses;       // by chunk_begin; inside the run
  uint64_t byte_begin() const { return parts.front().byte_begin; }
  uint64_t byte_end() const { return parts.back().byte_end; }
};

// In the order in which the ranges need them first. Each term of a range must be covered by one of its fetch ranges, as
// parse_reconstruction() has checked.
std::vector<Run> plan_runs(std::span<const WantedRange> ranges);

}  // namespace hfhub::xet
