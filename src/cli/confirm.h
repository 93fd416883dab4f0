// Asking before something cannot be undone.
#pragma once

#include <string>

namespace cli {

class Output;

// Returns when the user agrees: `yes` was given, or the answer on stdin is y or yes. Throws CommandError otherwise, and
// in the modes that programs read, where nobody could answer.
void confirm(Output& out, const std::string& question, bool yes);

}  // namespace cli
