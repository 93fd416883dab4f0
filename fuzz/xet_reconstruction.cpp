// xet/cas/reconstruction.h: what passes can be fetched and put together without a further check.
// The input's first byte chooses the version, the rest is the answer.
#include "xet/cas/reconstruction.h"

#include "base/text.h"
#include "base/url.h"
#include "require.h"
#include "xet/format/xorb.h"

using namespace hfhub;

namespace {

void check_ranges(const std::vector<xet::FetchRange>& ranges) {
  uint64_t chunk = 0, byte = 0;
  for (const auto& range : ranges) {
    REQUIRE(range.chunk_begin >= chunk && range.chunk_begin < range.chunk_end);
    REQUIRE(range.byte_begin >= byte && range.byte_begin < range.byte_end);
    REQUIRE(range.url && parse_url(*range.url).ok());
    chunk = range.chunk_end;
    byte = range.byte_end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  if (text.empty()) return 0;
  const auto parsed = xet::parse_reconstruction(text.substr(1), text[0] == '1' ? 1 : 2);
  if (!parsed.ok()) {
    REQUIRE(parsed.error().code == Code::kProtocol);
    REQUIRE(is_valid_utf8(parsed.error().message) && !has_control_characters(parsed.error().message));
    return 0;
  }
  for (const auto& [xorb, ranges] : parsed->ranges) check_ranges(ranges);
  uint64_t total = 0;
  for (const xet::Term& term : parsed->terms) {
    const uint64_t chunks = term.chunk_end - term.chunk_begin;
    REQUIRE(term.chunk_begin < term.chunk_end && term.bytes >= chunks && term.bytes <= chunks * xet::kMaxChunkBytes);
    int covering = 0;
    for (const auto& range : parsed->ranges.at(term.xorb)) {
      covering += range.chunk_begin <= term.chunk_begin && term.chunk_end <= range.chunk_end;
    }
    REQUIRE(covering == 1);
    total += term.bytes;
  }
  REQUIRE(parsed->total_bytes() == total);
  REQUIRE(parsed->skip_bytes == 0 || parsed->skip_bytes < parsed->terms.at(0).bytes);
  return 0;
}
