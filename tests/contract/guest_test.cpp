// A good guest in somebody else's process: forks, signals, exit, loading and unloading, and not a word on any stream.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

#include "support/child.h"
#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_THREAD__)
constexpr bool kForkWorks = false;  // ThreadSanitizer gives up in a child that starts threads
#else
constexpr bool kForkWorks = true;
#endif

class Guest : public HubTest {
 protected:
  void SetUp() override {
    commit_ = hub().commit(repo(), {{"a.txt", "a"}, {"mid.bin", mid_, true}, {"large.bin", large_, true}});
  }
  void slow_down(int rate = 1'000'000) {
    hub().fault(R"({"match":{"origin":"cdn","path":"/objects/*"},"times":0,"action":{"drip_bytes_per_s":)" +
                std::to_string(rate) + "}}");
  }
  static void wait_for_bytes(Op& op) {
    for (int i = 0; i < 500 && op.progress().bytes_done == 0; ++i) (void)op.wait_for(Milliseconds(5));
  }
  const std::string mid_ = noise(300'000, 81);
  const std::string large_ = noise(3'000'000, 82);
  std::string commit_;
};

// ---- fork ----------------------------------------------------------------------------------------------------------

class Fork : public Guest {
 protected:
  void SetUp() override {
    if (!kForkWorks) GTEST_SKIP() << "not under this sanitizer";
    Guest::SetUp();
  }
  // What a child does with what it inherited; 0 is good.
  int use_in_child(Session& session, Op& inherited, const std::string& folder) {
    if (hfhub_op_wait(inherited.get(), 1000, nullptr) != HFHUB_E_FORKED) return 11;
    intptr_t fd = -1;
    if (hfhub_op_get_fd(inherited.get(), &fd, nullptr) != HFHUB_E_FORKED || fd != -1) return 12;
    hfhub_progress progress{};
    progress.struct_size = sizeof progress;
    if (hfhub_op_get_progress(inherited.get(), &progress, nullptr) != HFHUB_E_FORKED) return 13;
    if (hfhub_op_get_item_count(inherited.get()) != 0 || hfhub_op_get_path(inherited.get()) != nullptr) return 14;
    inherited.cancel();  // harmless
    Op own = session.download_file(repo_id(), "mid.bin", DownloadOptions().local_dir(folder));
    if (hfhub_op_wait(own.get(), 15'000, nullptr) != HFHUB_OK) return 15;
    if (read_file(own.path()) != mid_) return 16;
    Queue queue;
    Op call = session.call("models.list", R"({"limit":1})");
    queue.add(call, 3);
    return queue.next() == std::optional<uint64_t>(3) ? 0 : 17;
  }
  void expect_parent_unharmed(Op& op) {
    const Outcome outcome = finish(op);
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_TRUE(read_file(outcome.path) == large_);
    EXPECT_EQ(outcome.progress.wire_bytes, large_.size()) << "something had to be asked for again";
  }
};

TEST_F(Fork, AChildUsesTheSessionWhileTheParentTransfers) {
  slow_down();
  Session session = this->session();
  Op op = session.download_file(repo_id(), "large.bin");
  wait_for_bytes(op);
  for (int i = 0; i < 3; ++i) {
    const std::string folder = scratch_ / "child" + std::to_string(i);
    EXPECT_EQ(run_in_fork([&] { return use_in_child(session, op, folder); }), 0);
  }
  expect_parent_unharmed(op);
}

TEST_F(Fork, AChildThatExitsOrderly) {
  slow_down();
  Session session = this->session();
  Op op = session.download_file(repo_id(), "large.bin");
  wait_for_bytes(op);
  const int status = run_in_fork([&] {
    const int used = use_in_child(session, op, scratch_ / "child");
    std::exit(used);  // static destructors and all
    return 99;
  });
  EXPECT_EQ(status, 0);
  expect_parent_unharmed(op);
}

TEST_F(Fork, AChildThatFreesWhatItInherited) {
  slow_down();
  auto session = std::make_unique<Session>(this->session());
  auto op = std::make_unique<Op>(session->download_file(repo_id(), "large.bin"));
  auto queue = std::make_unique<Queue>();
  queue->add(*op, 1);
  wait_for_bytes(*op);
  const int status = run_in_fork([&] {
    uint64_t tag = 0;
    if (hfhub_queue_next(queue->get(), 0, &tag, nullptr) != HFHUB_E_FORKED) return 21;
    queue.reset();
    op.reset();
    session->cancel();
    session.reset();
    return 0;
  });
  EXPECT_EQ(status, 0);
  expect_parent_unharmed(*op);
}

TEST_F(Fork, AChildOfAChild) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "a.txt")).ok());
  const int status = run_in_fork([&] {
    Op mine = session.download_file(repo_id(), "mid.bin");
    if (hfhub_op_wait(mine.get(), 15'000, nullptr) != HFHUB_OK) return 31;
    return run_in_fork([&] {
      if (hfhub_op_wait(mine.get(), 0, nullptr) != HFHUB_E_FORKED) return 32;
      Op own = session.download_file(repo_id(), "large.bin");
      return hfhub_op_wait(own.get(), 15'000, nullptr) == HFHUB_OK ? 0 : 33;
    });
  });
  EXPECT_EQ(status, 0);
}

TEST_F(Fork, ForksWhileManyThreadsWork) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer's allocator may be locked in the child by a thread that is gone";
#endif
  Session session = this->session();
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      while (!stop) {
        Op op = session.download_file(repo_id(), "mid.bin",
                                      DownloadOptions().force().cache_dir(scratch_ / "t" + std::to_string(i)));
        (void)hfhub_op_wait(op.get(), 20'000, nullptr);
      }
    });
  }
  for (int i = 0; i < 15; ++i) {
    const int status = run_in_fork([&] {
      Op own =
          session.download_file(repo_id(), "a.txt", DownloadOptions().cache_dir(scratch_ / "f" + std::to_string(i)));
      return hfhub_op_wait(own.get(), 15'000, nullptr) == HFHUB_OK ? 0 : 41;
    });
    EXPECT_EQ(status, 0) << "child " << i;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

// ---- signals -------------------------------------------------------------------------------------------------------

std::atomic<hfhub_op*> op_to_cancel{nullptr};
std::atomic<int> signals{0};

TEST_F(Guest, CancelFromASignalHandler) {
  slow_down(20'000);
  Session session = this->session();
  Op op = session.download_file(repo_id(), "large.bin");
  wait_for_bytes(op);
  op_to_cancel = op.get();
  struct sigaction action {
  }, before{};
  action.sa_handler = [](int) {
    ++signals;
    hfhub_op_cancel(op_to_cancel);
  };
  ASSERT_EQ(::sigaction(SIGINT, &action, &before), 0);
  const pthread_t self = ::pthread_self();
  std::thread sender([&] {
    std::this_thread::sleep_for(Milliseconds(100));
    ::pthread_kill(self, SIGINT);
  });
  const Outcome outcome = finish(op, Milliseconds(3000));
  sender.join();
  ::sigaction(SIGINT, &before, nullptr);
  EXPECT_EQ(signals, 1);
  EXPECT_EQ(outcome.status, HFHUB_E_CANCELLED) << outcome;
}

TEST_F(Guest, LibraryThreadsLeaveSignalsToTheProgram) {
  slow_down(20'000);
  Session session = this->session();
  Op op = session.download_file(repo_id(), "large.bin");
  wait_for_bytes(op);
  size_t looked_at = 0;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "status");
    std::string name, line;
    uint64_t blocked = 0;
    while (std::getline(file, line)) {
      if (line.rfind("Name:", 0) == 0) name = line.substr(6);
      if (line.rfind("SigBlk:", 0) == 0) blocked = std::stoull(line.substr(8), nullptr, 16);
    }
    if (name.rfind("hfhub-", 0) != 0) continue;
    ++looked_at;
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2}) {
      EXPECT_TRUE(blocked >> (number - 1) & 1) << name << " takes signal " << number;
    }
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGRTMIN + 5}) {
      EXPECT_FALSE(blocked >> (number - 1) & 1) << name << " blocks signal " << number;
    }
  }
  EXPECT_GE(looked_at, 2u) << "a net thread and a worker";
}

TEST_F(Guest, NoHandlerIsInstalledAndNoSigpipeRaised) {
  struct sigaction before[32]{}, after{};
  for (int number = 1; number < 32; ++number) ::sigaction(number, nullptr, &before[number]);
  hub().fault(R"({"match":{"method":"GET"},"times":0,"action":{"drop_after":10}})");
  Session session = this->session();
  for (int i = 0; i < 5; ++i) EXPECT_LT(finish(session.download_file(repo_id(), "mid.bin")).status, 0);
  // The server is gone altogether: writing to a kept connection would raise it.
  hub().clear_faults();
  {
    LocalHub other;
    other.commit(repo(), {{"a.txt", "a"}});
    Session there(options().endpoint(other.endpoint()));
    EXPECT_TRUE(finish(there.download_file(repo_id(), "a.txt", DownloadOptions().cache_dir(scratch_ / "o"))).ok());
    other.admin("POST", "settings", "{}");
    op_to_cancel = nullptr;
  }
  for (int number = 1; number < 32; ++number) {
    ::sigaction(number, nullptr, &after);
    EXPECT_EQ(after.sa_handler, before[number].sa_handler) << "signal " << number;
  }
}

// ---- the end of the process, and programs of their own -------------------------------------------------------------

TEST_F(Guest, ExitWithRunningOperations) {
  slow_down(20'000);
  for (int i = 0; i < 20; ++i) {
    Child child(
        {HFHUB_EXIT_RUNNING, hub().endpoint(), scratch_ / "c" + std::to_string(i), repo_id(), std::to_string(i * 7)},
        {}, scratch_ / "output");
    EXPECT_EQ(child.wait(10'000), 0) << read_file(scratch_ / "output");
  }
}

TEST_F(Guest, EveryFunctionFromC99AndNotAWord) {
  hub().admin("POST", "settings", R"({"cas_open":true})");
  Child child({HFHUB_EVERY_FUNCTION, hub().endpoint(), cache(), repo_id()},
              {{"HF_DEBUG", "1"}, {"HF_HUB_VERBOSITY", "debug"}, {"HF_XET_CACHE", scratch_ / "xet"}},
              scratch_ / "output");
  EXPECT_EQ(child.wait(), 0);
  hub().admin("POST", "settings", R"({"cas_open":false})");
  EXPECT_EQ(read_file(scratch_ / "output"), "") << "the library wrote to a stream, or the program failed";
}

TEST(EveryFunction, IsCalled) {
  const std::string program = read_file(HFHUB_EVERY_FUNCTION_SOURCE);
  size_t count = 0;
  for (const auto& header : fs::directory_iterator(HFHUB_HEADERS)) {
    const std::string text = read_file(header.path().string());
    const std::regex declaration(R"(\b(hfhub_[a-z0-9_]+)\()");
    for (std::sregex_iterator at(text.begin(), text.end(), declaration), end; at != end; ++at) {
      ++count;
      EXPECT_NE(program.find((*at)[1].str() + "("), std::string::npos) << "every_function.c does not call " << (*at)[1];
    }
  }
  EXPECT_GT(count, 80u);
}

TEST_F(Guest, LoadedAndUnloaded) {
  Child child({HFHUB_LOAD_UNLOAD, HFHUB_SHARED_LIBRARY, hub().endpoint(), cache(), repo_id()}, {}, scratch_ / "output");
  EXPECT_EQ(child.wait(), 0) << read_file(scratch_ / "output");
}

}  // namespace
}  // namespace hfhub::test
