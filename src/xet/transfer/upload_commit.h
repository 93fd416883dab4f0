// One upload: files, bytes and streams become chunks, new chunks become xorbs on CAS, and at the end shards say how the
// files are put together. Nothing can be downloaded before finish() has returned success.
//
//   file     read > cut (and SHA-256, same pass)      files() threads, one file each           upload_file.cpp
//   block    hash > known? > compress                 blocks() threads, any order              upload_file.cpp
//   append   in file order: refer to it or store it   whoever finished the block before        upload_commit.cpp
//   send     grant > PUT > commit, journal            sends() threads                          upload_commit.cpp
//   finish   shards from the journal, shard cache     the caller                               upload_finish.cpp
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "digest/crc64.h"
#include "platform/system.h"
#include "runtime/cancel.h"
#include "runtime/progress.h"
#include "xet/transfer/block_pool.h"
#include "xet/transfer/chunk_table.h"
#include "xet/transfer/engine.h"
#include "xet/transfer/journal.h"
#include "xet/transfer/known_chunks.h"

namespace hfhub::xet {

struct ShaWish {
  enum class Kind { kCompute, kGiven, kSkip } kind = Kind::kCompute;
  Hash given;  // kGiven; trusted
};

struct DedupFigures {
  uint64_t bytes = 0, chunks = 0;                // in all
  uint64_t new_bytes = 0, new_chunks = 0;        // had to be stored
  uint64_t global_bytes = 0, global_chunks = 0;  // of those not new: known because the server told
  uint64_t split_bytes = 0, split_chunks = 0;    // of the new: known, but stored again to keep the file in one piece
  void add(const DedupFigures& other);
};

struct UploadedItem {
  Hash hash;
  uint64_t size = 0;
  std::optional<Hash> sha256;
  DedupFigures dedup;
  bool reused = false;  // unchanged since an earlier, broken run read it
};

struct UploadReport {
  DedupFigures dedup;
  uint64_t xorbs = 0, xorb_bytes = 0;  // stored by this commit, in stored form
  uint64_t shards = 0, shard_bytes = 0;
  uint64_t sent_bytes = 0;  // repeats included
};

class FileLine;
class UploadStream;

class UploadCommit : public std::enable_shared_from_this<UploadCommit> {
 public:
  // `progress` gets an item for every file. Nothing is asked or read before the first file comes.
  static std::shared_ptr<UploadCommit> make(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
                                            std::shared_ptr<runtime::Progress> progress, const runtime::Cancel& cancel);
  ~UploadCommit();

  // Starts at once, in the background. Returns the item's number. kState after finish() or abort().
  Result<size_t> add_path(const std::string& path, const std::string& name, const ShaWish& sha);
  // Written by the caller; UploadStream::finish() ends it.
  Result<std::shared_ptr<UploadStream>> add_stream(const std::string& name, const ShaWish& sha);
  // Takes the bytes in on the caller's thread.
  Result<size_t> add_bytes(const std::string& name, ByteView data, const ShaWish& sha);

  // Waits for everything and registers it. The first error of any item or request is the commit's; then nothing is
  // registered, and what CAS has stored is remembered for the next attempt. Once.
  Result<UploadReport> finish();
  // No more items from now on, ahead of finish().
  void close();
  void abort();

  size_t item_count() const;
  // nullopt: not finished yet.
  std::optional<Result<UploadedItem>> item(size_t index) const;
  UploadReport report() const;  // so far
  const CasClient::ShardStages& shard_stages() const { return stages_; }
  const runtime::Cancel& cancel() const { return cancel_; }
  runtime::Progress& progress() { return *progress_; }

 private:
  friend class FileLine;
  friend class UploadStream;
  struct Item {
    std::optional<Result<UploadedItem>> result;
    runtime::ItemProgress* progress = nullptr;
  };
  struct OpenXorb {
    uint32_t number = 0;
    XorbSpace::Hold memory;
    size_t used = 0;
    uint64_t raw_bytes = 0;
    uint64_t crc = 0;
    std::vector<Chunk> chunks;
    SteadyTime touched{};
  };
  struct WaitingFile {
    FileRecord record;  // term.xorb is not filled in
    std::vector<uint32_t> xorbs;
    std::optional<SourceStamp> source;
  };

  UploadCommit(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
               std::shared_ptr<runtime::Progress> progress, const runtime::Cancel& cancel);

  Done prepare();

  // items
  Result<size_t> new_item(const std::string& name, uint64_t size);
  void read_item(size_t index, const std::string& path, const ShaWish& sha);
  Done read_file(size_t index, const std::string& path, const ShaWish& sha);
  Result<bool> reuse(size_t index, const SourceStamp& source, const ShaWish& sha);
  void complete_item(size_t index, Result<UploadedItem> result);
  void close_item();  // mutex_ held
  void add_done_bytes(size_t index, uint64_t bytes);
  void fail(const Error& error);
  void learn(Block& block);  // append_mutex_ held

  // blocks
  Result<std::unique_ptr<Block>> take_block() { return engine_->block_pool().take(cancel_); }
  void give_block(std::unique_ptr<Block> block) { engine_->block_pool().give(std::move(block)); }
  uint64_t block_capacity() const { return engine_->block_pool().raw_bytes(); }
  Done look_up(Block& block, FileLine& line);
  Result<bool> ask_server(Block& block, FileLine& line);  // true: something was learned
  void encode(Block& block, ChunkEncoder& encoder);
  ChunkEncoder take_encoder();
  void give_encoders(std::vector<ChunkEncoder> encoders) noexcept;

  // append
  Done append(FileLine& line, Block& block);
  Done store_piece(FileLine& line, const Block& block, const Block::Piece& piece, std::unique_lock<std::mutex>* lock);
  Done need_xorb(uint64_t bytes, uint64_t raw_bytes, std::unique_lock<std::mutex>* lock);
  void cut(std::unique_lock<std::mutex>& lock);
  void cut_if_idle();
  Done finish_file(FileLine& line, const std::optional<Hash>& sha, const std::optional<SourceStamp>& source);
  uint32_t foreign_number(const Hash& xorb);  // append_mutex_ held
  Done journal_files(std::vector<WaitingFile> files);
  void send(std::shared_ptr<OpenXorb> xorb);
  Done send_now(OpenXorb& xorb);
  uint64_t xorb_limit() const;

  // finish
  Done wait_for_items();
  Done wait_for_sends();
  Done store_shards();
  Done ship(const Bytes& shard);
  void doubt(const Error& error);

  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<CasClient> cas_;
  const std::shared_ptr<runtime::Progress> progress_;
  const runtime::Cancel cancel_;
  std::mutex prepare_mutex_;
  // Set by prepare(), under prepare_mutex_:
  std::shared_ptr<KnownChunks> known_;
  std::shared_ptr<Journal> journal_;
  uint64_t pressure_number_ = 0;
  const SentCounter sent_ = std::make_shared<std::atomic<uint64_t>>(0);
  CasClient::ShardStages stages_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // guarded by mutex_:
  std::deque<Item> items_;
  size_t items_open_ = 0;
  size_t sends_open_ = 0;
  bool closed_ = false;
  bool finishing_ = false;
  std::optional<Error> failure_;
  UploadReport report_;
  std::atomic<uint64_t> announced_bytes_{0};  // of all items so far

  std::mutex encoders_mutex_;
  std::vector<ChunkEncoder> encoders_;  // of files that have ended; guarded by encoders_mutex_

  std::mutex append_mutex_;
  // guarded by append_mutex_:
  ChunkTable own_;
  std::vector<Hash> xorbs_;  // zero while open; foreign ones, too
  std::unordered_map<Hash, uint32_t, HashHasher> foreign_;
  std::unique_ptr<OpenXorb> open_;
  std::vector<WaitingFile> waiting_files_;
};

// The part of a file's way that is in order: blocks are appended one after the other, whichever was ready first.
class FileLine {
 public:
  FileLine(std::shared_ptr<UploadCommit> commit, size_t index) : commit_(std::move(commit)), index_(index) {}
  ~FileLine() { commit_->give_encoders(std::move(encoders_)); }
  // Hashes, looks up and encodes the block, then appends all blocks whose turn has come.
  Done process(std::unique_ptr<Block> block);
  // Likewise on another thread; the file's error is found by wait().
  Done post(std::shared_ptr<FileLine> self, std::unique_ptr<Block> block);
  // Until all blocks are appended.
  Done wait();

  size_t index() const { return index_; }

 private:
  friend class UploadCommit;
  Done append_ready(std::unique_lock<std::mutex>* lock);
  ChunkEncoder take_encoder();

  const std::shared_ptr<UploadCommit> commit_;
  const size_t index_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // guarded by mutex_:
  std::unordered_map<uint64_t, std::unique_ptr<Block>> ready_;
  uint64_t next_ = 0;
  uint64_t posted_ = 0;
  bool appending_ = false;
  std::optional<Error> failed_;
  std::vector<ChunkEncoder> encoders_;

  std::atomic<uint64_t> next_question_{0};  // number of the chunk from which on the server may be asked again

  // Of the appender alone:
  struct Open {
    uint32_t xorb = 0;
    uint32_t begin = 0, end = 0;
    uint32_t bytes = 0;
    std::vector<Chunk> chunks;
  };
  bool extends(ChunkPlace place) const { return open_ && open_->xorb == place.xorb && open_->end == place.index; }
  void add_chunk(ChunkPlace place, const Chunk& chunk);
  void close_term();
  bool worth_a_term(uint64_t run_chunks, uint64_t window, uint64_t least);

  std::optional<Open> open_;
  std::vector<Term> terms_;           // xorb not filled in
  std::vector<uint32_t> term_xorbs_;  // their numbers
  std::vector<Hash> verification_;
  std::deque<uint32_t> recent_;  // chunks of the last terms
  uint64_t recent_chunks_ = 0;
  bool low_ = true;
  MerkleBuilder tree_;
  DedupFigures dedup_;
};

// A file that the caller writes. Not thread-safe.
class UploadStream {
 public:
  UploadStream(std::shared_ptr<UploadCommit> commit, size_t index, const ShaWish& sha);
  ~UploadStream();  // unfinished: the item fails
  size_t index() const { return index_; }
  // Waits while the stages behind are full. Both fail the item with their first error, and say it again when they are
  // called again.
  Done write(ByteView data);
  Result<UploadedItem> finish();
  // The item fails with `error`.
  void give_up(Error error);

 private:
  friend class UploadCommit;
  Done read(const platform::File& file, const SourceStamp& source);
  Result<uint8_t*> room(size_t* size);  // where the next bytes go
  Done took(size_t size);
  Done gather(ByteView data);
  Done take_in(ByteView data);
  Result<UploadedItem> end();
  Done cut_in_parallel(bool last);
  Done flush(bool last);
  Result<UploadedItem> finish_with(const std::optional<SourceStamp>& source);

  const std::shared_ptr<UploadCommit> commit_;
  const size_t index_;
  const ShaWish sha_wish_;
  std::shared_ptr<FileLine> line_;
  Chunker chunker_;
  digest::Sha256 sha_;
  CutRule rule_;  // instead of the chunker where no SHA-256 is computed
  std::vector<uint64_t> candidates_;
  std::vector<uint32_t> lengths_;
  runtime::ItemProgress* item_ = nullptr;
  std::unique_ptr<Block> block_;
  size_t filled_ = 0;   // of block_->raw
  size_t scanned_ = 0;  // of that, before the last flush
  Bytes side_;          // begin of a chunk, between two blocks
  Bytes small_;         // small writes, not yet cut
  uint64_t sequence_ = 0;
  uint64_t chunks_ = 0;
  uint64_t bytes_ = 0;
  bool announced_ = false;  // the size was known from the start
  bool finished_ = false;
  std::optional<Error> failed_;
};

}  // namespace hfhub::xet
