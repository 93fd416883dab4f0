// An engine over a CAS in memory, with content made as the real chunker makes it.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "support/memory_cas.h"
#include "support/scratch.h"
#include "xet/transfer/download.h"
#include "xet/transfer/engine.h"

namespace hfhub::xet {

inline Bytes random_bytes(size_t size, uint32_t seed) {
  std::mt19937_64 random(seed);
  Bytes out(size + 8);
  for (size_t i = 0; i < size; i += 8) {
    const uint64_t word = random();
    std::memcpy(out.data() + i, &word, 8);
  }
  out.resize(size);
  return out;
}

inline std::vector<Bytes> chunked(ByteView data) {
  Chunker chunker;
  std::vector<uint32_t> lengths;
  chunker.feed(data, &lengths);
  if (const uint32_t last = chunker.finish(); last > 0) lengths.push_back(last);
  std::vector<Bytes> out;
  for (const uint32_t length : lengths) {
    out.emplace_back(data.begin(), data.begin() + length);
    data = data.subspan(length);
  }
  return out;
}

class TransferTest : public testing::Test {
 protected:
  explicit TransferTest(uint64_t budget_bytes = 64u << 20, uint64_t parallel = 8)
      : budget_(std::make_shared<runtime::Budget>(budget_bytes)) {
    runtime::Config config;
    EXPECT_TRUE(config.set("xet.parallel_downloads", std::to_string(parallel)).ok());
    EXPECT_TRUE(config.set("xet.piece_size", "256KiB").ok());
    EXPECT_TRUE(config.set("cache.xet_dir", scratch_ / "xet").ok());
    engine_ = std::make_shared<Engine>(config, cas_, budget_, std::make_shared<runtime::Log>());
    client_ = cas_->client();
    cas_->view_bytes = 50'001;  // records are cut anywhere
  }

  // A xorb of its own for the content; returns its hash.
  Hash xorb_of(ByteView data) { return cas_->add_xorb(chunked(data)); }
  Hash whole_file(const Hash& xorb, uint32_t chunks) { return cas_->add_file({{xorb, 0, 0, chunks}}); }
  Hash file_of(size_t size, uint32_t seed) {
    const std::vector<Bytes> chunks = chunked(random_bytes(size, seed));
    return whole_file(cas_->add_xorb(chunks), static_cast<uint32_t>(chunks.size()));
  }

  cache::PartialSpec spec(const Hash& file, uint64_t size) const {
    cache::PartialSpec out;
    out.folder = scratch_ / "partial";
    out.stem = out.etag = file.text();
    out.size = size;
    return out;
  }
  FileJob job(const Hash& file, std::optional<uint64_t> declared = std::nullopt) {
    FileJob out;
    out.hash = file;
    out.size = declared ? *declared : cas_->size(file);
    out.name = "file-" + std::to_string(progress_.item_count());
    out.open = [spec = spec(file, out.size)] { return cache::PartialFile::open(spec); };
    out.publish = [this, to = scratch_ / out.name](cache::PartialFile partial) -> Done {
      HFHUB_CHECK(partial.finish());
      ++published_;
      return platform::rename_path(partial.path(), to);
    };
    out.item = &progress_.add_item(out.name, out.size);
    return out;
  }
  std::vector<Done> download(std::vector<FileJob> jobs) {
    return download_files(*engine_, *client_, std::move(jobs), cancel_);
  }
  Bytes published(const FileJob& job) const { return published(job.name); }
  Bytes published(const std::string& name) const {
    const auto text = platform::read_text(scratch_ / name, 1u << 30);
    return text.ok() ? Bytes(text->begin(), text->end()) : Bytes();
  }
  // Downloads one file and compares it.
  void expect_downloaded(const Hash& file) {
    FileJob one = job(file);
    const std::string name = one.name;
    runtime::ItemProgress* item = one.item;
    std::vector<FileJob> jobs;
    jobs.push_back(std::move(one));
    const auto done = download(std::move(jobs));
    ASSERT_TRUE(done[0].ok()) << done[0].error().message;
    EXPECT_TRUE(published(name) == cas_->content(file));
    EXPECT_EQ(item->bytes_done, cas_->size(file));
    EXPECT_EQ(item->state, runtime::ItemState::kDone);
  }
  Done result_of(FileJob one) {
    std::vector<FileJob> jobs;
    jobs.push_back(std::move(one));
    return download(std::move(jobs))[0];
  }

  test::Scratch scratch_;
  std::shared_ptr<runtime::Budget> budget_;
  std::shared_ptr<test::MemoryCas> cas_ = std::make_shared<test::MemoryCas>();
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<CasClient> client_;
  runtime::Progress progress_;
  runtime::Cancel cancel_;
  std::atomic<int> published_{0};
};

}  // namespace hfhub::xet
