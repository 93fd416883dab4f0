#include "xorb.h"

#include <utility>

#include "bytes.h"
#include "chunker.h"
#include "xorb_codec.h"

namespace localhub {
namespace {

constexpr std::string_view kFooterIdent = "XETBLOB";
constexpr std::string_view kHashesIdent = "XBLBHSH";
constexpr std::string_view kBoundsIdent = "XBLBBND";
constexpr size_t kFixedFooter = 92;  // without the 40 bytes a chunk

struct RecordHeader {
  size_t packed = 0;
  size_t plain = 0;
  Packing packing = Packing::kNone;
};

RecordHeader read_header(std::string_view at) {
  if (at.size() < kRecordHeader) throw FormatError("a chunk header is cut short");
  RecordHeader out;
  out.packed = static_cast<size_t>(get_le(at, 1, 3));
  out.plain = static_cast<size_t>(get_le(at, 5, 3));
  auto scheme = static_cast<unsigned char>(at[4]);
  if (at[0] != 0) throw FormatError("unknown version of a chunk header");
  if (scheme > static_cast<unsigned char>(Packing::kGroupedLz4)) throw FormatError("unknown packing of a chunk");
  if (out.packed > 2 * kLargestChunk) throw FormatError("a packed chunk is too long");
  if (out.plain > kLargestChunk) throw FormatError("a chunk is longer than 128 KiB");
  if (out.plain == 0) throw FormatError("a chunk without bytes");
  if (at.size() - kRecordHeader < out.packed) throw FormatError("a chunk is cut short");
  out.packing = static_cast<Packing>(scheme);
  return out;
}

/// Takes one record off the front and returns its plain bytes.
std::string take_record(std::string_view& records) {
  RecordHeader header = read_header(records);
  std::string plain = unpack(records.substr(kRecordHeader, header.packed), header.packing, header.plain);
  records.remove_prefix(kRecordHeader + header.packed);
  return plain;
}

}  // namespace

uint64_t XorbIndex::unpacked(size_t first, size_t end) const {
  uint64_t out = 0;
  for (size_t i = first; i < end; ++i) out += chunks[i].length;
  return out;
}

XorbIndex examine_xorb(std::string_view body, bool footer_allowed) {
  XorbIndex out;
  std::string_view left = body;
  size_t unpacked = 0;
  while (!left.empty() && !(footer_allowed && left.substr(0, kFooterIdent.size()) == kFooterIdent)) {
    std::string plain = take_record(left);
    unpacked += plain.size();
    if (unpacked > kLargestXorb) throw FormatError("a xorb holds at most 64 MiB");
    if (out.chunks.size() == kMostChunks) throw FormatError("a xorb holds at most 8192 chunks");
    out.chunks.push_back({chunk_hash(plain), plain.size()});
    out.ends.push_back(static_cast<uint32_t>(body.size() - left.size()));
  }
  if (out.chunks.empty()) throw FormatError("a xorb without chunks");
  out.hash = aggregate(out.chunks);
  return out;
}

std::string unpack_records(std::string_view records) {
  std::string out;
  while (!records.empty()) out += take_record(records);
  return out;
}

std::string xorb_footer(const XorbIndex& index) {
  const auto count = static_cast<uint32_t>(index.chunks.size());
  std::string out(kFooterIdent);
  out += '\1';
  put_hash(out, index.hash);
  out.append(kHashesIdent) += '\0';
  put_le(out, count, 4);
  for (const ChunkName& chunk : index.chunks) put_hash(out, chunk.hash);
  out.append(kBoundsIdent) += '\1';
  put_le(out, count, 4);
  for (uint32_t end : index.ends) put_le(out, end, 4);
  uint64_t unpacked = 0;
  for (const ChunkName& chunk : index.chunks) put_le(out, unpacked += chunk.length, 4);
  put_le(out, count, 4);
  put_le(out, 52 + 40 * count, 4);  // from the end back to the hashes
  put_le(out, 40 + 8 * count, 4);   // and to the boundaries
  out.append(16, '\0');
  put_le(out, out.size(), 4);
  return out;
}

size_t footer_size(std::string_view last_four) {
  size_t info = static_cast<size_t>(get_le(last_four, 0, 4));
  if (info < kFixedFooter || info > kFixedFooter + 40 * kMostChunks) throw FormatError("a stored xorb has no footer");
  return info + 4;
}

XorbIndex parse_footer(std::string_view tail) {
  size_t count = (tail.size() - 4 - kFixedFooter) / 40;
  if (tail.substr(0, 7) != kFooterIdent || tail.size() != kFixedFooter + 4 + 40 * count || get_le(tail, 48, 4) != count)
    throw FormatError("a stored xorb has a broken footer");
  XorbIndex out;
  out.hash = get_hash(tail, 8);
  const size_t hashes = 52, ends = hashes + 32 * count + 12, lengths = ends + 4 * count;
  uint64_t before = 0;
  for (size_t i = 0; i < count; ++i) {
    uint64_t end = get_le(tail, lengths + 4 * i, 4);
    out.chunks.push_back({get_hash(tail, hashes + 32 * i), end - before});
    out.ends.push_back(static_cast<uint32_t>(get_le(tail, ends + 4 * i, 4)));
    before = end;
  }
  return out;
}

bool XorbBuilder::fits(size_t chunk_length) const {
  return index_.chunks.size() < kMostChunks && unpacked_ + chunk_length <= kLargestXorb;
}

void XorbBuilder::add(std::string_view chunk, const XetHash& hash) {
  std::string packed = pack(chunk, grouped_ ? Packing::kGroupedLz4 : Packing::kLz4);
  // What is best for one chunk is mostly best for its neighbours: try both now and then only.
  if (index_.chunks.size() % 32 == 0) {
    std::string other = pack(chunk, grouped_ ? Packing::kLz4 : Packing::kGroupedLz4);
    if (other.size() < packed.size()) {
      packed = std::move(other);
      grouped_ = !grouped_;
    }
  }
  bool shrunk = packed.size() < chunk.size();
  std::string_view payload = shrunk ? std::string_view(packed) : chunk;
  put_le(body_, 0, 1);
  put_le(body_, payload.size(), 3);
  put_le(body_, shrunk ? static_cast<uint64_t>(grouped_ ? Packing::kGroupedLz4 : Packing::kLz4) : 0, 1);
  put_le(body_, chunk.size(), 3);
  body_ += payload;
  index_.chunks.push_back({hash, chunk.size()});
  index_.ends.push_back(static_cast<uint32_t>(body_.size()));
  unpacked_ += chunk.size();
}

XorbIndex XorbBuilder::finish() {
  index_.hash = aggregate(index_.chunks);
  return std::move(index_);
}

}  // namespace localhub
