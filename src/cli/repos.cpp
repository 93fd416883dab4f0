// hf repos list, create, duplicate, delete, move, settings
#include <algorithm>
#include <array>
#include <cstdio>
#include <hfhub.hpp>

#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/env_file.h"
#include "cli/failure.h"
#include "cli/repo_options.h"
#include "cli/session.h"
#include "cli/values.h"

namespace cli {

namespace {

// ---- list ----------------------------------------------------------------------------------------------------------

// "60 B", "1.2 KB"
std::string storage_text(double bytes) {
  char text[64];
  if (bytes < 1000) {
    std::snprintf(text, sizeof text, "%.0f B", bytes);
    return text;
  }
  for (const char* unit : {"KB", "MB", "GB", "TB"}) {
    bytes /= 1000;
    std::snprintf(text, sizeof text, "%.1f %s", bytes, unit);
    if (bytes < 1000) return text;
  }
  std::snprintf(text, sizeof text, "%.1f PB", bytes / 1000);
  return text;
}

std::string percent_text(double percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", percent);
  return text;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

Row stored_row(const hfhub::Json& repo) {
  return {{"id", repo["id"].string()},
          {"type", repo["type"].string()},
          {"updated", repo["updatedAt"].string().substr(0, 10)},
          {"visibility", repo["visibility"].string()},
          {"storage", storage_text(repo["storage"].number())},
          {"%_of_total", percent_text(repo["storagePercent"].number())}};
}

int run_list(Output& out, const Values& values) {
  hfhub::Op op = session().repo_list(values.text("namespace"), base_options(values));
  finish(out, op);
  const hfhub::Json all = op.json();
  const std::string search = lower(values.text("search"));
  std::vector<Row> rows;
  for (size_t i = 0; i < all.size(); ++i) {
    const hfhub::Json repo = all[i];
    if (values.has("type") && repo["type"].string() != values.text("type")) continue;
    if (lower(repo["id"].string()).find(search) == std::string::npos) continue;
    rows.push_back(stored_row(repo));
  }
  constexpr int64_t kDefaultLimit = 30;
  const size_t total = rows.size();
  const int64_t limit = values.integer("limit").value_or(kDefaultLimit);
  const bool cut = limit > 0 && static_cast<uint64_t>(limit) < total;
  if (cut) rows.resize(static_cast<size_t>(limit));
  out.table(rows, {{"id", "type", "updated", "visibility", "storage", "%_of_total"}, "id", {"storage", "%_of_total"}});
  if (cut) {
    out.hint("Showing " + std::to_string(limit) + " of " + std::to_string(total) +
             " repos. Use `--limit 0` to list all.");
  }
  return 0;
}

constexpr std::array kListOptions{
    Option{"--namespace", OptionKind::kText, "TEXT", "An organization you belong to. Default: your own repositories."},
    Option{"--type, --repo-type", OptionKind::kChoice, "model|dataset|space|bucket", "Only this kind."},
    Option{"--search", OptionKind::kText, "TEXT", "Only those with this in their name."},
    Option{"--limit", OptionKind::kInteger, "INTEGER", "At most so many; 0 for all. Default: 30."},
    kTokenOption,
};

constexpr std::array<std::string_view, 3> kListExamples{
    "hf repos ls",
    "hf repos ls --namespace my-org --search bert",
    "hf repos ls --type dataset --limit 0 --json",
};

// ---- create --------------------------------------------------------------------------------------------------------

// What was there already is no surprise to somebody who reads the hint.
void finish_new(Output& out, hfhub::Op& op) {
  try {
    finish(out, op);
  } catch (const hfhub::Exception& error) {
    if (error.status() != HFHUB_E_CONFLICT) throw;
    throw CommandError(error.server_message().empty() ? error.what() : error.server_message(),
                       "with --exist-ok that is no error.");
  }
}

int run_create(Output& out, const Values& values) {
  hfhub::RepoOptions options = base_options(values);
  add_visibility(values, options);
  add_space_options(out, values, options);
  if (values.has("template")) options.space_template(values.text("template"));
  if (values.has("resource-group-id")) options.resource_group(values.text("resource-group-id"));
  if (values.has("region")) options.region(values.text("region"));
  options.exist_ok(values.flag("exist-ok"));
  hfhub::Op op = session().repo_create(values.text("REPO_ID"), options);
  finish_new(out, op);
  out.result("Repo created", {{"repo_id", op.json()["repo_id"].string()}, {"url", op.json()["url"].string()}});
  return 0;
}

constexpr Option kPrivateOption{"--private", OptionKind::kSwitch, "", "Nobody else sees it."};
constexpr Option kPublicOption{"--public", OptionKind::kFlag, "", "Everybody sees it."};
constexpr Option kProtectedOption{"--protected", OptionKind::kFlag, "",
                                  "Everybody may use it, nobody else sees its files. Spaces only."};
constexpr Option kExistOkOption{"--exist-ok", OptionKind::kSwitch, "", "Not an error when it exists already."};
constexpr Option kResourceGroupOption{"--resource-group-id", OptionKind::kText, "TEXT",
                                      "The resource group to put it in. Enterprise organizations only."};
constexpr Option kFlavorOption{"--flavor", OptionKind::kText, "TEXT",
                               "The hardware a Space runs on: cpu-basic, cpu-upgrade, t4-medium, l4x1, a10g-large..."};
constexpr Option kSleepTimeOption{"--sleep-time", OptionKind::kInteger, "INTEGER",
                                  "Seconds without use after which a Space sleeps; -1 for never."};
constexpr Option kSecretsOption{
    "-s, --secrets", OptionKind::kTexts, "TEXT",
    "A secret of a Space: NAME takes its value from the environment, NAME=value leaves it in "
    "the shell history. May be repeated."};
constexpr Option kSecretsFileOption{"--secrets-file", OptionKind::kText, "TEXT",
                                    "Secrets, one NAME=value a line; - for stdin."};
constexpr Option kEnvOption{"-e, --env", OptionKind::kTexts, "TEXT",
                            "An environment variable of a Space, NAME=value or NAME. May be repeated."};
constexpr Option kEnvFileOption{"--env-file", OptionKind::kText, "TEXT", "The same from a file; - for stdin."};
constexpr Option kVolumeOption{"-v, --volume", OptionKind::kTexts, "TEXT",
                               "What a Space sees as a folder: hf://[TYPE/]owner/name[/path]:/folder[:ro], TYPE one of "
                               "models, datasets, spaces, buckets. May be repeated."};

constexpr std::array kCreateArguments{kRepoIdArgument};

constexpr std::array kCreateOptions{
    kRepoTypeOption,
    Option{"--sdk, --space-sdk", OptionKind::kText, "TEXT",
           "What a Space is made with: gradio, docker, static or streamlit. Needed for a Space."},
    Option{"--template", OptionKind::kText, "TEXT",
           "Start a Space from an official template: its name, or its repository."},
    kPrivateOption,
    kPublicOption,
    kProtectedOption,
    kTokenOption,
    kExistOkOption,
    kResourceGroupOption,
    Option{"--region", OptionKind::kChoice, "us|eu", "Where it is stored. Paying accounts only."},
    kFlavorOption,
    kSleepTimeOption,
    kSecretsOption,
    kSecretsFileOption,
    kEnvOption,
    kEnvFileOption,
    kVolumeOption,
};

constexpr std::array<std::string_view, 6> kCreateExamples{
    "hf repos create my-model",
    "hf repos create datasets/my-org/my-dataset --private",
    "hf repos create my-space --type space --sdk gradio --flavor t4-medium --secrets HF_TOKEN -e THEME=dark",
    "hf repos create my-jupyterlab --type space --template SpacesExamples/jupyterlab",
    "hf repos create my-space --type space --sdk gradio -v hf://org/my-model:/models",
    "hf repos create my-model --exist-ok --quiet",
};

// ---- duplicate -----------------------------------------------------------------------------------------------------

int run_duplicate(Output& out, const Values& values) {
  hfhub::RepoOptions options = base_options(values);
  add_visibility(values, options);
  add_space_options(out, values, options);
  if (values.has("resource-group-id")) options.resource_group(values.text("resource-group-id"));
  options.exist_ok(values.flag("exist-ok"));
  const std::string from_id = values.text("FROM_ID");
  hfhub::Op op = session().repo_duplicate(from_id, values.text("TO_ID"), options);
  finish_new(out, op);
  const hfhub::Json made = op.json();
  const std::string to_id = made["repo_id"].string();
  out.result("Repo duplicated", {{"from_id", from_id}, {"to_id", to_id}, {"url", made["url"].string()}});
  if (made["files_copy_pending"].boolean()) {
    out.warning("The Hub is still copying large files in the background. Downloading them from '" + to_id +
                "' may fail until it is done.");
  }
  return 0;
}

constexpr Argument kFromArgument{"FROM_ID", kRepoIdArgument.help, true, false};

constexpr std::array kDuplicateArguments{
    kFromArgument,
    Argument{"TO_ID", "The copy's name. Default: the same name in your own namespace.", false, false},
};

constexpr std::array kDuplicateOptions{
    kRepoTypeOption,    kPrivateOption,       kPublicOption,  kProtectedOption, kTokenOption,
    kExistOkOption,     kResourceGroupOption, kFlavorOption,  kSleepTimeOption, kSecretsOption,
    kSecretsFileOption, kEnvOption,           kEnvFileOption, kVolumeOption,
};

constexpr std::array<std::string_view, 3> kDuplicateExamples{
    "hf repos duplicate openai/gdpval --type dataset",
    "hf repos duplicate multimodalart/dreambooth-training my-dreambooth --type space --flavor l4x4 --private",
    "hf repos duplicate spaces/org/my-space my-space -v hf://buckets/org/b:/data",
};

// ---- delete, move, settings ----------------------------------------------------------------------------------------

int run_delete(Output& out, const Values& values) {
  const std::string repo_id = values.text("REPO_ID");
  confirm(out, "You are about to permanently delete " + values.text("type", "model") + " '" + repo_id + "'. Proceed?",
          values.flag("yes"));
  hfhub::RepoOptions options = base_options(values);
  options.missing_ok(values.flag("missing-ok"));
  hfhub::Op op = session().repo_delete(repo_id, options);
  finish(out, op);
  out.result("Repo deleted", {{"repo_id", repo_id}});
  return 0;
}

constexpr std::array kDeleteOptions{
    kRepoTypeOption,
    kTokenOption,
    Option{"--missing-ok", OptionKind::kSwitch, "", "Not an error when there is none."},
    kYesOption,
};

constexpr std::array<std::string_view, 2> kDeleteExamples{
    "hf repos delete my-org/my-model",
    "hf repos delete datasets/my-org/my-dataset --yes",
};

int run_move(Output& out, const Values& values) {
  const std::string from_id = values.text("FROM_ID"), to_id = values.text("TO_ID");
  hfhub::Op op = session().repo_move(from_id, to_id, base_options(values));
  finish(out, op);
  out.result("Repo moved", {{"from_id", from_id}, {"to_id", to_id}});
  return 0;
}

constexpr std::array kMoveArguments{
    kFromArgument,
    Argument{"TO_ID", "Its new name, as owner/name.", true, false},
};

constexpr std::array kMoveOptions{kTokenOption, kRepoTypeOption};

constexpr std::array<std::string_view, 1> kMoveExamples{"hf repos move old-owner/my-model new-owner/my-model"};

int run_settings(Output& out, const Values& values) {
  hfhub::RepoOptions options = base_options(values);
  if (values.has("gated")) options.gated(values.text("gated"));
  add_visibility(values, options);
  const std::string repo_id = values.text("REPO_ID");
  hfhub::Op op = session().repo_update(repo_id, options);
  finish(out, op);
  out.result("Repo settings updated", {{"repo_id", repo_id}});
  return 0;
}

constexpr std::array kSettingsOptions{
    Option{"--gated", OptionKind::kChoice, "auto|manual|false",
           "Who gets at the files: whoever asks, whom you approve, or everybody."},
    kPrivateOption,
    kPublicOption,
    kProtectedOption,
    kTokenOption,
    kRepoTypeOption,
};

constexpr std::array<std::string_view, 3> kSettingsExamples{
    "hf repos settings my-org/my-model --private",
    "hf repos settings my-org/my-model --gated auto",
    "hf repos settings spaces/my-org/my-space --protected",
};

constexpr std::array kCommands{
    Command{"repos", "create", "Create a new repository on the Hub.",
            "A name without an owner is made in your own namespace.", kCreateArguments, kCreateOptions, kCreateExamples,
            run_create},
    Command{"repos", "delete", "Delete a repository from the Hub, for good.",
            "Asks first, unless --yes is given; in the modes that programs read, --yes is needed.", kCreateArguments,
            kDeleteOptions, kDeleteExamples, run_delete},
    Command{"repos", "duplicate", "Copy a model, dataset or Space on the Hub.", "", kDuplicateArguments,
            kDuplicateOptions, kDuplicateExamples, run_duplicate},
    Command{"repos",
            "list|ls",
            "List your repositories and buckets with the storage they take.",
            "",
            {},
            kListOptions,
            kListExamples,
            run_list},
    Command{"repos", "move", "Rename a repository, or move it to another namespace.",
            "The old name leads to the new one.", kMoveArguments, kMoveOptions, kMoveExamples, run_move},
    Command{"repos", "settings", "Change who sees a repository and who gets at its files.", "", kCreateArguments,
            kSettingsOptions, kSettingsExamples, run_settings},
};

}  // namespace

std::span<const Command> repo_commands() { return kCommands; }

}  // namespace cli
