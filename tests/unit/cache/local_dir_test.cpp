#include "cache/local_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";

struct Fixture {
  Scratch scratch;
  LocalDir dir{scratch / "out", 200, nullptr};

  Result<std::string> put(std::string_view path, std::string_view text, std::string_view etag = "e1") {
    auto file = *PartialFile::open(dir.partial_spec(path, etag, true, text.size(), false));
    EXPECT_TRUE(file.write(0, as_bytes(text)).ok());
    return dir.publish(std::move(file), path, kCommit, etag);
  }
  std::string at(std::string_view name) const { return scratch / ("out/" + std::string(name)); }
};

std::string text_of(const std::string& path) { return platform::read_text(path).value_or("<unreadable>"); }

TEST(LocalMetadata, Golden) {
  const LocalMetadata metadata{kCommit, "a16a55fda99d2f2e7b69cce5cf93ff4ad3049930", 1712656091.123};
  const std::string text = kCommit + "\na16a55fda99d2f2e7b69cce5cf93ff4ad3049930\n1712656091.123\n";
  EXPECT_EQ(local_metadata_text(metadata), text);
  const auto back = parse_local_metadata(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->commit, kCommit);
  EXPECT_EQ(back->etag, metadata.etag);
  EXPECT_EQ(back->timestamp, 1712656091.123);
  EXPECT_EQ(parse_local_metadata(" c \r\n e\r\n 1e9 \r\nmore")->timestamp, 1e9);
}

TEST(LocalMetadata, UnreadableCountsAsNone) {
  for (const char* bad : {"", "c\ne", "c\ne\n", "c\ne\nsoon\n", "c\ne\n1.5x\n", "c\n1.5\n"}) {
    EXPECT_FALSE(parse_local_metadata(bad)) << bad;
  }
}

TEST(LocalDir, PublishesAFileWithItsMetadata) {
  Fixture fixture;
  const auto path = fixture.put("sub/config.json", "hello");
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(*path, fixture.at("sub/config.json"));
  EXPECT_EQ(text_of(*path), "hello");
  const std::string place = fixture.at(".cache/huggingface/");
  EXPECT_EQ(text_of(place + ".gitignore"), "*");
  EXPECT_EQ(text_of(place + "CACHEDIR.TAG").substr(0, 10), "Signature:");
  EXPECT_EQ(text_of(place + "download/sub/config.json.metadata").substr(0, 44), kCommit + "\ne1\n");
  EXPECT_EQ(platform::list_folder(place + "download/sub")->size(), 1u);
  const auto metadata = *fixture.dir.metadata("sub/config.json");
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->commit, kCommit);
  EXPECT_EQ(metadata->etag, "e1");
}

TEST(LocalDir, NamesOfTemporaryFilesAndLocks) {
  Fixture fixture;
  const PartialSpec spec = fixture.dir.partial_spec("a/config.json", "e", false, 99, true);
  EXPECT_EQ(spec.folder, fixture.at(".cache/huggingface/download/a"));
  EXPECT_EQ(spec.stem, "8_PA_wEVGiVa2goH2H4KQOQpvVY=.e");
  EXPECT_TRUE(spec.fresh);
  EXPECT_EQ(spec.size, 0u);
  auto lock = fixture.dir.lock("a/config.json", runtime::Cancel());
  ASSERT_TRUE(lock.ok() && *lock);
  struct ::stat raw {};
  ASSERT_EQ(::stat(fixture.at(".cache/huggingface/download/a/config.json.lock").c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 07777, 0664u);
  EXPECT_FALSE(*fixture.dir.lock("a/config.json", runtime::Cancel()));
  EXPECT_EQ(fixture.dir.tree_path(kCommit), fixture.at(".cache/huggingface/trees/" + kCommit + ".json"));
}

TEST(LocalDir, MetadataOnlyCountsForTheFileItDescribes) {
  Fixture fixture;
  EXPECT_FALSE(*fixture.dir.metadata("a"));
  const std::string path = *fixture.put("a", "hello");
  EXPECT_TRUE(*fixture.dir.metadata("a"));
  const double now = wall_seconds();
  ASSERT_TRUE(platform::set_modified(path, now + 0.5).ok());
  EXPECT_TRUE(*fixture.dir.metadata("a")) << "one second of slack";
  ASSERT_TRUE(platform::set_modified(path, now + 10).ok());
  EXPECT_FALSE(*fixture.dir.metadata("a")) << "somebody changed it";
  ASSERT_TRUE(platform::set_modified(path, now - 10).ok());
  EXPECT_TRUE(*fixture.dir.metadata("a"));
  const std::string place = fixture.at(".cache/huggingface/download/a.metadata");
  ASSERT_TRUE(platform::write_text_atomically(place, "garbage").ok());
  EXPECT_FALSE(*fixture.dir.metadata("a"));
  EXPECT_EQ(text_of(place), "garbage") << "reading never writes";
  ASSERT_TRUE(platform::remove_file(path).ok());
  EXPECT_FALSE(*fixture.dir.metadata("a"));
  EXPECT_FALSE(fixture.dir.metadata("../a").ok());
}

TEST(LocalDir, ReplacesAnOldFileButNeverItsLinkTarget) {
  Fixture fixture;
  ASSERT_TRUE(fixture.put("a", "old").ok());
  ASSERT_TRUE(fixture.put("a", "new", "e2").ok());
  EXPECT_EQ(text_of(fixture.at("a")), "new");
  ASSERT_TRUE(platform::write_text_atomically(fixture.scratch / "precious", "precious").ok());
  ASSERT_TRUE(platform::make_link(fixture.scratch / "precious", fixture.at("b")).ok());
  ASSERT_TRUE(fixture.put("b", "mine").ok());
  EXPECT_EQ(text_of(fixture.at("b")), "mine");
  EXPECT_EQ(text_of(fixture.scratch / "precious"), "precious");
}

TEST(LocalDir, CopiesFromTheSharedCache) {
  Fixture fixture;
  ASSERT_TRUE(platform::write_text_atomically(fixture.scratch / "blob", "cached", 0444).ok());
  ASSERT_TRUE(fixture.dir.copy_from(fixture.scratch / "blob", "d/a", kCommit, "e1").ok());
  EXPECT_EQ(text_of(fixture.at("d/a")), "cached");
  struct ::stat raw {};
  ASSERT_EQ(::stat(fixture.at("d/a").c_str(), &raw), 0);
  EXPECT_NE(raw.st_mode & 0200, 0u) << "a copy of a read-only payload is an ordinary file";
  EXPECT_TRUE(*fixture.dir.metadata("d/a"));
  EXPECT_FALSE(fixture.dir.copy_from(fixture.scratch / "gone", "d/b", kCommit, "e1").ok());
  EXPECT_FALSE(platform::exists(fixture.at("d/b")));
  EXPECT_EQ(platform::list_folder(fixture.at(".cache/huggingface/download/d"))->size(), 1u);
}

TEST(LocalDir, UnsafeNamesReachNoDisk) {
  Fixture fixture;
  for (const char* path : {"../x", "/x", "aux.txt", "C:x", ".git/hooks/post-checkout", "a/.GIT/config"}) {
    EXPECT_EQ(fixture.dir.write_metadata(path, kCommit, "e").error().code, Code::kUnsafeName) << path;
    EXPECT_EQ(fixture.dir.lock(path, runtime::Cancel()).error().code, Code::kUnsafeName);
    EXPECT_EQ(fixture.dir.copy_from("x", path, kCommit, "e").error().code, Code::kUnsafeName);
  }
  EXPECT_FALSE(platform::exists(fixture.scratch / "out"));
}

TEST(LocalDir, AFolderInTheWayIsAnError) {
  Fixture fixture;
  ASSERT_TRUE(platform::make_folders(fixture.at("a")).ok());
  EXPECT_FALSE(fixture.put("a", "hello").ok());
  EXPECT_TRUE(platform::is_folder(fixture.at("a")));
}

}  // namespace
}  // namespace hfhub::cache
