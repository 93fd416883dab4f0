// The machine and the process: environment, threads, wake-ups, fork, memory, randomness, loadable libraries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hfhub::platform {

std::optional<std::string> environment(const char* name);
std::string home_folder();  // $HOME, else the password database, else "/"
// A leading ~ or ~account and $NAME / ${NAME} replaced, as Python's expanduser + expandvars do.
std::string expand_path(std::string_view path);
Result<std::string> current_folder();

// A thread with the asynchronous signals blocked (never synchronous or real-time ones), named for debuggers.
// Fails instead of throwing when the system has no thread left.
Result<std::thread> start_thread(const char* name, std::function<void()> body);

int64_t process_id();
// Grows by one in every forked child: compare it with a stored value to notice that threads are gone.
uint64_t fork_generation();
// Held by nobody at the moment of a fork: for calls into libraries that would leave a lock of theirs taken in the child.
std::mutex& mutex_quiet_at_fork();

// In a child process inherited state is neither used nor freed; it stays reachable, so that no leak is reported.
void abandon_forever(std::shared_ptr<void> state);

// Memory straight from the system, in pages: for large buffers, which the allocator would keep when they are freed.
class Pages {
 public:
  Pages() = default;
  static Result<Pages> map(size_t bytes);  // zeroed; kNoMemory
  Pages(Pages&& other) noexcept : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Pages();
  uint8_t* data() const { return data_; }
  size_t size() const { return bytes_; }

 private:
  uint8_t* data_ = nullptr;
  size_t bytes_ = 0;
};

uint64_t usable_memory_bytes();  // physical memory, or the cgroup's limit when that is less
int cpu_count();                 // processors this process may run on
std::string system_name();       // "Linux-6.1.0-x86_64"
void random_bytes(void* out, size_t size);
std::string random_hex(size_t characters);

// A file descriptor that becomes readable when signalled: the bridge into event loops. Close-on-exec.
class WakeFd {
 public:
  static Result<WakeFd> make();
  WakeFd(WakeFd&& other) noexcept
      : read_fd_(std::exchange(other.read_fd_, -1)), write_fd_(std::exchange(other.write_fd_, -1)) {}
  WakeFd& operator=(WakeFd&&) = delete;
  ~WakeFd();
  int fd() const { return read_fd_; }
  void signal();  // async-signal-safe
  void clear();

 private:
  WakeFd() = default;
  int read_fd_ = -1;
  int write_fd_ = -1;
};

// A shared library opened at run time and never closed. nullptr symbols are the caller's to report.
class Library {
 public:
  // Tries the names in order; the error names all of them and the loader's last reason.
  static Result<Library> open(const std::vector<std::string>& names);
  void* symbol(const char* name) const;

 private:
  void* handle_ = nullptr;
};

}  // namespace hfhub::platform
