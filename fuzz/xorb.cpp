// xet/format/xorb.h: records and footers of any bytes; no allocation that the bytes do not justify.
#include "xet/format/xorb.h"

#include <algorithm>

#include "allocations.h"

using namespace hfhub;
using namespace hfhub::xet;

namespace {

// One chunk, its byte planes, the tree's levels and an error's text; then what a record of nine bytes may become.
constexpr size_t kFixedBytes = 1 << 20;
constexpr size_t kPerByte = 32;

void require_same(const XorbInfo& a, const XorbInfo& b) {
  REQUIRE(a.hash == b.hash && a.stored_ends == b.stored_ends && a.chunks.size() == b.chunks.size());
  for (size_t i = 0; i < a.chunks.size(); ++i) {
    REQUIRE(a.chunks[i].hash == b.chunks[i].hash && a.chunks[i].size == b.chunks[i].size);
  }
}

void footers(ByteView xorb) {
  const fuzz::AllocationLimit limit(kFixedBytes + kPerByte * xorb.size());
  const auto info = parse_footer(xorb);
  if (!info.ok()) return;
  REQUIRE(info->chunks.size() == info->stored_ends.size());
  Bytes again(info->stored_ends.empty() ? 0 : info->stored_ends.back());
  const Bytes footer = encode_footer(*info);
  again.insert(again.end(), footer.begin(), footer.end());
  const auto back = parse_footer(again);
  REQUIRE(back.ok());
  require_same(*back, *info);
}

void records(ByteView xorb) {
  const fuzz::AllocationLimit limit(kFixedBytes + kPerByte * xorb.size());
  const auto info = inspect_xorb(xorb);
  if (!info.ok()) return;
  REQUIRE(info->hash == xorb_hash(info->chunks));
  REQUIRE(info->stored_ends.empty() || info->stored_ends.back() <= xorb.size());
}

void encoder(ByteView data) {
  static ChunkEncoder encoder(CompressionPolicy::kAuto, 4);  // remembers the inputs before, as it does in an upload
  data = data.first(std::min<size_t>(data.size(), kMaxChunkBytes));
  Bytes out(kChunkHeaderBytes + data.size()), back(data.size()), scratch;
  bool stored = false;
  const size_t made = encoder.encode(data, out, &stored);
  const ByteView written = ByteView(out).first(made);
  const auto header = parse_chunk_header(written.first<kChunkHeaderBytes>());
  REQUIRE(header.ok() && header->bytes == data.size());
  const ByteView payload = stored ? data : written.subspan(kChunkHeaderBytes);
  REQUIRE(decode_chunk(*header, payload, back, &scratch).ok());
  REQUIRE(std::ranges::equal(back, data));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  footers(bytes);
  records(bytes);
  encoder(bytes);
  return 0;
}
