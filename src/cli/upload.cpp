// hf upload
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <hfhub.hpp>
#include <thread>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/uri.h"
#include "cli/values.h"

namespace cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kReadBytes = 256 * 1024;

// What goes where, after hf:// URIs, patterns and what is left out are understood.
struct Request {
  std::string repo_id;
  std::string repo_type;
  std::string revision;
  std::string local_path;  // "-" for standard input
  std::string path_in_repo;
  std::vector<std::string> include;
};

bool is_file(const std::string& path) {
  std::error_code failure;
  return fs::is_regular_file(path, failure);
}
bool is_folder(const std::string& path) {
  std::error_code failure;
  return fs::is_directory(path, failure);
}
bool exists(const std::string& path) {
  std::error_code failure;
  return fs::exists(path, failure);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void apply_uri(const Values& values, Request& request) {
  const std::string uri = request.repo_id;
  refuse_beside_uri(values, uri);
  if (uri.compare(0, 13, "hf://buckets/") == 0) throw CommandError("Buckets are not supported by `hf upload`.");
  const hfhub::Json parts = uri_parts(uri);
  request.repo_id = parts["repo_id"].string();
  request.repo_type = parts["repo_type"].string();
  request.revision = parts["revision"].string();
  const std::string path = parts["path"].string();
  if (path.empty()) return;
  if (!request.path_in_repo.empty()) {
    throw CommandError("Cannot combine a path in the hf:// URI ('" + path + "') with the `path_in_repo` argument ('" +
                       request.path_in_repo + "').");
  }
  request.path_in_repo = path;
}

// Without a local path: a file or folder that is called as the repository is.
void guess_local_path(Request& request) {
  const std::string name = name_of(request.repo_id);
  if (!is_file(name) && !is_folder(name)) {
    throw CommandError("Invalid value. '" + name + "' is not a local file or folder. Please set local_path explicitly.",
                       "name what to upload: hf upload " + request.repo_id + " PATH");
  }
  request.local_path = name;
  request.path_in_repo = is_file(name) ? name : ".";
}

void resolve_paths(Request& request) {
  const bool wildcard = request.local_path.find_first_of("*?[") != std::string::npos;
  if (request.local_path.empty()) return guess_local_path(request);
  if (wildcard && !exists(request.local_path)) {
    if (!request.include.empty()) {
      throw CommandError("Invalid value. Cannot set --include when local_path contains a wildcard.");
    }
    if (!request.path_in_repo.empty() && request.path_in_repo != ".") {
      throw CommandError("Invalid value. Cannot set path_in_repo when local_path contains a wildcard.");
    }
    request.include = {request.local_path};
    request.local_path = request.path_in_repo = ".";
    return;
  }
  if (!request.path_in_repo.empty()) return;
  if (request.local_path == "-") throw UsageError("Standard input needs a name: hf upload REPO_ID - PATH_IN_REPO");
  request.path_in_repo = is_file(request.local_path) ? name_of(request.local_path) : ".";
}

Request read_request(const Values& values) {
  Request request{values.text("REPO_ID"),    values.text("type", "model"), values.text("revision"),
                  values.text("LOCAL_PATH"), values.text("PATH_IN_REPO"),  values.texts("include")};
  if (request.repo_id.compare(0, 5, "hf://") == 0) apply_uri(values, request);
  if (values.has("from-receipts") && request.local_path.empty()) return request;  // nothing but the receipts
  resolve_paths(request);
  if (request.local_path != "-" && !exists(request.local_path)) {
    throw CommandError("No such file or directory: '" + request.local_path + "'.");
  }
  return request;
}

void warn_of_patterns(Output& out, const Values& values) {
  for (const std::string option : {"include", "exclude", "delete"}) {
    if (values.has(option)) out.warning("Ignoring --" + option + " since a single file is uploaded.");
  }
}

hfhub::CommitOptions read_options(const Values& values, const Request& request) {
  hfhub::CommitOptions options;
  options.repo_type(request.repo_type).create_pr(values.flag("create-pr"));
  if (!request.revision.empty()) options.revision(request.revision);
  if (values.has("commit-message")) options.message(values.text("commit-message"));
  if (values.has("commit-description")) options.description(values.text("commit-description"));
  if (values.has("token")) options.token(values.text("token"));
  for (const std::string& pattern : request.include) options.allow(pattern);
  for (const std::string& pattern : values.texts("exclude")) options.ignore(pattern);
  for (const std::string& pattern : values.texts("delete")) options.remove(pattern);
  return options;
}

hfhub::RepoOptions repo_options(const Values& values, const Request& request) {
  hfhub::RepoOptions options;
  options.repo_type(request.repo_type).exist_ok();
  if (values.has("token")) options.token(values.text("token"));
  return options;
}

// The repository is made when it is missing, and so is the branch. Returns the repository's full id.
std::string prepare_repo(Output& out, const Values& values, const Request& request) {
  hfhub::RepoOptions options = repo_options(values, request);
  if (values.has("private")) options.set_private(values.flag("private"));
  if (request.repo_type == "space") options.space_sdk("gradio");
  hfhub::Op create = session().repo_create(request.repo_id, options);
  finish(out, create);
  const std::string repo_id = create.json()["repo_id"].string();
  const bool other_branch = !request.revision.empty() && request.revision != "main";
  if (!other_branch || values.flag("create-pr")) return repo_id;
  hfhub::Op refs = session().repo_refs(repo_id, true, repo_options(values, request));
  finish(out, refs);
  for (const char* kind : {"branches", "pullRequests"}) {
    const hfhub::Json rows = refs.json()[kind];
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i]["name"].string() == request.revision || rows[i]["ref"].string() == request.revision) return repo_id;
    }
  }
  out.log("Branch '" + request.revision + "' not found. Creating it...");
  hfhub::Op branch = session().branch_create(repo_id, request.revision, repo_options(values, request));
  finish(out, branch);
  return repo_id;
}

void read_standard_input(hfhub::CommitWriter& writer) {
  std::vector<char> buffer(kReadBytes);
  for (;;) {
    const size_t got = std::fread(buffer.data(), 1, buffer.size(), stdin);
    if (got > 0) writer.write(buffer.data(), got);
    if (got < buffer.size()) break;
  }
  if (std::ferror(stdin) != 0) throw CommandError("Cannot read standard input.");
  writer.finish();
}

std::string default_message(const Request& request) { return "Upload " + request.path_in_repo + " with hf"; }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) throw CommandError("Cannot read '" + path + "'.");
  return text;
}

// One commit that is put together here: everything but a plain folder.
hfhub::Commit gather(const Values& values, const Request& request, const std::string& repo_id) {
  hfhub::CommitOptions options = read_options(values, request);
  const bool receipts = values.has("from-receipts");
  if (!values.has("commit-message")) options.message(receipts ? "Upload files with hf" : default_message(request));
  hfhub::Commit commit = session().commit(repo_id, options);
  for (const std::string& file : values.texts("from-receipts")) commit.add_receipts(read_file(file));
  if (request.local_path == "-") {
    hfhub::CommitWriter writer = commit.add_stream(request.path_in_repo);
    read_standard_input(writer);
  } else if (is_folder(request.local_path)) {
    commit.add_folder(request.local_path, request.path_in_repo);
  } else if (!request.local_path.empty()) {
    commit.add_path(request.path_in_repo, request.local_path);
  }
  return commit;
}

// The content goes to the Hub; who commits it gets the receipts.
int write_receipts(Output& out, const std::string& file, hfhub::Commit commit) {
  hfhub::Op op = commit.prepare();
  finish(out, op, progress_style(out), Activity::kUploading);
  const hfhub::Json rows = op.json()["receipts"];
  std::ofstream to(file, std::ios::binary | std::ios::trunc);
  for (size_t i = 0; i < rows.size(); ++i) to << rows[i].text() << "\n";
  to.close();
  if (!to) throw CommandError("Cannot write '" + file + "'.", "the content is on the Hub; run the same command again.");
  out.result("Stored", {{"receipts", file}, {"files", static_cast<int64_t>(rows.size())}});
  return 0;
}

std::string count_of(int64_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// What was done, and what did not have to be done.
void summarize(Output& out, const hfhub::Json& json) {
  std::string text;
  const auto add = [&](int64_t number, const std::string& words) {
    if (number > 0) text += (text.empty() ? "" : ", ") + words;
  };
  const int64_t xet = json["xet"].integer(), lfs = json["lfs"].integer(), regular = json["regular"].integer();
  const int64_t stored = json["stored_bytes"].integer(), deduped = json["deduped_bytes"].integer();
  add(xet + lfs + regular, count_of(xet + lfs + regular, "file") + " committed");
  add(json["commits"].integer() - 1, "in " + count_of(json["commits"].integer(), "commit"));
  add(json["deleted"].integer(), count_of(json["deleted"].integer(), "file") + " deleted");
  add(json["unchanged"].integer(), count_of(json["unchanged"].integer(), "file") + " unchanged");
  add(static_cast<int64_t>(json["ignored"].size()),
      count_of(static_cast<int64_t>(json["ignored"].size()), "file") + " ignored by .gitignore");
  add(json["reused"].integer(), std::to_string(json["reused"].integer()) + " not read again");
  if (stored > 0) {
    add(1, bytes_text(static_cast<uint64_t>(json["sent_bytes"].integer())) + " sent for " +
               bytes_text(static_cast<uint64_t>(stored)));
    add(deduped, bytes_text(static_cast<uint64_t>(deduped)) + " were on the Hub already");
  }
  if (!text.empty()) out.log(text);
  if (const std::string pr = json["pr_url"].string(); !pr.empty()) out.log("Pull request: " + pr);
}

// ---- --every

// Minutes as Python shows them: 5 is "5.0".
std::string minutes_text(const std::string& given) {
  return given.find_first_not_of("0123456789") == std::string::npos ? given + ".0" : given;
}

double read_minutes(const std::string& given) {
  size_t end = 0;
  double minutes = 0;
  try {
    minutes = std::stod(given, &end);
  } catch (const std::exception&) {
    end = 0;
  }
  if (end == 0 || end != given.size())
    throw UsageError("Invalid value for '--every': '" + given + "' is not a valid float.");
  if (!(minutes > 0)) throw UsageError("Invalid value for every: --every must be a positive value");
  return minutes;
}

// A single file is its folder with one pattern, so that it keeps its name.
void watch_folder_of_file(Output& out, Request& request) {
  const std::string name = name_of(request.local_path);
  const size_t slash = request.path_in_repo.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : request.path_in_repo.substr(0, slash);
  const std::string wanted = request.path_in_repo.substr(slash == std::string::npos ? 0 : slash + 1);
  if (!wanted.empty() && wanted != "." && wanted != name) {
    out.warning("Scheduled uploads keep the local file name, so the file will be uploaded as '" +
                (folder.empty() ? "" : folder + "/") + name + "' rather than '" + request.path_in_repo +
                "'. Rename the local file to upload it under a different name.");
  }
  const std::string parent = fs::path(request.local_path).parent_path().string();
  request.local_path = parent.empty() ? "." : parent;
  request.path_in_repo = folder;
  request.include = {name};
}

int run_schedule(Output& out, const Values& values, Request request) {
  const double minutes = read_minutes(values.text("every"));
  const std::string repo_id = prepare_repo(out, values, request);
  if (is_file(request.local_path)) watch_folder_of_file(out, request);
  const hfhub::Milliseconds every(static_cast<int64_t>(minutes * 60'000) + 1);
  hfhub::Scheduler scheduler = session().schedule(repo_id, absolute_folder(request.local_path), request.path_in_repo,
                                                  every, read_options(values, request));
  out.text("Scheduling commits every " + minutes_text(values.text("every")) + " minutes to " + repo_id + ".");
  flush_stdout();
  {
    const InterruptScope scope([](void*) {}, &scheduler);
    while (!interrupted()) {
      std::this_thread::sleep_for(hfhub::Milliseconds(100));
      show_log_lines(out);
    }
  }
  hfhub::Op last = scheduler.stop();
  while (!last.wait_for(hfhub::Milliseconds(100))) {
  }
  show_log_lines(out);
  out.result("Uploaded", {{"url", "Stopped scheduled commits."}});
  return 0;
}

int run_upload(Output& out, const Values& values) {
  const Request request = read_request(values);
  const bool folder = !request.local_path.empty() && request.local_path != "-" && is_folder(request.local_path);
  if (!folder) warn_of_patterns(out, values);
  if (values.has("every")) return run_schedule(out, values, request);
  const std::string repo_id = prepare_repo(out, values, request);
  if (values.has("receipts")) return write_receipts(out, values.text("receipts"), gather(values, request, repo_id));
  hfhub::Op op = folder && !values.has("from-receipts")
                     ? session().upload_folder(repo_id, absolute_folder(request.local_path), request.path_in_repo,
                                               read_options(values, request))
                     : gather(values, request, repo_id).finish();
  finish(out, op, progress_style(out), Activity::kUploading);
  summarize(out, op.json());
  out.result("Uploaded", {{"url", op.json()["commit_url"].string()}});
  return 0;
}

constexpr Option kMessageOption{"--commit-message", OptionKind::kText, "TEXT",
                                "The first line of the commit's message."};
constexpr Option kDescriptionOption{"--commit-description", OptionKind::kText, "TEXT", "What is said below it."};

constexpr std::array kArguments{
    Argument{"REPO_ID",
             "The repository, as owner/name; it is made when it is missing. Also "
             "hf://[datasets/|spaces/]owner/name[@revision][/path].",
             true, false},
    Argument{"LOCAL_PATH",
             "The file or folder to upload, a pattern such as \"*.safetensors\", or \"-\" for standard input. Default: "
             "the file or folder here that is called as the repository is.",
             false, false},
    Argument{"PATH_IN_REPO", "Where it goes in the repository. Default: the file's name, or the root for a folder.",
             false, false},
};

constexpr std::array kOptions{
    kRepoTypeOption,
    kRevisionOption,
    Option{"--private", OptionKind::kSwitch, "", "Make the repository private, if it is made."},
    Option{"--include", OptionKind::kTexts, "TEXT",
           "Only files that match this pattern (* crosses /). May be repeated."},
    Option{"--exclude", OptionKind::kTexts, "TEXT", "No files that match this pattern. May be repeated."},
    Option{"--delete", OptionKind::kTexts, "TEXT",
           "Delete files of the repository that match this pattern, in the same commit. May be repeated."},
    kMessageOption,
    kDescriptionOption,
    Option{"--create-pr", OptionKind::kSwitch, "", "Upload as a new pull request."},
    Option{"--every", OptionKind::kText, "MINUTES",
           "Commit the folder again and again, every so many minutes, until Ctrl-C. Files may grow meanwhile."},
    Option{"--receipts", OptionKind::kText, "FILE",
           "Only bring the content to the Hub, and write to FILE what a later --from-receipts commits."},
    Option{"--from-receipts", OptionKind::kTexts, "FILE",
           "Commit what others brought to the Hub with --receipts. May be repeated."},
    kTokenOption,
};

constexpr std::array<std::string_view, 7> kExamples{
    "hf upload my-cool-model . .",
    "hf upload Wauplin/my-cool-model ./models/model.safetensors",
    "hf upload Wauplin/my-cool-dataset ./data /train --repo-type=dataset",
    "hf upload Wauplin/my-cool-model ./models . --commit-message=\"Epoch 34/50\" --commit-description=\"Val accuracy: "
    "68%\"",
    "hf upload Wauplin/my-cool-model \"*.safetensors\"",
    "hf upload bigcode/the-stack . . --repo-type dataset --create-pr",
    "make-report | hf upload Wauplin/reports - today.txt --repo-type dataset",
};

constexpr std::string_view kDescription =
    "Content that the Hub has already is not sent again, and what is unchanged is not committed. Folders with many "
    "files "
    "become several commits. An interrupted upload goes on where it stopped: run the same command again.";

// ---- hf repos delete-files

int run_delete_files(Output& out, const Values& values) {
  hfhub::CommitOptions options;
  options.repo_type(values.text("type", "model")).create_pr(values.flag("create-pr"));
  if (values.has("revision")) options.revision(values.text("revision"));
  if (values.has("commit-message")) options.message(values.text("commit-message"));
  if (values.has("commit-description")) options.description(values.text("commit-description"));
  if (values.has("token")) options.token(values.text("token"));
  for (const std::string& pattern : values.texts("PATTERNS")) options.remove(pattern);
  const std::string repo_id = values.text("REPO_ID");
  hfhub::Op op = session().delete_files(repo_id, options);
  finish(out, op);
  out.result("Files deleted", {{"repo_id", repo_id}, {"commit_url", op.json()["commit_url"].string()}});
  return 0;
}

constexpr std::array kDeleteFilesArguments{
    kRepoIdArgument,
    Argument{"PATTERNS", "Which files: patterns in which * crosses /; \"folder/\" is all that is in it.", true, true},
};

constexpr std::array kDeleteFilesOptions{
    kRepoTypeOption,
    kRevisionOption,
    kMessageOption,
    kDescriptionOption,
    Option{"--create-pr", OptionKind::kSwitch, "", "Propose it as a new pull request."},
    kTokenOption,
};

constexpr std::array<std::string_view, 3> kDeleteFilesExamples{
    "hf repos delete-files my-model file.txt",
    "hf repos delete-files my-model \"*.json\"",
    "hf repos delete-files my-model folder/",
};

constexpr std::array kCommands{
    Command{"repos", "delete-files", "Delete files from a repository on the Hub.", "", kDeleteFilesArguments,
            kDeleteFilesOptions, kDeleteFilesExamples, run_delete_files},
    Command{"", "upload", "Upload a file or a folder to the Hub.", kDescription, kArguments, kOptions, kExamples,
            run_upload},
};

}  // namespace

std::span<const Command> upload_commands() { return kCommands; }

}  // namespace cli
