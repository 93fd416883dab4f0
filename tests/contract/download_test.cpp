// Downloads that work: files and snapshots, every way to name a revision, every repository type, every option.
#include <algorithm>
#include <filesystem>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class Download : public HubTest {
 protected:
  void SetUp() override {
    old_ = hub().commit(repo(), {{"README.md", "old"}, {"gone.txt", "was here"}});
    commit_ = hub().commit(repo(),
                           {{"README.md", "# new"},
                            {"config.json", "{}"},
                            {"empty.txt", ""},
                            {"weights/a.bin", weights_, true},
                            {"weights/deep/b.bin", noise(70'000, 72), true},
                            {"unicode/\xc3\xa9t\xc3\xa9 1.txt", "summer"}},
                           {"main", {"gone.txt"}});
  }
  DownloadOptions at(const std::string& revision) const {
    DownloadOptions out;
    out.revision(revision);
    return out;
  }
  std::vector<std::string> names_in(const std::string& folder) const {
    std::vector<std::string> out;
    for (const auto& [path, what] : list_folder(folder)) {
      if (what != "folder" && path.find(".cache") == std::string::npos) out.push_back(path);
    }
    return out;
  }
  const std::string weights_ = noise(600'000, 71);
  std::string old_, commit_;
};

TEST_F(Download, AFile) {
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "weights/a.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.path, snapshot_file(commit_, "weights/a.bin"));
  EXPECT_TRUE(read_file(outcome.path) == weights_);
  EXPECT_EQ(outcome.json["path"].string(), outcome.path);
  EXPECT_EQ(outcome.json["commit"].string(), commit_);
  EXPECT_EQ(outcome.json["etag"].string(), sha256_hex(weights_));
  EXPECT_EQ(outcome.json["size"].integer(), 600'000);
  EXPECT_FALSE(outcome.json["cached"].boolean(true));
  EXPECT_EQ(outcome.progress.bytes_done, 600'000u);
  EXPECT_TRUE(fs::is_symlink(outcome.path));
  EXPECT_EQ(fs::canonical(outcome.path).filename(), sha256_hex(weights_));
  for (const Seen& request : seen()) EXPECT_TRUE(request.counted || request.origin == "cdn") << request.path;
}

TEST_F(Download, AgainFromTheCache) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "weights/a.bin")).ok());
  forget_requests();
  const Outcome again = finish(session.download_file(repo_id(), "weights/a.bin"));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_TRUE(again.json["cached"].boolean());
  EXPECT_EQ(request_count(), 1u) << "one HEAD tells";
  EXPECT_EQ(again.progress.items_cached, 1u);
  EXPECT_EQ(again.progress.wire_bytes, 0u);
  forget_requests();
  const Outcome pinned = finish(session.download_file(repo_id(), "weights/a.bin", at(commit_)));
  ASSERT_TRUE(pinned.ok()) << pinned;
  EXPECT_EQ(pinned.path, again.path);
  EXPECT_EQ(request_count(), 0u) << "a pinned commit asks nothing";
}

TEST_F(Download, AnEmptyFileAndAnyName) {
  Session session = this->session();
  const Outcome empty = finish(session.download_file(repo_id(), "empty.txt"));
  ASSERT_TRUE(empty.ok()) << empty;
  EXPECT_EQ(read_file(empty.path), "");
  const Outcome summer = finish(session.download_file(repo_id(), "unicode/\xc3\xa9t\xc3\xa9 1.txt"));
  ASSERT_TRUE(summer.ok()) << summer;
  EXPECT_EQ(read_file(summer.path), "summer");
}

TEST_F(Download, ASnapshot) {
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.path, snapshot_file(commit_, "").substr(0, outcome.path.size()));
  EXPECT_EQ(outcome.json["commit"].string(), commit_);
  EXPECT_EQ(outcome.json["files"].integer(), 6);
  EXPECT_EQ(outcome.json["downloaded"].integer(), 6);
  EXPECT_THAT(names_in(outcome.path), UnorderedElementsAre("README.md", "config.json", "empty.txt", "weights/a.bin",
                                                           "weights/deep/b.bin", "unicode/\xc3\xa9t\xc3\xa9 1.txt"));
  const auto all = seen();
  EXPECT_TRUE(std::none_of(all.begin(), all.end(), [](const Seen& request) { return request.method == "HEAD"; }))
      << "facts come from the listing";
  forget_requests();
  const Outcome pinned = finish(session.download_snapshot(repo_id(), at(commit_)));
  ASSERT_TRUE(pinned.ok()) << pinned;
  EXPECT_EQ(pinned.json["downloaded"].integer(-1), 0);
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Download, Revisions) {
  hub().add_ref(repo(), "branch", "feature/x", old_);
  hub().add_ref(repo(), "tag", "v1.0", old_);
  hub().add_ref(repo(), "pr", "1", old_);
  Session session = this->session();
  for (const std::string& revision :
       {std::string("feature/x"), std::string("v1.0"), std::string("refs/pr/1"), old_, old_.substr(0, 7)}) {
    for (const bool snapshot : {false, true}) {
      const Outcome outcome = snapshot ? finish(session.download_snapshot(repo_id(), at(revision)))
                                       : finish(session.download_file(repo_id(), "README.md", at(revision)));
      ASSERT_TRUE(outcome.ok()) << revision << ": " << outcome;
      EXPECT_EQ(outcome.json["commit"].string(), old_) << revision;
      EXPECT_EQ(read_file(snapshot_file(old_, "README.md")), "old");
    }
    if (revision != old_) {
      EXPECT_EQ(read_file(scratch_ / "cache/models--" + "test--" + repo_id().substr(5) + "/refs/" + revision), old_);
    }
  }
}

TEST_F(Download, ABranchThatMoves) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "README.md")).ok());
  const std::string newer = hub().commit(repo(), {{"README.md", "# newer"}});
  const Outcome outcome = finish(session.download_file(repo_id(), "README.md"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.path, snapshot_file(newer, "README.md"));
  EXPECT_EQ(read_file(outcome.path), "# newer");
  EXPECT_EQ(read_file(snapshot_file(commit_, "README.md")), "# new") << "the old snapshot stays";
}

TEST_F(Download, EveryRepositoryType) {
  Session session = this->session();
  for (const char* type : {"model", "dataset", "space", "kernel"}) {
    const std::string name = repo_id() + "-" + type;
    const std::string commit = hub().commit(std::string(type) + "/" + name, {{"a.txt", type}});
    DownloadOptions options;
    options.repo_type(type);
    for (const bool snapshot : {false, true}) {
      const Outcome outcome = snapshot ? finish(session.download_snapshot(name, options))
                                       : finish(session.download_file(name, "a.txt", options));
      ASSERT_TRUE(outcome.ok()) << outcome;
      EXPECT_THAT(outcome.path, HasSubstr(std::string(type) + "s--test--"));
      EXPECT_EQ(read_file(outcome.path + (snapshot ? "/a.txt" : "")), type);
    }
    EXPECT_THAT(session.file_url(name, "a.txt", options), HasSubstr(name + "/resolve/main/a.txt"));
  }
}

TEST_F(Download, ARepositoryWithoutNamespace) {
  const std::string name = "gpt-" + repo_id().substr(5, 40);
  hub().commit("model/" + name, {{"a.txt", "a"}});
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(name, "a.txt"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_THAT(outcome.path, HasSubstr("models--" + name + "/"));
}

TEST_F(Download, Subfolder) {
  Session session = this->session();
  for (const char* folder : {"weights", "weights/"}) {
    DownloadOptions options;
    options.subfolder(folder);
    const Outcome outcome = finish(session.download_file(repo_id(), "deep/b.bin", options));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(outcome.path, snapshot_file(commit_, "weights/deep/b.bin"));
    EXPECT_THAT(session.file_url(repo_id(), "deep/b.bin", options), HasSubstr("/resolve/main/weights/deep/b.bin"));
  }
}

TEST_F(Download, Patterns) {
  Session session = this->session();
  struct Row {
    std::vector<const char*> allow, ignore;
    size_t files;
  };
  for (const Row& row :
       {Row{{"*.bin"}, {}, 2}, Row{{"weights/"}, {}, 2}, Row{{}, {"*.bin"}, 4}, Row{{"*.bin"}, {"*deep*"}, 1},
        Row{{"*.md", "*.json"}, {}, 2}, Row{{"nothing"}, {}, 0}, Row{{"[rR]*"}, {}, 1}}) {
    DownloadOptions options;
    const std::string folder = scratch_ / "p" + std::to_string(reinterpret_cast<uintptr_t>(&row) % 9973);
    options.local_dir(folder);
    for (const char* pattern : row.allow) options.allow(pattern);
    for (const char* pattern : row.ignore) options.ignore(pattern);
    const Outcome outcome = finish(session.download_snapshot(repo_id(), options));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(outcome.json["files"].integer(-1), static_cast<int64_t>(row.files));
    EXPECT_EQ(names_in(folder).size(), row.files);
    fs::remove_all(folder);
  }
}

TEST_F(Download, LocalFolder) {
  const std::string folder = scratch_ / "plain";
  DownloadOptions options;
  options.local_dir(folder);
  Session session = this->session();
  const Outcome file = finish(session.download_file(repo_id(), "weights/a.bin", options));
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(file.path, folder + "/weights/a.bin");
  EXPECT_FALSE(fs::is_symlink(file.path));
  const Outcome all = finish(session.download_snapshot(repo_id(), options));
  ASSERT_TRUE(all.ok()) << all;
  EXPECT_EQ(all.path, folder);
  EXPECT_EQ(all.json["downloaded"].integer(), 5);
  EXPECT_EQ(names_in(folder).size(), 6u);
  EXPECT_TRUE(fs::exists(folder + "/.cache/huggingface/download/weights/a.bin.metadata"));
  // What the user changed is replaced by what was asked for.
  write_file(folder + "/config.json", "my own");
  fs::last_write_time(folder + "/config.json", fs::file_time_type::clock::now() + std::chrono::hours(1));
  ASSERT_TRUE(finish(session.download_file(repo_id(), "config.json", options)).ok());
  EXPECT_EQ(read_file(folder + "/config.json"), "{}");
}

TEST_F(Download, AFileThatIsThereIsAdopted) {
  const std::string folder = scratch_ / "plain";
  write_file(folder + "/weights/a.bin", weights_);
  Session session = this->session();
  const Outcome outcome =
      finish(session.download_file(repo_id(), "weights/a.bin", DownloadOptions().local_dir(folder)));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.progress.wire_bytes, 0u);
}

TEST_F(Download, AnotherCache) {
  Session session = this->session();
  const Outcome outcome =
      finish(session.download_file(repo_id(), "README.md", DownloadOptions().cache_dir(scratch_ / "other")));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.path.find(scratch_ / "other/"), 0u);
  EXPECT_TRUE(list_folder(cache()).empty());
}

TEST_F(Download, Force) {
  Session session = this->session();
  const Outcome first = finish(session.download_file(repo_id(), "weights/a.bin"));
  ASSERT_TRUE(first.ok());
  write_file(first.path, "damaged");  // through the link
  const Outcome forced = finish(session.download_file(repo_id(), "weights/a.bin", DownloadOptions().force()));
  ASSERT_TRUE(forced.ok()) << forced;
  EXPECT_FALSE(forced.json["cached"].boolean(true));
  EXPECT_TRUE(read_file(forced.path) == weights_);
  const Outcome all = finish(session.download_snapshot(repo_id(), DownloadOptions().force()));
  EXPECT_EQ(all.json["downloaded"].integer(), 6) << all;
}

TEST_F(Download, ForceNeedsTheNetwork) {
  DownloadOptions options;
  options.force().local_files_only();
  Session session = this->session();
  EXPECT_THROW(session.download_file(repo_id(), "README.md", options), Exception);
  Session offline(this->options().offline(true));
  EXPECT_THROW(offline.download_snapshot(repo_id(), DownloadOptions().force()), Exception);
}

TEST_F(Download, OfflineFromTheCache) {
  {
    Session session = this->session();
    ASSERT_TRUE(finish(session.download_snapshot(repo_id())).ok());
    ASSERT_TRUE(finish(session.download_snapshot(repo_id(), DownloadOptions().local_dir(scratch_ / "plain"))).ok());
  }
  forget_requests();
  Session offline(options().offline(true));
  Session online = this->session();
  for (const bool local : {false, true}) {
    DownloadOptions plain, only;
    only.local_files_only();
    if (local) {
      plain.local_dir(scratch_ / "plain");
      only.local_dir(scratch_ / "plain");
    }
    for (const Outcome& outcome :
         {finish(offline.download_file(repo_id(), "config.json", plain)),
          finish(online.download_file(repo_id(), "config.json", only)),
          finish(offline.download_snapshot(repo_id(), plain)), finish(online.download_snapshot(repo_id(), only))}) {
      EXPECT_TRUE(outcome.ok()) << outcome;
    }
    EXPECT_EQ(finish(offline.download_file(repo_id(), "not/there", plain)).status, HFHUB_E_NOT_CACHED);
  }
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Download, AnEmptyLocalFolderIsNoSnapshot) {
  fs::create_directories(scratch_ / "plain");
  Session session = this->session();
  const Outcome outcome =
      finish(session.download_snapshot(repo_id(), DownloadOptions().local_dir(scratch_ / "plain").local_files_only()));
  EXPECT_LT(outcome.status, 0) << "nothing was downloaded to " << outcome.path;
}

TEST_F(Download, ADryRunWritesNothing) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "README.md")).ok());
  ASSERT_TRUE(
      finish(session.download_file(repo_id(), "README.md", DownloadOptions().local_dir(scratch_ / "plain"))).ok());
  const Listing before = list_folder(scratch_.path());
  for (const bool local : {false, true}) {
    DownloadOptions options;
    options.dry_run();
    if (local) options.local_dir(scratch_ / "plain");
    const Outcome have = finish(session.download_file(repo_id(), "README.md", options));
    ASSERT_TRUE(have.ok()) << have;
    EXPECT_EQ(have.json["filename"].string(), "README.md");
    EXPECT_TRUE(have.json["is_cached"].boolean());
    EXPECT_FALSE(have.json["will_download"].boolean(true));
    const Outcome want = finish(session.download_file(repo_id(), "weights/a.bin", options));
    ASSERT_TRUE(want.ok()) << want;
    EXPECT_EQ(want.json["commit_hash"].string(), commit_);
    EXPECT_EQ(want.json["file_size"].integer(), 600'000);
    EXPECT_FALSE(want.json["is_cached"].boolean(true));
    EXPECT_TRUE(want.json["will_download"].boolean());
    const Outcome all = finish(session.download_snapshot(repo_id(), options));
    ASSERT_TRUE(all.ok()) << all;
    EXPECT_EQ(all.json.size(), 6u);
    EXPECT_EQ(finish(session.download_file(repo_id(), "missing", options)).status, HFHUB_E_ENTRY_NOT_FOUND);
    EXPECT_EQ(list_folder(scratch_.path()), before);
  }
  for (const Seen& request : seen())
    EXPECT_TRUE(request.origin == "hub" || request.path.find(git_sha1_hex("")) == std::string::npos);
}

TEST_F(Download, ADryRunIntoNowhereMakesNoFolder) {
  Session session = this->session();
  const Listing before = list_folder(scratch_.path());
  ASSERT_TRUE(finish(session.download_snapshot(repo_id(), DownloadOptions().dry_run())).ok());
  ASSERT_TRUE(
      finish(session.download_snapshot(repo_id(), DownloadOptions().dry_run().local_dir(scratch_ / "x/y"))).ok());
  EXPECT_EQ(list_folder(scratch_.path()), before);
}

TEST_F(Download, Workers) {
  std::vector<RepoFile> files;
  for (int i = 0; i < 60; ++i)
    files.push_back({"many/" + std::to_string(i) + ".txt", noise(500, 100 + static_cast<uint64_t>(i))});
  hub().commit(repo(), files);
  for (const int workers : {1, 3, 64, 256}) {
    Session session = this->session();
    const Outcome outcome = finish(session.download_snapshot(repo_id(), DownloadOptions().max_workers(workers)));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(outcome.json["downloaded"].integer(), 66);
    for (const RepoFile& file : files) EXPECT_EQ(read_file(outcome.path + "/" + file.path), file.content);
    fs::remove_all(cache());
  }
}

TEST_F(Download, TheCallsTokenBeatsTheSessions) {
  hub().add_token(kToken, "alice");
  hub().set_repo(repo(), R"({"gated":"manual","allowed_users":["alice"]})");
  setenv("HF_TOKEN", "hf_from_the_environment", 1);
  hub().add_token("hf_from_the_environment", "bob");
  {
    Session session = this->session();
    EXPECT_EQ(finish(session.download_file(repo_id(), "README.md")).status, HFHUB_E_GATED);
    EXPECT_EQ(finish(session.download_file(repo_id(), "README.md", DownloadOptions().token(""))).http_status, 401);
    EXPECT_TRUE(finish(session.download_file(repo_id(), "README.md", DownloadOptions().token(kToken))).ok());
    Session alice(options().token(kToken));
    EXPECT_TRUE(finish(alice.download_file(repo_id(), "config.json")).ok());
  }
  unsetenv("HF_TOKEN");
  write_file(scratch_ / "home/token", std::string(kToken) + "\n");
  Session from_file = this->session();
  EXPECT_TRUE(finish(from_file.download_file(repo_id(), "empty.txt")).ok());
}

TEST_F(Download, Metadata) {
  Session session = this->session();
  const Outcome lfs = finish(session.file_metadata(repo_id(), "weights/a.bin"));
  ASSERT_TRUE(lfs.ok()) << lfs;
  EXPECT_EQ(lfs.json["commit_hash"].string(), commit_);
  EXPECT_EQ(lfs.json["etag"].string(), sha256_hex(weights_));
  EXPECT_EQ(lfs.json["size"].integer(), 600'000);
  EXPECT_THAT(lfs.json["location"].string(), HasSubstr(hub().cdn()));
  EXPECT_EQ(lfs.json["location"].string().find('?'), std::string::npos) << "a signed query is a secret";
  EXPECT_EQ(lfs.json["xet_hash"].type(), HFHUB_JSON_NULL);
  const Outcome git = finish(session.file_metadata(repo_id(), "README.md", at(old_)));
  ASSERT_TRUE(git.ok()) << git;
  EXPECT_EQ(git.json["etag"].string(), git_sha1_hex("old"));
  EXPECT_EQ(git.json["size"].integer(), 3);
  for (const Seen& request : seen()) EXPECT_FALSE(request.counted) << "asking is not downloading";
  EXPECT_TRUE(list_folder(cache()).empty());
}

TEST_F(Download, XetFilesTravelByHttp) {
  hub().commit(repo(), {{"x.bin", weights_, true, true}});
  Session session = this->session();
  EXPECT_EQ(finish(session.file_metadata(repo_id(), "x.bin")).json["xet_hash"].string().size(), 64u);
  const Outcome outcome = finish(session.download_file(repo_id(), "x.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path) == weights_);
}

TEST_F(Download, Urls) {
  Session session = this->session();
  const std::string base = hub().endpoint() + "/" + repo_id() + "/resolve/";
  EXPECT_EQ(session.file_url(repo_id(), "a b/c#d?.txt"), base + "main/a%20b/c%23d%3F.txt");
  EXPECT_EQ(session.file_url(repo_id(), "x", at("refs/pr/1")), base + "refs%2Fpr%2F1/x");
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Download, CachedFileHasThreeAnswers) {
  Session session = this->session();
  EXPECT_EQ(session.cached_file(repo_id(), "README.md").state, HFHUB_CACHED_UNKNOWN);
  ASSERT_TRUE(finish(session.download_file(repo_id(), "README.md")).ok());
  EXPECT_EQ(finish(session.download_file(repo_id(), "absent.txt")).status, HFHUB_E_ENTRY_NOT_FOUND);
  forget_requests();
  for (const std::string& revision : {std::string("main"), commit_}) {
    const CachedFile found = session.cached_file(repo_id(), "README.md", at(revision));
    EXPECT_EQ(found.state, HFHUB_CACHED_FOUND);
    EXPECT_EQ(found.path, snapshot_file(commit_, "README.md"));
    const CachedFile absent = session.cached_file(repo_id(), "absent.txt", at(revision));
    EXPECT_EQ(absent.state, HFHUB_CACHED_ABSENT);
    EXPECT_EQ(absent.path, "");
  }
  EXPECT_EQ(session.cached_file(repo_id(), "config.json").state, HFHUB_CACHED_UNKNOWN);
  EXPECT_EQ(request_count(), 0u);
}

}  // namespace
}  // namespace hfhub::test
