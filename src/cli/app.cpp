#include "cli/app.h"

#include <cstdio>
#include <cstdlib>
#include <hfhub.hpp>

#include "cli/completion.h"
#include "cli/errors.h"
#include "cli/failure.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/registry.h"
#include "cli/rewrite.h"
#include "cli/session.h"
#include "cli/suggest.h"
#include "cli/terminal.h"

namespace cli {

namespace {

void print(FILE* stream, const std::string& text) { std::fwrite(text.data(), 1, text.size(), stream); }

// The command line makes no sense: usage, where help is, and what is wrong.
int report_usage(const std::string& usage, const std::string& command_name, const std::string& message) {
  std::fflush(stdout);
  print(stderr, usage + "\nTry '" + command_name + " --help' for help.\n\nError: " + message + "\n");
  return kExitUsage;
}

bool debugging() {
  const char* value = std::getenv("HF_DEBUG");
  return value != nullptr && *value != '\0' && std::string(value) != "0";
}

int report(Output& out, const std::string& message, const std::string& next) {
  out.error(message);
  if (!next.empty()) out.hint(next);
  return kExitFailure;
}

int report(Output& out, const hfhub::Exception& error) {
  bool has_token = false;
  try {
    has_token = session().has_token();
  } catch (const hfhub::Exception&) {
    // the error is about the settings themselves
  }
  const Explanation explanation = explain(error, has_token);
  const int code = report(out, explanation.message, explanation.next);
  if (debugging()) out.log(technical_details(error));
  return code;
}

// Runs a command whose words are parsed; every failure becomes a message and an exit code here.
int run_parsed(const Command& command, const Values& values, Output& out) {
  try {
    const int code = command.run(out, values);
    flush_stdout();
    return code;
  } catch (const UsageError&) {
    throw;
  } catch (const Interrupted& stop) {
    out.log(stop.what());
    return kExitInterrupted;
  } catch (const Aborted& stop) {
    out.log(stop.what());
    return kExitFailure;
  } catch (const CommandError& error) {
    return report(out, error.what(), error.hint);
  } catch (const hfhub::Exception& error) {
    return report(out, error);
  } catch (const std::bad_alloc&) {
    return report(out, "Out of memory.", "");
  }
}

int run_command(const Command& command, std::vector<std::string> words) {
  try {
    const OutputChoice choice = take_output_flags(words);
    Output out(choice.mode.value_or(run_by_agent() ? Mode::kAgent : Mode::kHuman), choice.no_truncate);
    rewrite_repo_type(command, words);
    const bool needs_argument = !command.arguments.empty() && command.arguments.front().required;
    const Values values = words.empty() && needs_argument ? Values() : parse_arguments(command, words);
    if (values.flag("help") || (words.empty() && needs_argument)) {
      print(stdout, help_of(command));
      flush_stdout();
      return 0;
    }
    if (values.has("token") && command.group != "auth") {
      out.warning(
          "`--token <value>` leaves your token in your shell history and in process listings. Export `HF_TOKEN` and "
          "drop the flag.");
    }
    return run_parsed(command, values, out);
  } catch (const UsageError& error) {
    return report_usage(usage_of(command), full_name(command), error.what());
  }
}

std::vector<std::string> names_in(const std::string& group) {
  std::vector<std::string> names;
  for (const Group* inner : groups_in(group)) names.emplace_back(main_name(*inner));
  for (const Command* command : commands_in(group)) {
    for (const std::string_view name : split_list(command->names, "|")) names.emplace_back(name);
  }
  return names;
}

int report_unknown(const std::string& group, const std::string& word) {
  const std::string name = group.empty() ? "hf" : "hf " + group;
  const bool option = word.size() > 1 && word.front() == '-';
  std::string message = std::string("No such ") + (option ? "option" : "command") + " '" +
                        (option ? word.substr(0, word.find('=')) : word) + "'.";
  if (!option) message += did_you_mean(word, names_in(group));
  message += "\n\nAvailable commands for '" + name + "':\n" + command_list(group) + "\nRun '" + name +
             " --help' for full details.";
  return report_usage(usage_of_group(group), name, message);
}

// The options of hf itself; -1 when `word` is none of them.
int run_root_option(const std::string& word) {
  if (word == "-v" || word == "--version") {
    print(stdout, hfhub::version() + "\n");
    return 0;
  }
  if (word == "--show-completion") return show_completion();
  if (word == "--install-completion") return install_completion();
  return -1;
}

// `path` is the group that the words before have led to.
int run_in_group(const std::string& path, const std::vector<std::string>& words) {
  if (words.empty()) {
    print(stderr, help_of_group(path));
    return kExitUsage;
  }
  const std::string& word = words.front();
  if (word == "-h" || word == "--help") {
    print(stdout, help_of_group(path));
    return 0;
  }
  if (path.empty()) {
    if (const int code = run_root_option(word); code >= 0) return code;
  }
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (const Command* command = find_command(path, word)) return run_command(*command, rest);
  if (const Group* group = find_group(path, word)) return run_in_group(std::string(group->path), rest);
  return report_unknown(path, word);
}

}  // namespace

int run(const std::vector<std::string>& words) {
  install_interrupt_handler();
  if (const char* instruction = std::getenv("_HF_COMPLETE"); instruction != nullptr) {
    return answer_completion(instruction);
  }
  try {
    const int code = run_in_group("", words);
    flush_stdout();
    return code;
  } catch (const std::exception& error) {
    Output(Mode::kAgent).error(error.what());
    return kExitFailure;
  }
}

}  // namespace cli
