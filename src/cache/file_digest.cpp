#include "cache/file_digest.h"

#include <algorithm>

#include "platform/file.h"

namespace hfhub::cache {
namespace {

// Reads [range) through `read` into `digest`; a range that ends at UINT64_MAX ends where the file ends.
template <class Read>
Done feed(const Read& read, ByteRange range, digest::ContentDigest* digest, const runtime::Cancel& cancel,
          const OnBytes& on_bytes, const std::string& path) {
  Bytes buffer(static_cast<size_t>(std::min<uint64_t>(kDigestBuffer, range.size())));
  while (range.begin < range.end) {
    HFHUB_CHECK(cancel.check());
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), range.size()));
    HFHUB_TRY(const size_t got, read(range.begin, std::span<uint8_t>(buffer).first(wanted)));
    if (got < wanted && range.end != UINT64_MAX) {
      return Error::at(Code::kIo, "'" + path + "' is shorter than expected", path);
    }
    if (got == 0) break;
    digest->update(ByteView(buffer).first(got));
    if (on_bytes) on_bytes(got);
    range.begin += got;
  }
  return {};
}

}  // namespace

Result<std::string> digest_file(const std::string& path, digest::Algorithm algorithm, const runtime::Cancel& cancel,
                                const OnBytes& on_bytes) {
  HFHUB_TRY(const platform::File file, platform::File::open_read(path));
  HFHUB_TRY(const uint64_t size, file.size());
  digest::ContentDigest digest(algorithm, size);
  const auto read = [&](uint64_t offset, std::span<uint8_t> out) { return file.read_at(offset, out); };
  HFHUB_CHECK(feed(read, {0, UINT64_MAX}, &digest, cancel, on_bytes, path));
  return digest.finish_hex();
}

Done digest_range(const PartialFile& file, ByteRange range, digest::ContentDigest* digest,
                  const runtime::Cancel& cancel, const OnBytes& on_bytes) {
  const auto read = [&](uint64_t offset, std::span<uint8_t> out) { return file.read(offset, out); };
  return feed(read, range, digest, cancel, on_bytes, file.path());
}

}  // namespace hfhub::cache
