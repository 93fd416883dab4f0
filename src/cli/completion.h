// Completion by the Tab key. The scripts in completions/ ask hf itself, so they never go stale:
//   _HF_COMPLETE=bash_source|zsh_source|fish_source hf       prints the script
//   _HF_COMPLETE=bash_complete|... COMP_WORDS=... COMP_CWORD=... hf   prints the candidates
// Variables and answers are those of the Python client, so that its scripts work with this program too.
#pragma once

#include <string>
#include <vector>

namespace cli {

struct Candidate {
  std::string kind;  // "plain", or "dir" for any folder, "file" for any file
  std::string value;
  std::string help;
};

// What may stand where `current`, the beginning of a word, is now; `words` are those before it, without "hf".
std::vector<Candidate> candidates(const std::vector<std::string>& words, const std::string& current);

int answer_completion(const std::string& instruction);
int show_completion();
int install_completion();

}  // namespace cli
