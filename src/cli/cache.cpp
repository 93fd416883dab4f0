// hf cache list, hf cache verify
#include <algorithm>
#include <array>
#include <hfhub.hpp>
#include <set>

#include "cli/cache_filter.h"
#include "cli/command.h"
#include "cli/failure.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/values.h"

namespace cli {

namespace {

std::vector<std::string> texts_of(const hfhub::Json& json) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < json.size(); ++i) texts.push_back(json[i].string());
  return texts;
}

// ---- list ----------------------------------------------------------------------------------------------------------

CachedRepo read_repo(const hfhub::Json& json) {
  CachedRepo repo;
  repo.type = json["repo_type"].string();
  repo.id = json["repo_id"].string();
  repo.size = json["size_on_disk"].integer();
  repo.last_accessed = json["last_accessed"].number();
  repo.last_modified = json["last_modified"].number();
  const hfhub::Json revisions = json["revisions"];
  std::set<std::string> refs;
  for (size_t i = 0; i < revisions.size(); ++i) {
    const hfhub::Json item = revisions[i];
    CachedRevision revision{item["commit_hash"].string(), item["snapshot_path"].string(),
                            item["size_on_disk"].integer(), item["last_modified"].number(), texts_of(item["refs"])};
    std::sort(revision.refs.begin(), revision.refs.end());
    refs.insert(revision.refs.begin(), revision.refs.end());
    repo.revisions.push_back(std::move(revision));
  }
  repo.refs.assign(refs.begin(), refs.end());
  std::sort(repo.revisions.begin(), repo.revisions.end(),
            [](const CachedRevision& left, const CachedRevision& right) { return left.commit < right.commit; });
  return repo;
}

std::vector<CachedRepo> read_repos(const hfhub::Json& json) {
  std::vector<CachedRepo> repos;
  for (size_t i = 0; i < json.size(); ++i) repos.push_back(read_repo(json[i]));
  std::sort(repos.begin(), repos.end(),
            [](const CachedRepo& left, const CachedRepo& right) { return left.cache_id() < right.cache_id(); });
  return repos;
}

std::vector<CacheEntry> choose_entries(const Values& values, const std::vector<CachedRepo>& repos) {
  std::vector<CacheEntry> entries;
  for (const CachedRepo& repo : repos) {
    if (!values.flag("revisions")) {
      entries.push_back({&repo, nullptr});
      continue;
    }
    for (const CachedRevision& revision : repo.revisions) entries.push_back({&repo, &revision});
  }
  std::vector<CacheFilter> filters;
  for (const std::string& text : values.texts("filter")) filters.push_back(read_cache_filter(text));
  const double now = seconds_now();
  for (const CacheFilter& filter : filters) {
    std::erase_if(entries, [&](const CacheEntry& entry) { return !filter(entry, now); });
  }
  if (values.has("sort")) sort_cache_entries(entries, values.text("sort"));
  if (const auto limit = values.integer("limit")) {
    if (*limit < 0)
      throw UsageError("Invalid value: Limit must be a positive integer, got " + std::to_string(*limit) + ".");
    if (static_cast<uint64_t>(*limit) < entries.size()) entries.resize(static_cast<size_t>(*limit));
  }
  return entries;
}

void print_entries(Output& out, const std::vector<CacheEntry>& entries, bool revisions) {
  const double now = seconds_now();
  std::vector<Row> rows;
  for (const CacheEntry& entry : entries) {
    const CachedRepo& repo = *entry.repo;
    Row row{{"id", repo.cache_id()}, {"repo_id", repo.id}, {"repo_type", repo.type}};
    if (revisions) {
      row.insert(row.end(), {{"revision", entry.revision->commit}, {"snapshot_path", entry.revision->snapshot_path}});
    }
    row.emplace_back("size", size_text(entry.size()));
    if (!revisions) row.emplace_back("last_accessed", since_text(repo.last_accessed, now));
    row.emplace_back("last_modified", since_text(entry.last_modified(), now));
    row.emplace_back("refs", revisions ? entry.revision->refs : repo.refs);
    rows.push_back(std::move(row));
  }
  if (revisions) {
    out.table(rows, {{"id", "revision", "size", "last_modified", "refs"}, "revision", {"size"}});
  } else {
    out.table(rows, {{"id", "size", "last_accessed", "last_modified", "refs"}, "id", {"size"}});
  }
}

void print_footer(Output& out, const Values& values, const std::vector<CacheEntry>& entries, int64_t physical_size) {
  if (entries.empty()) return;
  std::set<const CachedRepo*> repos;
  size_t revisions = 0;
  int64_t size = 0;
  for (const CacheEntry& entry : entries) {
    repos.insert(entry.repo);
    revisions += entry.revision != nullptr ? 1 : entry.repo->revisions.size();
    size += entry.size();
  }
  // repositories may share blobs, so that only the scan knows what all of them take
  const bool everything = !values.flag("revisions") && !values.has("filter") && !values.has("limit");
  out.text(out.bold("\nFound " + std::to_string(repos.size()) + " repo(s) for a total of " + std::to_string(revisions) +
                    " revision(s) and " + size_text(everything ? physical_size : size) + " on disk."));
}

void print_findings(Output& out, const Values& values, const hfhub::Json& scan) {
  const hfhub::Json warnings = scan["warnings"];
  if (values.flag("show-warnings")) {
    for (std::string warning : texts_of(warnings)) {
      while (!warning.empty() && warning.back() == '.') warning.pop_back();
      out.warning(escape_unprintable(warning) + ". Repo ignored.");
    }
  } else if (warnings.size() > 0) {
    out.warning("Found " + std::to_string(warnings.size()) +
                " cache inconsistencies. Re-run with `--show-warnings` to display them.");
  }
  const hfhub::Json incomplete = scan["incomplete"];
  if (incomplete.size() > 0) {
    int64_t size = 0;
    for (size_t i = 0; i < incomplete.size(); ++i) size += incomplete[i]["size"].integer();
    out.hint("Found " + std::to_string(incomplete.size()) + " incomplete download(s) totalling " + size_text(size) +
             ". Downloading the same files again completes them.");
  }
  const hfhub::Json shared = scan["unreferenced_shared"];
  if (shared["count"].integer() > 0) {
    out.hint("Found " + std::to_string(shared["count"].integer()) + " unreferenced shared blob(s) totalling " +
             size_text(shared["size"].integer()) + ".");
  }
}

int run_list(Output& out, const Values& values) {
  hfhub::Op op = session().cache_scan(values.has("cache-dir") ? absolute_folder(values.text("cache-dir")) : "");
  try {
    finish(out, op);
  } catch (const hfhub::Exception& error) {
    if (error.status() != HFHUB_E_CACHE) throw;
    throw CommandError("Cache directory not found: " + (error.path().empty() ? error.what() : error.path()),
                       "nothing has been downloaded there yet; `hf env` shows which cache is in use.");
  }
  const hfhub::Json scan = op.json();
  const std::vector<CachedRepo> repos = read_repos(scan["repos"]);
  const std::vector<CacheEntry> entries = choose_entries(values, repos);
  print_entries(out, entries, values.flag("revisions"));
  print_footer(out, values, entries, scan["size_on_disk"].integer());
  print_findings(out, values, scan);
  return 0;
}

constexpr std::array kListOptions{
    Option{"--cache-dir", OptionKind::kFolder, "TEXT", "The cache to list. Default: HF_HUB_CACHE, else HF_HOME/hub."},
    Option{"--revisions", OptionKind::kSwitch, "", "One line a revision instead of one a repository."},
    Option{"-f, --filter", OptionKind::kTexts, "TEXT",
           "Only entries for which this holds: size, accessed or modified with =, !=, <, >, <=, >= and an amount (1GB, "
           "7d), or type=, refs= and a name. May be repeated."},
    Option{"--sort", OptionKind::kChoice,
           "accessed|accessed:asc|accessed:desc|modified|modified:asc|modified:desc|name|name:asc|name:desc|size|"
           "size:asc|size:desc",
           "By accessed, modified, name or size: newest, largest or, for name, alphabetically first. Append :asc or "
           ":desc for another order."},
    Option{"--limit", OptionKind::kInteger, "INTEGER", "At most so many entries, after sorting."},
    Option{"--show-warnings", OptionKind::kSwitch, "", "Say what is wrong with folders that are left out."},
};

constexpr std::array<std::string_view, 5> kListExamples{
    "hf cache ls",
    "hf cache ls --revisions",
    "hf cache ls --filter \"size>1GB\" --filter \"accessed>30d\" --sort size",
    "hf cache ls --format json",
    "hf cache ls --quiet | grep ^dataset/",
};

// ---- verify --------------------------------------------------------------------------------------------------------

std::string bullet_list(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "\n  - " + line;
  return out;
}

std::vector<std::string> mismatch_lines(const hfhub::Json& mismatches) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < mismatches.size(); ++i) {
    const hfhub::Json item = mismatches[i];
    lines.push_back(item["path"].string() + ": expected " + item["expected"].string() + " (" +
                    item["algorithm"].string() + "), got " + item["actual"].string());
  }
  return lines;
}

// Files of one side only: a failure when the user said so, else worth a warning.
bool report_one_sided(Output& out, const std::vector<std::string>& paths, bool fail, const std::string& heading,
                      const std::string& warning) {
  if (paths.empty()) return false;
  if (fail) {
    out.text("❌ " + heading + bullet_list(paths));
  } else {
    out.warning(std::to_string(paths.size()) + warning);
  }
  return fail;
}

hfhub::DownloadOptions verify_options(const Values& values) {
  hfhub::DownloadOptions options;
  options.repo_type(values.text("type", "model"));
  if (values.has("revision")) options.revision(values.text("revision"));
  if (values.has("cache-dir")) options.cache_dir(absolute_folder(values.text("cache-dir")));
  if (values.has("local-dir")) options.local_dir(absolute_folder(values.text("local-dir")));
  if (values.has("token")) options.token(values.text("token"));
  return options;
}

int run_verify(Output& out, const Values& values) {
  if (values.has("local-dir") && values.has("cache-dir")) {
    out.error("Cannot pass both --local-dir and --cache-dir. Use one or the other.");
    return kExitUsage;
  }
  const std::string repo_id = values.text("REPO_ID");
  const std::string repo_type = values.text("type", "model");
  hfhub::Op op = session().cache_verify(repo_id, verify_options(values));
  finish(out, op, progress_style(out));
  const hfhub::Json found = op.json();

  const auto mismatches = mismatch_lines(found["mismatches"]);
  bool failed = !mismatches.empty();
  if (failed) out.text("❌ Checksum verification failed for the following file(s):" + bullet_list(mismatches));
  failed |= report_one_sided(out, texts_of(found["missing"]), values.flag("fail-on-missing-files"),
                             "Missing files (present remotely, absent locally):",
                             " remote file(s) are missing locally. Use --fail-on-missing-files for details.");
  failed |= report_one_sided(out, texts_of(found["extra"]), values.flag("fail-on-extra-files"),
                             "Extra files (present locally, absent remotely):",
                             " local file(s) do not exist on the remote repo. Use --fail-on-extra-files for details.");
  if (failed) {
    out.error("Verification failed for '" + repo_id + "' (" + repo_type + ") in " + op.path() +
              ".\n  Revision: " + found["revision"].string());
    if (!mismatches.empty()) out.hint("`hf download` with `--force-download` and the files' names fetches them again.");
    return kExitFailure;
  }
  const int64_t checked = found["checked"].integer();
  out.result(
      "Verified " + std::to_string(checked) + " file(s) for " + repo_type + " '" + repo_id + "'. All checksums match.",
      {{"repo_id", repo_id}, {"repo_type", repo_type}, {"checked", checked}, {"path", op.path()}});
  return 0;
}

constexpr std::array kVerifyArguments{kRepoIdArgument};

constexpr std::array kVerifyOptions{
    kRepoTypeOption,
    kRevisionOption,
    Option{"--cache-dir", OptionKind::kFolder, "TEXT", "The cache to check. Default: HF_HUB_CACHE, else HF_HOME/hub."},
    Option{"--local-dir", OptionKind::kFolder, "TEXT", "Check the files in this folder instead of the cache."},
    Option{"--fail-on-missing-files", OptionKind::kFlag, "", "Fail when the Hub has files that are not here."},
    Option{"--fail-on-extra-files", OptionKind::kFlag, "",
           "Fail when there are files here that the Hub does not have."},
    kTokenOption,
};

constexpr std::array<std::string_view, 4> kVerifyExamples{
    "hf cache verify openai-community/gpt2",
    "hf cache verify openai-community/gpt2 --revision refs/pr/1",
    "hf cache verify datasets/karpathy/fineweb-edu-100b-shuffle --fail-on-missing-files",
    "hf cache verify openai-community/gpt2 --local-dir ./gpt2",
};

constexpr std::string_view kVerifyDescription =
    "Reads every file of one revision and compares its digest with what the Hub has. Exit code 1 when a file differs.";

constexpr std::array kCommands{
    Command{
        "cache", "list|ls", "List cached repositories or revisions.", "", {}, kListOptions, kListExamples, run_list},
    Command{"cache", "verify", "Compare cached files, or those of a folder, with the Hub's checksums.",
            kVerifyDescription, kVerifyArguments, kVerifyOptions, kVerifyExamples, run_verify},
};

}  // namespace

std::span<const Command> cache_commands() { return kCommands; }

}  // namespace cli
