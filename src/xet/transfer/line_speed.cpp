#include "xet/transfer/line_speed.h"

#include <algorithm>

namespace hfhub::xet {
namespace {

constexpr double kMib = 1 << 20;
constexpr uint64_t kSampleBytes = 1u << 20;
constexpr int64_t kSampleUs = 5'000;
constexpr double kFastBytesPerUs = 200;  // 200 MB/s: beyond what parallel connections help with
constexpr double kSlowBytesPerUs = 100;
constexpr int64_t kDistantMs = 20;
constexpr size_t kFirstRequests = 4;
constexpr size_t kFewestSamples = 3;

}  // namespace

bool LineSpeed::note(const Flow& flow) {
  const auto bytes = static_cast<double>(flow.bytes);
  if (flow.ended && flow.bytes > 0) {
    const std::lock_guard lock(mutex_);
    ms_per_mib_[samples_++ % kSamples] = static_cast<double>(std::max<int64_t>(flow.us, 1)) / 1000 * kMib / bytes;
  }
  const Mode before = mode();
  if (flow.bytes < kSampleBytes && (flow.us < kSampleUs || before != Mode::kUnknown)) return false;
  const double rate = bytes / static_cast<double>(std::max<int64_t>(flow.waited_us, 1));
  Mode next = before;
  if (rate > kFastBytesPerUs) next = Mode::kFast;
  else if (before == Mode::kUnknown || rate < kSlowBytesPerUs) next = Mode::kSlow;
  mode_.store(next, std::memory_order_relaxed);
  return next != before;
}

void LineSpeed::note_answer_time(int64_t ms) {
  int64_t known = answer_ms_.load();
  while (ms < known && !answer_ms_.compare_exchange_weak(known, ms)) {
  }
}

size_t LineSpeed::requests(size_t most) const {
  switch (mode()) {
    case Mode::kFast: return std::min(most, std::max<size_t>(processors_, 2));
    case Mode::kSlow: return most;
    case Mode::kUnknown: break;
  }
  const int64_t answer_ms = answer_ms_.load();
  const bool distant = answer_ms != INT64_MAX && answer_ms >= kDistantMs;
  return distant ? most : std::min(most, kFirstRequests);
}

int64_t LineSpeed::usual_ms(uint64_t bytes) const {
  std::array<double, kSamples> sorted;
  size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    count = std::min(samples_, kSamples);
    sorted = ms_per_mib_;
  }
  if (count < kFewestSamples) return -1;
  const auto middle = sorted.begin() + static_cast<ptrdiff_t>(count / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<ptrdiff_t>(count));
  return static_cast<int64_t>(*middle * static_cast<double>(bytes) / kMib);
}

}  // namespace hfhub::xet
