#include "hub/call.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace hfhub::hub {
namespace {

Result<PreparedCall> prepare(std::string_view operation, std::string_view parameters) {
  return prepare_call(operation, json::Value::parse(parameters).value().root());
}

TEST(Call, EveryRowOfTheTableIsWellFormed) {
  for (size_t i = 0; operation_at(i) != nullptr; ++i) {
    const OperationRow& row = *operation_at(i);
    EXPECT_EQ(*find_operation(row.name), &row) << row.name;
    EXPECT_EQ(std::string_view(row.path).substr(0, 5), "/api/") << row.name;
    EXPECT_EQ(std::count(row.path, row.path + strlen(row.path), '{'),
              std::count(row.path, row.path + strlen(row.path), '}'));
    EXPECT_GT(std::string_view(row.help).size(), 10u) << row.name;
  }
}

TEST(Call, FillsThePath) {
  EXPECT_EQ(prepare("models.info", R"({"repo_id": "ns/name"})")->path, "/api/models/ns/name/revision/main");
  EXPECT_EQ(prepare("models.info", R"({"repo_id": "gpt2", "revision": "refs/pr/1"})")->path,
            "/api/models/gpt2/revision/refs%2Fpr%2F1");
  EXPECT_EQ(prepare("repos.tree", R"({"repo_type": "dataset", "repo_id": "a/b"})")->path,
            "/api/datasets/a/b/tree/main");
  EXPECT_EQ(prepare("repos.tree", R"({"repo_type": "model", "repo_id": "a/b", "path": "x y/z"})")->path,
            "/api/models/a/b/tree/main/x%20y/z");
}

TEST(Call, FillsQueryAndBody) {
  const auto listed = prepare("models.list", R"({"filter": ["a", "b"], "limit": 5, "full": true})");
  const Query expected{{"filter", "a"}, {"filter", "b"}, {"limit", "5"}, {"full", "true"}};
  EXPECT_EQ(listed->query, expected);
  EXPECT_EQ(listed->limit, 5u);
  EXPECT_EQ(prepare("repos.paths_info", R"({"repo_type": "model", "repo_id": "a/b", "paths": ["x"]})")->body,
            R"({"paths":["x"]})");
}

TEST(Call, WritesWhatAChangeNeeds) {
  const auto made = prepare("branches.create", R"({"repo_type": "model", "repo_id": "a/b", "branch": "feature/x"})");
  EXPECT_EQ(made->path, "/api/models/a/b/branch/feature%2Fx");
  EXPECT_EQ(made->body, "{}") << "a POST with members says so even when none is given";
  EXPECT_EQ(made->row->method, net::Method::kPost);
  const auto gone = prepare("repos.delete", R"({"name": "b", "organization": "a", "type": "dataset"})");
  EXPECT_EQ(gone->path, "/api/repos/delete");
  EXPECT_EQ(gone->body, R"({"name":"b","organization":"a","type":"dataset"})");
  EXPECT_EQ(gone->row->method, net::Method::kDelete);
  EXPECT_EQ(prepare("tags.delete", R"({"repo_type": "space", "repo_id": "a/b", "tag": "v1"})")->body, "");
  const auto squash = prepare("branches.squash", R"({"repo_type": "model", "repo_id": "a/b"})");
  EXPECT_EQ(squash->path, "/api/models/a/b/super-squash/main");
  EXPECT_EQ(squash->revision, "main");
}

TEST(Call, WhatMustNotBeRepeatedIsMarked) {
  for (size_t i = 0; operation_at(i) != nullptr; ++i) {
    const OperationRow& row = *operation_at(i);
    const bool reads = row.method == net::Method::kGet || std::string_view(row.name) == "repos.paths_info";
    const bool set_again = row.method == net::Method::kPut;
    EXPECT_EQ(row.answer == OperationRow::Answer::kOnce, !reads && !set_again) << row.name;
  }
}

struct Refused {
  const char* operation;
  const char* parameters;
  const char* named;
};
class RefusedCalls : public ::testing::TestWithParam<Refused> {};
TEST_P(RefusedCalls, NameWhatIsWrong) {
  const auto call = prepare(GetParam().operation, GetParam().parameters);
  ASSERT_FALSE(call.ok());
  EXPECT_EQ(call.error().code, Code::kArgument);
  EXPECT_NE(call.error().message.find(GetParam().named), std::string::npos) << call.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    All, RefusedCalls,
    ::testing::Values(
        Refused{"model.info", "{}", "models.info"}, Refused{"models.info", "{}", "repo_id"},
        Refused{"models.info", R"({"repo_id": "a/b/c"})", "a/b/c"},
        Refused{"models.info", R"({"repo_id": "a/b", "revison": "x"})", "'revision'"},
        Refused{"models.info", R"({"repo_id": "a/b", "revision": "a\nb"})", "a\\x0ab"},
        Refused{"models.info", R"([])", "object"}, Refused{"models.info", R"({"repo_id": {}})", "repo_id"},
        Refused{"repos.refs", R"({"repo_id": "a/b", "repo_type": "modle"})", "modle"},
        Refused{"repos.tree", R"({"repo_id": "a/b", "repo_type": "model", "path": "../x"})", "../x"},
        Refused{"branches.create", R"({"repo_type": "model", "repo_id": "a/b"})", "branch"},
        Refused{"branches.delete", R"({"repo_type": "model", "repo_id": "a/b", "branch": "a..b"})", "a..b"},
        Refused{"models.list", R"({"limit": -1})", "limit"}, Refused{"models.list", R"({"limit": "many"})", "limit"}));

TEST(Call, ListsParametersWithRequiredOnesMarked) {
  EXPECT_EQ(operation_parameters(**find_operation("repos.refs")), "repo_type! repo_id! include_prs");
  EXPECT_EQ(operation_parameters(**find_operation("whoami")), "");
}

}  // namespace
}  // namespace hfhub::hub
