// The net thread: every transfer of a client on one curl_multi, which no other thread touches. It never waits for
// anything but the network and its queue, and never touches the disk.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "net/curl_api.h"
#include "net/transfer.h"

namespace hfhub::net {

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  static Result<std::shared_ptr<Loop>> start(const CurlApi& api, std::shared_ptr<const Settings> settings);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Any thread; none of them blocks.
  void submit(std::unique_ptr<Transfer> transfer);
  void resume(std::shared_ptr<Exchange> exchange);
  void drop(std::shared_ptr<Exchange> exchange);
  void stop();  // the thread ends by itself, and everything with it

 private:
  struct Commands {
    std::vector<std::unique_ptr<Transfer>> submitted;
    std::vector<std::shared_ptr<Exchange>> resumed;
    std::vector<std::shared_ptr<Exchange>> dropped;
    bool stop = false;
  };

  Loop(const CurlApi& api, std::shared_ptr<const Settings> settings);
  Done prepare();
  template <class Change>
  void command(Change change);

  // The net thread.
  void run();
  bool round();    // false: stop
  bool execute();  // what was commanded; false: stop
  void admit(std::unique_ptr<Transfer> transfer, SteadyTime now);
  void collect_finished();
  void check_clocks(SteadyTime now);
  void remove(Exchange* exchange) noexcept;
  void end_all(Loss loss) noexcept;
  void shut_down();

  const CurlApi& api_;
  const std::shared_ptr<const Settings> settings_;
  std::mutex mutex_;
  Commands commands_;        // guarded by mutex_
  bool wake_sent_ = false;   // guarded by mutex_
  bool ended_ = false;       // guarded by mutex_; no command is taken any more
  CURLM* multi_ = nullptr;   // other threads only wake it, under mutex_ and before ended_
  CURLSH* share_ = nullptr;  // TLS sessions, for resumption; only the net thread's handles use it
  std::unordered_map<Exchange*, std::unique_ptr<Transfer>> active_;
  std::vector<Transfer*> touched_;
  SteadyTime clocks_checked_{};
};

}  // namespace hfhub::net
