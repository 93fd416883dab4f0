#include "xet/transfer/download.h"

#include <gtest/gtest.h>

#include <thread>

#include "unit/xet/transfer/transfer_fixture.h"

namespace hfhub::xet {
namespace {

using test::MemoryCas;

class Download : public TransferTest {};

TEST_F(Download, OneFile) {
  const Hash file = file_of(3'000'000, 1);
  expect_downloaded(file);
  EXPECT_EQ(cas_->count("GET /v2/reconstructions/"), 1u);
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(Download, FilesOfFewBytes) {
  for (const size_t size : {1u, 11u, 8192u, 131'072u, 131'073u}) expect_downloaded(file_of(size, 7));
}

TEST_F(Download, AnEmptyFileNeedsNoRequest) {
  FileJob empty = job(Hash(), 0);
  ASSERT_TRUE(result_of(std::move(empty)).ok());
  EXPECT_EQ(published_, 1);
  EXPECT_TRUE(cas_->requests().empty());
  Hash other;
  other.bytes[3] = 1;
  EXPECT_EQ(result_of(job(other, 0)).error().code, Code::kIntegrity);
}

TEST_F(Download, WhatFilesShareIsFetchedOnce) {
  const std::vector<Bytes> chunks = chunked(random_bytes(4'000'000, 2));
  const Hash xorb = cas_->add_xorb(chunks);
  const auto count = static_cast<uint32_t>(chunks.size());
  ASSERT_GT(count, 20u);
  std::vector<Hash> files = {
      cas_->add_file({{xorb, 0, 0, count}}),
      cas_->add_file({{xorb, 0, 5, 15}, {xorb, 0, 5, 15}, {xorb, 0, 0, 3}}),
      cas_->add_file({{xorb, 0, 10, count}, {xorb, 0, 2, 4}}),
      cas_->add_file(std::vector<Term>(300, Term{xorb, 0, 7, 8})),
  };
  std::vector<FileJob> jobs;
  for (const Hash& file : files) jobs.push_back(job(file));
  uint64_t wire = 0;
  for (const Done& done : download(std::move(jobs))) EXPECT_TRUE(done.ok()) << done.error().message;
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_TRUE(published("file-" + std::to_string(i)) == cas_->content(files[i])) << i;
    EXPECT_EQ(progress_.item(i)->bytes_done, cas_->size(files[i]));
    wire += progress_.item(i)->wire_bytes;
  }
  EXPECT_EQ(cas_->data_bytes(), cas_->stored_bytes(xorb));
  EXPECT_EQ(wire, cas_->stored_bytes(xorb));
}

TEST_F(Download, ManyFilesInFewXorbs) {
  const std::vector<Bytes> chunks = chunked(random_bytes(12'000'000, 3));
  const Hash xorb = cas_->add_xorb(chunks);
  const auto count = static_cast<uint32_t>(chunks.size());
  std::vector<Hash> files;
  for (uint32_t i = 0; i < count; ++i) files.push_back(cas_->add_file({{xorb, 0, i, i + 1}}));
  std::vector<FileJob> jobs;
  for (const Hash& file : files) jobs.push_back(job(file));
  for (const Done& done : download(std::move(jobs))) EXPECT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(published_, static_cast<int>(count));
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_TRUE(published("file-" + std::to_string(i)) == cas_->content(files[i]));
  }
  EXPECT_EQ(cas_->data_bytes(), cas_->stored_bytes(xorb));
}

TEST_F(Download, PiecesThatComeInAnyOrder) {
  const Hash a = file_of(5'000'000, 4), b = file_of(4'000'000, 5);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    out.delay_ms = request.count % 3 == 0 ? 15 : request.count % 5;
    return out;
  };
  std::vector<FileJob> jobs;
  jobs.push_back(job(a));
  jobs.push_back(job(b));
  for (const Done& done : download(std::move(jobs))) EXPECT_TRUE(done.ok()) << done.error().message;
  EXPECT_TRUE(published("file-0") == cas_->content(a));
  EXPECT_TRUE(published("file-1") == cas_->content(b));
  EXPECT_GT(cas_->most_at_once(), 1u);
}

TEST_F(Download, BrokenTransfersGoOnWhereTheyBroke) {
  const Hash file = file_of(3'000'000, 6);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    // Also inside chunk headers.
    if (request.count % 2 == 0) out.break_after = request.count == 0 ? 3 : 70'001 + request.count;
    return out;
  };
  FileJob one = job(file);
  const runtime::ItemProgress* item = one.item;
  ASSERT_TRUE(result_of(std::move(one)).ok());
  EXPECT_TRUE(published("file-0") == cas_->content(file));
  EXPECT_LT(cas_->data_bytes(), 3'100'000u);  // nothing was asked for twice
  EXPECT_EQ(item->wire_bytes, cas_->data_bytes());
}

TEST_F(Download, AServerThatAlwaysBreaksIsGivenUp) {
  const Hash bad = file_of(500'000, 8), good = file_of(600'000, 9);
  const Hash spoiled = cas_->add_xorb(chunked(random_bytes(500'000, 8)));
  cas_->spoil = [&](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.xorb == spoiled) out.break_after = 0;
    return out;
  };
  std::vector<FileJob> jobs;
  jobs.push_back(job(bad));
  jobs.push_back(job(good));
  const auto done = download(std::move(jobs));
  EXPECT_EQ(done[0].error().code, Code::kNetwork);
  EXPECT_EQ(progress_.item(0)->state, runtime::ItemState::kFailed);
  EXPECT_TRUE(done[1].ok());
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(Download, FlippedContentIsNeverPublished) {
  const Hash file = file_of(2'000'000, 10);
  cas_->spoil = [](const MemoryCas::DataRequest&) {
    MemoryCas::Spoil out;
    out.flip = 1'000'000;
    return out;
  };
  const Done done = result_of(job(file));
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kIntegrity);
  EXPECT_NE(done.error().message.find("came with other bytes"), std::string::npos) << done.error().message;
  EXPECT_EQ(published_, 0);
}

TEST_F(Download, OneFlipIsRepairedByASecondTry) {
  const Hash file = file_of(2'000'000, 11);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.count < 2) out.flip = 200'000;
    return out;
  };
  expect_downloaded(file);
}

TEST_F(Download, DamagedHeadersAreAskedForAgainFromThere) {
  const std::vector<Bytes> chunks = chunked(random_bytes(2'000'000, 12));
  const Hash xorb = cas_->add_xorb(chunks);
  const Hash file = whole_file(xorb, static_cast<uint32_t>(chunks.size()));
  uint64_t header = 0;
  for (size_t i = 0; i < 10; ++i) header += chunks[i].size() + kChunkHeaderBytes;
  std::atomic<bool> flipped{false};
  cas_->spoil = [&](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.begin <= header && header < request.end && !flipped.exchange(true)) out.flip = header;  // the version
    return out;
  };
  expect_downloaded(file);
  EXPECT_TRUE(flipped);
}

TEST_F(Download, ADeclaredSizeThatIsWrongIsAnError) {
  const Hash file = file_of(1'000'000, 13);
  const std::vector<Bytes> chunks = chunked(random_bytes(1'000'000, 13));
  const Done small = result_of(job(file, 999'999));
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().code, Code::kIntegrity);
  EXPECT_NE(small.error().message.find("999999"), std::string::npos);
  EXPECT_NE(small.error().message.find("1000000"), std::string::npos);
  const Done large = result_of(job(file, 1'000'001));
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code, Code::kIntegrity);
  EXPECT_NE(large.error().message.find("1000000"), std::string::npos);
  // On a border between chunks only the hash can tell.
  const Done aligned = result_of(job(file, chunks[0].size() + chunks[1].size()));
  ASSERT_FALSE(aligned.ok());
  EXPECT_EQ(aligned.error().code, Code::kIntegrity);
  EXPECT_EQ(published_, 0);
}

TEST_F(Download, UnknownFiles) {
  Hash nobody;
  nobody.bytes[0] = 9;
  EXPECT_EQ(result_of(job(nobody, 100)).error().code, Code::kEntryNotFound);
}

TEST_F(Download, ExpiredUrlsAreRenewed) {
  const Hash file = file_of(4'000'000, 14);
  std::atomic<bool> expired{false};
  cas_->spoil = [&](const MemoryCas::DataRequest& request) {
    if (request.count == 3 && !expired.exchange(true)) cas_->expire_urls();
    return MemoryCas::Spoil();
  };
  expect_downloaded(file);
  EXPECT_EQ(cas_->count("GET /v2/reconstructions/"), 2u);
}

TEST_F(Download, AStalledTransferIsAskedForASecondTime) {
  const Hash file = file_of(3'000'000, 15);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.count == 2) out.stall_after = 10'000;
    return out;
  };
  const SteadyTime start = steady_now();
  expect_downloaded(file);
  EXPECT_LT(ms_since(start), 10'000);
}

TEST_F(Download, CancelledFilesKeepWhatTheyHave) {
  const Hash file = file_of(3'000'000, 16);
  cas_->spoil = [](const MemoryCas::DataRequest& request) {
    MemoryCas::Spoil out;
    if (request.begin > 1'500'000) out.stall_after = 0;
    return out;
  };
  FileJob one = job(file);
  std::thread canceller([this, item = one.item] {
    while (item->bytes_done < 1'000'000) std::this_thread::yield();
    cancel_.request();
  });
  const Done done = result_of(std::move(one));
  canceller.join();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kCancelled);
  EXPECT_EQ(progress_.item(0)->state, runtime::ItemState::kFailed);
  EXPECT_EQ(budget_->used_bytes(), 0u);
  cas_->spoil = nullptr;
  cancel_ = runtime::Cancel();
  const uint64_t before = cas_->data_bytes();
  expect_downloaded(file);
  EXPECT_GT(progress_.item(1)->resumed_bytes, 0u);
  EXPECT_LT(cas_->data_bytes() - before, 3'000'000u);
}

// ---- what is there already ----

class Resume : public TransferTest {
 protected:
  // Leaves a partial file that holds the ranges.
  void leave(const Hash& file, const std::vector<cache::ByteRange>& ranges, bool spoiled = false) {
    const Bytes content = cas_->content(file);
    auto partial = cache::PartialFile::open(spec(file, content.size()));
    ASSERT_TRUE(partial.ok());
    for (const cache::ByteRange& range : ranges) {
      Bytes part(content.begin() + static_cast<ptrdiff_t>(range.begin),
                 content.begin() + static_cast<ptrdiff_t>(range.end));
      if (spoiled) part[part.size() / 2] ^= 1;
      ASSERT_TRUE(partial->write(range.begin, part).ok());
    }
  }
};

TEST_F(Resume, APrefixIsNotFetchedAgain) {
  const Hash file = file_of(4'000'000, 20);
  leave(file, {{0, 2'500'000}});
  expect_downloaded(file);
  EXPECT_GT(progress_.item(0)->resumed_bytes, 2'300'000u);
  EXPECT_LE(progress_.item(0)->resumed_bytes, 2'500'000u);
  EXPECT_EQ(cas_->data_bytes() - cas_->data_bytes() % 1, progress_.item(0)->wire_bytes);
  EXPECT_LT(cas_->data_bytes(), 1'700'000u);
}

TEST_F(Resume, TermsThatAreWhollyThere) {
  std::vector<Term> terms;
  std::vector<uint64_t> ends;
  uint64_t at = 0;
  for (uint32_t i = 0; i < 4; ++i) {
    const std::vector<Bytes> chunks = chunked(random_bytes(1 << 20, 30 + i));
    terms.push_back({cas_->add_xorb(chunks), 0, 0, static_cast<uint32_t>(chunks.size())});
    ends.push_back(at += 1 << 20);
  }
  const Hash file = cas_->add_file(terms);
  leave(file, {{0, 1 << 20}, {2 << 20, 3 << 20}});
  expect_downloaded(file);
  EXPECT_EQ(progress_.item(0)->resumed_bytes, 2u << 20);
  EXPECT_EQ(cas_->data_bytes(), cas_->stored_bytes(terms[1].xorb) + cas_->stored_bytes(terms[3].xorb));
}

TEST_F(Resume, ACompleteFileIsOnlyVerified) {
  const Hash file = file_of(1'500'000, 21);
  leave(file, {{0, 1'500'000}});
  expect_downloaded(file);
  EXPECT_EQ(cas_->data_bytes(), 0u);
  EXPECT_EQ(progress_.item(0)->resumed_bytes, 1'500'000u);
}

TEST_F(Resume, WrongBytesOnDiskAreReplaced) {
  const Hash file = file_of(4'000'000, 22);
  leave(file, {{0, 3'000'000}}, true);
  expect_downloaded(file);
  EXPECT_GE(cas_->data_bytes(), 4'000'000u);
}

TEST_F(Resume, SeedsGiveWhatTheyShare) {
  const std::vector<Bytes> old_chunks = chunked(random_bytes(3'000'000, 23)),
                           new_chunks = chunked(random_bytes(500'000, 24));
  const Hash old_xorb = cas_->add_xorb(old_chunks), new_xorb = cas_->add_xorb(new_chunks);
  const auto count = static_cast<uint32_t>(old_chunks.size());
  const Hash before = whole_file(old_xorb, count);
  const Hash after = cas_->add_file(
      {{old_xorb, 0, 0, 10}, {new_xorb, 0, 0, static_cast<uint32_t>(new_chunks.size())}, {old_xorb, 0, 12, count}});
  const Bytes content = cas_->content(before);
  ASSERT_TRUE(platform::write_text_atomically(scratch_ / "seed", as_text(content)).ok());
  FileJob one = job(after);
  one.seeds.push_back({scratch_ / "seed", before, content.size()});
  ASSERT_TRUE(result_of(std::move(one)).ok());
  EXPECT_TRUE(published("file-0") == cas_->content(after));
  EXPECT_EQ(cas_->data_bytes(), cas_->stored_bytes(new_xorb));
  EXPECT_EQ(progress_.item(0)->resumed_bytes, cas_->size(after) - 500'000);
  EXPECT_EQ(progress_.item(0)->bytes_done, cas_->size(after));
}

TEST_F(Resume, ASeedThatHasChangedIsNotTrusted) {
  const Hash file = file_of(2'000'000, 25);
  Bytes content = cas_->content(file);
  content[700'000] ^= 1;
  ASSERT_TRUE(platform::write_text_atomically(scratch_ / "seed", as_text(content)).ok());
  FileJob one = job(file);
  one.seeds.push_back({scratch_ / "seed", file, content.size()});
  ASSERT_TRUE(result_of(std::move(one)).ok());
  EXPECT_TRUE(published("file-0") == cas_->content(file));
}

// ---- little memory ----

class TinyBudget : public TransferTest {
 protected:
  TinyBudget() : TransferTest(16u << 20, 16) {
    cas_->window_budget = budget_;
    cas_->window_bytes = 192 * 1024;
  }
};

TEST_F(TinyBudget, IsNeverExceeded) {
  std::vector<FileJob> jobs;
  std::vector<Hash> files;
  for (uint32_t i = 0; i < 6; ++i) files.push_back(file_of(6'000'000, 40 + i));
  for (const Hash& file : files) jobs.push_back(job(file));
  for (const Done& done : download(std::move(jobs))) EXPECT_TRUE(done.ok()) << done.error().message;
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_TRUE(published("file-" + std::to_string(i)) == cas_->content(files[i]));
  }
  EXPECT_LE(budget_->peak_bytes(), 16u << 20);
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

TEST_F(TinyBudget, OtherDownloadsAtTheSameTime) {
  std::vector<Hash> files;
  for (uint32_t i = 0; i < 5; ++i) files.push_back(file_of(3'000'000, 50 + i));
  std::vector<FileJob> jobs;
  for (const Hash& file : files) jobs.push_back(job(file));
  std::vector<std::thread> threads;
  for (FileJob& one : jobs) {
    threads.emplace_back([&, this] {
      std::vector<FileJob> alone;
      alone.push_back(std::move(one));
      const auto done = download(std::move(alone));
      EXPECT_TRUE(done[0].ok()) << done[0].error().message;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(published_, 5);
  EXPECT_EQ(budget_->used_bytes(), 0u);
}

}  // namespace
}  // namespace hfhub::xet
