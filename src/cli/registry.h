// Every command and group that exists, and how to find one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace cli {

// In alphabetical order of their names. `group` is "" for the top level.
std::vector<const Command*> commands_in(std::string_view group);
std::vector<const Group*> groups_in(std::string_view group);

// By any of its names; nullptr when there is none.
const Command* find_command(std::string_view group, std::string_view name);
const Group* find_group(std::string_view group, std::string_view name);

// The name that help shows, e.g. "list" for "list|ls".
std::string_view main_name(const Command& command);
std::string_view main_name(const Group& group);
// "ls"; "" when there is no alias.
std::string_view alias_of(const Command& command);

// "hf cache list".
std::string full_name(const Command& command);

// The long or short names of an option, one each.
std::vector<std::string_view> option_names(const Option& option);
// "repo-type" for "--type, --repo-type" is no key; "type" is: the first long name.
std::string_view option_key(const Option& option);
// nullptr when the command has no option of this spelling ("--no-x" of a switch counts).
const Option* find_option(const Command& command, std::string_view spelling);
bool takes_value(const Option& option);

std::vector<std::string_view> split_list(std::string_view text, std::string_view separator);

}  // namespace cli
