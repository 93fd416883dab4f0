// The one visible step of an upload: the commit itself. An answer that was lost is looked for, so that no commit is made
// twice.
#pragma once

#include <optional>
#include <vector>

#include "client/commit_plan.h"
#include "client/session.h"
#include "hub/commit.h"

namespace hfhub::client {

// What is committed: selected operations whose large content is on the Hub.
struct CommitContent {
  std::vector<Operation>& operations;  // learn the oid of what is sent
  std::vector<size_t> selected;
};

Result<hub::CommitAnswer> post_commit(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                                      const hub::CommitText& text, const CommitContent& content);

}  // namespace hfhub::client
