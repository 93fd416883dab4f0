#include "base/names.h"

#include <gtest/gtest.h>

#include <tuple>

namespace hfhub {
namespace {

std::string reason(const Done& done) { return done.ok() ? "" : done.error().message; }

TEST(Names, RepoTypes) {
  EXPECT_STREQ(repo_type_name(RepoType::kKernel), "kernel");
  EXPECT_STREQ(repo_type_plural(RepoType::kDataset), "datasets");
  EXPECT_EQ(*parse_repo_type("space"), RepoType::kSpace);
  EXPECT_EQ(parse_repo_type("modl").error().message,
            "'modl' is no repository type (model, dataset, space or kernel); did you mean 'model'?");
  EXPECT_FALSE(parse_repo_type("models").ok());
  EXPECT_FALSE(parse_repo_type("").ok());
}

TEST(Names, RepoIdsOfTheHub) {
  for (const char* good : {"gpt2", "ns/name", "a/b", "_a/b_", "Foo-BAR_foo.bar123", "0/1", "a.git.b/c"}) {
    EXPECT_EQ(reason(check_repo_id(good)), "") << good;
  }
  const std::string longest(96, 'x');
  EXPECT_TRUE(check_repo_id(longest + "/" + longest).ok());
  EXPECT_FALSE(check_repo_id(longest + "x").ok());
  EXPECT_FALSE(check_repo_id(longest + "x/y").ok());
}

TEST(Names, RepoIdsRefusedWithTheReason) {
  const std::pair<const char*, const char*> cases[] = {{"", "is empty"},
                                                       {"datasets/ns/name", "must be 'name' or"},
                                                       {"a//b", "must be 'name' or"},
                                                       {"/b", "empty part"},
                                                       {"a/", "empty part"},
                                                       {"-a", "start or end"},
                                                       {"a/b.", "start or end"},
                                                       {"a b", "may only hold"},
                                                       {"caf\xC3\xA9", "may only hold"},
                                                       {"a--b", "'--'"},
                                                       {"a..b", "'..'"},
                                                       {"a.git", "'.git'"},
                                                       {"name\n", "may only hold"}};
  for (const auto& [id, why] : cases) {
    const Done done = check_repo_id(id);
    ASSERT_FALSE(done.ok()) << id;
    EXPECT_EQ(done.error().code, Code::kArgument);
    EXPECT_NE(done.error().message.find(why), std::string::npos) << done.error().message;
  }
  EXPECT_EQ(check_repo_id("name\n").error().message.find('\n'), std::string::npos) << "messages are one line";
}

TEST(Names, Revisions) {
  for (const char* good : {"main", "v1.0", "refs/pr/12", "refs/convert/parquet", "feature/a/b", "a@b", "caf\xC3\xA9",
                           "0123456789abcdef0123456789abcdef01234567"}) {
    EXPECT_EQ(reason(check_revision(good)), "") << good;
  }
  for (const char* bad : {"",   "a b", "a\tb", "a\nb", "..",  "a/../b", "a..b", "/a",  "a/",    "a//b",    "a~1",
                          "a^", "a:b", "a?",   "a*",   "a[b", "a\\b",   "@{u}", "./a", "a/./b", ".hidden", "\xFF"}) {
    EXPECT_FALSE(check_revision(bad).ok()) << bad;
  }
  EXPECT_TRUE(check_revision(std::string(1024, 'a')).ok());
  const auto long_one = check_revision(std::string(1025, 'a'));
  ASSERT_FALSE(long_one.ok());
  EXPECT_LT(long_one.error().message.size(), 200u);
}

TEST(Names, CommitHashes) {
  EXPECT_TRUE(is_commit_hash("0123456789abcdef0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit_hash("0123456789ABCDEF0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit_hash("0123456789abcdef0123456789abcdef0123456"));
  EXPECT_FALSE(is_commit_hash("0123456789abcdef0123456789abcdef012345678"));
  EXPECT_FALSE(is_commit_hash("0123456789abcdef0123456789abcdef0123456g"));
}

TEST(Names, PathsThatMayBecomeFiles) {
  for (const char* good : {"a", "a/b/c.txt", ".gitattributes", "a b", "a..b", "console.log", "auxiliary", "com10",
                           "com0", "lpt", "caf\xC3\xA9/\xE6\x96\x87", "x:y/ab:c"}) {
    if (std::string_view(good) == "x:y/ab:c") {
      EXPECT_FALSE(check_repo_path(good, "file name").ok()) << "the second character is a drive's colon";
      continue;
    }
    EXPECT_EQ(reason(check_repo_path(good, "file name")), "") << good;
  }
  EXPECT_TRUE(check_repo_path("ab:c", "file name").ok());
  EXPECT_TRUE(check_repo_path(std::string(255, 'a') + "/b", "file name").ok());
}

TEST(Names, PathsRefusedWithTheReason) {
  const std::tuple<std::string, const char*> cases[] = {{"", "is empty"},
                                                        {"/etc/passwd", "is absolute"},
                                                        {"a//b", "empty segment"},
                                                        {"a/", "empty segment"},
                                                        {"..", "'.' or '..' segment"},
                                                        {"a/../b", "'.' or '..' segment"},
                                                        {"./a", "'.' or '..'"},
                                                        {"a\\b", "backslash"},
                                                        {"..\\b", "backslash"},
                                                        {"C:x", "drive prefix"},
                                                        {"a/c:/b", "drive prefix"},
                                                        {"a\nb", "control character"},
                                                        {"a\x7f", "control"},
                                                        {std::string("a\0b", 3), "control"},
                                                        {"a\xFF", "not valid UTF-8"},
                                                        {".. ", "dots and blanks"},
                                                        {"a/.../b", "dots and blanks"},
                                                        {" ", "dots and blanks"},
                                                        {std::string(256, 'a'), "longer than 255"}};
  for (const auto& [path, why] : cases) {
    const Done done = check_repo_path(path, "file name", Code::kUnsafeName);
    ASSERT_FALSE(done.ok()) << path;
    EXPECT_EQ(done.error().code, Code::kUnsafeName);
    EXPECT_NE(done.error().message.find(why), std::string::npos) << done.error().message;
    EXPECT_EQ(done.error().message.rfind("file name '", 0), 0u);
  }
}

TEST(Names, DeviceNamesAreRefusedEverywhere) {
  for (const char* device : {"con", "PRN", "Aux", "nul", "com1", "LPT9", "aux.json", "nul.tar.gz", "con ", "con .txt",
                             "con.", "a/aux/b", "COM\xC2\xB9", "conin$", "nul:stream"}) {
    EXPECT_NE(reason(check_repo_path(device, "file name")).find("device"), std::string::npos) << device;
  }
}

TEST(Names, CaseKeysMeetWhereDisksDo) {
  EXPECT_EQ(case_key("README.md"), case_key("readme.MD"));
  EXPECT_EQ(case_key("\xC3\x84rger"), case_key("\xC3\xA4rger"));          // A umlaut
  EXPECT_EQ(case_key("\xD0\x90\xD0\x8F"), case_key("\xD0\xB0\xD1\x9F"));  // Cyrillic
  EXPECT_EQ(case_key("\xCE\xA3"), case_key("\xCF\x83"));                  // Sigma
  EXPECT_EQ(case_key("\xC5\xB8"), case_key("\xC3\xBF"));                  // Y with diaeresis
  EXPECT_EQ(case_key("\xC4\xBD"), case_key("\xC4\xBE"));                  // L with caron
  EXPECT_NE(case_key("\xC3\x97"), case_key("\xC3\xB7"));                  // the multiplication sign has no case
  EXPECT_NE(case_key("a"), case_key("b"));
  EXPECT_EQ(case_key("\xE6\x96\x87\xFF"), "\xE6\x96\x87\xFF");
}

TEST(Names, Tokens) {
  EXPECT_TRUE(check_token("hf_abc.DEF-123").ok());
  for (const char* bad : {"", "hf secret", "hf_secret\r\nX: y",
                          "hf_s\xC3\xA9"
                          "cret"}) {
    const Done done = check_token(bad);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().message.find("secret"), std::string::npos) << "a token never shows up in a message";
  }
}

TEST(HfUris, Forms) {
  const auto plain = *parse_hf_uri("hf://ns/name");
  EXPECT_EQ(plain.repo.type, RepoType::kModel);
  EXPECT_EQ(plain.repo.id, "ns/name");
  EXPECT_FALSE(plain.revision);
  EXPECT_EQ(plain.path, "");
  EXPECT_FALSE(plain.folder);

  const auto full = *parse_hf_uri("hf://datasets/ns/name@v1/data/train.csv");
  EXPECT_EQ(full.repo.type, RepoType::kDataset);
  EXPECT_EQ(*full.revision, "v1");
  EXPECT_EQ(full.path, "data/train.csv");

  EXPECT_EQ(*parse_hf_uri("hf://a/b@refs/pr/10/x.txt")->revision, "refs/pr/10");
  EXPECT_EQ(parse_hf_uri("hf://a/b@refs/pr/10/x.txt")->path, "x.txt");
  EXPECT_EQ(*parse_hf_uri("hf://a/b@refs/convert/parquet-v2.1/d")->revision, "refs/convert/parquet-v2.1");
  EXPECT_EQ(*parse_hf_uri("hf://a/b@feature%2Fx/y")->revision, "feature/x");
  EXPECT_EQ(parse_hf_uri("hf://a/b/file@1.txt")->path, "file@1.txt");
  EXPECT_TRUE(parse_hf_uri("hf://a/b/dir/")->folder);
  EXPECT_EQ(parse_hf_uri("hf://a/b/dir/")->path, "dir");
  EXPECT_TRUE(parse_hf_uri("hf://a/b/")->folder);
}

TEST(HfUris, RefusedWithTheReason) {
  const std::pair<const char*, const char*> cases[] = {
      {"ns/name", "must look like hf://"}, {"hf://gpt2", "namespace/name"},
      {"hf://", "namespace/name"},         {"hf://dataset/ns/name", "'datasets/'"},
      {"hf://buckets/a/b", "buckets"},     {"hf://a/b@", "is empty"},
      {"hf://a/b@/x", "is empty"},         {"hf://a/b/../c", "'.' or '..'"},
      {"hf://a/b//c", "is absolute"},      {"hf://a/b@refs/pr/1x", "'/' must follow"},
      {"hf://a/b@..%2Fx", "'..'"},         {"hf://a--b/c", "'--'"},
      {"hf://datasets", "namespace/name"}};
  for (const auto& [uri, why] : cases) {
    const auto parsed = parse_hf_uri(uri);
    ASSERT_FALSE(parsed.ok()) << uri;
    EXPECT_EQ(parsed.error().code, Code::kArgument);
    EXPECT_NE(parsed.error().message.find(why), std::string::npos) << parsed.error().message;
  }
}

}  // namespace
}  // namespace hfhub
