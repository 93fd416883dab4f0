// The memory of xorbs under construction and on their way: a share of the budget. Whoever waits for it makes others cut
// their half-full xorbs, so that nobody waits for an operation that its caller has left idle.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "platform/system.h"
#include "runtime/budget.h"
#include "runtime/cancel.h"

namespace hfhub::xet {

class XorbSpace {
 public:
  XorbSpace(std::shared_ptr<runtime::Budget> budget, uint64_t limit_bytes);

  struct Memory {
    platform::Pages pages;
    runtime::Budget::Ticket ticket;
  };
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept : space_(std::exchange(other.space_, nullptr)), memory_(std::move(other.memory_)) {}
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { release(); }
    void release();
    uint8_t* data() const { return memory_.pages.data(); }
    size_t size() const { return memory_.pages.size(); }

   private:
    friend class XorbSpace;
    Hold(XorbSpace& space, Memory memory) : space_(&space), memory_(std::move(memory)) {}
    XorbSpace* space_ = nullptr;
    Memory memory_;
  };

  // `bytes` or more.
  Result<Hold> acquire(uint64_t bytes, const runtime::Cancel& cancel);
  // While files are open, memory that is given back stays for the next: fresh memory is slow.
  void file_opened();
  void file_closed();

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
  std::optional<Memory> take_spare(uint64_t bytes);  // mutex_ held
  Result<Memory> make(uint64_t bytes, const runtime::Cancel& cancel);
  void relieve();
  void give_back(Memory memory);

  const std::shared_ptr<runtime::Budget> budget_;
  const uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  uint64_t used_ = 0;  // spare memory included
  std::vector<Memory> spare_;
  uint64_t open_files_ = 0;
  uint64_t next_number_ = 1;
  std::vector<Cutter> cutters_;
};

}  // namespace hfhub::xet
