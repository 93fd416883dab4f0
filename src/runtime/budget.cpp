#include "runtime/budget.h"

#include <algorithm>
#include <utility>

namespace hfhub::runtime {

Budget::Ticket& Budget::Ticket::operator=(Ticket&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

void Budget::Ticket::release() {
  if (const auto budget = std::exchange(budget_, nullptr)) budget->give_back(std::exchange(bytes_, 0));
}

Result<Budget::Ticket> Budget::acquire(uint64_t bytes, const Cancel& cancel) {
  const Cancel::Guard guard = cancel.on_request([this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  const uint64_t turn = next_turn_++;
  waiting_.push_back(turn);
  const auto granted = [&] {
    return waiting_.front() == turn && (used_ == 0 || bytes <= total_ - std::min(total_, used_));
  };
  while (!granted() && !cancel.requested()) changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
  std::erase(waiting_, turn);
  changed_.notify_all();
  if (cancel.requested()) return cancel.check().error();
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return Ticket(shared_from_this(), bytes);
}

Budget::Ticket Budget::try_acquire(uint64_t bytes, uint64_t keep_free) {
  const std::lock_guard lock(mutex_);
  const uint64_t free = total_ - std::min(total_, used_);
  if (!waiting_.empty() || free < keep_free || bytes > free - keep_free) return {};
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  return Ticket(shared_from_this(), bytes);
}

void Budget::give_back(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  changed_.notify_all();
}

uint64_t Budget::used_bytes() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

uint64_t Budget::peak_bytes() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}

}  // namespace hfhub::runtime
