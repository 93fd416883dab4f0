// Digests of files on disk, whole or continued from where an earlier reader stopped.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "cache/partial_file.h"
#include "digest/digest.h"
#include "runtime/cancel.h"

namespace hfhub::cache {

// Called with the bytes just read; may be empty. The buffer in use is kDigestBuffer bytes.
using OnBytes = std::function<void(uint64_t bytes)>;
inline constexpr size_t kDigestBuffer = 256 * 1024;

// The content digest of the file at `path`, lower-case hex; "" for kNone. Links are followed.
Result<std::string> digest_file(const std::string& path, digest::Algorithm algorithm, const runtime::Cancel& cancel,
                                const OnBytes& on_bytes);

// Feeds `range` of a partial file to a running digest, as far as it is on disk: how a download resumes its verification.
// kIo when the file holds less than the range.
Done digest_range(const PartialFile& file, ByteRange range, digest::ContentDigest* digest,
                  const runtime::Cancel& cancel, const OnBytes& on_bytes);

}  // namespace hfhub::cache
