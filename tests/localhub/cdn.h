// The parts of the second origin.
#pragma once

#include "hub.h"

namespace localhub {

/// S3's way to say no.
Response storage_error(int status, const std::string& code, const std::string& message);

// cdn_xorbs.cpp; the signature has been checked.
Response answer_xorb_data(const Call& call);
Response answer_upload(const Call& call);

}  // namespace localhub
