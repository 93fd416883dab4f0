// Questions to the person at the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"

namespace cli {

// The index of the chosen one: by arrow keys where stdin and stdout are a terminal, else by a number on stdin. Throws
// CommandError when there is no answer.
size_t select_choice(Output& out, std::string_view question, const std::vector<std::string>& choices);

}  // namespace cli
