// The bytes of a run become chunks, and the chunks go to every use that contains them.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "xet/format/xorb.h"
#include "xet/transfer/plan.h"

namespace hfhub::xet {

// Who takes the content of uses. Calls for one use come one after the other and in order; different runs call at once.
class UseTarget {
 public:
  virtual ~UseTarget() = default;
  // False: the use's content is not needed (any more).
  virtual bool wanted(const Use& use) = 0;
  // Chunks [first, first + chunks.size()) of the use, which begin at `offset` of the file, and the content of each.
  virtual void take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
                    std::span<const ByteView> data) = 0;
  // All chunks of the use were taken.
  virtual void complete(const Use& use) = 0;
  // Nothing (more) will come for the use. Others go on.
  virtual void fail(const Use& use, const Error& error) = 0;
};

// What decoding needs beside the bytes: reused by whichever run is decoded next.
struct DecodeBuffer {
  explicit DecodeBuffer(size_t size) : bytes(new uint8_t[size]), capacity(size) {}
  std::unique_ptr<uint8_t[]> bytes;
  size_t capacity = 0;  // at least kMaxChunkBytes
  Bytes scratch;        // at most kMaxChunkBytes
  static uint64_t cost_bytes(size_t size) { return size + kMaxChunkBytes; }
};

class RunDecoder {
 public:
  static constexpr uint64_t kCarryBytes = kChunkHeaderBytes + kMaxStoredChunkBytes;

  explicit RunDecoder(const Run& run) : run_(run), position_(run.byte_begin()), chunk_(run.chunk_begin) {}

  // The next bytes. Everything that is complete has been handed to `target` on return, and is so when an error says that
  // what follows makes no sense (kProtocol, kIntegrity).
  Done feed(ByteView bytes, DecodeBuffer& buffer, UseTarget& target);
  // kProtocol unless the run's last chunk was complete with the last byte.
  Done finish() const;
  // First byte of the xorb that is not part of a decoded chunk.
  uint64_t position() const { return position_; }
  // Forgets a chunk that is half there: bytes go on from position().
  void drop_open_chunk() { carry_.clear(); }
  uint32_t next_chunk() const { return chunk_; }
  // Index of the use that the next chunk goes to first.
  size_t front_use() const;

 private:
  struct Open {  // a use whose chunks are being taken
    size_t index = 0;
    uint64_t offset = 0;  // in the file, of its next chunk
    uint64_t bytes = 0;   // of the chunks taken
  };
  struct Batch {  // chunks that nobody got yet
    uint32_t first = 0;
    size_t buffered = 0;  // bytes of the buffer that they take
    std::vector<Chunk> chunks;
    std::vector<ByteView> data;  // of each: in the buffer, or where it came, when it came as it is
  };
  Done feed_records(ByteView* bytes, DecodeBuffer& buffer, UseTarget& target);
  Done feed_carry(ByteView* bytes, DecodeBuffer& buffer, UseTarget& target);
  Done take_record(const ChunkHeader& header, ByteView payload, DecodeBuffer& buffer, UseTarget& target);
  Result<ChunkHeader> header_of(ByteView record) const;
  bool needed(uint32_t chunk, UseTarget& target);
  void flush(UseTarget& target);
  void hand_over(Open& open, UseTarget& target);
  Error bad(std::string_view what) const;

  const Run& run_;
  uint64_t position_;
  uint32_t chunk_;       // of the record at position_
  size_t next_use_ = 0;  // none before it is still to be opened
  std::vector<Open> open_;
  Batch batch_;
  Bytes carry_;                 // an incomplete record
  bool carry_decoded_ = false;  // it was completed; the batch may point into it
};

}  // namespace hfhub::xet
