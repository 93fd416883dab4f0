// A hf:// URI in place of a repository id.
#pragma once

#include <hfhub.hpp>
#include <string>

#include "cli/values.h"

namespace cli {

// It says type and revision itself: both options are refused beside it.
void refuse_beside_uri(const Values& values, const std::string& uri);
// Its parts, as hfhub_uri_parse gives them.
hfhub::Json uri_parts(const std::string& uri);

}  // namespace cli
