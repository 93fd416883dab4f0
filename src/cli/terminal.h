// The terminal and the signals: the only place with POSIX headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cli {

enum class Stream { kStdin, kStdout, kStderr };

bool is_terminal(Stream stream);
// stderr is a terminal on which lines can be drawn again.
bool can_redraw();
// $COLUMNS, else the terminal's width, else 80.
int terminal_columns(Stream stream);
// The terminal's height, else 24.
int terminal_rows(Stream stream);
// The locale promises UTF-8.
bool is_utf8_locale();
// Columns that a character takes: 0, 1 or 2.
int columns_of(char32_t point);
// Seconds since 1970.
double seconds_now();
// "Linux-x86_64-6.1.0".
std::string platform_name();
// Runs a program found in PATH with our streams and waits for its end. Its exit code; -1 when it could not be run, or was
// killed.
int run_program(const std::vector<std::string>& words);

// A line of stdin without its end; nullopt when there is none.
std::optional<std::string> read_line();
// Asks on the terminal itself, without showing what is typed. nullopt: the end of the input.
std::optional<std::string> read_secret(const std::string& prompt);

// From now on Ctrl-C ends the process at once with exit code 130, unless an InterruptScope lives. Left alone when whoever
// started us ignores it (nohup, a background job).
void install_interrupt_handler();
// Ctrl-C was pressed while an InterruptScope lived.
bool interrupted();

// While one of these lives, the first Ctrl-C calls `cancel`, which must be safe in a signal handler, and only the second
// ends the process. One at a time.
class InterruptScope {
 public:
  using Cancel = void (*)(void* target);
  InterruptScope(Cancel cancel, void* target);
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

// While one of these lives, stdin gives single keys and shows none. Ctrl-C puts the terminal back first.
class KeyboardScope {
 public:
  KeyboardScope();
  ~KeyboardScope();
  KeyboardScope(const KeyboardScope&) = delete;
  KeyboardScope& operator=(const KeyboardScope&) = delete;
  // "up", "down", a character, or "" for another key; nullopt at the end of the input.
  std::optional<std::string> read_key();

 private:
  InterruptScope interrupt_;
};

}  // namespace cli
