// Help texts, made from the rows of command.h.
#pragma once

#include <string>

#include "cli/command.h"

namespace cli {

std::string help_of(const Command& command);
// "" is hf itself.
std::string help_of_group(std::string_view group);

// "Usage: hf cache list [OPTIONS]".
std::string usage_of(const Command& command);
std::string usage_of_group(std::string_view group);

// The blocks that error messages repeat.
std::string option_list(const Command& command);
std::string command_list(std::string_view group);

}  // namespace cli
