// Files by hash into partial files: planned together, so that a xorb's bytes are fetched once however many terms and files
// use them; decoded chunk by chunk into their places; verified before anything is published.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cache/partial_file.h"
#include "runtime/cancel.h"
#include "runtime/progress.h"
#include "xet/transfer/engine.h"

namespace hfhub::xet {

// Content on disk that may share chunks with a wanted file: its Xet hash says which xorbs its chunks are in.
struct Seed {
  std::string path;
  Hash hash;
  uint64_t size = 0;
};

struct FileJob {
  Hash hash;
  uint64_t size = 0;
  std::string name;  // for errors
  // Opens (or adopts) the partial file when the job's turn comes. What it already holds is looked at, not trusted.
  std::function<Result<cache::PartialFile>()> open;
  // The content is complete and verified.
  std::function<Done(cache::PartialFile)> publish;
  std::vector<Seed> seeds;
  runtime::ItemProgress* item = nullptr;  // never nullptr
};

// Returns one result a job, in order. A failed job keeps what can be resumed; others go on. After cancellation every
// unfinished job is kCancelled.
std::vector<Done> download_files(Engine& engine, CasClient& cas, std::vector<FileJob> jobs,
                                 const runtime::Cancel& cancel);

}  // namespace hfhub::xet
