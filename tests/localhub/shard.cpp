#include "shard.h"

#include "bytes.h"

namespace localhub {
namespace {

constexpr size_t kRecord = 48;
constexpr size_t kFooter = 200;
constexpr uint32_t kWithProofs = 0x80000000;
constexpr uint32_t kWithSha256 = 0x40000000;
constexpr std::string_view kTag(
    "HFRepoMetaData\x00\x55\x69\x67\x45\x6a\x7b\x81\x57\x83\xa5\xbd\xd9\x5c\xcd\xd1\x4a\xa9", 32);

XetHash bookend_hash() {
  XetHash out;
  out.bytes.fill(0xff);
  return out;
}

/// Hands out the 48-byte records one after another.
class Records {
 public:
  explicit Records(std::string_view bytes) : left_(bytes) {}
  std::string_view take() {
    if (left_.size() < kRecord) throw FormatError("the shard is cut short");
    std::string_view record = left_.substr(0, kRecord);
    left_.remove_prefix(kRecord);
    return record;
  }
  /// Before anything of that size is allocated.
  void need(uint64_t count) const {
    if (count > left_.size() / kRecord) throw FormatError("the shard announces more entries than it holds");
  }

 private:
  std::string_view left_;
};

uint32_t number(std::string_view record, size_t at) { return static_cast<uint32_t>(get_le(record, at, 4)); }

ShardFile read_file(std::string_view header, Records& records) {
  ShardFile out;
  out.hash = get_hash(header, 0);
  uint32_t flags = number(header, 32), count = number(header, 36);
  out.verified = (flags & kWithProofs) != 0;
  records.need(uint64_t{count} * (out.verified ? 2 : 1) + ((flags & kWithSha256) != 0));
  for (uint32_t i = 0; i < count; ++i) {
    std::string_view record = records.take();
    out.segments.push_back({get_hash(record, 0), number(record, 36), number(record, 40), number(record, 44)});
  }
  if (out.verified)
    for (uint32_t i = 0; i < count; ++i) out.proofs.push_back(get_hash(records.take(), 0));
  if (flags & kWithSha256) out.sha256 = get_hash(records.take(), 0);
  return out;
}

ShardXorb read_xorb(std::string_view header, Records& records) {
  ShardXorb out;
  out.hash = get_hash(header, 0);
  uint32_t count = number(header, 36);
  out.unpacked = number(header, 40);
  out.on_disk = number(header, 44);
  records.need(count);
  for (uint32_t i = 0; i < count; ++i) {
    std::string_view record = records.take();
    out.chunks.push_back({get_hash(record, 0), number(record, 32), number(record, 36), number(record, 40)});
  }
  return out;
}

void write_record(std::string& out, const XetHash& hash, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  put_hash(out, hash);
  for (uint32_t field : {a, b, c, d}) put_le(out, field, 4);
}

void write_file(std::string& out, const ShardFile& file) {
  uint32_t flags = (file.verified ? kWithProofs : 0) | (file.sha256 ? kWithSha256 : 0);
  write_record(out, file.hash, flags, static_cast<uint32_t>(file.segments.size()), 0, 0);
  for (const Segment& segment : file.segments)
    write_record(out, segment.xorb, 0, segment.bytes, segment.first, segment.end);
  for (const XetHash& proof : file.proofs) write_record(out, proof, 0, 0, 0, 0);
  if (file.sha256) write_record(out, *file.sha256, 0, 0, 0, 0);
}

void write_xorb(std::string& out, const ShardXorb& xorb) {
  write_record(out, xorb.hash, 0, static_cast<uint32_t>(xorb.chunks.size()), xorb.unpacked, xorb.on_disk);
  for (const ShardChunk& chunk : xorb.chunks) write_record(out, chunk.hash, chunk.start, chunk.length, chunk.flags, 0);
}

std::string footer_of(const Shard& shard, uint64_t xorbs_at, uint64_t footer_at) {
  uint64_t on_disk = 0, materialized = 0, stored = 0;
  for (const ShardFile& file : shard.files) materialized += file.size();
  for (const ShardXorb& xorb : shard.xorbs) {
    on_disk += xorb.on_disk;
    stored += xorb.unpacked;
  }
  std::string out;
  for (uint64_t field : {uint64_t{1}, uint64_t{kRecord}, xorbs_at}) put_le(out, field, 8);
  for (int lookup = 0; lookup < 3; ++lookup) {
    put_le(out, footer_at, 8);
    put_le(out, 0, 8);
  }
  put_hash(out, shard.key);
  for (uint64_t field : {shard.created_s, shard.expires_s}) put_le(out, field, 8);
  out.append(48, '\0');
  for (uint64_t field : {on_disk, materialized, stored, footer_at}) put_le(out, field, 8);
  return out;
}

}  // namespace

uint64_t ShardFile::size() const {
  uint64_t out = 0;
  for (const Segment& segment : segments) out += segment.bytes;
  return out;
}

Shard parse_shard(std::string_view bytes) {
  Records records(bytes);
  std::string_view header = records.take();
  if (header.substr(0, kTag.size()) != kTag) throw FormatError("this is no shard: the tag is missing");
  if (get_le(header, 32, 8) != 2) throw FormatError("unknown version of the shard format");
  uint64_t footer = get_le(header, 40, 8);
  if (footer != 0 && (footer != kFooter || bytes.size() < 3 * kRecord + kFooter))
    throw FormatError("the shard announces a footer it does not have");
  Shard out;
  for (std::string_view at = records.take(); get_hash(at, 0) != bookend_hash(); at = records.take())
    out.files.push_back(read_file(at, records));
  for (std::string_view at = records.take(); get_hash(at, 0) != bookend_hash(); at = records.take())
    out.xorbs.push_back(read_xorb(at, records));
  return out;
}

std::string write_shard(const Shard& shard) {
  std::string out(kTag);
  put_le(out, 2, 8);
  put_le(out, kFooter, 8);
  for (const ShardFile& file : shard.files) write_file(out, file);
  write_record(out, bookend_hash(), 0, 0, 0, 0);
  size_t xorbs_at = out.size();
  for (const ShardXorb& xorb : shard.xorbs) write_xorb(out, xorb);
  write_record(out, bookend_hash(), 0, 0, 0, 0);
  return out + footer_of(shard, xorbs_at, out.size());
}

}  // namespace localhub
