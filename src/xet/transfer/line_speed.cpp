#include "xet/transfer/line_speed.h"

#include <algorithm>
#include <utility>

namespace hfhub::xet {
namespace {

constexpr double kMib = 1 << 20;
constexpr uint64_t kSampleBytes = 1u << 20;
constexpr uint64_t kPoolBytes = 4u << 20;
// Nearby it is rather this machine than the line that takes the time.
struct Limits {
  double fast_bytes_per_us;  // (MB/s) beyond what parallel connections help with
  double slow_bytes_per_us;
  int64_t sample_us;  // what has moved so long says enough
};
constexpr Limits kUsualLimits{200, 100, 5'000};
constexpr Limits kNearbyLimits{50, 25, 50'000};
constexpr int64_t kNearbyMs = 2;
constexpr int64_t kDistantMs = 20;
constexpr size_t kFirstRequests = 4;
constexpr size_t kFewestSamples = 3;

}  // namespace

bool LineSpeed::note(const Flow& flow) {
  if (flow.ended && flow.bytes > 0) {
    const std::lock_guard lock(mutex_);
    ms_per_mib_[samples_++ % kSamples] =
        static_cast<double>(std::max<int64_t>(flow.us, 1)) / 1000 * kMib / static_cast<double>(flow.bytes);
  }
  const Mode before = mode();
  const Limits& limits = answer_ms_.load() <= kNearbyMs ? kNearbyLimits : kUsualLimits;
  Flow sample = flow;
  bool short_pieces = false;
  if (flow.bytes < kSampleBytes && (flow.us < limits.sample_us || before != Mode::kUnknown)) {
    if (!flow.ended) return false;
    const std::lock_guard lock(mutex_);  // pieces that are too short to tell do so together
    pool_.bytes += flow.bytes;
    pool_.waited_us += flow.waited_us;
    if (pool_.bytes < kPoolBytes) return false;
    sample = std::exchange(pool_, {});
    short_pieces = true;
  }
  const double rate = static_cast<double>(sample.bytes) / static_cast<double>(std::max<int64_t>(sample.waited_us, 1));
  Mode next = before;
  if (rate > limits.fast_bytes_per_us) next = Mode::kFast;
  else if (before == Mode::kUnknown || rate < limits.slow_bytes_per_us) next = Mode::kSlow;
  const bool other_pieces = short_pieces_.exchange(short_pieces) != short_pieces;
  mode_.store(next, std::memory_order_relaxed);
  return next != before || other_pieces;
}

void LineSpeed::note_answer_time(int64_t ms) {
  int64_t known = answer_ms_.load();
  while (ms < known && !answer_ms_.compare_exchange_weak(known, ms)) {
  }
}

size_t LineSpeed::requests(size_t most) const {
  switch (mode()) {
    case Mode::kFast: return std::min(most, std::max<size_t>(processors_, 2) * (short_pieces_.load() ? 3 : 1));
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
