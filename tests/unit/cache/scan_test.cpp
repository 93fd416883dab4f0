#include "cache/scan.h"

#include <gtest/gtest.h>

#include "cache/shared_store.h"
#include "platform/file.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

const std::string kOne(40, '1');
const std::string kTwo(40, '2');

void put(const std::string& path, std::string_view text) {
  ASSERT_TRUE(platform::make_folders(platform::parent_path(path)).ok());
  ASSERT_TRUE(platform::write_text_atomically(path, text).ok());
}
void link(const std::string& target, const std::string& path) {
  ASSERT_TRUE(platform::make_folders(platform::parent_path(path)).ok());
  ASSERT_TRUE(platform::make_link(target, path).ok());
}

void put_repo(const Scratch& scratch, const std::string& name) {
  const std::string repo = scratch / name;
  put(repo + "/blobs/e1", "hello");
  put(repo + "/blobs/e2", "hi");
  put(repo + "/refs/main", kOne);
  put(repo + "/refs/refs/pr/1", kOne);
  link("../../blobs/e1", repo + "/snapshots/" + kOne + "/a");
  link("../../../blobs/e1", repo + "/snapshots/" + kOne + "/d/b");
  link("../../blobs/e2", repo + "/snapshots/" + kOne + "/c");
  link("../../blobs/e1", repo + "/snapshots/" + kTwo + "/a");
}

TEST(Scan, CountsBlobsOnce) {
  const Scratch scratch;
  put_repo(scratch, "models--ns--name");
  put(scratch / "CACHEDIR.TAG", "x");
  put(scratch / ".locks/models--ns--name/e1.lock", "");
  put(scratch / ".DS_Store", "");
  put(scratch / "models--ns--name/blobs/e3.0a1b2c3d.incomplete", "part");
  const auto info = scan(scratch.path());
  ASSERT_TRUE(info.ok());
  EXPECT_TRUE(info->warnings.empty());
  ASSERT_EQ(info->repos.size(), 1u);
  const CachedRepo& repo = info->repos[0];
  EXPECT_EQ(repo.repo.id, "ns/name");
  EXPECT_EQ(repo.size, 7u);
  EXPECT_EQ(repo.file_count, 2u);
  EXPECT_EQ(info->size, 7u);
  ASSERT_EQ(repo.revisions.size(), 2u);
  EXPECT_EQ(repo.revisions[0].size, 7u);
  EXPECT_EQ(repo.revisions[0].refs, (std::vector<std::string>{"main", "refs/pr/1"}));
  ASSERT_EQ(repo.revisions[0].files.size(), 3u);
  EXPECT_EQ(repo.revisions[0].files[2].path, "d/b");
  EXPECT_EQ(repo.revisions[0].files[2].blob_path, platform::join_path(info->cache_dir, "models--ns--name/blobs/e1"));
  EXPECT_EQ(repo.revisions[1].size, 5u);
  EXPECT_TRUE(repo.revisions[1].refs.empty());
  ASSERT_EQ(info->incomplete.size(), 1u);
  EXPECT_EQ(info->incomplete[0].size, 4u);
}

TEST(Scan, OneFlawHidesARepoBehindAWarning) {
  const auto flaws = std::vector<std::pair<const char*, void (*)(const std::string&)>>{
      {"no snapshots folder", [](const std::string& repo) { (void)platform::remove_tree(repo + "/snapshots"); }},
      {"refs is a file",
       [](const std::string& repo) {
         (void)platform::remove_tree(repo + "/refs");
         put(repo + "/refs", "x");
       }},
      {"file among the snapshots", [](const std::string& repo) { put(repo + "/snapshots/stray", "x"); }},
      {"blob of a snapshot file is missing",
       [](const std::string& repo) { (void)platform::remove_file(repo + "/blobs/e2"); }},
      {"names a commit without a snapshot",
       [](const std::string& repo) { put(repo + "/refs/gone", std::string(40, '9')); }},
      {"names a commit without a snapshot", [](const std::string& repo) { put(repo + "/refs/main", kOne + "\n"); }}};
  for (const auto& [why, damage] : flaws) {
    const Scratch scratch;
    put_repo(scratch, "models--ns--name");
    put_repo(scratch, "datasets--ok");
    damage(scratch / "models--ns--name");
    const auto info = scan(scratch.path());
    ASSERT_TRUE(info.ok());
    ASSERT_EQ(info->warnings.size(), 1u) << why;
    EXPECT_NE(info->warnings[0].find(why), std::string::npos) << info->warnings[0];
    ASSERT_EQ(info->repos.size(), 1u);
    EXPECT_EQ(info->repos[0].repo.type, RepoType::kDataset);
  }
}

TEST(Scan, StrangersAtTheTopAreWarnings) {
  const Scratch scratch;
  put_repo(scratch, "kernels--k--k");
  put(scratch / "file", "x");
  put(scratch / "folder/x", "x");
  put(scratch / "foos--x/snapshots/y/z", "x");
  put(scratch / "blobs/foreign", "x");
  const auto info = scan(scratch.path());
  EXPECT_EQ(info->repos.size(), 1u);
  EXPECT_EQ(info->warnings.size(), 4u);
}

TEST(Scan, MissingOrNoFolder) {
  const Scratch scratch;
  EXPECT_EQ(scan(scratch / "none").error().code, Code::kCache);
  put(scratch / "file", "x");
  EXPECT_EQ(scan(scratch / "file").error().code, Code::kCache);
  EXPECT_TRUE(scan(scratch / "file").error().message.find("not a folder") != std::string::npos);
}

struct Store {
  Scratch scratch;
  const std::string used = std::string(64, 'a');
  const std::string unused = std::string(64, 'b');
  const std::string unknown = std::string(64, 'c');
  Store() {
    put(scratch / "blobs/.huggingface-shared-blobs", "1\n");
    put(scratch / ("blobs/aa/" + used), "payload");
    put(scratch / ("blobs/aa/" + used + ".refs"), "models--n--one/blobs/e1\nmodels--n--two/blobs/e1\n../x\n\n");
    put(scratch / ("blobs/bb/" + unused), "lost");
    put(scratch / ("blobs/bb/" + unused + ".refs"), "models--n--one/blobs/gone\n/abs\nblobs/bb/x\n");
    put(scratch / ("blobs/cc/" + unknown), "who knows");
    for (const char* repo : {"models--n--one", "models--n--two"}) {
      link("../../blobs/aa/" + used, scratch / (std::string(repo) + "/blobs/e1"));
      link("../../blobs/e1", scratch / (std::string(repo) + "/snapshots/" + kOne + "/a"));
    }
    put(scratch / "models--n--two/blobs/e2", "own");
    link("../../blobs/e2", scratch / ("models--n--two/snapshots/" + kOne + "/b"));
  }
};

TEST(Scan, TheSharedStoreIsCountedOnce) {
  const Store store;
  const auto info = scan(store.scratch.path());
  ASSERT_TRUE(info.ok());
  EXPECT_TRUE(info->warnings.empty());
  ASSERT_EQ(info->repos.size(), 2u);
  EXPECT_EQ(info->repos[0].size, 7u);
  EXPECT_EQ(info->repos[1].size, 10u);
  EXPECT_EQ(info->size, 7u + 3u + 4u + 9u);
  EXPECT_EQ(info->unreferenced_shared_bytes, 4u) << "without a manifest nobody may call a payload unused";
  EXPECT_EQ(info->unreferenced_shared_count, 1u);
}

TEST(Scan, AnUnmarkedStoreIsAStranger) {
  const Store store;
  ASSERT_TRUE(platform::remove_file(store.scratch / "blobs/.huggingface-shared-blobs").ok());
  const auto info = scan(store.scratch.path());
  EXPECT_EQ(info->warnings.size(), 1u);
  EXPECT_EQ(info->size, 7u + 7u + 3u) << "the links are then counted by what they lead to, each";
  EXPECT_EQ(info->unreferenced_shared_count, 0u);
}

TEST(SharedStore, KnowsItsUsers) {
  const Store store;
  const std::string cache = *platform::real_path(store.scratch.path());
  const std::string payload = cache + "/blobs/aa/" + store.used;
  EXPECT_EQ(*shared_target(cache + "/models--n--one/blobs/e1", cache), payload);
  EXPECT_FALSE(shared_target(cache + "/models--n--two/blobs/e2", cache));
  EXPECT_FALSE(shared_target(cache + "/models--n--one/snapshots/" + kOne + "/a", cache));
  EXPECT_EQ(shared_users(payload, cache)->size(), 2u);
  EXPECT_TRUE(shared_users(cache + "/blobs/bb/" + store.unused, cache)->empty());
  EXPECT_FALSE(shared_users(cache + "/blobs/cc/" + store.unknown, cache));
  EXPECT_EQ(shared_payloads(cache).size(), 3u);
}

TEST(SharedStore, LexicalPaths) {
  EXPECT_EQ(lexical_path("/a/b/../c/./d//e"), "/a/c/d/e");
  EXPECT_EQ(lexical_path("/../a"), "/a");
  EXPECT_EQ(lexical_path("/.."), "/");
  EXPECT_EQ(lexical_path("a/../../b"), "../b");
  EXPECT_EQ(lexical_path("a/.."), ".");
}

}  // namespace
}  // namespace hfhub::cache
