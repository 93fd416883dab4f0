// One byte budget a session: whoever wants a buffer takes a ticket first and waits for it. Deadlock rule: nobody waits
// for a ticket while holding one whose release depends on that wait, so a transfer takes its whole window at once.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/result.h"
#include "runtime/cancel.h"

namespace hfhub::runtime {

class Budget : public std::enable_shared_from_this<Budget> {
 public:
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { release(); }
    uint64_t bytes() const { return bytes_; }
    void release();

   private:
    friend class Budget;
    Ticket(std::shared_ptr<Budget> budget, uint64_t bytes) : budget_(std::move(budget)), bytes_(bytes) {}
    std::shared_ptr<Budget> budget_;
    uint64_t bytes_ = 0;
  };

  explicit Budget(uint64_t total_bytes) : total_(total_bytes) {}

  // Waits in arrival order. A wish above the total is granted alone, when nothing else is out (and is the caller's bug
  // in all but the smallest budgets).
  Result<Ticket> acquire(uint64_t bytes, const Cancel& cancel);
  // Now or not at all, leaving at least `keep_free` for others and passing nobody who waits. For buffers that are kept
  // until something else moves on: whoever takes those only this way can stop nobody's acquire() for ever. An empty
  // ticket says no.
  Ticket try_acquire(uint64_t bytes, uint64_t keep_free);
  uint64_t total_bytes() const { return total_; }
  uint64_t used_bytes() const;
  uint64_t peak_bytes() const;

 private:
  void give_back(uint64_t bytes);

  const uint64_t total_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t used_ = 0;             // guarded by mutex_
  uint64_t peak_ = 0;             // guarded by mutex_
  uint64_t next_turn_ = 0;        // guarded by mutex_
  std::deque<uint64_t> waiting_;  // guarded by mutex_; turns in arrival order
};

}  // namespace hfhub::runtime
