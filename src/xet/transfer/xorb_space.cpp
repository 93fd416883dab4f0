#include "xet/transfer/xorb_space.h"

#include <algorithm>
#include <utility>

namespace hfhub::xet {

using runtime::Cancel;

XorbSpace::XorbSpace(std::shared_ptr<runtime::Budget> budget, uint64_t limit_bytes)
    : budget_(std::move(budget)), limit_(limit_bytes) {}

XorbSpace::Hold& XorbSpace::Hold::operator=(Hold&& other) noexcept {
  std::swap(space_, other.space_);
  std::swap(memory_, other.memory_);
  return *this;
}

void XorbSpace::Hold::release() {
  if (XorbSpace* space = std::exchange(space_, nullptr)) space->give_back(std::exchange(memory_, {}));
}

Result<XorbSpace::Hold> XorbSpace::acquire(uint64_t bytes, const Cancel& cancel) {
  const Cancel::Guard guard = cancel.on_request([this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  // One alone may exceed the limit: a budget smaller than a xorb must not be the end of it.
  const auto fits = [&] { return used_ == 0 || used_ + bytes <= limit_; };
  for (;;) {
    if (auto spare = take_spare(bytes)) return Hold(*this, *std::move(spare));
    if (fits()) break;
    HFHUB_CHECK(cancel.check());
    lock.unlock();
    relieve();
    lock.lock();
    if (spare_.empty() && !fits()) changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
  }
  used_ += bytes;
  lock.unlock();
  auto memory = make(bytes, cancel);
  if (memory.ok()) return Hold(*this, *std::move(memory));
  lock.lock();
  used_ -= bytes;
  changed_.notify_all();
  return std::move(memory).error();
}

// What is too small makes room: files that were announced meanwhile made xorbs larger.
std::optional<XorbSpace::Memory> XorbSpace::take_spare(uint64_t bytes) {
  while (!spare_.empty()) {
    Memory memory = std::move(spare_.back());
    spare_.pop_back();
    if (memory.pages.size() >= bytes) return memory;
    used_ -= memory.pages.size();
  }
  return std::nullopt;
}

Result<XorbSpace::Memory> XorbSpace::make(uint64_t bytes, const Cancel& cancel) {
  Memory memory;
  HFHUB_TRY(memory.ticket, budget_->acquire(bytes, cancel));
  HFHUB_TRY(memory.pages, platform::Pages::map(bytes));
  return memory;
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

void XorbSpace::file_opened() {
  const std::lock_guard lock(mutex_);
  ++open_files_;
}

void XorbSpace::file_closed() {
  std::vector<Memory> unused;
  const std::lock_guard lock(mutex_);
  if (--open_files_ > 0) return;
  std::swap(unused, spare_);
  for (const Memory& memory : unused) used_ -= memory.pages.size();
  changed_.notify_all();
}

void XorbSpace::give_back(Memory memory) {
  const std::lock_guard lock(mutex_);
  if (open_files_ > 0) spare_.push_back(std::move(memory));
  else used_ -= memory.pages.size();
  changed_.notify_all();
}

}  // namespace hfhub::xet
