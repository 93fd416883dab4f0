#include "hub/lfs.h"

#include <gtest/gtest.h>

#include <array>

namespace hfhub::hub {
namespace {

const std::string kOid(64, 'a');
const std::string kOther(64, 'b');

Url hub() { return parse_url("https://huggingface.co").value(); }
Url mirror() { return parse_url("https://mirror.example/hf").value(); }

Result<LfsBatch> parse(const std::string& objects, uint64_t size = 10, const Url& endpoint = hub()) {
  const std::array<LfsObject, 1> wanted{LfsObject{kOid, size}};
  return parse_lfs_batch(R"({"transfer":"multipart","objects":[)" + objects + "]}", endpoint, endpoint, wanted);
}

std::string object(const std::string& more, uint64_t size = 10) {
  return R"({"oid":")" + kOid + R"(","size":)" + std::to_string(size) + (more.empty() ? "" : "," + more) + "}";
}

std::string upload(const std::string& action) { return object(R"("actions":{"upload":{)" + action + "}}"); }

std::string parts(const std::string& header) {
  return upload(R"("href":"https://huggingface.co/api/complete_multipart?x=1","header":{)" + header + "}");
}

std::string why(const Result<LfsBatch>& batch) {
  EXPECT_FALSE(batch.ok());
  if (batch.ok()) return "";
  EXPECT_EQ(batch.error().code, Code::kProtocol);
  return batch.error().message;
}

// Byte by byte what huggingface_hub sends, but for its spaces.
TEST(Lfs, AsksAsTheReferenceClientDoes) {
  const std::array<LfsObject, 2> objects{LfsObject{kOid, 1}, LfsObject{kOther, 20'000'000'000}};
  const std::array<std::string_view, 2> transfers{"basic", "multipart"};
  const std::string body = R"({"operation":"upload","transfers":["basic","multipart"],"objects":[{"oid":")" + kOid +
                           R"(","size":1},{"oid":")" + kOther + R"(","size":20000000000}],"hash_algo":"sha256")";
  EXPECT_EQ(lfs_batch_request("", objects, transfers), body + "}");
  EXPECT_EQ(lfs_batch_request("refs/pr/1", objects, transfers), body + R"(,"ref":{"name":"refs/pr/1"}})");
  const std::array<std::string, 2> etags{"\"x\"", "y"};
  EXPECT_EQ(lfs_completion_request(kOid, etags),
            R"({"oid":")" + kOid + R"(","parts":[{"partNumber":1,"etag":"\"x\""},{"partNumber":2,"etag":"y"}]})");
}

TEST(Lfs, ReadsABasicUpload) {
  const auto batch = parse(object(
      R"("authenticated":true,"actions":{"upload":{"href":"https://s3.example/put?sig=1","header":{"X-Amz-A":"b",
      "Authorization":"Basic c","Transfer-Encoding":"chunked"}},
      "verify":{"href":"https://huggingface.co/a/b.git/info/lfs/verify","header":null}})"));
  ASSERT_TRUE(batch.ok());
  const LfsAnswer& answer = batch->answers.at(0);
  EXPECT_FALSE(answer.stored());
  EXPECT_FALSE(answer.upload->multipart());
  EXPECT_EQ(answer.upload->action.url.str(), "https://s3.example/put?sig=1");
  EXPECT_EQ(answer.upload->action.headers.all().size(), 1u);
  EXPECT_EQ(answer.upload->action.headers.get("x-amz-a"), "b");
  EXPECT_EQ(answer.upload->action.authorization, "Basic c");
  EXPECT_EQ(answer.verify->url.str(), "https://huggingface.co/a/b.git/info/lfs/verify");
}

TEST(Lfs, NoActionsMeanThatTheHubHasIt) {
  for (const char* more : {"", R"("actions":{})", R"("actions":null)", R"("authenticated":true)"}) {
    const auto batch = parse(object(more));
    ASSERT_TRUE(batch.ok()) << more;
    EXPECT_TRUE(batch->answers.at(0).stored()) << more;
  }
}

TEST(Lfs, ReadsPartsInTheOrderOfTheirNumbers) {
  const auto batch = parse(parts(
      R"("00002":"https://s3.example/2","chunk_size":"4","00001":"https://s3.example/1","3":"https://s3.example/3")"));
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  const LfsUploadPlan& plan = *batch->answers.at(0).upload;
  EXPECT_EQ(batch->transfer, "multipart");
  EXPECT_EQ(plan.chunk_size, 4u);
  ASSERT_EQ(plan.parts.size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(plan.parts[i].str(), "https://s3.example/" + std::to_string(i + 1));
  EXPECT_TRUE(plan.action.headers.all().empty()) << "parts are no headers";
}

TEST(Lfs, RefusesPartsThatDoNotAddUp) {
  const std::string two = R"("1":"https://s3.example/1","2":"https://s3.example/2")";
  for (const std::string& header :
       {two + R"(,"chunk_size":"4")", two + R"(,"chunk_size":"0")", two + R"(,"chunk_size":"x")",
        two + R"(,"chunk_size":-5)", two + R"(,"chunk_size":"10")",
        two + R"(,"chunk_size":"5","3":"https://s3.example/3")",
        two + R"(,"chunk_size":"5","02":"https://s3.example/3")", two + R"(,"chunk_size":null)",
        std::string(R"("1":"https://s3.example/1","3":"https://s3.example/2","chunk_size":"5")"),
        std::string(R"("1":"https://s3.example/1","2":7,"chunk_size":"5")"),
        std::string(R"("1":"https://s3.example/1","2":"ftp://s3.example/2","chunk_size":"5")"),
        std::string(R"("0":"https://s3.example/1","1":"https://s3.example/2","chunk_size":"5")"),
        std::string(R"("1":"https://s3.example/1","99999999999999999999":"https://s3.example/2","chunk_size":"5")")}) {
    EXPECT_NE(why(parse(parts(header))), "") << header;
  }
  EXPECT_TRUE(parse(parts(two + R"(,"chunk_size":5)")).ok()) << "a number will do";
}

TEST(Lfs, RefusesWhatIsNoPlaceToSendTo) {
  for (const char* href : {"ftp://x/y", "/relative", "", "http://s3.example/plain", "https://user@s3.example/"}) {
    EXPECT_NE(why(parse(upload(R"("href":")" + std::string(href) + "\""))), "") << href;
  }
  EXPECT_NE(why(parse(upload(R"("header":{})"))), "");
  EXPECT_NE(why(parse(upload(R"("href":"https://s3.example","header":[])"))), "");
  EXPECT_NE(why(parse(upload(R"("href":"https://s3.example","header":{"a\nb":"c"})"))), "");
  EXPECT_NE(why(parse(upload(R"("href":"https://s3.example","header":{"a":"c\r\nd: e"})"))), "");
  EXPECT_NE(why(parse(upload(R"("href":"https://s3.example","header":{"a":1})"))), "");
  EXPECT_NE(why(parse(upload(R"("href":"https://s3.example","header":{"a":"1","A":"2"})"))), "");
}

TEST(Lfs, WhatNamesThePublicHubIsMeantForTheConfiguredOne) {
  const auto batch = parse(object(R"("actions":{"upload":{"href":"https://huggingface.co/api/complete?x=1",
      "header":{"chunk_size":"10","1":"https://s3.example/1"}},"verify":{"href":"https://hub-ci.huggingface.co/v"}})"),
                           10, mirror());
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->answers[0].upload->action.url.str(), "https://mirror.example/hf/api/complete?x=1");
  EXPECT_EQ(batch->answers[0].upload->parts[0].str(), "https://s3.example/1");
  EXPECT_EQ(batch->answers[0].verify->url.str(), "https://mirror.example/hf/v");
}

TEST(Lfs, AnErrorIsAboutItsObjectAlone) {
  const auto batch = parse(object(R"("error":{"code":413,"message":"too\nlarge"})"));
  ASSERT_TRUE(batch.ok());
  const Error& error = *batch->answers.at(0).error;
  EXPECT_EQ(error.code, Code::kHttp);
  EXPECT_EQ(error.http->http_status, 413);
  EXPECT_EQ(error.http->server_message, "too\nlarge");
  EXPECT_FALSE(error.retriable);
  EXPECT_EQ(parse(object(R"("error":{"code":403})"))->answers[0].error->code, Code::kForbidden);
  EXPECT_TRUE(parse(object(R"("error":{"code":503,"message":""})"))->answers[0].error->retriable);
  EXPECT_EQ(parse(object(R"("error":{"code":-7})"))->answers[0].error->http->http_status, 0);
}

TEST(Lfs, AnswersComeInTheOrderOfTheQuestion) {
  const std::array<LfsObject, 3> wanted{LfsObject{kOid, 1}, LfsObject{kOther, 2}, LfsObject{kOid, 1}};
  const auto batch = parse_lfs_batch(R"({"objects":[{"oid":")" + kOther + R"(","size":2},{"oid":")" + kOid +
                                         R"(","size":1},{"oid":")" + std::string(64, 'c') + R"(","size":3}]})",
                                     hub(), hub(), wanted);
  ASSERT_TRUE(batch.ok()) << batch.error().message;
  EXPECT_EQ(batch->transfer, "basic");
  ASSERT_EQ(batch->answers.size(), 3u);
  EXPECT_EQ(batch->answers[0].object.oid, kOid);
  EXPECT_EQ(batch->answers[1].object.oid, kOther);
  EXPECT_EQ(batch->answers[2].object.oid, kOid);
}

TEST(Lfs, RefusesAnswersThatAreNone) {
  for (const char* objects : {"", "{}", "7", R"({"oid":7})", R"({"oid":"x","size":1})"}) {
    EXPECT_NE(why(parse(objects)), "") << objects;
  }
  EXPECT_NE(why(parse(object("", 11))), "") << "another size";
  EXPECT_NE(why(parse_lfs_batch("{}", hub(), hub(), {})), "");
  EXPECT_NE(why(parse_lfs_batch("<html>", hub(), hub(), {})), "");
}

TEST(Lfs, ObjectsAreNamedByTheirHash) {
  EXPECT_TRUE(check_lfs_object({kOid, 0}).ok());
  for (const std::string& oid : {std::string(), std::string(63, 'a'), std::string(64, 'A'), std::string(64, 'g')}) {
    EXPECT_EQ(check_lfs_object({oid, 0}).error().code, Code::kArgument);
  }
}

}  // namespace
}  // namespace hfhub::hub
