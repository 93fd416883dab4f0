#include "cli/confirm.h"

#include <algorithm>
#include <cctype>
#include <iostream>

#include "cli/failure.h"
#include "cli/output.h"

namespace cli {

namespace {

std::string answer_word(const std::string& line) {
  std::string word;
  for (const char c : line) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  word.erase(word.begin(), std::find_if_not(word.begin(), word.end(), is_space));
  word.erase(std::find_if_not(word.rbegin(), word.rend(), is_space).base(), word.end());
  return word;
}

}  // namespace

void confirm(Output& out, const std::string& question, bool yes) {
  if (yes) return;
  if (out.mode() != Mode::kHuman) throw CommandError(question + " Use --yes to skip confirmation.");
  for (std::string line;;) {
    out.prompt(question + " [y/N]: ");
    if (!std::getline(std::cin, line)) throw Aborted("Aborted!");
    const std::string word = answer_word(line);
    if (word == "y" || word == "yes") return;
    if (word.empty() || word == "n" || word == "no") throw Aborted("Aborted!");
    out.plain("Error: invalid input");
  }
}

}  // namespace cli
