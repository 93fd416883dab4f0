// NAME=value as options and files give it: the dotenv format.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

class Output;

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

// One or many lines: "A=1", "export A='x y' # why", or a bare "A", whose value the environment has, or
// for HF_TOKEN whoever is logged in; without a value it is left out. A later line replaces an earlier one. What is no such line is passed over.
void read_env_lines(std::string_view text, NamedTexts& values);

// The file (or stdin, for "-"), then the texts. Warns about a file that others can read.
NamedTexts read_env(Output& out, const std::vector<std::string>& texts, const std::string& file);

}  // namespace cli
