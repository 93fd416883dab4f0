// Another program, run to its end. Only for what a caller has asked for by name (git's credential helpers).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hfhub::platform {

struct ProgramResult {
  int exit_code = -1;  // 128 + signal when one ended it; -1 when the host process took the news of its end away
  std::string output;  // stdout; at most the limit
};

// Runs `command` (found along PATH) with `input` on its stdin and this process's environment and folder; stderr is thrown
// away. It starts with the default signals. kUnsupported: there is no such program. kTimeout: it was killed after
// `timeout_ms`. Nothing of this process is copied (no fork), and no handler for ended children is needed.
Result<ProgramResult> run_program(const std::vector<std::string>& command, std::string_view input, int64_t timeout_ms,
                                  size_t output_limit = 1 << 20);

}  // namespace hfhub::platform
