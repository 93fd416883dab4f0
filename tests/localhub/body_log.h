// The bodies of recent calls that write to the Hub, so that a test can compare what two clients send.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "http.h"

namespace localhub {

class BodyLog {
 public:
  void add(const Request& request);
  /// {"next": N, "bodies": [{"n", "method", "path", "query", "content_type", "body" or "body_base64"}]}
  std::string since(int64_t n) const;
  void clear();

 private:
  static constexpr size_t kMostBodies = 1000;
  static constexpr size_t kMostBytes = 64 << 20;  // of all bodies; a larger one is not kept

  struct Entry {
    int64_t n = 0;
    std::string method, path, query, content_type, body;
  };
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  size_t bytes_ = 0;
  int64_t next_ = 0;
};

}  // namespace localhub
