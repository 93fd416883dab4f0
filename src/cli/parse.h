// From the words behind a command's name to Values. The only place with CLI11.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/values.h"

namespace cli {

// Throws UsageError. -h and --help give the flag "help" and switch the check for required arguments off.
Values parse_arguments(const Command& command, std::vector<std::string> words);

// "--max-workers" without a value, unknown options and the like name the option as the user wrote it.
std::string unknown_option_message(const Command& command, const std::string& spelling);

}  // namespace cli
