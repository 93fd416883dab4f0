#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "cli/failure.h"
#include "cli/help.h"
#include "cli/registry.h"
#include "cli/suggest.h"

namespace cli {

namespace {

constexpr Option kHelpOption{"-h, --help", OptionKind::kFlag, "", ""};

// CLI11 separates names by a comma and marks the negative one of a switch with "!".
std::string spelling_for_cli11(const Option& option) {
  std::string names;
  for (const std::string_view name : option_names(option)) names.append(names.empty() ? "" : ",").append(name);
  if (option.kind == OptionKind::kSwitch) names.append(",!--no-").append(option_key(option));
  return names;
}

void add_option(CLI::App& app, const Option& option) {
  if (!takes_value(option)) {
    app.add_flag(spelling_for_cli11(option))
        ->disable_flag_override()
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return;
  }
  app.add_option(spelling_for_cli11(option))
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// "--x=" is an empty value; CLI11 would take the next word.
std::vector<std::string> split_empty_values(std::vector<std::string> words) {
  std::vector<std::string> out;
  for (std::string& word : words) {
    const bool empty_value = word.size() > 3 && word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1;
    if (!empty_value) {
      out.push_back(std::move(word));
      continue;
    }
    word.pop_back();
    out.push_back(std::move(word));
    out.emplace_back();
  }
  return out;
}

// What CLI11 complains about starts with the option's name and a colon.
[[noreturn]] void throw_usage(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (text.find("flag override") != std::string::npos) {
    throw UsageError("Option '--" + name + "' does not take a value.");
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    throw UsageError("Option '" + name + "' requires an argument.");
  }
  throw UsageError(text);
}

std::string names_for_message(const Option& option) {
  std::string text;
  for (const std::string_view name : option_names(option)) {
    text.append(text.empty() ? "'" : " / '").append(name).append("'");
  }
  return text;
}

void check_value(const Option& option, std::string& value) {
  const std::string prefix = "Invalid value for " + names_for_message(option) + ": '" + value + "' is not ";
  if (option.kind == OptionKind::kChoice) {
    std::string list;
    for (const std::string_view choice : split_list(option.metavar, "|")) {
      if (choice == value) return;
      list.append(list.empty() ? "'" : ", '").append(choice).append("'");
    }
    throw UsageError(prefix + "one of " + list + ".");
  }
  if (option.kind == OptionKind::kInteger) {
    int64_t number = 0;
    const char* begin = value.data() + (value.substr(0, 1) == "+" ? 1 : 0);
    const auto [end, failure] = std::from_chars(begin, value.data() + value.size(), number);
    if (failure != std::errc{} || end != value.data() + value.size()) throw UsageError(prefix + "a valid integer.");
    value = std::to_string(number);
  }
}

void read_option(const CLI::App& app, const Option& option, Values& values) {
  const CLI::Option* parsed = app.get_option(std::string(option_names(option).back()));
  if (parsed->count() == 0) return;
  std::vector<std::string> results = parsed->results();
  if (option.kind != OptionKind::kTexts) results = {results.back()};
  for (std::string& value : results) check_value(option, value);
  values.set(option_key(option), std::move(results));
}

void read_arguments(const Command& command, std::vector<std::string> words, Values& values) {
  const bool help = values.flag("help");
  size_t next = 0;
  for (const Argument& argument : command.arguments) {
    const size_t take = argument.repeated ? words.size() - next : std::min<size_t>(1, words.size() - next);
    if (take == 0 && argument.required && !help) {
      throw UsageError("Missing argument '" + std::string(argument.name) + "'.");
    }
    values.set(argument.name,
               {words.begin() + static_cast<ptrdiff_t>(next), words.begin() + static_cast<ptrdiff_t>(next + take)});
    next += take;
  }
  if (next < words.size() && !help) {
    std::string extra;
    for (size_t i = next; i < words.size(); ++i) extra += (extra.empty() ? "" : " ") + words[i];
    throw UsageError(std::string("Got unexpected extra argument") + (words.size() - next > 1 ? "s" : "") + " (" +
                     extra + ")");
  }
}

}  // namespace

std::string unknown_option_message(const Command& command, const std::string& spelling) {
  std::vector<std::string> known = {"--help", "--format", "--json", "--quiet", "--no-truncate"};
  for (const Option& option : command.options) {
    for (const std::string_view name : option_names(option)) known.emplace_back(name);
  }
  return "No such option '" + spelling + "'." + did_you_mean(spelling, known) + "\n\nAvailable options for '" +
         full_name(command) + "':\n" + option_list(command) + "\nRun '" + full_name(command) +
         " --help' for full details.";
}

Values parse_arguments(const Command& command, std::vector<std::string> words) {
  // Behind "--" everything is an argument.
  const auto dashes = std::find(words.begin(), words.end(), "--");
  std::vector<std::string> literal(dashes == words.end() ? dashes : dashes + 1, words.end());
  words = split_empty_values({words.begin(), dashes});
  std::reverse(words.begin(), words.end());

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  add_option(app, kHelpOption);
  for (const Option& option : command.options) add_option(app, option);
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    throw_usage(error);
  }

  std::vector<std::string> arguments;
  for (std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') {
      throw UsageError(unknown_option_message(command, word.substr(0, word.find('='))));
    }
    arguments.push_back(std::move(word));
  }
  arguments.insert(arguments.end(), literal.begin(), literal.end());

  Values values;
  read_option(app, kHelpOption, values);
  if (values.flag("help")) return values;
  for (const Option& option : command.options) read_option(app, option, values);
  read_arguments(command, std::move(arguments), values);
  return values;
}

}  // namespace cli
