#include "xet/transfer/known_chunks.h"

#include <algorithm>

#include "base/clock.h"
#include "platform/file.h"

namespace hfhub::xet {
namespace {

constexpr size_t kMostKeys = 16;                   // each costs a keyed hash a chunk
constexpr uint64_t kLargestCached = 16u << 20;     // larger shards are not worth their memory
constexpr uint64_t kLifeSeconds = 21 * 24 * 3600;  // after that the server may have forgotten
constexpr size_t kMostQuestions = 100'000;

struct CachedShard {
  std::string path;
  uint64_t size = 0;
  double modified = 0;
};

std::vector<CachedShard> list_shards(const std::string& folder) {
  std::vector<CachedShard> out;
  const auto entries = platform::list_folder(folder);
  if (!entries.ok()) return out;
  for (const platform::Entry& entry : *entries) {
    if (entry.kind != platform::Kind::kFile || !entry.name.ends_with(".mdb")) continue;
    const std::string path = platform::join_path(folder, entry.name);
    const auto stat = platform::stat_path(path);
    if (stat.ok() && *stat) out.push_back({path, (*stat)->size, (*stat)->modified});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.modified > b.modified; });
  return out;
}

}  // namespace

KnownChunks::KnownChunks(std::string cache_dir, uint64_t max_chunks, uint64_t max_cache_bytes)
    : cache_dir_(std::move(cache_dir)),
      max_chunks_(max_chunks),
      max_cache_bytes_(max_cache_bytes),
      plain_(max_chunks) {}

// Everything is read before anything is believed.
Result<KnownChunks::Found> KnownChunks::read(ByteView shard, bool may_be_expired) {
  Found found;
  ShardView view;
  view.on_xorb = [&](const XorbRecord& xorb) -> Done {
    found.xorbs.push_back(xorb);
    return {};
  };
  HFHUB_CHECK(read_shard(shard, &view));
  if (view.footer) found.key = view.footer->key;
  const bool expired = view.footer && static_cast<double>(view.footer->expires_s) < wall_seconds();
  if (expired && !may_be_expired) return Error::make(Code::kProtocol, "the shard has expired");
  return found;
}

uint32_t KnownChunks::number_of(const Hash& xorb) {
  const auto [place, fresh] = numbers_.try_emplace(xorb, static_cast<uint32_t>(xorbs_.size()));
  if (fresh) xorbs_.push_back(xorb);
  return place->second;
}

void KnownChunks::insert(const Found& found) {
  const std::unique_lock lock(mutex_);
  ChunkTable* table = &plain_;
  if (!found.key.is_zero()) {
    const auto same = std::find_if(keyed_.begin(), keyed_.end(), [&](const Keyed& k) { return k.key == found.key; });
    if (same == keyed_.end()) {
      keyed_.push_front({found.key, ChunkTable(max_chunks_ / kMostKeys + 8192)});
      if (keyed_.size() > kMostKeys) keyed_.pop_back();
      table = &keyed_.front().table;
    } else {
      table = &same->table;
    }
  }
  for (const XorbRecord& xorb : found.xorbs) {
    const uint32_t number = number_of(xorb.hash);
    for (uint32_t i = 0; i < xorb.chunks.size(); ++i) table->add(xorb.chunks[i].hash, {number, i});
  }
}

void KnownChunks::load() {
  std::call_once(loaded_, [this] {
    for (const CachedShard& shard : list_shards(cache_dir_)) {
      if (plain_.size() >= max_chunks_ / 2) break;
      if (shard.size > kLargestCached) continue;
      const auto text = platform::read_text(shard.path, kLargestCached);
      if (!text.ok()) continue;
      if (auto found = read(as_bytes(*text), false); found.ok()) insert(*found);
    }
  });
}

std::optional<KnownPlace> KnownChunks::find(const Hash& chunk) const {
  const std::shared_lock lock(mutex_);
  if (const auto place = plain_.find(chunk)) return KnownPlace{xorbs_[place->xorb], place->index, false};
  for (const Keyed& keyed : keyed_) {
    if (const auto place = keyed.table.find(keyed_hash(keyed.key, chunk))) {
      return KnownPlace{xorbs_[place->xorb], place->index, true};
    }
  }
  return std::nullopt;
}

bool KnownChunks::has_xorb(const Hash& xorb) const {
  const std::shared_lock lock(mutex_);
  return numbers_.contains(xorb);
}

bool KnownChunks::first_question(const Hash& chunk) {
  const std::unique_lock lock(mutex_);
  if (asked_.size() >= kMostQuestions) asked_.clear();
  return asked_.insert(chunk).second;
}

Done KnownChunks::add_answer(std::string_view shard) {
  HFHUB_TRY(const Found found, read(as_bytes(shard), true));
  insert(found);
  ++answers_;
  return {};
}

void KnownChunks::keep(ByteView shard) {
  ShardWriter writer;
  ShardView view;
  Found found;
  view.on_xorb = [&](const XorbRecord& xorb) -> Done {
    writer.add_xorb(xorb);
    found.xorbs.push_back(xorb);
    return {};
  };
  if (!read_shard(shard, &view).ok() || found.xorbs.empty()) return;
  insert(found);
  ShardFooter footer;
  footer.created_s = static_cast<uint64_t>(wall_seconds());
  footer.expires_s = footer.created_s + kLifeSeconds;
  const Bytes bytes = writer.finish(footer);
  if (!platform::make_folders(cache_dir_).ok()) return;
  const std::string path = platform::join_path(cache_dir_, chunk_hash(bytes).text() + ".mdb");
  (void)platform::write_text_atomically(path, as_text(bytes));
  prune();
}

void KnownChunks::forget() {
  for (const CachedShard& shard : list_shards(cache_dir_)) (void)platform::remove_file(shard.path);
  const std::unique_lock lock(mutex_);
  plain_ = ChunkTable(max_chunks_);
  keyed_.clear();
  xorbs_.clear();
  numbers_.clear();
  asked_.clear();
}

void KnownChunks::prune() const {
  uint64_t total = 0;
  for (const CachedShard& shard : list_shards(cache_dir_)) {
    total += shard.size;
    if (total > max_cache_bytes_) (void)platform::remove_file(shard.path);
  }
}

}  // namespace hfhub::xet
