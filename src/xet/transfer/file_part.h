// A stretch of a file that is asked for by one reconstruction request: its terms, where they lie in the file, and the
// hashes of its chunks as they come in.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/cancel.h"
#include "xet/cas/client.h"
#include "xet/transfer/plan.h"

namespace hfhub::xet {

// Where the data URLs of one file range come from. They expire; whoever notices asks again, and the others wait for it.
class UrlSource {
 public:
  UrlSource(const Hash& file, ByteSpan span) : file_(file), span_(span) {}

  struct Lookup {
    std::shared_ptr<const std::string> url;
    uint64_t generation = 0;
  };
  // The URL for the part: the planned one, or what a later answer says.
  Result<Lookup> url(const Hash& xorb, const RunPart& part);
  // The URL of `generation` was refused: after this url() gives another one.
  Done renew(CasClient& cas, uint64_t generation, const runtime::Cancel& cancel);

 private:
  const Hash file_;
  const ByteSpan span_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool asking_ = false;      // guarded by mutex_, as all below
  uint64_t generation_ = 0;  // answers since the first
  std::map<Hash, std::vector<FetchRange>> ranges_;
};

// How a file is named and how long it is said to be.
struct FileFacts {
  Hash hash;
  std::string name;
  uint64_t size = UINT64_MAX;  // UINT64_MAX: not known
};

class FilePart {
 public:
  FilePart(const FileFacts& file, uint64_t begin_offset, uint64_t end_offset)
      : begin(begin_offset), end(end_offset), source(file.hash, {begin_offset, end_offset}) {}

  const uint64_t begin;
  uint64_t end;  // shrinks to the file's real end when that was not known
  UrlSource source;

  // Takes the answer about [begin, end). kIntegrity names both sizes when the file ends elsewhere than it is said to.
  Done accept(const FileFacts& file, Reconstruction content);
  const Reconstruction& content() const { return content_; }
  uint64_t term_offset(size_t term) const { return offsets_[term]; }  // in the file, of its first chunk
  WantedRange wanted() const { return {begin, end, &content_}; }
  // The part is on disk already, its first chunk at `offset`: nothing is fetched for it.
  void accept_chunks(uint64_t offset, std::vector<Chunk> chunks);
  void forget_ranges() { content_.ranges.clear(); }  // once the runs are planned

  // Chunks of a term. Different terms at the same time; `first` counts from the term's first chunk.
  void put(uint32_t term, uint32_t first, std::span<const Chunk> chunks);
  // To be told once a term that lies in [begin, end); true for the last one.
  bool term_complete() { return open_terms_.fetch_sub(1) == 1; }
  bool complete() const { return open_terms_.load() == 0; }
  // A chunk across a border is fetched for both sides, and belongs wholly to the part in which it begins: what of the
  // content of chunks from `offset` on is this part's. Moves `offset` to its beginning.
  std::vector<ByteView> own(std::span<const ByteView> chunks, uint64_t* offset) const;
  // There is no part before this one, so the end of a chunk that begins before it is its own, too.
  bool owns_cut_chunk = false;
  // Feeds the chunks that begin in [begin, end), and forgets them.
  void fold_into(MerkleBuilder* tree);

 private:
  Done check_length(const FileFacts& file, uint64_t length);
  Reconstruction content_;
  std::vector<uint64_t> offsets_;     // of each term, in the file
  std::vector<size_t> first_chunks_;  // of each term, in chunks_
  std::vector<Chunk> chunks_;
  uint64_t chunks_offset_ = 0;  // of the first one, in the file
  std::atomic<size_t> open_terms_{0};
};

}  // namespace hfhub::xet
