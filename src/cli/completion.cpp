#include "cli/completion.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/completion_scripts.h"
#include "cli/failure.h"
#include "cli/registry.h"

namespace cli {

namespace {

constexpr std::string_view kFormats = "auto|human|agent|json|quiet";

bool starts_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

// Words as a shell reads them; quotes may be open at the end.
std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  bool inside = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        words.back() += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '\\' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else {
      words.back() += c;
    }
  }
  return words;
}

void add_choices(std::vector<Candidate>& out, std::string_view choices, const std::string& prefix,
                 std::string_view typed) {
  for (const std::string_view choice : split_list(choices, "|")) {
    if (starts_with(choice, typed)) out.push_back({"plain", prefix + std::string(choice), ""});
  }
}

// Values of an option; `prefix` is "--sort=" when value and name are one word.
std::vector<Candidate> value_candidates(const Option& option, const std::string& prefix, std::string_view typed) {
  std::vector<Candidate> out;
  if (option.kind == OptionKind::kChoice) add_choices(out, option.metavar, prefix, typed);
  if (option.kind == OptionKind::kFolder) out.push_back({"dir", prefix + std::string(typed), ""});
  return out;
}

void add_option_names(std::vector<Candidate>& out, const Option& option, std::string_view typed) {
  for (const std::string_view name : option_names(option)) {
    if (starts_with(name, typed) && name.size() > 2)
      out.push_back({"plain", std::string(name), std::string(option.help)});
  }
}

std::vector<Candidate> option_candidates(const Command& command, std::string_view typed) {
  std::vector<Candidate> out;
  for (const Option& option : command.options) add_option_names(out, option, typed);
  for (const std::string_view name : {"--format", "--json", "--quiet", "--no-truncate", "--help"}) {
    if (starts_with(name, typed)) out.push_back({"plain", std::string(name), ""});
  }
  return out;
}

std::vector<Candidate> command_candidates(const Command& command, const std::vector<std::string>& words,
                                          const std::string& current) {
  const std::string previous = words.empty() ? "" : words.back();
  std::vector<Candidate> out;
  if (previous == "--format") {
    add_choices(out, kFormats, "", current);
    return out;
  }
  const Option* pending = find_option(command, previous);
  if (pending != nullptr && takes_value(*pending)) return value_candidates(*pending, "", current);
  const size_t equals = current.find('=');
  if (starts_with(current, "--") && equals != std::string::npos) {
    const std::string name = current.substr(0, equals);
    if (name == "--format") add_choices(out, kFormats, "--format=", current.substr(equals + 1));
    const Option* option = find_option(command, name);
    if (option == nullptr) return out;
    return value_candidates(*option, name + "=", std::string_view(current).substr(equals + 1));
  }
  if (starts_with(current, "-")) return option_candidates(command, current);
  return out;
}

std::vector<Candidate> group_candidates(const std::string& path, const std::string& current) {
  std::vector<Candidate> out;
  if (starts_with(current, "-")) {
    if (path.empty()) {
      for (const std::string_view name : {"--install-completion", "--show-completion"}) {
        if (starts_with(name, current)) out.push_back({"plain", std::string(name), ""});
      }
    }
    if (starts_with("--help", current)) out.push_back({"plain", "--help", ""});
    return out;
  }
  for (const Group* group : groups_in(path)) {
    if (starts_with(main_name(*group), current)) {
      out.push_back({"plain", std::string(main_name(*group)), std::string(group->summary)});
    }
  }
  for (const Command* command : commands_in(path)) {
    for (const std::string_view name : split_list(command->names, "|")) {
      if (starts_with(name, current)) out.push_back({"plain", std::string(name), std::string(command->summary)});
    }
  }
  return out;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// The words before the current one, without "hf". bash and zsh send all words and an index, fish and "bash_line" the
// line up to the cursor and its last word.
std::vector<std::string> words_before(const std::string& shell, std::string& current) {
  std::vector<std::string> words = split_words(environment("COMP_WORDS"));
  if (shell == "fish" || shell == "line") {
    current = environment("COMP_CWORD");
    if (!current.empty() && !words.empty()) words.pop_back();
  } else {
    const size_t index = std::strtoul(environment("COMP_CWORD").c_str(), nullptr, 10);
    current = index < words.size() ? words[index] : "";
    if (index < words.size()) words.resize(index);
  }
  if (!words.empty()) words.erase(words.begin());
  return words;
}

void print_candidate(const std::string& shell, const Candidate& candidate) {
  if (shell == "zsh") {
    std::printf("%s\n%s\n%s\n", candidate.kind.c_str(), candidate.value.c_str(),
                candidate.help.empty() ? "_" : candidate.help.c_str());
  } else if (shell == "fish" && !candidate.help.empty()) {
    std::printf("%s,%s\t%s\n", candidate.kind.c_str(), candidate.value.c_str(), candidate.help.c_str());
  } else {
    std::printf("%s,%s\n", candidate.kind.c_str(), candidate.value.c_str());
  }
}

const char* script_of(const std::string& shell) {
  if (shell == "bash") return kBashScript;
  if (shell == "zsh") return kZshScript;
  if (shell == "fish") return kFishScript;
  return nullptr;
}

std::string current_shell() {
  const std::string path = environment("SHELL");
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() ? "bash" : name;
}

int refuse_shell(const std::string& shell) {
  std::fprintf(stderr, "Error: Shell '%s' is not supported for completion; bash, zsh and fish are.\n", shell.c_str());
  return kExitFailure;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::vector<Candidate> candidates(const std::vector<std::string>& words, const std::string& current) {
  std::string path;
  for (size_t i = 0; i < words.size(); ++i) {
    if (const Command* command = find_command(path, words[i])) {
      return command_candidates(*command, {words.begin() + static_cast<ptrdiff_t>(i) + 1, words.end()}, current);
    }
    const Group* group = find_group(path, words[i]);
    if (group == nullptr) return {};
    path = group->path;
  }
  return group_candidates(path, current);
}

int answer_completion(const std::string& instruction) {
  const size_t split = instruction.find('_');
  const std::string shell = instruction.substr(0, split);
  const std::string what = split == std::string::npos ? "" : instruction.substr(split + 1);
  const char* script = script_of(shell);
  if (script == nullptr) return kExitFailure;
  if (what == "source") {
    std::fputs(script, stdout);
    return 0;
  }
  if (what != "complete" && what != "line") return kExitFailure;
  std::string current;
  const std::vector<std::string> words = words_before(what == "line" ? "line" : shell, current);
  for (const Candidate& candidate : candidates(words, current)) print_candidate(shell, candidate);
  return 0;
}

int show_completion() {
  const char* script = script_of(current_shell());
  if (script == nullptr) return refuse_shell(current_shell());
  std::fputs(script, stdout);
  return 0;
}

int install_completion() {
  namespace fs = std::filesystem;
  const std::string shell = current_shell();
  const fs::path home = environment("HOME");
  if (script_of(shell) == nullptr) return refuse_shell(shell);
  fs::path path = home / (shell == "zsh" ? ".zshrc" : ".bashrc");
  std::string addition = "\neval \"$(_HF_COMPLETE=" + shell + "_source hf)\"\n";
  if (shell == "fish") {
    path = home / ".config" / "fish" / "completions" / "hf.fish";
    addition = script_of(shell);
  }
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  const bool there = shell != "fish" && content_of(path).find(addition.substr(1)) != std::string::npos;
  if (!there) {
    std::ofstream file(path, shell == "fish" ? std::ios::trunc : std::ios::app);
    file << addition;
    file.flush();
    if (!file) throw CommandError("Cannot write " + path.string() + ".");
  }
  std::printf("%s completion installed in %s. Restart your shell for it to take effect.\n", shell.c_str(),
              path.string().c_str());
  return 0;
}

}  // namespace cli
