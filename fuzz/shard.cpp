// xet/format/shard.h: any bytes; what is read can be written and read again; no allocation that the bytes do not justify.
#include "xet/format/shard.h"

#include "allocations.h"

using namespace hfhub;
using namespace hfhub::xet;

namespace {

struct Read {
  ShardWriter writer;
  uint64_t files = 0, xorbs = 0, terms = 0, chunks = 0;
  std::optional<ShardFooter> footer;
};

bool read(ByteView shard, Read* out) {
  ShardView view;
  view.on_file = [&](const FileRecord& file) -> Done {
    ++out->files;
    out->terms += file.terms.size();
    REQUIRE(file.verification.empty() || file.verification.size() == file.terms.size());
    out->writer.add_file(file);
    return {};
  };
  view.on_xorb = [&](const XorbRecord& xorb) -> Done {
    ++out->xorbs;
    out->chunks += xorb.chunks.size();
    out->writer.add_xorb(xorb);
    return {};
  };
  if (!read_shard(shard, &view).ok()) return false;
  out->footer = view.footer;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView shard(data, size);
  {
    const fuzz::AllocationLimit limit(4096 + 4 * size);
    ShardView nobody;
    (void)read_shard(shard, &nobody);
  }
  Read first, second, third;
  if (!read(shard, &first)) return 0;
  REQUIRE(first.files + first.terms + first.xorbs + first.chunks <= size / 48);
  const Bytes again = first.writer.finish();
  REQUIRE(again.size() == first.writer.size_bytes());
  REQUIRE(read(again, &second) && !second.footer);
  REQUIRE(read(first.writer.finish(first.footer.value_or(ShardFooter{})), &third) && third.footer);
  REQUIRE(second.files == first.files && second.xorbs == first.xorbs);
  REQUIRE(third.terms == first.terms && third.chunks == first.chunks);
  REQUIRE(!first.footer || third.footer->key == first.footer->key);
  return 0;
}
