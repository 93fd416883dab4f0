// Content that an admin call or `seed-demo` brings in becomes xorbs and a shard, as if a client
// had uploaded it: chunk, look for known chunks, pack the others, register.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cas_store.h"
#include "chunker.h"

namespace localhub {
namespace {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (fd < 0 || ::fstat(fd, &info) != 0) throw std::runtime_error("cannot read " + path);
    size_ = static_cast<size_t>(info.st_size);
    if (size_ > 0) start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (start_ == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() {
    if (size_ > 0) ::munmap(start_, size_);
  }
  std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  void* start_ = nullptr;
  size_t size_ = 0;
};

}  // namespace

/// One file on its way in. New chunks go to the xorb under construction, whose segments have the
/// zero hash until it is finished.
class CasStore::Ingest {
 public:
  explicit Ingest(CasStore& store) : store_(store) {}

  void add(std::string_view chunk) {
    XetHash hash = chunk_hash(chunk);
    chunks_.push_back({hash, chunk.size()});
    Segment found = locate(hash, chunk);
    found.bytes = static_cast<uint32_t>(chunk.size());
    if (!file_.segments.empty()) {
      Segment& last = file_.segments.back();
      if (last.xorb == found.xorb && last.end == found.first) {
        last.end = found.end;
        last.bytes += found.bytes;
        return;
      }
    }
    file_.segments.push_back(found);
  }

  XetHash finish(const std::string& sha256) {
    if (!xorb_.empty()) cut();
    file_.hash = file_hash(chunks_);
    file_.verified = true;
    file_.sha256 = XetHash::parse(sha256);
    size_t at = 0;
    for (const Segment& segment : file_.segments) {
      size_t count = segment.end - segment.first;
      file_.proofs.push_back(range_hash(&chunks_[at], count));
      at += count;
    }
    shard_.files.push_back(file_);
    store_.add_shard(std::move(shard_));
    return file_.hash;
  }

 private:
  Segment locate(const XetHash& hash, std::string_view chunk) {
    if (auto known = store_.find_chunk(hash)) return *known;
    if (auto mine = fresh_.find(hash); mine != fresh_.end()) return mine->second;
    if (!xorb_.fits(chunk.size())) cut();
    auto at = static_cast<uint32_t>(xorb_.count());
    xorb_.add(chunk, hash);
    return fresh_.emplace(hash, Segment{{}, 0, at, at + 1}).first->second;
  }

  void cut() {
    XorbIndex index = xorb_.finish();
    store_.put_xorb(index, xorb_.body());
    ShardXorb listed;
    listed.hash = index.hash;
    for (const ChunkName& chunk : index.chunks) {
      listed.chunks.push_back({chunk.hash, listed.unpacked, static_cast<uint32_t>(chunk.length), 0});
      listed.unpacked += static_cast<uint32_t>(chunk.length);
    }
    shard_.xorbs.push_back(std::move(listed));
    for (Segment& segment : file_.segments)
      if (segment.xorb.is_zero()) segment.xorb = index.hash;
    for (auto& [hash, place] : fresh_)
      if (place.xorb.is_zero()) place.xorb = index.hash;
    xorb_ = XorbBuilder();
  }

  CasStore& store_;
  XorbBuilder xorb_;
  Shard shard_;
  ShardFile file_;
  std::vector<ChunkName> chunks_;
  std::unordered_map<XetHash, Segment, XetHash::Hasher> fresh_;
};

XetHash CasStore::add_content(const std::string& path, const std::string& sha256) {
  if (XetFilePtr known = file_of_sha256(sha256)) return known->hash;
  std::lock_guard one_at_a_time(ingest_mutex_);
  MappedFile file(path);
  Ingest ingest(*this);
  for (std::string_view left = file.bytes(); !left.empty();) {
    size_t length = next_chunk(left.substr(0, kLargestChunk));
    ingest.add(left.substr(0, length));
    left.remove_prefix(length);
  }
  return ingest.finish(sha256);
}

}  // namespace localhub
