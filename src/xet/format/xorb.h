// Xorbs: chunks in their stored form, back to back, and the footer that a server adds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "xet/format/chunker.h"
#include "xet/format/hash.h"

namespace hfhub::xet {

inline constexpr uint32_t kMaxXorbBytes = 64u << 20;  // uncompressed
inline constexpr uint32_t kMaxXorbChunks = 8192;
inline constexpr size_t kChunkHeaderBytes = 8;
inline constexpr uint32_t kMaxStoredChunkBytes = 2 * kMaxChunkBytes;

enum class Scheme : uint8_t { kNone = 0, kLz4 = 1, kBg4Lz4 = 2 };

struct ChunkHeader {
  Scheme scheme = Scheme::kNone;
  uint32_t stored_bytes = 0;  // of the payload
  uint32_t bytes = 0;         // uncompressed

  std::array<uint8_t, kChunkHeaderBytes> encoded() const;
};
// kProtocol with what is wrong; a footer's first byte is wrong, too: see is_footer_start().
Result<ChunkHeader> parse_chunk_header(std::span<const uint8_t, kChunkHeaderBytes> bytes);
bool is_footer_start(std::span<const uint8_t, kChunkHeaderBytes> bytes);

// `out` has header.bytes bytes; kProtocol when the payload does not decode to exactly that. `scratch` grows to at most
// 128 KiB and is kept by the caller.
Done decode_chunk(const ChunkHeader& header, ByteView payload, std::span<uint8_t> out, Bytes* scratch);

// HF_XET_XORB_COMPRESSION_POLICY.
enum class CompressionPolicy { kAuto, kNone, kLz4, kBg4Lz4 };

// Stores chunks. Content of one kind lies together, so what was found out about a chunk holds for those that follow: on
// every `retest`th (0: only the first) all schemes are tried, and at once when a chunk turns out otherwise than that one;
// the others use what won, and where nothing shrinks only a sample is tried.
class ChunkEncoder {
 public:
  explicit ChunkEncoder(CompressionPolicy policy = CompressionPolicy::kAuto, uint32_t retest = 32)
      : policy_(policy), retest_(retest) {}
  // Writes header and payload to `out` (at least kChunkHeaderBytes + chunk.size() bytes); returns the bytes written. A
  // chunk that does not shrink is stored: then only the header is written, `*stored` is set and the payload is `chunk`.
  size_t encode(ByteView chunk, std::span<uint8_t> out, bool* stored);
  // What follows is of another file: all schemes are tried anew, but first on a sample where nothing has shrunk so far.
  void begin_file();

 private:
  using Room = std::span<uint8_t>;
  std::optional<size_t> choose(ByteView chunk, Room room);
  std::optional<size_t> retest(ByteView chunk, Room room);
  std::optional<size_t> compress(Scheme scheme, ByteView chunk, Room room);
  void learn_flat_planes(std::span<const size_t> parts, std::span<const size_t> took);
  bool sample_shrinks(ByteView chunk);
  bool other_may_win(ByteView chunk);
  ByteView grouped(ByteView data);
  Room trial(size_t bytes);

  CompressionPolicy policy_;
  uint32_t retest_;
  uint32_t until_retest_ = 0;
  Scheme winner_ = Scheme::kNone;
  uint32_t flat_planes_ = 0;  // how many byte planes do not shrink; which ones depends on where a chunk begins
  size_t expected_ = 0;       // what the winner made of the last retest's chunk, in 1/256
  uint32_t calm_ = 0;         // retests in a row at which nothing shrank
  Bytes grouped_;
  Bytes trial_;
};

// ---- footer ----

struct XorbInfo {
  Hash hash;
  std::vector<Chunk> chunks;
  std::vector<uint32_t> stored_ends;  // end of chunk k in the stored form, its header included
};

// The footer with its trailing length field, version 1.
Bytes encode_footer(const XorbInfo& info);
// Reads a stored xorb that ends with a footer (version 0 or 1; chunk sizes are 0 when version 0 does not tell).
Result<XorbInfo> parse_footer(ByteView xorb);
// Walks the chunk records until the end or a footer, decoding and hashing each.
Result<XorbInfo> inspect_xorb(ByteView xorb);

}  // namespace hfhub::xet
