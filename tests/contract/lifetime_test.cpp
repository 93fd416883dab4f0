// Handles freed in any order, used from many threads; nothing leaks, nothing lingers.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

size_t open_descriptors() { return count_entries("/proc/self/fd"); }

size_t library_threads() {
  size_t count = 0;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "comm");
    std::string name;
    std::getline(file, name);
    count += name.rfind("hfhub-", 0) == 0;
  }
  return count;
}

// True once `condition` holds; gives up after three seconds.
template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 300; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(Milliseconds(10));
  }
  return condition();
}

class Lifetime : public HubTest {
 protected:
  void SetUp() override {
    hub().commit(repo(), {{"a.txt", "a"}, {"mid.bin", mid_, true}, {"large.bin", noise(3'000'000, 9), true}});
  }
  void slow_down() { hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":20000}})"); }
  const std::string mid_ = noise(300'000, 8);
};

TEST_F(Lifetime, ASessionMayGoFirst) {
  std::optional<Session> session = this->session();
  Op op = session->download_file(repo_id(), "mid.bin");
  session.reset();
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path) == mid_);
}

// The hook goes once, with the last that may log.
TEST_F(Lifetime, TheLogHookGoesWithTheLastOperation) {
  struct Hook {
    std::atomic<int> lines{0};
    std::atomic<int> released{0};
  } hook, another;
  const auto line = [](int32_t, const char*, void* hook_at) { ++static_cast<Hook*>(hook_at)->lines; };
  const auto release = [](void* hook_at) { ++static_cast<Hook*>(hook_at)->released; };
  const auto set = [&](const SessionOptions& options, Hook* one) {
    auto* raw = const_cast<hfhub_session_options*>(options.get());
    return hfhub_session_options_set_log_hook(raw, line, one, release, nullptr);
  };
  EXPECT_EQ(hfhub_session_options_set_log_hook(nullptr, line, &hook, release, nullptr), HFHUB_E_ARGUMENT);
  EXPECT_EQ(hook.released, 0);  // still the caller's

  std::optional<SessionOptions> options = this->options();
  ASSERT_EQ(set(*options, &another), HFHUB_OK);
  ASSERT_EQ(set(*options, &hook), HFHUB_OK);
  EXPECT_EQ(another.released, 1);  // replaced
  std::optional<Session> session(*options);
  options.reset();
  EXPECT_EQ(hook.released, 0);
  slow_down();
  std::optional<Op> op = session->download_file(repo_id(), "mid.bin");
  session.reset();
  EXPECT_TRUE(soon([&] { return hook.lines > 0; }));
  EXPECT_EQ(hook.released, 0);
  op->cancel();
  EXPECT_FALSE(finish(*op).ok());
  op.reset();
  EXPECT_TRUE(soon([&] { return hook.released > 0; }));
  EXPECT_EQ(hook.released, 1);
  EXPECT_EQ(another.lines, 0);
}

TEST_F(Lifetime, ResultsOutliveTheirOrigin) {
  Json json;
  hfhub_error* error = nullptr;
  {
    Session session = this->session();
    Op op = session.download_file(repo_id(), "a.txt");
    op.wait();
    json = op.json();
    Op bad = session.download_file(repo_id(), "none");
    EXPECT_EQ(hfhub_op_wait(bad.get(), -1, &error), HFHUB_E_ENTRY_NOT_FOUND);
  }
  EXPECT_EQ(json["size"].integer(), 1);
  EXPECT_NE(std::string(hfhub_error_get_message(error)).find("none"), std::string::npos);
  hfhub_error_free(error);
}

TEST_F(Lifetime, OptionsMayGoAtOnce) {
  Session session = this->session();
  hfhub_download_options* options = nullptr;
  ASSERT_EQ(hfhub_download_options_new(&options, nullptr), HFHUB_OK);
  const std::string folder = scratch_ / "plain";
  ASSERT_EQ(hfhub_download_options_set_local_dir(options, folder.c_str(), nullptr), HFHUB_OK);
  hfhub_op* op = nullptr;
  ASSERT_EQ(hfhub_download_file(session.get(), repo_id().c_str(), "a.txt", options, &op, nullptr), HFHUB_OK);
  hfhub_download_options_free(options);
  Op owned(op);
  EXPECT_EQ(finish(owned).path, folder + "/a.txt");
}

TEST_F(Lifetime, LettingGoOfARunningOperationCancelsIt) {
  slow_down();
  Session session = this->session();
  {
    Op op = session.download_file(repo_id(), "large.bin");
    for (int i = 0; i < 500 && op.progress().bytes_done == 0; ++i) (void)op.wait_for(Milliseconds(5));
  }
  forget_requests();
  EXPECT_TRUE(soon([&] { return partial_files().size() == 1; }));
  hub().clear_faults();
  const Outcome outcome = finish(session.download_file(repo_id(), "large.bin"));  // its lock is free again
  ASSERT_TRUE(outcome.ok()) << outcome;
}

TEST_F(Lifetime, NothingLingers) {
  {
    Session warm = this->session();
    EXPECT_TRUE(finish(warm.download_file(repo_id(), "a.txt")).ok());
  }
  ASSERT_TRUE(soon([] { return library_threads() == 0; }));
  const size_t before = open_descriptors();
  slow_down();
  for (int i = 0; i < 10; ++i) {
    Session session = this->session();
    Op file = session.download_file(repo_id(), "large.bin");
    Op all = session.download_snapshot(repo_id(), DownloadOptions().local_dir(scratch_ / "plain"));
    (void)file.fd();
    Queue queue;
    queue.add(file, 1);
    (void)file.wait_for(Milliseconds(30));
  }
  EXPECT_TRUE(soon([] { return library_threads() == 0; })) << library_threads() << " threads are left";
  EXPECT_TRUE(soon([&] { return open_descriptors() == before; }))
      << open_descriptors() << " descriptors, " << before << " before";
}

TEST_F(Lifetime, ASessionStartsNothingByItself) {
  ASSERT_TRUE(soon([] { return library_threads() == 0; }));
  const size_t before = open_descriptors();
  std::vector<Session> sessions;
  for (int i = 0; i < 50; ++i) sessions.push_back(this->session());
  EXPECT_EQ(library_threads(), 0u);
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(Lifetime, AQueueMayGoFirst) {
  slow_down();
  Session session = this->session();
  Op op = session.download_file(repo_id(), "large.bin");
  {
    Queue queue;
    queue.add(op, 1);
  }
  op.cancel();
  EXPECT_EQ(finish(op).status, HFHUB_E_CANCELLED);
}

TEST_F(Lifetime, AnOperationMayGoWhileItIsQueued) {
  slow_down();
  Session session = this->session();
  Queue queue;
  {
    Op op = session.download_file(repo_id(), "large.bin");
    queue.add(op, 77);
  }
  uint64_t tag = 0;
  EXPECT_EQ(hfhub_queue_next(queue.get(), 3000, &tag, nullptr), HFHUB_OK) << "it was cancelled, which completes it";
  EXPECT_EQ(tag, 77u);
}

TEST_F(Lifetime, OneSessionManyThreads) {
  Session session = this->session();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 4; ++round) {
        DownloadOptions options;
        if (i % 3 == 1) options.local_dir(scratch_ / "plain" + std::to_string(i % 2));
        Op op = i % 4 == 0 ? session.download_snapshot(repo_id(), options)
                           : session.download_file(repo_id(), "mid.bin", options);
        (void)session.option("net.retries");
        (void)session.cached_file(repo_id(), "mid.bin");
        good += hfhub_op_wait(op.get(), 20'000, nullptr) == HFHUB_OK;
        (void)op.progress();
        for (size_t k = 0; k < op.item_count(); ++k) (void)op.item_progress(k);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 96);
  expect_nothing_wrong_visible({"a", mid_, noise(3'000'000, 9)});
  EXPECT_TRUE(partial_files().empty());
}

TEST_F(Lifetime, TheSameFileIsFetchedOnce) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"delay_ms":100}})");
  std::vector<Session> sessions;
  std::vector<Op> ops;
  for (int i = 0; i < 8; ++i) {
    sessions.push_back(this->session());
    ops.push_back(sessions.back().download_file(repo_id(), "mid.bin"));
  }
  uint64_t wire = 0;
  for (Op& op : ops) {
    const Outcome outcome = finish(op);
    ASSERT_TRUE(outcome.ok()) << outcome;
    wire += outcome.progress.wire_bytes;
  }
  EXPECT_EQ(wire, mid_.size());
}

TEST_F(Lifetime, OneOperationManyThreads) {
  slow_down();
  Session session = this->session();
  Op op = session.download_snapshot(repo_id());
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i) {
    threads.emplace_back([&, i] {
      while (!stop) {
        (void)op.progress();
        (void)op.fd();
        (void)op.path();
        for (size_t k = 0; k < op.item_count(); ++k) (void)op.item_name(k);
        (void)hfhub_op_wait(op.get(), i % 5, nullptr);
      }
    });
  }
  std::this_thread::sleep_for(Milliseconds(300));
  op.cancel();
  EXPECT_EQ(finish(op, Milliseconds(2000)).status, HFHUB_E_CANCELLED);
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Lifetime, MoreOperationsThanThreads) {
  Session session = this->session();
  std::vector<Op> ops;
  for (int i = 0; i < 200; ++i)
    ops.push_back(
        session.download_file(repo_id(), "a.txt", DownloadOptions().cache_dir(scratch_ / "c" + std::to_string(i))));
  for (Op& op : ops) EXPECT_TRUE(finish(op).ok());
}

TEST_F(Lifetime, TheLogHookOfTheCppHeader) {
  auto lines = std::make_shared<std::atomic<int>>(0);
  {
    SessionOptions options = this->options();
    options.log_hook([lines](int32_t level, std::string_view message) {
      EXPECT_GE(level, HFHUB_LOG_DEBUG);
      EXPECT_FALSE(message.empty());
      ++*lines;
    });
    Session session(options);
    EXPECT_TRUE(finish(session.download_file(repo_id(), "a.txt")).ok());
  }
  EXPECT_GT(*lines, 0);
}

}  // namespace
}  // namespace hfhub::test
