// Attempts and hops: what is asked where, how often and with which secrets. Runs on the caller's thread; the client and
// its streams share it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "net/exchange.h"
#include "net/loop.h"
#include "net/redirect.h"
#include "net/settings.h"
#include "platform/system.h"
#include "runtime/log.h"

namespace hfhub::net {

class Engine;

// An answer whose headers are there. Its end takes an unfinished transfer away from the net thread.
class Arrival {
 public:
  Arrival() = default;
  Arrival(std::shared_ptr<Engine> engine, std::shared_ptr<Exchange> exchange)
      : engine_(std::move(engine)), exchange_(std::move(exchange)) {}
  Arrival(Arrival&&) noexcept = default;
  Arrival& operator=(Arrival&& other) noexcept {
    std::swap(engine_, other.engine_);
    std::swap(exchange_, other.exchange_);
    return *this;
  }
  ~Arrival();

  Exchange& exchange() const { return *exchange_; }
  const std::shared_ptr<Exchange>& shared_exchange() const { return exchange_; }
  Engine& engine() const { return *engine_; }

 private:
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<Exchange> exchange_;
};

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  Engine(Settings settings, std::shared_ptr<runtime::Budget> budget, std::shared_ptr<const runtime::Log> log);
  ~Engine();

  const Settings& settings() const { return *settings_; }
  // True in a child process: the net thread is gone, and any lock may be held for ever.
  bool forked() const { return generation_ != platform::fork_generation(); }

  // With retries and redirects. For a stream: until the headers are there; else the whole answer.
  Result<Arrival> fetch(const Request& request, bool stream, uint64_t limit, const runtime::Cancel& cancel);
  Done wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel) const;

  void resume(const std::shared_ptr<Exchange>& exchange);
  void drop(const std::shared_ptr<Exchange>& exchange);
  void log_request(const Exchange& exchange, int64_t elapsed_ms, const std::string& outcome) const;

 private:
  struct Call {
    const Request& request;
    bool stream;
    uint64_t limit;
    SteadyTime deadline;  // of this attempt
    int64_t deadline_ms;
  };
  Done check(const Request& request) const;
  Result<std::shared_ptr<Loop>> loop();
  Result<Reservation> reserve(const Request& request, bool stream, const runtime::Cancel& cancel) const;
  Done pump(const std::shared_ptr<Exchange>& exchange, const runtime::Cancel& cancel);
  Result<Arrival> follow(const Request& request, bool stream, uint64_t limit, const runtime::Cancel& cancel);
  Result<Arrival> ask(const Hop& hop, const Call& call, Reservation reservation, const runtime::Cancel& cancel);
  ExchangePlan make_plan(const Hop& hop, const Call& call) const;
  std::optional<int64_t> retry_wait(const Request& request, const Result<Arrival>& result, uint64_t attempt) const;

  const uint64_t generation_ = platform::fork_generation();
  const std::shared_ptr<const Settings> settings_;
  const std::shared_ptr<runtime::Budget> budget_;
  const std::shared_ptr<const runtime::Log> log_;
  // Small requests are paid from a part of the budget that is set aside for them: a story that holds buffers and needs
  // one to get on (a fresh token, the upload of what it holds) never waits for those buffers.
  runtime::Budget::Ticket send_reserve_;
  const std::shared_ptr<runtime::Budget> send_budget_;
  const std::shared_ptr<runtime::Budget> stream_slots_;  // counts connections, not bytes
  std::mutex mutex_;
  std::shared_ptr<Loop> loop_;  // guarded by mutex_ until it is there
};

}  // namespace hfhub::net
