#include "client/git_credential.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "platform/process.h"

namespace hfhub::client {
namespace {

constexpr int64_t kTimeoutMs = 30'000;  // a helper may ask for the password of a key ring
constexpr std::string_view kUser = "hf_user";

bool is_helper_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '/';
}

Done run_git(std::vector<std::string> command, const std::string& input) {
  HFHUB_TRY(const auto result, platform::run_program(command, input, kTimeoutMs));
  if (result.exit_code <= 0) return {};
  return Error::make(Code::kIo,
                     "`git credential " + command.back() + "` ended with " + std::to_string(result.exit_code));
}

}  // namespace

std::vector<std::string> parse_git_helpers(std::string_view config) {
  std::set<std::string> names;
  for (const std::string_view line : split(config, '\n')) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || !equal_ignoring_case(trim(line.substr(0, equals)), "credential.helper")) {
      continue;
    }
    const std::string_view value = trim(line.substr(equals + 1));
    const std::string_view name = value.substr(0, value.find_first_of(" \t"));
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_helper_character)) names.emplace(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> git_credential_helpers() {
  const auto result = platform::run_program({"git", "config", "--list"}, "", kTimeoutMs);
  return result.ok() ? parse_git_helpers(result->output) : std::vector<std::string>();
}

Done approve_git_credential(const std::string& endpoint, const std::string& token) {
  return run_git({"git", "credential", "approve"},
                 "url=" + endpoint + "\nusername=" + std::string(kUser) + "\npassword=" + token + "\n\n");
}

Done reject_git_credential(const std::string& endpoint) {
  auto done = run_git({"git", "credential", "reject"}, "url=" + endpoint + "\nusername=" + std::string(kUser) + "\n\n");
  if (!done.ok() && done.error().code == Code::kUnsupported) return {};  // without git nobody remembers anything
  return done;
}

}  // namespace hfhub::client
