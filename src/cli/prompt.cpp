#include "cli/prompt.h"

#include <cstdio>

#include "cli/failure.h"
#include "cli/terminal.h"

namespace cli {

namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

[[noreturn]] void no_answer() { throw CommandError("Aborted!"); }

std::string menu(Output& out, const std::vector<std::string>& choices, size_t selected) {
  std::string text;
  for (size_t i = 0; i < choices.size(); ++i) {
    text += "\r\x1b[K" + (i == selected ? out.green("> ") + out.bold(choices[i]) : "  " + choices[i]) + "\n";
  }
  return text;
}

// Digits choose at once. False when the key ends nothing.
bool apply_key(const std::string& key, size_t count, size_t* selected) {
  if (key == "up") *selected = (*selected + count - 1) % count;
  if (key == "down") *selected = (*selected + 1) % count;
  const bool digit = key.size() == 1 && key[0] >= '1' && key[0] <= '9';
  if (!digit || static_cast<size_t>(key[0] - '0') > count) return key == "\r" || key == "\n";
  *selected = static_cast<size_t>(key[0] - '1');
  return true;
}

size_t select_by_arrows(Output& out, const std::string& question, const std::vector<std::string>& choices) {
  size_t selected = 0;
  const std::string back = "\x1b[" + std::to_string(choices.size()) + "A";
  print(out.bold("? " + question) + out.gray("  [Use arrows, Enter to confirm]") + "\n");
  print("\x1b[?25l" + menu(out, choices, selected));
  {
    KeyboardScope keyboard;
    for (;;) {
      const auto key = keyboard.read_key();
      if (!key) {
        print("\x1b[?25h");
        no_answer();
      }
      if (apply_key(*key, choices.size(), &selected)) break;
      print(back + menu(out, choices, selected));
    }
  }
  print("\x1b[?25h\x1b[" + std::to_string(choices.size() + 1) + "A\r\x1b[J");
  print(out.bold("? " + question + " ") + out.green(choices[selected]) + "\n");
  return selected;
}

size_t select_by_number(const std::string& question, const std::vector<std::string>& choices) {
  std::string text = "? " + question + "\n";
  for (size_t i = 0; i < choices.size(); ++i) text += "  " + std::to_string(i + 1) + ". " + choices[i] + "\n";
  print(text);
  for (;;) {
    print("Choice [1]: ");
    auto answer = read_line();
    if (!answer) no_answer();
    const size_t begin = answer->find_first_not_of(" \t\r");
    if (begin == std::string::npos) return 0;
    const std::string number = answer->substr(begin, answer->find_last_not_of(" \t\r") + 1 - begin);
    if (number.size() < 6 && number.find_first_not_of("0123456789") == std::string::npos) {
      const size_t chosen = std::stoul(number);
      if (chosen >= 1 && chosen <= choices.size()) return chosen - 1;
    }
    print("Invalid choice. Enter a number between 1 and " + std::to_string(choices.size()) + ".\n");
  }
}

}  // namespace

size_t select_choice(Output& out, std::string_view question, const std::vector<std::string>& choices) {
  const bool terminal = is_terminal(Stream::kStdin) && is_terminal(Stream::kStdout);
  return terminal ? select_by_arrows(out, std::string(question), choices)
                  : select_by_number(std::string(question), choices);
}

}  // namespace cli
