#include "cache/share_blob.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/fault.h"
#include "cache/repo_cache.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";
const std::string kLater = "89abcdef0123456789abcdef0123456789abcdef";
const std::string kHash = "ab" + std::string(62, '1');
const std::string kText = "the whole content";

uint32_t mode_of(const std::string& path) {
  struct ::stat raw {};
  return ::lstat(path.c_str(), &raw) == 0 ? raw.st_mode & 07777 : 0;
}
std::string text_of(const std::string& path) { return platform::read_text(path).value_or("<unreadable>"); }

struct Fixture {
  explicit Fixture(bool shared = true) : one(make("one", shared)), two(make("two", shared)) {}
  RepoCache make(const std::string& name, bool shared) const {
    return RepoCache(root(), {RepoType::kModel, "ns/" + name}, {true, true, 200, shared}, nullptr);
  }
  std::string root() const { return scratch / "hub"; }
  std::string store(const std::string& name) const { return root() + "/blobs/" + name; }
  std::string payload() const { return store("ab/" + kHash); }
  Result<std::string> put(RepoCache& cache, std::string_view text = kText, const Sharing& sharing = {kHash, false},
                          std::string_view commit = kCommit) const {
    HFHUB_TRY(auto file, PartialFile::open(cache.partial_spec("e1", true, text.size(), true)));
    HFHUB_CHECK(file.write(0, as_bytes(text)));
    return cache.publish(std::move(file), "e1", commit, "d/a", sharing);
  }

  const Scratch scratch;
  RepoCache one, two;
};

TEST(ShareBlob, PublishesAndIsTakenByAnotherRepository) {
  Fixture f;
  EXPECT_FALSE(f.two.has_shared(kHash, kText.size()));
  const auto path = f.put(f.one);
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(text_of(*path), kText);
  EXPECT_EQ(*platform::read_link(*path), "../../../blobs/e1");
  EXPECT_EQ(*platform::read_link(f.one.layout().blob("e1")), "../../blobs/ab/" + kHash);
  EXPECT_EQ(text_of(f.store(".huggingface-shared-blobs")), "1\n");
  EXPECT_EQ(text_of(f.payload() + ".refs"), "models--ns--one/blobs/e1\n");
  EXPECT_EQ(mode_of(f.payload() + ".refs"), 0666u);
  EXPECT_EQ(mode_of(f.payload() + ".lock"), 0666u);

  EXPECT_FALSE(f.two.has_shared(kHash, kText.size() + 1));
  ASSERT_TRUE(f.two.has_shared(kHash, kText.size()));
  ASSERT_TRUE(*f.two.take_shared("e1", kHash, kText.size(), runtime::Cancel()));
  EXPECT_EQ(text_of(*f.two.link("e1", kCommit, "d/a")), kText);
  EXPECT_EQ(text_of(f.payload() + ".refs"), "models--ns--one/blobs/e1\nmodels--ns--two/blobs/e1\n");
  EXPECT_EQ(shared_users(f.payload(), f.root())->size(), 2u);
  EXPECT_TRUE(f.one.flush().ok());
}

TEST(ShareBlob, ModesFollowTheCacheFolder) {
  const struct {
    uint32_t folder, payload;
  } cases[] = {{0755, 0444}, {0700, 0400}, {0750, 0440}, {01777, 0444}, {02775, 0444}};
  for (const auto& [folder, payload] : cases) {
    Fixture f;
    ASSERT_TRUE(f.one.prepare().ok());
    ASSERT_TRUE(platform::set_mode(f.root(), folder).ok());
    ASSERT_TRUE(f.put(f.one).ok());
    EXPECT_EQ(mode_of(f.store("")), folder);
    EXPECT_EQ(mode_of(f.store("ab")), folder);
    EXPECT_EQ(mode_of(f.payload()), payload);
    EXPECT_EQ(mode_of(f.store(".huggingface-shared-blobs")), payload);
  }
}

TEST(ShareBlob, APayloadStaysUnlessItIsToBeReplaced) {
  Fixture f;
  ASSERT_TRUE(f.put(f.one).ok());
  const auto before = *platform::stat_path(f.payload());
  ASSERT_TRUE(f.put(f.two).ok());
  EXPECT_EQ((*platform::stat_path(f.payload()))->inode, before->inode);
  ASSERT_TRUE(f.put(f.two, kText, {kHash, true}).ok());
  EXPECT_NE((*platform::stat_path(f.payload()))->inode, before->inode);
  EXPECT_EQ(text_of(f.one.layout().snapshot_file(kCommit, "d/a")), kText);
  EXPECT_EQ(platform::list_folder(f.one.layout().folder + "/blobs")->size(), 1u) << "no temporary name is left";
  // One of another length is no payload of this content.
  ASSERT_TRUE(platform::remove_file(f.payload()).ok());
  ASSERT_TRUE(platform::write_text_atomically(f.payload(), "short").ok());
  ASSERT_TRUE(f.put(f.two).ok());
  EXPECT_EQ(text_of(f.payload()), kText);
}

TEST(ShareBlob, StaysOutWhereItDoesNotBelong) {
  const auto local = [](const Fixture& f, const Result<std::string>& path) {
    ASSERT_TRUE(path.ok()) << path.error().message;
    EXPECT_EQ(text_of(*path), kText);
    const auto blob = platform::stat_path(f.one.layout().blob("e1"), false);
    ASSERT_TRUE(blob.ok() && *blob);
    EXPECT_EQ((*blob)->kind, platform::Kind::kFile);
    EXPECT_EQ((*blob)->mode & 0200u, 0200u) << "an ordinary blob";
  };
  {
    Fixture off(false);
    local(off, off.put(off.one));
    EXPECT_FALSE(platform::exists(off.store("")));
  }
  {
    Fixture foreign;
    ASSERT_TRUE(platform::make_folders(foreign.store("mine")).ok());
    local(foreign, foreign.put(foreign.one));
  }
  {
    Fixture linked;
    ASSERT_TRUE(platform::make_folders(linked.scratch / "elsewhere").ok());
    ASSERT_TRUE(platform::make_folders(linked.root()).ok());
    ASSERT_TRUE(platform::make_link(linked.scratch / "elsewhere", linked.root() + "/blobs").ok());
    local(linked, linked.put(linked.one));
    EXPECT_TRUE(platform::list_folder(linked.scratch / "elsewhere")->empty());
  }
  {
    Fixture planted;  // a manifest that leads elsewhere
    ASSERT_TRUE(planted.put(planted.two).ok());
    ASSERT_TRUE(platform::remove_file(planted.payload() + ".refs").ok());
    ASSERT_TRUE(platform::make_link(planted.scratch / "victim", planted.payload() + ".refs").ok());
    local(planted, planted.put(planted.one));
    EXPECT_FALSE(platform::exists(planted.scratch / "victim"));
  }
  {
    Fixture odd;
    local(odd, odd.put(odd.one, kText, {std::string(64, 'A'), false}));
  }
}

TEST(ShareBlob, TakesOverAnAbandonedMarker) {
  Fixture f;
  ASSERT_TRUE(platform::make_folders(f.store("")).ok());
  ASSERT_TRUE(platform::write_text_atomically(f.store(".huggingface-shared-blobs.0123abcd.tmp"), "1").ok());
  ASSERT_TRUE(f.put(f.one).ok());
  EXPECT_EQ(platform::list_folder(f.store(""))->size(), 2u);
}

TEST(ShareBlob, ManyAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const Scratch scratch;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        RepoCache cache(scratch / "hub", {RepoType::kModel, "ns/" + std::to_string(i)}, {}, nullptr);
        const std::string hash = std::string(63, 'c') + std::to_string(i % 3);
        auto file = *PartialFile::open(cache.partial_spec("e1", true, kText.size(), true));
        EXPECT_TRUE(file.write(0, as_bytes(kText)).ok());
        EXPECT_TRUE(cache.publish(std::move(file), "e1", kCommit, "a", {hash, false}).ok());
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(shared_payloads(scratch / "hub").size(), 3u);
    size_t users = 0;
    for (const SharedPayload& payload : shared_payloads(scratch / "hub")) {
      users += shared_users(payload.path, scratch / "hub")->size();
    }
    EXPECT_EQ(users, 8u) << "round " << round;
  }
}

TEST(ShareBlob, OtherVersionsAreThoseInTheStore) {
  Fixture f;
  const std::string older = "cd" + std::string(62, '2');
  EXPECT_TRUE(f.one.other_versions(kLater, "d/a").empty());
  ASSERT_TRUE(f.put(f.one, "an older one", {older, false}).ok());
  EXPECT_TRUE(f.one.other_versions(kCommit, "d/a").empty()) << "the commit itself";
  const auto found = f.one.other_versions(kLater, "d/a");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, f.store("cd/" + older));
  EXPECT_EQ(found[0].size, 12u);
  EXPECT_TRUE(f.one.other_versions(kLater, "d/b").empty());
}

#ifdef HFHUB_FAULT_POINTS
// Each file call fails in turn: readers see nothing or the whole, and the next attempt succeeds.
TEST(ShareBlob, AnyCallMayFail) {
  for (const bool there : {false, true}) {
    for (int64_t nth = 1;; ++nth) {
      ASSERT_LT(nth, 500);
      Fixture f;
      if (there) ASSERT_TRUE(f.put(f.two).ok());
      fault::arm(nth);
      const auto done = f.put(f.one);
      const bool met = fault::failed_at() != nullptr;
      const std::string where = met ? fault::failed_at() : "";
      fault::arm(0);
      const std::string visible = f.one.layout().snapshot_file(kCommit, "d/a");
      if (platform::exists(visible)) {
        EXPECT_EQ(text_of(visible), kText) << where;
      }
      if (!done.ok()) {
        const auto again = f.put(f.one);
        ASSERT_TRUE(again.ok()) << where << ": " << again.error().message;
      }
      EXPECT_EQ(text_of(visible), kText) << where;
      if (there) {
        EXPECT_EQ(text_of(f.two.layout().snapshot_file(kCommit, "d/a")), kText) << where;
      }
      if (!met) break;
    }
  }
}
#endif

}  // namespace
}  // namespace hfhub::cache
