#include "parking.h"

#include <algorithm>
#include <chrono>

namespace localhub {
namespace {

int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Parking::Parking(std::function<void()> tick) : tick_(std::move(tick)), thread_([this] { run(); }) {}

Parking::~Parking() {
  close();
  thread_.join();
}

bool Parking::park(MHD_Connection* connection, int64_t ms) {
  std::lock_guard lock(mutex_);
  if (closing_) return false;
  // Suspended before it can be found by the timer: a resume must never come first.
  MHD_suspend_connection(connection);
  due_.emplace(steady_ms() + ms, connection);
  wake_.notify_one();
  return true;
}

void Parking::close() {
  std::lock_guard lock(mutex_);
  closing_ = true;
  for (auto& [when, connection] : due_) MHD_resume_connection(connection);
  due_.clear();
  wake_.notify_one();
}

void Parking::run() {
  int64_t next_tick = steady_ms() + 200;
  std::unique_lock lock(mutex_);
  while (!closing_) {
    int64_t now = steady_ms();
    while (!due_.empty() && due_.begin()->first <= now) {
      MHD_resume_connection(due_.begin()->second);
      due_.erase(due_.begin());
    }
    if (now >= next_tick) {
      lock.unlock();
      tick_();
      lock.lock();
      next_tick = steady_ms() + 200;
      continue;
    }
    int64_t until = due_.empty() ? next_tick : std::min(next_tick, due_.begin()->first);
    wake_.wait_for(lock, std::chrono::milliseconds(std::max<int64_t>(1, until - now)));
  }
}

}  // namespace localhub
