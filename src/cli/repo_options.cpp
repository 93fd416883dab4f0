#include "cli/repo_options.h"

#include <algorithm>

#include "cli/env_file.h"
#include "cli/output.h"
#include "cli/values.h"

namespace cli {

hfhub::RepoOptions base_options(const Values& values) {
  hfhub::RepoOptions options;
  if (values.has("type") && values.text("type") != "bucket") options.repo_type(values.text("type"));
  if (values.has("token")) options.token(values.text("token"));
  return options;
}

void add_visibility(const Values& values, hfhub::RepoOptions& options) {
  for (const char* name : {"private", "public", "protected"}) {
    if (!values.flag(name)) continue;
    options.visibility(name);
    return;
  }
}

void add_space_options(Output& out, const Values& values, hfhub::RepoOptions& options) {
  const auto& secrets = values.texts("secrets");
  const auto has_value = [](const std::string& text) { return text.find('=') != std::string::npos; };
  if (std::any_of(secrets.begin(), secrets.end(), has_value)) {
    out.warning(
        "`--secrets KEY=value` leaves the value in your shell history and in process listings. Prefer `--secrets KEY` "
        "(value read from your environment), `--secrets-file FILE` or `--secrets-file -`.");
  }
  for (const auto& [name, value] : read_env(out, secrets, values.text("secrets-file"))) {
    options.space_secret(name, value);
  }
  for (const auto& [name, value] : read_env(out, values.texts("env"), values.text("env-file"))) {
    options.space_variable(name, value);
  }
  for (const std::string& volume : values.texts("volume")) options.space_volume(volume);
  if (values.has("flavor")) options.space_hardware(values.text("flavor"));
  if (const auto seconds = values.integer("sleep-time")) options.space_sleep_time(std::chrono::seconds(*seconds));
  if (!values.has("sdk")) return;
  if (values.text("type") == "space") options.space_sdk(values.text("sdk"));
  else out.warning("Ignoring `--sdk`: only a Space has one.");
}

}  // namespace cli
