// A commit that a caller puts together and then makes: include/hfhub/commit.h behind its handle.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/commit_plan.h"
#include "client/folder_files.h"
#include "client/session.h"
#include "client/upload_spool.h"
#include "hub/commit.h"

namespace hfhub::client {

struct CommitOptions {
  RepoType repo_type = RepoType::kModel;
  std::string revision = "main";
  std::string message;  // "": what the call does
  std::string description;
  std::string parent;
  bool create_pr = false;
  std::optional<std::string> token;
  // For folders:
  FolderSelection folder;
  std::optional<std::vector<std::string>> delete_patterns;
  bool journal = true;
};

// Checked; nothing has been asked yet.
struct CommitRequest {
  hub::CommitTarget target;
  hub::CommitText text;
  std::optional<std::string> token;
};
Result<CommitRequest> make_commit_request(std::string_view repo_id, const CommitOptions& options,
                                          std::string_view default_message);
Done check_parent(std::string_view parent);  // "" or 5 to 40 hex digits

class CommitWriter;

class Commit : public std::enable_shared_from_this<Commit> {
 public:
  static Result<std::shared_ptr<Commit>> make(std::shared_ptr<Session> session, std::string_view repo_id,
                                              const CommitOptions& options);

  // kState while an operation of this commit runs, and after it was made.
  Done add(std::string_view path, UploadSource source);
  Done add_folder(const std::string& folder, std::string_view path_in_repo);  // what the options select
  // A file that is written piece by piece; it belongs to the commit once the writer is finished.
  Result<std::unique_ptr<CommitWriter>> add_stream(std::string_view path);
  Done remove(std::string_view path, bool folder);
  Done copy(std::string_view from, std::string_view path, std::optional<RepoRef> from_repo,
            std::string_view from_revision);
  Done add_receipts(std::string_view lines);
  Done set_parent(std::string_view parent);
  size_t operation_count() const;

  // Brings all content to the Hub; the result's JSON is a list of receipts.
  Result<std::shared_ptr<runtime::Op>> prepare();
  // The same, and then the commit. After a failure it may be called again: what was stored is not stored again.
  Result<std::shared_ptr<runtime::Op>> finish();

 private:
  enum class State { kOpen, kRunning, kMade };
  struct Work {
    std::mutex mutex;
    State state = State::kOpen;         // guarded by mutex
    CommitRequest request;              // the running operation's, else guarded by mutex
    std::vector<Operation> operations;  // likewise
  };
  struct Turn;
  Commit(std::shared_ptr<Session> session, CommitRequest request, FolderSelection folders);
  Done change(const std::function<Done(Work&)>& change);
  Result<std::shared_ptr<runtime::Op>> start(bool commit);

  const std::shared_ptr<Session> session_;
  const uint64_t generation_;
  const FolderSelection folders_;
  const std::shared_ptr<Work> work_;
};

// Not thread-safe.
class CommitWriter {
 public:
  CommitWriter(std::shared_ptr<Commit> commit, std::string path, std::string spool_folder)
      : commit_(std::move(commit)), path_(std::move(path)), spool_(std::move(spool_folder)) {}
  Done write(ByteView data);
  Done finish();

 private:
  const std::shared_ptr<Commit> commit_;
  const std::string path_;
  UploadSpool spool_;
  bool finished_ = false;
};

// One file in a call.
Result<runtime::OpResult> upload_file(Story& story, const CommitRequest& request, const std::string& file_path,
                                      const std::string& path_in_repo);

// Deletes the revision's files that match the patterns.
Result<runtime::OpResult> delete_files(Story& story, const CommitRequest& request,
                                       const std::vector<std::string>& patterns);

// The steps of a commit, over operations that it completes.
Result<runtime::OpResult> run_commit(Story& story, const CommitRequest& request, std::vector<Operation>* operations);
Result<runtime::OpResult> run_prepare(Story& story, const CommitRequest& request, std::vector<Operation>* operations);

}  // namespace hfhub::client
