// The YAML front matter of a README.md, as far as repository cards use it.
#pragma once

#include <rapidjson/document.h>

#include <string_view>

namespace localhub {

/// Top-level scalars, lists of scalars (block or [a, b]) and one level of nested mappings become
/// JSON; deeper structures are skipped. A text without front matter gives an empty object.
rapidjson::Document parse_card(std::string_view readme);

}  // namespace localhub
