// Cancellation as a tree: cancelling a node cancels what hangs below it. Cheap to copy, safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace hfhub::runtime {

class Cancel {
 public:
  Cancel();  // a root
  Cancel child() const;
  // A child that counts as cancelled from `deadline` on. Nobody wakes its waiters then: they notice within kPollMs.
  Cancel child_until(SteadyTime deadline) const;

  // Idempotent. Runs the registered wake-ups on this thread; they must only signal (a condition, a descriptor).
  void request() const;
  // Sets the flag only: no lock, no allocation, no wake-up. For signal handlers; waiters notice within kPollMs.
  void request_from_signal() const;
  bool requested() const;  // own flag or an ancestor's
  // kCancelled when requested, kTimeout when only the time is over, else ok.
  Done check() const;

  // Calls `wake` once when this node or an ancestor is cancelled, at once if it already is. Unhooked by the guard's end,
  // after which `wake` is not running any more.
  class Guard {
   public:
    Guard() = default;
    Guard(Guard&&) noexcept = default;
    Guard& operator=(Guard&&) noexcept;
    ~Guard();

   private:
    friend class Cancel;
    struct Hook;
    std::shared_ptr<Hook> hook_;
  };
  Guard on_request(std::function<void()> wake) const;

  // Sleeps until `deadline` or cancellation; kCancelled in the second case.
  Done sleep_until(SteadyTime deadline) const;

  static constexpr int64_t kPollMs = 100;

 private:
  struct Node;
  explicit Cancel(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;
};

}  // namespace hfhub::runtime
