#include "xet/transfer/xorb_space.h"

#include <algorithm>
#include <utility>

namespace hfhub::xet {

using runtime::Cancel;

XorbSpace::XorbSpace(std::shared_ptr<runtime::Budget> budget, uint64_t limit_bytes)
    : budget_(std::move(budget)), limit_(limit_bytes) {}

XorbSpace::Hold& XorbSpace::Hold::operator=(Hold&& other) noexcept {
  std::swap(space_, other.space_);
  std::swap(bytes_, other.bytes_);
  std::swap(ticket_, other.ticket_);
  return *this;
}

void XorbSpace::Hold::release() {
  ticket_.release();
  if (XorbSpace* space = std::exchange(space_, nullptr)) space->give_back(std::exchange(bytes_, 0));
}

Result<XorbSpace::Hold> XorbSpace::acquire(uint64_t bytes, const Cancel& cancel) {
  const Cancel::Guard guard = cancel.on_request([this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  // One alone may exceed the limit: a budget smaller than a xorb must not be the end of it.
  const auto fits = [&] { return used_ == 0 || used_ + bytes <= limit_; };
  while (!fits()) {
    HFHUB_CHECK(cancel.check());
    lock.unlock();
    relieve();
    lock.lock();
    if (fits()) break;
    changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
  }
  used_ += bytes;
  Hold hold;
  hold.space_ = this;
  hold.bytes_ = bytes;
  lock.unlock();
  HFHUB_TRY(hold.ticket_, budget_->acquire(bytes, cancel));
  return hold;
}

void XorbSpace::relieve() {
  std::vector<std::pair<std::shared_ptr<void>, std::function<void()>>> cuts;
  {
    const std::lock_guard lock(mutex_);
    for (const Cutter& cutter : cutters_) {
      if (auto owner = cutter.owner.lock()) cuts.emplace_back(std::move(owner), cutter.cut);
    }
  }
  for (const auto& [owner, cut] : cuts) cut();
}

uint64_t XorbSpace::on_pressure(std::weak_ptr<void> owner, std::function<void()> cut) {
  const std::lock_guard lock(mutex_);
  cutters_.push_back({next_number_, std::move(owner), std::move(cut)});
  return next_number_++;
}

void XorbSpace::forget(uint64_t number) {
  const std::lock_guard lock(mutex_);
  std::erase_if(cutters_, [&](const Cutter& cutter) { return cutter.number == number; });
}

void XorbSpace::give_back(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  changed_.notify_all();
}

}  // namespace hfhub::xet
