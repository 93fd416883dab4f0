#include "cli/rewrite.h"

#include <algorithm>

#include "cli/failure.h"
#include "cli/registry.h"

namespace cli {

namespace {

std::optional<Mode> mode_named(const std::string& name) {
  if (name == "auto") return std::nullopt;
  if (name == "human") return Mode::kHuman;
  if (name == "agent") return Mode::kAgent;
  if (name == "json") return Mode::kJson;
  if (name == "quiet") return Mode::kQuiet;
  throw UsageError("Invalid value for '--format': '" + name + "'. Valid values: agent, auto, human, json, quiet.");
}

// The type named by the first of three parts; "" when `id` has no such prefix.
std::string_view type_of_prefix(std::string_view id) {
  const size_t first = id.find('/');
  if (first == std::string_view::npos || id.find('/', first + 1) == std::string_view::npos) return {};
  const std::string_view prefix = id.substr(0, first);
  for (const std::string_view type : split_list(kRepoTypes, "|")) {
    if (prefix.size() == type.size() + 1 && prefix.substr(0, type.size()) == type && prefix.back() == 's') return type;
  }
  return {};
}

// Where the arguments stand in `words` that name a repository.
std::vector<size_t> repo_words(const Command& command, const std::vector<std::string>& words) {
  std::vector<size_t> found;
  size_t number = 0;
  for (size_t i = 0; i < words.size() && words[i] != "--" && number < command.arguments.size(); ++i) {
    if (!words[i].empty() && words[i].front() == '-') {
      const Option* option = find_option(command, words[i]);
      if (option != nullptr && takes_value(*option)) ++i;
      continue;
    }
    const std::string_view name = command.arguments[number].name;
    if (name == "REPO_ID" || name == "FROM_ID" || name == "TO_ID") found.push_back(i);
    if (!command.arguments[number].repeated) ++number;
  }
  return found;
}

void refuse_explicit_type(const std::vector<std::string>& words, std::string_view type) {
  const auto end = std::find(words.begin(), words.end(), "--");
  for (auto word = words.begin(); word != end; ++word) {
    const std::string name = word->substr(0, word->find('='));
    if (name == "--type" || name == "--repo-type") {
      throw UsageError("Ambiguous repo type: got prefix '" + std::string(type) +
                       "s/' in repo ID and explicit --type. Use one or the other.");
    }
  }
}

}  // namespace

OutputChoice take_output_flags(std::vector<std::string>& words) {
  OutputChoice choice;
  std::string chosen;
  std::vector<std::string> kept;
  const auto choose = [&](const std::string& flag) {
    if (!chosen.empty()) throw UsageError("'" + chosen + "' and '" + flag + "' are mutually exclusive.");
    chosen = flag;
  };
  size_t i = 0;
  for (; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    if (word == "--format") {
      choose("--format");
      if (i + 1 >= words.size()) throw UsageError("Option '--format' requires a value.");
      choice.mode = mode_named(words[++i]);
    } else if (word.compare(0, 9, "--format=") == 0) {
      choose("--format");
      choice.mode = mode_named(word.substr(9));
    } else if (word == "--json") {
      choose(word);
      choice.mode = Mode::kJson;
    } else if (word == "-q" || word == "--quiet") {
      choose(word);
      choice.mode = Mode::kQuiet;
    } else if (word == "--no-truncate") {
      choice.no_truncate = true;
    } else if (word.compare(0, 14, "--no-truncate=") == 0) {
      throw UsageError("Option '--no-truncate' does not take a value.");
    } else {
      kept.push_back(word);
    }
  }
  kept.insert(kept.end(), words.begin() + static_cast<ptrdiff_t>(i), words.end());
  words = std::move(kept);
  return choice;
}

void rewrite_repo_type(const Command& command, std::vector<std::string>& words) {
  if (find_option(command, "--type") == nullptr) return;
  std::string_view type;
  std::vector<size_t> prefixed;
  for (const size_t at : repo_words(command, words)) {
    const std::string_view here = type_of_prefix(words[at]);
    if (here.empty()) continue;
    if (!type.empty() && here != type) {
      throw UsageError("Conflicting repo type prefixes: '" + std::string(type) + "s/' and '" + std::string(here) +
                       "s/'.");
    }
    type = here;
    prefixed.push_back(at);
  }
  if (type.empty()) return;
  refuse_explicit_type(words, type);
  for (const size_t at : prefixed) words[at] = words[at].substr(type.size() + 2);
  words.insert(std::find(words.begin(), words.end(), "--"), {"--type", std::string(type)});
}

}  // namespace cli
