#include "cache/verify.h"

#include <gtest/gtest.h>

#include "platform/file.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;
using Names = std::vector<std::string>;

// "hello": git's blob id and SHA-256.
const std::string kGit = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
const std::string kSha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

void put(const std::string& path, std::string_view text) {
  ASSERT_TRUE(platform::make_folders(platform::parent_path(path)).ok());
  ASSERT_TRUE(platform::write_text_atomically(path, text).ok());
}

Tree sample() {
  Tree tree;
  tree.files.push_back({"a", 5, kGit, "", 0, ""});
  tree.files.push_back({"d/lfs", 130, std::string(40, '0'), kSha256, 5, ""});
  tree.files.push_back({"gone", 5, kGit, "", 0, ""});
  return tree;
}

TEST(Verify, FindsWhatIsWrongMissingAndExtra) {
  const Scratch scratch;
  put(scratch / "a", "hello");
  put(scratch / "d/lfs", "hell0");
  put(scratch / "more", "x");
  for (const char* ignored : {".git/config", "sub/.git/x", ".cache/huggingface/download/a.metadata"}) {
    put(scratch / ignored, "x");
  }
  uint64_t bytes = 0;
  const auto result = verify_folder(scratch.path(), sample(), {}, [&](uint64_t more) { bytes += more; });
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->checked_count, 2u);
  EXPECT_EQ(result->missing_paths, Names{"gone"});
  EXPECT_EQ(result->extra_paths, Names{"more"});
  ASSERT_EQ(result->mismatches.size(), 1u);
  EXPECT_EQ(result->mismatches[0].path, "d/lfs");
  EXPECT_EQ(result->mismatches[0].expected, kSha256);
  EXPECT_EQ(result->mismatches[0].algorithm, "sha256");
  EXPECT_EQ(result->mismatches[0].actual.size(), 64u);
  EXPECT_FALSE(result->clean());
  EXPECT_EQ(bytes, 10u);
}

TEST(Verify, ACleanFolder) {
  const Scratch scratch;
  put(scratch / "a", "hello");
  put(scratch / "blobs/e", "hello");
  put(scratch / "gone", "hello");
  ASSERT_TRUE(platform::make_folders(scratch / "d").ok());
  ASSERT_TRUE(platform::make_link("../blobs/e", scratch / "d/lfs").ok());
  ASSERT_TRUE(platform::make_link("nowhere", scratch / "broken").ok());
  ASSERT_TRUE(platform::make_link("blobs", scratch / "folder").ok());
  const auto result = verify_folder(scratch.path(), sample(), {}, nullptr);
  EXPECT_EQ(result->extra_paths, Names{"blobs/e"}) << "broken links and links to folders are no files";
  EXPECT_EQ(result->checked_count, 3u);
  EXPECT_TRUE(result->mismatches.empty());
  EXPECT_TRUE(result->missing_paths.empty());
}

TEST(Verify, CanBePlannedSplitAndCancelled) {
  const Scratch scratch;
  put(scratch / "a", "hello");
  put(scratch / "d/lfs", "hello");
  const auto plan = plan_verification(scratch.path(), sample());
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->files.size(), 2u);
  EXPECT_EQ(plan->bytes, 10u);
  for (const TreeFile& file : plan->files) EXPECT_FALSE(*verify_file(scratch.path(), file, {}, nullptr));
  const runtime::Cancel cancel;
  cancel.request();
  EXPECT_EQ(verify_file(scratch.path(), plan->files[0], cancel, nullptr).error().code, Code::kCancelled);
  EXPECT_EQ(verify_folder(scratch.path(), sample(), cancel, nullptr).error().code, Code::kCancelled);
  EXPECT_EQ(plan_verification(scratch / "none", sample()).error().code, Code::kCache);
}

TEST(Verify, ExpectedDigestsMayBeUpperCase) {
  const Scratch scratch;
  put(scratch / "a", "hello");
  TreeFile file{"a", 5, "B6FC4C620B67D95F953A5C1C1230AAAB5DB5A1B0", "", 0, ""};
  EXPECT_FALSE(*verify_file(scratch.path(), file, {}, nullptr));
}

TEST(FileDigest, OfWholeFiles) {
  const Scratch scratch;
  put(scratch / "a", "hello");
  put(scratch / "empty", "");
  EXPECT_EQ(*digest_file(scratch / "a", digest::Algorithm::kGitSha1, {}, nullptr), kGit);
  EXPECT_EQ(*digest_file(scratch / "a", digest::Algorithm::kSha256, {}, nullptr), kSha256);
  EXPECT_EQ(*digest_file(scratch / "a", digest::Algorithm::kNone, {}, nullptr), "");
  EXPECT_EQ(*digest_file(scratch / "empty", digest::Algorithm::kGitSha1, {}, nullptr),
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_FALSE(digest_file(scratch / "none", digest::Algorithm::kSha256, {}, nullptr).ok());
}

TEST(FileDigest, ContinuesWhereADownloadStopped) {
  const Scratch scratch;
  PartialSpec spec;
  spec.folder = scratch.path();
  spec.stem = spec.etag = "e";
  spec.size = 5;
  auto file = *PartialFile::open(spec);
  ASSERT_TRUE(file.write(0, as_bytes("hell")).ok());
  digest::ContentDigest digest(digest::Algorithm::kSha256, 5);
  ASSERT_TRUE(digest_range(file, {0, 4}, &digest, {}, nullptr).ok());
  EXPECT_EQ(digest_range(file, {4, 5}, &digest, {}, nullptr).error().code, Code::kIo) << "not there yet";
  digest.update(as_bytes("o"));
  EXPECT_EQ(digest.finish_hex(), kSha256);
}

}  // namespace
}  // namespace hfhub::cache
