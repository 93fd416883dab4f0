// What a command is: a row of constant data and a function. Parsing, help, suggestions and completion all read the row.
#pragma once

#include <span>
#include <string_view>

namespace cli {

class Output;
class Values;

enum class OptionKind {
  kFlag,     // --x
  kSwitch,   // --x and --no-x
  kText,     // the last one given counts
  kTexts,    // may be repeated
  kInteger,  // a text that must be a whole number
  kChoice,   // one of the words in `metavar`, separated by "|"
  kFolder,   // a text that completes to folders
};

struct Option {
  std::string_view names;  // "-f, --filter"; the first long one without its dashes is the key in Values
  OptionKind kind;
  std::string_view metavar;
  std::string_view help;
};

struct Argument {
  std::string_view name;  // as help shows it; also its key in Values
  std::string_view help;
  bool required;
  bool repeated;
};

struct Command {
  std::string_view group;  // "" for the top level, else the path of a Group
  std::string_view names;  // "list|ls": the name that help shows, then its aliases
  std::string_view summary;
  std::string_view description;  // more lines for its own help, or ""
  std::span<const Argument> arguments;
  std::span<const Option> options;
  std::span<const std::string_view> examples;
  int (*run)(Output& out, const Values& values);  // returns the exit code
  bool hidden = false;                            // for other programs: not in help, suggestions and completion
};

struct Group {
  std::string_view path;  // "cache"; deeper ones "endpoints catalog"
  std::string_view summary;
};

// Each file of commands gives one of these; registry.cpp collects them.
std::span<const Command> auth_commands();
std::span<const Command> download_commands();
std::span<const Command> cache_commands();
std::span<const Command> lfs_commands();
std::span<const Command> repo_commands();
std::span<const Command> repo_ref_commands();
std::span<const Command> system_commands();
std::span<const Command> upload_commands();

// Options that several commands share, so that they read the same everywhere.
inline constexpr std::string_view kRepoTypes = "model|dataset|space|kernel";
inline constexpr Option kRepoTypeOption{"--type, --repo-type", OptionKind::kChoice, kRepoTypes,
                                        "What kind of repository it is. Default: model."};
inline constexpr Option kRevisionOption{"--revision", OptionKind::kText, "TEXT",
                                        "A branch, a tag, a commit hash or refs/pr/N. Default: main."};
inline constexpr Option kTokenOption{"--token", OptionKind::kText, "TEXT",
                                     "An access token (https://huggingface.co/settings/tokens). Better: put it into "
                                     "HF_TOKEN, out of the shell history."};
inline constexpr Option kYesOption{"-y, --yes", OptionKind::kFlag, "", "Do not ask."};
inline constexpr Argument kRepoIdArgument{
    "REPO_ID", "The repository, as owner/name; datasets/owner/name and spaces/owner/name say the type too.", true,
    false};

}  // namespace cli
