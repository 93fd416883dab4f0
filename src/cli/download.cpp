// hf download
#include <algorithm>
#include <array>
#include <hfhub.hpp>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/session.h"
#include "cli/text.h"
#include "cli/uri.h"
#include "cli/values.h"

namespace cli {

namespace {

// What is asked for, after hf:// URIs and folders among the arguments are understood.
struct Request {
  std::string repo_id;
  std::string repo_type;
  std::string revision;
  std::vector<std::string> files;    // as given, without folders
  std::vector<std::string> folders;  // with their "/"
};

void refuse_both_folders(const Values& values) {
  if (!values.has("local-dir") || !values.has("cache-dir")) return;
  throw CommandError(
      "Cannot use both `--local-dir` and `--cache-dir` at the same time.",
      "`--cache-dir` (or HF_HOME) is for the shared cache, `--local-dir` for plain files in one folder.");
}

void apply_uri(const Values& values, const std::string& uri, Request& request, std::vector<std::string>& names) {
  refuse_beside_uri(values, uri);
  const hfhub::Json parts = uri_parts(uri);
  request.repo_id = parts["repo_id"].string();
  request.repo_type = parts["repo_type"].string();
  request.revision = parts["revision"].string();
  std::string path = parts["path"].string();
  if (path.empty()) return;
  if (!names.empty()) {
    throw CommandError("Cannot combine a file path in the hf:// URI ('" + path + "') with file names.");
  }
  if (parts["folder"].boolean() && path.back() != '/') path += '/';
  names = {path};
}

Request read_request(const Values& values) {
  Request request{values.text("REPO_ID"), values.text("type", "model"), values.text("revision"), {}, {}};
  std::vector<std::string> names = values.texts("FILENAMES");
  if (request.repo_id.compare(0, 5, "hf://") == 0) apply_uri(values, values.text("REPO_ID"), request, names);
  for (const std::string& name : names) {
    (!name.empty() && name.back() == '/' ? request.folders : request.files).push_back(name);
  }
  return request;
}

// --include and --exclude choose among all files: they say nothing beside names, and folders are patterns themselves.
void check_patterns(Output& out, const Values& values, const Request& request) {
  for (const std::string option : {"include", "exclude"}) {
    if (!values.has(option)) continue;
    if (!request.folders.empty()) {
      const std::string& folder = request.folders.front();
      throw CommandError("Cannot combine subfolder argument ('" + folder + "') with `--" + option + "`.",
                         "use `--include \"" + folder + "*\"` instead of the argument.");
    }
    if (!request.files.empty()) {
      out.warning("Ignoring `--" + option + "` since filenames have been explicitly set.");
    }
  }
}

void add_patterns(const Values& values, const Request& request, hfhub::DownloadOptions& options) {
  if (request.files.empty() && request.folders.empty()) {
    for (const std::string& pattern : values.texts("include")) options.allow(pattern);
    for (const std::string& pattern : values.texts("exclude")) options.ignore(pattern);
    return;
  }
  for (const std::string& file : request.files) options.allow(file);
  for (std::string folder : request.folders) {
    while (!folder.empty() && folder.back() == '/') folder.pop_back();
    options.allow(folder + "/**");
  }
}

hfhub::DownloadOptions read_options(const Values& values, const Request& request) {
  constexpr int64_t kMostWorkers = 256;
  hfhub::DownloadOptions options;
  options.repo_type(request.repo_type);
  if (!request.revision.empty()) options.revision(request.revision);
  if (values.has("cache-dir")) options.cache_dir(absolute_folder(values.text("cache-dir")));
  if (values.has("local-dir")) options.local_dir(absolute_folder(values.text("local-dir")));
  if (values.has("token")) options.token(values.text("token"));
  options.force(values.flag("force-download")).dry_run(values.flag("dry-run"));
  if (const auto workers = values.integer("max-workers")) {
    if (*workers < 1) throw CommandError("Invalid value. --max-workers must be at least 1.");
    options.max_workers(static_cast<int32_t>(std::min(*workers, kMostWorkers)));
  }
  return options;
}

struct PlannedFile {
  std::string name;
  bool fetch;
  int64_t size;  // -1 when unknown
};

PlannedFile planned_file(const hfhub::Json& json) {
  return {json["filename"].string(), json["will_download"].boolean(), json["file_size"].integer(-1)};
}

void print_plan(Output& out, const hfhub::Json& json) {
  std::vector<PlannedFile> files;
  if (json.type() == HFHUB_JSON_ARRAY) {
    for (size_t i = 0; i < json.size(); ++i) files.push_back(planned_file(json[i]));
  } else {
    files.push_back(planned_file(json));
  }
  std::sort(files.begin(), files.end(), [](const auto& left, const auto& right) { return left.name < right.name; });

  size_t count = 0;
  int64_t total = 0;
  bool known = true;
  std::vector<Row> rows;
  for (const PlannedFile& file : files) {
    if (file.fetch) {
      ++count;
      known = known && file.size >= 0;
      total += file.size;
    }
    rows.push_back({{"file", file.name}, {"size", file.fetch && file.size >= 0 ? size_text(file.size) : "-"}});
  }
  out.text("[dry-run] Will download " + std::to_string(count) + " files (out of " + std::to_string(files.size()) +
           ") totalling " + (known ? size_text(total) : "an unknown size") + ".");
  out.table(rows, {{"file", "size"}, "", {}});
}

int run_download(Output& out, const Values& values) {
  refuse_both_folders(values);
  const Request request = read_request(values);
  check_patterns(out, values, request);
  hfhub::DownloadOptions options = read_options(values, request);
  const bool one_file = request.files.size() == 1 && request.folders.empty();
  if (!one_file) add_patterns(values, request, options);

  hfhub::Op op = one_file ? session().download_file(request.repo_id, request.files.front(), options)
                          : session().download_snapshot(request.repo_id, options);
  const bool dry_run = values.flag("dry-run");
  finish(out, op, dry_run ? ProgressStyle::kNone : progress_style(out));
  if (dry_run) {
    print_plan(out, op.json());
  } else {
    out.result("Downloaded", {{"path", op.path()}});
  }
  return 0;
}

constexpr std::array kArguments{
    kRepoIdArgument,
    Argument{"FILENAMES",
             "Files to download; a folder when it ends in \"/\". Without any, the whole repository. The id may also be "
             "hf://[datasets/|spaces/]owner/name[@revision][/path].",
             false, true},
};

constexpr std::array kOptions{
    kRepoTypeOption,
    kRevisionOption,
    Option{"--include", OptionKind::kTexts, "TEXT",
           "Only files that match this pattern (* crosses /). May be repeated."},
    Option{"--exclude", OptionKind::kTexts, "TEXT", "No files that match this pattern. May be repeated."},
    Option{"--cache-dir", OptionKind::kFolder, "TEXT",
           "The shared cache to use. Default: HF_HUB_CACHE, else HF_HOME/hub."},
    Option{"--local-dir", OptionKind::kFolder, "TEXT", "Put plain files into this folder instead of the shared cache."},
    Option{"--force-download", OptionKind::kSwitch, "", "Download also what is on disk already."},
    Option{"--dry-run", OptionKind::kSwitch, "", "Only list what would be downloaded."},
    kTokenOption,
    Option{"--max-workers", OptionKind::kInteger, "INTEGER", "Files downloaded at the same time. Default: 8."},
};

constexpr std::array<std::string_view, 8> kExamples{
    "hf download openai-community/gpt2",
    "hf download openai-community/gpt2 config.json model.safetensors",
    "hf download meta-llama/Llama-3.2-1B-Instruct --include \"*.safetensors\" --exclude \"original/*\"",
    "hf download datasets/HuggingFaceM4/FineVision art/",
    "hf download hf://datasets/HuggingFaceH4/ultrachat_200k@main/data/",
    "hf download openai-community/gpt2 --local-dir ./gpt2",
    "hf download openai-community/gpt2 --dry-run",
    "cd \"$(hf download openai-community/gpt2 --quiet)\"",
};

constexpr std::string_view kDescription =
    "Files go to the shared cache, verified. Printed is the path of the file, when one was asked for, or of the "
    "snapshot folder. An interrupted download goes on where it stopped: run the same command again.";

constexpr std::array kCommands{
    Command{"", "download", "Download files from the Hub.", kDescription, kArguments, kOptions, kExamples,
            run_download},
};

}  // namespace

std::span<const Command> download_commands() { return kCommands; }

}  // namespace cli
