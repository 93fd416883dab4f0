#include "net/exchange.h"

#include <gtest/gtest.h>

#include <thread>

namespace hfhub::net {
namespace {

using runtime::Cancel;

ExchangePlan stream_plan(uint64_t half_window) {
  ExchangePlan plan;
  plan.stream = true;
  plan.half_window_bytes = half_window;
  return plan;
}

Error broken() { return Error::make(Code::kNetwork, "broken").with_retry(); }

TEST(Exchange, BytesComeOutInOrderAndThenTheEnd) {
  Exchange exchange(stream_plan(8), "", {});
  const Cancel cancel;
  bool resume = false;
  exchange.publish_head({200, {}, {}});
  EXPECT_TRUE(exchange.wait_head(cancel).ok());
  EXPECT_EQ(exchange.deliver(as_bytes("abc")), Exchange::Deliver::kTaken);
  EXPECT_EQ(exchange.deliver(as_bytes("def")), Exchange::Deliver::kTaken);
  EXPECT_EQ(as_text(*exchange.take(cancel, &resume)), "abcdef");
  EXPECT_EQ(exchange.deliver(as_bytes("g")), Exchange::Deliver::kTaken);
  exchange.finish(std::nullopt, "");
  EXPECT_EQ(as_text(*exchange.take(cancel, &resume)), "g");
  EXPECT_TRUE(exchange.take(cancel, &resume)->empty());
  EXPECT_TRUE(exchange.take(cancel, &resume)->empty());
  EXPECT_EQ(exchange.received_bytes(), 7u);
}

TEST(Exchange, AFullWindowPausesUntilTheReaderComes) {
  Exchange exchange(stream_plan(8), "", {});
  const Cancel cancel;
  bool resume = false;
  EXPECT_EQ(exchange.deliver(as_bytes("12345678")), Exchange::Deliver::kTaken);
  EXPECT_FALSE(exchange.paused());
  EXPECT_EQ(exchange.deliver(as_bytes("9")), Exchange::Deliver::kNoRoom);
  EXPECT_TRUE(exchange.paused());
  const auto first = exchange.take(cancel, &resume);
  EXPECT_TRUE(resume);
  EXPECT_FALSE(exchange.paused());
  EXPECT_EQ(exchange.deliver(as_bytes("9")), Exchange::Deliver::kTaken);
  EXPECT_EQ(as_text(*first), "12345678") << "a view lives until the next call";
  EXPECT_EQ(as_text(*exchange.take(cancel, &resume)), "9");
  EXPECT_FALSE(resume);
}

// While the reader sleeps, both halves of the window are the network's: it is never paused for a reader that is there.
TEST(Exchange, AWaitingReaderIsHandedAFullHalf) {
  Exchange exchange(stream_plan(4), "", {});
  const Cancel cancel;
  std::string got;
  std::thread reader([&] {
    bool resume = false;
    for (auto bytes = exchange.take(cancel, &resume); bytes.ok() && !bytes->empty();
         bytes = exchange.take(cancel, &resume)) {
      got += as_text(*bytes);
    }
  });
  std::string sent;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(3, static_cast<char>('a' + i % 26));
    while (exchange.deliver(as_bytes(piece)) != Exchange::Deliver::kTaken) std::this_thread::yield();
    sent += piece;
    if (i % 7 == 0) exchange.announce();
  }
  exchange.finish(std::nullopt, "");
  reader.join();
  EXPECT_EQ(got, sent);
}

TEST(Exchange, APieceLargerThanTheWindowStillPasses) {
  Exchange exchange(stream_plan(4), "", {});
  const Cancel cancel;
  bool resume = false;
  EXPECT_EQ(exchange.deliver(as_bytes("0123456789")), Exchange::Deliver::kTaken);
  EXPECT_EQ(as_text(*exchange.take(cancel, &resume)), "0123456789");
}

TEST(Exchange, BytesBeforeAnErrorAreNotLost) {
  Exchange exchange(stream_plan(8), "", {});
  const Cancel cancel;
  bool resume = false;
  exchange.deliver(as_bytes("ab"));
  exchange.finish(broken(), "");
  EXPECT_EQ(as_text(*exchange.take(cancel, &resume)), "ab");
  const auto end = exchange.take(cancel, &resume);
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code, Code::kNetwork);
  EXPECT_TRUE(end.error().retriable);
}

TEST(Exchange, AnEndWithoutAnswerIsAnError) {
  Exchange failed(stream_plan(8), "", {});
  failed.finish(broken(), "");
  EXPECT_EQ(failed.wait_head(Cancel()).error().code, Code::kNetwork);
  Exchange silent(stream_plan(8), "", {});
  silent.finish(std::nullopt, "");
  EXPECT_EQ(silent.wait_head(Cancel()).error().code, Code::kInternal);
}

TEST(Exchange, OnlyTheFirstEndCounts) {
  Exchange exchange({}, "", {});
  exchange.finish(std::nullopt, "body");
  exchange.finish(broken(), "other");
  EXPECT_TRUE(exchange.wait_end(Cancel()).ok());
  EXPECT_FALSE(exchange.failure());
  EXPECT_EQ(exchange.take_collected(), "body");
}

TEST(Exchange, ALostOneIsAnErrorToo) {
  for (const auto& [loss, code] : {std::pair(Loss::kClosed, Code::kCancelled), {Loss::kNoMemory, Code::kNoMemory}}) {
    Exchange exchange(stream_plan(8), "", {});
    exchange.lose(loss);
    exchange.finish(broken(), "");
    bool resume = false;
    EXPECT_EQ(exchange.take(Cancel(), &resume).error().code, code);
    EXPECT_EQ(exchange.wait_head(Cancel()).error().code, code);
    EXPECT_EQ(exchange.failure()->code, code);
  }
}

TEST(Exchange, CancelWakesEveryWait) {
  for (const bool by_signal : {false, true}) {
    Exchange exchange(stream_plan(8), "", {});
    const Cancel cancel;
    const auto guard = cancel.on_request([&] { exchange.wake(); });
    std::thread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      if (by_signal) cancel.request_from_signal();
      else cancel.request();
    });
    const SteadyTime start = steady_now();
    bool resume = false;
    EXPECT_EQ(exchange.take(cancel, &resume).error().code, Code::kCancelled);
    EXPECT_LT(ms_since(start), 1000);
    EXPECT_EQ(exchange.wait_head(cancel).error().code, Code::kCancelled);
    EXPECT_EQ(exchange.wait_end(cancel).error().code, Code::kCancelled);
    later.join();
  }
}

TEST(Exchange, AnAbandonedOneTouchesNobodysMemory) {
  std::string body = "request body";
  Exchange exchange(stream_plan(8), body, {});
  char out[32];
  EXPECT_EQ(exchange.copy_body(8, out, sizeof out), 4u);
  EXPECT_EQ(std::string_view(out, 4), "body");
  EXPECT_EQ(exchange.copy_body(100, out, sizeof out), 0u);
  EXPECT_FALSE(exchange.abandon());
  EXPECT_FALSE(exchange.copy_body(0, out, sizeof out));
  EXPECT_EQ(exchange.deliver(as_bytes("x")), Exchange::Deliver::kAbandoned);
  exchange.finish(std::nullopt, "");
  EXPECT_TRUE(exchange.abandon());
}

TEST(Exchange, AStreamedAnswerOutlivesItsRequest) {
  char out[32];
  for (const size_t sent : {0u, 5u, 12u}) {
    auto body = std::make_unique<std::string>("request body");
    Exchange exchange(stream_plan(8), *body, {});
    if (sent > 0) exchange.copy_body(0, out, sent);
    exchange.keep_body();
    body.reset();
    const auto rest = exchange.copy_body(sent, out, sizeof out);
    ASSERT_TRUE(rest);
    EXPECT_EQ(std::string(out, *rest), std::string("request body").substr(sent));
  }
}

// ---- a body that is read while it is sent ----

class Letters final : public BodySource {
 public:
  explicit Letters(uint64_t size) : size_(size) {}
  uint64_t size() const override { return size_; }
  Done read(uint64_t offset, std::span<uint8_t> out) override {
    reads.push_back(offset);
    if (fails_at == offset) return broken();
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>('a' + (offset + i) % 26);
    return {};
  }
  std::string text(uint64_t begin, uint64_t end) const {
    std::string out;
    for (uint64_t at = begin; at < end; ++at) out += static_cast<char>('a' + at % 26);
    return out;
  }
  std::vector<uint64_t> reads;
  uint64_t fails_at = UINT64_MAX;

 private:
  uint64_t size_;
};

ExchangePlan source_plan(uint64_t half) {
  ExchangePlan plan;
  plan.method = Method::kPut;
  plan.send_half_bytes = half;
  return plan;
}

std::string copied(Exchange& exchange, uint64_t offset, size_t size) {
  std::string out(size, '\0');
  out.resize(exchange.copy_body(offset, out.data(), size).value_or(0));
  return out;
}

TEST(Exchange, ASourceIsReadAsFarAheadAsTheWindowGoes) {
  Letters letters(10);
  Exchange exchange(source_plan(4), "", {}, &letters);
  const Cancel cancel;
  bool resume = false;
  EXPECT_EQ(exchange.body_size, 10u);
  EXPECT_TRUE(*exchange.feed(cancel, &resume));
  EXPECT_TRUE(*exchange.feed(cancel, &resume));
  EXPECT_FALSE(resume) << "nobody waited";
  EXPECT_EQ(letters.reads, (std::vector<uint64_t>{0, 4}));
  EXPECT_EQ(copied(exchange, 0, 3), "abc");
  EXPECT_EQ(copied(exchange, 3, 100), "d") << "up to the half's end";
  EXPECT_TRUE(*exchange.feed(cancel, &resume)) << "the first half is free again";
  EXPECT_EQ(letters.reads.back(), 8u);
  EXPECT_EQ(copied(exchange, 4, 100), "efgh");
  EXPECT_EQ(copied(exchange, 8, 100), "ij");
  EXPECT_EQ(copied(exchange, 10, 100), "");
  EXPECT_FALSE(exchange.starved()) << "that was the end";
  exchange.finish(std::nullopt, "");
  EXPECT_FALSE(*exchange.feed(cancel, &resume));
}

TEST(Exchange, ATransferThatFindsNothingIsResumedWhenBytesAreThere) {
  Letters letters(8);
  Exchange exchange(source_plan(4), "", {}, &letters);
  const Cancel cancel;
  bool resume = false;
  EXPECT_EQ(copied(exchange, 0, 9), "");
  EXPECT_TRUE(exchange.starved());
  EXPECT_TRUE(*exchange.feed(cancel, &resume));
  EXPECT_TRUE(resume);
  EXPECT_FALSE(exchange.starved());
  EXPECT_EQ(copied(exchange, 0, 9), "abcd");
}

// libcurl sends a body again when a kept connection turns out to be dead.
TEST(Exchange, ASourceIsReadAgainWhenTheBodyBeginsAgain) {
  Letters letters(12);
  Exchange exchange(source_plan(4), "", {}, &letters);
  const Cancel cancel;
  bool resume = false;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(*exchange.feed(cancel, &resume));
  EXPECT_EQ(copied(exchange, 0, 4), "abcd");
  EXPECT_TRUE(*exchange.feed(cancel, &resume));  // 8..12 in place of 0..4
  EXPECT_EQ(copied(exchange, 4, 2), "ef");
  EXPECT_EQ(copied(exchange, 0, 4), "") << "gone";
  EXPECT_TRUE(exchange.starved());
  EXPECT_TRUE(*exchange.feed(cancel, &resume));
  EXPECT_TRUE(resume);
  EXPECT_EQ(copied(exchange, 0, 4), "abcd");
  std::string rest;
  while (rest.size() < 8) {
    std::string more = copied(exchange, 4 + rest.size(), 3);
    if (more.empty()) {
      EXPECT_TRUE(*exchange.feed(cancel, &resume));
    }
    rest += more;
  }
  EXPECT_EQ(rest, letters.text(4, 12));
}

TEST(Exchange, ASourceThatFailsEndsTheFeeding) {
  Letters letters(8);
  letters.fails_at = 4;
  Exchange exchange(source_plan(4), "", {}, &letters);
  const Cancel cancel;
  bool resume = false;
  EXPECT_TRUE(exchange.feed(cancel, &resume).ok());
  EXPECT_EQ(exchange.feed(cancel, &resume).error().message, "broken");
}

TEST(Exchange, FeedingEndsWithTheExchangeAndHearsCancellation) {
  Letters letters(100);
  Exchange exchange(source_plan(4), "", {}, &letters);
  const Cancel cancel;
  std::thread feeder([&] {
    bool resume = false;
    for (;;) {
      const auto more = exchange.feed(cancel, &resume);
      EXPECT_TRUE(more.ok());
      if (!more.ok() || !*more) return;
    }
  });
  std::string sent;
  while (sent.size() < 50) sent += copied(exchange, sent.size(), 7);
  EXPECT_EQ(sent, letters.text(0, sent.size()));
  exchange.finish(broken(), "");  // an answer in the middle of the body
  feeder.join();

  Exchange other(source_plan(100), "", {}, &letters);
  bool resume = false;
  EXPECT_TRUE(*other.feed(cancel, &resume));
  cancel.request();
  EXPECT_EQ(other.feed(cancel, &resume).error().code, Code::kCancelled);
}

TEST(Exchange, AnEmptySourceIsNeverRead) {
  Letters letters(0);
  Exchange exchange(source_plan(4), "", {}, &letters);
  EXPECT_EQ(copied(exchange, 0, 9), "");
  EXPECT_FALSE(exchange.starved());
  exchange.finish(std::nullopt, "");
  bool resume = false;
  EXPECT_FALSE(*exchange.feed(Cancel(), &resume));
  EXPECT_TRUE(letters.reads.empty());
}

}  // namespace
}  // namespace hfhub::net
