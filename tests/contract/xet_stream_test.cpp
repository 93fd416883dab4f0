// Xet streams through the C++ API, over the local Hub.
#include <atomic>
#include <map>

#include "support/xet_test.h"

namespace hfhub::test {
namespace {

constexpr uint64_t kUnknown = HFHUB_XET_UNKNOWN;

class XetStreams : public XetTest {
 protected:
  void SetUp() override {
    XetTest::SetUp();
    Session session = this->session();
    stored_ = upload(session, content_);
    forget_requests();
  }
  // Bytes by their place; a place twice is an error.
  static std::string read_all(XetStream& stream, uint64_t begin, uint64_t end, bool ordered) {
    std::map<uint64_t, std::string> pieces;
    uint64_t at = begin;
    while (const auto piece = stream.next()) {
      EXPECT_FALSE(piece->data.empty());
      if (ordered) {
        EXPECT_EQ(piece->offset, at);
      }
      at = piece->offset + piece->data.size();
      EXPECT_TRUE(pieces.emplace(piece->offset, piece->data).second) << piece->offset;
    }
    EXPECT_FALSE(stream.next()) << "the end stays the end";
    std::string out;
    for (const auto& [offset, data] : pieces) {
      EXPECT_EQ(offset, begin + out.size());
      out += data;
    }
    EXPECT_EQ(out.size(), end - begin);
    return out;
  }
  hfhub_status next(XetStream& stream, int64_t timeout_ms, size_t* size = nullptr) {
    const void* data = nullptr;
    size_t ignored = 0;
    return hfhub_xet_stream_next(stream.get(), timeout_ms, &data, size != nullptr ? size : &ignored, nullptr, nullptr);
  }
  // Reads until something else than a piece comes.
  hfhub_status read_to_the_end(XetStream& stream) {
    for (;;) {
      const hfhub_status status = next(stream, 20'000);
      if (status != HFHUB_OK) return status;
    }
  }

  const std::string content_ = new_bytes(5'000'000, 300);
  Stored stored_;
};

TEST_F(XetStreams, WholeOrderedOrNotWithSizeOrWithout) {
  Session session = this->session();
  for (const bool ordered : {true, false}) {
    for (const uint64_t size : {stored_.size, kUnknown}) {
      XetRange range;
      range.ordered = ordered;
      XetStream stream = session.xet_stream(access(), stored_.hash, size, range);
      EXPECT_TRUE(read_all(stream, 0, stored_.size, ordered) == content_);
      EXPECT_EQ(stream.progress().bytes_done, stored_.size);
    }
  }
}

TEST_F(XetStreams, Ranges) {
  Session session = this->session();
  const uint64_t end = stored_.size;
  const std::vector<std::pair<uint64_t, uint64_t>> ranges = {{0, 1},
                                                             {1, 2},
                                                             {0, end},
                                                             {end - 1, end},
                                                             {1'234'567, 2'345'678},
                                                             {131'072, 131'073},
                                                             {4'000'000, kUnknown},
                                                             {0, end + 100},
                                                             {end - 5, end * 2},
                                                             {0, 0},
                                                             {77, 77}};
  for (const auto& [from, to] : ranges) {
    for (const uint64_t size : {stored_.size, kUnknown}) {
      SCOPED_TRACE(std::to_string(from) + ".." + std::to_string(to) + (size == kUnknown ? ", size unknown" : ""));
      XetRange range;
      range.begin = from;
      range.end = to;
      XetStream stream = session.xet_stream(access(), stored_.hash, size, range);
      const uint64_t last = std::min(to, end);
      EXPECT_TRUE(read_all(stream, from, last, true) == content_.substr(from, last - from));
    }
  }
}

TEST_F(XetStreams, ARangeAsksForLittle) {
  Session session = this->session();
  XetRange range;
  range.begin = 2'000'000;
  range.end = 2'000'100;
  XetStream stream = session.xet_stream(access(), stored_.hash, stored_.size, range);
  EXPECT_EQ(request_count(), 0u) << "nothing is asked before the first next";
  EXPECT_TRUE(read_all(stream, 2'000'000, 2'000'100, true) == content_.substr(2'000'000, 100));
  EXPECT_LE(bytes_fetched(), 2 * 131'072u + 100);
}

TEST_F(XetStreams, Refusals) {
  Session session = this->session();
  const auto open = [&](const std::string& hash, uint64_t size, uint64_t begin, uint64_t end) {
    hfhub_xet_stream* stream = nullptr;
    const Refusal refusal = refusal_of([&](auto err) {
      return hfhub_xet_stream_open(session.get(), access().get(), hash.c_str(), size, begin, end, 1, &stream, err);
    });
    EXPECT_EQ(stream, nullptr);
    return refusal.status;
  };
  EXPECT_EQ(open(stored_.hash, stored_.size, 2, 1), HFHUB_E_ARGUMENT);
  EXPECT_EQ(open(stored_.hash, stored_.size, stored_.size + 1, stored_.size + 2), HFHUB_E_ARGUMENT);
  EXPECT_EQ(open(stored_.hash, stored_.size, stored_.size, stored_.size), HFHUB_E_ARGUMENT);
  EXPECT_EQ(open(std::string(64, '0'), kUnknown, 1, 2), HFHUB_E_ARGUMENT);
  EXPECT_EQ(open("xyz", 1, 0, 1), HFHUB_E_ARGUMENT);
  EXPECT_EQ(open("", 1, 0, 1), HFHUB_E_ARGUMENT);
  EXPECT_EQ(request_count(), 0u);
  XetStream unknown = session.xet_stream(access(), std::string(64, 'e'));
  EXPECT_LT(next(unknown, 10'000), 0);
  EXPECT_LT(next(unknown, 10'000), 0) << "an error stays";
}

TEST_F(XetStreams, TheEmptyFile) {
  Session session = this->session();
  for (const uint64_t size : {uint64_t{0}, kUnknown}) {
    XetStream stream = session.xet_stream(access(), std::string(64, '0'), size);
    EXPECT_FALSE(stream.next());
  }
}

TEST_F(XetStreams, ASlowReaderSlowsTheNetwork) {
  Session session(options().set("memory.budget", "16MiB"));
  const std::string large = new_bytes(60'000'000, 301);
  const Stored stored = upload(session, large);
  forget_requests();
  XetStream stream = session.xet_stream(access(), stored.hash, stored.size);
  size_t read = 0;
  ASSERT_EQ(next(stream, 10'000, &read), HFHUB_OK);
  uint64_t before = 0;
  ASSERT_TRUE(soon([&] {  // until nothing moves any more
    const uint64_t now = bytes_fetched();
    const bool still = now == before && now > 0;
    before = now;
    if (!still) std::this_thread::sleep_for(Milliseconds(200));
    return still;
  }));
  EXPECT_LE(bytes_fetched(), 24u << 20) << "bytes pile up although nobody reads";
  std::string rest(large.substr(0, read));
  while (const auto piece = stream.next()) rest += piece->data;
  EXPECT_TRUE(rest == large);
}

TEST_F(XetStreams, PendingWhenNothingComesInTime) {
  hub().fault(R"({"match":{"origin":"cas"},"times":0,"action":{"delay_ms":1500}})");
  Session session = this->session();
  XetStream stream = session.xet_stream(access(), stored_.hash, stored_.size);
  EXPECT_EQ(next(stream, 0), HFHUB_PENDING);
  EXPECT_EQ(next(stream, 50), HFHUB_PENDING);
  EXPECT_EQ(next(stream, -1), HFHUB_OK);
  EXPECT_EQ(read_to_the_end(stream), HFHUB_END);
}

TEST_F(XetStreams, Cancel) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":300000}})");
  Session session = this->session();
  {
    XetStream stream = session.xet_stream(access(), stored_.hash, stored_.size);
    ASSERT_EQ(next(stream, 10'000), HFHUB_OK);
    std::thread other([&] {
      std::this_thread::sleep_for(Milliseconds(100));
      stream.cancel();
    });
    EXPECT_EQ(read_to_the_end(stream), HFHUB_E_CANCELLED);
    other.join();
    EXPECT_EQ(next(stream, 0), HFHUB_E_CANCELLED) << "never a silent end";
  }
  {
    XetStream never_read = session.xet_stream(access(), stored_.hash, stored_.size);
    never_read.cancel();
    EXPECT_EQ(next(never_read, 1000), HFHUB_E_CANCELLED);
  }
  {
    XetStream let_go = session.xet_stream(access(), stored_.hash, stored_.size);
    ASSERT_EQ(next(let_go, 10'000), HFHUB_OK);  // and freed in the middle
  }
  XetStream by_session = session.xet_stream(access(), stored_.hash, stored_.size);
  ASSERT_EQ(next(by_session, 10'000), HFHUB_OK);
  session.cancel();
  EXPECT_EQ(read_to_the_end(by_session), HFHUB_E_CANCELLED);
}

TEST_F(XetStreams, AWholeFileHasBeenVerified) {
  Session session = this->session();
  for (const bool ordered : {true, false}) {
    for (const uint64_t size : {stored_.size, kUnknown}) {
      hub().clear_faults();
      hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"flip_byte":1500000}})");
      XetRange range;
      range.ordered = ordered;
      XetStream stream = session.xet_stream(access(), stored_.hash, size, range);
      const hfhub_status status = read_to_the_end(stream);
      EXPECT_LT(status, 0) << "the end was reported over a wrong byte";
      EXPECT_NE(status, HFHUB_E_CANCELLED);
    }
  }
  hub().clear_faults();
  XetStream stream = session.xet_stream(access(), stored_.hash, stored_.size);
  EXPECT_TRUE(read_all(stream, 0, stored_.size, true) == content_);
}

TEST_F(XetStreams, ADeclaredSizeThatIsWrong) {
  Session session = this->session();
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, stored_.size - 1, stored_.size + 1}) {
    hfhub_xet_stream* raw = nullptr;
    const hfhub_status opened =
        hfhub_xet_stream_open(session.get(), access().get(), stored_.hash.c_str(), size, 0, kUnknown, 1, &raw, nullptr);
    if (opened != HFHUB_OK) continue;  // refused at once
    XetStream stream(raw);
    const hfhub_status status = read_to_the_end(stream);
    EXPECT_LT(status, 0) << "size " << size;
  }
}

// Readers take memory for what they want before anybody knows where it is; who fetches it needs memory, too.
TEST_F(XetStreams, ThoseThatTakeAllMemoryGoOn) {
  Session session = this->session();
  hub().fault(R"({"match":{"origin":"cas","path":"/v*/reconstructions/*"},"times":0,"action":{"delay_ms":400}})");
  // Of 32 MiB the first take 2 MiB each, the last what is left of it.
  std::vector<XetStream> streams;
  std::vector<uint64_t> ends(40, content_.size());
  ends.resize(60, 50'000);
  for (const uint64_t end : ends) {
    XetRange range;
    range.end = end;
    streams.push_back(session.xet_stream(access(), stored_.hash, stored_.size, range));
    const void* data = nullptr;
    size_t size = 0;
    EXPECT_EQ(hfhub_xet_stream_next(streams.back().get(), 0, &data, &size, nullptr, nullptr), HFHUB_PENDING);
  }
  hub().clear_faults();
  std::atomic<size_t> right{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < streams.size(); ++i) {
    threads.emplace_back([&, i] {
      std::string read;
      const void* data = nullptr;
      size_t size = 0;
      while (hfhub_xet_stream_next(streams[i].get(), 30'000, &data, &size, nullptr, nullptr) == HFHUB_OK)
        read.append(static_cast<const char*>(data), size);
      right += read == content_.substr(0, ends[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, streams.size());
}

TEST_F(XetStreams, ManyAtOnce) {
  Session session = this->session();
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      XetRange range;
      range.begin = static_cast<uint64_t>(i) * 200'000;
      range.ordered = i % 2 == 0;
      XetStream stream = session.xet_stream(access(), stored_.hash, stored_.size, range);
      std::string out(content_.size() - range.begin, '\0');
      while (const auto piece = stream.next()) {
        piece->data.copy(out.data() + (piece->offset - range.begin), piece->data.size());
      }
      right += out == content_.substr(range.begin);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 12);
}

}  // namespace
}  // namespace hfhub::test
