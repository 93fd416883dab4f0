// A session: settings, identity, and the machinery that its operations share.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "client/identity.h"
#include "hub/api.h"
#include "net/client.h"
#include "runtime/budget.h"
#include "runtime/config.h"
#include "runtime/log.h"
#include "runtime/op.h"
#include "runtime/pool.h"

namespace hfhub::xet {
class Engine;
}

namespace hfhub::client {

// Everything that has threads or buffers behind it. Operations share it and keep it alive.
struct Machinery {
  Machinery(const runtime::Config& from, std::shared_ptr<const runtime::Log> log_to);
  const runtime::Config config;
  const std::shared_ptr<const runtime::Log> log;
  const uint64_t generation;
  const std::shared_ptr<runtime::Budget> budget;
  const std::shared_ptr<net::Client> net;
  Identity identity;
  runtime::Pool stories;  // one thread a running operation
  runtime::Pool workers;  // files and ranges of running operations

  runtime::Cancel new_cancel();               // for one operation
  void cancel_all();                          // operations started so far; later ones are not touched
  const std::shared_ptr<xet::Engine>& xet();  // made on first use

 private:
  std::once_flag xet_once_;
  std::shared_ptr<xet::Engine> xet_;
  std::mutex mutex_;
  runtime::Cancel root_;  // guarded by mutex_; replaced by cancel_all
};

class Session;

// What a story (the body of one operation) works with.
struct Story {
  const runtime::Config& config;
  const std::shared_ptr<const runtime::Log>& log;
  Machinery& machinery;
  runtime::Op& op;
  const runtime::Cancel& cancel;

  // The token of this call: the request's own, else that of the session's identity; "" for none.
  Result<std::string> token(const std::optional<std::string>& requested) const;
  Result<hub::Api> api(const std::optional<std::string>& requested_token, bool is_download) const;
  bool offline() const { return config.flag(runtime::Option::kOffline); }
  void warn(std::string_view message) const { log->write(runtime::LogLevel::kWarning, message); }
};

class Session {
 public:
  // Checks what the settings name (endpoint); starts nothing.
  static Result<std::shared_ptr<Session>> make(runtime::Config config, runtime::Log log);

  const runtime::Config& config() const { return config_; }
  const Url& endpoint() const { return endpoint_; }
  bool has_token() const;
  Result<std::string> token() const;  // what is known without a request; "" for none
  void cancel_all() const;

  using Body = std::function<Result<runtime::OpResult>(Story&)>;
  // Runs `body` on a thread of the session; the operation completes with what it returns. An exception out of it is an
  // error of the operation.
  Result<std::shared_ptr<runtime::Op>> start(Body body) const;
  // The two halves of it, for handles that gather work before their operation starts.
  std::shared_ptr<runtime::Op> new_op() const;
  Done run(const std::shared_ptr<runtime::Op>& op, Body body) const;
  // This process's machinery, made on first use and anew in a forked child. Takes no lock, so that a child of a
  // multi-threaded parent cannot hang on one that a vanished thread held.
  std::shared_ptr<Machinery> machinery() const;

 private:
  Session(runtime::Config config, runtime::Log log, Url endpoint);

  const runtime::Config config_;
  const std::shared_ptr<const runtime::Log> log_;
  const Url endpoint_;
  struct Slot {
    std::shared_ptr<Machinery> machinery;
  };
  struct SlotOwner;
  const std::shared_ptr<SlotOwner> slot_;
};

}  // namespace hfhub::client
