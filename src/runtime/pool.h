// Worker threads for blocking stories. Threads start on demand, up to a limit, and end with the pool.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/result.h"
#include "runtime/cancel.h"

namespace hfhub::runtime {

class Pool {
 public:
  explicit Pool(size_t max_threads);
  ~Pool();  // never joins: workers own what they need and end by themselves
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Fails only when not even one thread can be started.
  Done post(std::function<void()> task);

  // Runs body(0..count-1), at most `parallel` at a time, on pool threads and on the calling thread, which always takes
  // part: it works (slowly) even when the pool is full. Stops handing out indexes after the first error or when
  // `cancel` is requested; returns that first error once nothing runs any more.
  Done for_each(size_t count, size_t parallel, const Cancel& cancel, const std::function<Done(size_t)>& body);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hfhub::runtime
