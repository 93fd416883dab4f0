// Commits of a folder that grows, in the background: include/hfhub/commit.h behind hfhub_scheduler.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/upload_folder.h"

namespace hfhub::client {

class Scheduler {
 public:
  // The first commit begins at once.
  static Result<std::shared_ptr<Scheduler>> start(std::shared_ptr<Session> session, FolderRequest request,
                                                  int64_t every_ms);
  // A commit that takes in what is in the folder now; the operation is that commit's.
  Result<std::shared_ptr<runtime::Op>> trigger();
  // The last commit. Nothing is committed after it.
  Result<std::shared_ptr<runtime::Op>> stop();
  void let_go();  // like stop(), and nobody waits

 private:
  using Seen = std::map<std::string, std::pair<uint64_t, double>>;  // path in the repository -> size and time
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::shared_ptr<runtime::Op>> waiting;  // guarded by mutex
    bool stopping = false;                              // likewise
    bool ended = false;                                 // likewise
    void end();                                         // nobody waits in vain
  };
  Scheduler(std::shared_ptr<Session> session, uint64_t generation)
      : session_(std::move(session)), generation_(generation) {}
  Result<std::shared_ptr<runtime::Op>> ask(bool stopping);
  static void run(Story& story, State& state, const FolderRequest& request, int64_t every_ms);
  static Result<runtime::OpResult> push(Story& story, const FolderRequest& request, Seen* seen);

  const std::shared_ptr<Session> session_;
  const uint64_t generation_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace hfhub::client
