// Writing to the store that repositories share (shared_store.h), by huggingface_hub's protocol: everything about one hash
// happens under <hash>.lock, inside the etag's lock; a line of <hash>.refs is on disk before the link that it names.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "runtime/cancel.h"

namespace hfhub::cache {

struct SharedBlob {
  std::string cache_dir;  // absolute, without links in it
  std::string blob;       // <cache_dir>/<repo folder>/blobs/<etag>: becomes a link to the payload
  std::string xet_hash;
  uint64_t size = 0;
};

// Links the blob to a payload that is there. An error says why the blob must be fetched instead; nothing has changed then.
Done link_to_payload(const SharedBlob& shared, const runtime::Cancel& cancel);

// Moves `file`, which is complete and verified, into the store, and links the blob to it; a payload that is there already
// stays and `file` goes, unless `replace`. After an error `file` is still there, to be put in the blob's place.
Done move_to_store(const SharedBlob& shared, const std::string& file, bool replace, const runtime::Cancel& cancel);

}  // namespace hfhub::cache
