#include "platform/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/scratch.h"

namespace hfhub::platform {
namespace {

using test::Scratch;

std::string content(const std::string& path) { return read_text(path).value_or("<unreadable>"); }

std::vector<std::string> names(const std::string& folder) {
  std::vector<std::string> out;
  for (const Entry& entry : list_folder(folder).value_or({})) out.push_back(entry.name);
  return out;
}

TEST(File, WritesAndReadsAtOffsets) {
  const Scratch scratch;
  File file = *File::create_new(scratch / "f");
  EXPECT_TRUE(file.write_at(4, as_bytes("5678")).ok());
  EXPECT_TRUE(file.write_at(0, as_bytes("1234")).ok());
  EXPECT_EQ(file.size().value(), 8u);
  Bytes buffer(100);
  EXPECT_EQ(file.read_at(2, buffer).value(), 6u);
  EXPECT_EQ(as_text(ByteView(buffer).first(6)), "345678");
  EXPECT_EQ(file.read_at(8, buffer).value(), 0u);
  EXPECT_EQ(file.read_at(800, buffer).value(), 0u);
}

TEST(File, WritesManyPiecesOneBehindTheOther) {
  const Scratch scratch;
  auto file = File::open_write(scratch / "f");
  ASSERT_TRUE(file.ok());
  std::string source, expected;
  for (int i = 0; i < 5000; ++i) source += static_cast<char>('a' + i % 23);
  std::vector<ByteView> pieces;
  for (size_t i = 0; i < 300; ++i) {  // more than the system takes at once; some empty, some neighbours in memory
    const size_t begin = i % 3 == 0 ? 0 : i * 10, size = i % 7 == 0 ? 0 : 10;
    pieces.push_back(as_bytes(source).subspan(begin, size));
    expected += source.substr(begin, size);
  }
  ASSERT_TRUE(file->write_at(3, pieces).ok());
  ASSERT_TRUE(file->write_at(0, as_bytes("xyz")).ok());
  file->start_writeback();
  Bytes back(expected.size() + 10);
  ASSERT_EQ(file->read_at(0, back).value(), expected.size() + 3);
  EXPECT_EQ(as_text(ByteView(back).first(expected.size() + 3)), "xyz" + expected);
}

TEST(File, OpensWithTheRightMeaning) {
  const Scratch scratch;
  const std::string path = scratch / "f";
  EXPECT_EQ(File::open_read(path).error().code, Code::kIo);
  EXPECT_EQ(File::open_read(path).error().path, path);
  ASSERT_TRUE(write_text_atomically(path, "old").ok());
  EXPECT_FALSE(File::create_new(path).ok());
  EXPECT_TRUE(File::open_write(path).ok());
  EXPECT_EQ(content(path), "old") << "open_write does not truncate";
  EXPECT_FALSE(File::open_read(path)->write_at(0, as_bytes("x")).ok());
}

TEST(File, CreateNewFollowsNoLink) {
  const Scratch scratch;
  ASSERT_TRUE(make_link("target", scratch / "link").ok());
  EXPECT_FALSE(File::create_new(scratch / "link").ok());
  EXPECT_FALSE(exists(scratch / "target"));
}

TEST(File, ResizesAndReserves) {
  const Scratch scratch;
  File file = *File::create_new(scratch / "f");
  EXPECT_TRUE(file.preallocate(1 << 20).ok());
  EXPECT_EQ(file.size().value(), 0u) << "reserving changes no size";
  EXPECT_TRUE(file.preallocate(0).ok());
  EXPECT_TRUE(file.truncate(10).ok());
  EXPECT_EQ(file.size().value(), 10u);
  EXPECT_TRUE(file.sync().ok());
  EXPECT_TRUE(file.close().ok());
  EXPECT_FALSE(file.is_open());
  EXPECT_TRUE(file.close().ok()) << "closing twice is harmless";
}

TEST(File, MovesItsDescriptor) {
  const Scratch scratch;
  File first = *File::create_new(scratch / "a");
  const int fd = first.native();
  File second = std::move(first);
  EXPECT_EQ(second.native(), fd);
  EXPECT_FALSE(first.is_open());
  EXPECT_EQ(second.path(), scratch / "a");
  first = *File::create_new(scratch / "b");
  EXPECT_NE(fcntl(first.native(), F_GETFD) & FD_CLOEXEC, 0) << "descriptors do not leak into child programs";
}

TEST(File, ReportsModeKindAndTimes) {
  const Scratch scratch;
  File file = *File::create_new(scratch / "f");
  ASSERT_TRUE(file.set_mode(0640).ok());
  ASSERT_TRUE(set_modified(scratch / "f", 1700000000.25).ok());
  const Stat stat = *file.stat();
  EXPECT_EQ(stat.mode, 0640u);
  EXPECT_EQ(stat.kind, Kind::kFile);
  EXPECT_NEAR(stat.modified, 1700000000.25, 1e-5);
  EXPECT_TRUE(set_modified(scratch / "f", -0.5).ok());
  EXPECT_NEAR(file.stat()->modified, -0.5, 1e-5);
  EXPECT_EQ((*stat_path(scratch.path()))->kind, Kind::kFolder);
}

TEST(StatPath, LooksAtOrThroughLinks) {
  const Scratch scratch;
  ASSERT_TRUE(write_text_atomically(scratch / "f", "abc").ok());
  ASSERT_TRUE(make_link("f", scratch / "good").ok());
  ASSERT_TRUE(make_link("nothing", scratch / "dangling").ok());
  EXPECT_EQ((*stat_path(scratch / "good"))->kind, Kind::kFile);
  EXPECT_EQ((*stat_path(scratch / "good", false))->kind, Kind::kLink);
  EXPECT_FALSE(stat_path(scratch / "dangling")->has_value());
  EXPECT_TRUE(stat_path(scratch / "dangling", false)->has_value());
  EXPECT_FALSE(stat_path(scratch / "f/below")->has_value()) << "nothing is below a file";
  EXPECT_TRUE(exists(scratch / "good"));
  EXPECT_FALSE(exists(scratch / "dangling"));
  EXPECT_FALSE(is_folder(scratch / "f"));
}

TEST(Links, ReadAndResolve) {
  const Scratch scratch;
  ASSERT_TRUE(make_folders(scratch / "a/b").ok());
  ASSERT_TRUE(make_link("../a/b", scratch / "a/link").ok());
  EXPECT_EQ(read_link(scratch / "a/link").value(), "../a/b");
  EXPECT_EQ(real_path(scratch / "a/link").value(), real_path(scratch.path()).value() + "/a/b");
  EXPECT_FALSE(make_link("x", scratch / "a/link").ok()) << "an existing link is not replaced";
  EXPECT_FALSE(read_link(scratch / "a").ok());
  EXPECT_FALSE(real_path(scratch / "none").ok());
}

TEST(Folders, MakeAllThatIsMissing) {
  const Scratch scratch;
  EXPECT_TRUE(make_folders(scratch / "a/b/c/").ok());
  EXPECT_TRUE(make_folders(scratch / "a/b/c").ok());
  EXPECT_TRUE(is_folder(scratch / "a/b/c"));
  EXPECT_TRUE(make_folders("").ok());
  ASSERT_TRUE(write_text_atomically(scratch / "f", "").ok());
  EXPECT_FALSE(make_folders(scratch / "f").ok());
  EXPECT_FALSE(make_folders(scratch / "f/g").ok());
}

TEST(Folders, ListSortedWithKinds) {
  const Scratch scratch;
  ASSERT_TRUE(write_text_atomically(scratch / "b", "").ok());
  ASSERT_TRUE(make_folders(scratch / "a").ok());
  ASSERT_TRUE(make_link("a", scratch / "c").ok());
  const auto entries = *list_folder(scratch.path());
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].kind, Kind::kFolder);
  EXPECT_EQ(entries[1].kind, Kind::kFile);
  EXPECT_EQ(entries[2].kind, Kind::kLink);
  EXPECT_FALSE(list_folder(scratch / "none").ok());
}

TEST(RemoveTree, NeverFollowsLinks) {
  const Scratch scratch;
  ASSERT_TRUE(make_folders(scratch / "outside").ok());
  ASSERT_TRUE(write_text_atomically(scratch / "outside/precious", "x").ok());
  ASSERT_TRUE(make_folders(scratch / "tree/deep/er").ok());
  ASSERT_TRUE(write_text_atomically(scratch / "tree/deep/f", "x").ok());
  ASSERT_TRUE(make_link("../../outside", scratch / "tree/deep/out").ok());
  ASSERT_TRUE(make_link("outside", scratch / "top").ok());
  EXPECT_TRUE(remove_tree(scratch / "tree").ok());
  EXPECT_TRUE(remove_tree(scratch / "top").ok());
  EXPECT_TRUE(remove_tree(scratch / "none").ok());
  EXPECT_EQ(names(scratch.path()), std::vector<std::string>{"outside"});
  EXPECT_EQ(content(scratch / "outside/precious"), "x");
}

TEST(RemoveFile, IsQuietAboutNothingAndRefusesFolders) {
  const Scratch scratch;
  EXPECT_TRUE(remove_file(scratch / "none").ok());
  EXPECT_FALSE(remove_file(scratch.path()).ok());
}

TEST(RenamePath, Replaces) {
  const Scratch scratch;
  ASSERT_TRUE(write_text_atomically(scratch / "a", "new").ok());
  ASSERT_TRUE(write_text_atomically(scratch / "b", "old").ok());
  EXPECT_TRUE(rename_path(scratch / "a", scratch / "b").ok());
  EXPECT_EQ(content(scratch / "b"), "new");
  EXPECT_FALSE(exists(scratch / "a"));
  EXPECT_FALSE(rename_path(scratch / "a", scratch / "b").ok());
  EXPECT_TRUE(sync_folder(scratch.path()).ok());
}

TEST(WriteTextAtomically, ReplacesWholeFilesAndLeavesNothingBehind) {
  const Scratch scratch;
  EXPECT_TRUE(write_text_atomically(scratch / "f", "one", 0600).ok());
  EXPECT_EQ((*stat_path(scratch / "f"))->mode, 0600u);
  EXPECT_TRUE(write_text_atomically(scratch / "f", "two").ok());
  EXPECT_EQ(content(scratch / "f"), "two");
  EXPECT_FALSE(write_text_atomically(scratch / "no/f", "x").ok());
  ASSERT_TRUE(make_folders(scratch / "folder").ok());
  EXPECT_FALSE(write_text_atomically(scratch / "folder", "x").ok());
  EXPECT_EQ(names(scratch.path()), (std::vector<std::string>{"f", "folder"}));
}

TEST(WriteTextAtomically, ReplacesALinkAndNotItsTarget) {
  const Scratch scratch;
  ASSERT_TRUE(write_text_atomically(scratch / "target", "old").ok());
  ASSERT_TRUE(make_link("target", scratch / "link").ok());
  EXPECT_TRUE(write_text_atomically(scratch / "link", "new").ok());
  EXPECT_EQ(content(scratch / "target"), "old");
  EXPECT_EQ(content(scratch / "link"), "new");
}

TEST(WriteTextAtomically, TakesTheLongestName) {
  const Scratch scratch;
  const std::string path = scratch / std::string(255, 'n');
  const auto written = write_text_atomically(path, "x");
  EXPECT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(content(path), "x");
}

TEST(ReadText, HasALimit) {
  const Scratch scratch;
  ASSERT_TRUE(write_text_atomically(scratch / "f", "12345").ok());
  EXPECT_EQ(read_text(scratch / "f", 5).value(), "12345");
  EXPECT_FALSE(read_text(scratch / "f", 4).ok());
  EXPECT_FALSE(read_text(scratch.path()).ok());
}

TEST(CopyContents, TruncatesTheTarget) {
  const Scratch scratch;
  const std::string big(700000, 'x');
  ASSERT_TRUE(write_text_atomically(scratch / "big", big).ok());
  ASSERT_TRUE(write_text_atomically(scratch / "small", "s").ok());
  EXPECT_TRUE(copy_contents(scratch / "big", scratch / "copy").ok());
  EXPECT_EQ(content(scratch / "copy"), big);
  EXPECT_TRUE(copy_contents(scratch / "small", scratch / "copy").ok());
  EXPECT_EQ(content(scratch / "copy"), "s");
}

TEST(FreeSpace, LooksAtTheNearestExistingFolder) {
  const Scratch scratch;
  EXPECT_GT(free_space(scratch / "not/yet/there").value(), 0u);
  EXPECT_GT(free_space("not-there-either").value(), 0u);
}

TEST(FileLock, ExcludesUntilItIsGone) {
  const Scratch scratch;
  auto held = *FileLock::try_acquire(scratch / "lock");
  ASSERT_TRUE(held.has_value());
  EXPECT_FALSE(FileLock::try_acquire(scratch / "lock")->has_value()) << "within one process, too";
  held.reset();
  EXPECT_TRUE(FileLock::try_acquire(scratch / "lock")->has_value());
  EXPECT_TRUE(exists(scratch / "lock")) << "the file stays";
}

TEST(FileLock, ExcludesOtherProcesses) {
  const Scratch scratch;
  const auto held = *FileLock::try_acquire(scratch / "lock");
  ASSERT_TRUE(held.has_value());
  const pid_t child = fork();
  if (child == 0) _exit(FileLock::try_acquire(scratch / "lock")->has_value() ? 1 : 0);
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(FileLock, NeedsAFolder) {
  const Scratch scratch;
  EXPECT_FALSE(FileLock::try_acquire(scratch / "none/lock").ok());
}

TEST(Paths, JoinAndSplit) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(join_path("/", "b"), "/b");
  EXPECT_EQ(parent_path("/a/b/"), "/a");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(parent_path("a"), "");
  EXPECT_EQ(base_name("/a/b/"), "b");
  EXPECT_EQ(base_name("b"), "b");
}

}  // namespace
}  // namespace hfhub::platform
