#include "cas_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace localhub {
namespace fs = std::filesystem;
namespace {

constexpr size_t kKeptIndexes = 512;  // 40 bytes a chunk, at most 320 KiB each
constexpr char kEmptySha256[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

void write_file(const std::string& temp, const std::string& path, std::initializer_list<std::string_view> pieces) {
  std::ofstream out(temp, std::ios::binary);
  for (std::string_view piece : pieces) out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path + ": disk full?");
  fs::create_directories(fs::path(path).parent_path());
  fs::rename(temp, path);
}

std::string fresh_name(const std::string& dir) {
  static std::atomic<uint64_t> counter{0};
  return dir + "/xorbs/tmp/" + std::to_string(getpid()) + "-" + std::to_string(++counter);
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::string read_at(const std::string& path, int64_t from, size_t count) {
  std::ifstream in(path, std::ios::binary);
  std::string out(count, '\0');
  in.seekg(from, from < 0 ? std::ios::end : std::ios::beg);
  in.read(out.data(), static_cast<std::streamsize>(count));
  if (!in) throw FormatError(path + " is cut short");
  return out;
}

}  // namespace

CasStore::CasStore(const std::string& data_dir) : dir_(data_dir) {
  fs::create_directories(dir_ + "/xorbs/tmp");
  fs::create_directories(dir_ + "/shards");
  refresh();
}

std::string CasStore::xorb_path(const XetHash& hash) const {
  std::string name = hash.text();
  return dir_ + "/xorbs/" + name.substr(0, 2) + "/" + name;
}

bool CasStore::has_xorb(const XetHash& hash) const { return fs::exists(xorb_path(hash)); }

XorbPtr CasStore::xorb(const XetHash& hash) {
  {
    std::lock_guard lock(index_mutex_);
    if (auto found = indexes_.find(hash); found != indexes_.end()) return found->second;
  }
  std::string path = xorb_path(hash);
  if (!fs::exists(path)) return nullptr;
  size_t size = footer_size(read_at(path, -4, 4));
  auto index = std::make_shared<const XorbIndex>(parse_footer(read_at(path, -static_cast<int64_t>(size), size)));
  std::lock_guard lock(index_mutex_);
  // Xorbs never change, so forgetting all of them now and then is all the eviction needed.
  if (indexes_.size() >= kKeptIndexes) indexes_.clear();
  return indexes_.emplace(hash, std::move(index)).first->second;
}

bool CasStore::put_xorb(const XorbIndex& index, std::string_view records) {
  // Same chunks in another packing have the same name: the first one stays.
  if (has_xorb(index.hash)) return false;
  write_file(fresh_name(dir_), xorb_path(index.hash), {records.substr(0, index.ends.back()), xorb_footer(index)});
  return true;
}

/// Takes in shards that are on disk but not in the tables: all at the start, later those that
/// another process has written.
void CasStore::refresh() {
  std::lock_guard refreshing(refresh_mutex_);
  struct stat info {};
  if (::stat((dir_ + "/shards").c_str(), &info) != 0) return;
  int64_t mtime_ns = int64_t{info.st_mtim.tv_sec} * 1000000000 + info.st_mtim.tv_nsec;
  if (mtime_ns == seen_mtime_ns_) return;
  seen_mtime_ns_ = mtime_ns;
  for (const auto& entry : fs::directory_iterator(dir_ + "/shards")) {
    auto name = XetHash::parse(entry.path().stem().string());
    if (!name || entry.path().extension() != ".mdb") continue;
    {
      std::shared_lock lock(mutex_);
      if (shard_names_.count(*name)) continue;
    }
    load(*name, parse_shard(read_whole(entry.path().string())));
  }
}

/// The chunks that files begin with: a client asks for them before it uploads an edited copy.
CasStore::HashSet CasStore::first_chunks(const Shard& shard) {
  HashSet out;
  for (const ShardFile& file : shard.files) {
    XorbPtr index = file.segments.empty() ? nullptr : xorb(file.segments[0].xorb);
    if (index) out.insert(index->chunks[file.segments[0].first].hash);
  }
  return out;
}

/// Puts a verified shard into the tables.
void CasStore::load(const XetHash& name, const Shard& shard) {
  HashSet starts = first_chunks(shard);
  std::unique_lock lock(mutex_);
  if (!shard_names_.insert(name).second) return;
  shards_.emplace_back();
  for (const ShardXorb& xorb : shard.xorbs) {
    auto number = static_cast<uint32_t>(xorbs_.size());
    xorbs_.push_back({xorb.hash, shards_.size() - 1});
    shards_.back().push_back(number);
    for (size_t i = 0; i < xorb.chunks.size(); ++i) {
      places_.emplace(xorb.chunks[i].hash, Place{number, static_cast<uint32_t>(i)});
      if (xorb.chunks[i].flags & kChunkIsCandidate) marked_.insert(xorb.chunks[i].hash);
    }
  }
  for (const ShardFile& file : shard.files) note_file(file);
  marked_.insert(starts.begin(), starts.end());
}

void CasStore::note_file(const ShardFile& file) {
  // The first description of a file stays, as in the shard parser of the real client.
  files_.emplace(file.hash, std::make_shared<const ShardFile>(file));
  if (file.sha256) by_sha256_.emplace(file.sha256->text(), file.hash);
  // Clients that hash nothing report zeros for an empty file.
  if (file.segments.empty()) by_sha256_.emplace(kEmptySha256, file.hash);
}

XetFilePtr CasStore::file(const XetHash& hash) {
  for (bool again : {false, true}) {
    if (again) refresh();
    std::shared_lock lock(mutex_);
    if (auto found = files_.find(hash); found != files_.end()) return found->second;
  }
  return nullptr;
}

XetFilePtr CasStore::file_of_sha256(const std::string& hex) {
  for (bool again : {false, true}) {
    if (again) refresh();
    std::shared_lock lock(mutex_);
    if (auto found = by_sha256_.find(hex); found != by_sha256_.end()) return files_.at(found->second);
  }
  return nullptr;
}

std::function<std::string_view()> CasStore::reader(XetFilePtr file) {
  auto piece = std::make_shared<std::string>();
  return [this, file, piece, next = size_t{0}]() mutable -> std::string_view {
    if (next == file->segments.size()) return {};
    const Segment& segment = file->segments[next++];
    XorbPtr index = xorb(segment.xorb);
    if (!index) throw FormatError("xorb " + segment.xorb.text() + " is gone");
    uint32_t from = index->record_start(segment.first), to = index->ends[segment.end - 1];
    *piece = unpack_records(read_at(xorb_path(segment.xorb), from, to - from));
    return *piece;
  };
}

CasStore::Counts CasStore::counts() {
  refresh();
  std::shared_lock lock(mutex_);
  return {files_.size(), xorbs_.size(), shards_.size(), places_.size()};
}

CasStore::Added CasStore::add_shard(Shard shard) {
  for (const ShardXorb& listed : shard.xorbs) verify_xorb(listed);
  for (const ShardFile& file : shard.files) verify_file(file);
  HashSet starts = first_chunks(shard);
  // Stored in one canonical form: equal content, equal name.
  auto by_hash = [](const auto& a, const auto& b) { return a.hash < b.hash; };
  std::sort(shard.files.begin(), shard.files.end(), by_hash);
  std::sort(shard.xorbs.begin(), shard.xorbs.end(), by_hash);
  for (ShardXorb& xorb : shard.xorbs)
    for (ShardChunk& chunk : xorb.chunks)
      if (starts.count(chunk.hash)) chunk.flags |= kChunkIsCandidate;
  std::string bytes = write_shard(shard);
  Added out{true, shard_hash(bytes)};
  {
    std::shared_lock lock(mutex_);
    out.fresh = shard_names_.count(out.hash) == 0;
  }
  if (!out.fresh) return out;
  write_file(fresh_name(dir_), dir_ + "/shards/" + out.hash.text() + ".mdb", {bytes});
  load(out.hash, shard);
  return out;
}

}  // namespace localhub
