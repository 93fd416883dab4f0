#include <string>

#include "xet/format/reader.h"
#include "xet/format/shard.h"
#include "xet/format/shard_layout.h"
#include "xet/format/wording.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

Error broken(std::initializer_list<Word> words, size_t at) { return broken_bytes("shard", words, at); }

// Whether `count` records of 48 bytes follow; nothing is allocated for them before.
Done need(const Reader& in, uint64_t count, const char* what) {
  if (in.left() / kShardRecordBytes >= count) return {};
  return broken({"ends within ", what, ": ", count, " records do not fit in ", in.left(), " bytes"}, in.at());
}

bool passed_bookend(Reader* in) {
  Reader ahead = *in;
  if (ahead.hash() != kMarkerHash) return false;
  in->skip(kShardRecordBytes);
  return true;
}

Hash hash_record(Reader* in) {
  const Hash hash = in->hash();
  in->skip(16);
  return hash;
}

Result<FileRecord> read_file(Reader* in) {
  FileRecord file;
  file.hash = in->hash();
  const uint32_t flags = in->u32();
  const uint32_t count = in->u32();
  in->skip(8);
  const bool verification = (flags & kWithVerification) != 0, sha256 = (flags & kWithSha256) != 0;
  HFHUB_CHECK(need(*in, shard_file_bytes(count, verification, sha256) / kShardRecordBytes - 1, "a file"));
  file.terms.resize(count);
  for (Term& term : file.terms) {
    const size_t at = in->at();
    term.xorb = in->hash();
    in->skip(4);
    term.bytes = in->u32();
    term.chunk_begin = in->u32();
    term.chunk_end = in->u32();
    if (term.chunk_begin >= term.chunk_end) return broken({"a term without chunks"}, at);
  }
  if (verification) {
    file.verification.resize(count);
    for (Hash& hash : file.verification) hash = hash_record(in);
  }
  if (sha256) file.sha256 = hash_record(in);
  return file;
}

Result<XorbRecord> read_xorb(Reader* in) {
  const size_t begin = in->at();
  XorbRecord xorb;
  xorb.hash = in->hash();
  in->skip(4);
  const uint32_t count = in->u32();
  xorb.bytes = in->u32();
  xorb.stored_bytes = in->u32();
  HFHUB_CHECK(need(*in, count, "a xorb"));
  if (count > kMaxXorbChunks) return broken({"a xorb of ", count, " chunks"}, begin);
  if (xorb.bytes > kMaxXorbBytes) return broken({"a xorb of ", xorb.bytes, " bytes"}, begin);
  xorb.chunks.resize(count);
  uint64_t end = 0;
  for (XorbChunk& chunk : xorb.chunks) {
    const size_t at = in->at();
    chunk.hash = in->hash();
    chunk.offset = in->u32();
    chunk.bytes = in->u32();
    chunk.flags = in->u32();
    in->skip(4);
    if (chunk.offset != end) return broken({"a chunk that does not begin where the one before ends"}, at);
    if (chunk.bytes > kMaxChunkBytes) return broken({"a chunk of ", chunk.bytes, " bytes"}, at);
    end += chunk.bytes;
  }
  if (end != xorb.bytes) return broken({"chunks that do not add up to their xorb"}, begin);
  return xorb;
}

template <class Record>
Done read_section(Reader* in, const char* what, Result<Record> (*read)(Reader*),
                  const std::function<Done(const Record&)>& on_record) {
  while (true) {
    HFHUB_CHECK(need(*in, 1, what));
    if (passed_bookend(in)) return {};
    HFHUB_TRY(const Record record, read(in));
    if (on_record) HFHUB_CHECK(on_record(record));
  }
}

// A table of `count` entries lies between the sections and the footer, or there is none.
Done check_table(uint64_t offset, uint64_t count, size_t entry_bytes, size_t begin, size_t end, const char* what) {
  if (count == 0) return {};
  if (offset < begin || offset > end || (end - offset) / entry_bytes < count) {
    return broken({"the ", what, " table lies outside; the footer is"}, end);
  }
  return {};
}

// `in` is behind the second bookend, `xorbs_at` is where the second section began.
Result<ShardFooter> read_footer(Reader in, size_t xorbs_at) {
  const size_t tables = in.at();
  if (!in.has(kShardFooterBytes)) return broken({"ends within the footer: ", in.left(), " bytes"}, tables);
  in.skip(in.left() - kShardFooterBytes);
  const size_t at = in.at();
  if (const uint64_t version = in.u64(); version != kFooterVersion) {
    return broken({"a footer of version ", version}, at);
  }
  if (in.u64() != kShardHeaderBytes || in.u64() != xorbs_at) return broken({"a footer with wrong section offsets"}, at);
  constexpr struct {
    size_t entry_bytes;
    const char* what;
  } kTables[] = {{kFileLookupBytes, "file"}, {kXorbLookupBytes, "xorb"}, {kChunkLookupBytes, "chunk"}};
  for (const auto& table : kTables) {
    const uint64_t offset = in.u64(), count = in.u64();
    HFHUB_CHECK(check_table(offset, count, table.entry_bytes, tables, at, table.what));
  }
  ShardFooter footer;
  footer.key = in.hash();
  footer.created_s = in.u64();
  footer.expires_s = in.u64();
  in.skip(6 * sizeof(uint64_t));
  footer.stored_bytes_on_disk = in.u64();
  footer.materialized_bytes = in.u64();
  footer.stored_bytes = in.u64();
  if (in.u64() != at) return broken({"a footer that claims to be elsewhere"}, at);
  return footer;
}

}  // namespace

Done read_shard(ByteView shard, ShardView* view) {
  Reader in(shard);
  if (!in.has(kShardHeaderBytes)) return broken({"ends within the header"}, shard.size());
  if (!in.tag(kShardTag)) return broken({"does not begin like one"}, 0);
  in.skip(8);  // the version: readers never looked at it, so it cannot be told apart
  const uint64_t footer_bytes = in.u64();
  HFHUB_CHECK(read_section<FileRecord>(&in, "the files", read_file, view->on_file));
  const size_t xorbs_at = in.at();
  HFHUB_CHECK(read_section<XorbRecord>(&in, "the xorbs", read_xorb, view->on_xorb));
  view->footer.reset();
  if (footer_bytes == 0 && in.left() == 0) return {};
  HFHUB_TRY(view->footer, read_footer(in, xorbs_at));
  return {};
}

}  // namespace hfhub::xet
