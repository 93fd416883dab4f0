// Who may change a repository's content, and how much fits into a namespace.
#include "hub.h"

namespace localhub {

std::string page_url(const Call& call, RepoType type, const std::string& id) {
  std::string folder = type == RepoType::kModel ? "" : std::string(plural(type)) + "/";
  return call.hub.base_url(call.request) + "/" + folder + id;
}

std::string author_of(const Call& call) {
  return call.request.viewer.known ? call.request.viewer.user : std::string("localhub");
}

RepoPtr open_for_commit(const Call& call, const Target& target, const std::string& revision) {
  RepoPtr repo = open_repo(call, target, true);
  const Viewer& viewer = call.request.viewer;
  if (call.hub.settings.get()->cas_open) return repo;
  // The Hub's answer to strangers who want to write is the one for a repository that is not there.
  if (!viewer.known) throw HttpError{401, "RepoNotFound", "Repository not found"};
  if (viewer.role != "write")
    throw HttpError{403, "", "Forbidden: you must use a write token to upload to a repository."};
  if (viewer.owns(repo->owner()) || call.request.flag("create_pr")) return repo;
  std::string_view pull = ref_prefix(RefKind::kPull);
  if (revision.compare(0, pull.size(), pull) == 0) {
    auto discussion = call.hub.discussions.find(*repo, parse_int(revision.substr(pull.size())).value_or(0));
    if (discussion && discussion->author == viewer.user) return repo;
  }
  throw HttpError{403, "", "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request"};
}

void need_room(const Call& call, const Repo& repo, int64_t more_bytes) {
  int64_t quota = call.hub.settings.get()->quota_bytes;
  if (quota <= 0 || more_bytes <= 0) return;  // who is over it may still delete
  int64_t used = 0;
  for (RepoType type : {RepoType::kModel, RepoType::kDataset, RepoType::kSpace, RepoType::kKernel})
    for (const RepoPtr& other : call.hub.catalog.list(type)) {
      CommitPtr head = other->owner() == repo.owner() ? other->find_revision("main") : nullptr;
      if (head) used += call.hub.catalog.tree(*other, *head)->total_size();
    }
  if (used + more_bytes <= quota) return;
  throw HttpError{403, "",
                  repo.is_private ? "Private repository storage limit reached, please upgrade your plan to increase "
                                    "your private storage limit."
                                  : "Your storage patterns tripped our internal systems! Please contact us so we can "
                                    "verify your account and unlock more storage for your use-case."};
}

}  // namespace localhub
