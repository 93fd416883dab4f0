// Short-lived signed addresses on the second origin, in the shape of S3's. All query arguments
// and the method are part of the signature.
#pragma once

#include <string>

#include "http.h"

namespace localhub {

/// `base` is scheme and host; `expired` makes one that is already out of date.
std::string presign(const std::string& secret, const std::string& method, const std::string& base,
                    const std::string& path, int64_t ttl_s, bool expired, const Pairs& arguments);

enum class Presigned { kValid, kForged, kExpired };
Presigned check_presigned(const std::string& secret, const Request& request);

}  // namespace localhub
