#include "xet/transfer/block_pool.h"

#include <utility>

#include "xet/format/xorb.h"

namespace hfhub::xet {

using runtime::Cancel;

BlockPool::BlockPool(std::shared_ptr<runtime::Budget> budget, uint64_t raw_bytes, uint64_t limit)
    : budget_(std::move(budget)), raw_bytes_(raw_bytes), limit_(limit) {}

Result<std::unique_ptr<Block>> BlockPool::take(const Cancel& cancel) {
  const auto guard = cancel.on_request([this] { changed_.notify_all(); });
  {
    std::unique_lock lock(mutex_);
    while (spare_.empty() && made_ >= limit_) {
      HFHUB_CHECK(cancel.check());
      changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
    }
    HFHUB_CHECK(cancel.check());
    if (!spare_.empty()) {
      auto block = std::move(spare_.back());
      spare_.pop_back();
      return block;
    }
    ++made_;
  }
  auto block = make(cancel);
  if (block.ok()) return block;
  const std::lock_guard lock(mutex_);
  --made_;
  changed_.notify_all();
  return block;
}

Result<std::unique_ptr<Block>> BlockPool::make(const Cancel& cancel) {
  const uint64_t records = raw_bytes_ + kChunkHeaderBytes * (raw_bytes_ / kMinChunkBytes + 2);
  auto block = std::make_unique<Block>();
  HFHUB_TRY(block->ticket, budget_->acquire(raw_bytes_ + records, cancel));
  HFHUB_TRY(block->memory, platform::Pages::map(raw_bytes_ + records));
  block->raw = block->memory.data();
  block->out = block->raw + raw_bytes_;
  return block;
}

void BlockPool::give(std::unique_ptr<Block> block) {
  block->pieces.clear();
  {
    const std::lock_guard lock(mutex_);
    if (open_files_ > 0) spare_.push_back(std::move(block));
    else --made_;
  }
  changed_.notify_all();
}

void BlockPool::file_opened() {
  const std::lock_guard lock(mutex_);
  ++open_files_;
}

void BlockPool::file_closed() {
  std::vector<std::unique_ptr<Block>> unused;
  const std::lock_guard lock(mutex_);
  if (--open_files_ > 0) return;
  made_ -= spare_.size();
  std::swap(unused, spare_);
}

}  // namespace hfhub::xet
