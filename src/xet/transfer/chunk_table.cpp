#include "xet/transfer/chunk_table.h"

#include <utility>

namespace hfhub::xet {
namespace {

constexpr size_t kFirstEntries = 1024;
constexpr uint32_t kFree = UINT32_MAX;

}  // namespace

const ChunkTable::Entry* ChunkTable::Part::find(uint64_t word0, uint64_t word1) const {
  if (entries.empty()) return nullptr;
  const size_t mask = entries.size() - 1;
  for (size_t at = static_cast<size_t>(word0) & mask;; at = (at + 1) & mask) {
    const Entry& entry = entries[at];
    if (entry.place.xorb == kFree) return nullptr;
    if (entry.word0 == word0 && entry.word1 == word1) return &entry;
  }
}

void ChunkTable::Part::grow() {
  std::vector<Entry> before = std::exchange(entries, {});
  entries.resize(before.empty() ? kFirstEntries : before.size() * 2);
  used = 0;
  for (const Entry& entry : before) {
    if (entry.place.xorb != kFree) add(entry);
  }
}

void ChunkTable::Part::add(const Entry& entry) {
  if (used + 1 > entries.size() / 8 * 7) grow();
  const size_t mask = entries.size() - 1;
  size_t at = static_cast<size_t>(entry.word0) & mask;
  while (entries[at].place.xorb != kFree) at = (at + 1) & mask;
  entries[at] = entry;
  ++used;
}

void ChunkTable::add(const Hash& hash, ChunkPlace place) {
  const uint64_t word0 = hash.word(0), word1 = hash.word(1);
  if (young_.find(word0, word1) != nullptr) return;
  if (young_.used >= half_) old_ = std::exchange(young_, {});
  young_.add({word0, word1, place});
}

std::optional<ChunkPlace> ChunkTable::find(const Hash& hash) const {
  const uint64_t word0 = hash.word(0), word1 = hash.word(1);
  const Entry* entry = young_.find(word0, word1);
  if (entry == nullptr) entry = old_.find(word0, word1);
  if (entry == nullptr) return std::nullopt;
  return entry->place;
}

}  // namespace hfhub::xet
