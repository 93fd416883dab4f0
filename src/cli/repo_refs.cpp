// hf repos branch create, delete; hf repos tag create, list, delete
#include <array>
#include <hfhub.hpp>

#include "cli/command.h"
#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/repo_options.h"
#include "cli/session.h"
#include "cli/values.h"

namespace cli {

namespace {

constexpr Argument kBranchArgument{"BRANCH", "The name of the branch.", true, false};
constexpr Argument kTagArgument{"TAG", "The name of the tag.", true, false};
constexpr Option kStartOption{"--revision", OptionKind::kText, "TEXT",
                              "Where it begins: a branch, a tag or a commit hash. Default: main."};
constexpr std::array kBranchArguments{kRepoIdArgument, kBranchArgument};
constexpr std::array kTagArguments{kRepoIdArgument, kTagArgument};
constexpr std::array kRepoArguments{kRepoIdArgument};

std::string type_of(const Values& values) { return values.text("type", "model"); }

Row about(const Values& values, std::string_view key, const std::string& ref) {
  return {{key, ref}, {"repo_type", type_of(values)}, {"repo_id", values.text("REPO_ID")}};
}

hfhub::RepoOptions options_with_start(const Values& values) {
  hfhub::RepoOptions options = base_options(values);
  if (values.has("revision")) options.revision(values.text("revision"));
  return options;
}

// Says in this command's words what is there already and what is missing.
void finish_ref(Output& out, hfhub::Op& op, const std::string& exists, const std::string& missing,
                const std::string& hint) {
  try {
    finish(out, op);
  } catch (const hfhub::Exception& error) {
    if (error.status() == HFHUB_E_CONFLICT) throw CommandError(exists, hint);
    if (error.status() == HFHUB_E_REVISION_NOT_FOUND) throw CommandError(missing);
    throw;
  }
}

std::string missing_start(const Values& values) {
  return "Revision '" + values.text("revision", "main") + "' not found.";
}

// ---- branch --------------------------------------------------------------------------------------------------------

int run_branch_create(Output& out, const Values& values) {
  const std::string branch = values.text("BRANCH"), repo_id = values.text("REPO_ID");
  hfhub::RepoOptions options = options_with_start(values);
  options.exist_ok(values.flag("exist-ok"));
  hfhub::Op op = session().branch_create(repo_id, branch, options);
  finish_ref(out, op, "Branch '" + branch + "' already exists on '" + repo_id + "'.", missing_start(values),
             "with --exist-ok that is no error.");
  out.result("Branch created", about(values, "branch", branch));
  return 0;
}

int run_branch_delete(Output& out, const Values& values) {
  const std::string branch = values.text("BRANCH"), repo_id = values.text("REPO_ID");
  hfhub::Op op = session().branch_delete(repo_id, branch, base_options(values));
  finish_ref(out, op, "", "Branch '" + branch + "' not found on '" + repo_id + "'.", "");
  out.result("Branch deleted", about(values, "branch", branch));
  return 0;
}

constexpr std::array kBranchCreateOptions{
    kStartOption,
    kTokenOption,
    kRepoTypeOption,
    Option{"--exist-ok", OptionKind::kSwitch, "", "Not an error when it exists already."},
};
constexpr std::array kBranchDeleteOptions{kTokenOption, kRepoTypeOption};
constexpr std::array<std::string_view, 2> kBranchCreateExamples{
    "hf repos branch create my-org/my-model dev",
    "hf repos branch create my-org/my-model dev --revision v1.0",
};
constexpr std::array<std::string_view, 1> kBranchDeleteExamples{"hf repos branch delete my-org/my-model dev"};

// ---- tag -----------------------------------------------------------------------------------------------------------

int run_tag_create(Output& out, const Values& values) {
  const std::string tag = values.text("TAG"), repo_id = values.text("REPO_ID");
  hfhub::RepoOptions options = options_with_start(values);
  if (values.has("message")) options.message(values.text("message"));
  hfhub::Op op = session().tag_create(repo_id, tag, options);
  finish_ref(out, op, "Tag '" + tag + "' already exists on '" + repo_id + "'.", missing_start(values), "");
  out.result("Tag created", about(values, "tag", tag));
  return 0;
}

int run_tag_list(Output& out, const Values& values) {
  const std::string repo_id = values.text("REPO_ID");
  hfhub::Op op = session().repo_refs(repo_id, false, base_options(values));
  finish(out, op);
  const hfhub::Json tags = op.json()["tags"];
  std::vector<Row> rows;
  for (size_t i = 0; i < tags.size(); ++i) {
    rows.push_back({{"name", tags[i]["name"].string()},
                    {"target_commit", tags[i]["targetCommit"].string()},
                    {"ref", tags[i]["ref"].string()}});
  }
  out.table(rows, {{"name", "target_commit", "ref"}, "", {}});
  return 0;
}

int run_tag_delete(Output& out, const Values& values) {
  const std::string tag = values.text("TAG"), repo_id = values.text("REPO_ID");
  out.text("You are about to delete tag " + tag + " on " + type_of(values) + " " + repo_id);
  confirm(out, "Proceed?", values.flag("yes"));
  hfhub::Op op = session().tag_delete(repo_id, tag, base_options(values));
  finish_ref(out, op, "", "Tag '" + tag + "' not found on '" + repo_id + "'.", "");
  out.result("Tag deleted", about(values, "tag", tag));
  return 0;
}

constexpr std::array kTagCreateOptions{
    Option{"-m, --message", OptionKind::kText, "TEXT", "What the tag is for."},
    kStartOption,
    kTokenOption,
    kRepoTypeOption,
};
constexpr std::array kTagListOptions{kTokenOption, kRepoTypeOption};
constexpr std::array kTagDeleteOptions{kYesOption, kTokenOption, kRepoTypeOption};
constexpr std::array<std::string_view, 2> kTagCreateExamples{
    "hf repos tag create my-org/my-model v1.0",
    "hf repos tag create my-org/my-model v1.0 -m \"First release\"",
};
constexpr std::array<std::string_view, 1> kTagListExamples{"hf repos tag list my-org/my-model"};
constexpr std::array<std::string_view, 1> kTagDeleteExamples{"hf repos tag delete my-org/my-model v1.0"};

constexpr std::string_view kAsks =
    "Asks first, unless --yes is given; in the modes that programs read, --yes is needed.";

constexpr std::array kCommands{
    Command{"repos branch", "create", "Create a branch.", "", kBranchArguments, kBranchCreateOptions,
            kBranchCreateExamples, run_branch_create},
    Command{"repos branch", "delete", "Delete a branch.", "", kBranchArguments, kBranchDeleteOptions,
            kBranchDeleteExamples, run_branch_delete},
    Command{"repos tag", "create", "Create a tag.", "", kTagArguments, kTagCreateOptions, kTagCreateExamples,
            run_tag_create},
    Command{"repos tag", "list|ls", "List the tags of a repository.", "", kRepoArguments, kTagListOptions,
            kTagListExamples, run_tag_list},
    Command{"repos tag", "delete", "Delete a tag.", kAsks, kTagArguments, kTagDeleteOptions, kTagDeleteExamples,
            run_tag_delete},
};

}  // namespace

std::span<const Command> repo_ref_commands() { return kCommands; }

}  // namespace cli
