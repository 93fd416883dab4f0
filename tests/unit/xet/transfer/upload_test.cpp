#include <fstream>
#include <thread>

#include "transfer_fixture.h"
#include "xet/transfer/upload_commit.h"

namespace hfhub::xet {
namespace {

class UploadTest : public TransferTest {
 protected:
  UploadTest() : TransferTest(64u << 20) {}

  std::shared_ptr<UploadCommit> commit() { return commit_on(engine_); }
  std::shared_ptr<UploadCommit> commit_on(const std::shared_ptr<Engine>& engine) {
    return UploadCommit::make(engine, client_, std::make_shared<runtime::Progress>(), cancel_);
  }
  // An engine that has forgotten everything but what is on disk: the next process.
  std::shared_ptr<Engine> next_engine() {
    runtime::Config config;
    EXPECT_TRUE(config.set("cache.xet_dir", scratch_ / "xet").ok());
    return std::make_shared<Engine>(config, cas_, budget_, std::make_shared<runtime::Log>());
  }
  std::string file(const std::string& name, ByteView data) {
    const std::string path = scratch_ / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
    return path;
  }
  UploadedItem item(UploadCommit& commit, size_t index) {
    const auto found = commit.item(index);
    EXPECT_TRUE(found && found->ok()) << (found ? found->error().message : "pending");
    return found && found->ok() ? **found : UploadedItem();
  }

  runtime::Cancel cancel_;
};

Hash hash_of(ByteView data) {
  MerkleBuilder tree;
  for (const Bytes& chunk : chunked(data)) tree.add(chunk_hash(chunk), chunk.size());
  return tree.file_root();
}

TEST_F(UploadTest, WhatGoesUpComesDown) {
  const Bytes large = random_bytes(9'000'000, 1), small = random_bytes(11, 2), empty;
  const Bytes zeros(3'000'000);
  auto up = commit();
  const Bytes* const all[] = {&large, &small, &empty, &zeros};
  for (size_t i = 0; i < 4; ++i) {
    const auto index = up->add_path(file("f" + std::to_string(i), *all[i]), "", {});
    ASSERT_TRUE(index.ok()) << index.error().message;
    EXPECT_EQ(*index, i);
  }
  const auto report = up->finish();
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->dedup.bytes, large.size() + small.size() + zeros.size());
  EXPECT_LT(report->dedup.new_bytes, large.size() + small.size() + 250'000);  // zeros are one chunk, again and again
  for (size_t i = 0; i < 4; ++i) {
    const UploadedItem got = item(*up, i);
    EXPECT_EQ(got.hash, hash_of(*all[i]));
    EXPECT_EQ(got.size, all[i]->size());
    EXPECT_EQ(got.sha256->text(), digest::sha256_hex(*all[i]));
    if (!all[i]->empty()) {
      EXPECT_EQ(cas_->content(got.hash), *all[i]);
    }
  }
}

TEST_F(UploadTest, BytesAndStreamsOfAnyPieces) {
  const Bytes data = random_bytes(3'000'001, 3);
  auto up = commit();
  ASSERT_TRUE(up->add_bytes("bytes", data, {}).ok());
  auto stream = up->add_stream("stream", {ShaWish::Kind::kSkip, {}});
  ASSERT_TRUE(stream.ok());
  std::mt19937 random(4);
  for (size_t at = 0; at < data.size();) {
    const size_t size = std::min<size_t>(data.size() - at, random() % 3 == 0 ? random() % 700'000 : random() % 3000);
    ASSERT_TRUE((*stream)->write(ByteView(data).subspan(at, size)).ok());
    at += size;
  }
  const auto last = (*stream)->finish();
  ASSERT_TRUE(last.ok()) << last.error().message;
  EXPECT_FALSE((*stream)->write(data).ok());
  ASSERT_TRUE(up->finish().ok());
  EXPECT_EQ(last->hash, item(*up, 0).hash);  // cut in parallel, and fused with the SHA-256: the same chunks
  EXPECT_FALSE(last->sha256);
  EXPECT_EQ(last->hash, hash_of(data));
  EXPECT_EQ(cas_->content(last->hash), data);
}

TEST_F(UploadTest, ASecondUploadSendsNothing) {
  const Bytes data = random_bytes(5'000'000, 5);
  const std::string path = file("data", data);
  auto first = commit();
  ASSERT_TRUE(first->add_path(path, "", {}).ok());
  ASSERT_TRUE(first->finish().ok());
  auto second = commit_on(next_engine());
  ASSERT_TRUE(second->add_path(path, "", {}).ok());
  const auto report = second->finish();
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->xorbs, 0u);
  EXPECT_EQ(report->dedup.new_bytes, 0u);
  EXPECT_EQ(report->dedup.bytes, data.size());
}

TEST_F(UploadTest, AnEditSendsItsChunksOnly) {
  Bytes data = random_bytes(5'000'000, 6);
  auto first = commit();
  ASSERT_TRUE(first->add_bytes("a", data, {}).ok());
  ASSERT_TRUE(first->finish().ok());
  data[2'500'000] ^= 1;
  auto second = commit();
  ASSERT_TRUE(second->add_bytes("b", data, {}).ok());
  const auto report = second->finish();
  ASSERT_TRUE(report.ok());
  EXPECT_LE(report->dedup.new_bytes, 3 * kMaxChunkBytes);
  EXPECT_EQ(cas_->content(item(*second, 0).hash), data);
}

// What a process that was killed had sent is not sent again, and what it had read to the end is not read again.
TEST_F(UploadTest, GoesOnWhereAnotherBrokeOff) {
  const Bytes a = random_bytes(6'000'000, 7), b = random_bytes(6'000'000, 8);
  const std::string path_a = file("a", a), path_b = file("b", b);
  {
    auto up = commit();
    ASSERT_TRUE(up->add_path(path_a, "", {}).ok());
    while (!up->item(0)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_TRUE(up->add_path(path_b, "", {}).ok());
    // Until the first xorb, which holds all of a's beginning, is there; the rest is lost.
    while (up->report().xorbs == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    up->abort();
    EXPECT_EQ(up->finish().error().code, Code::kCancelled);
  }
  auto again = commit_on(next_engine());
  ASSERT_TRUE(again->add_path(path_a, "", {}).ok());
  ASSERT_TRUE(again->add_path(path_b, "", {}).ok());
  const auto report = again->finish();
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_LT(report->xorb_bytes, a.size() + b.size() - 3'000'000);
  EXPECT_EQ(cas_->content(item(*again, 0).hash), a);
  EXPECT_EQ(cas_->content(item(*again, 1).hash), b);
  EXPECT_EQ(item(*again, 0).sha256->text(), digest::sha256_hex(a));
}

TEST_F(UploadTest, AFinishedFileOfABrokenRunIsNotReadAgain) {
  const Bytes a = random_bytes(200'000, 9);
  const std::string path = file("a", a);
  {
    auto up = commit();
    ASSERT_TRUE(up->add_path(path, "", {}).ok());
    ASSERT_TRUE(up->add_path(scratch_ / "missing", "", {}).error().code == Code::kIo);
    auto broken = up->add_stream("broken", {});
    ASSERT_TRUE(broken.ok());
    // Another file's data ends the xorb that holds the first one.
    ASSERT_TRUE((*broken)->write(random_bytes(9'000'000, 10)).ok());
    while (up->report().xorbs == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    (*broken)->give_up(Error::make(Code::kIo, "no more"));
    EXPECT_EQ(up->finish().error().message, "no more");
  }
  auto again = commit_on(next_engine());
  ASSERT_TRUE(again->add_path(path, "", {}).ok());
  ASSERT_TRUE(again->finish().ok());
  EXPECT_TRUE(item(*again, 0).reused);
  EXPECT_EQ(item(*again, 0).hash, hash_of(a));
  EXPECT_EQ(cas_->content(hash_of(a)), a);

  std::ofstream(path, std::ios::app) << "more";
  auto changed = commit_on(next_engine());
  ASSERT_TRUE(changed->add_path(path, "", {}).ok());
  ASSERT_TRUE(changed->finish().ok());
  EXPECT_FALSE(item(*changed, 0).reused);
  EXPECT_EQ(item(*changed, 0).size, a.size() + 4);
}

TEST_F(UploadTest, NothingIsRegisteredWhenAnItemFails) {
  auto up = commit();
  const Bytes data = random_bytes(100'000, 11);
  ASSERT_TRUE(up->add_bytes("good", data, {}).ok());
  { const auto stream = up->add_stream("dropped", {}); }
  const auto report = up->finish();
  ASSERT_FALSE(report.ok());
  EXPECT_FALSE(cas_->has_file(hash_of(data)));
  EXPECT_EQ(cas_->count("POST /v2/shards") + cas_->count("POST /v1/shards"), 0u);
  EXPECT_EQ(up->finish().error().message, report.error().message);
  EXPECT_EQ(up->add_bytes("late", data, {}).error().code, Code::kState);
}

TEST_F(UploadTest, TwoThousandSmallFilesShareXorbs) {
  auto up = commit();
  const Bytes all = random_bytes(2'000 * 1'500, 12);
  for (size_t i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(up->add_path(file("s" + std::to_string(i), ByteView(all).subspan(i * 1'500, 1'500)), "", {}).ok());
  }
  const auto report = up->finish();
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_LE(report->xorbs, 2u);
  for (const size_t i : {0u, 999u, 1'999u}) {
    const ByteView expected = ByteView(all).subspan(i * 1'500, 1'500);
    EXPECT_EQ(cas_->content(item(*up, i).hash), Bytes(expected.begin(), expected.end()));
  }
}

// A commit that nobody goes on with holds the memory that others wait for: its xorb goes out half full.
TEST_F(UploadTest, AnIdleCommitDoesNotHoldUpOthers) {
  const std::vector<Bytes> contents = {random_bytes(2'000'000, 20), random_bytes(20'000'000, 21)};
  std::vector<std::shared_ptr<UploadCommit>> idle;
  for (int i = 0; i < 12; ++i) {  // each has an open xorb of 4 MiB; half of the budget is 32 MiB
    idle.push_back(commit());
    ASSERT_TRUE(idle.back()->add_bytes("x", random_bytes(2'000'000, 100 + static_cast<uint32_t>(i)), {}).ok());
  }
  auto busy = commit();
  ASSERT_TRUE(busy->add_bytes("y", contents[1], {}).ok());
  ASSERT_TRUE(busy->finish().ok());
  for (const auto& one : idle) EXPECT_TRUE(one->finish().ok());
}

TEST_F(UploadTest, ManyThreadsOneCommit) {
  auto up = commit();
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0; i < 5; ++i) {
        EXPECT_TRUE(up->add_bytes("b", random_bytes(300'000, 1000 + t * 5 + i), {}).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(up->finish().ok());
  EXPECT_EQ(up->item_count(), 40u);
  for (size_t i = 0; i < 40; ++i) EXPECT_EQ(cas_->content(item(*up, i).hash).size(), 300'000u);
}

TEST_F(UploadTest, CancelledInTheMiddleTheEngineGoesOn) {
  runtime::Cancel cancel;
  auto up = UploadCommit::make(engine_, client_, std::make_shared<runtime::Progress>(), cancel);
  ASSERT_TRUE(up->add_path(file("big", random_bytes(20'000'000, 30)), "", {}).ok());
  cancel.request();
  EXPECT_EQ(up->finish().error().code, Code::kCancelled);
  auto next = commit();
  ASSERT_TRUE(next->add_bytes("ok", random_bytes(1'000'000, 31), {}).ok());
  EXPECT_TRUE(next->finish().ok());
  up.reset();
  next.reset();
  for (int i = 0; i < 100 && budget_->used_bytes() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

}  // namespace
}  // namespace hfhub::xet
