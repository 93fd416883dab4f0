#include "client/commit_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hfhub::client {
namespace {

using Kind = Operation::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Operation add(std::string path, std::string oid = "", std::string remote = "") {
  Operation out{Kind::kAdd, std::move(path), false, Addition{}};
  out.add->oid = std::move(oid);
  out.add->remote_oid = std::move(remote);
  return out;
}
Operation copy(std::string path, std::string oid = "", std::string remote = "") {
  Operation out{Kind::kCopy, std::move(path), false, std::nullopt, Copy{}};
  out.copy->git_oid = std::move(oid);
  out.copy->remote_oid = std::move(remote);
  return out;
}
Operation remove(std::string path, bool folder = false) {
  return {folder ? Kind::kDeleteFolder : Kind::kDeleteFile, std::move(path)};
}

TEST(CommitPath, TakesOneLeadingSlashOrDotOff) {
  EXPECT_EQ(*commit_path("a/b.txt"), "a/b.txt");
  EXPECT_EQ(*commit_path("/a"), "a");
  EXPECT_EQ(*commit_path("./a"), "a");
  EXPECT_EQ(*commit_path("/./a"), "a");
  EXPECT_EQ(*commit_path("\xC3\xA9\xE2\x80\xA6 \"quoted\"\n\\.x"), "\xC3\xA9\xE2\x80\xA6 \"quoted\"\n\\.x");
  EXPECT_EQ(*commit_path("e\xCC\x81"), "e\xCC\x81");  // not normalised
  EXPECT_EQ(*commit_path(".gitattributes"), ".gitattributes");
}

TEST(CommitPath, RefusesWhatCannotBeOne) {
  for (const char* path : {"", "/", "./", ".", "..", "../a", "a/../b", "a/..", "a//b", "a/", "//a", "a/./b", ".git/x",
                           "a/.git", ".cache/x", "data/.cache/x", "\xFF"}) {
    const auto checked = commit_path(path);
    ASSERT_FALSE(checked.ok()) << path;
    EXPECT_EQ(checked.error().code, Code::kArgument) << path;
  }
  EXPECT_FALSE(commit_path(std::string_view("a\0b", 3)).ok());
  EXPECT_THAT(commit_path("a/../b").error().message, HasSubstr("a/../b"));
}

std::string refusal(const std::vector<Operation>& operations) {
  const Done done = check_operations(operations);
  return done.ok() ? "" : done.error().message;
}

TEST(CommitOperations, ThoseThatContradictEachOtherAreRefused) {
  EXPECT_THAT(refusal({add("a"), add("a")}), HasSubstr("'a' is written twice"));
  EXPECT_THAT(refusal({add("a"), copy("a")}), HasSubstr("written twice"));
  EXPECT_THAT(refusal({add("a/b"), add("a")}), HasSubstr("'a' cannot be a file and the folder of 'a/b'"));
  EXPECT_THAT(refusal({add("a"), add("x"), add("a/b/c")}), HasSubstr("'a' cannot be"));
  EXPECT_THAT(refusal({add("x/Read.md"), add("x/README.md"), add("x/read.MD")}), HasSubstr("ignores case"));
  EXPECT_THAT(refusal({add("a"), remove("a")}), HasSubstr("delete first"));
  EXPECT_THAT(refusal({add("d/a"), remove("d", true)}), HasSubstr("'d' is deleted after"));
}

TEST(CommitOperations, OthersGoTogether) {
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({remove("a"), add("a")}), "");
  EXPECT_EQ(refusal({remove("d", true), add("d/a"), add("d.txt"), add("d-")}), "");
  EXPECT_EQ(refusal({add("ab"), add("a/b"), remove("c"), remove("c")}), "");
  EXPECT_EQ(refusal({add("d"), remove("d", true)}), "");  // another one: no folder was written
}

TEST(CommitSelection, LeavesOutWhatChangesNothing) {
  const std::vector<Operation> operations{add("same", "1", "1"), add("new", "1"),         add("other", "1", "2"),
                                          copy("c1", "5", "5"),  copy("c2", "5", "6"),    copy("c3", "5"),
                                          remove("gone"),        add("unknown", "", "3"), add("empty", "", "")};
  const Selection selection = select_operations(operations);
  EXPECT_THAT(selection.operations, ElementsAre(1, 2, 4, 5, 6, 7, 8));
  EXPECT_EQ(selection.unchanged, 2u);
}

TEST(CommitSelection, KeepsWhatTheSameCommitDeletes) {
  const std::vector<Operation> operations{remove("d", true),  remove("a"),           add("d/x", "1", "1"),
                                          add("a", "1", "1"), add("d2/x", "1", "1"), add("b", "1", "1")};
  EXPECT_THAT(select_operations(operations).operations, ElementsAre(0, 1, 2, 3));
}

TEST(CommitSelection, NamesIgnoredFiles) {
  std::vector<Operation> operations{add("x.log"), add("y")};
  operations[0].add->ignored = true;
  const Selection selection = select_operations(operations);
  EXPECT_THAT(selection.operations, ElementsAre(1));
  EXPECT_THAT(selection.ignored, ElementsAre("x.log"));
}

}  // namespace
}  // namespace hfhub::client
