#include "runtime/op.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace hfhub::runtime {
namespace {

bool readable(int fd, int timeout_ms = 0) {
  pollfd entry{fd, POLLIN, 0};
  return poll(&entry, 1, timeout_ms) == 1;
}

TEST(Op, CompletesOnceAndWakesEveryWaiter) {
  const auto op = std::make_shared<Op>(Cancel());
  EXPECT_FALSE(op->wait(0));
  EXPECT_FALSE(op->wait(1));
  std::thread a([&] { EXPECT_TRUE(op->wait(-1)); });
  std::thread b([&] { EXPECT_TRUE(op->wait(60'000)); });
  op->complete(OpResult{"first", nullptr});
  op->complete(OpResult{"second", nullptr});
  a.join();
  b.join();
  EXPECT_EQ(op->result()->path, "first");
}

TEST(Op, TheDescriptorIsReadableExactlyWhenComplete) {
  const auto early = std::make_shared<Op>(Cancel());
  const int fd = early->ready_fd().value();
  EXPECT_EQ(early->ready_fd().value(), fd);
  EXPECT_FALSE(readable(fd));
  early->complete(OpResult{});
  EXPECT_TRUE(readable(fd));
  const auto late = std::make_shared<Op>(Cancel());
  late->complete(OpResult{});
  EXPECT_TRUE(readable(late->ready_fd().value()));
}

TEST(Op, CallsReadyOnceBeforeOrAfterCompletion) {
  const auto op = std::make_shared<Op>(Cancel());
  int calls = 0;
  op->on_ready([&] { ++calls; });
  EXPECT_EQ(calls, 0);
  op->complete(Error::make(Code::kNetwork, "x"));
  EXPECT_EQ(calls, 1);
  op->on_ready([&] { ++calls; });
  EXPECT_EQ(calls, 2);
}

TEST(Queue, HandsOutEachTagOnceAndThenEnds) {
  const auto queue = Queue::make().value();
  uint64_t tag = 0;
  EXPECT_EQ(queue->next(-1, &tag), Queue::Next::kEmpty);
  const auto first = std::make_shared<Op>(Cancel());
  const auto second = std::make_shared<Op>(Cancel());
  queue->add(first, 11);
  queue->add(second, 22);
  EXPECT_EQ(queue->next(0, &tag), Queue::Next::kPending);
  EXPECT_EQ(queue->next(1, &tag), Queue::Next::kPending);
  EXPECT_FALSE(readable(queue->ready_fd()));
  second->complete(OpResult{});
  EXPECT_TRUE(readable(queue->ready_fd()));
  EXPECT_EQ(queue->next(-1, &tag), Queue::Next::kItem);
  EXPECT_EQ(tag, 22u);
  EXPECT_FALSE(readable(queue->ready_fd()));
  std::thread other([&] { first->complete(OpResult{}); });
  EXPECT_EQ(queue->next(-1, &tag), Queue::Next::kItem);
  EXPECT_EQ(tag, 11u);
  other.join();
  EXPECT_EQ(queue->next(-1, &tag), Queue::Next::kEmpty);
}

TEST(Queue, MayGoBeforeItsOperations) {
  auto queue = Queue::make().value();
  const auto op = std::make_shared<Op>(Cancel());
  queue->add(op, 1);
  queue.reset();
  op->complete(OpResult{});
}

}  // namespace
}  // namespace hfhub::runtime
