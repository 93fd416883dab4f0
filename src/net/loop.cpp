#include "net/loop.h"

#include <algorithm>
#include <exception>

#include "base/fault.h"
#include "platform/system.h"

namespace hfhub::net {
namespace {

constexpr int kClockMs = 100;
constexpr int kIdleMs = 60'000;

}  // namespace

Loop::Loop(const CurlApi& api, std::shared_ptr<const Settings> settings) : api_(api), settings_(std::move(settings)) {}

Loop::~Loop() {
  // Reached with a live multi only when the thread could not be started.
  if (multi_ != nullptr) api_.multi_cleanup(multi_);
  if (share_ != nullptr) api_.share_cleanup(share_);
}

Result<std::shared_ptr<Loop>> Loop::start(const CurlApi& api, std::shared_ptr<const Settings> settings) {
  std::shared_ptr<Loop> loop(new Loop(api, std::move(settings)));
  HFHUB_CHECK(loop->prepare());
  HFHUB_TRY(auto thread, platform::start_thread("hfhub-net", [loop] { loop->run(); }));
  thread.detach();
  return loop;
}

Done Loop::prepare() {
  multi_ = fault::hit("curl_multi_init") ? nullptr : api_.multi_init();
  if (multi_ == nullptr) return Error::make(Code::kNoMemory, "the network thread cannot be set up");
  const long connections = static_cast<long>(settings_->max_connections);
  api_.multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
  api_.multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
  api_.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections);
  api_.multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  share_ = api_.share_init();
  if (share_ != nullptr) api_.share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return {};
}

template <class Change>
void Loop::command(Change change) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  change(&commands_);
  // One wake-up a round is enough, however many commands it finds.
  if (!std::exchange(wake_sent_, true)) api_.multi_wakeup(multi_);
}

// A transfer that is taken by nobody ends its exchange when it dies.
void Loop::submit(std::unique_ptr<Transfer> transfer) {
  command([&](Commands* commands) { commands->submitted.push_back(std::move(transfer)); });
}

void Loop::resume(std::shared_ptr<Exchange> exchange) {
  command([&](Commands* commands) { commands->resumed.push_back(std::move(exchange)); });
}

void Loop::drop(std::shared_ptr<Exchange> exchange) {
  command([&](Commands* commands) { commands->dropped.push_back(std::move(exchange)); });
}

void Loop::stop() {
  command([](Commands* commands) { commands->stop = true; });
}

void Loop::run() {
  for (bool going = true; going;) {
    try {
      going = round();
    } catch (const std::exception&) {  // bad_alloc: the transfers of the moment fail, the thread goes on
      end_all(Loss::kNoMemory);
    }
  }
  shut_down();
}

bool Loop::execute() {
  Commands todo;
  {
    const std::lock_guard lock(mutex_);
    std::swap(todo, commands_);
    wake_sent_ = false;
  }
  if (todo.stop) return false;
  const SteadyTime now = steady_now();
  for (auto& transfer : todo.submitted) admit(std::move(transfer), now);
  for (const auto& exchange : todo.dropped) remove(exchange.get());
  for (const auto& exchange : todo.resumed) {
    if (const auto found = active_.find(exchange.get()); found != active_.end()) found->second->resume(now);
  }
  return true;
}

bool Loop::round() {
  if (!execute()) return false;
  int running = 0;
  if (api_.multi_perform(multi_, &running) != CURLM_OK) end_all(Loss::kNoMemory);
  for (Transfer* transfer : touched_) transfer->announce();
  touched_.clear();
  collect_finished();
  const SteadyTime now = steady_now();
  if (now - clocks_checked_ >= std::chrono::milliseconds(kClockMs)) check_clocks(now);
  api_.multi_poll(multi_, nullptr, 0, active_.empty() ? kIdleMs : kClockMs, nullptr);
  return true;
}

void Loop::admit(std::unique_ptr<Transfer> transfer, SteadyTime now) {
  Transfer* added = transfer.get();
  added->begin(now, share_, &touched_);
  active_[added->exchange().get()] = std::move(transfer);
  if (fault::hit("curl_multi_add_handle") || api_.multi_add_handle(multi_, added->easy()) != CURLM_OK) {
    added->exchange()->lose(Loss::kNoMemory);
    active_.erase(added->exchange().get());
  }
}

void Loop::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = api_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = Transfer::of(api_, message->easy_handle);
    const CURLcode code = message->data.result;
    transfer->finish(code);
    remove(transfer->exchange().get());
  }
}

void Loop::check_clocks(SteadyTime now) {
  clocks_checked_ = now;
  std::vector<Exchange*> late;
  for (const auto& [exchange, transfer] : active_) {
    auto error = transfer->overdue(now);
    if (!error) continue;
    transfer->fail(std::move(*error));
    late.push_back(exchange);
  }
  for (Exchange* exchange : late) remove(exchange);
}

void Loop::remove(Exchange* exchange) noexcept {
  const auto found = active_.find(exchange);
  if (found == active_.end()) return;
  Transfer* transfer = found->second.get();
  touched_.erase(std::remove(touched_.begin(), touched_.end(), transfer), touched_.end());
  api_.multi_remove_handle(multi_, transfer->easy());
  active_.erase(found);
}

void Loop::end_all(Loss loss) noexcept {
  while (!active_.empty()) {
    active_.begin()->first->lose(loss);
    remove(active_.begin()->first);
  }
  touched_.clear();
}

void Loop::shut_down() {
  Commands rest;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    std::swap(rest, commands_);
  }
  end_all(Loss::kClosed);
  api_.multi_cleanup(multi_);
  multi_ = nullptr;
  if (share_ != nullptr) api_.share_cleanup(share_);
  share_ = nullptr;
}

}  // namespace hfhub::net
