// What the Hub says about files: one by HEAD, a whole commit by listing.
#pragma once

#include <optional>
#include <string>

#include "cache/tree.h"
#include "hub/api.h"

namespace hfhub::hub {

struct FileFacts {
  std::string commit;
  std::string etag;              // normalised; "" only when `missing` is set
  std::optional<uint64_t> size;  // of the content
  Url location;                  // where the bytes are: the Hub, or a presigned URL elsewhere
  std::string xet_hash;          // "" when Xet does not store it
  std::string xet_refresh_url;   // that gives tokens for its CAS; "" when the answer does not name one
  std::optional<Error> missing;  // kEntryNotFound: this commit has no such file
};

// HEAD on the resolve URL. Redirects are followed only inside the Hub.
Result<FileFacts> probe_file(const Api& api, const RepoRef& repo, std::string_view revision, std::string_view path,
                             int64_t deadline_ms, const runtime::Cancel& cancel);

// The full commit hash that `revision` stands for: one info call.
Result<std::string> resolve_commit(const Api& api, const RepoRef& repo, std::string_view revision,
                                   const runtime::Cancel& cancel);

// All files of a commit, sorted by path: the pages of one recursive listing. Names are checked; a dangerous one is
// kUnsafeName.
Result<cache::Tree> list_files(const Api& api, const RepoRef& repo, std::string_view commit,
                               const runtime::Cancel& cancel);

}  // namespace hfhub::hub
