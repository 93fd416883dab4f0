#include "platform/system.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>

#include "base/bytes.h"
#include "base/fault.h"
#include "base/text.h"

namespace hfhub::platform {
namespace {

constexpr size_t kHugePageBytes = 2u << 20;

std::atomic<uint64_t> generation{1};
std::once_flag fork_handler_once;
constinit std::mutex quiet_at_fork;

void block_asynchronous_signals() {
  // Not "all": GC runtimes (Mono) stop threads with real-time signals, and a blocked SIGSEGV kills the process.
  constexpr int kBlocked[] = {SIGPIPE,  SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGCHLD, SIGALRM, SIGVTALRM,
                              SIGWINCH, SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU, SIGIO};
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kBlocked) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The home folder that the password database gives `account`, or the running user when that is empty.
std::optional<std::string> account_home(const std::string& account) {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  const int failed = account.empty() ? getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found)
                                     : getpwnam_r(account.c_str(), &entry, buffer, sizeof buffer, &found);
  if (failed != 0 || found == nullptr) return std::nullopt;
  return std::string(found->pw_dir);
}

// "~/x" and "~account/x"; text without such a start, or with an unknown account, stays as it is.
std::string expand_home(std::string_view path) {
  if (!path.starts_with('~')) return std::string(path);
  const std::string_view account = path.substr(1, path.find('/') - 1);
  const std::string_view rest = path.substr(1 + account.size());
  std::optional<std::string> home = account.empty() ? home_folder() : account_home(std::string(account));
  if (!home) return std::string(path);
  while (home->ends_with('/')) home->pop_back();
  home->append(rest);
  return home->empty() ? "/" : *home;
}

// Where the kernel gives no randomness: good for names that must not meet, not for secrets.
void last_resort_bytes(uint8_t* out, size_t size) {
  static std::atomic<uint64_t> calls{0};
  uint64_t state = static_cast<uint64_t>(getpid()) << 32 ^ calls.fetch_add(1) ^
                   static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  for (size_t i = 0; i < size; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    out[i] = static_cast<uint8_t>(state >> 56);
  }
}

uint64_t cgroup_limit() {
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    std::string text;
    if (!(file >> text)) continue;
    if (const auto limit = parse_uint64(text); limit.ok()) return *limit;
  }
  return UINT64_MAX;
}

}  // namespace

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::string home_folder() {
  if (auto home = environment("HOME"); home && !home->empty()) return *home;
  return account_home("").value_or("/");
}

std::string expand_path(std::string_view path) {
  const std::string text = expand_home(path);
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      out += text[i++];
      continue;
    }
    const bool braced = i + 1 < text.size() && text[i + 1] == '{';
    const size_t begin = i + 1 + braced;
    size_t end = braced ? text.find('}', begin) : begin;
    while (!braced && end < text.size() && is_name_character(text[end])) ++end;
    const bool complete = end != std::string::npos && end > begin;
    const auto value = complete ? environment(text.substr(begin, end - begin).c_str()) : std::nullopt;
    const size_t next = complete ? end + braced : i + 1;
    out += value ? *value : text.substr(i, next - i);
    i = next;
  }
  return out;
}

Result<std::string> current_folder() {
  char buffer[PATH_MAX];
  if (getcwd(buffer, sizeof buffer) == nullptr) return Error::from_errno(errno, "find", "the current folder");
  return std::string(buffer);
}

Result<std::thread> start_thread(const char* name, std::function<void()> body) {
  if (fault::hit("thread")) return Error::make(Code::kNoMemory, "cannot start a thread");
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  block_asynchronous_signals();  // the new thread inherits the mask: no window without it
  std::optional<std::thread> thread;
  std::string reason;
  try {
    thread.emplace(std::move(body));
    pthread_setname_np(thread->native_handle(), name);
  } catch (const std::exception& error) {
    reason = error.what();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!thread) return Error::make(Code::kNoMemory, "cannot start a thread: " + reason);
  return std::move(*thread);
}

int64_t process_id() { return getpid(); }

std::mutex& mutex_quiet_at_fork() {
  (void)fork_generation();  // registers the handlers
  return quiet_at_fork;
}

uint64_t fork_generation() {
  std::call_once(fork_handler_once, [] {
    pthread_atfork([] { quiet_at_fork.lock(); }, [] { quiet_at_fork.unlock(); },
                   [] {
                     quiet_at_fork.unlock();
                     generation.fetch_add(1);
                   });
  });
  return generation.load();
}

void abandon_forever(std::shared_ptr<void> state) {
  struct Node {
    std::shared_ptr<void> state;
    Node* next;
  };
  static std::atomic<Node*> all{nullptr};
  auto* node = new Node{std::move(state), all.load()};
  while (!all.compare_exchange_weak(node->next, node)) {
  }
}

Result<Pages> Pages::map(size_t bytes) {
  void* const at = fault::hit("mmap")
                       ? MAP_FAILED
                       : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return Error::make(Code::kNoMemory, "no memory for a buffer of " + std::to_string(bytes) + " bytes");
#ifdef MADV_HUGEPAGE
  if (bytes >= kHugePageBytes) (void)::madvise(at, bytes, MADV_HUGEPAGE);  // one fault instead of 512; a wish
#endif
  Pages out;
  out.data_ = static_cast<uint8_t*>(at);
  out.bytes_ = bytes;
  return out;
}

Pages::~Pages() {
  if (data_ != nullptr) (void)::munmap(data_, bytes_);
}

uint64_t usable_memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page_size = sysconf(_SC_PAGESIZE);
  const uint64_t physical =
      pages > 0 && page_size > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page_size) : (1ull << 30);
  const uint64_t limit = cgroup_limit();
  return physical < limit ? physical : limit;
}

int cpu_count() {
  cpu_set_t allowed;  // a container may use fewer than the machine has
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? static_cast<int>(count) : 1;
}

std::string system_name() {
  utsname name{};
  if (uname(&name) != 0) return "unknown";
  return std::string(name.sysname) + "-" + name.release + "-" + name.machine;
}

void random_bytes(void* out, size_t size) {
  auto* cursor = static_cast<uint8_t*>(out);
  while (size > 0) {
    const ssize_t got = getrandom(cursor, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_resort_bytes(cursor, size);  // a sandbox that forbids the call
    cursor += got;
    size -= static_cast<size_t>(got);
  }
}

std::string random_hex(size_t characters) {
  Bytes raw((characters + 1) / 2);
  random_bytes(raw.data(), raw.size());
  return to_hex(raw).substr(0, characters);
}

Result<WakeFd> WakeFd::make() {
  int fds[2];
  const int reason = fault::hit("pipe") ? EMFILE : pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0 ? errno : 0;
  if (reason != 0) return Error::from_errno(reason, "create", "a pipe");
  WakeFd wake;
  wake.read_fd_ = fds[0];
  wake.write_fd_ = fds[1];
  return wake;
}

WakeFd::~WakeFd() {
  if (read_fd_ >= 0) ::close(read_fd_);
  if (write_fd_ >= 0) ::close(write_fd_);
}

void WakeFd::signal() {
  const int saved = errno;
  const char byte = 1;
  [[maybe_unused]] const ssize_t put = ::write(write_fd_, &byte, 1);  // full pipe: it is readable already
  errno = saved;
}

void WakeFd::clear() {
  char buffer[64];
  while (::read(read_fd_, buffer, sizeof buffer) > 0) {
  }
}

Result<Library> Library::open(const std::vector<std::string>& names) {
  std::string reason;
  for (const std::string& name : names) {
    Library library;
    library.handle_ = fault::hit("dlopen") ? nullptr : dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library.handle_ != nullptr) return library;
    const char* text = dlerror();
    reason = text != nullptr ? text : "unknown reason";
  }
  std::string tried;
  for (const std::string& name : names) tried += (tried.empty() ? "" : ", ") + name;
  return Error::make(Code::kUnsupported, "cannot load any of " + tried + ": " + reason);
}

void* Library::symbol(const char* name) const { return dlsym(handle_, name); }

}  // namespace hfhub::platform
