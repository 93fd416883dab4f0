// The calls of the CAS listener; all throw HttpError.
#pragma once

#include "hub.h"

namespace localhub {

XetHash hash_from(const std::string& text);

// cas_reconstruct.cpp
Response answer_reconstruction(const Call& call, const std::string& file, bool v2);
// cas_upload.cpp
Response answer_xorb(const Call& call, const std::string& xorb);
Response answer_grant(const Call& call, const std::string& xorb);
Response answer_xorb_commit(const Call& call, const std::string& xorb, const std::string& grant);
// cdn_xorbs.cpp: the storage side
struct ByteRange {
  int64_t first = 0;
  int64_t last = 0;  // inclusive
};
std::string xorb_url(const Call& call, const XetHash& xorb, const std::vector<ByteRange>& ranges);
std::string upload_url(const Call& call, const Grant& grant);

}  // namespace localhub
