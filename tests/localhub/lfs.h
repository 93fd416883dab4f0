// Git LFS: batches, completion and verification on the Hub's origin, content on the second one.
#pragma once

#include "hub.h"

namespace localhub {

/// A call under <id>.git/info/lfs, or the completion of a multipart upload.
bool is_lfs_call(const Request& request);
Response answer_lfs(const Call& call);

// lfs_storage.cpp: the storage side
std::string lfs_put_url(const Call& call, const std::string& oid, int64_t size);
std::string lfs_part_url(const Call& call, const LfsUpload& upload, int64_t number);
bool is_lfs_put(const Request& request);
/// PUT of a whole object or a part; the signature has been checked.
Response answer_lfs_put(const Call& call);

}  // namespace localhub
