#include "cache/lock_wait.h"

#include <algorithm>

#include "base/clock.h"

namespace hfhub::cache {
namespace {

constexpr int64_t kFirstPollMs = 50;
constexpr int64_t kLongestPollMs = 500;
constexpr int64_t kLogEveryMs = 10'000;
constexpr uint32_t kLockMode = 0664;  // several users may share a cache

void create_lock_file(const std::string& path) {
  if (platform::exists(path)) return;
  if (auto file = platform::File::create_new(path); file.ok()) (void)file->set_mode(kLockMode);
}

void say(const runtime::Log* log, runtime::LogLevel level, const std::string& message) {
  if (log != nullptr) log->write(level, message);
}

}  // namespace

Result<std::optional<platform::FileLock>> try_lock(const std::string& path) {
  HFHUB_CHECK(platform::make_folders(platform::parent_path(path)));
  create_lock_file(path);
  return platform::FileLock::try_acquire(path);
}

Result<std::optional<platform::FileLock>> wait_for_lock(const std::string& path, int64_t timeout_ms,
                                                        const runtime::Cancel& cancel, const runtime::Log* log) {
  HFHUB_CHECK(platform::make_folders(platform::parent_path(path)));
  create_lock_file(path);
  const SteadyTime start = steady_now();
  int64_t pause_ms = kFirstPollMs;
  int64_t next_log_ms = kLogEveryMs;
  for (;;) {
    HFHUB_CHECK(cancel.check());
    auto lock = platform::FileLock::try_acquire(path);
    if (!lock.ok()) {
      say(log, runtime::LogLevel::kWarning, "going on without a lock: " + lock.error().message);
      return std::optional<platform::FileLock>();
    }
    if (*lock) return lock;
    const int64_t waited_ms = ms_since(start);
    if (timeout_ms >= 0 && waited_ms >= timeout_ms) {
      say(log, runtime::LogLevel::kWarning,
          "going on without the lock '" + path + "' after " + std::to_string(waited_ms / 1000) + " s");
      return std::optional<platform::FileLock>();
    }
    if (waited_ms >= next_log_ms) {
      next_log_ms += kLogEveryMs;
      say(log, runtime::LogLevel::kInfo,
          "waiting for the lock '" + path + "' since " + std::to_string(waited_ms / 1000) + " s");
    }
    int64_t sleep_ms = pause_ms;
    if (timeout_ms >= 0) sleep_ms = std::min(sleep_ms, timeout_ms - waited_ms);
    HFHUB_CHECK(cancel.sleep_until(after_ms(std::max<int64_t>(sleep_ms, 1))));
    pause_ms = std::min(pause_ms * 2, kLongestPollMs);
  }
}

}  // namespace hfhub::cache
