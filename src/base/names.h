// Names and what may be one: repository types and ids, revisions, file paths in a repository, hf:// URIs. Pure text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hfhub {

enum class RepoType { kModel, kDataset, kSpace, kKernel };

const char* repo_type_name(RepoType type);                // "model"
const char* repo_type_plural(RepoType type);              // "models"
Result<RepoType> parse_repo_type(std::string_view text);  // singular; the error names the nearest

struct RepoRef {
  RepoType type = RepoType::kModel;
  std::string id;  // "ns/name" or "name"
};

// The Hub's rule: at most one '/', each part 1-96 of A-Z a-z 0-9 _ - . with a word character at both ends; no "--",
// no "..", not ending in ".git".
Done check_repo_id(std::string_view id);
// Not empty; no control characters, no white space, at most 1,024 bytes; none of git's forbidden forms (.., ~ ^ : ? * [ \, a leading
// or trailing '/', "//", "@{").
Done check_revision(std::string_view revision);
bool is_commit_hash(std::string_view revision);  // 40 lower-case hex digits

// A file path inside a repository that may safely become a path below a folder: relative, no empty, "." or ".." segment,
// no backslash, NUL or control character, no drive or UNC prefix, no Windows device name, valid UTF-8. `what` starts the message ("file name").
Done check_repo_path(std::string_view path, std::string_view what, Code code = Code::kArgument);
// Does `path` meet `other` on a disk that ignores case (ASCII and simple Latin folding)?
std::string case_key(std::string_view path);

Done check_token(std::string_view token);  // what a header can carry; the value is never in the message

struct HfUri {
  RepoRef repo;
  std::optional<std::string> revision;
  std::string path;     // "" for the repository itself
  bool folder = false;  // the text ended in '/'
};
// hf://[models/|datasets/|spaces/|kernels/]ns/name[@revision][/path]
Result<HfUri> parse_hf_uri(std::string_view text);

}  // namespace hfhub
