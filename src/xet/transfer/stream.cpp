#include "xet/transfer/stream.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <map>
#include <new>

#include "xet/transfer/fetcher.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;
using runtime::ItemState;

constexpr size_t kMostUnits = 8;
constexpr uint64_t kLongestPiece = 1u << 20;
constexpr int64_t kPollMs = 20;

class Reader;

// A stretch of the file in memory: what begins in [part.begin, part.end), in whole chunks. Fetched as a whole, so the
// window is a few of these.
class Unit : public RunTarget {
 public:
  Unit(std::shared_ptr<Reader> reader, const FileFacts& file, size_t number, uint64_t begin, uint64_t end)
      : part(file, begin, end), index(number), reader_(std::move(reader)) {}
  bool wanted(const Use& use) override;
  void take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
            std::span<const ByteView> data) override;
  void complete(const Use& use) override;
  void fail(const Use& use, const Error& error) override;
  UrlSource& source(uint32_t) override { return part.source; }
  runtime::ItemProgress& item(uint32_t range) override;
  void run_over() override {}

  // The last chunk goes on beyond the end.
  static uint64_t capacity(uint64_t begin, uint64_t end) { return end - begin + kMaxChunkBytes; }
  ByteView view(uint64_t begin, uint64_t end) const {
    return {buffer.get() + (begin - part.begin), static_cast<size_t>(end - begin)};
  }
  void release() {
    buffer.reset();
    memory.release();
  }

  FilePart part;
  const size_t index;
  std::unique_ptr<uint8_t[]> buffer;
  runtime::Budget::Ticket memory;
  // Guarded by the reader's mutex.
  std::map<uint64_t, uint64_t> ready;  // begin to end: decoded and not handed out
  bool complete_ = false;

 private:
  const std::shared_ptr<Reader> reader_;
};

using UnitPtr = std::shared_ptr<Unit>;

class Reader : public std::enable_shared_from_this<Reader> {
 public:
  Reader(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas, const StreamRequest& request,
         const Cancel& cancel);

  // ---- the reading thread ----
  Result<ReadStream::Next> next(int64_t timeout_ms);
  void close();
  const runtime::ItemProgress& progress() const { return item_; }

  // ---- any thread ----
  void cancel();
  bool closed() const { return closed_; }
  runtime::ItemProgress& item() { return item_; }
  void ready(Unit& unit, uint64_t begin, uint64_t end);
  void complete(Unit& unit);
  void fail(const Error& error);

 private:
  void open_units();
  bool open_unit();
  void plan(const UnitPtr& unit);
  Done plan_now(const UnitPtr& unit);
  void file_ends_at(uint64_t end);
  void drop_read_units();
  std::optional<ReadStream::Next> take_ready();
  bool stuck() const;
  Result<ReadStream::Next> finish();
  Error keep(Error error);

  const std::shared_ptr<Engine> engine_;
  FileFacts file_;
  const uint64_t begin_;
  const bool ordered_;
  const uint64_t unit_bytes_;
  const Cancel cancel_;
  const std::shared_ptr<Fetcher> fetcher_;
  runtime::ItemProgress item_;
  std::atomic<bool> closed_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  uint64_t end_;           // of what is wanted; UINT64_MAX: of the file
  bool end_known_;         // the file reaches as far as end_
  bool to_the_end_;        // end_ is the end of the file
  bool answered_ = false;  // some unit is planned
  uint64_t opened_;        // units exist up to here
  size_t next_index_ = 0;
  std::deque<UnitPtr> units_;  // in the order of the file
  uint64_t handed_out_ = 0;    // bytes
  UnitPtr lent_;               // whose bytes are the caller's until the next call
  MerkleBuilder tree_;
  size_t folded_ = 0;  // units in tree_
  std::map<size_t, UnitPtr> unfolded_;
  std::optional<Error> error_;
};

// ---- what comes from the runs ----

bool Unit::wanted(const Use&) { return !reader_->closed(); }

runtime::ItemProgress& Unit::item(uint32_t) { return reader_->item(); }

void Unit::take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
                std::span<const ByteView> data) {
  part.put(use.term, first, chunks);
  const std::vector<ByteView> own = part.own(data, &offset);
  uint64_t end = offset;
  for (const ByteView& chunk : own) {
    std::memcpy(buffer.get() + (end - part.begin), chunk.data(), chunk.size());
    end += chunk.size();
  }
  if (end > offset) reader_->ready(*this, offset, end);
}

void Unit::complete(const Use&) {
  if (part.term_complete()) reader_->complete(*this);
}

void Unit::fail(const Use&, const Error& error) { reader_->fail(error); }

void Reader::ready(Unit& unit, uint64_t begin, uint64_t end) {
  const std::lock_guard lock(mutex_);
  end = std::min(end, end_);
  if (begin >= end) return;
  auto after = unit.ready.lower_bound(begin);
  if (after != unit.ready.begin() && std::prev(after)->second == begin) begin = std::prev(after)->first;
  if (after != unit.ready.end() && after->first == end) {
    end = after->second;
    unit.ready.erase(after);
  }
  unit.ready[begin] = end;
  changed_.notify_all();
}

void Reader::complete(Unit& unit) {
  const std::lock_guard lock(mutex_);
  unit.complete_ = true;
  for (const UnitPtr& one : units_) {
    if (one.get() == &unit) unfolded_[unit.index] = one;
  }
  for (auto first = unfolded_.begin(); first != unfolded_.end() && first->first == folded_; first = unfolded_.begin()) {
    first->second->part.fold_into(&tree_);
    unfolded_.erase(first);
    ++folded_;
  }
  changed_.notify_all();
}

Error Reader::keep(Error error) {
  if (!error_) {
    error_ = std::move(error);
    item_.state = ItemState::kFailed;
  }
  changed_.notify_all();
  return *error_;
}

void Reader::fail(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    (void)keep(cancel_.requested() ? cancel_.check().error() : error);
  }
  fetcher_->close();  // nothing else will be read
}

// ---- the window ----

uint64_t unit_bytes(uint64_t budget_bytes) { return std::clamp<uint64_t>(budget_bytes / 16, 1u << 20, 8u << 20); }

Reader::Reader(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas, const StreamRequest& request,
               const Cancel& cancel)
    : engine_(std::move(engine)),
      file_{request.hash, "file " + request.hash.text(), request.size.value_or(UINT64_MAX)},
      begin_(request.begin),
      ordered_(request.ordered),
      unit_bytes_(unit_bytes(engine_->budget().total_bytes())),
      cancel_(cancel.child()),
      fetcher_(std::make_shared<Fetcher>(engine_, std::move(cas), cancel_)),
      item_(request.hash.text(), 0),
      end_(std::min(request.end.value_or(UINT64_MAX), file_.size)),
      end_known_(request.size.has_value() || end_ == begin_),
      to_the_end_(end_ == file_.size),
      opened_(begin_) {
  if (end_known_) item_.bytes_total = end_ - begin_;
}

void Reader::open_units() {
  // Where a file of unknown size ends is told by the first answer in most cases.
  const auto most = end_known_ || answered_ ? kMostUnits : size_t{1};
  while (opened_ < end_ && units_.size() < most && open_unit()) {
  }
}

// False: there is no memory for it now.
bool Reader::open_unit() {
  uint64_t end = opened_ + std::min(end_ - opened_, unit_bytes_);
  if (end_known_ && end_ - end < unit_bytes_ / 4) end = end_;  // no crumbs
  const uint64_t bytes = Unit::capacity(opened_, end);
  runtime::Budget& budget = engine_->budget();
  // A fetcher can fill a unit only with memory of its own, which it may take down to 1/16: streams together must leave
  // some of that, or all of them have units and none can fetch.
  auto memory = budget.try_acquire(bytes, units_.empty() ? budget.total_bytes() / 8 : budget.total_bytes() / 2);
  if (memory.bytes() == 0) return false;
  const auto unit = std::make_shared<Unit>(shared_from_this(), file_, next_index_, opened_, end);
  unit->part.owns_cut_chunk = next_index_ == 0;
  unit->buffer.reset(new (std::nothrow) uint8_t[bytes]);
  if (!unit->buffer) return false;
  unit->memory = std::move(memory);
  ++next_index_;
  opened_ = end;
  units_.push_back(unit);
  fetcher_->add_task([self = shared_from_this(), unit] { self->plan(unit); });
  return true;
}

void Reader::plan(const UnitPtr& unit) {
  try {
    if (Done done = plan_now(unit); !done.ok()) fail(done.error());
  } catch (const std::bad_alloc&) {
    fail(Error::no_memory());
  } catch (const std::exception& error) {
    fail(Error::unexpected(error));
  }
}

Done Reader::plan_now(const UnitPtr& unit) {
  const uint64_t begin = unit->part.begin, wanted_end = unit->part.end;
  const SteadyTime asked = steady_now();
  HFHUB_TRY(auto content, fetcher_->cas().reconstruction(file_.hash, {begin, wanted_end}, fetcher_->cancel()));
  fetcher_->note_answer_time(ms_since(asked));
  if (!content) {
    if (file_.size != UINT64_MAX) return unit->part.accept(file_, Reconstruction());
    file_ends_at(begin);
    complete(*unit);
    return {};
  }
  HFHUB_CHECK(unit->part.accept(file_, *std::move(content)));
  if (unit->part.end < wanted_end) file_ends_at(unit->part.end);
  const WantedRange wanted = unit->part.wanted();
  std::vector<Run> runs = plan_runs({&wanted, 1});
  unit->part.forget_ranges();
  {
    const std::lock_guard lock(mutex_);
    answered_ = true;
  }
  if (runs.empty()) complete(*unit);
  else fetcher_->add_runs(std::move(runs), unit);
  return {};
}

void Reader::file_ends_at(uint64_t end) {
  const std::lock_guard lock(mutex_);
  if (end_known_ && end >= end_) return;
  end_ = std::max(begin_, std::min(end, end_));
  end_known_ = to_the_end_ = true;
  item_.bytes_total = end_ - begin_;
  changed_.notify_all();
}

// ---- reading ----

void Reader::drop_read_units() {
  lent_ = nullptr;
  std::erase_if(units_, [](const UnitPtr& unit) {
    const bool read = unit->complete_ && unit->ready.empty();
    if (read) unit->release();
    return read;
  });
}

std::optional<ReadStream::Next> Reader::take_ready() {
  for (const UnitPtr& unit : units_) {
    const auto first = unit->ready.begin();
    const bool usable = first != unit->ready.end() && (!ordered_ || first->first == begin_ + handed_out_);
    if (usable) {
      const uint64_t begin = first->first, end = std::min(first->second, begin + kLongestPiece);
      const uint64_t rest = first->second;
      unit->ready.erase(first);
      if (end < rest) unit->ready[end] = rest;
      lent_ = unit;
      handed_out_ += end - begin;
      item_.bytes_done += end - begin;
      return ReadStream::Next{ReadStream::State::kPiece, {begin, unit->view(begin, end)}};
    }
    if (ordered_) return std::nullopt;
  }
  return std::nullopt;
}

// Nothing more can come.
Result<ReadStream::Next> Reader::finish() {
  if (handed_out_ != end_ - begin_) {
    return keep(Error::make(Code::kProtocol, file_.name + " is put together differently by different answers of CAS"));
  }
  const bool whole = begin_ == 0 && to_the_end_;
  if (whole && tree_.file_root() != file_.hash) {
    return keep(Error::make(Code::kIntegrity, file_.name + " came with other bytes than its Xet hash promises: found " +
                                                  tree_.file_root().text()));
  }
  item_.state = ItemState::kDone;
  return ReadStream::Next{};
}

// All of the first unit is there, but not what comes next.
bool Reader::stuck() const {
  if (!ordered_ || units_.empty()) return false;
  const Unit& first = *units_.front();
  return first.complete_ && !first.ready.empty() && first.ready.begin()->first != begin_ + handed_out_;
}

Result<ReadStream::Next> Reader::next(int64_t timeout_ms) {
  const SteadyTime deadline = after_ms(std::max<int64_t>(timeout_ms, 0));
  std::unique_lock lock(mutex_);
  drop_read_units();
  for (;;) {
    if (error_) return *error_;
    if (cancel_.requested()) return keep(cancel_.check().error());
    if (item_.state == ItemState::kWaiting) item_.state = ItemState::kRunning;
    drop_read_units();
    open_units();
    if (auto piece = take_ready()) return *piece;
    if (stuck() || (units_.empty() && opened_ >= end_)) return finish();
    const int64_t left = timeout_ms < 0 ? kPollMs : ms_until(deadline);
    if (left == 0) return ReadStream::Next{ReadStream::State::kPending, {}};
    fetcher_->poke();
    changed_.wait_for(lock, std::chrono::milliseconds(std::min(left, kPollMs)));
  }
}

void Reader::cancel() {
  cancel_.request();
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

// Workers may still be about; they own what they touch.
void Reader::close() {
  closed_ = true;
  fetcher_->close();
  const std::lock_guard lock(mutex_);
  lent_ = nullptr;
  units_.clear();
  unfolded_.clear();
}

class Stream final : public ReadStream {
 public:
  explicit Stream(std::shared_ptr<Reader> reader) : reader_(std::move(reader)) {}
  ~Stream() override { reader_->close(); }
  Result<Next> next(int64_t timeout_ms) override { return reader_->next(timeout_ms); }
  void cancel() override { reader_->cancel(); }
  const runtime::ItemProgress& progress() const override { return reader_->progress(); }

 private:
  const std::shared_ptr<Reader> reader_;
};

}  // namespace

Result<std::unique_ptr<ReadStream>> open_stream(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
                                                const StreamRequest& wanted, const Cancel& cancel) {
  StreamRequest request = wanted;
  if (request.hash.is_zero() && !request.size) request.size = 0;  // CAS does not know the empty file
  const std::string range = "the range from " + std::to_string(request.begin) + " to " +
                            (request.end ? std::to_string(*request.end) : "the end");
  if (request.end && request.begin > *request.end) return Error::make(Code::kArgument, range + " runs backwards");
  if (request.begin > 0 && request.size && request.begin >= *request.size) {
    return Error::make(Code::kArgument,
                       range + " begins after the end of a file of " + std::to_string(*request.size) + " bytes");
  }
  return std::unique_ptr<ReadStream>(
      std::make_unique<Stream>(std::make_shared<Reader>(std::move(engine), std::move(cas), request, cancel)));
}

}  // namespace hfhub::xet
