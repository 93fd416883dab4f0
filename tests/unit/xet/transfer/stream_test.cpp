#include "xet/transfer/stream.h"

#include <gtest/gtest.h>

#include <thread>

#include "unit/xet/transfer/transfer_fixture.h"

namespace hfhub::xet {
namespace {

using test::MemoryCas;
using State = ReadStream::State;

class Stream : public TransferTest {
 protected:
  explicit Stream(uint64_t budget_bytes = 64u << 20) : TransferTest(budget_bytes) {}

  std::unique_ptr<ReadStream> open(const StreamRequest& request) {
    auto stream = open_stream(engine_, client_, request, cancel_);
    EXPECT_TRUE(stream.ok());
    return stream.ok() ? *std::move(stream) : nullptr;
  }
  StreamRequest whole(const Hash& file) const {
    StreamRequest out;
    out.hash = file;
    out.size = cas_->size(file);
    return out;
  }
  // Everything that comes, each byte at its place; `*in_order`: nothing came before its turn.
  Result<Bytes> read(ReadStream& stream, uint64_t begin, bool* in_order = nullptr) {
    Bytes out;
    uint64_t at = begin;
    for (;;) {
      HFHUB_TRY(const ReadStream::Next next, stream.next(-1));
      if (next.state == State::kEnd) return out;
      if (in_order != nullptr && next.piece.offset != at) *in_order = false;
      at = next.piece.offset + next.piece.data.size();
      if (out.size() < at - begin) out.resize(at - begin);
      std::copy(next.piece.data.begin(), next.piece.data.end(),
                out.begin() + static_cast<ptrdiff_t>(next.piece.offset - begin));
    }
  }
  Bytes slice(const Hash& file, uint64_t begin, uint64_t end) const {
    const Bytes all = cas_->content(file);
    return Bytes(all.begin() + static_cast<ptrdiff_t>(begin), all.begin() + static_cast<ptrdiff_t>(end));
  }
};

TEST_F(Stream, AWholeFileInOrder) {
  const Hash file = file_of(13'000'000, 1);
  const auto stream = open(whole(file));
  EXPECT_EQ(cas_->requests().size(), 0u);
  bool in_order = true;
  const auto bytes = read(*stream, 0, &in_order);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  EXPECT_TRUE(*bytes == cas_->content(file));
  EXPECT_TRUE(in_order);
  EXPECT_EQ(stream->progress().bytes_done, 13'000'000u);
  EXPECT_EQ(stream->progress().state, runtime::ItemState::kDone);
  EXPECT_EQ(stream->next(0)->state, State::kEnd);
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(Stream, AWholeFileAsItComes) {
  const Hash file = file_of(13'000'000, 2);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    out.delay_ms = request.count % 4;
    return out;
  };
  StreamRequest request = whole(file);
  request.ordered = false;
  const auto bytes = read(*open(request), 0);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  EXPECT_TRUE(*bytes == cas_->content(file));
}

TEST_F(Stream, AFileOfUnknownSize) {
  for (const size_t size : {1u, 100'000u, 9'000'000u, 2u * (4u << 20)}) {
    const Hash file = file_of(size, 3);
    StreamRequest request;
    request.hash = file;
    const auto bytes = read(*open(request), 0);
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    EXPECT_TRUE(*bytes == cas_->content(file)) << size;
  }
  const uint64_t before = cas_->count("GET /v2/");
  StreamRequest small;
  small.hash = file_of(100'000, 4);
  ASSERT_TRUE(read(*open(small), 0).ok());
  EXPECT_EQ(cas_->count("GET /v2/") - before, 1u);
}

TEST_F(Stream, Ranges) {
  const Hash file = file_of(9'500'000, 5);
  const std::pair<uint64_t, uint64_t> ranges[] = {{0, 1},
                                                  {5, 5},
                                                  {1, 9'500'000},
                                                  {4'194'303, 4'194'305},
                                                  {70'000, 70'001},
                                                  {3'000'000, 8'999'999},
                                                  {9'499'999, 9'500'000}};
  for (const auto& [begin, end] : ranges) {
    for (const bool ordered : {true, false}) {
      for (const bool known : {true, false}) {
        StreamRequest request = whole(file);
        if (!known) request.size.reset();
        request.begin = begin;
        request.end = end;
        request.ordered = ordered;
        const auto bytes = read(*open(request), begin);
        ASSERT_TRUE(bytes.ok()) << bytes.error().message;
        EXPECT_TRUE(*bytes == slice(file, begin, end)) << begin << " to " << end;
      }
    }
  }
  StreamRequest beyond = whole(file);
  beyond.begin = 9'400'000;
  beyond.end = 20'000'000;
  EXPECT_TRUE(read(*open(beyond), beyond.begin).value() == slice(file, 9'400'000, 9'500'000));
  beyond.size.reset();
  EXPECT_TRUE(read(*open(beyond), beyond.begin).value() == slice(file, 9'400'000, 9'500'000));
}

TEST_F(Stream, RangesThatCannotBe) {
  StreamRequest request = whole(file_of(1'000, 6));
  request.begin = 5;
  request.end = 4;
  EXPECT_EQ(open_stream(engine_, client_, request, cancel_).error().code, Code::kArgument);
  request.begin = 1'000;
  request.end.reset();
  EXPECT_EQ(open_stream(engine_, client_, request, cancel_).error().code, Code::kArgument);
  EXPECT_TRUE(cas_->requests().empty());
}

TEST_F(Stream, AnEmptyFile) {
  StreamRequest request;
  request.size = 0;
  EXPECT_EQ(open(request)->next(-1)->state, State::kEnd);
  request.hash.bytes[0] = 1;
  EXPECT_EQ(open(request)->next(-1).error().code, Code::kIntegrity);
}

TEST_F(Stream, NothingIsReadFurtherAheadThanTheWindow) {
  const Hash file = file_of(60'000'000, 7);
  const auto stream = open(whole(file));
  ASSERT_TRUE(stream->next(-1).ok());
  uint64_t ahead = 0;
  for (int calm = 0; calm < 20; calm = cas_->data_bytes() == ahead ? calm + 1 : 0) {
    ahead = cas_->data_bytes();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_LT(ahead, 40'000'000u);
  EXPECT_LE(budget_->used_bytes(), budget_->total_bytes() / 2 + (4u << 20));
}

TEST_F(Stream, FlippedContentEndsInAnError) {
  const Hash file = file_of(6'000'000, 8);
  cas_->spoil = [](const MemoryCas::DataRequest&) {
    MemoryCas::Spoil out;
    out.flip = 3'000'000;
    return out;
  };
  for (const bool ordered : {true, false}) {
    StreamRequest request = whole(file);
    request.ordered = ordered;
    const auto stream = open(request);
    EXPECT_EQ(read(*stream, 0).error().code, Code::kIntegrity);
    EXPECT_EQ(stream->next(0).error().code, Code::kIntegrity);
    EXPECT_EQ(stream->progress().state, runtime::ItemState::kFailed);
  }
}

TEST_F(Stream, ASizeThatIsWrong) {
  StreamRequest request = whole(file_of(1'000'000, 9));
  *request.size -= 1;
  EXPECT_EQ(read(*open(request), 0).error().code, Code::kIntegrity);
  *request.size += 2;
  EXPECT_EQ(read(*open(request), 0).error().code, Code::kIntegrity);
}

TEST_F(Stream, CancelledFromElsewhere) {
  const Hash file = file_of(6'000'000, 10);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.begin > 1'000'000) out.stall_after = 0;
    return out;
  };
  const auto stream = open(whole(file));
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stream->cancel();
  });
  EXPECT_EQ(read(*stream, 0).error().code, Code::kCancelled);
  canceller.join();
  EXPECT_EQ(stream->next(-1).error().code, Code::kCancelled);
}

TEST_F(Stream, NextHasATimeout) {
  const Hash file = file_of(1'000'000, 11);
  cas_->spoil = [](const MemoryCas::DataRequest&) {
    MemoryCas::Spoil out;
    out.stall_after = 0;
    return out;
  };
  auto stream = open(whole(file));
  EXPECT_EQ(stream->next(0)->state, State::kPending);
  EXPECT_EQ(stream->next(60)->state, State::kPending);
  const SteadyTime start = steady_now();
  stream = nullptr;
  EXPECT_LT(ms_since(start), 1'000);
}

class SmallStream : public Stream {
 protected:
  SmallStream() : Stream(16u << 20) {
    cas_->window_budget = budget_;
    cas_->window_bytes = 192 * 1024;
  }
};

TEST_F(SmallStream, SeveralAtATime) {
  std::vector<Hash> files;
  std::vector<std::unique_ptr<ReadStream>> streams;
  std::vector<uint64_t> at(6, 0);
  for (uint32_t i = 0; i < 6; ++i) {
    files.push_back(file_of(5'000'000, 20 + i));
    streams.push_back(open(whole(files[i])));
  }
  for (size_t open_streams = files.size(); open_streams > 0;) {
    for (size_t i = 0; i < files.size(); ++i) {
      if (at[i] == UINT64_MAX) continue;
      const auto next = streams[i]->next(-1);
      ASSERT_TRUE(next.ok()) << next.error().message;
      if (next->state == State::kEnd) {
        EXPECT_EQ(at[i], 5'000'000u);
        at[i] = UINT64_MAX;
        --open_streams;
        continue;
      }
      EXPECT_EQ(next->piece.offset, at[i]);
      at[i] += next->piece.data.size();
    }
  }
  EXPECT_LE(budget_->peak_bytes(), 16u << 20);
}

}  // namespace
}  // namespace hfhub::xet
