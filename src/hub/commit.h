// Making a commit: what is to become of files (preupload), the lines of a commit, pull requests, copies.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "hub/api.h"

namespace hfhub::hub {

// Where a commit goes.
struct CommitTarget {
  RepoRef repo;
  std::string revision = "main";
  bool create_pr = false;  // the commit opens a pull request against the revision
};

// ---- classification
inline constexpr size_t kPreuploadPage = 256;  // most files of one question
inline constexpr size_t kSampleBytes = 512;    // from the start of a file

struct PreuploadFile {
  std::string_view path;
  ByteView sample;
  uint64_t size = 0;
};

struct PreuploadVerdict {
  bool large = false;    // "lfs": its content is stored apart from git
  bool ignored = false;  // by .gitignore: not to be committed
  std::string oid;       // what the revision has there: SHA-1 of the blob or, large, SHA-256; "" for nothing
};

// Files of this commit that decide about the others; absent: the repository's own.
struct PreuploadRules {
  std::optional<std::string> gitignore;
  std::optional<std::string> gitattributes;
};
// One verdict a file, in their order.
Result<std::vector<PreuploadVerdict>> preupload(const Api& api, const CommitTarget& target,
                                                std::span<const PreuploadFile> files, const PreuploadRules& rules,
                                                const runtime::Cancel& cancel);
Result<std::vector<PreuploadVerdict>> parse_preupload(json::View answer, std::span<const PreuploadFile> files);

// ---- lines of a commit, each with its newline
struct CommitText {
  std::string message;      // one line or more; not empty
  std::string description;  // may be empty
  std::string parent;       // the revision must be at this commit; "" for any
};
std::string header_line(const CommitText& text);
// A regular file's line is begin + base64 of its content + end.
std::string_view file_line_begin();
std::string file_line_end(std::string_view path);
std::string large_file_line(std::string_view path, std::string_view sha256, std::optional<uint64_t> size);
std::string deletion_line(std::string_view path, bool folder);

// ---- the commit
struct CommitAnswer {
  std::string url;
  std::string oid;
  std::string pr_url;  // "" unless one was opened
};
Result<net::Request> commit_request(const Api& api, const CommitTarget& target);  // without its body
Result<CommitAnswer> parse_commit_answer(std::string_view body, const Url& from);
// {endpoint}/[datasets/|spaces/|kernels/]{id}
std::string repo_page(const Url& endpoint, const RepoRef& repo);
// .../{id}/commit/{oid}
std::string commit_page(const Url& endpoint, const RepoRef& repo, std::string_view oid);
// .../{id}/discussions/{number}
std::string pull_request_page(const Url& endpoint, const RepoRef& repo, uint64_t number);

struct CommitRow {
  std::string oid;
  std::string title;
};
// The newest commits of a revision, newest first: one page.
Result<std::vector<CommitRow>> newest_commits(const Api& api, const RepoRef& repo, std::string_view revision,
                                              const runtime::Cancel& cancel);

struct PullRequest {
  uint64_t number = 0;
  std::string url;
  std::string ref;  // "refs/pr/N"
};
// A draft, empty until somebody commits to its ref.
Result<PullRequest> open_pull_request(const Api& api, const RepoRef& repo, const CommitText& text,
                                      const runtime::Cancel& cancel);
// Numbers of the repository's pull requests, newest first.
Result<std::vector<uint64_t>> pull_requests(const Api& api, const RepoRef& repo, const runtime::Cancel& cancel);

// ---- before anything is sent
// Checks the metadata at the top of a README.md; `warnings` gets what the Hub would like better. kArgument: refused.
Done check_card(const Api& api, RepoType type, std::string_view content, std::vector<std::string>* warnings,
                const runtime::Cancel& cancel);

// ---- copies
struct PathFacts {
  std::string path;
  bool folder = false;
  std::string oid;  // of the git blob
  uint64_t size = 0;
  std::string sha256;  // "" for a regular file
  std::string xet_hash;
};
// Of those that exist, in the Hub's order.
Result<std::vector<PathFacts>> paths_info(const Api& api, const RepoRef& repo, std::string_view revision,
                                          std::span<const std::string> paths, const runtime::Cancel& cancel);
// Makes large files of `from` known to `to`, so that a commit there can name them.
Done duplicate_large_files(const Api& api, const RepoRef& from, const RepoRef& to, std::span<const PathFacts> files,
                           const runtime::Cancel& cancel);

}  // namespace hfhub::hub
