#include "hub/commit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hfhub::hub {
namespace {

using ::testing::HasSubstr;

const std::string kSha(64, 'a'), kOid(40, 'b');

Result<std::vector<PreuploadVerdict>> verdicts(std::string_view answer, std::vector<PreuploadFile> files) {
  return parse_preupload(json::Value::parse(answer).value().root(), files);
}

TEST(Preupload, VerdictsComeInTheOrderOfTheFiles) {
  const auto out = verdicts(R"({"files":[{"path":"b","uploadMode":"lfs","shouldIgnore":false,"oid":")" + kSha + R"("},
                                         {"path":"a","uploadMode":"regular","shouldIgnore":true,"oid":")" +
                                kOid + R"("},
                                         {"path":"c","uploadMode":"lfs","shouldIgnore":false}]})",
                            {{"a", {}, 5}, {"b", {}, 6}, {"c", {}, 0}});
  ASSERT_TRUE(out.ok());
  EXPECT_FALSE((*out)[0].large);
  EXPECT_TRUE((*out)[0].ignored);
  EXPECT_EQ((*out)[0].oid, kOid);
  EXPECT_TRUE((*out)[1].large);
  EXPECT_EQ((*out)[1].oid, kSha);
  EXPECT_FALSE((*out)[2].large);  // nothing to store apart
  EXPECT_EQ((*out)[2].oid, "");
}

TEST(Preupload, AnAnswerThatMakesNoSenseIsRefused) {
  for (const char* answer :
       {"[]", "{}", R"({"files":{}})", R"({"files":[]})", R"({"files":[{"path":"b","uploadMode":"lfs"}]})",
        R"({"files":[{"path":"a"}]})", R"({"files":[{"path":"a","uploadMode":"tape"}]})", R"({"files":[1,null]})"}) {
    const auto out = verdicts(answer, {{"a", {}, 5}});
    ASSERT_FALSE(out.ok()) << answer;
    EXPECT_EQ(out.error().code, Code::kProtocol);
  }
  EXPECT_EQ(verdicts(R"({"files":[{"path":"a","uploadMode":"lfs","oid":"no hash"}]})", {{"a", {}, 5}})->at(0).oid, "");
}

// As json.dumps of the reference client writes them.
TEST(CommitLines, AreThoseOfTheReferenceClient) {
  EXPECT_EQ(header_line({"Add \"x\"", "", ""}),
            "{\"key\": \"header\", \"value\": {\"summary\": \"Add \\\"x\\\"\", \"description\": \"\"}}\n");
  EXPECT_EQ(header_line({"\xC3\xA9\n2", "d", "abcde"}),
            "{\"key\": \"header\", \"value\": {\"summary\": \"\\u00e9\\n2\", \"description\": \"d\", \"parentCommit\": "
            "\"abcde\"}}\n");
  EXPECT_EQ(std::string(file_line_begin()) + "aGk=" + file_line_end("a\"b"),
            "{\"key\": \"file\", \"value\": {\"content\": \"aGk=\", \"path\": \"a\\\"b\", \"encoding\": "
            "\"base64\"}}\n");
  EXPECT_EQ(large_file_line("m", kSha, 5),
            "{\"key\": \"lfsFile\", \"value\": {\"path\": \"m\", \"algo\": \"sha256\", \"oid\": \"" + kSha +
                "\", \"size\": 5}}\n");
  EXPECT_EQ(large_file_line("m", kSha, std::nullopt),
            "{\"key\": \"lfsFile\", \"value\": {\"path\": \"m\", \"algo\": \"sha256\", \"oid\": \"" + kSha + "\"}}\n");
  EXPECT_EQ(deletion_line("a", false), "{\"key\": \"deletedFile\", \"value\": {\"path\": \"a\"}}\n");
  EXPECT_EQ(deletion_line("a", true), "{\"key\": \"deletedFolder\", \"value\": {\"path\": \"a\"}}\n");
}

TEST(CommitAnswer, NamesTheCommit) {
  const Url url = *parse_url("https://hub/api/models/a/b/commit/main");
  const auto out = parse_commit_answer(
      R"({"success":true,"commitOid":")" + kOid + R"(","commitUrl":"u","pullRequestUrl":"p/3"})", url);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->oid, kOid);
  EXPECT_EQ(out->url, "u");
  EXPECT_EQ(out->pr_url, "p/3");
  for (const char* answer : {"", "[]", "{}", R"({"commitOid":"x"})", R"({"commitOid":5})", "<html>"}) {
    EXPECT_EQ(parse_commit_answer(answer, url).error().code, Code::kProtocol) << answer;
  }
}

TEST(CommitPages, AreWhereThePublicHubHasThem) {
  const Url hub = *parse_url("https://hub.example/");
  EXPECT_EQ(commit_page(hub, {RepoType::kModel, "a/b"}, kOid), "https://hub.example/a/b/commit/" + kOid);
  EXPECT_EQ(commit_page(hub, {RepoType::kDataset, "a/b"}, kOid), "https://hub.example/datasets/a/b/commit/" + kOid);
  EXPECT_EQ(pull_request_page(hub, {RepoType::kSpace, "a/b"}, 7), "https://hub.example/spaces/a/b/discussions/7");
}

}  // namespace
}  // namespace hfhub::hub
