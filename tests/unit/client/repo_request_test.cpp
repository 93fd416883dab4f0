#include "client/repo_request.h"

#include <gtest/gtest.h>

namespace hfhub::client {
namespace {

TEST(RepoRequest, ReadsVolumes) {
  SpaceVolume model = parse_volume("hf://org/m:/data").value();
  EXPECT_EQ(model.type, "model");
  EXPECT_EQ(model.source, "org/m");
  EXPECT_EQ(model.mount_path, "/data");
  EXPECT_EQ(model.path, "");
  EXPECT_EQ(model.revision, "");
  EXPECT_FALSE(model.read_only.has_value());

  const SpaceVolume dataset = parse_volume("hf://datasets/org/d@v1/train/x:/a/b:ro").value();
  EXPECT_EQ(dataset.type, "dataset");
  EXPECT_EQ(dataset.source, "org/d");
  EXPECT_EQ(dataset.revision, "v1");
  EXPECT_EQ(dataset.path, "train/x");
  EXPECT_EQ(dataset.mount_path, "/a/b");
  EXPECT_EQ(dataset.read_only, true);

  const SpaceVolume bucket = parse_volume("hf://buckets/org/b/sub/dir/:/mnt:rw").value();
  EXPECT_EQ(bucket.type, "bucket");
  EXPECT_EQ(bucket.source, "org/b");
  EXPECT_EQ(bucket.path, "sub/dir");
  EXPECT_EQ(bucket.read_only, false);
}

TEST(RepoRequest, RefusesVolumesByName) {
  for (const std::string text : {"", "org/m:/data", "hf://:/data", "hf://org/m", "hf://org/m:ro", "hf://m:/data",
                                 "hf://buckets/org:/x", "hf://buckets/a b/c:/x", "hf://org/m@:/data"}) {
    const auto parsed = parse_volume(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, Code::kArgument);
    EXPECT_NE(parsed.error().message.find("'" + text + "'"), std::string::npos) << parsed.error().message;
  }
}

TEST(RepoRequest, ASpaceNeedsAnSdkOrATemplate) {
  RepoOptions options;
  options.repo_type = RepoType::kSpace;
  EXPECT_FALSE(make_create_request("a/b", options).ok());
  options.space_template = "x";
  EXPECT_TRUE(make_create_request("a/b", options).ok());
  options.space_template.clear();
  options.space_sdk = "static";
  options.visibility = "protected";
  EXPECT_TRUE(make_create_request("a/b", options).ok());
  options.repo_type = RepoType::kDataset;
  EXPECT_FALSE(make_create_request("a/b", options).ok());
}

}  // namespace
}  // namespace hfhub::client
