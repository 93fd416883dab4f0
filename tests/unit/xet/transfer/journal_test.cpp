#include "xet/transfer/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "platform/system.h"
#include "support/scratch.h"

namespace hfhub::xet {
namespace {

Hash hash(uint8_t number) {
  Hash out;
  out.bytes.fill(number);
  return out;
}

XorbRecord xorb(uint8_t number) { return {hash(number), 300, 0, {{hash(100), 0, 100, 0}, {hash(101), 100, 200, 0}}}; }

FileRecord file(uint8_t number, uint8_t in_xorb) {
  return {hash(number), {{hash(in_xorb), 300, 0, 2}}, {hash(200)}, hash(210)};
}

SourceStamp stamp(const std::string& path, uint64_t size) {
  SourceStamp out{path, {}};
  out.stat.size = size;
  out.stat.inode = 7;
  out.stat.modified = 1234.5;
  return out;
}

std::vector<Hash> xorbs_of(const Journal& journal) {
  std::vector<Hash> out;
  EXPECT_TRUE(journal
                  .each_xorb([&](const XorbRecord& record) -> Done {
                    out.push_back(record.hash);
                    return {};
                  })
                  .ok());
  return out;
}

size_t files_of(const Journal& journal) {
  size_t count = 0;
  EXPECT_TRUE(journal
                  .each_file([&](const FileRecord&) -> Done {
                    ++count;
                    return {};
                  })
                  .ok());
  return count;
}

// A journal whose process is gone: its lock went with it.
std::string abandoned(const std::string& folder) {
  const auto journal = Journal::open(folder);
  EXPECT_TRUE(journal.ok());
  EXPECT_TRUE((*journal)->add_xorb(xorb(1)).ok());
  const SourceStamp source = stamp("/data/a", 300);
  EXPECT_TRUE((*journal)->add_file(file(11, 1), &source).ok());
  EXPECT_TRUE((*journal)->add_file(file(12, 1), nullptr).ok());
  EXPECT_TRUE((*journal)->add_xorb(xorb(2)).ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder)) return entry.path();
  return "";
}

TEST(Journal, TakesOverWhatADeadProcessLeft) {
  const test::Scratch scratch;
  abandoned(scratch.path());
  const auto next = Journal::open(scratch.path());
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(xorbs_of(**next), (std::vector<Hash>{hash(1), hash(2)}));
  EXPECT_EQ(files_of(**next), 0u);  // not part of this commit until somebody adds them
  const auto found = (*next)->find_file(stamp("/data/a", 300));
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->hash, hash(11));
  EXPECT_EQ((*found)->sha256, hash(210));
  const auto other_size = (*next)->find_file(stamp("/data/a", 301));
  ASSERT_TRUE(other_size.ok());
  EXPECT_FALSE(other_size->has_value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
}

TEST(Journal, GivesWhatWasBeingSentAndIsNotStored) {
  const test::Scratch scratch;
  {
    const auto journal = Journal::open(scratch.path());
    ASSERT_TRUE(journal.ok());
    EXPECT_TRUE((*journal)->take_granted().empty());
    ASSERT_TRUE((*journal)->add_granted({"first try", xorb(1)}).ok());
    ASSERT_TRUE((*journal)->add_granted({"stored", xorb(2)}).ok());
    ASSERT_TRUE((*journal)->add_granted({"second try ä", xorb(1)}).ok());
    ASSERT_TRUE((*journal)->add_xorb(xorb(2)).ok());
    EXPECT_EQ(xorbs_of(**journal), std::vector<Hash>{hash(2)});
  }
  const auto next = Journal::open(scratch.path());
  ASSERT_TRUE(next.ok());
  const auto granted = (*next)->take_granted();
  ASSERT_EQ(granted.size(), 1u);
  EXPECT_EQ(granted[0].grant_id, "second try ä");
  EXPECT_EQ(granted[0].xorb.hash, hash(1));
  EXPECT_EQ(granted[0].xorb.chunks.size(), 2u);
  EXPECT_TRUE((*next)->take_granted().empty());
}

TEST(Journal, DoesNotGrowWithEveryCommitThatWasGivenUp) {
  const test::Scratch scratch;
  ASSERT_TRUE((*Journal::open(scratch.path()))->add_file(file(1, 1), nullptr).ok());
  EXPECT_TRUE((*Journal::open(scratch.path()))->empty()) << "nobody can find a file without its source";
  const SourceStamp source = stamp("/a", 5);
  for (int i = 0; i < 3; ++i) {
    const auto journal = Journal::open(scratch.path());
    ASSERT_TRUE(journal.ok());
    ASSERT_TRUE((*journal)->add_file(file(2, 1), &source).ok());
  }
  const auto last = Journal::open(scratch.path());
  ASSERT_TRUE((*last)->find_file(source).value().has_value());
  uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) bytes += entry.file_size();
  EXPECT_LT(bytes, 800u) << "one record of about 400 bytes";
}

TEST(Journal, LeavesTheLivingAlone) {
  const test::Scratch scratch;
  const auto alive = Journal::open(scratch.path());
  ASSERT_TRUE((*alive)->add_xorb(xorb(1)).ok());
  const auto other = Journal::open(scratch.path());
  ASSERT_TRUE(other.ok());
  EXPECT_TRUE(xorbs_of(**other).empty());
  EXPECT_EQ(xorbs_of(**alive).size(), 1u);
}

TEST(Journal, ManyAtOnceTakeNobodysNewFile) {
  const test::Scratch scratch;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const auto journal = Journal::open(scratch / "journals");
        failed += !journal.ok() || !(*journal)->add_xorb(xorb(1)).ok();
        if (journal.ok()) (*journal)->remove();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

TEST(Journal, ATornOrDamagedEndIsCutOff) {
  const test::Scratch scratch;
  const std::string path = abandoned(scratch.path());
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 5);
  {
    const auto next = Journal::open(scratch.path());
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(xorbs_of(**next), std::vector<Hash>{hash(1)});
  }
  std::string left;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) left = entry.path();
  std::fstream damaged(left, std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(60);
  damaged.put('x');
  damaged.close();
  const auto last = Journal::open(scratch.path());
  ASSERT_TRUE(last.ok());
  EXPECT_TRUE(xorbs_of(**last).empty());
}

TEST(Journal, ForeignFilesStay) {
  const test::Scratch scratch;
  std::ofstream(scratch / "notes.txt") << "mine";
  std::ofstream(scratch / "odd.journal") << "not a journal at all";
  EXPECT_TRUE(Journal::open(scratch.path()).ok());
  EXPECT_TRUE(std::filesystem::exists(scratch / "notes.txt"));
}

TEST(Journal, RemovedOrEmptyItLeavesNothing) {
  const test::Scratch scratch;
  { const auto empty = Journal::open(scratch.path()); }
  {
    const auto done = Journal::open(scratch.path());
    ASSERT_TRUE((*done)->add_xorb(xorb(1)).ok());
    (*done)->remove();
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 0);
}

}  // namespace
}  // namespace hfhub::xet
