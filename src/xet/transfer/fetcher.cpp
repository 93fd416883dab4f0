#include "xet/transfer/fetcher.h"

#include <algorithm>
#include <exception>

#include "platform/system.h"
#include "xet/transfer/fetch_state.h"

namespace hfhub::xet {
namespace {

constexpr uint64_t kMomentMs = 250;
constexpr uint64_t kSmallestPiece = 1u << 20;
constexpr uint64_t kUsualPiece = 4u << 20;
constexpr uint64_t kLongPiece = 16u << 20;
constexpr int64_t kPollMs = 20;
constexpr int64_t kSilentMs = 2'000;  // a transfer without a byte for so long is asked for again elsewhere
constexpr int64_t kSlowMs = 1'000;
constexpr int kSlowFactor = 3;
constexpr int kMostHedges = 2;  // a piece

size_t buffer_size(uint64_t budget_bytes) {
  return static_cast<size_t>(std::clamp<uint64_t>(budget_bytes / 256, kMaxChunkBytes, 1u << 20));
}

bool anybody_wants(const Run& run, RunTarget& target) {
  return std::any_of(run.uses.begin(), run.uses.end(), [&](const Use& use) { return target.wanted(use); });
}

}  // namespace

Fetcher::Fetcher(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas, const runtime::Cancel& cancel)
    : engine_(std::move(engine)),
      cas_(std::move(cas)),
      cancel_(cancel.child()),
      parallel_(static_cast<size_t>(std::max<uint64_t>(engine_->settings().parallel_downloads, 1))),
      piece_bytes_(std::max<uint64_t>(engine_->settings().piece_bytes, 1)),
      buffer_bytes_(buffer_size(engine_->budget().total_bytes())),
      most_buffers_(static_cast<size_t>(platform::cpu_count()) + 2),
      speed_(static_cast<size_t>(platform::cpu_count())) {}

// ---- work comes in ----

void Fetcher::add_runs(std::vector<Run> runs, std::shared_ptr<RunTarget> target) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  for (Run& run : runs) {
    unrequested_bytes_ += run.byte_end() - run.byte_begin();
    waiting_.push_back(std::make_shared<ActiveRun>(std::move(run), target));
  }
  post_worker();
  changed_.notify_all();
}

void Fetcher::add_task(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  tasks_.push_back(std::move(task));
  post_worker();
  changed_.notify_all();
}

void Fetcher::note_answer_time(int64_t ms) { speed_.note_answer_time(ms); }

void Fetcher::poke() {
  const std::lock_guard lock(mutex_);
  post_worker();
  changed_.notify_all();
}

void Fetcher::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  // What they own is released outside the lock: it may be the last to know the owner of this. One by one, because an empty
  // deque allocates, and this is for destructors.
  for (;;) {
    RunPtr run;
    std::function<void()> task;
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      run = std::move(waiting_.front());
      waiting_.pop_front();
    } else if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    } else {
      break;
    }
  }
  cancel_.request();
  changed_.notify_all();
  let_go();
}

void Fetcher::wait_until_quiet() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return workers_ == 0; });
    buffers_.clear();
    buffer_tickets_.clear();
    base_ = {};
  }
  let_go();
}

// Nobody works on the runs that were not ended any more: they and their pieces know each other, and their owner us.
void Fetcher::let_go() {
  std::vector<RunPtr> runs;
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ || workers_ > 0) return;
    runs.swap(active_);
  }
  for (const RunPtr& run : runs) run->pieces.clear();
}

// ---- workers ----

// Each worker that starts wakes the next one, as long as there is more to do; the last one watches over the others.
void Fetcher::post_worker() try {
  const bool unwatched = running_pieces_ > 0 && !watched_;
  if (closed_ || posted_ > 0 || !(may_start() || unwatched)) return;
  const auto posted = engine_->pool().post([self = shared_from_this()] {
    {
      const std::lock_guard lock(self->mutex_);
      --self->posted_;
      if (self->closed_) return;
      ++self->workers_;
    }
    while (self->work_once() || self->watch()) {
    }
    {
      const std::lock_guard lock(self->mutex_);
      --self->workers_;
      self->changed_.notify_all();
    }
    self->let_go();
  });
  if (posted.ok()) ++posted_;
} catch (const std::bad_alloc&) {
  return;  // whoever works already goes on
}

bool Fetcher::work_once() try {
  Job job;
  {
    const std::lock_guard lock(mutex_);
    job = pick();
    if (!job) return false;
    post_worker();
  }
  run_job(job);
  return true;
} catch (const std::bad_alloc&) {
  return false;  // nothing was started
}

// Waits a moment for something to happen, on behalf of all; false when there is nothing to wait for.
bool Fetcher::watch() {
  std::unique_lock lock(mutex_);
  if (closed_ || watched_ || running_pieces_ == 0) return false;
  watched_ = true;
  changed_.wait_for(lock, std::chrono::milliseconds(kPollMs));
  watched_ = false;
  return true;
}

void Fetcher::work_until(const std::function<bool()>& over) {
  while (!over() && !cancel_.requested()) {
    if (work_once() || watch()) continue;
    std::unique_lock lock(mutex_);
    if (!over()) changed_.wait_for(lock, std::chrono::milliseconds(kPollMs));
  }
}

void Fetcher::run_job(Job& job) {
  struct Finish {
    Fetcher& fetcher;
    const Job& job;
    ~Finish() { fetcher.finish_job(job); }
  } finish{*this, job};
  try {
    if (job.task) job.task();
    else if (job.unwanted) end_run(job.unwanted);
    else if (job.hedge) fetch_hedge(job.piece, *job.hedge);
    else fetch(job.piece);
  } catch (const std::bad_alloc&) {
    if (job.piece) fail_run(job.piece->run, Error::no_memory());
  } catch (const std::exception& error) {
    if (job.piece) {
      fail_run(job.piece->run, Error::unexpected(error));
    }
  }
}

void Fetcher::finish_job(const Job& job) {
  const std::lock_guard lock(mutex_);
  if (job.task) --running_tasks_;
  if (job.piece) --running_pieces_;
  if (job.piece && !job.hedge) std::erase(running_, job.piece);
  // While there is more to do, the one who has finished does it.
  if (closed_ || !may_start()) changed_.notify_all();
}

// ---- what to do next ----

size_t Fetcher::task_limit() const {
  if (running_pieces_ == 0 && waiting_.empty()) return 2 * parallel_;
  return std::max<size_t>(1, parallel_ / 4);
}

size_t Fetcher::allowed_pieces() const { return speed_.requests(parallel_); }

bool Fetcher::may_start() const {
  if (!tasks_.empty() && running_tasks_ < task_limit()) return true;
  return !waiting_.empty() && running_pieces_ < allowed_pieces();
}

Fetcher::Job Fetcher::pick() {
  if (closed_ || cancel_.requested()) return {};
  const auto next_task = [&] {
    Job job{std::move(tasks_.front()), nullptr, nullptr, nullptr};
    tasks_.pop_front();
    ++running_tasks_;
    return job;
  };
  if (!tasks_.empty() && running_tasks_ < task_limit()) return next_task();
  if (running_pieces_ < allowed_pieces()) {
    // Where one connection is enough for a processor, runs side by side need no memory that waits for anything.
    Job job = next_piece(speed_.mode() == LineSpeed::Mode::kFast);
    if (!job && speed_.mode() == LineSpeed::Mode::kFast) job = next_piece(false);
    if (job) return job;
  }
  if (!tasks_.empty() && running_tasks_ < 2 * parallel_) return next_task();
  return next_hedge();
}

Fetcher::Job Fetcher::next_piece(bool heads_only) {
  bool memory = !heads_only;
  for (size_t i = 0; i < waiting_.size(); ++i) {
    const RunPtr run = waiting_[i];
    const bool head = run->pieces.empty();
    if (!anybody_wants(run->plan, *run->target)) {
      if (!head) continue;
      forget_run(run);
      return {nullptr, nullptr, nullptr, run};
    }
    if (head) {
      if (!run->active && !activate(run)) return {};
      return start_piece(run);
    }
    if (!memory) continue;
    if (Job job = start_piece(run)) return job;
    memory = false;  // later pieces of other runs would only get what this one waits for
  }
  return {};
}

// Nothing when the memory for a piece that must wait is not there.
Fetcher::Job Fetcher::start_piece(const RunPtr& run) {
  const bool head = run->pieces.empty();
  const RunPart& part = run->plan.parts[run->next_part];
  const uint64_t end = std::min(part.byte_end, run->next_byte + cut_length(*run, head));
  const auto piece = std::make_shared<Piece>(run, run->next_part, run->next_byte, end);
  if (head) {
    piece->head = true;
  } else {
    runtime::Budget& budget = engine_->budget();
    piece->memory = budget.try_acquire(end - run->next_byte, budget.total_bytes() / 2);
    if (piece->memory.bytes() == 0) return {};
    piece->buffer.reset(new uint8_t[end - run->next_byte]);
  }
  running_.reserve(running_.size() + 1);  // either all of the following happens or none
  run->pieces.push_back(piece);
  running_.push_back(piece);
  ++running_pieces_;
  unrequested_bytes_ -= end - run->next_byte;
  run->next_byte = end;
  if (end == part.byte_end) ++run->next_part;
  if (run->next_part == run->plan.parts.size()) stop_waiting(run);
  return {nullptr, piece, nullptr, nullptr};
}

// What a connection moves in a moment. Pieces that wait for an earlier one to be decoded are in memory alone: they are lost
// with a process that is killed, so none is longer than the line needs to be busy.
uint64_t Fetcher::paced_bytes() const {
  const int64_t ms_per_mib = speed_.usual_ms(1u << 20);
  if (ms_per_mib < 0) return kUsualPiece / 4;
  return std::max<uint64_t>((uint64_t{1} << 20) * kMomentMs / static_cast<uint64_t>(ms_per_mib + 1), kSmallestPiece);
}

// All that is left is shared among the connections. On a fast line a request is long, but not so long that one of them
// is left with the last run alone.
uint64_t Fetcher::cut_length(const ActiveRun& run, bool head) const {
  const uint64_t left = run.plan.parts[run.next_part].byte_end - run.next_byte;
  const uint64_t share = unrequested_bytes_ / std::max<size_t>(allowed_pieces(), 1);
  const bool fast = speed_.mode() == LineSpeed::Mode::kFast;
  // What is decoded as it comes takes no memory, so a small budget need not mean many requests.
  const uint64_t most = std::min(head ? std::max(piece_bytes_, kUsualPiece) : piece_bytes_, paced_bytes());
  const uint64_t length =
      fast && head ? std::max(share / 2, kLongPiece) : std::clamp(share, std::min(kSmallestPiece, piece_bytes_), most);
  if (left >= length + length / 2) return length;
  return head ? left : std::min(left, piece_bytes_);  // no crumbs
}

// ---- memory ----

bool Fetcher::take_base() {
  if (base_.bytes() > 0) return true;
  runtime::Budget& budget = engine_->budget();
  const uint64_t bytes = DecodeBuffer::cost_bytes(buffer_bytes_) + RunDecoder::kCarryBytes;
  base_ = budget.try_acquire(bytes, budget.total_bytes() / 16);
  return base_.bytes() > 0;
}

// Room for the chunk that may be half there between two pieces.
bool Fetcher::activate(const RunPtr& run) {
  if (!take_base()) return false;
  active_.reserve(active_.size() + 1);  // either all of the following happens or none
  if (!base_run_) {
    base_run_ = run->on_base = true;
  } else {
    runtime::Budget& budget = engine_->budget();
    run->carry = budget.try_acquire(RunDecoder::kCarryBytes, budget.total_bytes() / 4);
    if (run->carry.bytes() == 0) return false;
  }
  run->active = true;
  active_.push_back(run);
  return true;
}

void Fetcher::deactivate(ActiveRun& run) {
  if (!std::exchange(run.active, false)) return;
  if (std::exchange(run.on_base, false)) base_run_ = false;
  run.carry = {};
  std::erase_if(active_, [&](const RunPtr& one) { return one.get() == &run; });
  if (!active_.empty() || buffers_.size() != buffer_count_) return;
  // Nothing is under way: whoever reads a stream slowly should not hold what others could use.
  buffers_.clear();
  buffer_tickets_.clear();
  buffer_count_ = 0;
  base_ = {};
}

Result<Fetcher::BufferLoan> Fetcher::borrow_buffer() {
  std::unique_lock lock(mutex_);
  for (;;) {
    HFHUB_CHECK(cancel_.check());
    if (!buffers_.empty()) {
      auto buffer = std::move(buffers_.back());
      buffers_.pop_back();
      return BufferLoan(*this, std::move(buffer));
    }
    bool more = buffer_count_ == 0 && take_base();
    if (buffer_count_ > 0 && buffer_count_ < most_buffers_) {
      runtime::Budget& budget = engine_->budget();
      auto ticket = budget.try_acquire(DecodeBuffer::cost_bytes(buffer_bytes_), budget.total_bytes() / 4);
      more = ticket.bytes() > 0;
      if (more) buffer_tickets_.push_back(std::move(ticket));
    }
    if (more) {
      auto buffer = std::make_unique<DecodeBuffer>(buffer_bytes_);
      buffers_.reserve(buffer_count_ + 1);  // give_back() is for destructors
      ++buffer_count_;
      return BufferLoan(*this, std::move(buffer));
    }
    buffer_free_.wait_for(lock, std::chrono::milliseconds(kPollMs));
  }
}

void Fetcher::give_back(std::unique_ptr<DecodeBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  buffers_.push_back(std::move(buffer));
  buffer_free_.notify_one();
}

// ---- slow transfers ----

bool Fetcher::is_slow(const Piece& piece) const {
  const uint64_t got = piece.got, from = piece.request_begin;
  if (piece.dropped || piece.absorbing || got >= piece.end || piece.hedges >= kMostHedges) return false;
  if (ms_since(piece.heard_at) > kSilentMs) return true;
  const int64_t elapsed = ms_since(piece.requested_at);
  const int64_t usual = speed_.usual_ms(piece.end - from);
  return usual >= 0 && elapsed > kSlowMs && elapsed > kSlowFactor * usual;
}

Fetcher::Job Fetcher::next_hedge() {
  if (running_pieces_ >= parallel_ + 1) return {};
  for (const PiecePtr& piece : running_) {
    if (piece->hedge || !is_slow(*piece)) continue;
    const uint64_t begin = piece->got, end = std::min(piece->end, begin + piece_bytes_);
    if (begin >= end) continue;
    runtime::Budget& budget = engine_->budget();
    auto memory = budget.try_acquire(end - begin, budget.total_bytes() / 4);
    if (memory.bytes() == 0) return {};
    piece->hedge = std::make_shared<Hedge>(begin, end, std::move(memory), cancel_.child());
    ++piece->hedges;
    ++running_pieces_;
    return {nullptr, piece, piece->hedge, nullptr};
  }
  return {};
}

// ---- the ends of runs ----

void Fetcher::forget_run(const RunPtr& run) {
  run->over = true;
  unrequested_bytes_ -= run->plan.byte_end() - run->next_byte;
  run->next_byte = run->plan.byte_end();
  stop_waiting(run);
}

// Runs are asked for in order, so it is near the front.
void Fetcher::stop_waiting(const RunPtr& run) {
  const auto at = std::find(waiting_.begin(), waiting_.end(), run);
  if (at != waiting_.end()) waiting_.erase(at);
}

// Returns what to cancel; nothing when there is no memory for it, and then they end by themselves a little later.
std::vector<runtime::Cancel> Fetcher::drop_pieces(ActiveRun& run) {
  std::vector<runtime::Cancel> cancels;
  bool noted = true;
  try {
    cancels.reserve(2 * run.pieces.size());
  } catch (const std::bad_alloc&) {
    noted = false;
  }
  for (const PiecePtr& piece : run.pieces) {
    piece->dropped = true;
    if (noted) cancels.push_back(piece->cancel);
    if (noted && piece->hedge) cancels.push_back(piece->hedge->cancel);
  }
  run.pieces.clear();
  return cancels;
}

void Fetcher::end_run(const RunPtr& run) {
  {
    const std::lock_guard lock(mutex_);
    run->over = true;
    deactivate(*run);
  }
  run->target->run_over();
}

void Fetcher::fail_run(const RunPtr& run, const Error& error) {
  std::vector<runtime::Cancel> cancels;
  {
    const std::lock_guard lock(mutex_);
    if (run->over) return;
    forget_run(run);
    cancels = drop_pieces(*run);
    deactivate(*run);
  }
  for (const runtime::Cancel& cancel : cancels) cancel.request();
  const uint32_t reached = run->reached;
  for (const Use& use : run->plan.uses) {
    if (use.chunk_end <= reached) continue;
    try {
      run->target->fail(use, error);
    } catch (const std::bad_alloc&) {
      run->target->fail(use, Error::no_memory());
    }
  }
  run->target->run_over();
}

// What came makes no sense. The connection may be to blame, so it is asked for once more, from the first chunk that could
// not be read. Called by whoever decodes the run.
void Fetcher::restart_run(const RunPtr& run, const Error& error) {
  std::vector<runtime::Cancel> cancels;
  bool restarted = false;
  {
    const std::lock_guard lock(mutex_);
    if (run->over) return;
    const bool something_left = run->decoder.position() < run->plan.byte_end();
    restarted = !std::exchange(run->restarted, true) && something_left;
    if (restarted) {
      engine_->log().write(runtime::LogLevel::kWarning, error.message + "; asking again");
      cancels = drop_pieces(*run);
      run->decoder.drop_open_chunk();
      if (run->next_part == run->plan.parts.size()) waiting_.push_front(run);
      const uint64_t position = run->decoder.position();
      unrequested_bytes_ += run->next_byte - position;
      run->next_byte = position;
      run->next_part = 0;
      while (run->plan.parts[run->next_part].byte_end <= position) ++run->next_part;
    }
  }
  if (!restarted) return fail_run(run, error);
  for (const runtime::Cancel& cancel : cancels) cancel.request();
}

}  // namespace hfhub::xet
