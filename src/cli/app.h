// From argv to an exit code.
#pragma once

#include <string>
#include <vector>

namespace cli {

int run(const std::vector<std::string>& words);

}  // namespace cli
