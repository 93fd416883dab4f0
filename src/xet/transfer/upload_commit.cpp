#include "xet/transfer/upload_commit.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace hfhub::xet {
namespace {

using runtime::Cancel;

constexpr uint64_t kFirstXorbBytes = 4u << 20;
constexpr uint64_t kXorbsAtOnce = 32;  // an upload is cut into about this many, so that a long line is filled
constexpr int64_t kIdleMs = 100;

XorbRecord record_of(const Hash& hash, const std::vector<Chunk>& chunks) {
  XorbRecord record;
  record.hash = hash;
  record.chunks.reserve(chunks.size());
  for (const Chunk& chunk : chunks) {
    record.chunks.push_back({chunk.hash, record.bytes, chunk.size, 0});
    record.bytes += chunk.size;
  }
  return record;
}

Error closed_error() { return Error::make(Code::kState, "this upload is finished or aborted"); }

}  // namespace

void DedupFigures::add(const DedupFigures& other) {
  bytes += other.bytes, chunks += other.chunks;
  new_bytes += other.new_bytes, new_chunks += other.new_chunks;
  global_bytes += other.global_bytes, global_chunks += other.global_chunks;
  split_bytes += other.split_bytes, split_chunks += other.split_chunks;
}

// ---- the commit ----

UploadCommit::UploadCommit(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
                           std::shared_ptr<runtime::Progress> progress, const Cancel& cancel)
    : engine_(std::move(engine)),
      cas_(std::move(cas)),
      progress_(std::move(progress)),
      cancel_(cancel.child()),
      own_(engine_->settings().known_chunks) {}

UploadCommit::~UploadCommit() { engine_->xorb_space().forget(pressure_number_); }

std::shared_ptr<UploadCommit> UploadCommit::make(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
                                                 std::shared_ptr<runtime::Progress> progress, const Cancel& cancel) {
  std::shared_ptr<UploadCommit> commit(
      new UploadCommit(std::move(engine), std::move(cas), std::move(progress), cancel));
  UploadCommit* plain = commit.get();
  commit->pressure_number_ = commit->engine_->xorb_space().on_pressure(commit, [plain] { plain->cut_if_idle(); });
  return commit;
}

// Once, by whoever needs it first: it may ask for a token, and reads what earlier uploads left on disk.
Done UploadCommit::prepare() {
  const std::lock_guard lock(prepare_mutex_);
  if (journal_) return {};
  HFHUB_TRY(const Access access, cas_->tokens().get(cancel_));
  known_ = engine_->known_chunks(access.endpoint);
  HFHUB_TRY(auto journal, Journal::open(engine_->endpoint_dir(access.endpoint) + "/staging/hfhub"));
  const auto take_over = [&](const XorbRecord& xorb) -> Done {
    const std::lock_guard hold(append_mutex_);
    const uint32_t number = foreign_number(xorb.hash);
    for (uint32_t i = 0; i < xorb.chunks.size(); ++i) own_.add(xorb.chunks[i].hash, {number, i});
    return {};
  };
  // A killed process may have sent more than it could journal: what arrived need only be kept.
  for (const GrantedXorb& granted : journal->take_granted()) {
    HFHUB_TRY(const bool stored, cas_->commit_xorb(granted.xorb.hash, granted.grant_id, cancel_));
    if (stored) HFHUB_CHECK(journal->add_xorb(granted.xorb));
  }
  HFHUB_CHECK(journal->each_xorb(take_over));
  journal_ = std::move(journal);
  return {};
}

void UploadCommit::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void UploadCommit::abort() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (!failure_) failure_ = Error::make(Code::kCancelled, "the upload was aborted");
  }
  cancel_.request();
  changed_.notify_all();
}

void UploadCommit::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    // Others stop because of the first failure, and may be faster in saying so: the reason is what counts.
    const bool follows = failure_ && failure_->code == Code::kCancelled && !cancel_.requested();
    if (!failure_ || (follows && error.code != Code::kCancelled)) failure_ = error;
  }
  changed_.notify_all();
}

// ---- items ----

Result<size_t> UploadCommit::new_item(const std::string& name, uint64_t size) {
  const std::lock_guard lock(mutex_);
  if (closed_ || cancel_.requested()) return closed_error();
  Item item;
  item.progress = &progress_->add_item(name, size);
  items_.push_back(std::move(item));
  ++items_open_;
  engine_->block_pool().file_opened();
  engine_->xorb_space().file_opened();
  announced_bytes_ += size;
  return items_.size() - 1;
}

void UploadCommit::complete_item(size_t index, Result<UploadedItem> result) {
  bool last = false;
  const std::optional<Error> error = result.ok() ? std::nullopt : std::optional<Error>(result.error());
  {
    const std::lock_guard lock(mutex_);
    Item& item = items_[index];
    if (item.result) return;
    item.progress->state = error ? runtime::ItemState::kFailed : runtime::ItemState::kDone;
    if (!error) report_.dedup.add(result->dedup);
    item.result = std::move(result);
    if (!error) close_item();
    last = items_open_ == 0;
  }
  if (error) {  // the commit's failure never comes before the item's
    fail(*error);
    const std::lock_guard lock(mutex_);
    close_item();
  }
  if (last || error) changed_.notify_all();  // who waits does so for all items
}

void UploadCommit::close_item() {
  --items_open_;
  engine_->block_pool().file_closed();
  engine_->xorb_space().file_closed();
}

void UploadCommit::add_done_bytes(size_t index, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  items_[index].progress->bytes_done += bytes;
}

size_t UploadCommit::item_count() const {
  const std::lock_guard lock(mutex_);
  return items_.size();
}

std::optional<Result<UploadedItem>> UploadCommit::item(size_t index) const {
  const std::lock_guard lock(mutex_);
  if (index >= items_.size()) return Error::make(Code::kArgument, "there is no such item");
  return items_[index].result;
}

UploadReport UploadCommit::report() const {
  const std::lock_guard lock(mutex_);
  UploadReport out = report_;
  out.sent_bytes = sent_->load();
  return out;
}

// ---- append: with append_mutex_ held, but for the waits ----

// What other blocks have stored since this one was looked up counts, and what the server has told them.
void UploadCommit::learn(Block& block) {
  const bool told = known_->answers() != block.answers;
  for (Block::Piece& piece : block.pieces) {
    if (!piece.place) piece.place = own_.find(piece.chunk.hash);
    if (piece.place || !told) continue;
    const auto known = known_->find(piece.chunk.hash);
    if (!known) continue;
    piece.place = ChunkPlace{foreign_number(known->xorb), known->index};
    piece.told = known->told;
  }
}

Done UploadCommit::append(FileLine& line, Block& block) {
  std::unique_lock lock(append_mutex_);
  const EngineSettings& settings = engine_->settings();
  std::vector<Block::Piece>& pieces = block.pieces;
  learn(block);
  for (size_t i = 0; i < pieces.size();) {
    Block::Piece& piece = pieces[i];
    if (!piece.place) piece.place = own_.find(piece.chunk.hash);  // a repetition inside this block
    size_t run = 0;
    while (piece.place && i + run < pieces.size() &&
           pieces[i + run].place == ChunkPlace{piece.place->xorb, piece.place->index + static_cast<uint32_t>(run)}) {
      ++run;
    }
    const bool refer = run > 0 && (line.extends(*piece.place) ||
                                   line.worth_a_term(run, settings.fragment_window, settings.fragment_chunks));
    if (!refer) {
      if (run > 0) line.dedup_.split_bytes += piece.chunk.size, ++line.dedup_.split_chunks;
      HFHUB_CHECK(store_piece(line, block, piece, &lock));
      ++i;
      continue;
    }
    for (const size_t end = i + run; i < end; ++i) {
      if (pieces[i].told) line.dedup_.global_bytes += pieces[i].chunk.size, ++line.dedup_.global_chunks;
      line.add_chunk(*pieces[i].place, pieces[i].chunk);
    }
  }
  return {};
}

Done UploadCommit::store_piece(FileLine& line, const Block& block, const Block::Piece& piece,
                               std::unique_lock<std::mutex>* lock) {
  Bytes late;  // a known chunk that is stored again was not encoded before
  const uint8_t* record = block.out + piece.out_offset;
  size_t record_bytes = piece.out_bytes;
  bool stored_raw = piece.stored_raw;
  const ByteView raw(block.raw + piece.raw_offset, piece.chunk.size);
  if (record_bytes == 0) {
    late.resize(kChunkHeaderBytes + piece.chunk.size);
    ChunkEncoder encoder(engine_->settings().compression, engine_->settings().compression_retest);
    record_bytes = encoder.encode(raw, late, &stored_raw);
    record = late.data();
  }
  const size_t bytes = record_bytes + (stored_raw ? raw.size() : 0);
  HFHUB_CHECK(need_xorb(bytes, raw.size(), lock));
  OpenXorb& xorb = *open_;
  uint8_t* const to = xorb.memory.data() + xorb.used;
  std::memcpy(to, record, record_bytes);
  if (stored_raw) std::memcpy(to + record_bytes, raw.data(), raw.size());
  xorb.crc = digest::crc64_nvme(xorb.crc, {to, bytes});
  xorb.used += bytes;
  xorb.raw_bytes += raw.size();
  xorb.touched = steady_now();
  const ChunkPlace place{xorb.number, static_cast<uint32_t>(xorb.chunks.size())};
  xorb.chunks.push_back(piece.chunk);
  own_.add(piece.chunk.hash, place);
  line.dedup_.new_bytes += piece.chunk.size;
  ++line.dedup_.new_chunks;
  line.add_chunk(place, piece.chunk);
  return {};
}

uint64_t UploadCommit::xorb_limit() const {
  const uint64_t wish = std::max(kFirstXorbBytes, announced_bytes_.load() / kXorbsAtOnce);
  return std::min(engine_->settings().xorb_bytes, wish);
}

// Makes sure that the open xorb has room, opening one when there is none. Waits without the lock, so that others go on
// with what they have.
Done UploadCommit::need_xorb(uint64_t bytes, uint64_t raw_bytes, std::unique_lock<std::mutex>* lock) {
  const auto fits = [&] {
    return open_ && open_->used + bytes <= open_->memory.size() && open_->raw_bytes + raw_bytes <= kMaxXorbBytes &&
           open_->chunks.size() < kMaxXorbChunks;
  };
  while (!fits()) {
    if (open_) cut(*lock);
    lock->unlock();
    const uint64_t capacity = std::max<uint64_t>(xorb_limit(), kChunkHeaderBytes + kMaxChunkBytes);
    auto memory = engine_->xorb_space().acquire(capacity, cancel_);
    lock->lock();
    if (!memory.ok()) return std::move(memory).error();
    if (open_) continue;  // somebody else was faster; ours goes back with its end
    open_ = std::make_unique<OpenXorb>();
    open_->number = static_cast<uint32_t>(xorbs_.size());
    xorbs_.emplace_back();
    open_->memory = *std::move(memory);
  }
  return {};
}

// Ends the open xorb: from here its hash is known, and with it the files that end in it.
void UploadCommit::cut(std::unique_lock<std::mutex>& lock) {
  (void)lock;
  std::shared_ptr<OpenXorb> xorb = std::move(open_);
  const Hash hash = xorb_hash(xorb->chunks);
  xorbs_[xorb->number] = hash;
  foreign_.emplace(hash, xorb->number);
  std::vector<WaitingFile> files = std::exchange(waiting_files_, {});
  for (WaitingFile& file : files) {
    for (size_t i = 0; i < file.xorbs.size(); ++i) file.record.terms[i].xorb = xorbs_[file.xorbs[i]];
  }
  if (Done done = journal_files(std::move(files)); !done.ok()) fail(done.error());
  send(std::move(xorb));
}

// Somebody waits for memory. A xorb that nobody has touched for a moment may be waiting for its caller for ever.
void UploadCommit::cut_if_idle() {
  std::unique_lock lock(append_mutex_, std::try_to_lock);
  if (lock.owns_lock() && open_ && !open_->chunks.empty() && ms_since(open_->touched) >= kIdleMs) cut(lock);
}

uint32_t UploadCommit::foreign_number(const Hash& xorb) {
  const auto [place, fresh] = foreign_.try_emplace(xorb, static_cast<uint32_t>(xorbs_.size()));
  if (fresh) xorbs_.push_back(xorb);
  return place->second;
}

Done UploadCommit::journal_files(std::vector<WaitingFile> files) {
  for (const WaitingFile& file : files) {
    HFHUB_CHECK(journal_->add_file(file.record, file.source ? &*file.source : nullptr));
  }
  return {};
}

Done UploadCommit::finish_file(FileLine& line, const std::optional<Hash>& sha,
                               const std::optional<SourceStamp>& source) {
  line.close_term();
  UploadedItem item;
  item.hash = line.tree_.file_root();
  item.size = line.tree_.total_bytes();
  item.sha256 = sha;
  item.dedup = line.dedup_;
  WaitingFile file;
  file.record.hash = item.hash;
  file.record.sha256 = sha;
  file.record.terms = std::move(line.terms_);
  file.record.verification = std::move(line.verification_);
  file.xorbs = std::move(line.term_xorbs_);
  file.source = source;
  {
    const std::lock_guard lock(append_mutex_);
    bool waits = false;
    for (size_t i = 0; i < file.xorbs.size(); ++i) {
      waits |= open_ != nullptr && file.xorbs[i] == open_->number;
      file.record.terms[i].xorb = xorbs_[file.xorbs[i]];
    }
    if (waits) {
      waiting_files_.push_back(std::move(file));
    } else {
      HFHUB_CHECK(journal_->add_file(file.record, file.source ? &*file.source : nullptr));
    }
  }
  complete_item(line.index(), std::move(item));
  return {};
}

// ---- send ----

void UploadCommit::send(std::shared_ptr<OpenXorb> xorb) {
  {
    const std::lock_guard lock(mutex_);
    ++sends_open_;
  }
  const Done posted = engine_->sends().post([self = shared_from_this(), xorb] {
    Done done;
    try {
      done = self->cancel_.check();
      if (done.ok()) done = self->send_now(*xorb);
    } catch (const std::exception& error) {
      done = Error::make(Code::kNoMemory, std::string("a xorb could not be sent: ") + error.what());
    }
    if (!done.ok()) self->fail(done.error());
    xorb->memory.release();
    {
      const std::lock_guard lock(self->mutex_);
      --self->sends_open_;
    }
    self->changed_.notify_all();
  });
  if (posted.ok()) return;
  fail(posted.error());
  const std::lock_guard lock(mutex_);
  --sends_open_;
}

Done UploadCommit::send_now(OpenXorb& xorb) {
  const Hash hash = xorb_hash(xorb.chunks);
  const std::string_view body = as_text({xorb.memory.data(), xorb.used});
  const XorbRecord record = record_of(hash, xorb.chunks);
  const auto granted = [&](const std::string& grant_id) { return journal_->add_granted({grant_id, record}); };
  HFHUB_TRY(const bool stored, cas_->store_xorb(hash, body, xorb.crc, sent_, granted, cancel_));
  HFHUB_CHECK(journal_->add_xorb(record));
  const std::lock_guard lock(mutex_);
  ++report_.xorbs;
  report_.xorb_bytes += body.size();
  (void)stored;
  return {};
}

}  // namespace hfhub::xet
