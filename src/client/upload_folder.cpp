// A folder becomes commits in a pipeline:
//   1 collect    walk the folder, apply the patterns, look up what the journal knows
//   2 classify   a page of files at a time; large ones begin to be stored at once            } of the next batch, while
//   3 store      until the Hub has all large files of the batch                               } these go on for the last
//   4 commit     what has changed; the journal remembers it                                   }
#include "client/upload_folder.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <unordered_set>

#include "base/clock.h"
#include "base/text.h"
#include "client/commit_post.h"
#include "client/commit_steps.h"
#include "client/folder_journal.h"
#include "hub/files.h"

namespace hfhub::client {
namespace {

using Kind = Operation::Kind;

constexpr size_t kPaces[] = {CommitPacer::kSmallest, 50, 75, 100, 125, 200, 250, 400, 600, 1000};
constexpr int64_t kGoodCommitMs = 40'000;
constexpr int64_t kLongestBatchMs = 5 * 60'000;
constexpr uint64_t kInlineBytes = 100u << 20;  // of regular files in one commit

bool is_refusal(const Error& error) {
  return error.http != nullptr && error.http->http_status >= 400 && error.http->http_status < 500 &&
         error.code == Code::kHttp;
}

// Files that go into one commit, and the upload of the large ones among them.
struct Batch {
  Batch(Story& story, const hub::Api& api, const hub::CommitTarget& target) : store(story, api, target) {}
  std::vector<std::unique_ptr<Operation>> files;
  LargeStore store;
  uint64_t inline_bytes = 0;
  const SteadyTime begun = steady_now();
};

// Work that a pool thread does, or, when none has come yet, whoever waits for it.
class Handed {
 public:
  explicit Handed(std::function<Done()> work) : work_(std::move(work)) {}
  void run() {
    if (claimed_.exchange(true)) return;
    Done done = work_();
    const std::lock_guard lock(mutex_);
    done_ = std::move(done);
    changed_.notify_all();
  }
  Done wait() {
    run();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_.has_value(); });
    return *done_;
  }

 private:
  const std::function<Done()> work_;
  std::atomic<bool> claimed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Done> done_;  // guarded by mutex_
};

class FolderUpload {
 public:
  FolderUpload(Story& story, const hub::Api& api, const FolderRequest& request)
      : cancel_(story.cancel.child()),
        story_{story.config, story.log, story.machinery, story.op, cancel_},
        api_(api),
        request_(request),
        target_(request.commit.target) {}

  Result<runtime::OpResult> run();

 private:
  Done collect();
  Done collect_deletions();
  Done upload();
  Done upload_page(size_t begin, size_t count);
  Done place(std::unique_ptr<Operation> file);
  Done hand_over();
  Done await_commit();
  Done finish(Batch& batch);
  Done commit(std::vector<Operation>* files);
  Done commit_in_parts(std::vector<Operation> files);
  Done commit_once(std::vector<Operation>& files);
  Done ensure_pull_request();
  void note(const std::vector<Operation>& files);
  std::string relative(const std::string& path) const { return path.substr(request_.path_in_repo.size()); }
  runtime::OpResult result(const std::string& head);

  const runtime::Cancel cancel_;  // the first failure stops everything
  Story story_;
  const hub::Api& api_;
  const FolderRequest& request_;
  hub::CommitTarget target_;  // of preupload and storing
  std::unique_ptr<FolderJournal> journal_;
  std::vector<std::unique_ptr<Operation>> files_;
  hub::PreuploadRules rules_;
  std::unique_ptr<Batch> batch_;
  std::shared_ptr<Handed> committing_;
  std::atomic<size_t> pace_{0};
  std::atomic<uint64_t> unchanged_{0};
  uint64_t reused_ = 0;
  std::vector<std::string> ignored_;
  // Of the commits, one at a time:
  std::vector<Operation> deletions_;
  CommitPacer pacer_;
  std::optional<hub::PullRequest> pr_;
  std::optional<hub::CommitAnswer> last_;
  uint64_t commits_ = 0, deleted_ = 0;
  uint64_t added_[4] = {};
  StoredFigures figures_;
};

Result<runtime::OpResult> FolderUpload::run() {
  HFHUB_CHECK(collect());
  HFHUB_CHECK(collect_deletions());
  Done done = upload();
  if (!done.ok()) cancel_.request();
  if (Done last = await_commit(); done.ok() || done.error().code == Code::kCancelled) {
    if (!last.ok()) done = std::move(last);
  }
  batch_.reset();
  if (!done.ok()) {
    if (pr_) story_.warn("pull request " + pr_->url + " is not complete; go on with the revision " + pr_->ref);
    return std::move(done).error();
  }
  std::string head;
  if (!last_) {
    story_.warn("nothing has changed since the last commit; no commit was made");
    HFHUB_TRY(head, hub::resolve_commit(api_, target_.repo, target_.revision, story_.cancel));
  }
  return result(head);
}

// ---- 1 collect ----

Done FolderUpload::collect() {
  HFHUB_TRY(auto files, folder_files(request_.folder, request_.path_in_repo, request_.options.folder));
  HFHUB_CHECK(check_operations(files));
  for (Operation& file : files) files_.push_back(std::make_unique<Operation>(std::move(file)));
  if (!request_.options.journal) return {};
  journal_ = FolderJournal::open(request_.folder, api_.endpoint.str(), target_.repo);
  if (!journal_) story_.warn("no journal is kept in '" + request_.folder + "': it is in use, or cannot be written to");
  return {};
}

Done FolderUpload::collect_deletions() {
  if (!request_.options.delete_patterns) return {};
  std::unordered_set<std::string_view> written;
  for (const auto& file : files_) written.insert(file->path);
  HFHUB_TRY(deletions_, matching_deletions(story_, api_, target_, request_.path_in_repo,
                                           *request_.options.delete_patterns, written));
  return {};
}

// ---- 2 classify ----

Done FolderUpload::upload() {
  std::vector<Operation> special;
  for (const auto& file : files_) {
    if (file->path == "README.md" || file->path == ".gitignore" || file->path == ".gitattributes")
      special.push_back(*file);
  }
  HFHUB_CHECK(check_readme(story_, api_, target_.repo.type, special));
  HFHUB_TRY(rules_, rules_of(special));
  pace_ = pacer_.target();
  for (size_t begin = 0; begin < files_.size(); begin += hub::kPreuploadPage) {
    HFHUB_CHECK(upload_page(begin, std::min(hub::kPreuploadPage, files_.size() - begin)));
  }
  if (!batch_ && !deletions_.empty()) batch_ = std::make_unique<Batch>(story_, api_, target_);
  return hand_over();
}

Done FolderUpload::upload_page(size_t begin, size_t count) {
  HFHUB_CHECK(cancel_.check());
  std::vector<Operation*> page;
  for (size_t i = begin; i < begin + count; ++i) page.push_back(files_[i].get());
  HFHUB_CHECK(classify(story_, api_, target_, page, rules_));
  for (size_t i = begin; i < begin + count; ++i) HFHUB_CHECK(place(std::move(files_[i])));
  return {};
}

// Into the batch; large content begins to be stored.
Done FolderUpload::place(std::unique_ptr<Operation> file) {
  Addition& addition = *file->add;
  auto& progress = story_.op.progress();
  if (addition.ignored) {
    ignored_.push_back(file->path);
    return {};
  }
  Addition known = addition;
  const bool recalled = journal_ && journal_->recall(relative(file->path), &known);
  const bool same_kind = recalled && (known.storage != Storage::kInline) == addition.large;
  if (same_kind && known.oid == addition.remote_oid) {
    ++unchanged_;
    ++reused_;
    auto& item = progress.add_item(file->path, addition.source.size());
    item.bytes_done = addition.source.size();
    item.state = runtime::ItemState::kCached;
    return {};
  }
  if (!batch_) batch_ = std::make_unique<Batch>(story_, api_, target_);
  if (same_kind) {
    addition.oid = known.oid;
    if (addition.large && known.stored) {
      addition.stored = addition.recalled = true;
      addition.storage = known.storage;
      addition.xet_hash = known.xet_hash;
    }
  }
  if (addition.large && !addition.stored) HFHUB_CHECK(batch_->store.add(file->path, &addition));
  if (!addition.large) batch_->inline_bytes += addition.source.size();
  show_regular(story_, file.get());
  batch_->files.push_back(std::move(file));
  const bool old = ms_since(batch_->begun) > kLongestBatchMs;
  if (batch_->files.size() >= pace_ || batch_->inline_bytes >= kInlineBytes || old) return hand_over();
  return {};
}

// The batch goes to whoever makes commits, once the one before has gone through.
Done FolderUpload::hand_over() {
  HFHUB_CHECK(await_commit());
  if (!batch_) return {};
  std::shared_ptr<Batch> batch = std::move(batch_);
  committing_ = std::make_shared<Handed>([this, batch] { return finish(*batch); });
  // Without a thread the next hand-over does it.
  (void)story_.machinery.workers.post([handed = committing_] { handed->run(); });
  return {};
}

Done FolderUpload::await_commit() {
  if (!committing_) return {};
  Done done = committing_->wait();
  committing_.reset();
  return done;
}

// ---- 3 store, 4 commit ----

Done FolderUpload::finish(Batch& batch) {
  Done done = [&]() -> Done {
    HFHUB_CHECK(batch.store.finish());
    figures_.add(batch.store.figures());
    std::vector<Operation> files;
    for (auto& file : batch.files) files.push_back(std::move(*file));
    HFHUB_CHECK(hash_regular(story_, files));
    note(files);
    return commit(&files);
  }();
  if (!done.ok()) cancel_.request();
  return done;
}

Done FolderUpload::commit(std::vector<Operation>* files) {
  const Selection selection = select_operations(*files);
  unchanged_ += selection.unchanged;
  std::vector<Operation> changed;
  for (const size_t i : selection.operations) changed.push_back(std::move((*files)[i]));
  if (changed.empty() && (commits_ > 0 || deletions_.empty())) return {};
  Done done = commit_in_parts(changed);
  const bool trusted = std::any_of(changed.begin(), changed.end(), [](const Operation& o) { return o.add->recalled; });
  if (done.ok() || !trusted || !is_refusal(done.error())) return done;
  // What an earlier run had stored may be gone: it is stored again, once.
  story_.warn("the Hub does not take what an earlier run had stored; storing it again");
  LargeStore store(story_, api_, target_);
  for (Operation& file : changed) {
    if (!std::exchange(file.add->recalled, false)) continue;
    file.add->stored = false;
    HFHUB_CHECK(store.add(file.path, &*file.add));
  }
  HFHUB_CHECK(store.finish());
  figures_.add(store.figures());
  return commit_in_parts(std::move(changed));
}

// A commit that is too much for the Hub is tried in smaller ones.
Done FolderUpload::commit_in_parts(std::vector<Operation> files) {
  Done done = commit_once(files);
  if (done.ok() || cancel_.requested() || files.size() <= CommitPacer::kSmallest) return done;
  const bool may_be_size = done.error().retriable || is_refusal(done.error());
  if (!may_be_size) return done;
  pacer_.failed();
  pace_ = pacer_.target();
  const size_t part = std::min(pacer_.target(), (files.size() + 1) / 2);
  story_.warn("a commit of " + std::to_string(files.size()) + " files failed (" + done.error().message +
              "); trying smaller ones");
  for (size_t begin = 0; begin < files.size(); begin += part) {
    const auto first = files.begin() + static_cast<ptrdiff_t>(begin);
    const auto last = files.begin() + static_cast<ptrdiff_t>(std::min(files.size(), begin + part));
    HFHUB_CHECK(commit_in_parts({std::make_move_iterator(first), std::make_move_iterator(last)}));
  }
  return {};
}

Done FolderUpload::commit_once(std::vector<Operation>& files) {
  HFHUB_CHECK(ensure_pull_request());
  hub::CommitTarget target{target_.repo, pr_ ? pr_->ref : target_.revision, false};
  hub::CommitText text = request_.commit.text;
  const bool first = commits_ == 0;
  if (!first) {
    text.message += " (part " + std::to_string(commits_ + 1) + ")";
    text.parent.clear();
  }
  std::vector<Operation> operations;
  if (first) operations = deletions_;
  const size_t deletions = operations.size();
  for (Operation& file : files) operations.push_back(std::move(file));
  std::vector<size_t> all(operations.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  const SteadyTime begun = steady_now();
  auto answer = post_commit(story_, api_, target, text, {operations, std::move(all)});
  for (size_t i = 0; i < files.size(); ++i) files[i] = std::move(operations[deletions + i]);
  if (!answer.ok()) return std::move(answer).error();
  last_ = *std::move(answer);
  ++commits_;
  deleted_ += deletions;
  pacer_.succeeded(ms_since(begun), files.size());
  pace_ = pacer_.target();
  for (const Operation& file : files) ++added_[static_cast<size_t>(file.add->storage)];
  note(files);
  show_done(files);
  return {};
}

// Opened when there is something to commit, so that nothing changed opens none.
Done FolderUpload::ensure_pull_request() {
  if (!target_.create_pr || pr_) return {};
  HFHUB_TRY(pr_, hub::open_pull_request(api_, target_.repo, request_.commit.text, story_.cancel));
  return {};
}

void FolderUpload::note(const std::vector<Operation>& files) {
  if (!journal_) return;
  for (const Operation& file : files) journal_->note(relative(file.path), *file.add);
  journal_->write();
}

runtime::OpResult FolderUpload::result(const std::string& head) {
  hub::CommitAnswer answer =
      last_ ? *last_ : hub::CommitAnswer{hub::commit_page(api_.endpoint, target_.repo, head), head, ""};
  if (pr_) answer.pr_url = pr_->url;
  CommitCounts counts;
  std::copy(std::begin(added_), std::end(added_), std::begin(counts.added));
  counts.deleted = deleted_;
  counts.unchanged = unchanged_;
  counts.commits = commits_;
  counts.reused = reused_ + figures_.reused_files;
  counts.files = files_.size();
  return commit_result(api_, request_.commit, answer, counts, ignored_, figures_);
}

}  // namespace

size_t CommitPacer::target() const { return kPaces[step_]; }

void CommitPacer::succeeded(int64_t duration_ms, size_t files) {
  if (duration_ms > kGoodCommitMs) return failed();
  if (files >= target()) step_ = std::min(step_ + 1, std::size(kPaces) - 1);
}

void CommitPacer::failed() { step_ -= step_ > 0 ? 1 : 0; }

Result<FolderRequest> make_folder_request(std::string_view repo_id, std::string_view folder,
                                          std::string_view path_in_repo, const CommitOptions& options) {
  FolderRequest request;
  HFHUB_TRY(request.commit, make_commit_request(repo_id, options, "Upload folder using hfhub"));
  if (options.create_pr && options.revision != "main") {
    return Error::make(Code::kArgument,
                       "a folder's pull request is opened against main: create_pr does not go with revision '" +
                           options.revision + "'");
  }
  request.folder = std::string(folder);
  while (request.folder.size() > 1 && request.folder.ends_with('/')) request.folder.pop_back();
  if (request.folder.empty()) return Error::make(Code::kArgument, "no folder is given");
  HFHUB_TRY(request.path_in_repo, folder_in_repo(path_in_repo));
  request.options = options;
  return request;
}

Result<runtime::OpResult> upload_folder(Story& story, const FolderRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.commit.token, false));
  return FolderUpload(story, api, request).run();
}

}  // namespace hfhub::client
