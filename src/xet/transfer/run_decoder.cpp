#include "xet/transfer/run_decoder.h"

#include <algorithm>

namespace hfhub::xet {

Error RunDecoder::bad(std::string_view what) const {
  return Error::make(Code::kProtocol, "chunk " + std::to_string(chunk_) + " of xorb " + run_.xorb.text() + " at byte " +
                                          std::to_string(position_) + " " + std::string(what));
}

Done RunDecoder::feed(ByteView bytes, DecodeBuffer& buffer, UseTarget& target) {
  Done done = feed_carry(&bytes, buffer, target);
  if (done.ok()) done = feed_records(&bytes, buffer, target);
  flush(target);
  if (std::exchange(carry_decoded_, false)) carry_.clear();
  if (!done.ok()) return done;
  carry_.insert(carry_.end(), bytes.begin(), bytes.end());
  return {};
}

// Completes the record that began in earlier bytes.
Done RunDecoder::feed_carry(ByteView* bytes, DecodeBuffer& buffer, UseTarget& target) {
  if (carry_.empty()) return {};
  const auto fill = [&](size_t wanted) {
    const size_t missing = std::min(wanted - std::min(wanted, carry_.size()), bytes->size());
    carry_.insert(carry_.end(), bytes->begin(), bytes->begin() + static_cast<ptrdiff_t>(missing));
    *bytes = bytes->subspan(missing);
    return carry_.size() >= wanted;
  };
  if (!fill(kChunkHeaderBytes)) return {};
  HFHUB_TRY(const ChunkHeader header, header_of(carry_));
  if (!fill(kChunkHeaderBytes + header.stored_bytes)) return {};
  HFHUB_CHECK(take_record(header, ByteView(carry_).subspan(kChunkHeaderBytes), buffer, target));
  carry_decoded_ = true;
  return {};
}

// Takes complete records off `bytes`; what stays there is the beginning of the next one.
Done RunDecoder::feed_records(ByteView* bytes, DecodeBuffer& buffer, UseTarget& target) {
  while (bytes->size() >= kChunkHeaderBytes) {
    HFHUB_TRY(const ChunkHeader header, header_of(*bytes));
    const size_t record = kChunkHeaderBytes + header.stored_bytes;
    if (bytes->size() < record) break;
    HFHUB_CHECK(take_record(header, bytes->subspan(kChunkHeaderBytes, header.stored_bytes), buffer, target));
    *bytes = bytes->subspan(record);
  }
  if (!bytes->empty() && chunk_ >= run_.chunk_end) return bad("is not part of the range that was asked for");
  return {};
}

Result<ChunkHeader> RunDecoder::header_of(ByteView record) const {
  if (chunk_ >= run_.chunk_end) return bad("is not part of the range that was asked for");
  auto header = parse_chunk_header(record.first<kChunkHeaderBytes>());
  if (!header.ok()) return bad("cannot be read: " + header.error().message);
  const uint64_t record_end = position_ + kChunkHeaderBytes + header->stored_bytes;
  if (record_end > run_.byte_end()) return bad("goes on beyond the range that was asked for");
  return header;
}

Done RunDecoder::take_record(const ChunkHeader& header, ByteView payload, DecodeBuffer& buffer, UseTarget& target) {
  if (needed(chunk_, target)) {
    if (header.scheme != Scheme::kNone) {  // what is not compressed stays where it came
      if (header.bytes > buffer.capacity - batch_.buffered) flush(target);
      const std::span<uint8_t> out(buffer.bytes.get() + batch_.buffered, header.bytes);
      if (auto done = decode_chunk(header, payload, out, &buffer.scratch); !done.ok()) {
        return bad("cannot be decoded: " + done.error().message);
      }
      batch_.buffered += header.bytes;
      payload = out;
    }
    if (batch_.chunks.empty()) batch_.first = chunk_;
    batch_.chunks.push_back({chunk_hash(payload), header.bytes});
    batch_.data.push_back(payload);
  } else {
    flush(target);  // a batch has no gaps
  }
  position_ += kChunkHeaderBytes + header.stored_bytes;
  ++chunk_;
  return {};
}

// Opens the uses that begin at or before the chunk; true when somebody wants it.
bool RunDecoder::needed(uint32_t chunk, UseTarget& target) {
  if (batch_.chunks.empty()) {
    std::erase_if(open_, [&](const Open& open) { return run_.uses[open.index].chunk_end <= chunk; });
  }
  while (next_use_ < run_.uses.size() && run_.uses[next_use_].chunk_begin <= chunk) {
    open_.push_back({next_use_, run_.uses[next_use_].offset, 0});
    ++next_use_;
  }
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
    const Use& use = run_.uses[open.index];
    return chunk < use.chunk_end && target.wanted(use);
  });
}

void RunDecoder::flush(UseTarget& target) {
  if (batch_.chunks.empty()) return;
  for (Open& open : open_) hand_over(open, target);
  const uint32_t end = batch_.first + static_cast<uint32_t>(batch_.chunks.size());
  std::erase_if(open_, [&](const Open& open) { return run_.uses[open.index].chunk_end <= end; });
  batch_.chunks.clear();
  batch_.data.clear();
  batch_.buffered = 0;
}

// What of the batch belongs to the use.
void RunDecoder::hand_over(Open& open, UseTarget& target) {
  const Use& use = run_.uses[open.index];
  const uint32_t batch_end = batch_.first + static_cast<uint32_t>(batch_.chunks.size());
  const uint32_t begin = std::max(use.chunk_begin, batch_.first), end = std::min(use.chunk_end, batch_end);
  if (begin >= end || !target.wanted(use)) return;
  const std::span<const Chunk> chunks(batch_.chunks.data() + (begin - batch_.first), end - begin);
  const std::span<const ByteView> data(batch_.data.data() + (begin - batch_.first), end - begin);
  size_t inside = 0;
  for (const Chunk& chunk : chunks) inside += chunk.size;
  const bool last = end == use.chunk_end;
  if (open.bytes + inside > use.bytes || (last && open.bytes + inside != use.bytes)) {
    const Error error = Error::make(
        Code::kProtocol, "the chunks of xorb " + run_.xorb.text() + " have other lengths than the reconstruction says");
    return target.fail(use, error);
  }
  target.take(use, begin - use.chunk_begin, chunks, open.offset, data);
  open.offset += inside;
  open.bytes += inside;
  if (last) target.complete(use);
}

Done RunDecoder::finish() const {
  if (chunk_ == run_.chunk_end && position_ == run_.byte_end()) return {};
  return bad("is incomplete: the bytes of the range end before its chunks do");
}

size_t RunDecoder::front_use() const {
  for (const Open& open : open_) {
    if (run_.uses[open.index].chunk_end > chunk_) return open.index;
  }
  return std::min(next_use_, run_.uses.size() - 1);
}

}  // namespace hfhub::xet
