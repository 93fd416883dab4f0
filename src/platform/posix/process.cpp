#include "platform/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/clock.h"
#include "base/fault.h"

extern char** environ;

namespace hfhub::platform {
namespace {

constexpr int64_t kPollMs = 20;

Error failure(int reason, const std::string& what, const std::string& program) {
  return Error::from_errno(reason, what, program);
}

bool faulted(const char* name) {
  if (!fault::hit(name)) return false;
  errno = EMFILE;
  return true;
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// Sockets rather than pipes: writing to a program that has gone must not raise SIGPIPE.
struct Channel {
  Descriptor ours, theirs;
};

Result<Channel> make_channel(const std::string& program) {
  int pair[2];
  if (faulted("socketpair") || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return failure(errno, "make a channel to", program);
  }
  return Channel{Descriptor(pair[0]), Descriptor(pair[1])};
}

Result<pid_t> spawn(const std::vector<std::string>& command, int in, int out) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions) != 0) return failure(ENOMEM, "run", command[0]);
  if (posix_spawnattr_init(&attributes) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return failure(ENOMEM, "run", command[0]);
  }
  // Our threads block signals, and a program inherits that; it must be possible to stop it.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int reason =
      faulted("spawn") ? EAGAIN : ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (reason == ENOENT) return Error::make(Code::kUnsupported, "there is no program '" + command[0] + "'");
  if (reason != 0) return failure(reason, "run", command[0]);
  return pid;
}

// Sends what is left of `input` and takes what there is of the output; false at the end of the output.
bool exchange_some(Channel& in, Channel& out, std::string_view* input, size_t limit, std::string* output) {
  if (input->empty()) in.ours.reset();  // the end of its stdin
  pollfd waits[2] = {{out.ours.get(), POLLIN, 0}, {in.ours.get(), POLLOUT, 0}};
  if (::poll(waits, in.ours.get() >= 0 ? 2 : 1, static_cast<int>(kPollMs)) <= 0) return true;
  if (in.ours.get() >= 0 && waits[1].revents != 0) {
    const ssize_t sent = ::send(in.ours.get(), input->data(), input->size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) input->remove_prefix(static_cast<size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) *input = {};  // it does not want more
  }
  if (waits[0].revents == 0) return true;
  char buffer[4096];
  const ssize_t got = ::recv(out.ours.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  output->append(buffer, std::min(static_cast<size_t>(got), limit - std::min(limit, output->size())));
  return got > 0;
}

// True when it has ended. A host that ignores SIGCHLD or waits for all children gets its status before us.
bool has_ended(pid_t pid, int* exit_code) {
  int status = 0;
  const pid_t found = ::waitpid(pid, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return false;
  if (found == pid) *exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

}  // namespace

Result<ProgramResult> run_program(const std::vector<std::string>& command, std::string_view input, int64_t timeout_ms,
                                  size_t output_limit) {
  HFHUB_TRY(Channel in, make_channel(command[0]));
  HFHUB_TRY(Channel out, make_channel(command[0]));
  HFHUB_TRY(const pid_t pid, spawn(command, in.theirs.get(), out.theirs.get()));
  in.theirs.reset();
  out.theirs.reset();
  ProgramResult result;
  const SteadyTime deadline = after_ms(timeout_ms);
  bool talking = true;
  // A helper that stays in the background (git's cache daemon) may keep the output open: the program's end is enough.
  while (!has_ended(pid, &result.exit_code)) {
    if (ms_until(deadline) == 0) {
      ::kill(pid, SIGKILL);
      while (!has_ended(pid, &result.exit_code)) ::poll(nullptr, 0, static_cast<int>(kPollMs));
      return Error::make(Code::kTimeout, "'" + command[0] + "' did not end in " + std::to_string(timeout_ms) + " ms");
    }
    if (talking) {
      talking = exchange_some(in, out, &input, output_limit, &result.output);
    } else {
      ::poll(nullptr, 0, static_cast<int>(kPollMs));
    }
  }
  input = {};
  for (size_t before = SIZE_MAX; talking && before != result.output.size();) {
    before = result.output.size();
    talking = exchange_some(in, out, &input, output_limit, &result.output);
  }
  return result;
}

}  // namespace hfhub::platform
