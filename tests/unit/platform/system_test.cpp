#include "platform/system.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>

namespace hfhub::platform {
namespace {

// Sets an environment variable for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name), before_(environment(name)) {
    if (value != nullptr) setenv(name, value, 1);
    else unsetenv(name);
  }
  ~Variable() {
    if (before_) setenv(name_, before_->c_str(), 1);
    else unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(Environment, TellsUnsetFromEmpty) {
  const Variable empty("HFHUB_TEST_A", ""), unset("HFHUB_TEST_B", nullptr);
  EXPECT_EQ(environment("HFHUB_TEST_A"), "");
  EXPECT_EQ(environment("HFHUB_TEST_B"), std::nullopt);
}

TEST(HomeFolder, ComesFromTheEnvironmentElseTheAccount) {
  {
    const Variable home("HOME", "/home/somebody");
    EXPECT_EQ(home_folder(), "/home/somebody");
  }
  const Variable home("HOME", nullptr);
  EXPECT_EQ(home_folder().substr(0, 1), "/");
}

TEST(ExpandPath, ExpandsHomeLikePython) {
  const Variable home("HOME", "/h/"), x("HFHUB_TEST_X", "value");
  EXPECT_EQ(expand_path("~"), "/h");
  EXPECT_EQ(expand_path("~/a"), "/h/a");
  EXPECT_EQ(expand_path("a/~"), "a/~");
  EXPECT_EQ(expand_path("~no-such-account/x"), "~no-such-account/x");
  EXPECT_EQ(expand_path(""), "");
  if (const passwd* root = getpwuid(0)) {
    const std::string name = root->pw_name, folder = root->pw_dir;
    EXPECT_EQ(expand_path(std::string("~").append(name).append("/x")), folder + "/x");
  }
}

TEST(ExpandPath, ExpandsVariablesLikePython) {
  const Variable x("HFHUB_TEST_X", "v"), again("HFHUB_TEST_Y", "$HFHUB_TEST_X"), none("HFHUB_TEST_Z", nullptr);
  EXPECT_EQ(expand_path("/a/$HFHUB_TEST_X/b"), "/a/v/b");
  EXPECT_EQ(expand_path("${HFHUB_TEST_X}y"), "vy");
  EXPECT_EQ(expand_path("$HFHUB_TEST_Xy"), "$HFHUB_TEST_Xy");
  EXPECT_EQ(expand_path("$HFHUB_TEST_Z/${HFHUB_TEST_Z}"), "$HFHUB_TEST_Z/${HFHUB_TEST_Z}");
  EXPECT_EQ(expand_path("$HFHUB_TEST_Y"), "$HFHUB_TEST_X") << "what was put in is not expanded again";
  EXPECT_EQ(expand_path("$ ${} ${HFHUB_TEST_X $"), "$ ${} ${HFHUB_TEST_X $");
}

TEST(CurrentFolder, IsAbsolute) { EXPECT_EQ(current_folder()->substr(0, 1), "/"); }

TEST(StartThread, BlocksAsynchronousSignalsOnly) {
  sigset_t inside, before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  auto thread = start_thread("hfhub-test", [&] { pthread_sigmask(SIG_SETMASK, nullptr, &inside); });
  ASSERT_TRUE(thread.ok());
  thread->join();
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2}) {
    EXPECT_EQ(sigismember(&inside, signal), 1) << signal;
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal)) << signal;
  }
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGRTMIN + 1}) {
    EXPECT_EQ(sigismember(&inside, signal), 0) << signal;
  }
}

TEST(ForkGeneration, GrowsInTheChildOnly) {
  const uint64_t parent = fork_generation();
  const pid_t child = fork();
  if (child == 0) _exit(fork_generation() == parent + 1 && process_id() == getpid() ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(fork_generation(), parent);
}

TEST(Machine, HasMemoryProcessorsAndAName) {
  EXPECT_GT(usable_memory_bytes(), 1u << 20);
  EXPECT_GE(cpu_count(), 1);
  EXPECT_EQ(system_name().rfind("Linux-", 0), 0u);
}

TEST(Random, DoesNotRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_hex(16));
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(random_hex(0), "");
  EXPECT_EQ(random_hex(5).size(), 5u);
}

bool readable(int fd) {
  pollfd poll_fd{fd, POLLIN, 0};
  return poll(&poll_fd, 1, 0) == 1;
}

TEST(WakeFd, IsReadableFromSignalToClear) {
  WakeFd wake = *WakeFd::make();
  EXPECT_FALSE(readable(wake.fd()));
  wake.signal();
  wake.signal();
  EXPECT_TRUE(readable(wake.fd()));
  wake.clear();
  EXPECT_FALSE(readable(wake.fd()));
  const WakeFd moved = std::move(wake);
  EXPECT_GE(moved.fd(), 0);
  EXPECT_EQ(wake.fd(), -1);
}

TEST(WakeFd, NeverBlocks) {
  WakeFd wake = *WakeFd::make();
  for (int i = 0; i < 200000; ++i) wake.signal();  // more than a pipe holds
  EXPECT_TRUE(readable(wake.fd()));
  wake.clear();
  EXPECT_FALSE(readable(wake.fd()));
}

TEST(Library, TriesNamesInOrder) {
  const auto library = Library::open({"libno-such-thing.so.1", "libc.so.6"});
  ASSERT_TRUE(library.ok()) << library.error().message;
  EXPECT_NE(library->symbol("malloc"), nullptr);
  EXPECT_EQ(library->symbol("no_such_symbol_here"), nullptr);
}

TEST(Library, NamesAllThatItTried) {
  const auto library = Library::open({"libfirst-missing.so", "libsecond-missing.so"});
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, Code::kUnsupported);
  EXPECT_NE(library.error().message.find("libfirst-missing.so, libsecond-missing.so"), std::string::npos);
}

}  // namespace
}  // namespace hfhub::platform
