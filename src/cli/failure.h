// What ends a command early. Everything else that is thrown comes from the library (hfhub::Exception).
#pragma once

#include <stdexcept>
#include <string>

namespace cli {

// The command line makes no sense: exit code 2, with a pointer to the help of `command_name` ("hf cache list").
struct UsageError : std::runtime_error {
  explicit UsageError(const std::string& message) : std::runtime_error(message) {}
};

// The command cannot do what was asked: exit code 1. `next` says what to do, or is "".
struct CommandError : std::runtime_error {
  explicit CommandError(const std::string& message, std::string next = "")
      : std::runtime_error(message), hint(std::move(next)) {}
  std::string hint;
};

// The user was asked and did not agree: exit code 1.
struct Aborted : std::runtime_error {
  explicit Aborted(const std::string& message) : std::runtime_error(message) {}
};

// Ctrl-C: exit code 130.
struct Interrupted : std::runtime_error {
  explicit Interrupted(const std::string& message) : std::runtime_error(message) {}
};

inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInterrupted = 130;

}  // namespace cli
