#include "cli/help.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "cli/output.h"
#include "cli/registry.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace cli {

namespace {

constexpr std::array kOutputOptions{
    Option{"--format", OptionKind::kChoice, "auto|human|agent|json|quiet",
           "How data is printed. Default: auto, which is agent when an AI agent runs the command, else human."},
    Option{"--json", OptionKind::kFlag, "", "The same as --format json."},
    Option{"-q, --quiet", OptionKind::kFlag, "", "The same as --format quiet: one identifier a line."},
    Option{"--no-truncate", OptionKind::kFlag, "", "Do not cut the cells of a table to the width of the terminal."},
};

constexpr std::array kRootOptions{
    Option{"--install-completion", OptionKind::kFlag, "", "Make the Tab key complete hf in your shell."},
    Option{"--show-completion", OptionKind::kFlag, "", "Print the completion script of your shell."},
};

constexpr Option kHelpOption{"-h, --help", OptionKind::kFlag, "", "Show this message and exit."};

constexpr std::array<std::string_view, 4> kRootExamples{
    "hf download openai-community/gpt2",
    "hf download datasets/HuggingFaceH4/ultrachat_200k data/",
    "hf cache ls --sort size",
    "hf cache verify openai-community/gpt2",
};

constexpr std::string_view kRootNotes = "Environment:\n"
                                        "  HF_TOKEN        the access token, for private and gated repositories\n"
                                        "  HF_HOME         where everything is kept; default ~/.cache/huggingface\n"
                                        "  HF_HUB_OFFLINE  1: use only what is on disk\n"
                                        "  NO_COLOR        not empty: no colours\n"
                                        "  `hf env` shows all settings in force.\n"
                                        "\n"
                                        "Learn more:\n"
                                        "  `hf COMMAND --help` explains a command; `man hf` has it all.\n";

struct Entry {
  std::string name;
  std::string_view help;
};

size_t help_width() { return std::min<size_t>(100, static_cast<size_t>(terminal_columns(Stream::kStdout))); }

std::string heading(std::string_view text) {
  if (!is_terminal(Stream::kStdout) || no_color()) return std::string(text) + ":\n";
  return "\x1b[1m" + std::string(text) + ":\x1b[0m\n";
}

// Names on the left, help on the right; a long name gets a line of its own.
std::string section(std::string_view title, const std::vector<Entry>& entries) {
  if (entries.empty()) return "";
  size_t column = 0;
  for (const Entry& entry : entries) {
    if (length(entry.name) <= 26) column = std::max(column, length(entry.name));
  }
  column += 4;
  std::string out = title.empty() ? "" : "\n" + heading(title);
  for (const Entry& entry : entries) {
    out += "  " + entry.name;
    if (length(entry.name) + 4 > column) {
      out += "\n" + std::string(column, ' ');
    } else {
      out += std::string(column - 2 - length(entry.name), ' ');
    }
    out += wrap(entry.help, column, help_width()) + "\n";
  }
  return out;
}

Entry entry_of(const Option& option) {
  std::string name(option.names);
  if (option.kind == OptionKind::kSwitch) name.append(" / --no-").append(option_key(option));
  constexpr size_t kLongestChoices = 40;
  if (option.kind == OptionKind::kChoice && option.metavar.size() > kLongestChoices) {
    name.append(" KEY");
  } else if (option.kind == OptionKind::kChoice) {
    name.append(" [").append(option.metavar).append("]");
  } else if (takes_value(option)) {
    name.append(" ").append(option.metavar);
  }
  return {name, option.help};
}

std::vector<Entry> option_entries(std::span<const Option> options) {
  std::vector<Entry> entries;
  for (const Option& option : options) entries.push_back(entry_of(option));
  return entries;
}

std::string shown_name(const Argument& argument) {
  std::string name(argument.name);
  if (!argument.required) name = "[" + name + "]";
  return argument.repeated ? name + "..." : name;
}

std::string example_section(std::span<const std::string_view> examples) {
  if (examples.empty()) return "";
  std::string out = "\n" + heading("Examples");
  for (const std::string_view example : examples) out.append("  $ ").append(example).append("\n");
  return out;
}

std::string indented(std::string_view text) {
  std::string out;
  for (const std::string_view paragraph : split_list(text, "\n")) {
    out.append(paragraph.empty() ? "" : "  ").append(wrap(paragraph, 2, help_width())).append("\n");
  }
  return out;
}

std::vector<Entry> command_entries(std::string_view group) {
  std::map<std::string, Entry> sorted;
  static std::map<std::string, std::string> with_alias;  // entries borrow their help
  for (const Group* inner : groups_in(group)) {
    const std::string name(main_name(*inner));
    sorted[name] = {name, inner->summary};
  }
  for (const Command* command : commands_in(group)) {
    const std::string name(main_name(*command));
    std::string& help = with_alias[full_name(*command)];
    help = command->summary;
    if (!alias_of(*command).empty()) help.append(" Alias: ").append(alias_of(*command)).append(".");
    sorted[name] = {name, help};
  }
  std::vector<Entry> entries;
  for (auto& [name, entry] : sorted) entries.push_back(std::move(entry));
  return entries;
}

const Group* group_at(std::string_view path) {
  const size_t space = path.rfind(' ');
  if (space == std::string_view::npos) return find_group("", path);
  return find_group(path.substr(0, space), path.substr(space + 1));
}

}  // namespace

std::string usage_of(const Command& command) {
  std::string out = "Usage: " + full_name(command) + " [OPTIONS]";
  for (const Argument& argument : command.arguments) out += " " + shown_name(argument);
  return out;
}

std::string usage_of_group(std::string_view group) {
  return group.empty() ? "Usage: hf [OPTIONS] COMMAND [ARGS]..."
                       : "Usage: hf " + std::string(group) + " [OPTIONS] COMMAND [ARGS]...";
}

std::string option_list(const Command& command) {
  std::vector<Entry> entries = option_entries(command.options);
  entries.push_back(entry_of(kHelpOption));
  return section("", entries);
}

std::string command_list(std::string_view group) { return section("", command_entries(group)); }

std::string help_of(const Command& command) {
  std::string out = usage_of(command) + "\n\n" + indented(command.summary);
  if (!command.description.empty()) out += "\n" + indented(command.description);
  std::vector<Entry> arguments;
  for (const Argument& argument : command.arguments) arguments.push_back({shown_name(argument), argument.help});
  out += section("Arguments", arguments);
  std::vector<Entry> options = option_entries(command.options);
  options.push_back(entry_of(kHelpOption));
  out += section("Options", options);
  out += section("Output", option_entries(kOutputOptions));
  return out + example_section(command.examples);
}

std::string help_of_group(std::string_view group) {
  const Group* row = group_at(group);
  std::string out = usage_of_group(group) + "\n\n";
  out += indented(row != nullptr ? row->summary : "Work with the Hugging Face Hub.");
  out += section("Commands", command_entries(group));
  std::vector<Entry> options;
  if (group.empty()) options = option_entries(kRootOptions);
  options.push_back(entry_of(kHelpOption));
  out += section("Options", options);
  if (group.empty()) return out + example_section(kRootExamples) + "\n" + std::string(kRootNotes);
  std::vector<std::string_view> examples;
  for (const Command* command : commands_in(group)) {
    if (!command->examples.empty()) examples.push_back(command->examples.front());
  }
  return out + example_section(examples);
}

}  // namespace cli
