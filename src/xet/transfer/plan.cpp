#include "xet/transfer/plan.h"

#include <algorithm>
#include <unordered_map>

namespace hfhub::xet {
namespace {

struct NeededRange {
  FetchRange fetch;
  uint32_t range = 0;
  std::vector<Use> uses;
};

struct Xorb {
  Hash hash;
  std::vector<NeededRange> needed;
};

const FetchRange* covering(const Reconstruction& content, const Term& term) {
  const auto found = content.ranges.find(term.xorb);
  if (found == content.ranges.end()) return nullptr;
  for (const FetchRange& range : found->second) {
    if (range.chunk_begin <= term.chunk_begin && term.chunk_end <= range.chunk_end) return &range;
  }
  return nullptr;
}

// Groups what is needed by xorb, in order of first need.
class Collection {
 public:
  void add(uint32_t index, const WantedRange& wanted) {
    uint64_t at = wanted.begin - wanted.content->skip_bytes;
    for (uint32_t i = 0; i < wanted.content->terms.size(); ++i) {
      const Term& term = wanted.content->terms[i];
      const bool inside = at < wanted.end && at + term.bytes > wanted.begin;
      const FetchRange* fetch = inside ? covering(*wanted.content, term) : nullptr;
      if (fetch != nullptr) {
        needed(index, term.xorb, *fetch).uses.push_back({index, i, term.chunk_begin, term.chunk_end, at, term.bytes});
      }
      at += term.bytes;
    }
  }
  std::vector<Xorb> take() { return std::move(xorbs_); }

 private:
  NeededRange& needed(uint32_t index, const Hash& hash, const FetchRange& fetch) {
    const auto [at, fresh] = index_.try_emplace(hash, xorbs_.size());
    if (fresh) xorbs_.push_back({hash, {}});
    std::vector<NeededRange>& list = xorbs_[at->second].needed;
    // Terms of one range come together, so what they share is near the end.
    for (auto it = list.rbegin(); it != list.rend() && it->range == index; ++it) {
      if (it->fetch.chunk_begin == fetch.chunk_begin && it->fetch.byte_begin == fetch.byte_begin) return *it;
    }
    list.push_back({fetch, index, {}});
    return list.back();
  }

  std::unordered_map<Hash, size_t, HashHasher> index_;
  std::vector<Xorb> xorbs_;
};

bool by_position(const NeededRange& a, const NeededRange& b) {
  if (a.fetch.chunk_begin != b.fetch.chunk_begin) return a.fetch.chunk_begin < b.fetch.chunk_begin;
  return a.fetch.chunk_end > b.fetch.chunk_end;  // the longer one first: it makes the others superfluous
}

// Do the two share chunks? Chunks and bytes must agree about that; if they do not, somebody is wrong, and each range is
// taken at its own word. A range that begins where the run ends is better off alone: it is another request anyway, and
// would only have to wait until the run has been decoded.
bool shares(const Run& run, const FetchRange& next) {
  if (next.chunk_begin >= run.chunk_end || next.byte_begin >= run.byte_end()) return false;
  const bool inside = next.chunk_end <= run.chunk_end;
  return next.byte_begin >= run.byte_begin() && inside == (next.byte_end <= run.byte_end()) &&
         (next.chunk_end == run.chunk_end) == (next.byte_end == run.byte_end());
}

void extend(Run* run, NeededRange& needed) {
  if (needed.fetch.byte_end > run->byte_end()) {
    run->parts.push_back({run->byte_end(), needed.fetch.byte_end, needed.range, needed.fetch.url});
    run->chunk_end = needed.fetch.chunk_end;
  }
  run->uses.insert(run->uses.end(), needed.uses.begin(), needed.uses.end());
}

void merge(Xorb& xorb, std::vector<Run>* out) {
  std::stable_sort(xorb.needed.begin(), xorb.needed.end(), by_position);
  const size_t first = out->size();
  for (NeededRange& needed : xorb.needed) {
    if (out->size() > first && shares(out->back(), needed.fetch)) {
      extend(&out->back(), needed);
      continue;
    }
    const FetchRange& fetch = needed.fetch;
    Run run{xorb.hash, fetch.chunk_begin, fetch.chunk_end, {}, std::move(needed.uses)};
    run.parts.push_back({fetch.byte_begin, fetch.byte_end, needed.range, fetch.url});
    out->push_back(std::move(run));
  }
}

std::pair<uint32_t, uint64_t> first_need(const Run& run) {
  std::pair<uint32_t, uint64_t> first{UINT32_MAX, UINT64_MAX};
  for (const Use& use : run.uses) first = std::min(first, {use.range, use.offset});
  return first;
}

}  // namespace

std::vector<Run> plan_runs(std::span<const WantedRange> ranges) {
  Collection collection;
  for (size_t i = 0; i < ranges.size(); ++i) collection.add(static_cast<uint32_t>(i), ranges[i]);
  std::vector<Run> runs;
  for (Xorb& xorb : collection.take()) merge(xorb, &runs);
  std::vector<std::pair<std::pair<uint32_t, uint64_t>, size_t>> order;
  for (size_t i = 0; i < runs.size(); ++i) {
    std::stable_sort(runs[i].uses.begin(), runs[i].uses.end(),
                     [](const Use& a, const Use& b) { return a.chunk_begin < b.chunk_begin; });
    order.emplace_back(first_need(runs[i]), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Run> sorted;
  sorted.reserve(runs.size());
  for (const auto& [need, index] : order) sorted.push_back(std::move(runs[index]));
  return sorted;
}

}  // namespace hfhub::xet
