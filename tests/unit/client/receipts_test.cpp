// Receipts and the journal of a folder: what one run writes and another one believes.
#include "client/receipts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/clock.h"
#include "client/folder_journal.h"
#include "support/disk.h"
#include "support/scratch.h"

namespace hfhub::client {
namespace {

using test::read_file;
using test::Scratch;
using test::write_file;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

const RepoRef kRepo{RepoType::kModel, "ns/name"};
const std::string kSha(64, 'a'), kXet(64, 'b');

std::string receipt(std::string text) {
  const std::string later = std::to_string(static_cast<int64_t>(wall_seconds()) + 100);
  const size_t at = text.find("LATER");
  return at == std::string::npos ? text : text.replace(at, 5, later);
}
std::string xet_receipt(const std::string& repo = "model/ns/name") {
  return receipt(R"({"path":"a/b","size":5,"storage":"xet","sha256":")" + kSha + R"(","xet_hash":")" + kXet +
                 R"(","repo":")" + repo + R"(","expires":LATER})");
}
std::string inline_receipt(const std::string& content, const std::string& oid) {
  return receipt(R"({"path":"t","size":5,"storage":"regular","oid":")" + oid + R"(","content":")" + content +
                 R"(","repo":"model/ns/name","expires":LATER})");
}

TEST(Receipts, AreRead) {
  const std::string lines = xet_receipt() + "\n\n" + inline_receipt("aGVsbG8=", test::git_sha1_hex("hello")) + "\n";
  const auto operations = parse_receipts(lines, kRepo);
  ASSERT_TRUE(operations.ok()) << operations.error().message;
  ASSERT_EQ(operations->size(), 2u);
  const Addition& large = *(*operations)[0].add;
  EXPECT_EQ((*operations)[0].path, "a/b");
  EXPECT_TRUE(large.large && large.stored && large.classified && large.from_receipt);
  EXPECT_EQ(large.oid, kSha);
  EXPECT_EQ(large.xet_hash, kXet);
  EXPECT_EQ(large.source.size(), 5u);
  const Addition& small = *(*operations)[1].add;
  EXPECT_FALSE(small.large);
  EXPECT_EQ(*small.source.read_all(), "hello");
}

TEST(Receipts, DamagedOnesAreRefusedByTheirNumber) {
  const std::string good = xet_receipt();
  const auto expect = [&](const std::string& line, const char* why) {
    const auto parsed = parse_receipts(good + "\n" + line, kRepo);
    ASSERT_FALSE(parsed.ok()) << line;
    EXPECT_EQ(parsed.error().code, Code::kArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr(why)) << line;
    EXPECT_THAT(parsed.error().message, ::testing::AnyOf(HasSubstr("receipt 2"), HasSubstr("path in the repository")));
  };
  expect("not json", "no JSON object");
  expect("[]", "no JSON object");
  expect("{}", "no size or no expiry");
  expect(xet_receipt("dataset/ns/name"), "for dataset/ns/name, not for model/ns/name");
  expect(R"({"path":"a","size":5,"storage":"xet","repo":"model/ns/name","expires":100})", "has expired");
  expect(receipt(R"({"path":"../a","size":5,"storage":"xet","repo":"model/ns/name","expires":LATER})"), "'..'");
  expect(receipt(R"({"path":"a","size":5,"storage":"tape","repo":"model/ns/name","expires":LATER})"), "no storage");
  expect(receipt(R"({"path":"a","size":5,"storage":"lfs","repo":"model/ns/name","expires":LATER})"), "no sha256");
  expect(receipt(R"({"path":"a","size":5,"storage":"xet","sha256":")" + kSha +
                 R"(","repo":"model/ns/name","expires":LATER})"),
         "no xet_hash");
  expect(inline_receipt("aGVsbG8", test::git_sha1_hex("hello")), "no content of its size");
  expect(inline_receipt("aGVsbG9v", test::git_sha1_hex("hello")), "no content of its size");
  expect(inline_receipt("aGVsbGE=", test::git_sha1_hex("hello")), "not what its oid says");
}

// ---- journal ----

class Journal : public ::testing::Test {
 protected:
  std::unique_ptr<FolderJournal> open() { return FolderJournal::open(scratch_ / "folder", "http://hub", kRepo); }
  Addition file(const std::string& name, const std::string& content) {
    write_file(scratch_ / ("folder/" + name), content);
    Addition out;
    out.source = UploadSource::of_file(scratch_ / ("folder/" + name)).value();
    return out;
  }
  void write(const std::string& name, const Addition& addition) {
    const auto journal = open();
    journal->note(name, addition);
    journal->write();
  }
  Addition again(const std::string& name) {
    Addition out;
    out.source = UploadSource::of_file(scratch_ / ("folder/" + name)).value();
    return out;
  }
  std::string journal_path() { return test::find_files(scratch_ / "folder/.cache/huggingface/upload", ".jsonl").at(0); }
  const Scratch scratch_;
};

TEST_F(Journal, RecallsUnchangedFilesOnly) {
  Addition large = file("w", "weights"), small = file("t", "text");
  large.large = large.stored = true;
  large.oid = kSha, large.xet_hash = kXet, large.storage = Storage::kXet;
  small.oid = test::git_sha1_hex("text"), small.storage = Storage::kInline;
  {
    const auto journal = open();
    ASSERT_NE(journal, nullptr);
    journal->note("w", large);
    journal->note("t", small);
    Addition unread = again("t");
    unread.oid.clear();
    journal->note("unknown", unread);  // without an oid there is nothing to remember
    journal->write();
  }
  const auto journal = open();
  Addition found = again("w");
  ASSERT_TRUE(journal->recall("w", &found));
  EXPECT_EQ(found.oid, kSha);
  EXPECT_EQ(found.xet_hash, kXet);
  EXPECT_TRUE(found.stored);
  found = again("t");
  ASSERT_TRUE(journal->recall("t", &found));
  EXPECT_FALSE(found.stored);
  EXPECT_FALSE(journal->recall("unknown", &found));
  fs::last_write_time(scratch_ / "folder/w", fs::last_write_time(scratch_ / "folder/w") + std::chrono::seconds(2));
  found = again("w");
  EXPECT_FALSE(journal->recall("w", &found));
  EXPECT_TRUE(found.oid.empty());
}

TEST_F(Journal, IsHeldByOneAtATime) {
  fs::create_directories(scratch_ / "folder");
  const auto first = open();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(FolderJournal::open(scratch_ / "folder", "http://hub", {RepoType::kModel, "ns/other"}), nullptr);
}

TEST_F(Journal, WhatIsTornOrForeignSaysNothing) {
  Addition small = file("t", "text");
  small.oid = test::git_sha1_hex("text"), small.storage = Storage::kInline;
  write("t", small);
  const std::string path = journal_path(), good = read_file(path);
  write_file(path, "garbage\n{\"path\":1}\n" + good + good.substr(0, good.size() / 2));
  Addition found = again("t");
  EXPECT_TRUE(open()->recall("t", &found));
  EXPECT_EQ(read_file(path), good);  // written anew, since its end was torn
}

TEST_F(Journal, IsWrittenAnewWhenMostOfItIsOutOfDate) {
  Addition small = file("t", "text");
  small.oid = test::git_sha1_hex("text"), small.storage = Storage::kInline;
  {
    const auto journal = open();
    for (int i = 0; i < 1200; ++i) journal->note("t", small);
    journal->write();
  }
  const auto before = fs::file_size(journal_path());
  Addition found = again("t");
  EXPECT_TRUE(open()->recall("t", &found));
  EXPECT_LT(fs::file_size(journal_path()), before / 1000);
}

TEST_F(Journal, ContentStoredLongAgoIsStoredAgain) {
  Addition large = file("w", "weights");
  large.large = large.stored = true;
  large.oid = kSha, large.xet_hash = kXet, large.storage = Storage::kXet;
  write("w", large);
  std::string text = read_file(journal_path());
  const size_t at = text.find("\"stored\":") + 9;
  text.replace(at, text.find('}', at) - at, std::to_string(static_cast<int64_t>(wall_seconds()) - kReceiptLifeS - 1));
  write_file(journal_path(), text);
  Addition found = again("w");
  ASSERT_TRUE(open()->recall("w", &found));
  EXPECT_EQ(found.oid, kSha);  // the file is the same
  EXPECT_FALSE(found.stored);  // but the Hub may have let go of it
}

}  // namespace
}  // namespace hfhub::client
