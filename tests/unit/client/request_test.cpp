#include "client/request.h"

#include <gtest/gtest.h>

namespace hfhub::client {
namespace {

TEST(Request, JoinsTheSubfolder) {
  DownloadOptions options;
  options.subfolder = "sub/dir/";
  EXPECT_EQ(make_file_request({}, "ns/m", "a.txt", options)->path, "sub/dir/a.txt");
}

struct Bad {
  const char* repo_id;
  const char* path;
  const char* revision;
  const char* subfolder;
  const char* named;
};
class BadRequests : public ::testing::TestWithParam<Bad> {};
TEST_P(BadRequests, AreRefusedByName) {
  DownloadOptions options;
  options.revision = GetParam().revision;
  options.subfolder = GetParam().subfolder;
  const auto request = make_file_request({}, GetParam().repo_id, GetParam().path, options);
  ASSERT_FALSE(request.ok());
  EXPECT_EQ(request.error().code, Code::kArgument);
  EXPECT_NE(request.error().message.find(GetParam().named), std::string::npos) << request.error().message;
}
INSTANTIATE_TEST_SUITE_P(All, BadRequests,
                         ::testing::Values(Bad{"a/b/c", "x", "main", "", "a/b/c"}, Bad{"a--b", "x", "main", "", "a--b"},
                                           Bad{"", "x", "main", "", "''"}, Bad{"a/b", "../x", "main", "", "../x"},
                                           Bad{"a/b", "/x", "main", "", "/x"}, Bad{"a/b", "", "main", "", "''"},
                                           Bad{"a/b", "x\n", "main", "", "x\\x0a"},
                                           Bad{"a/b", "x", "ma\r\nin", "", "ma\\x0d\\x0ain"},
                                           Bad{"a/b", "x", "main", "../up", "../up"},
                                           Bad{"a/b", "c:\\x", "main", "", "c:\\x"},
                                           Bad{"a/b", "nul", "main", "", "nul"}));

TEST(Request, ForceNeedsTheNetwork) {
  DownloadOptions options;
  options.force = true;
  options.local_files_only = true;
  EXPECT_EQ(make_file_request({}, "a/b", "x", options).error().code, Code::kArgument);
}

TEST(Request, PatternsMustBeText) {
  DownloadOptions options;
  options.allow_patterns = {"*.json", ""};
  EXPECT_EQ(make_snapshot_request({}, "a/b", options).error().code, Code::kArgument);
}

}  // namespace
}  // namespace hfhub::client
