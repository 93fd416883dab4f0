#include "xet/transfer/file_part.h"

#include <algorithm>

#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

constexpr uint64_t kFewestChunkBytes = 256;  // on average

}  // namespace

Result<UrlSource::Lookup> UrlSource::url(const Hash& xorb, const RunPart& part) {
  const std::lock_guard lock(mutex_);
  if (generation_ == 0) return Lookup{part.url, 0};
  if (const auto found = ranges_.find(xorb); found != ranges_.end()) {
    for (const FetchRange& range : found->second) {
      if (range.byte_begin <= part.byte_begin && part.byte_end <= range.byte_end) return Lookup{range.url, generation_};
    }
  }
  return Error::make(Code::kProtocol, "the renewed reconstruction of " + file_.text() +
                                          " does not offer the bytes of xorb " + xorb.text() + " any more");
}

Done UrlSource::renew(CasClient& cas, uint64_t generation, const runtime::Cancel& cancel) {
  std::unique_lock lock(mutex_);
  // The wait ends with the other's request, which has a deadline.
  while (asking_ && generation_ == generation) {
    changed_.wait_for(lock, std::chrono::milliseconds(runtime::Cancel::kPollMs));
    HFHUB_CHECK(cancel.check());
  }
  if (generation_ != generation) return {};
  asking_ = true;
  lock.unlock();
  auto answer = cas.reconstruction(file_, span_, cancel);
  lock.lock();
  asking_ = false;
  changed_.notify_all();
  if (!answer.ok()) return std::move(answer).error();
  if (!*answer) return Error::make(Code::kProtocol, "the file " + file_.text() + " became shorter");
  ranges_ = std::move((*answer)->ranges);
  ++generation_;
  return {};
}

Done FilePart::accept(const FileFacts& file, Reconstruction content) {
  const uint64_t total = content.total_bytes();
  if (content.skip_bytes > begin || content.skip_bytes > total) {
    return Error::make(Code::kProtocol, "the reconstruction of '" + file.name + "' begins before the file does");
  }
  HFHUB_CHECK(check_length(file, total - content.skip_bytes));
  // Chunks are 8 KiB and more but for the last of something; what is far from that would only fill the memory.
  uint64_t announced = 0;
  for (const Term& term : content.terms) announced += term.chunk_end - term.chunk_begin;
  if (announced > kMaxXorbChunks + total / kFewestChunkBytes) {
    return Error::make(Code::kProtocol, "the reconstruction of '" + file.name + "' has " + std::to_string(announced) +
                                            " chunks for " + std::to_string(total) + " bytes");
  }
  content_ = std::move(content);
  size_t chunks = 0, wanted_terms = 0;
  uint64_t at = begin - content_.skip_bytes;
  chunks_offset_ = at;
  for (const Term& term : content_.terms) {
    if (at < end && at + term.bytes > begin) ++wanted_terms;
    offsets_.push_back(at);
    first_chunks_.push_back(chunks);
    at += term.bytes;
    chunks += term.chunk_end - term.chunk_begin;
  }
  chunks_.resize(chunks);
  open_terms_ = wanted_terms;
  return {};
}

// `length` bytes from `begin` on are what the terms hold: whole chunks, so more than was asked for is usual in the middle
// of a file, and impossible at its end.
Done FilePart::check_length(const FileFacts& file, uint64_t length) {
  if (file.size == UINT64_MAX) {
    end = std::min(end, begin + length);
    return {};
  }
  const bool to_the_end = end == file.size;
  if (length == end - begin || (length > end - begin && !to_the_end)) return {};
  const std::string declared = "'" + file.name + "' is declared with " + std::to_string(file.size) + " bytes";
  if (length < end - begin) {
    return Error::make(Code::kIntegrity, declared + ", but has " + std::to_string(begin + length) + " in Xet storage");
  }
  return Error::make(Code::kIntegrity,
                     declared + ", but has " + std::to_string(begin + length) + " or more in Xet storage");
}

void FilePart::accept_chunks(uint64_t offset, std::vector<Chunk> chunks) {
  chunks_ = std::move(chunks);
  chunks_offset_ = offset;
  open_terms_ = 0;
}

void FilePart::put(uint32_t term, uint32_t first, std::span<const Chunk> chunks) {
  std::copy(chunks.begin(), chunks.end(), chunks_.begin() + static_cast<ptrdiff_t>(first_chunks_[term] + first));
}

std::vector<ByteView> FilePart::own(std::span<const ByteView> chunks, uint64_t* offset) const {
  std::vector<ByteView> inside;
  inside.reserve(chunks.size());
  uint64_t at = *offset;
  for (const ByteView& chunk : chunks) {
    const uint64_t before = at < begin ? std::min<uint64_t>(begin - at, chunk.size()) : 0;
    const bool ours = at < end && (before == 0 || (owns_cut_chunk && before < chunk.size()));
    if (ours && inside.empty()) *offset = at + before;
    if (ours) inside.push_back(chunk.subspan(static_cast<size_t>(before)));
    at += chunk.size();
  }
  return inside;
}

void FilePart::fold_into(MerkleBuilder* tree) {
  uint64_t at = chunks_offset_;
  for (const Chunk& chunk : chunks_) {
    if (at >= begin && at < end) tree->add(chunk.hash, chunk.size);
    at += chunk.size;
  }
  chunks_ = {};
}

}  // namespace hfhub::xet
