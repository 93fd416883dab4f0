// A small HTTP proxy: forwards http:// requests, tunnels CONNECT, remembers what it was asked for.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hfhub::test {

class Proxy {
 public:
  // `refusal`: a status line to answer everything with, e.g. "403 Forbidden"; "" to do the work.
  explicit Proxy(std::string refusal = "");
  ~Proxy();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  // The head of every request: request line and headers as received.
  std::vector<std::string> heads() const;

 private:
  void accept_all();
  void serve(int client);

  const std::string refusal_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;    // guarded by mutex_
  std::vector<std::thread> threads_;  // guarded by mutex_
  std::thread acceptor_;
};

}  // namespace hfhub::test
