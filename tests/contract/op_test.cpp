// Operations: waiting, progress, cancelling, descriptors, callbacks, queues.
#include <poll.h>

#include <atomic>
#include <cstring>
#include <set>
#include <thread>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

bool readable(intptr_t fd, int timeout_ms = 0) {
  pollfd watched{static_cast<int>(fd), POLLIN, 0};
  return ::poll(&watched, 1, timeout_ms) == 1 && (watched.revents & POLLIN) != 0;
}

class Operation : public HubTest {
 protected:
  void SetUp() override {
    commit_ = hub().commit(
        repo(), {{"large.bin", noise(2'000'000, 5), true}, {"mid.bin", noise(300'000, 6), true}, {"a.txt", "a"}});
  }
  // Files come slowly from now on: an operation lasts until it is cancelled, or `clear_faults` lets the next range through.
  void slow_down(int bytes_per_second = 300'000) {
    hub().fault(R"({"match":{"method":"GET","origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":)" +
                std::to_string(bytes_per_second) + "}}");
  }
  Op running(Session& session) {
    slow_down(20'000);
    Op op = session.download_file(repo_id(), "large.bin");
    for (int i = 0; i < 1000 && op.progress().bytes_done == 0; ++i) EXPECT_FALSE(op.wait_for(Milliseconds(5)));
    return op;
  }
  std::string commit_;
};

TEST_F(Operation, WaitAndTimeout) {
  Session session = this->session();
  Op op = running(session);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(hfhub_op_wait(op.get(), 0, nullptr), HFHUB_PENDING);
  EXPECT_EQ(hfhub_op_wait(op.get(), 150, nullptr), HFHUB_PENDING);
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GE(waited, Milliseconds(150));
  EXPECT_LT(waited, Milliseconds(1500));
  EXPECT_EQ(hfhub_op_get_path(op.get()), nullptr);
  hfhub_json* json = nullptr;
  EXPECT_EQ(hfhub_op_get_json(op.get(), &json, nullptr), HFHUB_PENDING);
  EXPECT_EQ(json, nullptr);
  op.cancel();
  EXPECT_EQ(finish(op).status, HFHUB_E_CANCELLED);
}

TEST_F(Operation, WaitEndsAsSoonAsTheOperationDoes) {
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  EXPECT_EQ(hfhub_op_wait(op.get(), 3'600'000, nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_op_wait(op.get(), -1, nullptr), HFHUB_OK);  // again, and for ever after
  EXPECT_EQ(hfhub_op_wait(op.get(), 0, nullptr), HFHUB_OK);
  EXPECT_EQ(op.path(), snapshot_file(commit_, "a.txt"));
}

// The caller's own limit ends an operation however it is held up, and what it had is not lost.
TEST_F(Operation, OptionDeadlineEndsIt) {
  slow_down(20'000);
  Session hurried(options().set("op.deadline", "400ms"));
  const auto start = std::chrono::steady_clock::now();
  const Outcome late = finish(hurried.download_file(repo_id(), "large.bin"));
  EXPECT_EQ(late.status, HFHUB_E_TIMEOUT);
  EXPECT_NE(late.message.find("op.deadline"), std::string::npos) << late.message;
  EXPECT_GE(std::chrono::steady_clock::now() - start, Milliseconds(400));
  EXPECT_FALSE(partial_files().empty());
  hub().clear_faults();
  EXPECT_TRUE(finish(hurried.download_file(repo_id(), "a.txt")).ok()) << "each operation has a time of its own";
  hub().fault(R"({"match":{"method":"GET"},"times":0,"action":{"delay_ms":5000}})");
  EXPECT_EQ(finish(hurried.call("models.info", R"({"repo_id":")" + repo_id() + "\"}")).status, HFHUB_E_TIMEOUT);
  hub().clear_faults();
  Op cancelled = running(hurried);
  cancelled.cancel();
  EXPECT_EQ(finish(cancelled).status, HFHUB_E_CANCELLED);
}

TEST_F(Operation, ManyThreadsWait) {
  Session session = this->session();
  slow_down();
  Op op = session.download_file(repo_id(), "mid.bin");
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i) threads.emplace_back([&] { good += hfhub_op_wait(op.get(), -1, nullptr) == HFHUB_OK; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 24);
}

struct Report {
  std::set<std::thread::id> threads;
  std::vector<hfhub_progress> seen;
};

TEST_F(Operation, ProgressIsReportedOnTheCallersThread) {
  Session session = this->session();
  slow_down();
  Op op = session.download_snapshot(repo_id());
  Report report;
  const hfhub_status status = hfhub_op_wait_progress(
      op.get(), 20,
      [](const hfhub_progress* progress, void* user_data) {
        auto* to = static_cast<Report*>(user_data);
        to->threads.insert(std::this_thread::get_id());
        to->seen.push_back(*progress);
      },
      &report, nullptr);
  ASSERT_EQ(status, HFHUB_OK);
  EXPECT_EQ(report.threads, std::set<std::thread::id>{std::this_thread::get_id()});
  ASSERT_GT(report.seen.size(), 3u);
  for (size_t i = 1; i < report.seen.size(); ++i) {
    const hfhub_progress &before = report.seen[i - 1], &now = report.seen[i];
    EXPECT_GE(now.bytes_done, before.bytes_done);
    EXPECT_GE(now.wire_bytes, before.wire_bytes);
    EXPECT_GE(now.items_done, before.items_done);
    EXPECT_GE(now.elapsed_ms, before.elapsed_ms);
    EXPECT_LE(now.bytes_done, now.bytes_total == 0 ? now.bytes_done : now.bytes_total);
  }
  const hfhub_progress& last = report.seen.back();
  EXPECT_EQ(last.bytes_done, 2'300'001u);
  EXPECT_EQ(last.bytes_total, 2'300'001u);
  EXPECT_EQ(last.items_done, 3u);
  EXPECT_EQ(last.items_total, 3u);
  EXPECT_GT(last.rate_bytes_per_s, 0u);
}

TEST_F(Operation, AProgressFunctionMayUseTheLibrary) {
  Session session = this->session();
  slow_down(20'000);
  Op op = session.download_file(repo_id(), "mid.bin");
  const hfhub_status status = hfhub_op_wait_progress(
      op.get(), 10, [](const hfhub_progress*, void* user_data) { hfhub_op_cancel(static_cast<hfhub_op*>(user_data)); },
      op.get(), nullptr);
  EXPECT_EQ(status, HFHUB_E_CANCELLED);
  EXPECT_EQ(hfhub_op_wait_progress(op.get(), -5, nullptr, nullptr, nullptr), HFHUB_E_CANCELLED);
}

TEST_F(Operation, SumsOfItems) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "mid.bin")).ok());
  Op op = session.download_snapshot(repo_id());
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  ASSERT_EQ(op.item_count(), 3u);
  hfhub_progress sum{};
  for (size_t i = 0; i < op.item_count(); ++i) {
    const hfhub_progress item = op.item_progress(i);
    sum.bytes_done += item.bytes_done;
    sum.bytes_total += item.bytes_total;
    sum.wire_bytes += item.wire_bytes;
    sum.items_done += item.items_done;
    sum.items_cached += item.items_cached;
    EXPECT_EQ(item.state, op.item_name(i) == "mid.bin" ? HFHUB_ITEM_CACHED : HFHUB_ITEM_DONE) << op.item_name(i);
  }
  EXPECT_EQ(sum.bytes_done, outcome.progress.bytes_done);
  EXPECT_EQ(sum.bytes_total, outcome.progress.bytes_total);
  EXPECT_EQ(sum.wire_bytes, outcome.progress.wire_bytes);
  EXPECT_EQ(sum.items_done, 3u);
  EXPECT_EQ(sum.items_cached, 1u);
  EXPECT_EQ(outcome.progress.items_cached, 1u);
  EXPECT_EQ(outcome.progress.wire_bytes, 2'000'001u) << "the cached file was moved again";
  EXPECT_EQ(hfhub_op_get_item_name(op.get(), 3), nullptr);
  hfhub_progress past{};
  past.struct_size = sizeof past;
  EXPECT_EQ(hfhub_op_get_item_progress(op.get(), 3, &past, nullptr), HFHUB_E_ARGUMENT);
}

TEST_F(Operation, AnOlderProgressStruct) {
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  ASSERT_TRUE(finish(op).ok());
  struct Guarded {
    hfhub_progress progress;
    uint64_t fence;
  } out{};
  std::memset(&out, 0xAA, sizeof out);
  out.progress.struct_size = offsetof(hfhub_progress, wire_bytes);
  EXPECT_EQ(hfhub_op_get_progress(op.get(), &out.progress, nullptr), HFHUB_OK);
  EXPECT_EQ(out.progress.struct_size, offsetof(hfhub_progress, wire_bytes));
  EXPECT_EQ(out.progress.bytes_done, 1u);
  EXPECT_EQ(out.progress.wire_bytes, 0xAAAAAAAAAAAAAAAAu) << "wrote past the caller's struct";
  out.progress.struct_size = 0;
  const auto refusal =
      refusal_of([&](hfhub_error** err) { return hfhub_op_get_progress(op.get(), &out.progress, err); });
  EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT);
  EXPECT_NE(refusal.message.find("struct_size"), std::string::npos);
}

// ---- cancel --------------------------------------------------------------------------------------------------------

TEST_F(Operation, CancelInTheMiddle) {
  Session session = this->session();
  Op op = running(session);
  op.cancel();
  op.cancel();
  const Outcome outcome = finish(op, Milliseconds(1500));
  EXPECT_EQ(outcome.status, HFHUB_E_CANCELLED) << outcome;
  EXPECT_FALSE(outcome.retriable);
}

TEST_F(Operation, CancelWhileTheHubIsSilent) {
  hub().fault(R"({"times":0,"action":{"delay_ms":60000}})");
  Session session(options().set("net.etag_timeout", "50s").set("net.request_timeout", "50s"));
  for (const bool snapshot : {false, true}) {
    Op op = snapshot ? session.download_snapshot(repo_id()) : session.download_file(repo_id(), "a.txt");
    EXPECT_FALSE(op.wait_for(Milliseconds(100)));
    op.cancel();
    EXPECT_EQ(finish(op, Milliseconds(1500)).status, HFHUB_E_CANCELLED);
  }
}

TEST_F(Operation, CancelWhileItWaitsForItsTurn) {
  hub().fault(R"({"times":0,"action":{"status":503,"headers":{"Retry-After":"60"}}})");
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  EXPECT_FALSE(op.wait_for(Milliseconds(100)));
  op.cancel();
  EXPECT_EQ(finish(op, Milliseconds(1500)).status, HFHUB_E_CANCELLED);
}

TEST_F(Operation, CancelAfterTheEndChangesNothing) {
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  ASSERT_TRUE(finish(op).ok());
  op.cancel();
  const Outcome outcome = finish(op);
  EXPECT_TRUE(outcome.ok()) << outcome;
  EXPECT_FALSE(outcome.path.empty());
}

TEST_F(Operation, CancelAtOnce) {
  Session session = this->session();
  for (int i = 0; i < 20; ++i) {
    Op op = session.download_file(repo_id(), "a.txt", DownloadOptions().force());
    op.cancel();
    const Outcome outcome = finish(op, Milliseconds(1500));
    EXPECT_TRUE(outcome.ok() || outcome.status == HFHUB_E_CANCELLED) << outcome;
  }
}

TEST_F(Operation, ASessionCancelsAllAndStaysUsable) {
  Session session = this->session();
  slow_down(20'000);
  std::vector<Op> ops;
  for (int i = 0; i < 5; ++i) ops.push_back(session.download_file(repo_id(), i % 2 == 0 ? "large.bin" : "mid.bin"));
  EXPECT_FALSE(ops[0].wait_for(Milliseconds(200)));
  session.cancel();
  for (Op& op : ops) EXPECT_EQ(finish(op, Milliseconds(1500)).status, HFHUB_E_CANCELLED);
  hub().clear_faults();
  EXPECT_TRUE(finish(session.download_file(repo_id(), "mid.bin")).ok());
}

// ---- descriptor, ready callback, queue -----------------------------------------------------------------------------

TEST_F(Operation, TheDescriptorIsReadableExactlyWhenComplete) {
  Session session = this->session();
  Op op = running(session);
  const intptr_t fd = op.fd();
  EXPECT_EQ(op.fd(), fd);
  EXPECT_FALSE(readable(fd));
  EXPECT_FALSE(op.done());
  op.cancel();
  EXPECT_TRUE(readable(fd, 2000));
  EXPECT_NE(hfhub_op_wait(op.get(), 0, nullptr), HFHUB_PENDING) << "readable before it was complete";
  EXPECT_TRUE(readable(fd)) << "it stays readable";
  Op late = session.call("models.list");
  (void)finish(late);
  EXPECT_TRUE(readable(late.fd())) << "asked for when it was complete already";
}

struct Ready {
  std::atomic<int> calls{0}, frees{0};
  static void call(void* user_data) { ++static_cast<Ready*>(user_data)->calls; }
  static void release(void* user_data) { ++static_cast<Ready*>(user_data)->frees; }
};

TEST_F(Operation, TheReadyCallbackComesOnce) {
  Session session = this->session();
  Ready ready;
  {
    Op op = session.download_file(repo_id(), "a.txt");
    ASSERT_EQ(hfhub_op_set_ready(op.get(), Ready::call, &ready, Ready::release, nullptr), HFHUB_OK);
    const auto refusal = refusal_of(
        [&](hfhub_error** err) { return hfhub_op_set_ready(op.get(), Ready::call, &ready, Ready::release, err); });
    EXPECT_EQ(refusal.status, HFHUB_E_STATE);
    ASSERT_TRUE(finish(op).ok());
    for (int i = 0; i < 200 && ready.calls == 0; ++i) std::this_thread::sleep_for(Milliseconds(5));
    EXPECT_EQ(ready.calls, 1);
    for (int i = 0; i < 200 && ready.frees == 0; ++i) std::this_thread::sleep_for(Milliseconds(5));
    EXPECT_EQ(ready.frees, 1) << "it is of no use any more";
  }
  EXPECT_EQ(ready.calls, 1);
  EXPECT_EQ(ready.frees, 1);
}

TEST_F(Operation, ReadyWhenItIsCompleteAlready) {
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  ASSERT_TRUE(finish(op).ok());
  Ready ready;
  ASSERT_EQ(hfhub_op_set_ready(op.get(), Ready::call, &ready, Ready::release, nullptr), HFHUB_OK);
  EXPECT_EQ(ready.calls, 1);
  op = Op(nullptr);
  EXPECT_EQ(ready.frees, 1);
}

std::atomic<int> calls_without_data{0};

TEST_F(Operation, ReadyWithoutUserData) {
  Session session = this->session();
  Op op = session.download_file(repo_id(), "a.txt");
  const auto count = [](void* user_data) { calls_without_data += user_data == nullptr; };
  ASSERT_EQ(hfhub_op_set_ready(op.get(), count, nullptr, nullptr, nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_op_set_ready(op.get(), count, nullptr, nullptr, nullptr), HFHUB_E_STATE);
  ASSERT_TRUE(finish(op).ok());
  for (int i = 0; i < 200 && calls_without_data == 0; ++i) std::this_thread::sleep_for(Milliseconds(5));
  EXPECT_EQ(calls_without_data, 1);
}

TEST_F(Operation, ReadyDataIsFreedOnceWhenTheOperationIsLetGo) {
  Session session = this->session();
  Ready ready;
  {
    Op op = running(session);
    ASSERT_EQ(hfhub_op_set_ready(op.get(), Ready::call, &ready, Ready::release, nullptr), HFHUB_OK);
  }
  for (int i = 0; i < 400 && ready.frees == 0; ++i) std::this_thread::sleep_for(Milliseconds(5));
  EXPECT_EQ(ready.frees, 1);
  std::this_thread::sleep_for(Milliseconds(200));
  EXPECT_EQ(ready.frees, 1);
  EXPECT_LE(ready.calls, 1);
}

TEST_F(Operation, AQueueGivesEachTagOnce) {
  Session session = this->session();
  Queue queue;
  EXPECT_EQ(queue.next(), std::nullopt) << "nothing is outstanding";
  std::vector<Op> ops;
  for (uint64_t i = 0; i < 12; ++i) {
    ops.push_back(session.download_file(repo_id(), i % 3 == 0 ? "a.txt" : i % 3 == 1 ? "mid.bin" : "missing"));
    queue.add(ops.back(), i * 1'000'000'000'000);
  }
  std::set<uint64_t> tags;
  while (const auto tag = queue.next()) {
    EXPECT_TRUE(tags.insert(*tag).second) << *tag << " came twice";
    EXPECT_NE(hfhub_op_wait(ops[*tag / 1'000'000'000'000].get(), 0, nullptr), HFHUB_PENDING);
  }
  EXPECT_EQ(tags.size(), 12u);
  queue.add(ops[3], 7);  // complete already
  EXPECT_EQ(queue.next(), std::optional<uint64_t>(7));
}

TEST_F(Operation, AQueueThatHasToWait) {
  Session session = this->session();
  Queue queue;
  intptr_t fd = -1;
  ASSERT_EQ(hfhub_queue_get_fd(queue.get(), &fd, nullptr), HFHUB_OK);
  Op op = running(session);
  queue.add(op, 5);
  uint64_t tag = 99;
  EXPECT_EQ(hfhub_queue_next(queue.get(), 0, &tag, nullptr), HFHUB_PENDING);
  EXPECT_EQ(hfhub_queue_next(queue.get(), 50, &tag, nullptr), HFHUB_PENDING);
  EXPECT_EQ(tag, 0u);
  EXPECT_FALSE(readable(fd));
  op.cancel();
  EXPECT_TRUE(readable(fd, 2000));
  EXPECT_EQ(hfhub_queue_next(queue.get(), 0, &tag, nullptr), HFHUB_OK);
  EXPECT_EQ(tag, 5u);
  EXPECT_FALSE(readable(fd)) << "nothing is left to take";
  EXPECT_EQ(hfhub_queue_next(queue.get(), 0, &tag, nullptr), HFHUB_END);
}

TEST_F(Operation, SeveralThreadsEmptyAQueue) {
  Session session = this->session();
  Queue queue;
  std::vector<Op> ops;
  for (uint64_t i = 0; i < 40; ++i) {
    ops.push_back(session.call("repos.refs", R"({"repo_type":"model","repo_id":")" + repo_id() + R"("})"));
    queue.add(ops.back(), i);
  }
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      while (queue.next()) ++taken;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 40);
}

}  // namespace
}  // namespace hfhub::test
