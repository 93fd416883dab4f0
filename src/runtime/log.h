// Log lines go to one hook, or nowhere: the library itself writes to no stream.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hfhub::runtime {

enum class LogLevel { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3, kOff = 4 };

// Shared by all parts of a session; the hook may be called from any thread and must not call back into the library.
class Log {
 public:
  using Hook = std::function<void(LogLevel level, std::string_view message)>;
  Log() = default;
  Log(Hook hook, LogLevel threshold) : hook_(std::move(hook)), threshold_(threshold) {}
  bool enabled(LogLevel level) const { return hook_ && level >= threshold_; }
  // Messages never carry tokens or URL queries (base/url.h: redacted()).
  void write(LogLevel level, std::string_view message) const {
    if (enabled(level)) hook_(level, message);
  }

 private:
  Hook hook_;
  LogLevel threshold_ = LogLevel::kWarning;
};

}  // namespace hfhub::runtime
