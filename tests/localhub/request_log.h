// What was asked and answered: kept in memory for /_admin/log, and written as JSON lines.
#pragma once

#include <atomic>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "http.h"

namespace localhub {

struct LogEntry {
  int64_t n = 0;
  int64_t t_ms = 0;
  Origin origin = Origin::kHub;
  std::string method, path, query, range, token_sha, auth_kind, counter, user_agent, fault, user;
  std::string headers_json;
  bool auth = false;
  bool token_leak = false;
  std::atomic<int> status{0};
  std::atomic<int64_t> bytes{0};  // of body; final once `done`
  std::atomic<bool> done{false};
  std::atomic<bool> aborted{false};

  std::string to_json() const;
};

using LogEntryPtr = std::shared_ptr<LogEntry>;

class RequestLog {
 public:
  ~RequestLog();
  bool open_file(const std::string& path);
  LogEntryPtr begin(const Request& request, const std::string& fault_id);
  void finish(const LogEntry& entry);
  void flush();
  std::string since(int64_t n) const;
  void clear();

 private:
  static constexpr size_t kKeptEntries = 100000;  // older ones leave memory, not the file

  mutable std::mutex mutex_;
  std::deque<LogEntryPtr> entries_;
  int64_t next_ = 0;
  std::mutex file_mutex_;
  std::FILE* file_ = nullptr;
};

}  // namespace localhub
