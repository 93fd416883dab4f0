// Everything below a folder, links to folders not entered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hfhub::cache {

// A name the operating system puts into folders by itself.
bool is_system_file(std::string_view name);

// Paths relative to `folder`, sorted, of all that is not a folder and no link to one: files, links to files, broken
// links. What cannot be listed counts as empty, unless `failure` takes the first such error.
std::vector<std::string> walk_files(const std::string& folder, std::optional<Error>* failure = nullptr);

}  // namespace hfhub::cache
