// The steps of commits and folder uploads: each asks the Hub about many operations at once.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "client/commit.h"
#include "client/large_store.h"

namespace hfhub::client {

// The README.md that is added, if any, has metadata that the Hub takes. What it would like better goes to the log.
Done check_readme(Story& story, const hub::Api& api, RepoType type, const std::vector<Operation>& operations);

// The .gitignore and .gitattributes that are added, if any.
Result<hub::PreuploadRules> rules_of(const std::vector<Operation>& operations);

// The Hub's verdict on at most hub::kPreuploadPage additions; each becomes an item of the operation's progress, large ones
// with their upload.
Done classify(Story& story, const hub::Api& api, const hub::CommitTarget& target, std::span<Operation* const> page,
              const hub::PreuploadRules& rules);

// Deletions of the revision's files below `prefix` ("" or with a trailing slash) whose path below it matches one of the
// patterns; .gitattributes stays, and so does what is `written` by the same commits.
Result<std::vector<Operation>> matching_deletions(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                                                  std::string_view prefix, std::span<const std::string> patterns,
                                                  const std::unordered_set<std::string_view>& written);

// Facts of what is copied, and of what is there at the destinations.
Done resolve_copies(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                    std::vector<Operation>& operations);

// The oid of regular files that the revision has already, too: only these can turn out to be unchanged.
Done hash_regular(Story& story, std::vector<Operation>& operations);

// An accepted file that travels in the commit itself, in the operation's progress; and that it has arrived.
void show_regular(Story& story, Operation* operation);
void show_done(const std::vector<Operation>& operations);

struct CommitCounts {
  uint64_t added[4] = {};  // by Storage
  uint64_t copied = 0, deleted = 0, unchanged = 0;
  uint64_t commits = 0;
  uint64_t files = 0;   // looked at
  uint64_t reused = 0;  // of those, not read again
};
CommitCounts count_operations(const std::vector<Operation>& operations, const Selection& selection);
// {"committed", "commit_oid", ...}: see include/hfhub/commit.h.
runtime::OpResult commit_result(const hub::Api& api, const CommitRequest& request, const hub::CommitAnswer& answer,
                                const CommitCounts& counts, const std::vector<std::string>& ignored,
                                const StoredFigures& figures);

}  // namespace hfhub::client
