// The bytes of a xorb: chunk records back to back, and the footer a CAS puts behind them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "xet_hash.h"

namespace localhub {

constexpr size_t kMostChunks = 8192;
constexpr size_t kLargestXorb = 64 << 20;  // uncompressed
constexpr size_t kRecordHeader = 8;
/// Incompressible chunks and their headers, and the footer of older clients.
constexpr size_t kLargestXorbBody = kLargestXorb + kMostChunks * kRecordHeader + 96 + 40 * kMostChunks;

/// Bytes that are not what the format says; the text is for the client.
struct FormatError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a xorb holds, without the data.
struct XorbIndex {
  XetHash hash;
  std::vector<ChunkName> chunks;
  std::vector<uint32_t> ends;  // of each chunk's record in the stored bytes

  uint32_t record_start(size_t chunk) const { return chunk == 0 ? 0 : ends[chunk - 1]; }
  uint64_t unpacked(size_t first, size_t end) const;
};

/// Unpacks and hashes every chunk of an upload. The records end at the end of `body`, or at a
/// footer if `footer_allowed`, which is not looked at.
XorbIndex examine_xorb(std::string_view body, bool footer_allowed);
std::string xorb_footer(const XorbIndex& index);
/// Reads the footer from the end of a stored xorb: `tail` is the whole footer with its length.
XorbIndex parse_footer(std::string_view tail);
/// Size of the footer and its length field, from the last four bytes of a stored xorb.
size_t footer_size(std::string_view last_four);

/// The plain bytes of the chunks whose records these are.
std::string unpack_records(std::string_view records);

/// Makes a xorb chunk by chunk.
class XorbBuilder {
 public:
  bool fits(size_t chunk_length) const;
  void add(std::string_view chunk, const XetHash& hash);
  bool empty() const { return index_.chunks.empty(); }
  size_t count() const { return index_.chunks.size(); }
  /// The finished index, its hash included.
  XorbIndex finish();
  const std::string& body() const { return body_; }

 private:
  XorbIndex index_;
  std::string body_;
  size_t unpacked_ = 0;
  bool grouped_ = false;  // bytes regrouped by position before packing: good for weights
};

}  // namespace localhub
