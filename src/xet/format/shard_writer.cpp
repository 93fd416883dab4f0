#include <algorithm>

#include "xet/format/reader.h"
#include "xet/format/shard.h"
#include "xet/format/shard_layout.h"

namespace hfhub::xet {
namespace {

constexpr uint64_t kLargeBytes = 1u << 20;

void append_numbers(Bytes* out, std::initializer_list<uint32_t> numbers) {
  for (const uint32_t number : numbers) append_little(out, number);
}

void append_bookend(Bytes* out) {
  append(out, kMarkerHash.bytes);
  append_numbers(out, {0, 0, 0, 0});
}

void append_header(Bytes* out, uint64_t footer_bytes) {
  append(out, as_bytes(kShardTag));
  append_little(out, kShardVersion);
  append_little(out, footer_bytes);
}

// The first word of a hash, and where it is: `record` counts from the start of its section.
struct Lookup {
  uint64_t key;
  uint32_t record;
  uint32_t chunk;

  auto operator<=>(const Lookup&) const = default;
};

void append_lookups(Bytes* out, std::vector<Lookup>* lookups, bool with_chunk) {
  std::ranges::sort(*lookups);
  for (const Lookup& lookup : *lookups) {
    append_little(out, lookup.key);
    append_little(out, lookup.record);
    if (with_chunk) append_little(out, lookup.chunk);
  }
}

std::vector<Lookup> file_lookups(ByteView section) {
  std::vector<Lookup> lookups;
  for (Reader in(section); in.left() > 0;) {
    const auto record = static_cast<uint32_t>(in.at() / kShardRecordBytes);
    lookups.push_back({in.hash().word(0), record, 0});
    const uint32_t flags = in.u32(), terms = in.u32();
    in.skip(8 + shard_file_bytes(terms, (flags & kWithVerification) != 0, (flags & kWithSha256) != 0) -
            kShardRecordBytes);
  }
  return lookups;
}

void xorb_lookups(ByteView section, std::vector<Lookup>* xorbs, std::vector<Lookup>* chunks) {
  for (Reader in(section); in.left() > 0;) {
    const auto record = static_cast<uint32_t>(in.at() / kShardRecordBytes);
    xorbs->push_back({in.hash().word(0), record, 0});
    in.skip(4);
    const uint32_t count = in.u32();
    in.skip(8);
    for (uint32_t i = 0; i < count; ++i) {
      chunks->push_back({in.hash().word(0), record, i});
      in.skip(16);
    }
  }
}

}  // namespace

uint64_t shard_file_bytes(size_t terms, bool verification, bool sha256) {
  return kShardRecordBytes * (1 + uint64_t{terms} * (verification ? 2 : 1) + (sha256 ? 1 : 0));
}

uint64_t shard_xorb_bytes(size_t chunks) { return kShardRecordBytes * (1 + uint64_t{chunks}); }

void ShardWriter::add_file(const FileRecord& file) {
  Bytes* const out = &file_section_;
  const bool verification = file.verification.size() == file.terms.size();
  const uint64_t bytes = shard_file_bytes(file.terms.size(), verification, file.sha256.has_value());
  if (bytes > kLargeBytes) out->reserve(out->size() + bytes);  // not twice as much, as a growing vector would
  append(out, file.hash.bytes);
  append_numbers(out, {(verification ? kWithVerification : 0) | (file.sha256 ? kWithSha256 : 0),
                       static_cast<uint32_t>(file.terms.size()), 0, 0});
  for (const Term& term : file.terms) {
    append(out, term.xorb.bytes);
    append_numbers(out, {0, term.bytes, term.chunk_begin, term.chunk_end});
    materialized_ += term.bytes;
  }
  if (verification) {
    for (const Hash& hash : file.verification) {
      append(out, hash.bytes);
      append_numbers(out, {0, 0, 0, 0});
    }
  }
  if (file.sha256) {
    append(out, file.sha256->bytes);
    append_numbers(out, {0, 0, 0, 0});
  }
  ++files_;
}

void ShardWriter::add_xorb(const XorbRecord& xorb) {
  Bytes* const out = &xorb_section_;
  append(out, xorb.hash.bytes);
  append_numbers(out, {0, static_cast<uint32_t>(xorb.chunks.size()), xorb.bytes, xorb.stored_bytes});
  for (const XorbChunk& chunk : xorb.chunks) {
    append(out, chunk.hash.bytes);
    append_numbers(out, {chunk.offset, chunk.bytes, chunk.flags, 0});
  }
  stored_ += xorb.bytes;
  stored_on_disk_ += xorb.stored_bytes;
  ++xorbs_;
}

uint64_t ShardWriter::size_bytes() const {
  return kShardHeaderBytes + file_section_.size() + xorb_section_.size() + 2 * kShardRecordBytes;
}

void ShardWriter::append_sections(Bytes* out) const {
  append(out, file_section_);
  append_bookend(out);
  append(out, xorb_section_);
  append_bookend(out);
}

Bytes ShardWriter::finish() const {
  Bytes out;
  out.reserve(size_bytes());
  append_header(&out, 0);
  append_sections(&out);
  return out;
}

Bytes ShardWriter::finish(const ShardFooter& footer) const {
  std::vector<Lookup> files = file_lookups(file_section_), xorbs, chunks;
  xorb_lookups(xorb_section_, &xorbs, &chunks);
  Bytes out;
  out.reserve(size_bytes() + files.size() * kFileLookupBytes + xorbs.size() * kXorbLookupBytes +
              chunks.size() * kChunkLookupBytes + kShardFooterBytes);
  append_header(&out, kShardFooterBytes);
  append_sections(&out);
  const uint64_t files_at = out.size();
  append_lookups(&out, &files, false);
  const uint64_t xorbs_at = out.size();
  append_lookups(&out, &xorbs, false);
  const uint64_t chunks_at = out.size();
  append_lookups(&out, &chunks, true);
  const uint64_t footer_at = out.size();
  const uint64_t xorb_section_at = kShardHeaderBytes + file_section_.size() + kShardRecordBytes;
  for (const uint64_t number :
       {kFooterVersion, uint64_t{kShardHeaderBytes}, xorb_section_at, files_at, uint64_t{files.size()}, xorbs_at,
        uint64_t{xorbs.size()}, chunks_at, uint64_t{chunks.size()}}) {
    append_little(&out, number);
  }
  append(&out, footer.key.bytes);
  for (const uint64_t number : {footer.created_s, footer.expires_s}) append_little(&out, number);
  out.resize(out.size() + 6 * sizeof(uint64_t));
  for (const uint64_t number : {stored_on_disk_, materialized_, stored_, footer_at}) append_little(&out, number);
  return out;
}

}  // namespace hfhub::xet
