// What the line is like: how many requests are worth having at a time, how long they should be, and which one is slow.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace hfhub::xet {

class LineSpeed {
 public:
  enum class Mode { kUnknown, kSlow, kFast };
  explicit LineSpeed(size_t processors) : processors_(processors) {}

  // One connection moved so much in so many microseconds; the first bytes, which may have waited for us, not counted.
  struct Flow {
    uint64_t bytes = 0;
    int64_t us = 0;
    int64_t waited_us = 0;  // of that, until there were bytes: the rest of the time it was the line that waited for us
    bool ended = false;     // all that it was asked for
  };
  bool note(const Flow& flow);  // true when requests() may have changed
  void note_answer_time(int64_t ms);

  Mode mode() const { return mode_.load(std::memory_order_relaxed); }
  // Requests at a time, of at most `most`. A connection that fills a processor is used best by as many as there are
  // processors, or some more where pieces are so short that the wait for an answer counts; on a slower line more
  // connections are more speed, and an answer that takes long tells before any byte.
  size_t requests(size_t most) const;
  // Milliseconds that `bytes` take on a usual connection; -1 when too few pieces have ended to tell.
  int64_t usual_ms(uint64_t bytes) const;

 private:
  static constexpr size_t kSamples = 31;
  const size_t processors_;
  std::atomic<Mode> mode_{Mode::kUnknown};
  std::atomic<bool> short_pieces_{false};
  std::atomic<int64_t> answer_ms_{INT64_MAX};
  mutable std::mutex mutex_;
  std::array<double, kSamples> ms_per_mib_{};  // guarded by mutex_, as below
  size_t samples_ = 0;
  Flow pool_;  // of pieces that ended early
};

}  // namespace hfhub::xet
