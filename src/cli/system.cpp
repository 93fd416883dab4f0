// hf version, hf env
#include <array>
#include <cstdlib>
#include <hfhub.hpp>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/registry.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/values.h"

namespace cli {

namespace {

int run_version(Output& out, const Values&) {
  out.result("hf version", {{"version", hfhub::version()}});
  return 0;
}

// A proxy's URL may hold a password.
std::string without_credentials(std::string url) {
  const size_t begin = url.find("://");
  const size_t from = begin == std::string::npos ? 0 : begin + 3;
  const size_t at = url.rfind('@', url.find('/', from));
  if (at != std::string::npos && at >= from) url.replace(from, at - from, "***");
  return url;
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

void print_line(Output& out, const std::string& key, const std::string& value) { out.plain("- " + key + ": " + value); }

// The options that the environment sets, by the name that does it.
void print_environment(Output& out) {
  for (size_t i = 0; i < hfhub_option_get_count(); ++i) {
    const std::string key = hfhub_option_get_key(i);
    for (std::string_view name : split_list(hfhub_option_get_environment(i), " ")) {
      const bool opposite = name.substr(0, 1) == "!";
      if (opposite) name.remove_prefix(1);
      if (name.empty() || std::getenv(std::string(name).c_str()) == nullptr) continue;
      print_line(out, std::string(name), key + " = " + without_credentials(session().option(key)));
      break;
    }
  }
}

int run_env(Output& out, const Values&) {
  const hfhub::Session& settings = session();
  out.plain("\nCopy-and-paste the text below in your GitHub issue.\n");
  print_line(out, "libhfhub version", hfhub::version());
  print_line(out, "Platform", platform_name());
  print_line(out, "Endpoint", settings.option("endpoint"));
  print_line(out, "Home", settings.option("home"));
  print_line(out, "Cache", settings.option("cache.dir"));
  print_line(out, "Xet cache", settings.option("cache.xet_dir"));
  print_line(out, "Assets cache", settings.option("cache.assets_dir"));
  print_line(out, "Token path", settings.option("token.path"));
  print_line(out, "Has a token", yes_or_no(settings.has_token()));
  print_line(out, "Offline", yes_or_no(settings.option("offline") == "true"));
  print_line(out, "Memory budget", settings.option("memory.budget"));
  print_line(out, "Terminal", yes_or_no(is_terminal(Stream::kStdout)));
  print_line(out, "Run by AI agent", yes_or_no(run_by_agent()));
  print_environment(out);
  out.plain("");
  return 0;
}

constexpr std::array<std::string_view, 2> kVersionExamples{"hf version", "hf version --json"};
constexpr std::array<std::string_view, 1> kEnvExamples{"hf env"};

constexpr std::array kCommands{
    Command{"",
            "env",
            "Print the settings in force, for a bug report.",
            "Lines of the form \"- key: value\", in every output mode, without secrets: where things are kept, whether "
            "there is a token, and what the environment sets.",
            {},
            {},
            kEnvExamples,
            run_env},
    Command{"", "version", "Print the version of hf.", "", {}, {}, kVersionExamples, run_version},
};

}  // namespace

std::span<const Command> system_commands() { return kCommands; }

}  // namespace cli
