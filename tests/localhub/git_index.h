// Where in a repository each git object is.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "catalog.h"

namespace localhub {

struct GitObject {
  enum class Kind { kCommit, kTree, kBlob };
  Kind kind = Kind::kBlob;
  uint32_t place = 0;  // of the commit in its repository, of the folder or file in `tree`
  TreePtr tree;        // for a commit: its own
};

using GitIndex = std::unordered_map<std::string, GitObject>;
using GitIndexPtr = std::shared_ptr<const GitIndex>;

/// Made at the first question about a repository, and again when it has changed.
class GitIndexes {
 public:
  GitIndexPtr of(const RepoPtr& repo, Catalog& catalog);

 private:
  struct Known {
    RepoPtr repo;
    GitIndexPtr index;
  };
  std::mutex mutex_;
  std::unordered_map<int64_t, Known> by_repo_;
};

}  // namespace localhub
