// A user-visible operation: runs once, completes once, is waited for from any number of threads.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "platform/system.h"
#include "runtime/cancel.h"
#include "runtime/progress.h"

namespace hfhub::runtime {

struct OpResult {
  std::string path;                          // local file or folder; empty when the operation makes none
  std::shared_ptr<const json::Value> value;  // nullptr when the operation has no data to give
};

class Queue;

class Op : public std::enable_shared_from_this<Op> {
 public:
  explicit Op(Cancel cancel) : cancel_(std::move(cancel)) {}
  ~Op();

  const Cancel& cancel() const { return cancel_; }
  Progress& progress() { return progress_; }
  const Progress& progress() const { return progress_; }

  // Called once, by the story's runner.
  void complete(Result<OpResult> result);

  // True when complete. `timeout_ms` < 0 waits without limit, 0 only looks.
  bool wait(int64_t timeout_ms) const;
  bool done() const { return wait(0); }
  const Result<OpResult>& result() const;  // only after done()

  // A descriptor that becomes readable when the operation is complete; made on first use, owned by the op.
  Result<int> ready_fd();
  // Calls `ready` once, on the completing thread or at once when complete already.
  void on_ready(std::function<void()> ready);

  // True in a child process of the one that started the operation: its threads are gone and no lock may be taken.
  bool forked() const { return generation_ != platform::fork_generation(); }

 private:
  const uint64_t generation_ = platform::fork_generation();
  const Cancel cancel_;
  Progress progress_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<Result<OpResult>> result_;       // guarded by mutex_
  std::optional<platform::WakeFd> wake_;         // guarded by mutex_
  std::vector<std::function<void()>> on_ready_;  // guarded by mutex_
};

// Where finished operations line up, each with the caller's tag.
class Queue : public std::enable_shared_from_this<Queue> {
 public:
  static Result<std::shared_ptr<Queue>> make();
  void add(const std::shared_ptr<Op>& op, uint64_t tag);
  enum class Next { kItem, kPending, kEmpty };  // kEmpty: nothing finished and nothing outstanding
  Next next(int64_t timeout_ms, uint64_t* tag);
  int ready_fd() const { return wake_.fd(); }  // readable while something is finished
  bool forked() const { return generation_ != platform::fork_generation(); }

 private:
  explicit Queue(platform::WakeFd wake) : wake_(std::move(wake)) {}
  void finished(uint64_t tag);

  const uint64_t generation_ = platform::fork_generation();
  platform::WakeFd wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<uint64_t> ready_;  // guarded by mutex_
  size_t outstanding_ = 0;      // guarded by mutex_; added and not yet handed out
};

}  // namespace hfhub::runtime
