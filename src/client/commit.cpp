#include "client/commit.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "client/receipts.h"
#include "client/xet.h"

namespace hfhub::client {
namespace {

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

Done check_parent(std::string_view parent) {
  const bool hex = std::all_of(parent.begin(), parent.end(), is_hex_digit);
  if (parent.empty() || (hex && parent.size() >= 5 && parent.size() <= 40)) return {};
  return Error::make(Code::kArgument, "parent commit '" + printable(parent) + "' is not 5 to 40 lower-case hex digits");
}

Result<CommitRequest> make_commit_request(std::string_view repo_id, const CommitOptions& options,
                                          std::string_view default_message) {
  HFHUB_CHECK(check_repo_id(repo_id));
  HFHUB_CHECK(check_revision(options.revision));
  HFHUB_CHECK(check_parent(options.parent));
  CommitRequest request;
  request.target = {{options.repo_type, std::string(repo_id)}, options.revision, options.create_pr};
  request.text = {options.message.empty() ? std::string(default_message) : options.message, options.description,
                  options.parent};
  if (request.text.message.empty()) return Error::make(Code::kArgument, "the commit has no message");
  for (const std::string* text : {&request.text.message, &request.text.description}) {
    if (!is_valid_utf8(*text)) return Error::make(Code::kArgument, "the commit's message is not UTF-8");
  }
  request.token = options.token;
  return request;
}

Commit::Commit(std::shared_ptr<Session> session, CommitRequest request, FolderSelection folders)
    : session_(std::move(session)),
      generation_(session_->machinery()->generation),
      folders_(std::move(folders)),
      work_(std::make_shared<Work>()) {
  work_->request = std::move(request);
}

Result<std::shared_ptr<Commit>> Commit::make(std::shared_ptr<Session> session, std::string_view repo_id,
                                             const CommitOptions& options) {
  HFHUB_TRY(CommitRequest request, make_commit_request(repo_id, options, ""));
  return std::shared_ptr<Commit>(new Commit(std::move(session), std::move(request), options.folder));
}

Done Commit::change(const std::function<Done(Work&)>& change) {
  if (is_forked(generation_)) return Error::make(Code::kForked, "this commit belongs to the parent process");
  const std::lock_guard lock(work_->mutex);
  if (work_->state == State::kRunning) return Error::make(Code::kState, "an operation of this commit is running");
  if (work_->state == State::kMade) return Error::make(Code::kState, "this commit was made already");
  return change(*work_);
}

Done Commit::add(std::string_view path, UploadSource source) {
  HFHUB_TRY(std::string checked, commit_path(path));
  return change([&](Work& work) -> Done {
    Operation operation{Operation::Kind::kAdd, std::move(checked), false, Addition{}};
    operation.add->source = std::move(source);
    work.operations.push_back(std::move(operation));
    return {};
  });
}

Done Commit::add_folder(const std::string& folder, std::string_view path_in_repo) {
  HFHUB_TRY(const std::string prefix, folder_in_repo(path_in_repo));
  HFHUB_CHECK(change([](Work&) { return Done(); }));
  HFHUB_TRY(auto files, folder_files(folder, prefix, folders_));
  return change([&](Work& work) -> Done {
    std::move(files.begin(), files.end(), std::back_inserter(work.operations));
    return {};
  });
}

Result<std::unique_ptr<CommitWriter>> Commit::add_stream(std::string_view path) {
  HFHUB_TRY(std::string checked, commit_path(path));
  HFHUB_CHECK(change([](Work&) { return Done(); }));
  return std::make_unique<CommitWriter>(shared_from_this(), std::move(checked),
                                        platform::join_path(session_->config().xet_dir(), "spool"));
}

Done CommitWriter::write(ByteView data) {
  if (finished_) return Error::make(Code::kState, "this file is finished already");
  return spool_.write(data);
}

Done CommitWriter::finish() {
  if (std::exchange(finished_, true)) return Error::make(Code::kState, "this file is finished already");
  HFHUB_TRY(UploadSource source, spool_.finish());
  return commit_->add(path_, std::move(source));
}

Done Commit::remove(std::string_view path, bool folder) {
  const bool slash = folder && path.ends_with('/');
  if (slash) path.remove_suffix(1);
  HFHUB_TRY(std::string checked, commit_path(path));
  return change([&](Work& work) -> Done {
    const auto kind = folder ? Operation::Kind::kDeleteFolder : Operation::Kind::kDeleteFile;
    work.operations.push_back({kind, std::move(checked), slash});
    return {};
  });
}

Done Commit::copy(std::string_view from, std::string_view path, std::optional<RepoRef> from_repo,
                  std::string_view from_revision) {
  HFHUB_TRY(std::string source, commit_path(from));
  HFHUB_TRY(std::string checked, commit_path(path));
  if (from_repo) HFHUB_CHECK(check_repo_id(from_repo->id));
  if (!from_revision.empty()) HFHUB_CHECK(check_revision(from_revision));
  return change([&](Work& work) -> Done {
    Operation operation{Operation::Kind::kCopy, std::move(checked), false, std::nullopt, Copy{}};
    operation.copy->from = std::move(source);
    operation.copy->from_repo = std::move(from_repo);
    operation.copy->from_revision = std::string(from_revision);
    work.operations.push_back(std::move(operation));
    return {};
  });
}

Done Commit::add_receipts(std::string_view lines) {
  return change([&](Work& work) -> Done {
    HFHUB_TRY(auto operations, parse_receipts(lines, work.request.target.repo));
    for (Operation& operation : operations) work.operations.push_back(std::move(operation));
    return {};
  });
}

Done Commit::set_parent(std::string_view parent) {
  HFHUB_CHECK(check_parent(parent));
  return change([&](Work& work) -> Done {
    work.request.text.parent = std::string(parent);
    return {};
  });
}

size_t Commit::operation_count() const {
  if (is_forked(generation_)) return 0;
  const std::lock_guard lock(work_->mutex);
  return work_->operations.size();
}

Result<std::shared_ptr<runtime::Op>> Commit::prepare() { return start(false); }
Result<std::shared_ptr<runtime::Op>> Commit::finish() { return start(true); }

// One operation's turn on the commit. However it ends, and even if it never runs, the commit can be used again, unless it
// was made.
struct Commit::Turn {
  explicit Turn(std::shared_ptr<Work> of) : work(std::move(of)) {}
  ~Turn() { end(State::kOpen); }
  void end(State to) {
    if (std::exchange(ended, true)) return;
    const std::lock_guard lock(work->mutex);
    work->state = to;
  }
  const std::shared_ptr<Work> work;
  bool ended = false;
};

Result<std::shared_ptr<runtime::Op>> Commit::start(bool commit) {
  const Done begun = change([](Work& work) -> Done {
    HFHUB_CHECK(check_operations(work.operations));
    work.state = State::kRunning;
    return {};
  });
  if (!begun.ok()) return begun.error();
  const auto turn = std::make_shared<Turn>(work_);
  return session_->start([turn, commit](Story& story) -> Result<runtime::OpResult> {
    Work& work = *turn->work;
    auto result =
        commit ? run_commit(story, work.request, &work.operations) : run_prepare(story, work.request, &work.operations);
    turn->end(result.ok() && commit ? State::kMade : State::kOpen);
    return result;
  });
}

}  // namespace hfhub::client
