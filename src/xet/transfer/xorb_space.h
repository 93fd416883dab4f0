// The share of the budget that xorbs under construction and on their way may take. Whoever waits for it makes others cut
// their half-full xorbs, so that nobody waits for an operation that its caller has left idle.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/budget.h"
#include "runtime/cancel.h"

namespace hfhub::xet {

class XorbSpace {
 public:
  XorbSpace(std::shared_ptr<runtime::Budget> budget, uint64_t limit_bytes);

  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept
        : space_(std::exchange(other.space_, nullptr)), bytes_(other.bytes_), ticket_(std::move(other.ticket_)) {}
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { release(); }
    void release();

   private:
    friend class XorbSpace;
    XorbSpace* space_ = nullptr;
    uint64_t bytes_ = 0;
    runtime::Budget::Ticket ticket_;
  };

  Result<Hold> acquire(uint64_t bytes, const runtime::Cancel& cancel);

  // `cut` sends an open xorb on its way, if there is one; it must not block on XorbSpace and may be called on any thread.
  // Returns a number for forget().
  uint64_t on_pressure(std::weak_ptr<void> owner, std::function<void()> cut);
  void forget(uint64_t number);

 private:
  struct Cutter {
    uint64_t number;
    std::weak_ptr<void> owner;
    std::function<void()> cut;
  };
  void relieve();
  void give_back(uint64_t bytes);

  const std::shared_ptr<runtime::Budget> budget_;
  const uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t used_ = 0;            // guarded by mutex_
  uint64_t next_number_ = 1;     // guarded by mutex_
  std::vector<Cutter> cutters_;  // guarded by mutex_
};

}  // namespace hfhub::xet
