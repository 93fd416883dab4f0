#include "cache/block_map.h"

#include <algorithm>

namespace hfhub::cache {

void BlockMap::reset(uint64_t size) {
  size_ = size;
  present_ = 0;
  first_incomplete_ = 0;
  parts_.clear();
  bits_.assign((block_count() + 7) / 8, 0);
}

void BlockMap::grow(uint64_t size) {
  if (size <= size_) return;
  const uint64_t tail = size_ % kBlockBytes == 0 ? 0 : size_ / kBlockBytes;
  const bool tail_was_full = size_ % kBlockBytes != 0 && complete(tail);
  const ByteRange tail_range{tail * kBlockBytes, size_};
  size_ = size;
  bits_.resize((block_count() + 7) / 8, 0);
  if (!tail_was_full) return;
  // The last block was complete only because the content ended inside it.
  bits_[tail / 8] = static_cast<uint8_t>(bits_[tail / 8] & ~(1u << (tail % 8)));
  parts_[tail] = {tail_range};
  first_incomplete_ = std::min(first_incomplete_, tail);
}

ByteRange BlockMap::block_range(uint64_t block) const {
  const uint64_t begin = block * kBlockBytes;
  return {begin, std::min(begin + kBlockBytes, size_)};
}

void BlockMap::set_complete(uint64_t block) {
  bits_[block / 8] = static_cast<uint8_t>(bits_[block / 8] | (1u << (block % 8)));
}

BlockMap::Blocks BlockMap::add(ByteRange range) {
  range.end = std::min(range.end, size_);
  if (range.begin >= range.end) return {};
  Blocks completed{UINT64_MAX, 0};
  const uint64_t last = block_count(range.end);
  for (uint64_t block = range.begin / kBlockBytes; block < last; ++block) {
    if (complete(block)) continue;
    const ByteRange whole = block_range(block);
    if (!add_part(block, {std::max(range.begin, whole.begin), std::min(range.end, whole.end)})) continue;
    completed.first = std::min(completed.first, block);
    completed.last = block + 1;
  }
  return completed;
}

bool BlockMap::add_part(uint64_t block, ByteRange range) {
  const uint64_t whole = block_range(block).size();
  if (range.size() == whole && !parts_.contains(block)) {  // the usual case, without an allocation
    present_ += whole;
    set_complete(block);
    return true;
  }
  std::vector<ByteRange>& parts = parts_[block];
  auto first = parts.begin();
  while (first != parts.end() && first->end < range.begin) ++first;
  auto last = first;
  while (last != parts.end() && last->begin <= range.end) {
    range = {std::min(range.begin, last->begin), std::max(range.end, last->end)};
    present_ -= last->size();
    ++last;
  }
  present_ += range.size();
  if (range.size() == whole) {
    parts_.erase(block);
    set_complete(block);
    return true;
  }
  if (first == last) {
    parts.insert(first, range);
  } else {
    *first = range;
    parts.erase(first + 1, last);
  }
  return false;
}

uint64_t BlockMap::prefix() const {
  while (first_incomplete_ < block_count() && complete(first_incomplete_)) ++first_incomplete_;
  if (first_incomplete_ >= block_count()) return size_;
  const uint64_t begin = first_incomplete_ * kBlockBytes;
  const auto part = parts_.find(first_incomplete_);
  if (part == parts_.end() || part->second.front().begin != begin) return begin;
  return part->second.front().end;
}

std::vector<ByteRange> BlockMap::missing() const {
  std::vector<ByteRange> gaps;
  const auto add_gap = [&](ByteRange gap) {
    if (gap.begin >= gap.end) return;
    if (!gaps.empty() && gaps.back().end == gap.begin) {
      gaps.back().end = gap.end;
    } else {
      gaps.push_back(gap);
    }
  };
  for (uint64_t block = prefix() / kBlockBytes; block < block_count(); ++block) {
    if (complete(block)) continue;
    ByteRange rest = block_range(block);
    if (const auto found = parts_.find(block); found != parts_.end()) {
      for (const ByteRange& part : found->second) {
        add_gap({rest.begin, part.begin});
        rest.begin = part.end;
      }
    }
    add_gap(rest);
  }
  return gaps;
}

bool BlockMap::load_bits(ByteView bits) {
  if (bits.size() != bits_.size()) return false;
  const uint64_t used = block_count() % 8;
  if (used != 0 && (bits.back() >> used) != 0) return false;
  reset(size_);
  bits_.assign(bits.begin(), bits.end());
  for (uint64_t block = 0; block < block_count(); ++block) {
    if (complete(block)) present_ += block_range(block).size();
  }
  return true;
}

}  // namespace hfhub::cache
