// What happens to the words of every command before they are parsed: the output flags are taken out, and a type in
// front of a repository id ("datasets/owner/name") becomes --type.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"

namespace cli {

struct OutputChoice {
  std::optional<Mode> mode;  // nullopt: --format auto, or nothing said
  bool no_truncate = false;
};

// Both leave everything behind "--" alone and throw UsageError.
OutputChoice take_output_flags(std::vector<std::string>& words);
void rewrite_repo_type(const Command& command, std::vector<std::string>& words);

}  // namespace cli
