#include "hub/api.h"

#include <gtest/gtest.h>

namespace hfhub::hub {
namespace {

TEST(Api, BuildsFileUrls) {
  const Url hub = parse_url("https://huggingface.co").value();
  EXPECT_EQ(file_url(hub, {RepoType::kModel, "gpt2"}, "main", "config.json")->str(),
            "https://huggingface.co/gpt2/resolve/main/config.json");
  EXPECT_EQ(file_url(hub, {RepoType::kDataset, "ns/d"}, "refs/pr/1", "a b/c#d?e%.txt")->str(),
            "https://huggingface.co/datasets/ns/d/resolve/refs%2Fpr%2F1/a%20b/c%23d%3Fe%25.txt");
  EXPECT_EQ(file_url(hub, {RepoType::kSpace, "ns/s"}, "v1.0", "é")->str(),
            "https://huggingface.co/spaces/ns/s/resolve/v1.0/%C3%A9");
  EXPECT_EQ(file_url(parse_url("http://localhost:1/base/").value(), {RepoType::kKernel, "ns/k"}, "main", "x")->str(),
            "http://localhost:1/base/kernels/ns/k/resolve/main/x");
}

TEST(Api, BuildsRepositoryPaths) {
  EXPECT_EQ(repo_path({RepoType::kModel, "ns/m"}), "/api/models/ns/m");
  EXPECT_EQ(repo_path({RepoType::kKernel, "ns/k"}, "/refs"), "/api/kernels/ns/k/refs");
}

}  // namespace
}  // namespace hfhub::hub
