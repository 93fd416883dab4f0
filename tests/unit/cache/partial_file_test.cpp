#include "cache/partial_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "cache/leftovers.h"
#include "cache/partial_footer.h"
#include "platform/system.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;
constexpr uint64_t kB = kBlockBytes;

PartialSpec spec_for(const Scratch& scratch, uint64_t size) {
  PartialSpec spec;
  spec.folder = scratch / "blobs";
  spec.stem = "e0";
  spec.etag = "e0";
  spec.size = size;
  return spec;
}

// The content of the test file: each byte tells where it belongs, and none is zero.
uint8_t byte_at(uint64_t offset) { return static_cast<uint8_t>(1 + (offset * 2654435761u >> 7) % 255); }
Bytes content(uint64_t begin, uint64_t end) {
  Bytes out(end - begin);
  for (uint64_t i = begin; i < end; ++i) out[i - begin] = byte_at(i);
  return out;
}

Done fill(PartialFile&& file, uint64_t begin, uint64_t end) { return file.write(begin, content(begin, end)); }
Done fill(PartialFile& file, uint64_t begin, uint64_t end) { return file.write(begin, content(begin, end)); }

std::vector<std::string> names(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : platform::list_folder(folder).value_or({})) out.push_back(entry.name);
  return out;
}

uint64_t size_of(const std::string& path) { return (*platform::stat_path(path))->size; }

void put(const std::string& path, ByteView bytes) {
  ASSERT_TRUE(platform::make_folders(platform::parent_path(path)).ok());
  ASSERT_TRUE(platform::write_text_atomically(path, as_text(bytes)).ok());
}

// Everything that the file does not call missing is really there.
void expect_claims_true(const PartialFile& file, uint64_t size) {
  uint64_t begin = 0;
  auto gaps = file.missing();
  gaps.push_back({size, size});
  for (const ByteRange& gap : gaps) {
    Bytes got(gap.begin - begin);
    ASSERT_EQ(*file.read(begin, got), got.size());
    ASSERT_EQ(got, content(begin, gap.begin));
    begin = gap.end;
  }
}

TEST(PartialFile, FrontToBackIsAPlainPrefix) {
  const Scratch scratch;
  const uint64_t size = kB + 100;
  auto file = PartialFile::open(spec_for(scratch, size));
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->resumed_bytes(), 0u);
  EXPECT_FALSE(file->adopted());
  EXPECT_TRUE(is_partial_name(platform::base_name(file->path()), "e0"));
  ASSERT_TRUE(fill(*file, 0, 1000).ok());
  EXPECT_EQ(size_of(file->path()), 1000u);
  EXPECT_EQ(file->contiguous_bytes(), 1000u);
  EXPECT_EQ(file->finish().error().code, Code::kState);
  ASSERT_TRUE(fill(*file, 1000, size).ok());
  EXPECT_TRUE(file->missing().empty());
  ASSERT_TRUE(file->finish().ok());
  EXPECT_EQ(as_text(content(0, size)), *platform::read_text(file->path()));
}

TEST(PartialFile, OutOfOrderAddsAFooterThatFinishCuts) {
  const Scratch scratch;
  const uint64_t size = 3 * kB + 17;
  auto file = *PartialFile::open(spec_for(scratch, size));
  ASSERT_TRUE(fill(file, 2 * kB, 3 * kB).ok());
  EXPECT_EQ(size_of(file.path()), size + footer_bytes(size));
  ASSERT_TRUE(fill(file, 0, kB).ok());
  ASSERT_TRUE(fill(file, 3 * kB, size).ok());
  EXPECT_EQ(file.missing().size(), 1u);
  Bytes around(2 * size);
  EXPECT_EQ(*file.read(0, around), size) << "the footer is not content";
  ASSERT_TRUE(fill(file, kB, 2 * kB).ok());
  ASSERT_TRUE(file.finish().ok());
  EXPECT_EQ(as_text(content(0, size)), *platform::read_text(file.path()));
}

TEST(PartialFile, RefusesBytesBeyondTheEnd) {
  const Scratch scratch;
  auto file = *PartialFile::open(spec_for(scratch, 10));
  EXPECT_EQ(file.write(5, Bytes(6)).error().code, Code::kState);
  EXPECT_EQ(file.write(UINT64_MAX, Bytes(2)).error().code, Code::kState);
  EXPECT_TRUE(file.write(0, Bytes()).ok());
  PartialSpec absurd = spec_for(scratch, uint64_t{1} << 60);
  EXPECT_EQ(PartialFile::open(absurd).error().code, Code::kUnsupported);
}

TEST(PartialFile, AnEmptyFileIsCompleteAtOnce) {
  const Scratch scratch;
  auto file = *PartialFile::open(spec_for(scratch, 0));
  EXPECT_TRUE(file.missing().empty());
  EXPECT_TRUE(file.finish().ok());
  EXPECT_TRUE(platform::exists(file.path()));
}

TEST(PartialFile, NothingWrittenLeavesNothing) {
  const Scratch scratch;
  { auto file = *PartialFile::open(spec_for(scratch, 100)); }
  EXPECT_TRUE(names(scratch / "blobs").empty());
  auto file = *PartialFile::open(spec_for(scratch, 100));
  ASSERT_TRUE(fill(file, 0, 50).ok());
  ASSERT_TRUE(file.discard().ok());
  EXPECT_TRUE(names(scratch / "blobs").empty());
}

TEST(PartialFile, ResumesAPrefixUnderANewName) {
  const Scratch scratch;
  const uint64_t size = 2 * kB;
  std::string old_path;
  {
    auto file = *PartialFile::open(spec_for(scratch, size));
    ASSERT_TRUE(fill(file, 0, kB + 77).ok());
    old_path = file.path();
  }
  auto file = *PartialFile::open(spec_for(scratch, size));
  EXPECT_TRUE(file.adopted());
  EXPECT_NE(file.path(), old_path);
  EXPECT_FALSE(platform::exists(old_path));
  EXPECT_EQ(file.resumed_bytes(), kB + 77);
  EXPECT_EQ(file.contiguous_bytes(), kB + 77);
  expect_claims_true(file, size);
  // A hole inside the block in which the prefix ends.
  ASSERT_TRUE(fill(file, kB + 200, size).ok());
  expect_claims_true(file, size);
  ASSERT_TRUE(fill(file, kB + 77, kB + 200).ok());
  ASSERT_TRUE(file.finish().ok());
  EXPECT_EQ(as_text(content(0, size)), *platform::read_text(file.path()));
}

TEST(PartialFile, ResumesBlocksFromTheFooter) {
  const Scratch scratch;
  const uint64_t size = 9 * kB + 5;
  {
    auto file = *PartialFile::open(spec_for(scratch, size));
    ASSERT_TRUE(fill(file, 8 * kB, size).ok());
    ASSERT_TRUE(fill(file, kB, 2 * kB).ok());
    ASSERT_TRUE(fill(file, 2 * kB, 2 * kB + 9).ok()) << "half a block is not remembered";
  }
  auto file = *PartialFile::open(spec_for(scratch, size));
  EXPECT_EQ(file.resumed_bytes(), 2 * kB + 5);
  ASSERT_EQ(file.missing().size(), 2u);
  EXPECT_EQ(file.missing()[1].begin, 2 * kB);
  EXPECT_EQ(file.missing()[1].end, 8 * kB);
  expect_claims_true(file, size);
}

TEST(PartialFile, AdoptsLeftoversOfOtherClients) {
  const Scratch scratch;
  put(scratch / "blobs/e0.incomplete", content(0, 300));            // 1.x, shared name
  put(scratch / "blobs/e0.0a1b2c3d.incomplete", content(0, 900));   // 2.x
  put(scratch / "blobs/e0.ffffffff.incomplete", content(0, 2000));  // longer than the content: useless
  put(scratch / "blobs/e1.0a1b2c3d.incomplete", content(0, 10));    // another blob's
  put(scratch / "blobs/e0.0a1b2c3.incomplete", content(0, 10));     // not our kind of name
  auto file = *PartialFile::open(spec_for(scratch, 1000));
  EXPECT_EQ(file.resumed_bytes(), 900u);
  expect_claims_true(file, 1000);
  EXPECT_EQ(
      names(scratch / "blobs"),
      (std::vector<std::string>{"e0.0a1b2c3.incomplete", platform::base_name(file.path()), "e1.0a1b2c3d.incomplete"}));
}

TEST(PartialFile, AWholeLeftoverNeedsNothing) {
  const Scratch scratch;
  put(scratch / "blobs/e0.incomplete", content(0, 1000));
  auto file = *PartialFile::open(spec_for(scratch, 1000));
  EXPECT_TRUE(file.missing().empty());
  EXPECT_TRUE(file.finish().ok());
}

TEST(PartialFile, FreshAdoptsNothingAndTidies) {
  const Scratch scratch;
  put(scratch / "blobs/e0.incomplete", content(0, 300));
  PartialSpec spec = spec_for(scratch, 1000);
  spec.fresh = true;
  auto file = *PartialFile::open(spec);
  EXPECT_EQ(file.resumed_bytes(), 0u);
  EXPECT_EQ(names(scratch / "blobs").size(), 1u);
}

TEST(PartialFile, WithoutTheLockOtherClientsFilesAreLeftAlone) {
  const Scratch scratch;
  const uint64_t size = 3 * kB;
  put(scratch / "blobs/e0.0a1b2c3d.incomplete", content(0, 300));
  PartialSpec spec = spec_for(scratch, size);
  spec.locked = false;
  {
    auto file = *PartialFile::open(spec);
    EXPECT_EQ(file.resumed_bytes(), 0u);
    EXPECT_EQ(names(scratch / "blobs").size(), 2u);
    ASSERT_TRUE(fill(file, kB, 2 * kB).ok());
  }
  auto file = *PartialFile::open(spec);
  EXPECT_EQ(file.resumed_bytes(), kB) << "a footer proves that the file is ours";
  EXPECT_TRUE(platform::exists(scratch / "blobs/e0.0a1b2c3d.incomplete"));
}

TEST(PartialFile, AFooterForOtherContentIsWorthless) {
  const Scratch scratch;
  const uint64_t size = 3 * kB;
  { ASSERT_TRUE(fill(*PartialFile::open(spec_for(scratch, size)), kB, 2 * kB).ok()); }
  PartialSpec other = spec_for(scratch, size + 1);
  {
    auto file = *PartialFile::open(other);
    EXPECT_EQ(file.resumed_bytes(), 0u) << "another size";
  }
  { ASSERT_TRUE(fill(*PartialFile::open(spec_for(scratch, size)), kB, 2 * kB).ok()); }
  other = spec_for(scratch, size);
  other.etag = "e9";
  {
    auto file = *PartialFile::open(other);
    EXPECT_EQ(file.resumed_bytes(), 0u) << "another content";
  }
  { ASSERT_TRUE(fill(*PartialFile::open(spec_for(scratch, size)), kB, 2 * kB).ok()); }
  other = spec_for(scratch, 0);
  other.size_known = false;
  auto file = *PartialFile::open(other);
  EXPECT_EQ(file.resumed_bytes(), 0u) << "with a footer, the length is no prefix";
}

TEST(PartialFile, ADamagedFooterIsWorthless) {
  const Scratch scratch;
  const uint64_t size = 20 * kB;
  for (const int64_t at : {int64_t{-1}, int64_t{-8}, int64_t{-60}, int64_t{-72}, int64_t{0}}) {
    std::string path;
    {
      auto file = *PartialFile::open(spec_for(scratch, size));
      ASSERT_TRUE(fill(file, kB, 2 * kB).ok());
      path = file.path();
    }
    if (at == 0) {
      ASSERT_TRUE(platform::File::open_write(path)->truncate(size + footer_bytes(size) - 1).ok());
    } else {
      auto raw = *platform::File::open_write(path);
      Bytes one(1);
      const uint64_t offset = size + footer_bytes(size) - static_cast<uint64_t>(-at);
      ASSERT_EQ(*raw.read_at(offset, one), 1u);
      one[0] ^= 0x40;
      ASSERT_TRUE(raw.write_at(offset, one).ok());
    }
    auto file = *PartialFile::open(spec_for(scratch, size));
    EXPECT_EQ(file.resumed_bytes(), 0u) << at;
  }
  {  // a bit for a block that does not exist
    auto file = *PartialFile::open(spec_for(scratch, size));
    ASSERT_TRUE(fill(file, kB, 2 * kB).ok());
    ASSERT_TRUE(platform::File::open_write(file.path())->write_at(size + 2, Bytes{0x80}).ok());
  }
  auto file = *PartialFile::open(spec_for(scratch, size));
  EXPECT_EQ(file.resumed_bytes(), 0u);
  ASSERT_TRUE(fill(file, 0, size).ok());
  EXPECT_TRUE(file.finish().ok());
}

TEST(PartialFile, AHeldFileIsNotTaken) {
  const Scratch scratch;
  auto first = *PartialFile::open(spec_for(scratch, 1000));
  ASSERT_TRUE(fill(first, 0, 500).ok());
  auto second = *PartialFile::open(spec_for(scratch, 1000));
  EXPECT_EQ(second.resumed_bytes(), 0u);
  EXPECT_NE(first.path(), second.path());
  ASSERT_TRUE(fill(first, 500, 1000).ok());
  EXPECT_TRUE(first.finish().ok());
}

TEST(PartialFile, LinksAreNeverFollowed) {
  const Scratch scratch;
  put(scratch / "precious", content(0, 500));
  ASSERT_TRUE(platform::make_folders(scratch / "blobs").ok());
  ASSERT_TRUE(platform::make_link(scratch / "precious", scratch / "blobs/e0.0a1b2c3d.incomplete").ok());
  auto file = *PartialFile::open(spec_for(scratch, 1000));
  EXPECT_EQ(file.resumed_bytes(), 0u);
  EXPECT_EQ(size_of(scratch / "precious"), 500u);
}

TEST(PartialFile, UnknownSizeIsWrittenInOrder) {
  const Scratch scratch;
  PartialSpec spec = spec_for(scratch, 0);
  spec.size_known = false;
  {
    auto file = *PartialFile::open(spec);
    ASSERT_EQ(file.missing().size(), 1u);
    EXPECT_EQ(file.missing()[0].end, UINT64_MAX);
    ASSERT_TRUE(fill(file, 0, 1000).ok());
    EXPECT_EQ(file.write(2000, Bytes(1)).error().code, Code::kState);
    EXPECT_EQ(file.finish().error().code, Code::kState);
  }
  auto file = *PartialFile::open(spec);
  EXPECT_EQ(file.resumed_bytes(), 1000u);
  EXPECT_EQ(file.missing()[0].begin, 1000u);
  ASSERT_TRUE(fill(file, 1000, kB + 3).ok());
  EXPECT_EQ(file.set_size(kB).error().code, Code::kState);
  ASSERT_TRUE(file.set_size(kB + 3).ok());
  EXPECT_TRUE(file.set_size(kB + 3).ok());
  EXPECT_TRUE(file.missing().empty());
  ASSERT_TRUE(file.finish().ok());
  EXPECT_EQ(as_text(content(0, kB + 3)), *platform::read_text(file.path()));
}

TEST(PartialFile, ClearForgetsEverything) {
  const Scratch scratch;
  const uint64_t size = 3 * kB;
  auto file = *PartialFile::open(spec_for(scratch, size));
  ASSERT_TRUE(fill(file, kB, size).ok());
  ASSERT_TRUE(file.clear().ok());
  EXPECT_EQ(size_of(file.path()), 0u);
  EXPECT_EQ(file.missing().size(), 1u);
  EXPECT_EQ(file.resumed_bytes(), 0u);
  ASSERT_TRUE(fill(file, 0, size).ok());
  EXPECT_TRUE(file.finish().ok());
}

TEST(PartialFile, WhenSomebodyCutsTheFileItIsNoticed) {
  const Scratch scratch;
  auto file = *PartialFile::open(spec_for(scratch, 1000));
  ASSERT_TRUE(fill(file, 0, 1000).ok());
  ASSERT_EQ(::truncate(file.path().c_str(), 10), 0);
  EXPECT_EQ(file.finish().error().code, Code::kIo);
}

TEST(PartialFile, ManyThreadsFillOneFile) {
  const Scratch scratch;
  const uint64_t size = 64 * kB + 12345;
  auto file = *PartialFile::open(spec_for(scratch, size));
  std::vector<std::thread> threads;
  for (uint64_t worker = 0; worker < 8; ++worker) {
    threads.emplace_back([&, worker] {
      std::mt19937 random(static_cast<unsigned>(worker));
      for (uint64_t part = worker; part * 3 * kB < size; part += 8) {
        const uint64_t end = std::min((part + 1) * 3 * kB, size);
        for (uint64_t at = part * 3 * kB; at < end;) {
          const uint64_t next = std::min<uint64_t>(end, at + 1 + random() % 70000);
          EXPECT_TRUE(fill(file, at, next).ok());
          at = next;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(file.missing().empty());
  ASSERT_TRUE(file.finish().ok());
  EXPECT_EQ(as_text(content(0, size)), *platform::read_text(file.path()));
}

// A child writes in its own way until it is killed; what its successor finds must be true.
TEST(PartialFile, ClaimsAreTrueAfterKill) {
  const Scratch scratch;
  const uint64_t size = 24 * kB + 999;
  std::mt19937 random(11);
  uint64_t resumed_rounds = 0, complete_rounds = 0, before = 0;
  useconds_t patience_us = 15'000;  // doubled when a child got nothing done: sanitizers and busy machines are slow
  for (int round = 0; round < 100; ++round) {
    const unsigned seed = random();
    const pid_t child = fork();
    if (child == 0) {
      auto opened = PartialFile::open(spec_for(scratch, size));
      if (!opened.ok()) _exit(3);
      std::vector<std::thread> threads;
      const auto gaps = opened->missing();
      for (unsigned worker = 0; worker < 3; ++worker) {
        threads.emplace_back([&, worker] {
          std::mt19937 own(seed + worker);
          for (size_t i = 0; i < gaps.size(); ++i) {
            for (uint64_t at = gaps[i].begin; at < gaps[i].end;) {
              const uint64_t stop = std::min(gaps[i].end, (at / (2 * kB) + 1) * 2 * kB);
              const bool mine = seed % 3 == 0 ? worker == 0 : (at / (2 * kB)) % 3 == worker;
              while (mine && at < stop) {
                const uint64_t next = std::min<uint64_t>(stop, at + 1 + own() % 100000);
                (void)fill(*opened, at, next);
                at = next;
              }
              at = stop;
            }
          }
        });
      }
      for (auto& thread : threads) thread.join();
      if (opened->missing().empty()) (void)opened->finish();
      _exit(0);
    }
    ASSERT_GT(child, 0);
    ::usleep(static_cast<useconds_t>(random() % patience_us));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    auto file = PartialFile::open(spec_for(scratch, size));
    ASSERT_TRUE(file.ok()) << file.error().message;
    resumed_rounds += file->resumed_bytes() > 0;
    if (file->resumed_bytes() == before) patience_us = std::min<useconds_t>(patience_us * 2, 60'000);
    before = file->missing().empty() ? 0 : file->resumed_bytes();
    expect_claims_true(*file, size);
    if (HasFatalFailure()) return;
    ASSERT_LE(names(scratch / "blobs").size(), 1u);
    if (!file->missing().empty()) continue;
    ++complete_rounds;
    ASSERT_TRUE(file->finish().ok());
    ASSERT_EQ(as_text(content(0, size)), *platform::read_text(file->path()));
    ASSERT_TRUE(file->discard().ok());
  }
  EXPECT_GT(resumed_rounds, 10u);
  EXPECT_GT(complete_rounds, 0u);
}

// Many processes want the same leftover at once: one gets it, the others start anew, none loses its file.
TEST(PartialFile, OneOfManyAdopts) {
  const Scratch scratch;
  const uint64_t size = 4 * kB;
  for (int round = 0; round < 20; ++round) {
    { ASSERT_TRUE(fill(*PartialFile::open(spec_for(scratch, size)), kB, 3 * kB).ok()); }
    int results[2];
    ASSERT_EQ(::pipe(results), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        auto file = PartialFile::open(spec_for(scratch, size));
        char said = file.ok() ? (file->resumed_bytes() > 0 ? 'r' : 'n') : 'e';
        if (file.ok() && !(fill(*file, 0, kB).ok() && fill(*file, kB, size).ok() && file->finish().ok() &&
                           size_of(file->path()) == size)) {
          said = 'l';
        }
        if (::write(results[1], &said, 1) != 1) _exit(1);
        ::usleep(20000);
        if (file.ok()) (void)file->discard();
        _exit(0);
      }
      children.push_back(child);
    }
    ::close(results[1]);
    std::string said;
    char one = 0;
    while (::read(results[0], &one, 1) == 1) said += one;
    ::close(results[0]);
    for (const pid_t child : children) ::waitpid(child, nullptr, 0);
    EXPECT_EQ(said.size(), 6u);
    EXPECT_EQ(said.find_first_of("el"), std::string::npos) << said;
    EXPECT_LE(std::count(said.begin(), said.end(), 'r'), 6);
    EXPECT_GE(std::count(said.begin(), said.end(), 'r'), 1);
    EXPECT_TRUE(names(scratch / "blobs").empty());
  }
}

TEST(PartialFile, AForkedChildDoesNotDeleteItsParentsFile) {
  const Scratch scratch;
  auto file = std::make_unique<PartialFile>(*PartialFile::open(spec_for(scratch, 1000)));
  const pid_t child = fork();
  if (child == 0) {
    file.reset();
    _exit(0);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(platform::exists(file->path()));
}

TEST(PartialFile, AReadOnlyFolderIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes anywhere";
  const Scratch scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0500), 0);
  const auto file = PartialFile::open(spec_for(scratch, 1000));
  EXPECT_EQ(file.error().code, Code::kIo);
  EXPECT_NE(file.error().message.find(scratch.path()), std::string::npos);
  ::chmod(scratch.path().c_str(), 0700);
}

TEST(PartialFile, AFullDiskIsNamedWithNumbers) {
  const Scratch scratch;
  const auto free = platform::free_space(scratch.path());
  ASSERT_TRUE(free.ok());
  const uint64_t size = *free + (uint64_t{1} << 32);
  if (size > (uint64_t{1} << 43)) GTEST_SKIP() << "this disk is too large to be filled";
  const auto file = PartialFile::open(spec_for(scratch, size));
  if (file.ok()) GTEST_SKIP() << "this file system reserves nothing";
  EXPECT_EQ(file.error().code, Code::kDiskFull);
  EXPECT_NE(file.error().message.find(std::to_string(size) + " bytes are needed"), std::string::npos)
      << file.error().message;
  EXPECT_NE(file.error().message.find("are free"), std::string::npos);
  EXPECT_TRUE(names(scratch / "blobs").empty());
}

// One list of a folder serves many files, and what comes later is still found.
TEST(LeftoverIndex, SeesWhatIsThereAndWhatComes) {
  Scratch scratch;
  const std::string folder = scratch / "blobs";
  LeftoverIndex index;
  EXPECT_FALSE(index.may_have(folder, "e0"));  // no such folder: nothing to adopt
  put(folder + "/e1.incomplete", content(0, 10));
  LeftoverIndex second;
  EXPECT_TRUE(second.may_have(folder, "e1"));
  EXPECT_FALSE(second.may_have(folder, "e0"));
  put(folder + "/e0.0123abcd.incomplete", content(0, 10));
  const auto begun = std::chrono::steady_clock::now();
  while (!second.may_have(folder, "e0")) {
    ASSERT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60)) << "never looked again";
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(PartialNames, AreExact) {
  EXPECT_TRUE(is_partial_name("e.incomplete", "e"));
  EXPECT_TRUE(is_partial_name("e.0123abcd.incomplete", "e"));
  for (const char* other : {"e", "e.0123ABCD.incomplete", "e.0123abc.incomplete", "e.0123abcde.incomplete",
                            "ee.incomplete", "e0123abcd.incomplete", ".incomplete", "e.incomplete.x"}) {
    EXPECT_FALSE(is_partial_name(other, "e")) << other;
  }
}

TEST(PartialFooter, IsFoundFromTheEnd) {
  const Bytes bits{0xff, 0x01};
  const uint64_t size = 9 * kB;
  const Bytes footer = encode_footer("etag", size, bits);
  ASSERT_EQ(footer.size(), footer_bytes(size));
  const ByteView fixed = ByteView(footer).last(kFooterFixedBytes);
  const auto facts = decode_footer(fixed, size + footer.size());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->content_size, size);
  EXPECT_EQ(facts->bitmap_bytes, 2u);
  EXPECT_TRUE(footer_is_for(fixed, "etag"));
  EXPECT_FALSE(footer_is_for(fixed, "other"));
  EXPECT_FALSE(decode_footer(fixed, size + footer.size() + 1)) << "the file must end where the footer does";
  EXPECT_FALSE(decode_footer(fixed.first(71), size + footer.size()));
}

}  // namespace
}  // namespace hfhub::cache
