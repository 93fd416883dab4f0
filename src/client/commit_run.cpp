// A commit from its operations to the Hub's answer:
//   1 inspect   the first bytes of every file
//   2 classify  hub/commit: preupload, a page of files at a time -> regular | large | ignored
//   3 copies    what the sources are; foreign large ones are made known to the repository
//   4 store     client/large_store: from the first page on, in the background
//   5 select    pure: what changes nothing is left out
//   6 commit    client/commit_post: the only visible step
#include <algorithm>

#include "base/text.h"
#include "client/commit.h"
#include "client/commit_post.h"
#include "client/commit_steps.h"
#include "client/receipts.h"
#include "hub/files.h"

namespace hfhub::client {
namespace {

using Kind = Operation::Kind;

// Brings everything that the operations need to the Hub: steps 1 to 5.
class CommitRun {
 public:
  CommitRun(Story& story, const hub::Api& api, const CommitRequest& request, std::vector<Operation>* operations)
      : story_(story), api_(api), request_(request), operations_(*operations), store_(story, api, request.target) {}

  Done store();
  Result<runtime::OpResult> commit();

 private:
  Done classify_and_store();

  Story& story_;
  const hub::Api& api_;
  const CommitRequest& request_;
  std::vector<Operation>& operations_;
  LargeStore store_;
};

Done CommitRun::store() {
  HFHUB_CHECK(check_readme(story_, api_, request_.target.repo.type, operations_));
  HFHUB_CHECK(check_receipts(story_, api_, request_.target, operations_));
  HFHUB_CHECK(resolve_copies(story_, api_, request_.target, operations_));
  HFHUB_CHECK(classify_and_store());
  return store_.finish();
}

Done CommitRun::classify_and_store() {
  std::vector<Operation*> unknown, left;  // left: classified by an earlier attempt that could not store everything
  for (Operation& operation : operations_) {
    if (operation.kind != Kind::kAdd) continue;
    Addition& addition = *operation.add;
    addition.item = nullptr;  // of an earlier operation
    if (addition.classified) show_regular(story_, &operation);
    if (!addition.classified) unknown.push_back(&operation);
    else if (addition.large && !addition.ignored && !addition.stored) left.push_back(&operation);
  }
  for (Operation* operation : left) HFHUB_CHECK(store_.add(operation->path, &*operation->add));
  HFHUB_TRY(const auto rules, rules_of(operations_));
  for (size_t begin = 0; begin < unknown.size(); begin += hub::kPreuploadPage) {
    const size_t count = std::min(hub::kPreuploadPage, unknown.size() - begin);
    HFHUB_CHECK(classify(story_, api_, request_.target, {unknown.data() + begin, count}, rules));
    for (size_t i = begin; i < begin + count; ++i) {
      Addition& addition = *unknown[i]->add;
      show_regular(story_, unknown[i]);
      if (addition.large && !addition.ignored) HFHUB_CHECK(store_.add(unknown[i]->path, &addition));
    }
  }
  return {};
}

Result<runtime::OpResult> CommitRun::commit() {
  HFHUB_CHECK(store());
  HFHUB_CHECK(hash_regular(story_, operations_));
  const Selection selection = select_operations(operations_);
  CommitCounts counts = count_operations(operations_, selection);
  counts.reused = store_.figures().reused_files;
  const hub::CommitTarget& target = request_.target;
  if (selection.operations.empty()) {
    story_.warn("nothing has changed since the last commit of " + std::string(repo_type_name(target.repo.type)) + " '" +
                target.repo.id + "'; no commit was made");
    HFHUB_TRY(const std::string head, hub::resolve_commit(api_, target.repo, target.revision, story_.cancel));
    return commit_result(api_, request_, {hub::commit_page(api_.endpoint, target.repo, head), head, ""}, counts,
                         selection.ignored, store_.figures());
  }
  HFHUB_TRY(const hub::CommitAnswer answer,
            post_commit(story_, api_, target, request_.text, {operations_, selection.operations}));
  show_done(operations_);
  return commit_result(api_, request_, answer, counts, selection.ignored, store_.figures());
}

}  // namespace

Result<runtime::OpResult> run_commit(Story& story, const CommitRequest& request, std::vector<Operation>* operations) {
  HFHUB_TRY(const hub::Api api, story.api(request.token, false));
  return CommitRun(story, api, request, operations).commit();
}

Result<runtime::OpResult> run_prepare(Story& story, const CommitRequest& request, std::vector<Operation>* operations) {
  HFHUB_TRY(const hub::Api api, story.api(request.token, false));
  CommitRun run(story, api, request, operations);
  HFHUB_CHECK(run.store());
  return receipts_of(story, request.target.repo, *operations);
}

Result<runtime::OpResult> delete_files(Story& story, const CommitRequest& request,
                                       const std::vector<std::string>& patterns) {
  HFHUB_TRY(const hub::Api api, story.api(request.token, false));
  HFHUB_TRY(auto operations, matching_deletions(story, api, request.target, "", patterns, {}));
  return CommitRun(story, api, request, &operations).commit();
}

Result<runtime::OpResult> upload_file(Story& story, const CommitRequest& request, const std::string& file_path,
                                      const std::string& path_in_repo) {
  HFHUB_TRY(std::string path, commit_path(path_in_repo));
  std::vector<Operation> operations;
  operations.push_back({Kind::kAdd, std::move(path), false, Addition{}});
  HFHUB_TRY(operations.back().add->source, UploadSource::of_file(file_path));
  return run_commit(story, request, &operations);
}

}  // namespace hfhub::client
