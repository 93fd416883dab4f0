#include "git_index.h"

namespace localhub {
namespace {

GitIndexPtr build(const Repo& repo, Catalog& catalog) {
  auto out = std::make_shared<GitIndex>();
  for (const CommitPtr& commit : repo.commits) {
    TreePtr tree = catalog.tree(repo, *commit);
    bool fresh = !out->count(tree->root_oid());
    (*out)[commit->oid] = {GitObject::Kind::kCommit, static_cast<uint32_t>(commit->seq), tree};
    if (!fresh) continue;
    for (uint32_t i = 0; i < tree->dirs().size(); ++i)
      out->emplace(tree->dir_at(i).oid, GitObject{GitObject::Kind::kTree, i, tree});
    for (uint32_t i = 0; i < tree->files().size(); ++i)
      out->emplace(tree->file_at(i).oid, GitObject{GitObject::Kind::kBlob, i, tree});
  }
  return out;
}

}  // namespace

GitIndexPtr GitIndexes::of(const RepoPtr& repo, Catalog& catalog) {
  {
    std::lock_guard lock(mutex_);
    Known& known = by_repo_[repo->id];
    if (known.repo == repo) return known.index;
  }
  GitIndexPtr index = build(*repo, catalog);
  std::lock_guard lock(mutex_);
  by_repo_[repo->id] = {repo, index};
  return index;
}

}  // namespace localhub
