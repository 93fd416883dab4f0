// Progress as counters that anybody may read at any time: one group, its items. Writers only add.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace hfhub::runtime {

enum class ItemState : uint32_t { kWaiting = 0, kRunning = 1, kDone = 2, kFailed = 3, kCached = 4 };

struct ItemProgress {
  explicit ItemProgress(std::string item_name, uint64_t size) : name(std::move(item_name)), bytes_total(size) {}
  const std::string name;
  std::atomic<uint64_t> bytes_total;
  std::atomic<uint64_t> bytes_done{0};     // verified or on disk, resumed bytes included
  std::atomic<uint64_t> resumed_bytes{0};  // of bytes_done: were on disk before this operation
  std::atomic<uint64_t> wire_bytes{0};     // moved over the network, repeats included
  std::atomic<ItemState> state{ItemState::kWaiting};
};

struct GroupSnapshot {
  uint64_t bytes_done = 0, bytes_total = 0, resumed_bytes = 0, wire_bytes = 0, rate_bytes_per_s = 0;
  uint32_t items_done = 0, items_total = 0, items_cached = 0;
  int64_t elapsed_ms = 0;
};

class Progress {
 public:
  // The item lives as long as the Progress. Names are file paths inside the repository.
  ItemProgress& add_item(std::string name, uint64_t size);
  size_t item_count() const;
  const ItemProgress* item(size_t index) const;  // nullptr past the end
  GroupSnapshot snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::deque<ItemProgress> items_;  // guarded by mutex_ for growth; a deque never moves its elements
  SteadyTime started_ = steady_now();
  // Rate window, guarded by mutex_.
  mutable SteadyTime rate_at_ = started_;
  mutable uint64_t rate_bytes_ = 0;
  mutable double rate_ = 0;
};

}  // namespace hfhub::runtime
