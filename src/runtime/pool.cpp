#include "runtime/pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <optional>

#include "platform/system.h"

namespace hfhub::runtime {
namespace {

constexpr auto kIdleLimit = std::chrono::seconds(5);

}  // namespace

struct Pool::State {
  const size_t max_threads;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;  // guarded by mutex
  size_t threads = 0;                       // guarded by mutex
  size_t idle = 0;                          // guarded by mutex
  bool closed = false;                      // guarded by mutex

  explicit State(size_t limit) : max_threads(std::max<size_t>(1, limit)) {}
};

namespace {

// Runs tasks until the pool is closed, or nothing came for a while.
template <class State>
void work(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  for (;;) {
    ++state->idle;
    const bool woken =
        state->changed.wait_for(lock, kIdleLimit, [&] { return state->closed || !state->tasks.empty(); });
    --state->idle;
    if (state->tasks.empty() && (!woken || state->closed)) {
      --state->threads;
      return;
    }
    auto task = std::move(state->tasks.front());
    state->tasks.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what the task owns is released outside the lock
    lock.lock();
  }
}

}  // namespace

Pool::Pool(size_t max_threads) : state_(std::make_shared<State>(max_threads)) {}

Pool::~Pool() {
  const std::lock_guard lock(state_->mutex);
  state_->closed = true;
  state_->changed.notify_all();
}

Done Pool::post(std::function<void()> task) try {
  const std::lock_guard lock(state_->mutex);
  if (state_->idle <= state_->tasks.size() && state_->threads < state_->max_threads) {
    auto thread = platform::start_thread("hfhub-work", [state = state_] { work(state); });
    if (thread.ok()) {
      thread->detach();
      ++state_->threads;
    } else if (state_->threads == 0) {
      return std::move(thread).error();
    }
  }
  state_->tasks.push_back(std::move(task));
  state_->changed.notify_one();
  return {};
} catch (const std::bad_alloc&) {
  return Error::no_memory();
}

namespace {

// Shared by the threads of one for_each.
struct Batch {
  const size_t count;
  const Cancel cancel;
  const std::function<Done(size_t)>* body;  // valid while running > 0 or the caller is inside for_each
  std::mutex mutex;
  std::condition_variable changed;
  size_t next = 0;              // guarded by mutex
  size_t running = 0;           // guarded by mutex
  std::optional<Error> failed;  // guarded by mutex

  Batch(size_t n, Cancel c, const std::function<Done(size_t)>& b) : count(n), cancel(std::move(c)), body(&b) {}

  // An exception must not leave a thread, nor end for_each while others still run.
  Done call(size_t index) try { return (*body)(index); } catch (const std::bad_alloc&) {
    return Error::no_memory();
  } catch (const std::exception& error) {
    return Error::unexpected(error);
  }

  void run() {
    std::unique_lock lock(mutex);
    while (next < count && !failed && !cancel.requested()) {
      const size_t index = next++;
      ++running;
      lock.unlock();
      Done done = call(index);
      lock.lock();
      --running;
      // Others may stop because of the first failure, and be faster in saying so: the reason is what counts.
      if (!done.ok() && (!failed || failed->code == Code::kCancelled)) failed = std::move(done).error();
    }
    changed.notify_all();
  }
};

}  // namespace

Done Pool::for_each(size_t count, size_t parallel, const Cancel& cancel, const std::function<Done(size_t)>& body) {
  const auto batch = std::make_shared<Batch>(count, cancel, body);
  try {
    for (size_t i = 1; i < std::min(parallel, count); ++i) {
      if (!post([batch] { batch->run(); }).ok()) break;
    }
  } catch (const std::bad_alloc&) {
    // Fewer helpers, then. Those that were posted use `body`: nothing may leave here before they are through.
  }
  batch->run();
  std::unique_lock lock(batch->mutex);
  batch->changed.wait(lock, [&] { return batch->running == 0; });
  if (batch->failed) return *batch->failed;
  // A helper that starts only now finds nothing left to hand out and never touches `body`.
  batch->next = batch->count;
  return cancel.check();
}

}  // namespace hfhub::runtime
