#include "support/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace {
// A forked child has lost the threads on whose stacks its memory hangs; that is no leak of anybody's.
bool is_forked_child = false;
}  // namespace

#if defined(__SANITIZE_ADDRESS__)
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() { return is_forked_child ? 1 : 0; }
#endif

namespace hfhub::test {
namespace {

using Clock = std::chrono::steady_clock;

int exit_status(int raw) { return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw); }

int wait_for(pid_t pid, int limit_ms) {
  const auto limit = Clock::now() + std::chrono::milliseconds(limit_ms);
  for (;;) {
    int raw = 0;
    const pid_t got = ::waitpid(pid, &raw, WNOHANG);
    if (got == pid) return exit_status(raw);
    if (got < 0) throw std::runtime_error("the child was waited for already");
    if (Clock::now() >= limit) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& overlay) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (overlay.count(text.substr(0, text.find('='))) == 0) out.push_back(text);
  }
  for (const auto& [name, value] : overlay) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
             const std::string& output) {
  // All that allocates happens before the fork: other threads may hold the allocator's locks.
  std::vector<std::string> arguments = command, variables = merged_environment(environment);
  const std::vector<char*> argv = pointers(arguments), envp = pointers(variables);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!output.empty()) {
    const int fd = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(fd, 1);
    ::dup2(fd, 2);
  }
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Child::~Child() {
  if (!running()) return;
  signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Child::signal(int number) const {
  if (status_ < 0) ::kill(pid_, number);
}

bool Child::running() { return wait(0) < 0; }

int Child::wait(int limit_ms) {
  if (status_ < 0) status_ = wait_for(pid_, limit_ms);
  return status_;
}

int run_in_fork(const std::function<int()>& body, int limit_ms) {
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("cannot fork");
  if (pid == 0) {
    is_forked_child = true;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(body());
  }
  const int status = wait_for(pid, limit_ms);
  if (status >= 0) return status;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return -1;
}

}  // namespace hfhub::test
