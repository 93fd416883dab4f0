// Names from the server that would leave the folder, or mean something else on another system: refused by name, and
// nothing is written.
#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

class NameFault : public HubTest {
 protected:
  void SetUp() override { hub().commit(repo(), {{"good.txt", "good"}}); }
  void patch_tree(const std::string& path) const {
    hub().fault(R"({"match":{"path":"*/tree/*"},"times":0,"action":{"tree_patch":[{"type":"file","size":4,"oid":")" +
                git_sha1_hex("good") + R"(","path":)" + json_string(path) + "}]}}");
  }
};

class HostileName : public NameFault, public ::testing::WithParamInterface<const char*> {};

TEST_P(HostileName, IsRefusedByName) {
  patch_tree(GetParam());
  Session session = this->session();
  const Listing before = list_folder(scratch_.path());
  for (const bool local : {false, true}) {
    for (const bool narrow : {false, true}) {
      DownloadOptions options;
      if (local) options.local_dir(scratch_ / "deep/down/folder");
      if (narrow) options.allow("good.txt");  // also when nobody asked for the bad one
      const Outcome outcome = finish(session.download_snapshot(repo_id(), options));
      EXPECT_EQ(outcome.status, HFHUB_E_UNSAFE_NAME) << outcome;
      const std::string name = GetParam();
      EXPECT_NE(outcome.message.find(name.substr(0, name.find_first_of("\n\t\r\\"))), std::string::npos) << outcome;
      EXPECT_EQ(list_folder(scratch_.path()), before);
    }
  }
}

constexpr const char* kHostileNames[] = {
    "../evil",
    "../../evil",
    "a/../../evil",
    "a/../evil",
    "..",
    ".",
    "a/.",
    "/evil",
    "//evil",
    "a//b",
    "a/",
    "",
    "a\\b",
    "..\\evil",
    "C:evil",
    "c:/evil",
    "CON",
    "con.txt",
    "sub/NUL",
    "aux.json",
    "COM1",
    "lpt9.log",
    "nul:x",
    "a\nb",
    "a\tb",
    "a\rb",
    "... ",
    "x/ ./y",
    "long/"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};
INSTANTIATE_TEST_SUITE_P(All, HostileName, ::testing::ValuesIn(kHostileNames),
                         [](const auto& info) { return std::to_string(info.index); });

TEST_F(NameFault, NoProgramIsPlantedInGit) {
  for (const char* name : {".git/hooks/pre-commit", "sub/.GIT/config"}) {
    hub().clear_faults();
    patch_tree(name);
    Session session = this->session();
    const std::string folder = scratch_ / "work" + std::to_string(std::string(name).size());
    const Outcome outcome = finish(session.download_snapshot(repo_id(), DownloadOptions().local_dir(folder)));
    EXPECT_EQ(outcome.status, HFHUB_E_UNSAFE_NAME) << outcome;
    EXPECT_NE(outcome.message.find(name), std::string::npos) << outcome;
    EXPECT_TRUE(list_folder(folder).empty());
  }
}

TEST_F(NameFault, AFileThatIsAlsoAFolder) {
  patch_tree("good.txt/inside");
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  EXPECT_LT(outcome.status, 0) << outcome;
  EXPECT_NE(outcome.message.find("good.txt"), std::string::npos) << outcome;
  expect_nothing_wrong_visible({"good"});
}

// Names differ by case only: fine here, one file on other disks. See case_test.cpp for a disk that ignores case.
TEST_F(NameFault, CaseMattersOnThisDisk) {
  hub().commit(repo(), {{"Readme", "one"}, {"README", "two"}});
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(outcome.path + "/Readme"), "one");
  EXPECT_EQ(read_file(outcome.path + "/README"), "two");
}

TEST_F(NameFault, HostileHeaders) {
  for (const char* headers :
       {R"({"ETag":"\"../../../../evil\""})", R"({"ETag":"\"/evil\""})", R"({"ETag":"\"..\""})",
        R"({"X-Repo-Commit":"../../../evil"})", R"({"X-Repo-Commit":""})", R"({"X-Linked-Etag":"\"a/b\""})"}) {
    hub().clear_faults();
    hub().fault(std::string(R"({"match":{"method":"HEAD"},"times":0,"action":{"set_headers":)") + headers + "}}");
    Session session = this->session();
    const Listing before = list_folder(scratch_.path());
    const Outcome outcome = finish(session.download_file(repo_id(), "good.txt"));
    EXPECT_TRUE(outcome.status == HFHUB_E_PROTOCOL || outcome.status == HFHUB_E_UNSAFE_NAME)
        << headers << ": " << outcome;
    EXPECT_EQ(list_folder(scratch_.path()), before) << headers;
  }
}

}  // namespace
}  // namespace hfhub::test
