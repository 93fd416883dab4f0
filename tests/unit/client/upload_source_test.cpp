#include "client/upload_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "client/commit_body.h"
#include "client/upload_folder.h"
#include "client/upload_spool.h"
#include "support/disk.h"
#include "support/scratch.h"

namespace hfhub::client {
namespace {

using test::noise;
using test::read_file;
using test::Scratch;
using test::write_file;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(UploadSource, AFileAndBytesReadTheSame) {
  const Scratch scratch;
  const std::string content = noise(100'000, 1);
  write_file(scratch / "f", content);
  for (const UploadSource& source : {UploadSource::of_file(scratch / "f").value(), UploadSource::of_bytes(content)}) {
    EXPECT_EQ(source.size(), 100'000u);
    EXPECT_EQ(*source.read_all(), content);
    const auto reader = source.open().value();
    std::vector<uint8_t> piece(1000);
    EXPECT_EQ(*reader.read_at(99'500, piece), 500u);
    EXPECT_EQ(as_text({piece.data(), 500}), content.substr(99'500));
    EXPECT_EQ(*reader.read_at(100'000, piece), 0u);
  }
  EXPECT_EQ(*UploadSource().read_all(), "");
}

TEST(UploadSource, WhatIsNoFileIsRefused) {
  const Scratch scratch;
  for (const std::string& path : {scratch / "missing", scratch.path(), std::string("/dev/null")}) {
    EXPECT_EQ(UploadSource::of_file(path).error().code, Code::kIo) << path;
  }
}

TEST(UploadSource, AChangedFileIsNamed) {
  const Scratch scratch;
  const std::string path = scratch / "f";
  const auto expect_changed = [&](auto change) {
    write_file(path, "first content");
    const UploadSource source = UploadSource::of_file(path).value();
    const auto reader = source.open().value();
    change();
    EXPECT_FALSE(reader.check_unchanged().ok() && source.open().ok());
    const auto again = source.read_all();
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, Code::kIo);
    EXPECT_THAT(again.error().message, HasSubstr(path + "' changed"));
    EXPECT_EQ(again.error().path, path);
  };
  expect_changed([&] { write_file(path, "more than the first content"); });
  expect_changed([&] { fs::resize_file(path, 3); });
  expect_changed([&] { fs::last_write_time(path, fs::last_write_time(path) + std::chrono::seconds(5)); });
  expect_changed([&] {
    write_file(path + ".new", "first content");
    fs::rename(path + ".new", path);
  });
}

TEST(UploadSource, AGrowingFileIsReadAsFarAsItWas) {
  const Scratch scratch;
  write_file(scratch / "log", "line 1\n");
  const UploadSource source = UploadSource::of_growing_file(scratch / "log", 7).value();
  write_file(scratch / "log", "line 1\nline 2\n");
  EXPECT_EQ(*source.read_all(), "line 1\n");
  fs::resize_file(scratch / "log", 3);
  EXPECT_EQ(source.read_all().error().code, Code::kIo);
}

TEST(UploadSource, ElsewhereCannotBeOpened) {
  const UploadSource source = UploadSource::elsewhere(5);
  EXPECT_EQ(source.size(), 5u);
  EXPECT_EQ(source.open().error().code, Code::kState);
}

// ---- spool ----

TEST(UploadSpool, FewBytesStayInMemory) {
  const Scratch scratch;
  UploadSpool spool(scratch / "spool");
  ASSERT_TRUE(spool.write(as_bytes("ab")).ok());
  ASSERT_TRUE(spool.write({}).ok());
  ASSERT_TRUE(spool.write(as_bytes("c")).ok());
  EXPECT_EQ(*spool.finish()->read_all(), "abc");
  EXPECT_FALSE(fs::exists(scratch / "spool"));
}

TEST(UploadSpool, ManyGoToAFileThatGoesWithItsSource) {
  const Scratch scratch;
  const std::string content = noise(3 * UploadSpool::kMemoryBytes, 2);
  {
    UploadSpool spool(scratch / "spool");
    for (size_t at = 0; at < content.size(); at += 77'777) {
      ASSERT_TRUE(spool.write(as_bytes(std::string_view(content).substr(at, 77'777))).ok());
    }
    const UploadSource source = spool.finish().value();
    EXPECT_TRUE(*source.read_all() == content);
    EXPECT_EQ(test::find_files(scratch / "spool", "").size(), 1u);
  }
  EXPECT_TRUE(test::find_files(scratch / "spool", "").empty());
}

TEST(UploadSpool, OneThatIsNotFinishedLeavesNothing) {
  const Scratch scratch;
  {
    UploadSpool spool(scratch / "spool");
    ASSERT_TRUE(spool.write(as_bytes(noise(2 * UploadSpool::kMemoryBytes, 3))).ok());
  }
  EXPECT_TRUE(test::find_files(scratch / "spool", "").empty());
}

TEST(UploadSpool, RemovesWhatDeadProcessesLeft) {
  const Scratch scratch;
  write_file(scratch / "spool/old", "x");
  write_file(scratch / "spool/young", "x");
  fs::last_write_time(scratch / "spool/old", fs::file_time_type::clock::now() - std::chrono::hours(25));
  UploadSpool spool(scratch / "spool");
  ASSERT_TRUE(spool.write(as_bytes(noise(UploadSpool::kMemoryBytes + 1, 3))).ok());
  EXPECT_FALSE(fs::exists(scratch / "spool/old"));
  EXPECT_TRUE(fs::exists(scratch / "spool/young"));
}

// ---- the body of a commit ----

std::string read_body(CommitBody& body, size_t step, uint64_t from = 0) {
  std::string text;
  for (uint64_t at = from; at < body.size(); at += step) {
    std::string piece(std::min<uint64_t>(step, body.size() - at), '\0');
    EXPECT_TRUE(body.read(at, {reinterpret_cast<uint8_t*>(piece.data()), piece.size()}).ok());
    text += piece;
  }
  return text;
}

TEST(CommitBody, IsTextAndBase64InAnyPieces) {
  const Scratch scratch;
  std::string expected = "begin|";
  std::vector<UploadSource> sources;
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{2}, size_t{3}, size_t{1000}, size_t{49'152}, size_t{49'153}, size_t{200'000}}) {
    const std::string content = noise(size, size + 1);
    write_file(scratch / std::to_string(size), content);
    sources.push_back(size % 2 == 0 ? UploadSource::of_file(scratch / std::to_string(size)).value()
                                    : UploadSource::of_bytes(content));
    expected += to_base64(as_bytes(content)) + "|" + std::to_string(size) + "\n";
  }
  for (const size_t step : {size_t{7}, size_t{4096}, size_t{65'536}, expected.size()}) {
    std::vector<std::string> oids(sources.size());
    CommitBody body;
    body.add_text("begin");
    body.add_text("|");
    for (size_t i = 0; i < sources.size(); ++i) {
      body.add_base64(sources[i], &oids[i]);
      body.add_text("|" + std::to_string(sources[i].size()) + "\n");
    }
    EXPECT_EQ(body.size(), expected.size());
    EXPECT_TRUE(read_body(body, step) == expected) << step;
    for (size_t i = 1; i < sources.size(); ++i) {
      EXPECT_EQ(oids[i], test::git_sha1_hex(sources[i].read_all().value())) << step;
    }
    EXPECT_TRUE(read_body(body, 1000, 65'537) == expected.substr(65'537));  // another attempt, from anywhere
    EXPECT_TRUE(read_body(body, 5000) == expected);
  }
}

TEST(CommitBody, BreaksOffWhenAFileChanges) {
  const Scratch scratch;
  write_file(scratch / "f", noise(10'000, 1));
  const UploadSource source = UploadSource::of_file(scratch / "f").value();
  CommitBody body;
  body.add_base64(source, nullptr);
  std::vector<uint8_t> out(4000);
  ASSERT_TRUE(body.read(0, out).ok());
  write_file(scratch / "f", noise(10'000, 2));
  fs::last_write_time(scratch / "f", fs::last_write_time(scratch / "f") + std::chrono::seconds(5));
  ASSERT_TRUE(body.read(4000, out).ok());
  out.resize(body.size() - 8000);
  const Done last = body.read(8000, out);
  ASSERT_FALSE(last.ok());
  EXPECT_THAT(last.error().message, HasSubstr("changed while it was read"));
}

// ---- pace ----

TEST(CommitPacer, GrowsAfterQuickCommitsAndShrinksAfterSlowOnes) {
  CommitPacer pacer;
  EXPECT_EQ(pacer.target(), 250u);
  pacer.succeeded(1000, 249);
  EXPECT_EQ(pacer.target(), 250u);  // it was not full
  pacer.succeeded(1000, 250);
  EXPECT_EQ(pacer.target(), 400u);
  for (int i = 0; i < 9; ++i) pacer.succeeded(1000, 1000);
  EXPECT_EQ(pacer.target(), 1000u);
  pacer.succeeded(40'001, 1000);
  EXPECT_EQ(pacer.target(), 600u);
  for (int i = 0; i < 20; ++i) pacer.failed();
  EXPECT_EQ(pacer.target(), CommitPacer::kSmallest);
}

}  // namespace
}  // namespace hfhub::client
