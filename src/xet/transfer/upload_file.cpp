// From a file's bytes to blocks of chunks, looked up and encoded.
#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

#include "platform/system.h"
#include "xet/transfer/upload_commit.h"

namespace hfhub::xet {
namespace {

constexpr size_t kReadBytes = 256u << 10;  // stays in the second-level cache until it is hashed
constexpr size_t kSegmentBytes = 256u << 10;
constexpr size_t kSideBytes = 2 * kMaxChunkBytes;
constexpr size_t kMostSpareEncoders = 16;

Error changed_error(const std::string& path) {
  return Error::at(Code::kIo, "'" + path + "' changed while it was read; it was not uploaded", path);
}

bool same_source(const platform::Stat& a, const platform::Stat& b) {
  return a.size == b.size && a.modified == b.modified && a.inode == b.inode && a.device == b.device;
}

}  // namespace

// ---- adding ----

Result<size_t> UploadCommit::add_path(const std::string& path, const std::string& name, const ShaWish& sha) {
  HFHUB_TRY(const auto stat, platform::stat_path(path));
  if (!stat) return Error::at(Code::kIo, "there is no file '" + path + "'", path);
  if (stat->kind != platform::Kind::kFile) return Error::at(Code::kIo, "'" + path + "' is not a file", path);
  std::string absolute = path;
  if (!path.starts_with('/')) {
    HFHUB_TRY(const std::string folder, platform::current_folder());
    absolute = platform::join_path(folder, path);
  }
  HFHUB_TRY(const size_t index, new_item(name.empty() ? path : name, stat->size));
  const Done posted = engine_->files().post(
      [self = shared_from_this(), index, absolute, sha] { self->read_item(index, absolute, sha); });
  if (!posted.ok()) complete_item(index, posted.error());
  return index;
}

Result<std::shared_ptr<UploadStream>> UploadCommit::add_stream(const std::string& name, const ShaWish& sha) {
  HFHUB_TRY(const size_t index, new_item(name, 0));
  return std::make_shared<UploadStream>(shared_from_this(), index, sha);
}

Result<size_t> UploadCommit::add_bytes(const std::string& name, ByteView data, const ShaWish& sha) {
  HFHUB_TRY(const size_t index, new_item(name, data.size()));
  UploadStream stream(shared_from_this(), index, sha);
  HFHUB_CHECK(stream.write(data));
  HFHUB_TRY(const UploadedItem item, stream.finish());
  (void)item;
  return index;
}

// ---- reading ----

void UploadCommit::read_item(size_t index, const std::string& path, const ShaWish& sha) {
  Done done;
  try {
    done = cancel_.check();
    if (done.ok()) done = prepare();
    if (done.ok()) done = read_file(index, path, sha);
  } catch (const std::bad_alloc&) {
    done = Error::make(Code::kNoMemory, "out of memory while '" + path + "' was read");
  } catch (const std::exception& error) {
    done = Error::unexpected(error);
  }
  if (!done.ok()) complete_item(index, std::move(done).error());
}

Done UploadCommit::read_file(size_t index, const std::string& path, const ShaWish& sha) {
  HFHUB_TRY(const platform::File file, platform::File::open_read(path));
  SourceStamp source{path, {}};
  HFHUB_TRY(source.stat, file.stat());
  HFHUB_TRY(const bool reused, reuse(index, source, sha));
  if (reused) return {};
  UploadStream stream(shared_from_this(), index, sha);
  Done done = stream.read(file, source);
  if (!done.ok()) stream.give_up(done.error());  // not for being closed unfinished
  return done;
}

Done UploadStream::read(const platform::File& file, const SourceStamp& source) {
  for (uint64_t at = 0;;) {
    size_t size = 0;
    HFHUB_TRY(uint8_t* const place, room(&size));
    HFHUB_TRY(const size_t got, file.read_at(at, {place, size}));
    if (got == 0) break;
    at += got;
    if (at > source.stat.size) return changed_error(source.path);
    HFHUB_CHECK(took(got));
    HFHUB_CHECK(commit_->cancel_.check());
  }
  HFHUB_TRY(const platform::Stat after, file.stat());
  if (!same_source(source.stat, after) || bytes_ != source.stat.size) return changed_error(source.path);
  HFHUB_TRY(const UploadedItem item, finish_with(source));
  (void)item;
  return {};
}

// A source that an earlier run read to its end, and that is what it was: its record holds as long as all xorbs do.
Result<bool> UploadCommit::reuse(size_t index, const SourceStamp& source, const ShaWish& sha) {
  HFHUB_TRY(auto record, journal_->find_file(source));
  if (!record) return false;
  if (sha.kind == ShaWish::Kind::kCompute && !record->sha256) return false;
  for (const Term& term : record->terms) {
    const std::lock_guard lock(append_mutex_);
    if (!foreign_.contains(term.xorb) && !known_->has_xorb(term.xorb)) return false;
  }
  if (sha.kind == ShaWish::Kind::kSkip) record->sha256.reset();
  if (sha.kind == ShaWish::Kind::kGiven) record->sha256 = sha.given;
  HFHUB_CHECK(journal_->add_file(*record, &source));
  UploadedItem item;
  item.hash = record->hash;
  item.size = source.stat.size;
  item.sha256 = record->sha256;
  item.dedup.bytes = item.size;
  for (const Term& term : record->terms) item.dedup.chunks += term.chunk_end - term.chunk_begin;
  item.reused = true;
  runtime::ItemProgress* progress = nullptr;
  {
    const std::lock_guard lock(mutex_);
    progress = items_[index].progress;
  }
  progress->bytes_done = item.size;
  progress->resumed_bytes = item.size;
  complete_item(index, std::move(item));
  return true;
}

// ---- the stream: stage one ----

UploadStream::UploadStream(std::shared_ptr<UploadCommit> commit, size_t index, const ShaWish& sha)
    : commit_(std::move(commit)), index_(index), sha_wish_(sha), line_(std::make_shared<FileLine>(commit_, index)) {
  const std::lock_guard lock(commit_->mutex_);
  item_ = commit_->items_[index].progress;
  item_->state = runtime::ItemState::kRunning;
  announced_ = item_->bytes_total.load() > 0;
}

UploadStream::~UploadStream() {
  if (block_) commit_->give_block(std::move(block_));
  if (!finished_) commit_->complete_item(index_, Error::make(Code::kCancelled, "the stream was closed unfinished"));
}

void UploadStream::give_up(Error error) {
  finished_ = true;
  failed_ = error;
  commit_->complete_item(index_, std::move(error));
}

// Never more than the caches hold, and never without a block to put it into.
Result<uint8_t*> UploadStream::room(size_t* size) {
  if (!block_) {
    if (sequence_ == 0) HFHUB_CHECK(commit_->prepare());
    HFHUB_TRY(block_, commit_->take_block());
    block_->pieces.clear();
    if (!side_.empty()) std::memcpy(block_->raw, side_.data(), side_.size());
    filled_ = side_.size();
    scanned_ = filled_;
    side_.clear();
  }
  *size = std::min(kReadBytes, static_cast<size_t>(commit_->block_capacity()) - filled_);
  return block_->raw + filled_;
}

Done UploadStream::took(size_t size) {
  // Without the SHA-256, which is one chain of steps, cutting is left for many threads at once.
  if (sha_wish_.kind == ShaWish::Kind::kCompute) {
    chunker_.feed({block_->raw + filled_, size}, sha_, &lengths_);
  }
  filled_ += size;
  bytes_ += size;
  if (filled_ == commit_->block_capacity()) return flush(false);
  return {};
}

// Finds the cuts of the block's bytes from `side_bytes_` on in segments, each on a thread of its own. A candidate depends on
// the 64 bytes before it alone, and the first 8 KiB of a chunk are never looked at: nothing before the block is needed.
Done UploadStream::cut_in_parallel(bool last) {
  const size_t begin = scanned_, bytes = filled_ - begin;
  const size_t segments = (bytes + kSegmentBytes - 1) / kSegmentBytes;
  std::vector<std::vector<uint64_t>> found(segments);
  const uint8_t* const raw = block_->raw;
  const uint64_t base = bytes_ - filled_;  // of the block's first byte in the file
  const auto scan = [&](size_t i) -> Done {
    const size_t from = begin + i * kSegmentBytes, to = std::min(from + kSegmentBytes, filled_);
    const size_t warm = std::min(from, digest::kGearWindow);
    digest::Gear gear;
    std::vector<uint64_t> ignored;
    digest::gear_scan(gear, {raw + from - warm, warm}, base + from - warm, &ignored);
    digest::gear_scan(gear, {raw + from, to - from}, base + from, &found[i]);
    return {};
  };
  const auto processors = static_cast<size_t>(platform::cpu_count());
  HFHUB_CHECK(commit_->engine_->blocks().for_each(segments, processors, commit_->cancel_, scan));
  for (const auto& candidates : found) candidates_.insert(candidates_.end(), candidates.begin(), candidates.end());
  rule_.advance(candidates_, bytes_, &lengths_);
  candidates_.clear();
  if (!last) return {};
  if (const uint32_t rest = rule_.finish(); rest > 0) lengths_.push_back(rest);
  return {};
}

// Sends the whole chunks of the block on their way; the rest waits aside, so that no block is held between calls.
Done UploadStream::flush(bool last) {
  if (!block_) return {};
  if (sha_wish_.kind != ShaWish::Kind::kCompute) {
    HFHUB_CHECK(cut_in_parallel(last));
  } else if (last) {
    if (const uint32_t rest = chunker_.finish(); rest > 0) lengths_.push_back(rest);
  }
  std::unique_ptr<Block> block = std::move(block_);
  uint32_t at = 0;
  for (const uint32_t length : lengths_) {
    Block::Piece piece;
    piece.chunk.size = length;
    piece.raw_offset = at;
    block->pieces.push_back(piece);
    at += length;
  }
  lengths_.clear();
  side_.assign(block->raw + at, block->raw + filled_);
  filled_ = 0;
  if (block->pieces.empty()) {
    commit_->give_block(std::move(block));
    return {};
  }
  block->sequence = sequence_++;
  block->first_chunk = chunks_;
  chunks_ += block->pieces.size();
  return last && block->sequence == 0 ? line_->process(std::move(block)) : line_->post(line_, std::move(block));
}

Done UploadStream::write(ByteView data) {
  if (failed_) return *failed_;
  if (finished_) return Error::make(Code::kState, "this stream is finished");
  Done done = gather(data);
  if (!done.ok()) give_up(done.error());
  return done;
}

Done UploadStream::gather(ByteView data) {
  HFHUB_CHECK(commit_->cancel_.check());
  if (!announced_) {
    commit_->announced_bytes_ += data.size();
    item_->bytes_total += data.size();
  }
  // Small writes gather aside: a block is taken for a chunk or two, not for less.
  while (!data.empty()) {
    if (small_.size() + data.size() < kSideBytes) {
      small_.insert(small_.end(), data.begin(), data.end());
      return {};
    }
    HFHUB_CHECK(take_in(small_));
    small_.clear();
    HFHUB_CHECK(take_in(data));
    HFHUB_CHECK(flush(false));
    data = {};
  }
  return {};
}

Done UploadStream::take_in(ByteView data) {
  while (!data.empty()) {
    size_t size = 0;
    HFHUB_TRY(uint8_t* const place, room(&size));
    size = std::min(size, data.size());
    std::memcpy(place, data.data(), size);
    HFHUB_CHECK(took(size));
    data = data.subspan(size);
  }
  return {};
}

Result<UploadedItem> UploadStream::finish() {
  if (failed_) return *failed_;
  if (finished_) return Error::make(Code::kState, "this stream is finished");
  auto item = end();
  if (!item.ok()) give_up(item.error());
  return item;
}

Result<UploadedItem> UploadStream::end() {
  HFHUB_CHECK(take_in(small_));
  small_.clear();
  return finish_with(std::nullopt);
}

Result<UploadedItem> UploadStream::finish_with(const std::optional<SourceStamp>& source) {
  if (!block_ && !side_.empty()) {  // what the last flush left aside
    size_t size = 0;
    HFHUB_TRY(uint8_t* const place, room(&size));
    (void)place;
  }
  HFHUB_CHECK(commit_->prepare());
  HFHUB_CHECK(flush(true));
  HFHUB_CHECK(line_->wait());
  std::optional<Hash> sha;
  if (sha_wish_.kind == ShaWish::Kind::kCompute) sha = Hash::from_sha256(sha_.finish());
  if (sha_wish_.kind == ShaWish::Kind::kGiven) sha = sha_wish_.given;
  HFHUB_CHECK(commit_->finish_file(*line_, sha, source));
  finished_ = true;
  return *commit_->item(index_);
}

// ---- a block: stage two ----

Done UploadCommit::look_up(Block& block, FileLine& line) {
  for (Block::Piece& piece : block.pieces) {
    piece.chunk.hash = chunk_hash({block.raw + piece.raw_offset, piece.chunk.size});
  }
  const auto find_known = [&] {
    for (Block::Piece& piece : block.pieces) {
      if (piece.place) continue;
      const auto known = known_->find(piece.chunk.hash);
      if (!known) continue;
      const std::lock_guard lock(append_mutex_);
      piece.place = ChunkPlace{foreign_number(known->xorb), known->index};
      piece.told = known->told;
    }
  };
  {
    const std::lock_guard lock(append_mutex_);
    for (Block::Piece& piece : block.pieces) piece.place = own_.find(piece.chunk.hash);
  }
  block.answers = known_->answers();
  find_known();
  if (!engine_->settings().global_dedup) return {};
  HFHUB_TRY(const bool learned, ask_server(block, line));
  if (learned) find_known();
  return {};
}

// Asks about the first chunk of a file and about one in a thousand of the others, unless they are known.
Result<bool> UploadCommit::ask_server(Block& block, FileLine& line) {
  bool learned = false;
  for (size_t i = 0; i < block.pieces.size(); ++i) {
    const Block::Piece& piece = block.pieces[i];
    const uint64_t number = block.first_chunk + i;
    const bool eligible = number == 0 || piece.chunk.hash.modulo(kGlobalDedupModulus) == 0;
    if (!eligible || piece.place || number < line.next_question_) continue;
    if (learned && known_->find(piece.chunk.hash)) continue;
    line.next_question_ = number + std::max<uint64_t>(engine_->settings().dedup_spacing_chunks, 1);
    if (!known_->first_question(piece.chunk.hash)) continue;
    HFHUB_TRY(const auto answer, cas_->find_chunk(piece.chunk.hash, cancel_));
    if (!answer) continue;
    const Done added = known_->add_answer(*answer);
    learned |= added.ok();
    if (!added.ok()) {
      engine_->log().write(runtime::LogLevel::kWarning, "an answer about chunk " + piece.chunk.hash.text() +
                                                            " is unusable: " + added.error().message);
    }
  }
  return learned;
}

void UploadCommit::encode(Block& block, ChunkEncoder& encoder) {
  uint32_t at = 0;
  for (Block::Piece& piece : block.pieces) {
    piece.out_bytes = 0;
    if (piece.place) continue;
    const ByteView raw(block.raw + piece.raw_offset, piece.chunk.size);
    const std::span<uint8_t> out(block.out + at, kChunkHeaderBytes + raw.size());
    piece.out_offset = at;
    piece.out_bytes = static_cast<uint32_t>(encoder.encode(raw, out, &piece.stored_raw));
    at += piece.out_bytes;
  }
}

ChunkEncoder UploadCommit::take_encoder() {
  const std::lock_guard lock(encoders_mutex_);
  const EngineSettings& settings = engine_->settings();
  if (encoders_.empty()) return ChunkEncoder(settings.compression, settings.compression_retest);
  ChunkEncoder encoder = std::move(encoders_.back());
  encoders_.pop_back();
  encoder.begin_file();
  return encoder;
}

void UploadCommit::give_encoders(std::vector<ChunkEncoder> encoders) noexcept try {
  const std::lock_guard lock(encoders_mutex_);
  for (; !encoders.empty() && encoders_.size() < kMostSpareEncoders; encoders.pop_back()) {
    encoders_.push_back(std::move(encoders.back()));
  }
} catch (const std::bad_alloc&) {
  return;  // others are made
}

// ---- the line: stages two and three in order ----

Done FileLine::process(std::unique_ptr<Block> block) {
  Done done = commit_->cancel_.check();
  if (done.ok()) done = commit_->look_up(*block, *this);
  if (done.ok()) {
    ChunkEncoder encoder = take_encoder();
    commit_->encode(*block, encoder);
    const std::lock_guard hold(mutex_);
    encoders_.push_back(std::move(encoder));
  }
  std::unique_lock lock(mutex_);
  if (done.ok()) {
    const uint64_t sequence = block->sequence;
    ready_[sequence] = std::move(block);
    posted_ = std::max(posted_, sequence + 1);
    done = append_ready(&lock);
  }
  if (!done.ok() && !failed_) failed_ = done.error();
  lock.unlock();
  if (block) commit_->give_block(std::move(block));
  changed_.notify_all();
  return done;
}

// What was found out about a file's content holds for its next blocks.
ChunkEncoder FileLine::take_encoder() {
  {
    const std::lock_guard lock(mutex_);
    if (!encoders_.empty()) {
      ChunkEncoder encoder = std::move(encoders_.back());
      encoders_.pop_back();
      return encoder;
    }
  }
  return commit_->take_encoder();
}

Done FileLine::post(std::shared_ptr<FileLine> self, std::unique_ptr<Block> block) {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) {
      commit_->give_block(std::move(block));
      return *failed_;
    }
    ++posted_;
  }
  const auto shared = std::make_shared<std::unique_ptr<Block>>(std::move(block));
  return commit_->engine_->blocks().post([self, shared] {
    Done done;
    try {
      done = self->process(std::move(*shared));
    } catch (const std::exception& error) {
      done = Error::make(Code::kNoMemory, std::string("a block could not be processed: ") + error.what());
      const std::lock_guard lock(self->mutex_);
      if (!self->failed_) self->failed_ = done.error();
    }
    if (!done.ok()) self->commit_->fail(done.error());
  });
}

// One thread appends at a time; others leave their blocks and go.
Done FileLine::append_ready(std::unique_lock<std::mutex>* lock) {
  if (appending_) return {};
  appending_ = true;
  Done done;
  while (done.ok() && !failed_) {
    const auto found = ready_.find(next_);
    if (found == ready_.end()) break;
    std::unique_ptr<Block> block = std::move(found->second);
    ready_.erase(found);
    lock->unlock();
    done = commit_->append(*this, *block);
    uint64_t bytes = 0;
    for (const Block::Piece& piece : block->pieces) bytes += piece.chunk.size;
    commit_->add_done_bytes(index_, bytes);
    block->pieces.clear();
    commit_->give_block(std::move(block));
    lock->lock();
    if (done.ok()) ++next_;
  }
  appending_ = false;
  return done;
}

Done FileLine::wait() {
  const auto guard = commit_->cancel_.on_request([this] { changed_.notify_all(); });
  std::unique_lock lock(mutex_);
  while (!failed_ && next_ < posted_) {
    HFHUB_CHECK(commit_->cancel_.check());
    changed_.wait_for(lock, std::chrono::milliseconds(runtime::Cancel::kPollMs));
  }
  if (failed_) return *failed_;
  return {};
}

void FileLine::add_chunk(ChunkPlace place, const Chunk& chunk) {
  if (!extends(place)) {
    close_term();
    open_ = Open{place.xorb, place.index, place.index, 0, {}};
    recent_.push_back(0);
  }
  ++open_->end;
  open_->bytes += chunk.size;
  open_->chunks.push_back(chunk);
  ++recent_.back();
  ++recent_chunks_;
  tree_.add(chunk.hash, chunk.size);
  dedup_.bytes += chunk.size;
  ++dedup_.chunks;
}

void FileLine::close_term() {
  if (!open_) return;
  Term term;
  term.bytes = open_->bytes;
  term.chunk_begin = open_->begin;
  term.chunk_end = open_->end;
  terms_.push_back(term);
  term_xorbs_.push_back(open_->xorb);
  verification_.push_back(range_hash(open_->chunks));
  open_.reset();
}

// Short references cost every later reader a request each. When a file is in pieces already, only runs that are longer
// than its average are referred to; the rest is stored again.
bool FileLine::worth_a_term(uint64_t run_chunks, uint64_t window, uint64_t least) {
  while (recent_.size() > window) {
    recent_chunks_ -= recent_.front();
    recent_.pop_front();
  }
  if (recent_.size() < window) return true;
  const double average = static_cast<double>(recent_chunks_) / static_cast<double>(window);
  const double target = static_cast<double>(least) * (low_ ? 0.5 : 1.0);
  if (average >= target) {
    low_ = true;
    return true;
  }
  if (static_cast<double>(run_chunks) >= average) return true;
  low_ = false;
  return false;
}

}  // namespace hfhub::xet
