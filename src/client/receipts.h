// Receipts: what was brought to the Hub for a commit that somebody makes later, here or elsewhere. One JSON object a line.
#pragma once

#include <string_view>
#include <vector>

#include "client/commit_plan.h"
#include "client/session.h"
#include "hub/commit.h"

namespace hfhub::client {

inline constexpr int64_t kReceiptLifeS = 20 * 3600;  // the Hub keeps uncommitted content for about a day

// Result JSON: {"receipts": [..], "items", "stored_bytes", ...}. Ignored files have none.
Result<runtime::OpResult> receipts_of(Story& story, const RepoRef& repo, const std::vector<Operation>& operations);

// Lines (or a JSON list) as receipts_of() gives them. Refused: another repository, an expired one, damaged content.
Result<std::vector<Operation>> parse_receipts(std::string_view lines, const RepoRef& repo);

// Does the Hub have what the receipts among the operations say? Then what the revision has at their paths is known, too.
Done check_receipts(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                    std::vector<Operation>& operations);

}  // namespace hfhub::client
