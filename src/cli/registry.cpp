#include "cli/registry.h"

#include <algorithm>
#include <array>

namespace cli {

namespace {

constexpr std::array kGroups{
    Group{"auth", "Log in and out, and see who you are."},
    Group{"cache", "Look at the local cache and check it."},
    Group{"repos", "Create, change and delete repositories on the Hub."},
    Group{"repos branch", "Create and delete branches."},
    Group{"repos tag", "Create, list and delete tags."},
};

std::string_view parent_of(std::string_view path) {
  const size_t space = path.rfind(' ');
  return space == std::string_view::npos ? std::string_view{} : path.substr(0, space);
}

template <class Visit>
void for_each_command(Visit visit) {
  for (const auto commands : {auth_commands(), download_commands(), upload_commands(), cache_commands(), lfs_commands(),
                              repo_commands(), repo_ref_commands(), system_commands()}) {
    for (const Command& command : commands) visit(command);
  }
}

}  // namespace

std::vector<std::string_view> split_list(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

std::vector<const Command*> commands_in(std::string_view group) {
  std::vector<const Command*> found;
  for_each_command([&](const Command& command) {
    if (command.group == group && !command.hidden) found.push_back(&command);
  });
  std::sort(found.begin(), found.end(),
            [](const Command* left, const Command* right) { return left->names < right->names; });
  return found;
}

std::vector<const Group*> groups_in(std::string_view group) {
  std::vector<const Group*> found;
  for (const Group& candidate : kGroups) {
    if (parent_of(candidate.path) == group) found.push_back(&candidate);
  }
  std::sort(found.begin(), found.end(), [](const Group* left, const Group* right) { return left->path < right->path; });
  return found;
}

const Command* find_command(std::string_view group, std::string_view name) {
  const Command* found = nullptr;
  for_each_command([&](const Command& command) {
    if (command.group != group) return;
    for (const std::string_view candidate : split_list(command.names, "|")) {
      if (candidate == name) found = &command;
    }
  });
  return found;
}

const Group* find_group(std::string_view group, std::string_view name) {
  for (const Group* candidate : groups_in(group)) {
    if (main_name(*candidate) == name) return candidate;
  }
  return nullptr;
}

std::string_view main_name(const Command& command) { return split_list(command.names, "|").front(); }

std::string_view main_name(const Group& group) {
  const std::string_view parent = parent_of(group.path);
  return parent.empty() ? group.path : group.path.substr(parent.size() + 1);
}

std::string_view alias_of(const Command& command) {
  const auto names = split_list(command.names, "|");
  return names.size() > 1 ? names[1] : std::string_view{};
}

std::string full_name(const Command& command) {
  std::string name = "hf ";
  if (!command.group.empty()) name.append(command.group).append(" ");
  return name.append(main_name(command));
}

std::vector<std::string_view> option_names(const Option& option) { return split_list(option.names, ", "); }

std::string_view option_key(const Option& option) {
  for (const std::string_view name : option_names(option)) {
    if (name.substr(0, 2) == "--") return name.substr(2);
  }
  return option.names.substr(1);
}

const Option* find_option(const Command& command, std::string_view spelling) {
  for (const Option& option : command.options) {
    for (const std::string_view name : option_names(option)) {
      if (name == spelling) return &option;
    }
    if (option.kind == OptionKind::kSwitch && spelling.substr(0, 5) == "--no-" &&
        spelling.substr(5) == option_key(option)) {
      return &option;
    }
  }
  return nullptr;
}

bool takes_value(const Option& option) {
  return option.kind != OptionKind::kFlag && option.kind != OptionKind::kSwitch;
}

}  // namespace cli
