#include "cache/repo_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";
const std::string kOther = "89abcdef0123456789abcdef0123456789abcdef";
const RepoRef kRepo{RepoType::kModel, "ns/name"};

struct Fixture {
  explicit Fixture(bool symlinks = true, int64_t lock_timeout_ms = 200)
      : log(std::make_shared<runtime::Log>(
            [this](runtime::LogLevel, std::string_view message) { lines.emplace_back(message); },
            runtime::LogLevel::kDebug)),
        cache(scratch / "hub", kRepo, {symlinks, true, lock_timeout_ms}, log) {}

  PartialFile whole(std::string_view etag, std::string_view text) {
    auto file = *PartialFile::open(cache.partial_spec(etag, true, text.size(), false));
    EXPECT_TRUE(file.write(0, as_bytes(text)).ok());
    return file;
  }
  Result<std::string> put(std::string_view etag, std::string_view text, std::string_view path,
                          std::string_view commit = kCommit) {
    return cache.publish(whole(etag, text), etag, commit, path);
  }
  std::string at(std::string_view name) const { return cache.layout().folder + "/" + std::string(name); }

  Scratch scratch;
  std::vector<std::string> lines;
  std::shared_ptr<const runtime::Log> log;
  RepoCache cache;
};

uint32_t mode_of(const std::string& path) {
  struct ::stat raw {};
  return ::lstat(path.c_str(), &raw) == 0 ? raw.st_mode & 07777 : 0;
}

std::string text_of(const std::string& path) { return platform::read_text(path).value_or("<unreadable>"); }

TEST(RepoCache, PublishesABlobAndALink) {
  Fixture fixture;
  const auto path = fixture.put("e1", "hello", "a/b/c.txt");
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(*path, fixture.at("snapshots/" + kCommit + "/a/b/c.txt"));
  EXPECT_EQ(*platform::read_link(*path), "../../../../blobs/e1");
  EXPECT_EQ(text_of(*path), "hello");
  EXPECT_EQ(*platform::read_link(*fixture.put("e1", "hello", "top")), "../../blobs/e1");
  EXPECT_EQ(platform::list_folder(fixture.at("blobs"))->size(), 1u);
  EXPECT_EQ(text_of(fixture.scratch / "hub/CACHEDIR.TAG"),
            "Signature: 8a477f597d28d172789f06886806bc55\n"
            "# This file is a cache directory tag created by huggingface_hub.\n"
            "# For information about cache directory tags, see:\n#\thttps://bford.info/cachedir/\n");
}

TEST(RepoCache, BlobModesFollowTheUmask) {
  for (const mode_t mask : {mode_t{022}, mode_t{077}, mode_t{002}}) {
    const mode_t before = ::umask(mask);
    Fixture fixture;
    // One fresh, one adopted from a client with other habits.
    ASSERT_TRUE(fixture.put("e1", "hello", "a").ok());
    ASSERT_TRUE(platform::write_text_atomically(fixture.at("blobs/e2.0a1b2c3d.incomplete"), "hel", 0640).ok());
    auto file = *PartialFile::open(fixture.cache.partial_spec("e2", true, 5, false));
    EXPECT_EQ(file.resumed_bytes(), 3u);
    ASSERT_TRUE(file.write(3, as_bytes("lo")).ok());
    ASSERT_TRUE(fixture.cache.publish(std::move(file), "e2", kCommit, "b").ok());
    ::umask(before);
    EXPECT_EQ(mode_of(fixture.at("blobs/e1")), 0666u & ~mask);
    EXPECT_EQ(mode_of(fixture.at("blobs/e2")), 0666u & ~mask);
    EXPECT_EQ(platform::list_folder(fixture.at("blobs"))->size(), 2u) << "no probe is left";
  }
}

TEST(RepoCache, UnsafeNamesReachNoDisk) {
  Fixture fixture;
  for (const char* path : {"../x", "/x", "a/../../x", "aux", "a\\b"}) {
    const auto done = fixture.put("e1", "hello", path);
    ASSERT_FALSE(done.ok()) << path;
    EXPECT_EQ(done.error().code, Code::kUnsafeName);
    EXPECT_FALSE(fixture.cache.mark_absent(kCommit, path).ok());
    EXPECT_FALSE(fixture.cache.find(kCommit, path).ok());
    EXPECT_FALSE(fixture.cache.has_snapshot_file(kCommit, {path, 5, "e1", "", 0, ""}));
  }
  EXPECT_EQ(fixture.put("../e1", "hello", "a").error().code, Code::kUnsafeName);
  EXPECT_EQ(fixture.put("e1", "hello", "a", "../c").error().code, Code::kUnsafeName);
  EXPECT_FALSE(fixture.cache.write_ref("../x", kCommit).ok());
  EXPECT_FALSE(fixture.cache.write_ref("main", "../x").ok());
  EXPECT_FALSE(fixture.cache.commit_of("../x").ok());
  EXPECT_FALSE(fixture.cache.tree("../x").ok());
  EXPECT_FALSE(fixture.cache.write_tree("a/b", {}).ok());
  EXPECT_FALSE(fixture.cache.has_blob("../x", false, 0).ok());
  EXPECT_FALSE(fixture.cache.lock("../x", runtime::Cancel()).ok());
  EXPECT_FALSE(platform::exists(fixture.at("snapshots")));
}

TEST(RepoCache, NeverWritesThroughALinkIntoTheSharedStore) {
  Fixture fixture;
  const std::string hash(64, 'a');
  const std::string payload = fixture.scratch / ("hub/blobs/aa/" + hash);
  ASSERT_TRUE(platform::make_folders(platform::parent_path(payload)).ok());
  ASSERT_TRUE(platform::make_folders(fixture.at("blobs")).ok());
  ASSERT_TRUE(platform::write_text_atomically(payload, "shared", 0444).ok());
  ASSERT_TRUE(platform::make_link("../../blobs/aa/" + hash, fixture.at("blobs/e1")).ok());
  EXPECT_TRUE(*fixture.cache.has_blob("e1", true, 6)) << "two levels of links are followed";
  EXPECT_FALSE(*fixture.cache.has_blob("e1", true, 7));
  EXPECT_EQ(text_of(*fixture.cache.link("e1", kCommit, "a")), "shared");

  ASSERT_TRUE(fixture.put("e1", "newer", "b").ok());
  EXPECT_EQ(text_of(payload), "shared");
  EXPECT_EQ(mode_of(payload), 0444u);
  EXPECT_FALSE(platform::read_link(fixture.at("blobs/e1")).ok()) << "the link was replaced by a file";
  EXPECT_EQ(text_of(fixture.at("snapshots/" + kCommit + "/a")), "newer");
}

TEST(RepoCache, LinkingIsIdempotentAndRepairs) {
  Fixture fixture;
  ASSERT_TRUE(fixture.put("e1", "hello", "a").ok());
  ASSERT_TRUE(fixture.put("e2", "world", "b").ok());
  const std::string link = fixture.at("snapshots/" + kOther + "/a");
  EXPECT_EQ(*fixture.cache.link("e1", kOther, "a"), link);
  EXPECT_EQ(*fixture.cache.link("e1", kOther, "a"), link);
  ASSERT_TRUE(platform::remove_file(link).ok());
  ASSERT_TRUE(platform::make_link("../../blobs/gone", link).ok());
  ASSERT_TRUE(fixture.cache.link("e1", kOther, "a").ok());
  EXPECT_EQ(*platform::read_link(link), "../../blobs/e1");
  ASSERT_TRUE(fixture.cache.link("e2", kOther, "a").ok());
  EXPECT_EQ(text_of(link), "world");
  EXPECT_EQ(platform::list_folder(fixture.at("snapshots/" + kOther))->size(), 1u);
  EXPECT_EQ(platform::list_folder(fixture.at("blobs"))->size(), 2u);
  EXPECT_EQ(fixture.cache.link("e9", kOther, "a").error().code, Code::kCache);
}

TEST(RepoCache, LinksThatRaceAgree) {
  Fixture fixture;
  ASSERT_TRUE(fixture.put("e1", "hello", "a").ok());
  for (int round = 0; round < 20; ++round) {
    const std::string name = "r" + std::to_string(round);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { EXPECT_TRUE(fixture.cache.link("e1", kCommit, name).ok()); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(text_of(fixture.at("snapshots/" + kCommit + "/" + name)), "hello");
  }
}

TEST(RepoCache, AFolderInTheWayIsAnError) {
  Fixture fixture;
  ASSERT_TRUE(platform::make_folders(fixture.at("snapshots/" + kCommit + "/a")).ok());
  EXPECT_FALSE(fixture.put("e1", "hello", "a").ok());
  ASSERT_TRUE(platform::make_folders(fixture.at("blobs/e2")).ok());
  EXPECT_FALSE(fixture.put("e2", "hello", "b").ok());
}

TEST(RepoCache, WithoutLinksFilesMoveAndCopy) {
  Fixture fixture(false);
  const std::string first = *fixture.put("e1", "hello", "d/a");
  EXPECT_EQ(text_of(first), "hello");
  EXPECT_FALSE(platform::read_link(first).ok());
  EXPECT_TRUE(platform::list_folder(fixture.at("blobs"))->empty()) << "the blob moved into the snapshot";
  // A blob that a client with links left there is copied.
  ASSERT_TRUE(platform::write_text_atomically(fixture.at("blobs/e2"), "world").ok());
  const std::string second = *fixture.cache.link("e2", kCommit, "d/b");
  EXPECT_EQ(text_of(second), "world");
  EXPECT_EQ(text_of(fixture.at("blobs/e2")), "world");
  EXPECT_FALSE(platform::read_link(second).ok());
  EXPECT_EQ(platform::list_folder(fixture.at("blobs"))->size(), 1u);
  EXPECT_EQ(platform::list_folder(fixture.at("snapshots/" + kCommit + "/d"))->size(), 2u);
}

TEST(RepoCache, RefsAreWrittenOnlyWhenDifferent) {
  Fixture fixture;
  const std::string path = fixture.at("refs/refs/pr/1");
  EXPECT_FALSE(*fixture.cache.commit_of("refs/pr/1"));
  ASSERT_TRUE(fixture.cache.write_ref("refs/pr/1", kCommit).ok());
  EXPECT_EQ(text_of(path), kCommit);
  EXPECT_EQ(**fixture.cache.commit_of("refs/pr/1"), kCommit);
  const uint64_t inode = (*platform::stat_path(path))->inode;
  ASSERT_TRUE(fixture.cache.write_ref("refs/pr/1", kCommit).ok());
  EXPECT_EQ((*platform::stat_path(path))->inode, inode);
  ASSERT_TRUE(platform::write_text_atomically(path, kCommit + "\n").ok());
  EXPECT_EQ(**fixture.cache.commit_of("refs/pr/1"), kCommit) << "other tools write newlines";
  ASSERT_TRUE(fixture.cache.write_ref("refs/pr/1", kCommit).ok());
  EXPECT_EQ(text_of(path), kCommit) << "the other client cannot read it with a newline";
  ASSERT_TRUE(fixture.cache.write_ref(kCommit, kCommit).ok());
  EXPECT_FALSE(platform::exists(fixture.at("refs/" + kCommit)));
  EXPECT_EQ(**fixture.cache.commit_of(kOther), kOther) << "a full hash needs no ref";
  EXPECT_EQ(platform::list_folder(fixture.at("refs/refs/pr"))->size(), 1u);
  EXPECT_FALSE(platform::exists(fixture.scratch / "hub/CACHEDIR.TAG")) << "the tag comes with the first download";
}

TEST(RepoCache, BrokenRefsNameNothing) {
  Fixture fixture;
  ASSERT_TRUE(platform::make_folders(fixture.at("refs/folder")).ok());
  EXPECT_FALSE(*fixture.cache.commit_of("folder"));
  for (const char* text : {"", "\n", "../../x", "a/b"}) {
    ASSERT_TRUE(platform::write_text_atomically(fixture.at("refs/main"), text).ok());
    EXPECT_FALSE(*fixture.cache.commit_of("main")) << text;
  }
}

TEST(RepoCache, FindGivesThreeAnswers) {
  Fixture fixture;
  EXPECT_EQ(fixture.cache.find("main", "a")->presence, Presence::kUnknown);
  ASSERT_TRUE(fixture.put("e1", "hello", "d/a").ok());
  ASSERT_TRUE(fixture.cache.write_ref("main", kCommit).ok());
  const Lookup found = *fixture.cache.find("main", "d/a");
  EXPECT_EQ(found.presence, Presence::kFound);
  EXPECT_EQ(found.commit, kCommit);
  EXPECT_EQ(found.path, fixture.at("snapshots/" + kCommit + "/d/a"));
  EXPECT_EQ(fixture.cache.find(kCommit, "d/a")->presence, Presence::kFound);
  EXPECT_EQ(fixture.cache.find("main", "d")->presence, Presence::kUnknown) << "a folder is no file";
  EXPECT_EQ(fixture.cache.find("main", "d/a/x")->presence, Presence::kUnknown);
  EXPECT_EQ(fixture.cache.find(kOther, "d/a")->presence, Presence::kUnknown);

  ASSERT_TRUE(fixture.cache.mark_absent(kCommit, "x/missing").ok());
  ASSERT_TRUE(fixture.cache.mark_absent(kCommit, "x/missing").ok());
  EXPECT_EQ((*platform::stat_path(fixture.at(".no_exist/" + kCommit + "/x/missing")))->size, 0u);
  EXPECT_EQ(fixture.cache.find("main", "x/missing")->presence, Presence::kAbsent);
  EXPECT_EQ(fixture.cache.find("v2", "x/missing")->commit, "");

  ASSERT_TRUE(platform::remove_file(fixture.at("blobs/e1")).ok());
  EXPECT_EQ(fixture.cache.find("main", "d/a")->presence, Presence::kUnknown) << "a broken link";
  EXPECT_FALSE(*fixture.cache.has_blob("e1", false, 0));
}

TEST(RepoCache, SnapshotFilesAreComparedBySize) {
  Fixture fixture;
  ASSERT_TRUE(fixture.put("e1", "hello", "a").ok());
  EXPECT_TRUE(fixture.cache.has_snapshot_file(kCommit, {"a", 5, "e1", "", 0, ""}));
  EXPECT_FALSE(fixture.cache.has_snapshot_file(kCommit, {"a", 6, "e1", "", 0, ""}));
  EXPECT_TRUE(fixture.cache.has_snapshot_file(kCommit, {"a", 130, "e1", std::string(64, 'a'), 5, ""}));
  EXPECT_FALSE(fixture.cache.has_snapshot_file(kCommit, {"b", 5, "e1", "", 0, ""}));
}

TEST(RepoCache, Trees) {
  Fixture fixture;
  EXPECT_FALSE(*fixture.cache.tree(kCommit));
  Tree tree;
  tree.files.push_back({"a", 5, "e1", "", 0, ""});
  ASSERT_TRUE(fixture.cache.write_tree(kCommit, tree).ok());
  EXPECT_EQ((*fixture.cache.tree(kCommit))->files.size(), 1u);
  EXPECT_EQ(mode_of(fixture.at("trees/" + kCommit + ".json")), 0600u);
}

TEST(RepoCache, LocksWaitThenGoOnWithout) {
  Fixture fixture(true, 150);
  auto first = fixture.cache.lock("e1", runtime::Cancel());
  ASSERT_TRUE(first.ok() && *first);
  const std::string path = fixture.cache.layout().lock("e1");
  EXPECT_EQ(mode_of(path), 0664u);
  const SteadyTime start = steady_now();
  const auto second = fixture.cache.lock("e1", runtime::Cancel());
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(*second);
  EXPECT_GE(ms_since(start), 150);
  EXPECT_LT(ms_since(start), 5000);
  ASSERT_EQ(fixture.lines.size(), 1u);
  EXPECT_NE(fixture.lines[0].find(path), std::string::npos);
  EXPECT_TRUE(*fixture.cache.lock("e2", runtime::Cancel())) << "another etag is another lock";
  first->reset();
  EXPECT_TRUE(*fixture.cache.lock("e1", runtime::Cancel()));
  EXPECT_TRUE(platform::exists(path)) << "lock files stay";
}

TEST(RepoCache, WaitingForALockIsCancellable) {
  Fixture fixture(true, 60'000);
  auto first = fixture.cache.lock("e1", runtime::Cancel());
  const runtime::Cancel cancel;
  std::thread canceller([&] {
    ::usleep(50'000);
    cancel.request();
  });
  const SteadyTime start = steady_now();
  const auto second = fixture.cache.lock("e1", cancel);
  canceller.join();
  EXPECT_EQ(second.error().code, Code::kCancelled);
  EXPECT_LT(ms_since(start), 10'000);
}

TEST(RepoCache, ALockThatComesFreeIsTaken) {
  Fixture fixture(true, 60'000);
  auto first = *fixture.cache.lock("e1", runtime::Cancel());
  std::thread holder([&] {
    ::usleep(80'000);
    first.reset();
  });
  EXPECT_TRUE(*fixture.cache.lock("e1", runtime::Cancel()));
  holder.join();
}

TEST(RepoCache, AReadOnlyCacheIsReadAndNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root writes anywhere";
  Fixture fixture;
  ASSERT_TRUE(fixture.put("e1", "hello", "a").ok());
  const std::string blobs = fixture.at("blobs");
  ASSERT_EQ(::chmod(blobs.c_str(), 0500), 0);
  EXPECT_EQ(fixture.cache.find(kCommit, "a")->presence, Presence::kFound);
  EXPECT_TRUE(fixture.cache.link("e1", kCommit, "a").ok()) << "there is nothing to write";
  const auto file = PartialFile::open(fixture.cache.partial_spec("e2", true, 5, false));
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find(blobs), std::string::npos);
  ::chmod(blobs.c_str(), 0700);
}

}  // namespace
}  // namespace hfhub::cache
