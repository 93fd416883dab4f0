#include <algorithm>
#include <cstring>
#include <string>

#include "codec/lz4.h"
#include "xet/format/wording.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

constexpr std::string_view kFooterTag = "XETBLOB";
constexpr uint8_t kVersion = 0;

Error broken(std::initializer_list<Word> words) { return broken_bytes("chunk record", words); }

uint32_t load_24(const uint8_t* from) {
  return static_cast<uint32_t>(from[0]) | static_cast<uint32_t>(from[1]) << 8 | static_cast<uint32_t>(from[2]) << 16;
}

void store_24(uint32_t value, uint8_t* to) {
  for (int i = 0; i < 3; ++i) to[i] = static_cast<uint8_t>(value >> (8 * i));
}

const char* scheme_name(Scheme scheme) { return scheme == Scheme::kBg4Lz4 ? "BG4-LZ4" : "LZ4"; }

}  // namespace

std::array<uint8_t, kChunkHeaderBytes> ChunkHeader::encoded() const {
  std::array<uint8_t, kChunkHeaderBytes> out{};
  out[0] = kVersion;
  store_24(stored_bytes, &out[1]);
  out[4] = static_cast<uint8_t>(scheme);
  store_24(bytes, &out[5]);
  return out;
}

bool is_footer_start(std::span<const uint8_t, kChunkHeaderBytes> bytes) {
  return as_text(bytes).starts_with(kFooterTag);
}

Result<ChunkHeader> parse_chunk_header(std::span<const uint8_t, kChunkHeaderBytes> bytes) {
  if (is_footer_start(bytes)) return broken({"a footer where a chunk was expected"});
  if (bytes[0] != kVersion) return broken({"unknown version ", bytes[0]});
  if (bytes[4] > static_cast<uint8_t>(Scheme::kBg4Lz4)) {
    return broken({"unknown compression scheme ", bytes[4]});
  }
  ChunkHeader header;
  header.scheme = static_cast<Scheme>(bytes[4]);
  header.stored_bytes = load_24(&bytes[1]);
  header.bytes = load_24(&bytes[5]);
  if (header.stored_bytes > kMaxStoredChunkBytes) {
    return broken({header.stored_bytes, " stored bytes, more than a chunk may have"});
  }
  if (header.bytes > kMaxChunkBytes) {
    return broken({header.bytes, " bytes, more than a chunk may have"});
  }
  if (header.scheme == Scheme::kNone && header.stored_bytes != header.bytes) {
    return broken({"uncompressed, but ", header.stored_bytes, " stored bytes for ", header.bytes});
  }
  return header;
}

Done decode_chunk(const ChunkHeader& header, ByteView payload, std::span<uint8_t> out, Bytes* scratch) {
  if (payload.size() != header.stored_bytes || out.size() != header.bytes) {
    return broken({payload.size(), " payload bytes where the header says ", header.stored_bytes});
  }
  if (header.scheme == Scheme::kNone) {
    if (payload.size() != out.size()) return broken({"an uncompressed payload of another size than the chunk"});
    if (!payload.empty())
      std::memcpy(out.data(), payload.data(), payload.size());  // std::ranges::copy goes byte by byte
    return {};
  }
  std::span<uint8_t> unpacked = out;
  if (header.scheme == Scheme::kBg4Lz4) {
    if (scratch->size() < out.size()) scratch->resize(out.size());
    unpacked = std::span(*scratch).first(out.size());
  }
  if (!codec::lz4_frame_decompress(payload, unpacked)) {
    return broken({"the ", scheme_name(header.scheme), " payload does not decode to ", out.size(), " bytes"});
  }
  if (header.scheme == Scheme::kBg4Lz4) codec::ungroup_bytes4(unpacked, out);
  return {};
}

Result<XorbInfo> inspect_xorb(ByteView xorb) {
  XorbInfo info;
  Bytes chunk, scratch;
  MerkleBuilder tree;
  const auto at_record = [&](Error error, size_t at) {
    return std::move(error).prefixed("xorb, chunk " + std::to_string(info.chunks.size()) + " at byte " +
                                     std::to_string(at));
  };
  for (size_t at = 0; at < xorb.size();) {
    if (xorb.size() - at < kChunkHeaderBytes) return at_record(broken({"ends within its header"}), at);
    const auto start = xorb.subspan(at).first<kChunkHeaderBytes>();
    if (is_footer_start(start)) break;
    auto header = parse_chunk_header(start);
    if (!header.ok()) return at_record(std::move(header).error(), at);
    if (xorb.size() - at - kChunkHeaderBytes < header->stored_bytes)
      return at_record(broken({"ends within its payload"}), at);
    if (info.chunks.size() == kMaxXorbChunks) return at_record(broken({"more chunks than a xorb may have"}), at);
    if (tree.total_bytes() + header->bytes > kMaxXorbBytes)
      return at_record(broken({"more bytes than a xorb may have"}), at);
    if (chunk.size() < header->bytes) chunk.resize(header->bytes);
    const auto out = std::span(chunk).first(header->bytes);
    auto decoded = decode_chunk(*header, xorb.subspan(at + kChunkHeaderBytes, header->stored_bytes), out, &scratch);
    if (!decoded.ok()) return at_record(std::move(decoded).error(), at);
    at += kChunkHeaderBytes + header->stored_bytes;
    info.chunks.push_back({chunk_hash(out), header->bytes});
    info.stored_ends.push_back(static_cast<uint32_t>(at));
    tree.add(info.chunks.back().hash, header->bytes);
  }
  info.hash = tree.xorb_root();
  return info;
}

}  // namespace hfhub::xet
