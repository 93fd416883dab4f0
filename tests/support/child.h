// Child processes of a test. They die with it, however it ends.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hfhub::test {

// A program in the background.
class Child {
 public:
  // `environment` is laid over this process's. `output`: a file for stdout and stderr, or "" to inherit them.
  explicit Child(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {},
                 const std::string& output = "");
  ~Child();  // kills it if it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  bool running();
  // The exit status as a shell shows it: 128 + signal for a killed one. -1: still running after `limit_ms`.
  int wait(int limit_ms = 60'000);

 private:
  pid_t pid_ = -1;
  int status_ = -1;
};

// Forks, runs `body` in the child, and ends it by _exit with what body returns. Returns the exit status as Child::wait
// does; a child that takes longer is killed.
int run_in_fork(const std::function<int()>& body, int limit_ms = 60'000);

}  // namespace hfhub::test
