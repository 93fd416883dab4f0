#include "runtime/op.h"

#include <chrono>

namespace hfhub::runtime {

Op::~Op() = default;

void Op::complete(Result<OpResult> result) {
  std::vector<std::function<void()>> to_call;
  {
    const std::lock_guard lock(mutex_);
    if (result_) return;
    result_.emplace(std::move(result));
    if (wake_) wake_->signal();
    to_call.swap(on_ready_);
    changed_.notify_all();
  }
  for (const auto& ready : to_call) ready();
}

bool Op::wait(int64_t timeout_ms) const {
  std::unique_lock lock(mutex_);
  if (timeout_ms < 0) {
    changed_.wait(lock, [&] { return result_.has_value(); });
  } else if (timeout_ms > 0 && !result_) {
    const auto limit = std::chrono::milliseconds(std::min<int64_t>(timeout_ms, 365ll * 24 * 3600 * 1000));
    changed_.wait_for(lock, limit, [&] { return result_.has_value(); });
  }
  return result_.has_value();
}

const Result<OpResult>& Op::result() const {
  const std::lock_guard lock(mutex_);
  return *result_;  // never changes once set, so the reference stays good without the lock
}

Result<int> Op::ready_fd() {
  const std::lock_guard lock(mutex_);
  if (!wake_) {
    HFHUB_TRY(auto wake, platform::WakeFd::make());
    wake_.emplace(std::move(wake));
    if (result_) wake_->signal();
  }
  return wake_->fd();
}

void Op::on_ready(std::function<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!result_) {
      on_ready_.push_back(std::move(ready));
      return;
    }
  }
  ready();
}

Result<std::shared_ptr<Queue>> Queue::make() {
  HFHUB_TRY(auto wake, platform::WakeFd::make());
  return std::shared_ptr<Queue>(new Queue(std::move(wake)));
}

void Queue::add(const std::shared_ptr<Op>& op, uint64_t tag) {
  {
    const std::lock_guard lock(mutex_);
    ++outstanding_;
  }
  op->on_ready([weak = weak_from_this(), tag] {
    if (const auto queue = weak.lock()) queue->finished(tag);
  });
}

void Queue::finished(uint64_t tag) {
  const std::lock_guard lock(mutex_);
  if (ready_.empty()) wake_.signal();
  ready_.push_back(tag);
  changed_.notify_one();
}

Queue::Next Queue::next(int64_t timeout_ms, uint64_t* tag) {
  std::unique_lock lock(mutex_);
  const auto settled = [&] { return !ready_.empty() || outstanding_ == 0; };
  if (timeout_ms < 0) {
    changed_.wait(lock, settled);
  } else if (timeout_ms > 0) {
    changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), settled);
  }
  if (ready_.empty()) return outstanding_ == 0 ? Next::kEmpty : Next::kPending;
  *tag = ready_.front();
  ready_.pop_front();
  if (--outstanding_ == 0) changed_.notify_all();  // other waiters learn that nothing will come
  if (ready_.empty()) wake_.clear();
  return Next::kItem;
}

}  // namespace hfhub::runtime
