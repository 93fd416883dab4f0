#include "cache/layout.h"

#include <gtest/gtest.h>

namespace hfhub::cache {
namespace {

TEST(Layout, NamesEverything) {
  const Layout layout("/c", {RepoType::kDataset, "ns/name"});
  EXPECT_EQ(layout.folder_name, "datasets--ns--name");
  EXPECT_EQ(layout.folder, "/c/datasets--ns--name");
  EXPECT_EQ(layout.blob("e"), "/c/datasets--ns--name/blobs/e");
  EXPECT_EQ(layout.snapshot("c"), "/c/datasets--ns--name/snapshots/c");
  EXPECT_EQ(layout.snapshot_file("c", "a/b"), "/c/datasets--ns--name/snapshots/c/a/b");
  EXPECT_EQ(layout.ref("refs/pr/1"), "/c/datasets--ns--name/refs/refs/pr/1");
  EXPECT_EQ(layout.absent_marker("c", "a/b"), "/c/datasets--ns--name/.no_exist/c/a/b");
  EXPECT_EQ(layout.tree("c"), "/c/datasets--ns--name/trees/c.json");
  EXPECT_EQ(layout.lock("e"), "/c/.locks/datasets--ns--name/e.lock");
}

TEST(Layout, RepoFolderNamesGoBothWays) {
  for (const RepoRef& repo :
       {RepoRef{RepoType::kModel, "gpt2"}, RepoRef{RepoType::kSpace, "a/b"}, RepoRef{RepoType::kKernel, "a-b/c.d"}}) {
    const auto back = parse_repo_folder_name(repo_folder_name(repo));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->type, repo.type);
    EXPECT_EQ(back->id, repo.id);
  }
  EXPECT_NE(parse_repo_folder_name("blobs").error().message.find("no '--'"), std::string::npos);
  EXPECT_NE(parse_repo_folder_name("foos--x").error().message.find("'foos'"), std::string::npos);
}

TEST(Layout, EtagsBecomeNames) {
  EXPECT_EQ(*normalize_etag("\"abc\""), "abc");
  EXPECT_EQ(*normalize_etag("W/\"abc\""), "abc");
  EXPECT_EQ(*normalize_etag("abc-12"), "abc-12");
  EXPECT_EQ(*normalize_etag("WW//\"\"a\"\""), "a");
}

TEST(Layout, EtagsThatAreNoNamesAreRefused) {
  for (const char* bad :
       {"", "W/", "\"\"", "\"../x\"", "a/b", "\".\"", "..", ".hidden", "a\\b", "a\nb", "con", "\xFF"}) {
    const auto etag = normalize_etag(bad);
    ASSERT_FALSE(etag.ok()) << bad;
    EXPECT_EQ(etag.error().code, Code::kUnsafeName);
  }
  EXPECT_TRUE(normalize_etag(std::string(200, 'a')).ok());
  EXPECT_FALSE(normalize_etag(std::string(201, 'a')).ok());
}

}  // namespace
}  // namespace hfhub::cache
