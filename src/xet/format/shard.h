// Shards: which chunks a xorb has and which terms make a file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "xet/format/hash.h"

namespace hfhub::xet {

inline constexpr uint64_t kMaxShardBytes = 64u << 20;

struct Term {
  Hash xorb;
  uint32_t bytes = 0;        // uncompressed
  uint32_t chunk_begin = 0;  // [begin, end) in the xorb
  uint32_t chunk_end = 0;
};

struct FileRecord {
  Hash hash;
  std::vector<Term> terms;
  std::vector<Hash> verification;  // one a term, or none at all: fewer are not written
  std::optional<Hash> sha256;      // text form = ordinary hex
};

struct XorbChunk {
  Hash hash;
  uint32_t offset = 0;  // uncompressed
  uint32_t bytes = 0;
  uint32_t flags = 0;  // kGlobalDedup
};
inline constexpr uint32_t kGlobalDedupFlag = 0x80000000;
inline constexpr uint64_t kGlobalDedupModulus = 1024;

struct XorbRecord {
  Hash hash;
  uint32_t bytes = 0;         // uncompressed
  uint32_t stored_bytes = 0;  // 0: not said
  std::vector<XorbChunk> chunks;
};

struct ShardFooter {
  Hash key;  // zero: chunk hashes are plain
  uint64_t created_s = 0;
  uint64_t expires_s = 0;
  uint64_t stored_bytes_on_disk = 0;
  uint64_t materialized_bytes = 0;
  uint64_t stored_bytes = 0;
};

// Builds a shard in two sections; what is added is encoded at once, so memory is what the shard will be.
class ShardWriter {
 public:
  void add_file(const FileRecord& file);
  void add_xorb(const XorbRecord& xorb);
  bool empty() const { return files_ == 0 && xorbs_ == 0; }
  uint64_t size_bytes() const;  // of finish() without a footer
  uint64_t file_count() const { return files_; }
  // Header, sections, bookends; no footer: what is uploaded.
  Bytes finish() const;
  // With lookup tables and footer: what a cache keeps. Of `footer` the key and the times; the sums are counted.
  Bytes finish(const ShardFooter& footer) const;

 private:
  void append_sections(Bytes* out) const;

  Bytes file_section_;
  Bytes xorb_section_;
  uint64_t files_ = 0;
  uint64_t xorbs_ = 0;
  uint64_t materialized_ = 0;
  uint64_t stored_ = 0;
  uint64_t stored_on_disk_ = 0;
};

struct ShardView {
  std::optional<ShardFooter> footer;
  std::function<Done(const FileRecord&)> on_file;
  std::function<Done(const XorbRecord&)> on_xorb;
};
// Reads a shard with or without footer, sections in order; allocates no more than the bytes that are there justify.
// kProtocol says what is wrong and where. Callbacks may be empty; their error ends the reading.
Done read_shard(ByteView shard, ShardView* view);
uint64_t shard_file_bytes(size_t terms, bool verification, bool sha256);  // of one file in the section
uint64_t shard_xorb_bytes(size_t chunks);

}  // namespace hfhub::xet
