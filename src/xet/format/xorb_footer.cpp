#include <string>

#include "xet/format/reader.h"
#include "xet/format/wording.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

constexpr std::string_view kInfoTag = "XETBLOB";
constexpr std::string_view kHashesTag = "XBLBHSH";
constexpr std::string_view kBoundsTag = "XBLBBND";
constexpr uint8_t kVersion1 = 1, kVersion0 = 0;
constexpr uint8_t kHashesVersion = 0, kBoundsVersion = 1;

constexpr size_t kHashBytes = 32;
constexpr size_t kNonceBytes = 16;  // may be anything
constexpr size_t kLengthBytes = 4;
constexpr size_t kStartBytes = 8 + kHashBytes;  // tag, version, hash of the xorb
constexpr size_t kSectionStartBytes = 8 + 4;    // tag, version, count
constexpr size_t kFixedBytes1 = kStartBytes + 2 * kSectionStartBytes + 12 + kNonceBytes;
constexpr size_t kPerChunk1 = kHashBytes + 8;
constexpr size_t kFixedBytes0 = kStartBytes + 4 + kNonceBytes;
constexpr size_t kPerChunk0 = kHashBytes + 4;
static_assert(kFixedBytes1 == 92 && kFixedBytes0 == 60);

Error broken(std::initializer_list<Word> words, size_t at) { return broken_bytes("xorb footer", words, at); }

void append_tag(Bytes* out, std::string_view tag, uint8_t version) {
  append(out, as_bytes(tag));
  out->push_back(version);
}

// The sections of version 1 behind the xorb's hash. Sizes have been checked.
Done read_version_1(Reader& in, uint32_t count, XorbInfo* info) {
  const auto section = [&](std::string_view tag, uint8_t version) -> Done {
    const size_t at = in.at();
    if (!in.tag(tag)) return broken({"no ", tag}, at);
    if (const uint8_t found = in.peek(1)[0]; found != version) {
      return broken({tag, " of version ", found}, at);
    }
    in.skip(1);
    if (in.u32() != count) return broken({"sections disagree about the number of chunks"}, at);
    return {};
  };
  HFHUB_CHECK(section(kHashesTag, kHashesVersion));
  for (Chunk& chunk : info->chunks) chunk.hash = in.hash();
  HFHUB_CHECK(section(kBoundsTag, kBoundsVersion));
  for (uint32_t& end : info->stored_ends) end = in.u32();
  uint32_t before = 0;
  for (Chunk& chunk : info->chunks) {
    const size_t at = in.at();
    const uint32_t end = in.u32();
    if (end < before || end - before > kMaxChunkBytes || end > kMaxXorbBytes)
      return broken({"an impossible chunk size"}, at);
    chunk.size = end - before;
    before = end;
  }
  const size_t at = in.at();
  if (in.u32() != count) return broken({"sections disagree about the number of chunks"}, at);
  const uint32_t hashes = in.u32(), bounds = in.u32();
  if (hashes != 52 + kPerChunk1 * count || bounds != 40 + 8 * count) return broken({"wrong section offsets"}, at);
  return {};
}

void read_version_0(Reader& in, XorbInfo* info) {
  for (uint32_t& end : info->stored_ends) end = in.u32();
  for (Chunk& chunk : info->chunks) chunk.hash = in.hash();
}

// Ends of chunks in the stored form: each record has a header, and the last ends where the footer begins.
Done check_ends(const XorbInfo& info, size_t footer_begin) {
  uint64_t before = 0;
  for (size_t i = 0; i < info.stored_ends.size(); ++i) {
    const uint32_t end = info.stored_ends[i];
    if (end < before + kChunkHeaderBytes || end > before + kChunkHeaderBytes + kMaxStoredChunkBytes) {
      return broken({"chunk ", i, " cannot end at byte ", end, "; the footer is"}, footer_begin);
    }
    before = end;
  }
  if (before != footer_begin) return broken({"chunks end at byte ", before, ", the footer begins"}, footer_begin);
  return {};
}

}  // namespace

Bytes encode_footer(const XorbInfo& info) {
  const auto count = static_cast<uint32_t>(info.chunks.size());
  const auto info_bytes = static_cast<uint32_t>(kFixedBytes1 + kPerChunk1 * count);
  Bytes out;
  out.reserve(info_bytes + kLengthBytes);
  append_tag(&out, kInfoTag, kVersion1);
  append(&out, info.hash.bytes);
  append_tag(&out, kHashesTag, kHashesVersion);
  append_little(&out, count);
  for (const Chunk& chunk : info.chunks) append(&out, chunk.hash.bytes);
  append_tag(&out, kBoundsTag, kBoundsVersion);
  append_little(&out, count);
  for (const uint32_t end : info.stored_ends) append_little(&out, end);
  uint32_t end = 0;
  for (const Chunk& chunk : info.chunks) append_little(&out, end += chunk.size);
  append_little(&out, count);
  append_little(&out, static_cast<uint32_t>(52 + kPerChunk1 * count));
  append_little(&out, static_cast<uint32_t>(40 + 8 * count));
  out.resize(out.size() + kNonceBytes);
  append_little(&out, info_bytes);
  return out;
}

Result<XorbInfo> parse_footer(ByteView xorb) {
  if (xorb.size() < kLengthBytes) return broken({"ends"}, xorb.size());
  const size_t end = xorb.size() - kLengthBytes;
  const auto info_bytes = load_little<uint32_t>(xorb.data() + end);
  if (info_bytes > end || info_bytes < kFixedBytes0) {
    return broken({"an impossible length of ", info_bytes}, end);
  }
  const size_t begin = end - info_bytes;
  Reader in(xorb.first(end), begin);
  if (!in.tag(kInfoTag)) return broken({"no ", kInfoTag}, begin);
  const uint8_t version = in.peek(1)[0];
  if (version > kVersion1) return broken({"unknown version ", version}, begin);
  in.skip(1);
  const size_t fixed = version == kVersion1 ? kFixedBytes1 : kFixedBytes0;
  const size_t per_chunk = version == kVersion1 ? kPerChunk1 : kPerChunk0;
  if (info_bytes < fixed || (info_bytes - fixed) % per_chunk != 0) {
    return broken({"a length of ", info_bytes, " fits no number of chunks"}, end);
  }
  const size_t count = (info_bytes - fixed) / per_chunk;
  if (count > kMaxXorbChunks) return broken({count, " chunks, more than a xorb may have"}, begin);
  XorbInfo info;
  info.hash = in.hash();
  info.chunks.resize(count);
  info.stored_ends.resize(count);
  if (version == kVersion1) {
    HFHUB_CHECK(read_version_1(in, static_cast<uint32_t>(count), &info));
  } else {
    if (in.u32() != count) return broken({"the number of chunks does not fit its length"}, begin);
    read_version_0(in, &info);
  }
  HFHUB_CHECK(check_ends(info, begin));
  return info;
}

}  // namespace hfhub::xet
