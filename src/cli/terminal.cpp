#include "cli/terminal.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>

#include "cli/failure.h"

namespace cli {

namespace {

int descriptor(Stream stream) {
  if (stream == Stream::kStdin) return STDIN_FILENO;
  return stream == Stream::kStdout ? STDOUT_FILENO : STDERR_FILENO;
}

int positive_environment(const char* name) {
  const char* value = std::getenv(name);
  const int number = value != nullptr ? std::atoi(value) : 0;
  return number > 0 ? number : 0;
}

std::atomic<void*> interrupt_target{nullptr};
std::atomic<InterruptScope::Cancel> interrupt_cancel{nullptr};
std::atomic<int> interrupt_count{0};

extern "C" void on_interrupt(int) {
  const int saved_errno = errno;
  const InterruptScope::Cancel cancel = interrupt_cancel.load();
  void* target = interrupt_target.load();
  if (interrupt_count.fetch_add(1) > 0 || target == nullptr) {
    const ssize_t ignored = write(STDERR_FILENO, "\n", 1);
    static_cast<void>(ignored);
    _exit(kExitInterrupted);
  }
  cancel(target);
  errno = saved_errno;
}

// How the terminal was, for as long as it is otherwise.
struct ChangedTerminal {
  int fd = -1;
  termios before{};
};
ChangedTerminal changed_terminal;

// Switches `flags` off; false when `fd` is no terminal.
bool change_terminal(int fd, tcflag_t flags) {
  termios now{};
  if (tcgetattr(fd, &now) != 0) return false;
  changed_terminal = {fd, now};
  now.c_lflag &= ~flags;
  return tcsetattr(fd, TCSAFLUSH, &now) == 0;
}

void restore_terminal() {
  if (changed_terminal.fd >= 0) tcsetattr(changed_terminal.fd, TCSADRAIN, &changed_terminal.before);
  changed_terminal.fd = -1;
}

// Ctrl-C in the middle of it: a shell must find its terminal as it was, with a cursor.
void restore_and_leave(void*) {
  restore_terminal();
  constexpr char kShowCursor[] = "\x1b[?25h\n";
  const ssize_t ignored = write(STDERR_FILENO, kShowCursor, sizeof kShowCursor - 1);
  static_cast<void>(ignored);
  _exit(kExitInterrupted);
}

std::optional<char> read_byte(int fd) {
  char byte = 0;
  for (;;) {
    const ssize_t got = read(fd, &byte, 1);
    if (got == 1) return byte;
    if (got == 0 || errno != EINTR) return std::nullopt;
  }
}

std::optional<std::string> read_line_from(int fd) {
  std::string line;
  for (;;) {
    const auto byte = read_byte(fd);
    if (!byte && line.empty()) return std::nullopt;
    if (!byte || *byte == '\n') return line;
    line += *byte;
  }
}

bool has_more(int fd) {
  constexpr int kEscapeMs = 50;  // the bytes of one key come together
  pollfd wait{fd, POLLIN, 0};
  return poll(&wait, 1, kEscapeMs) > 0;
}

}  // namespace

bool is_terminal(Stream stream) { return isatty(descriptor(stream)) != 0; }

bool can_redraw() {
  const char* kind = std::getenv("TERM");
  return is_terminal(Stream::kStderr) && kind != nullptr && *kind != '\0' && std::strcmp(kind, "dumb") != 0;
}

int terminal_columns(Stream stream) {
  if (const int columns = positive_environment("COLUMNS"); columns > 0) return columns;
  winsize size{};
  if (ioctl(descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

int terminal_rows(Stream stream) {
  winsize size{};
  if (ioctl(descriptor(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
  return 24;
}

bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != std::string_view::npos || locale.find("utf8") != std::string_view::npos ||
           locale.find("utf-8") != std::string_view::npos;
  }
  return false;
}

int columns_of(char32_t point) {
  const auto within = [point](char32_t first, char32_t last) { return point >= first && point <= last; };
  if (within(0x0300, 0x036F) || within(0x200B, 0x200F) || within(0xFE00, 0xFE0F)) return 0;
  const bool wide = within(0x1100, 0x115F) || within(0x2E80, 0xA4CF) || within(0xAC00, 0xD7A3) ||
                    within(0xF900, 0xFAFF) || within(0xFE30, 0xFE6F) || within(0xFF00, 0xFF60) ||
                    within(0xFFE0, 0xFFE6) || within(0x1F300, 0x1FAFF) || within(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string platform_name() {
  std::string release;
  std::getline(std::ifstream("/proc/sys/kernel/osrelease"), release);
  return release.empty() ? HF_PLATFORM : HF_PLATFORM "-" + release;
}

int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t process = 0;
  if (posix_spawnp(&process, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) return -1;
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::optional<std::string> read_line() { return read_line_from(STDIN_FILENO); }

std::optional<std::string> read_secret(const std::string& prompt) {
  std::FILE* terminal = std::fopen("/dev/tty", "r+e");
  if (terminal == nullptr) return read_line();  // nothing is shown anyway
  const int fd = fileno(terminal);
  const InterruptScope scope(restore_and_leave, &changed_terminal);
  change_terminal(fd, ECHO);
  const ssize_t ignored = write(fd, prompt.data(), prompt.size());
  static_cast<void>(ignored);
  const auto line = read_line_from(fd);
  restore_terminal();
  const ssize_t ended = write(fd, "\n", 1);
  static_cast<void>(ended);
  std::fclose(terminal);
  return line;
}

KeyboardScope::KeyboardScope() : interrupt_(restore_and_leave, &changed_terminal) {
  change_terminal(STDIN_FILENO, ECHO | ICANON);
}

KeyboardScope::~KeyboardScope() { restore_terminal(); }

std::optional<std::string> KeyboardScope::read_key() {
  const auto first = read_byte(STDIN_FILENO);
  if (!first) return std::nullopt;
  if (*first != '\x1b' || !has_more(STDIN_FILENO)) return std::string(1, *first);
  if (read_byte(STDIN_FILENO) != '[' || !has_more(STDIN_FILENO)) return "";
  const auto last = read_byte(STDIN_FILENO);
  return last == 'A' ? "up" : last == 'B' ? "down" : "";
}

void install_interrupt_handler() {
  struct sigaction action {};
  if (sigaction(SIGINT, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return interrupt_count.load() > 0; }

InterruptScope::InterruptScope(Cancel cancel, void* target) {
  interrupt_cancel = cancel;
  interrupt_target = target;
}

InterruptScope::~InterruptScope() { interrupt_target = nullptr; }

}  // namespace cli
