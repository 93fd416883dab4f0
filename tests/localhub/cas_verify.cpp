// What an upload has to prove, and what a deduplication query may learn.
#include <random>

#include "cas_store.h"
#include "text.h"

namespace localhub {
namespace {

constexpr size_t kChunksInAnAnswer = 4000;  // about what the real CAS sends
constexpr uint64_t kKeyLife_s = 7 * 24 * 3600;

XetHash random_key() {
  std::random_device device;
  XetHash out;
  for (unsigned char& byte : out.bytes) byte = static_cast<unsigned char>(device());
  return out;
}

ShardXorb keyed_xorb(const XorbIndex& index, const XetHash& key) {
  ShardXorb out;
  out.hash = index.hash;
  for (const ChunkName& chunk : index.chunks) {
    out.chunks.push_back({keyed(key, chunk.hash), out.unpacked, static_cast<uint32_t>(chunk.length), 0});
    out.unpacked += static_cast<uint32_t>(chunk.length);
  }
  return out;
}

}  // namespace

void CasStore::verify_xorb(const ShardXorb& listed) {
  XorbPtr stored = xorb(listed.hash);
  if (!stored) throw FormatError("the shard lists xorb " + listed.hash.text() + ", which was not uploaded");
  bool same = listed.chunks.size() == stored->chunks.size();
  uint64_t at = 0;
  for (size_t i = 0; same && i < listed.chunks.size(); ++i) {
    const ShardChunk& chunk = listed.chunks[i];
    same = chunk.hash == stored->chunks[i].hash && chunk.length == stored->chunks[i].length && chunk.start == at;
    at += chunk.length;
  }
  if (!same || listed.unpacked != at)
    throw FormatError("the shard's list of chunks is not what xorb " + listed.hash.text() + " holds");
}

void CasStore::verify_file(const ShardFile& file) {
  std::string name = "file " + file.hash.text();
  if (!file.verified && !file.segments.empty()) throw FormatError(name + " has no verification entries");
  std::vector<ChunkName> chunks;
  for (size_t i = 0; i < file.segments.size(); ++i) {
    const Segment& segment = file.segments[i];
    XorbPtr stored = xorb(segment.xorb);
    if (!stored) throw FormatError(name + " needs xorb " + segment.xorb.text() + ", which is not stored");
    if (segment.first >= segment.end || segment.end > stored->chunks.size())
      throw FormatError(name + " names chunks beyond the end of xorb " + segment.xorb.text());
    if (stored->unpacked(segment.first, segment.end) != segment.bytes)
      throw FormatError(name + " has a segment of a wrong length");
    const ChunkName* first = &stored->chunks[segment.first];
    if (range_hash(first, segment.end - segment.first) != file.proofs[i])
      throw FormatError(name + " has a wrong verification hash");
    chunks.insert(chunks.end(), first, first + (segment.end - segment.first));
  }
  if (file_hash(chunks) != file.hash) throw FormatError(name + " is not what its segments add up to");
}

bool CasStore::is_candidate(const XetHash& chunk, Place& place) {
  std::shared_lock lock(mutex_);
  auto found = places_.find(chunk);
  if (found == places_.end()) return false;
  place = found->second;
  return is_dedup_candidate(chunk) || marked_.count(chunk) != 0;
}

std::optional<std::string> CasStore::keyed_shard(const XetHash& chunk) {
  Place place;
  if (!is_candidate(chunk, place)) {
    refresh();
    if (!is_candidate(chunk, place)) return std::nullopt;
  }
  std::vector<XetHash> names;
  {
    // The xorb that has the chunk and those that came with it: likely the rest of the same file.
    std::shared_lock lock(mutex_);
    names.push_back(xorbs_[place.xorb].name);
    for (uint32_t other : shards_[xorbs_[place.xorb].shard])
      if (other != place.xorb) names.push_back(xorbs_[other].name);
  }
  Shard answer;
  answer.key = random_key();
  answer.created_s = static_cast<uint64_t>(now_ms() / 1000);
  answer.expires_s = answer.created_s + kKeyLife_s;
  size_t count = 0;
  for (const XetHash& name : names) {
    XorbPtr index = xorb(name);
    if (!index || count >= kChunksInAnAnswer) continue;
    answer.xorbs.push_back(keyed_xorb(*index, answer.key));
    count += index->chunks.size();
  }
  return write_shard(answer);
}

std::optional<Segment> CasStore::find_chunk(const XetHash& chunk) {
  std::shared_lock lock(mutex_);
  auto found = places_.find(chunk);
  if (found == places_.end()) return std::nullopt;
  const Place& place = found->second;
  return Segment{xorbs_[place.xorb].name, 0, place.chunk, place.chunk + 1};
}

}  // namespace localhub
