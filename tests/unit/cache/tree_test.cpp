#include "cache/tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "platform/file.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

// Written by huggingface_hub 2.4.0 (write_tree_cache).
constexpr std::string_view kGolden =
    "{\n \"format_version\": 1,\n \"files\": {\n"
    "  \"dir/\\u00e9 \\\"q\\\"\\ud83d\\ude00.json\": {\n   \"size\": 0,\n"
    "   \"blob_id\": \"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\"\n  },\n"
    "  \"lfs only.bin\": {\n   \"size\": 130,\n   \"blob_id\": \"5555555555555555555555555555555555555555\",\n"
    "   \"lfs_sha256\": \"6666666666666666666666666666666666666666666666666666666666666666\",\n   \"lfs_size\": 7\n  "
    "},\n"
    "  \"model.safetensors\": {\n   \"size\": 134,\n   \"blob_id\": \"2222222222222222222222222222222222222222\",\n"
    "   \"lfs_sha256\": \"3333333333333333333333333333333333333333333333333333333333333333\",\n"
    "   \"lfs_size\": 5000000000,\n"
    "   \"xet_hash\": \"4444444444444444444444444444444444444444444444444444444444444444\"\n  },\n"
    "  \"z.txt\": {\n   \"size\": 3,\n   \"blob_id\": \"1111111111111111111111111111111111111111\"\n  }\n }\n}";

Tree golden_tree() {
  Tree tree;  // not in order: writing sorts
  tree.files.push_back({"z.txt", 3, std::string(40, '1'), "", 0, ""});
  tree.files.push_back(
      {"model.safetensors", 134, std::string(40, '2'), std::string(64, '3'), 5000000000, std::string(64, '4')});
  tree.files.push_back(
      {"dir/\xC3\xA9 \"q\"\xF0\x9F\x98\x80.json", 0, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "", 0, ""});
  tree.files.push_back({"lfs only.bin", 130, std::string(40, '5'), std::string(64, '6'), 7, ""});
  return tree;
}

TEST(Trees, AreWrittenAsTheOtherClientWritesThem) {
  EXPECT_EQ(tree_text(golden_tree()), kGolden);
  EXPECT_EQ(tree_text({}), "{\n \"format_version\": 1,\n \"files\": {}\n}");
}

TEST(Trees, AreReadBack) {
  const auto tree = parse_tree(kGolden);
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->files.size(), 4u);
  const TreeFile* model = tree->find("model.safetensors");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->etag(), std::string(64, '3'));
  EXPECT_EQ(model->content_size(), 5000000000u);
  EXPECT_EQ(model->xet_hash, std::string(64, '4'));
  EXPECT_EQ(tree->find("z.txt")->content_size(), 3u);
  EXPECT_EQ(tree->find("z.txt")->etag(), std::string(40, '1'));
  EXPECT_EQ(tree->find("nothing"), nullptr);
  EXPECT_EQ(tree_text(*tree), kGolden);
}

TEST(Trees, OrderOfTheFileDoesNotMatter) {
  const auto tree = parse_tree(
      R"({"files": {"b": {"size": 1, "blob_id": "x"}, "a": {"size": 2, "blob_id": "y", "lfs_sha256": null}}, "format_version": 1})");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->files[0].path, "a");
  EXPECT_NE(tree->find("b"), nullptr);
}

TEST(Trees, WhatIsNotOursIsIgnored) {
  for (const char* bad :
       {"", "[]", "{}", R"({"format_version": 2, "files": {}})", R"({"format_version": 1})",
        R"({"format_version": 1, "files": []})", R"({"format_version": 1, "files": {"a": {"size": 1}}})",
        R"({"format_version": 1, "files": {"a": {"size": -1, "blob_id": "x"}}})",
        R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "../x"}}})",
        R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x", "lfs_sha256": "short", "lfs_size": 1}}})",
        R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x", "xet_hash": "short"}}})",
        R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x", "xet_hash": 5}}})"}) {
    EXPECT_FALSE(parse_tree(bad)) << bad;
  }
}

TEST(Trees, OnDiskOnlyTheOwnerReadsThem) {
  const Scratch scratch;
  const std::string path = scratch / "r/trees/c.json";
  ASSERT_TRUE(write_tree(path, golden_tree()).ok());
  EXPECT_EQ(*platform::read_text(path), kGolden);
  struct ::stat raw {};
  ASSERT_EQ(::stat(path.c_str(), &raw), 0);
  EXPECT_EQ(raw.st_mode & 07777, 0600u);
  EXPECT_NE((*read_tree(path))->find("z.txt"), nullptr);
  EXPECT_FALSE(*read_tree(scratch / "missing.json"));
  ASSERT_TRUE(platform::write_text_atomically(path, "{\"format").ok());
  EXPECT_FALSE(*read_tree(path));
  EXPECT_EQ(platform::list_folder(scratch / "r/trees")->size(), 1u) << "no temporary file is left";
}

}  // namespace
}  // namespace hfhub::cache
