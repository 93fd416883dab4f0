#include "client/scheduler.h"

#include "base/clock.h"
#include "client/xet.h"

namespace hfhub::client {
namespace {

runtime::OpResult nothing_new() {
  json::Writer out;
  out.begin_object().key("committed").boolean(false).end_object();
  return {"", out.finish()};
}

// What the operations of those who asked come to. A commit that others wait for, too, is not stopped for one of them.
void complete(const std::vector<std::shared_ptr<runtime::Op>>& asked, const Result<runtime::OpResult>& outcome) {
  for (const auto& op : asked) {
    const Done wanted = op->cancel().check();
    op->complete(wanted.ok() ? outcome : Result<runtime::OpResult>(wanted.error()));
  }
}

}  // namespace

void Scheduler::State::end() {
  std::vector<std::shared_ptr<runtime::Op>> left;
  {
    const std::lock_guard lock(mutex);
    ended = true;
    left.swap(waiting);
  }
  complete(left, Error::make(Code::kCancelled, "the scheduler has ended"));
}

Result<std::shared_ptr<Scheduler>> Scheduler::start(std::shared_ptr<Session> session, FolderRequest request,
                                                    int64_t every_ms) {
  const uint64_t generation = session->machinery()->generation;
  std::shared_ptr<Scheduler> scheduler(new Scheduler(session, generation));
  // However the loop ends, and even if it never begins.
  const std::shared_ptr<State> loop(scheduler->state_.get(), [state = scheduler->state_](State*) { state->end(); });
  HFHUB_TRY(const auto op,
            session->start([loop, request = std::move(request), every_ms](Story& story) -> Result<runtime::OpResult> {
              run(story, *loop, request, every_ms);
              return runtime::OpResult{};
            }));
  (void)op;  // it ends with the scheduler
  return scheduler;
}

Result<std::shared_ptr<runtime::Op>> Scheduler::trigger() { return ask(false); }
Result<std::shared_ptr<runtime::Op>> Scheduler::stop() { return ask(true); }

Result<std::shared_ptr<runtime::Op>> Scheduler::ask(bool stopping) {
  if (is_forked(generation_)) return Error::make(Code::kForked, "this scheduler belongs to the parent process");
  auto op = session_->new_op();
  const std::lock_guard lock(state_->mutex);
  if (state_->ended || state_->stopping) return Error::make(Code::kState, "this scheduler was stopped already");
  state_->stopping = stopping;
  state_->waiting.push_back(op);
  state_->changed.notify_all();
  return op;
}

void Scheduler::let_go() {
  if (is_forked(generation_)) return;
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
}

// Until it is stopped or the session is cancelled: a commit, then a wait for the next one. Who asked before a commit began
// gets its outcome.
void Scheduler::run(Story& story, State& state, const FolderRequest& request, int64_t every_ms) {
  Seen seen;
  const auto wake = story.cancel.on_request([&state] { state.changed.notify_all(); });
  for (bool last = false; !last;) {
    std::vector<std::shared_ptr<runtime::Op>> asked;
    {
      const std::lock_guard lock(state.mutex);
      asked.swap(state.waiting);
      last = state.stopping || story.cancel.requested();
      state.ended = last;
    }
    const auto outcome = push(story, request, &seen);
    if (!outcome.ok()) {
      story.warn("a scheduled commit failed and will be tried again: " + outcome.error().message);
    }
    complete(asked, outcome);
    const SteadyTime next = after_ms(every_ms);
    std::unique_lock lock(state.mutex);
    while (!last && state.waiting.empty() && !state.stopping && !story.cancel.requested() && ms_until(next) > 0) {
      state.changed.wait_for(lock,
                             std::chrono::milliseconds(std::min<int64_t>(ms_until(next), runtime::Cancel::kPollMs)));
    }
  }
}

// Files that are new or have grown, as far as they are now.
Result<runtime::OpResult> Scheduler::push(Story& story, const FolderRequest& request, Seen* seen) {
  HFHUB_TRY(auto files, folder_files(request.folder, request.path_in_repo, request.options.folder));
  std::vector<Operation> grown;
  Seen now;
  for (Operation& file : files) {
    const platform::Stat stat = file.add->source.stat();
    const std::pair<uint64_t, double> mark{stat.size, stat.modified};
    const auto known = seen->find(file.path);
    if (known != seen->end() && known->second == mark) continue;
    auto source = UploadSource::of_growing_file(file.add->source.path(), stat.size);
    if (!source.ok()) continue;  // gone again
    file.add->source = *std::move(source);
    now.emplace(file.path, mark);
    grown.push_back(std::move(file));
  }
  if (grown.empty()) return nothing_new();
  auto result = run_commit(story, request.commit, &grown);
  if (result.ok()) {
    for (const auto& [path, mark] : now) (*seen)[path] = mark;
  }
  return result;
}

}  // namespace hfhub::client
