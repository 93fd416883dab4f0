// Fetches runs: requests side by side, each run decoded from front to back, and no memory taken that is not there.
//
// The first outstanding piece of a run is decoded while it streams in. Pieces behind it are collected, each paid for
// before its request starts, and decoded by whoever finishes the piece before. Memory is only ever taken when it is free:
// a run's first piece needs none beyond the base, so there is always something that can go on, and nobody who waits for
// the budget waits for us.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "runtime/progress.h"
#include "xet/transfer/engine.h"
#include "xet/transfer/file_part.h"
#include "xet/transfer/line_speed.h"
#include "xet/transfer/run_decoder.h"

namespace hfhub::xet {

// Whose runs they are. wanted() is called with locks held and must not take any.
class RunTarget : public UseTarget {
 public:
  virtual UrlSource& source(uint32_t range) = 0;
  virtual runtime::ItemProgress& item(uint32_t range) = 0;  // counts the bytes on the wire
  virtual void run_over() = 0;                              // nothing more comes from one of the runs
};

class Fetcher : public std::enable_shared_from_this<Fetcher> {
 public:
  Fetcher(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas, const runtime::Cancel& cancel);

  void add_runs(std::vector<Run> runs, std::shared_ptr<RunTarget> target);
  // Something else that blocks on the network, by the same threads: planning what comes next.
  void add_task(std::function<void()> task);
  void note_answer_time(int64_t ms);  // of a small request

  // The calling thread works, too, until `over` says so or the cancellation is heard.
  void work_until(const std::function<bool()>& over);
  // Looks whether there is something to do that there was not before, such as memory.
  void poke();
  // Drops what waits and stops what runs. Nothing is started any more.
  void close();
  void wait_until_quiet();  // after close()

  CasClient& cas() { return *cas_; }
  Engine& engine() { return *engine_; }
  const runtime::Cancel& cancel() const { return cancel_; }

  // A buffer for other reading of chunks, with the same limits. Waits for one.
  class BufferLoan {
   public:
    BufferLoan(Fetcher& fetcher, std::unique_ptr<DecodeBuffer> buffer)
        : fetcher_(&fetcher), buffer_(std::move(buffer)) {}
    BufferLoan(BufferLoan&&) = default;
    BufferLoan& operator=(BufferLoan&&) = delete;
    ~BufferLoan() {
      if (buffer_) fetcher_->give_back(std::move(buffer_));
    }
    DecodeBuffer& operator*() { return *buffer_; }

   private:
    Fetcher* fetcher_;
    std::unique_ptr<DecodeBuffer> buffer_;
  };
  Result<BufferLoan> borrow_buffer();

 private:
  struct Piece;
  struct Hedge;
  struct ActiveRun;
  struct Job;
  using PiecePtr = std::shared_ptr<Piece>;
  using RunPtr = std::shared_ptr<ActiveRun>;

  // fetcher.cpp: who does what; all with mutex_ held
  Job pick();
  Job next_piece(bool heads_only);
  Job start_piece(const RunPtr& run);
  Job next_hedge();
  bool is_slow(const Piece& piece) const;
  bool activate(const RunPtr& run);
  bool take_base();
  void deactivate(ActiveRun& run);
  uint64_t cut_length(const ActiveRun& run, bool head) const;
  uint64_t paced_bytes() const;
  size_t task_limit() const;
  size_t allowed_pieces() const;
  bool may_start() const;
  void post_worker();
  std::vector<runtime::Cancel> drop_pieces(ActiveRun& run);
  void forget_run(const RunPtr& run);
  void stop_waiting(const RunPtr& run);

  // without it
  bool work_once();  // false: there was nothing to do
  bool watch();
  void run_job(Job& job);
  void finish_job(const Job& job);
  void give_back(std::unique_ptr<DecodeBuffer> buffer);
  void let_go();
  void end_run(const RunPtr& run);
  void fail_run(const RunPtr& run, const Error& error);
  void restart_run(const RunPtr& run, const Error& error);

  // fetch_piece.cpp: one piece, from the request to the last byte
  void fetch(const PiecePtr& piece);
  Done receive(Piece& piece);
  Done receive_once(Piece& piece);
  Done recover(Piece& piece, const Error& error, uint64_t progressed);
  Done absorb(Piece& piece, ByteView data);
  Done decode(ActiveRun& run, ByteView data);
  Done decode_collected(Piece& piece);
  void piece_complete(PiecePtr piece);
  runtime::Cancel new_cancel(Piece& piece);
  bool take_hedge(Piece& piece, Done* done);
  void count_wire(ActiveRun& run, uint64_t bytes);
  void fetch_hedge(const PiecePtr& piece, Hedge& hedge);
  Done receive_hedge(Piece& piece, Hedge& hedge);

  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<CasClient> cas_;
  const runtime::Cancel cancel_;
  const size_t parallel_;
  const uint64_t piece_bytes_;
  const size_t buffer_bytes_;
  const size_t most_buffers_;
  LineSpeed speed_;
  std::atomic<SteadyTime> heard_at_{steady_now()};  // from storage, by any piece

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable buffer_free_;
  // All guarded by mutex_.
  bool closed_ = false;
  std::deque<std::function<void()>> tasks_;
  std::deque<RunPtr> waiting_;  // not asked for to their ends
  std::vector<PiecePtr> running_;
  uint64_t unrequested_bytes_ = 0;
  size_t workers_ = 0;
  bool watched_ = false;  // somebody looks for slow transfers
  size_t posted_ = 0;
  size_t running_tasks_ = 0;
  size_t running_pieces_ = 0;     // hedges included
  std::vector<RunPtr> active_;    // runs that have pieces, or had some and go on
  runtime::Budget::Ticket base_;  // one run and one buffer
  bool base_run_ = false;         // a run uses the base
  std::vector<std::unique_ptr<DecodeBuffer>> buffers_;
  std::vector<runtime::Budget::Ticket> buffer_tickets_;
  size_t buffer_count_ = 0;
};

}  // namespace hfhub::xet
