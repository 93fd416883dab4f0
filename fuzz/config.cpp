// runtime/config.h: any text as option and environment values. A refused value changes nothing, no message and no display
// shows a secret. The input is lines of name=value.
#include "runtime/config.h"

#include <map>

#include "base/text.h"
#include "require.h"

using namespace hfhub;
using runtime::Config;
using runtime::Option;

namespace {

constexpr std::string_view kSecretMark = "s3cr3t-";

std::pair<std::string, std::string> name_and_value(std::string_view line) {
  const size_t mark = line.find('=');
  if (mark == std::string_view::npos) return {std::string(line), ""};
  return {std::string(line.substr(0, mark)), std::string(line.substr(mark + 1))};
}

std::string shown(const Config& config) {
  std::string out;
  for (size_t i = 0; i < runtime::kOptionCount; ++i) out += config.display(static_cast<Option>(i)) + "\n";
  return out;
}

void check_secret(const std::string& value) {
  Config config;
  const auto done = config.set(Option::kToken, std::string(kSecretMark) + value);
  if (!done.ok()) REQUIRE(done.error().message.find(kSecretMark) == std::string::npos);
  REQUIRE(config.display(Option::kToken).find(kSecretMark) == std::string::npos);
}

void check_accepted(const Config& config) {
  REQUIRE(config.memory_budget_bytes() >= 8u << 20);
  REQUIRE(!config.cache_dir().empty() && !config.token_path().empty());
  const std::string& endpoint = config.text(Option::kEndpoint);
  REQUIRE(endpoint.starts_with("http") || starts_with_ignoring_case(endpoint, "http"));
  REQUIRE(!endpoint.ends_with('/'));
  REQUIRE(config.count(Option::kRangesPerFile) >= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Config config;
  std::map<std::string, std::string> variables;
  for (std::string_view line : split(input_text(data, size), '\n')) {
    const auto [name, value] = name_and_value(line);
    variables[name] = value;
    const std::string before = shown(config);
    const auto done = config.set(name, value);
    if (!done.ok()) {
      REQUIRE(done.error().code == Code::kArgument);
      REQUIRE(shown(config) == before);
    }
    check_secret(value);
  }
  check_accepted(config);

  const auto from = Config::from_environment([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  if (from.ok()) check_accepted(*from);
  else REQUIRE(from.error().code == Code::kArgument && !has_control_characters(from.error().message));
  return 0;
}
