#include "runtime/progress.h"

namespace hfhub::runtime {
namespace {

constexpr int64_t kRateWindowMs = 500;

}  // namespace

ItemProgress& Progress::add_item(std::string name, uint64_t size) {
  const std::lock_guard lock(mutex_);
  return items_.emplace_back(std::move(name), size);
}

size_t Progress::item_count() const {
  const std::lock_guard lock(mutex_);
  return items_.size();
}

const ItemProgress* Progress::item(size_t index) const {
  const std::lock_guard lock(mutex_);
  return index < items_.size() ? &items_[index] : nullptr;
}

GroupSnapshot Progress::snapshot() const {
  const std::lock_guard lock(mutex_);
  GroupSnapshot out;
  for (const ItemProgress& item : items_) {
    const ItemState state = item.state.load();
    out.bytes_done += item.bytes_done.load();
    out.bytes_total += item.bytes_total.load();
    out.resumed_bytes += item.resumed_bytes.load();
    out.wire_bytes += item.wire_bytes.load();
    out.items_done += state == ItemState::kDone || state == ItemState::kCached;
    out.items_cached += state == ItemState::kCached;
  }
  out.items_total = static_cast<uint32_t>(items_.size());
  out.elapsed_ms = ms_since(started_);
  if (const int64_t window = ms_since(rate_at_); window >= kRateWindowMs) {
    const double now = static_cast<double>(out.wire_bytes - rate_bytes_) * 1000.0 / static_cast<double>(window);
    rate_ = rate_ == 0 ? now : 0.6 * rate_ + 0.4 * now;  // smoothed: a bar that jumps cannot be read
    rate_at_ = steady_now();
    rate_bytes_ = out.wire_bytes;
  }
  out.rate_bytes_per_s = static_cast<uint64_t>(rate_);
  return out;
}

}  // namespace hfhub::runtime
