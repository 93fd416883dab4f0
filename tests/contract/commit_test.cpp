// Commits and uploads through the C++ API, over the local Hub.
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/xet_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr size_t kLarge = 300'000;  // with a binary ending: stored apart

class CommitTest : public XetTest {
 protected:
  static CommitOptions message(const std::string& text = "a commit") {
    CommitOptions options;
    options.message(text);
    return options;
  }

  // What a path of the repository holds, read by HTTP without the library; "<status>" when there is nothing.
  std::string content(const std::string& path, const std::string& revision = "main") {
    Session plain(HubTest::options().token(kToken));
    Op op = plain.download_file(
        repo_id(), path,
        DownloadOptions().revision(revision).local_dir(scratch_ / ("read/" + std::to_string(++reads_))));
    const Outcome outcome = finish(op);
    return outcome.ok() ? read_file(outcome.path) : "<" + std::to_string(outcome.http_status) + ">";
  }
  std::string head(const std::string& revision = "main") {
    Session session = this->session();
    Op op = session.call("models.info",
                         "{\"repo_id\":" + json_string(repo_id()) + ",\"revision\":" + json_string(revision) + "}");
    return finish(op).json["sha"].string();
  }
  size_t commit_count(const std::string& revision = "main") {
    Session session = this->session();
    Op op = session.call("repos.commits", "{\"repo_type\":\"model\",\"repo_id\":" + json_string(repo_id()) +
                                              ",\"revision\":" + json_string(revision) + "}");
    return finish(op).json.size();
  }
  size_t posts() const { return count("hub", "POST", "/commit/"); }
  std::string folder_file(const std::string& name, const std::string& text) {
    const std::string path = scratch_ / ("folder/" + name);
    write_file(path, text);
    return path;
  }
  std::string folder() const { return scratch_ / "folder"; }

  template <class Call>
  static hfhub_status status_of(Call&& call) {
    try {
      call();
      return HFHUB_OK;
    } catch (const Exception& error) {
      return error.status();
    }
  }

 private:
  int reads_ = 0;
};

TEST_F(CommitTest, FilesBytesStreamsAndDeletionsAreOneCommit) {
  hub().commit(repo(), {{"old.txt", "old"}, {"gone/a", "a"}, {"gone/b", "b"}, {"kept", "k"}});
  const std::string weights = new_bytes(kLarge, 1), stream = new_bytes(2'500'000, 2);
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message("Add \"everything\"\nsecond line").description("d\xC3\xA9tails"));
  commit.add_path("model.bin", source("w", weights)).add_path("sub/text.txt", source("t", "text"));
  commit.add_bytes("b\xC3\xBCtes \"1\".txt", "bytes").add_bytes("empty", "");
  CommitWriter writer = commit.add_stream("stream.bin");
  for (size_t at = 0; at < stream.size(); at += 99'999) {
    writer.write(stream.data() + at, std::min<size_t>(99'999, stream.size() - at));
  }
  EXPECT_EQ(commit.operation_count(), 4u);
  writer.finish();
  commit.delete_file("old.txt").delete_folder("gone/");
  EXPECT_EQ(commit.operation_count(), 7u);
  forget_requests();
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(posts(), 1u);
  const Json json = outcome.json;
  EXPECT_TRUE(json["committed"].boolean());
  EXPECT_EQ(json["commit_oid"].string(), head());
  EXPECT_THAT(json["commit_url"].string(), HasSubstr("/commit/" + head()));
  EXPECT_EQ(json["commit_message"].string(), "Add \"everything\"\nsecond line");
  EXPECT_EQ(json["regular"].integer(), 3);
  EXPECT_EQ(json["xet"].integer(), 2);
  EXPECT_EQ(json["lfs"].integer(), 0);
  EXPECT_EQ(json["deleted"].integer(), 2);
  EXPECT_EQ(json["stored_bytes"].integer(), static_cast<int64_t>(weights.size() + stream.size()));
  EXPECT_TRUE(json["pr_url"].is_null());
  EXPECT_EQ(outcome.progress.items_total, 5u);
  EXPECT_EQ(outcome.progress.items_done, 5u);
  EXPECT_EQ(outcome.progress.bytes_done, outcome.progress.bytes_total);
  EXPECT_TRUE(content("model.bin") == weights);
  EXPECT_TRUE(content("stream.bin") == stream);
  EXPECT_EQ(content("sub/text.txt"), "text");
  EXPECT_EQ(content("b\xC3\xBCtes \"1\".txt"), "bytes");
  EXPECT_EQ(content("empty"), "");
  EXPECT_EQ(content("kept"), "k");
  for (const char* path : {"old.txt", "gone/a", "gone/b"}) EXPECT_EQ(content(path), "<404>") << path;
  EXPECT_EQ(status_of([&] { commit.add_bytes("x", "x"); }), HFHUB_E_STATE);  // it was made
  EXPECT_EQ(status_of([&] { commit.finish(); }), HFHUB_E_STATE);
  EXPECT_TRUE(find_files(scratch_ / "xet/spool", "").empty() || commit.operation_count() > 0);
}

TEST_F(CommitTest, WhatChangesNothingIsLeftOut) {
  const std::string weights = new_bytes(kLarge, 3);
  Session session = this->session();
  const auto make = [&](const std::string& text) {
    Commit commit = session.commit(repo_id(), message());
    commit.add_bytes("w.bin", weights).add_bytes("t.txt", text);
    return finish(commit.finish());
  };
  const Outcome first = make("one");
  ASSERT_TRUE(first.ok()) << first;
  const Outcome second = make("two");
  ASSERT_TRUE(second.ok()) << second;
  EXPECT_EQ(second.json["unchanged"].integer(), 1);
  EXPECT_EQ(second.json["regular"].integer(), 1);
  EXPECT_EQ(second.json["xet"].integer(), 0);
  EXPECT_NE(second.json["commit_oid"].string(), first.json["commit_oid"].string());
  forget_requests();
  const Outcome third = make("two");
  ASSERT_TRUE(third.ok()) << third;
  EXPECT_FALSE(third.json["committed"].boolean());
  EXPECT_EQ(third.json["commit_oid"].string(), second.json["commit_oid"].string());
  EXPECT_EQ(third.json["unchanged"].integer(), 2);
  EXPECT_EQ(posts(), 0u);
  Commit commit = session.commit(repo_id(), message());  // deleted and written again: that is a change
  commit.delete_file("t.txt").add_bytes("t.txt", "two");
  const Outcome fourth = finish(commit.finish());
  ASSERT_TRUE(fourth.ok()) << fourth;
  EXPECT_EQ(content("t.txt"), "two");
}

TEST_F(CommitTest, AMovedParentIsAConflictThatCanBeMended) {
  const std::string before = hub().commit(repo(), {{"a", "1"}});
  const std::string moved = hub().commit(repo(), {{"a", "2"}});
  const std::string weights = new_bytes(kLarge, 4);
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message().parent(before));
  commit.add_bytes("w.bin", weights).add_bytes("b.txt", "b");
  const Outcome refused = finish(commit.finish());
  EXPECT_EQ(refused.status, HFHUB_E_CONFLICT) << refused;
  EXPECT_EQ(refused.http_status, 412);
  EXPECT_EQ(head(), moved);
  const uint64_t stored = bytes_stored();
  EXPECT_GE(stored, weights.size());
  commit.parent(moved);
  const Outcome made = finish(commit.finish());
  ASSERT_TRUE(made.ok()) << made;
  EXPECT_EQ(bytes_stored(), stored);  // nothing was sent again
  EXPECT_TRUE(content("w.bin") == weights);
  EXPECT_EQ(content("a"), "2");
}

TEST_F(CommitTest, OpensAPullRequestAndCommitsToIt) {
  hub().commit(repo(), {{"a", "1"}});
  Session session = this->session();
  const std::string main = head();
  Commit commit = session.commit(repo_id(), message("Propose").create_pr());
  commit.add_bytes("a", "2").add_bytes("w.bin", new_bytes(kLarge, 5));
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  const std::string revision = outcome.json["pr_revision"].string();
  EXPECT_EQ(revision, "refs/pr/" + std::to_string(outcome.json["pr_num"].integer()));
  EXPECT_THAT(outcome.json["pr_url"].string(), HasSubstr("/discussions/"));
  EXPECT_EQ(head(), main);
  EXPECT_EQ(content("a", revision), "2");
  Commit next = session.commit(repo_id(), message("More").revision(revision));
  next.add_bytes("a", "3");
  ASSERT_TRUE(finish(next.finish()).ok());
  EXPECT_EQ(content("a", revision), "3");
  EXPECT_EQ(content("a"), "1");
}

TEST_F(CommitTest, CopiesWithinAndBetweenRepositories) {
  const std::string weights = new_bytes(kLarge, 6);
  Session session = this->session();
  Commit first = session.commit(repo_id(), message());
  first.add_bytes("w.bin", weights).add_bytes("t.txt", "text");
  ASSERT_TRUE(finish(first.finish()).ok());
  const std::string then = head();
  Commit change = session.commit(repo_id(), message());
  change.add_bytes("t.txt", "newer");
  ASSERT_TRUE(finish(change.finish()).ok());
  forget_requests();
  Commit commit = session.commit(repo_id(), message());
  commit.copy("w.bin", "copy/w.bin").copy("t.txt", "copy/t.txt").copy("t.txt", "old.txt", {"", "", then});
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["copied"].integer(), 3);
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_TRUE(content("copy/w.bin") == weights);
  EXPECT_EQ(content("copy/t.txt"), "newer");
  EXPECT_EQ(content("old.txt"), "text");
  const std::string other = repo_id() + "2";
  hub().set_repo("dataset/" + other, "{}");
  Commit across = session.commit(other, message().repo_type("dataset"));
  across.copy("w.bin", "w.bin", {"model", repo_id(), ""}).copy("t.txt", "t.txt", {"model", repo_id(), then});
  const Outcome copied = finish(across.finish());
  ASSERT_TRUE(copied.ok()) << copied;
  Op back = session.download_file(other, "w.bin", DownloadOptions().repo_type("dataset"));
  EXPECT_TRUE(read_file(finish(back).path) == weights);
  Commit missing = session.commit(repo_id(), message());
  missing.copy("nothing.bin", "x");
  const Outcome absent = finish(missing.finish());
  EXPECT_EQ(absent.status, HFHUB_E_ENTRY_NOT_FOUND);
  EXPECT_THAT(absent.message, HasSubstr("nothing.bin"));
}

TEST_F(CommitTest, GitignoreAndGitattributesDecide) {
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message());
  commit.add_bytes(".gitignore", "*.log\n").add_bytes("x.log", "log").add_bytes("x.txt", "text");
  commit.add_bytes(".gitattributes", "*.dat filter=lfs diff=lfs merge=lfs -text\n").add_bytes("small.dat", "dat");
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  ASSERT_EQ(outcome.json["ignored"].size(), 1u);
  EXPECT_EQ(outcome.json["ignored"][0].string(), "x.log");
  EXPECT_EQ(content("x.log"), "<404>");
  EXPECT_EQ(content("x.txt"), "text");
}

TEST_F(CommitTest, AHubWithoutXetTakesLfs) {
  settings(R"({"xet_enabled":false})");
  const std::string weights = new_bytes(kLarge, 7);
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message());
  commit.add_path("w.bin", source("w", weights)).add_bytes("v.bin", weights).add_bytes("t.txt", "t");
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["lfs"].integer(), 2);
  EXPECT_EQ(outcome.json["xet"].integer(), 0);
  EXPECT_TRUE(content("w.bin") == weights);
  EXPECT_TRUE(content("v.bin") == weights);
  EXPECT_EQ(count("cas", "POST", "/"), 0u);
  EXPECT_EQ(outcome.progress.bytes_done, outcome.progress.bytes_total);
}

TEST_F(CommitTest, ReceiptsOfOtherProcessesBecomeOneCommit) {
  const std::string weights = new_bytes(kLarge, 8);
  Session worker = this->session(), driver = this->session();
  std::string lines;
  for (int i = 0; i < 3; ++i) {
    Commit part = worker.commit(repo_id(), message());
    part.add_bytes("part" + std::to_string(i) + ".bin", weights + std::to_string(i));
    part.add_bytes("note" + std::to_string(i) + ".txt", "note " + std::to_string(i));
    const Outcome stored = finish(part.prepare());
    ASSERT_TRUE(stored.ok()) << stored;
    const Json receipts = stored.json["receipts"];
    ASSERT_EQ(receipts.size(), 2u);
    for (size_t k = 0; k < receipts.size(); ++k) lines += receipts[k].text() + "\n";
  }
  EXPECT_EQ(commit_count(), 1u);
  forget_requests();
  Commit commit = driver.commit(repo_id(), message("All parts"));
  commit.add_receipts(lines);
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["xet"].integer(), 3);
  EXPECT_EQ(outcome.json["regular"].integer(), 3);
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_EQ(posts(), 1u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(content("part" + std::to_string(i) + ".bin") == weights + std::to_string(i));
    EXPECT_EQ(content("note" + std::to_string(i) + ".txt"), "note " + std::to_string(i));
  }
  const size_t at = lines.find("\"xet_hash\": \"") + 13;
  std::string lost = lines.substr(0, lines.find('\n'));
  lost.replace(at, 8, "00000000");
  Commit wrong = driver.commit(repo_id(), message());
  wrong.add_receipts(lost);
  const Outcome refused = finish(wrong.finish());
  EXPECT_EQ(refused.status, HFHUB_E_ENTRY_NOT_FOUND);
  EXPECT_THAT(refused.message, HasSubstr("part0.bin"));
}

TEST_F(CommitTest, AFileThatChangesMeanwhileIsNamed) {
  const std::string path = source("w", new_bytes(kLarge, 9));
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message());
  commit.add_path("w.bin", path).add_path("t.txt", source("t", "text"));
  write_file(path, new_bytes(kLarge + 1, 9));
  const std::string before = head();
  const Outcome outcome = finish(commit.finish());
  EXPECT_EQ(outcome.status, HFHUB_E_IO);
  EXPECT_THAT(outcome.message, AllOf(HasSubstr(path), HasSubstr("changed")));
  EXPECT_EQ(outcome.error_path, path);
  EXPECT_EQ(head(), before);
}

TEST_F(CommitTest, RefusedBeforeAnyRequest) {
  Session session = this->session();
  forget_requests();
  Commit commit = session.commit(repo_id(), message());
  for (const char* path : {"", "..", "a/../b", ".git/x", "a//b", "x/.cache/y"}) {
    EXPECT_EQ(status_of([&] { commit.add_bytes(path, "x"); }), HFHUB_E_ARGUMENT) << path;
    EXPECT_EQ(status_of([&] { commit.delete_file(path); }), HFHUB_E_ARGUMENT) << path;
    EXPECT_EQ(status_of([&] { commit.copy(path, "x"); }), HFHUB_E_ARGUMENT) << path;
  }
  EXPECT_EQ(status_of([&] { commit.add_path("x", scratch_ / "missing"); }), HFHUB_E_IO);
  EXPECT_EQ(status_of([&] { commit.add_receipts("junk"); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(status_of([&] { commit.copy("a", "b", {"model", "", ""}); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(status_of([&] { commit.copy("a", "b", {"model", "a//b", ""}); }), HFHUB_E_ARGUMENT);
  commit.add_bytes("a", "1").add_bytes("A", "2");
  EXPECT_EQ(status_of([&] { commit.finish(); }), HFHUB_E_ARGUMENT);
  for (const char* parent : {"xyz", "abcd", "ABCDEF", "g0000"}) {
    EXPECT_EQ(status_of([&] { message().parent(parent); }), HFHUB_E_ARGUMENT) << parent;
  }
  EXPECT_EQ(status_of([&] { message(" \n"); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(status_of([&] { message("\xFF"); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(status_of([&] { session.commit(repo_id(), CommitOptions()); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(status_of([&] { session.commit("a//b", message()); }), HFHUB_E_ARGUMENT);
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(CommitTest, WhoMayNotWriteIsToldBeforeTheTransfer) {
  hub().add_token("hf_reader000000000000000000000000000", "test", "read");
  const std::string weights = new_bytes(8'000'000, 10);
  Session session = this->session();
  forget_requests();
  Commit commit = session.commit(repo_id(), message().token("hf_reader000000000000000000000000000"));
  commit.add_bytes("w.bin", weights);
  const Outcome outcome = finish(commit.finish());
  EXPECT_EQ(outcome.status, HFHUB_E_FORBIDDEN) << outcome;
  EXPECT_EQ(bytes_stored(), 0u);
  Commit elsewhere = session.commit("test/there-is-no-such", message());
  elsewhere.add_bytes("w.bin", weights);
  EXPECT_EQ(finish(elsewhere.finish()).status, HFHUB_E_REPO_NOT_FOUND);
  Commit branch = session.commit(repo_id(), message().revision("no-such-branch"));
  branch.add_bytes("w.bin", weights);
  EXPECT_EQ(finish(branch.finish()).status, HFHUB_E_REVISION_NOT_FOUND);
  EXPECT_EQ(bytes_stored(), 0u);
}

// ---- a commit that seems to have failed ----

TEST_F(CommitTest, AnAnswerThatWasLostIsFoundAgain) {
  Session session = this->session();
  const size_t before = commit_count();
  hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"drop_answer":true}})");
  Commit commit = session.commit(repo_id(), message("Once only"));
  commit.add_bytes("w.bin", new_bytes(kLarge, 11)).add_bytes("t.txt", "t");
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(commit_count(), before + 1);
  EXPECT_EQ(outcome.json["commit_oid"].string(), head());
  EXPECT_EQ(content("t.txt"), "t");
}

TEST_F(CommitTest, ALostPullRequestIsFoundAgain) {
  Session session = this->session();
  hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"drop_answer":true}})");
  Commit commit = session.commit(repo_id(), message("Once only").create_pr());
  commit.add_bytes("t.txt", "t");
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(content("t.txt", outcome.json["pr_revision"].string()), "t");
  Op refs = session.call("repos.refs",
                         "{\"repo_type\":\"model\",\"include_prs\":true,\"repo_id\":" + json_string(repo_id()) + "}");
  EXPECT_EQ(finish(refs).json["pullRequests"].size(), 1u);
}

TEST_F(CommitTest, ABusyHubIsAskedAgain) {
  Session session = this->session();
  for (const int status : {429, 503, 502}) {
    const size_t before = commit_count();
    hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":)" +
                std::to_string(status) + "}}");
    Commit commit = session.commit(repo_id(), message("After " + std::to_string(status)));
    commit.add_bytes("t.txt", std::to_string(status));
    const Outcome outcome = finish(commit.finish());
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(commit_count(), before + 1) << status;
  }
}

TEST_F(CommitTest, ARefusalIsNotRepeatedAndTheCommitCanBeMendedAfterIt) {
  Session session = this->session();
  hub().fault(
      R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":400,"headers":{"X-Error-Message":"no thanks"}}})");
  Commit commit = session.commit(repo_id(), message());
  commit.add_bytes("w.bin", new_bytes(kLarge, 12));
  forget_requests();
  const Outcome refused = finish(commit.finish());
  EXPECT_EQ(refused.http_status, 400);
  EXPECT_THAT(refused.server_message, HasSubstr("no thanks"));
  EXPECT_EQ(posts(), 1u);
  const uint64_t stored = bytes_stored();
  commit.add_bytes("t.txt", "t");
  ASSERT_TRUE(finish(commit.finish()).ok());
  EXPECT_EQ(bytes_stored(), stored);
}

TEST_F(CommitTest, CancelledInTheMiddleItGoesOnLater) {
  const std::string weights = new_bytes(8'000'000, 13);
  Session session = this->session();
  Commit commit = session.commit(repo_id(), message());
  commit.add_path("w.bin", source("w", weights));
  hub().fault(R"({"match":{"origin":"cas","path":"/v1/xorb-grants/*"},"skip":1,"times":0,"action":{"delay_ms":3000}})");
  Op op = commit.finish();
  EXPECT_EQ(status_of([&] { commit.add_bytes("x", "x"); }), HFHUB_E_STATE);  // it runs
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  op.cancel();
  EXPECT_EQ(finish(op).status, HFHUB_E_CANCELLED);
  hub().clear_faults();
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(content("w.bin") == weights);
}

TEST_F(CommitTest, LetGoOfInAnyOrder) {
  Session session = this->session();
  Op op = [&] {
    Commit commit = session.commit(repo_id(), message());
    CommitWriter writer = commit.add_stream("never.txt");  // never finished, not added
    writer.write("x", 1);
    commit.add_bytes("t.txt", "t");
    return commit.finish();
  }();
  ASSERT_TRUE(finish(op).ok());
  EXPECT_EQ(content("t.txt"), "t");
  EXPECT_EQ(content("never.txt"), "<404>");
}

// ---- one file, one folder ----

TEST_F(CommitTest, OneFileInOneCall) {
  Session session = this->session();
  const std::string path = source("t", "text");
  Op op = session.upload_file(repo_id(), path, "sub/t.txt");
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["commit_message"].string(), "Upload sub/t.txt with hfhub");
  EXPECT_EQ(content("sub/t.txt"), "text");
  EXPECT_EQ(status_of([&] { session.upload_file(repo_id(), path, "../x"); }), HFHUB_E_ARGUMENT);
}

TEST_F(CommitTest, AFolderWithPatterns) {
  hub().commit(repo(), {{"in/old.log", "1"}, {"in/kept.txt", "2"}, {"out.log", "3"}, {"in/a.txt", "old"}});
  folder_file("a.txt", "a"), folder_file("b/c.txt", "c"), folder_file("skip/d.txt", "d"), folder_file("x.bin", "bin");
  folder_file(".git/config", "no"), folder_file(".cache/huggingface/y", "no"), folder_file("b/.git/HEAD", "no");
  fs::create_symlink(folder() + "/a.txt", folder() + "/link.txt");
  fs::create_symlink("nowhere", folder() + "/broken.txt");
  fs::create_directory_symlink(folder() + "/b", folder() + "/linked");
  Session session = this->session();
  Op op = session.upload_folder(repo_id(), folder(), "/in/",
                                CommitOptions().allow("*.txt").ignore("skip/*").remove("*.log").remove("*.txt"));
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["commits"].integer(), 1);
  EXPECT_EQ(outcome.json["files"].integer(), 3);
  EXPECT_EQ(outcome.json["deleted"].integer(), 2);  // old.log and kept.txt; a.txt is written
  EXPECT_EQ(content("in/a.txt"), "a");
  EXPECT_EQ(content("in/b/c.txt"), "c");
  EXPECT_EQ(content("in/link.txt"), "a");
  EXPECT_EQ(content("out.log"), "3");
  for (const char* path : {"in/old.log", "in/kept.txt", "in/skip/d.txt", "in/x.bin", "in/linked/c.txt"}) {
    EXPECT_EQ(content(path), "<404>") << path;
  }
  Op refused = session.upload_folder(repo_id(), folder(), "", CommitOptions().follow_links(false));
  const Outcome links = finish(refused);
  EXPECT_EQ(links.status, HFHUB_E_ARGUMENT);
  EXPECT_THAT(links.message, HasSubstr("link.txt"));
}

TEST_F(CommitTest, AnUnchangedFolderIsNotReadAgain) {
  const std::string weights = new_bytes(kLarge, 14);
  folder_file("w.bin", weights), folder_file("t.txt", "t");
  Session session = this->session();
  ASSERT_TRUE(finish(session.upload_folder(repo_id(), folder())).ok());
  const std::string first = head();
  forget_requests();
  const Outcome again = finish(session.upload_folder(repo_id(), folder()));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_FALSE(again.json["committed"].boolean());
  EXPECT_EQ(again.json["commit_oid"].string(), first);
  EXPECT_EQ(again.json["reused"].integer(), 2);
  EXPECT_EQ(again.json["unchanged"].integer(), 2);
  EXPECT_EQ(again.progress.items_cached, 2u);
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_EQ(count("hub", "GET", "xet-write-token"), 0u);
  folder_file("t.txt", "changed");
  const Outcome changed = finish(session.upload_folder(repo_id(), folder()));
  ASSERT_TRUE(changed.ok()) << changed;
  EXPECT_EQ(changed.json["regular"].integer(), 1);
  EXPECT_EQ(changed.json["reused"].integer(), 1);
  EXPECT_EQ(content("t.txt"), "changed");
}

TEST_F(CommitTest, WhatSomebodyElseUploadedIsReadOnce) {
  folder_file("t.txt", "t");
  hub().commit(repo(), {{"t.txt", "t"}});
  Session session = this->session();
  const Outcome first = finish(session.upload_folder(repo_id(), folder()));
  ASSERT_TRUE(first.ok()) << first;
  EXPECT_FALSE(first.json["committed"].boolean());
  EXPECT_EQ(first.json["reused"].integer(), 0);
  const Outcome second = finish(session.upload_folder(repo_id(), folder()));
  EXPECT_EQ(second.json["reused"].integer(), 1);
}

TEST_F(CommitTest, WhatWasStoredBeforeAFailureIsCommittedLater) {
  const std::string weights = new_bytes(kLarge, 15);
  folder_file("w.bin", weights);
  Session session = this->session();
  hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":403,"body":"no"}})");
  EXPECT_EQ(finish(session.upload_folder(repo_id(), folder())).status, HFHUB_E_FORBIDDEN);
  forget_requests();
  const Outcome outcome = finish(session.upload_folder(repo_id(), folder()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_EQ(count("hub", "GET", "xet-write-token"), 0u);
  EXPECT_TRUE(content("w.bin") == weights);
}

TEST_F(CommitTest, StoredContentThatTheHubLostIsStoredAgain) {
  const std::string weights = new_bytes(kLarge, 16);
  folder_file("w.bin", weights);
  Session session = this->session();
  hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":403,"body":"no"}})");
  EXPECT_EQ(finish(session.upload_folder(repo_id(), folder())).status, HFHUB_E_FORBIDDEN);
  hub().fault(
      R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":400,"body":"LFS pointer pointed to a file that does not exist"}})");
  const Outcome outcome = finish(session.upload_folder(repo_id(), folder()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(content("w.bin") == weights);
}

TEST_F(CommitTest, ManyFilesBecomeSeveralCommits) {
  for (int i = 0; i < 600; ++i) folder_file("f" + std::to_string(i) + ".txt", "file " + std::to_string(i));
  folder_file("gone.txt", "x");
  hub().commit(repo(), {{"remote.log", "1"}});
  const size_t before = commit_count();
  Session session = this->session();
  Op op = session.upload_folder(repo_id(), folder(), "", message("Many").remove("*.log"));
  const Outcome outcome = finish(op, Milliseconds(60'000));
  ASSERT_TRUE(outcome.ok()) << outcome;
  // 250, and then 400 or, where the second batch was full before the first was committed, 250 again and the rest
  const auto made = static_cast<size_t>(outcome.json["commits"].integer());
  EXPECT_TRUE(made == 2 || made == 3) << made;
  EXPECT_EQ(commit_count(), before + made);
  EXPECT_EQ(outcome.json["regular"].integer(), 601);
  EXPECT_EQ(outcome.json["deleted"].integer(), 1);
  EXPECT_EQ(outcome.progress.items_done, 601u);
  Op log = session.call("repos.commits", "{\"repo_type\":\"model\",\"repo_id\":" + json_string(repo_id()) + "}");
  const Json commits = finish(log).json;
  EXPECT_EQ(commits[0]["title"].string(), "Many (part " + std::to_string(made) + ")");
  EXPECT_EQ(commits[made - 1]["title"].string(), "Many");
  EXPECT_EQ(content("f599.txt"), "file 599");
  EXPECT_EQ(content("remote.log"), "<404>");
}

TEST_F(CommitTest, ACommitThatIsTooMuchIsTriedInSmallerOnes) {
  for (int i = 0; i < 100; ++i) folder_file("f" + std::to_string(i) + ".txt", "file " + std::to_string(i));
  hub().fault(
      R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":413,"body":"too large"}})");
  Session session = this->session();
  const Outcome outcome = finish(session.upload_folder(repo_id(), folder()), Milliseconds(60'000));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["commits"].integer(), 2);
  EXPECT_EQ(outcome.json["regular"].integer(), 100);
}

TEST_F(CommitTest, AFolderAsAPullRequest) {
  folder_file("t.txt", "t"), folder_file("w.bin", new_bytes(kLarge, 17));
  Session session = this->session();
  const Outcome outcome = finish(session.upload_folder(repo_id(), folder(), "", message("Propose").create_pr()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(content("t.txt", outcome.json["pr_revision"].string()), "t");
  EXPECT_EQ(content("t.txt"), "<404>");
  EXPECT_EQ(
      status_of([&] { session.upload_folder(repo_id(), folder(), "", CommitOptions().create_pr().revision("dev")); }),
      HFHUB_E_ARGUMENT);
}

TEST_F(CommitTest, AFolderThatCannotBeReadIsAnError) {
  Session session = this->session();
  EXPECT_EQ(finish(session.upload_folder(repo_id(), scratch_ / "missing")).status, HFHUB_E_IO);
  folder_file("a/x.txt", "x"), folder_file("\xFFname", "x");
  EXPECT_EQ(finish(session.upload_folder(repo_id(), folder())).status, HFHUB_E_ARGUMENT);
}

TEST_F(CommitTest, AReadmeWithBadMetadataIsRefusedBeforeTheTransfer) {
  folder_file("README.md", "---\nlicense: [unclosed\n---\n# Hi"), folder_file("w.bin", new_bytes(kLarge, 18));
  Session session = this->session();
  forget_requests();
  const Outcome outcome = finish(session.upload_folder(repo_id(), folder()));
  EXPECT_EQ(outcome.status, HFHUB_E_ARGUMENT) << outcome;
  EXPECT_THAT(outcome.message, HasSubstr("README.md"));
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_EQ(posts(), 0u);
}

// ---- scheduler ----

TEST_F(CommitTest, AGrowingFolderIsCommittedUntilItIsStopped) {
  const auto append = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder() + "/" + name, std::ios::app) << text;
  };
  folder_file("log.txt", "1\n"), folder_file("skip.tmp", "x");
  Session session = this->session();
  Scheduler scheduler =
      session.schedule(repo_id(), folder(), "logs", Milliseconds(3'600'000), CommitOptions().ignore("*.tmp"));
  Op first = scheduler.trigger();
  ASSERT_TRUE(finish(first).ok());
  EXPECT_EQ(content("logs/log.txt"), "1\n");
  EXPECT_EQ(content("logs/skip.tmp"), "<404>");
  const size_t commits = commit_count();
  const Outcome nothing = finish(scheduler.trigger());
  ASSERT_TRUE(nothing.ok()) << nothing;
  EXPECT_FALSE(nothing.json["committed"].boolean());
  append("log.txt", "2\n"), append("more.txt", "m");
  fs::remove(folder() + "/skip.tmp");
  const Outcome grown = finish(scheduler.trigger());
  ASSERT_TRUE(grown.ok()) << grown;
  EXPECT_EQ(grown.json["commit_message"].string(), "Scheduled Commit");
  EXPECT_EQ(content("logs/log.txt"), "1\n2\n");
  EXPECT_EQ(commit_count(), commits + 1);
  hub().fault(R"({"match":{"method":"POST","path":"*/commit/*"},"times":1,"action":{"status":403,"body":"no"}})");
  append("log.txt", "3\n");
  EXPECT_EQ(finish(scheduler.trigger()).status, HFHUB_E_FORBIDDEN);
  append("log.txt", "4\n");
  fs::remove(folder() + "/more.txt");
  const Outcome last = finish(scheduler.stop());
  ASSERT_TRUE(last.ok()) << last;
  EXPECT_EQ(content("logs/log.txt"), "1\n2\n3\n4\n");
  EXPECT_EQ(content("logs/more.txt"), "m");  // nothing is deleted
  EXPECT_EQ(status_of([&] { scheduler.trigger(); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { scheduler.stop(); }), HFHUB_E_STATE);
}

TEST_F(CommitTest, ASchedulerCommitsByItself) {
  folder_file("log.txt", "1");
  Session session = this->session();
  const size_t before = commit_count();
  {
    Scheduler scheduler = session.schedule(repo_id(), folder(), "", Milliseconds(50));
    for (int i = 0; i < 200 && commit_count() == before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(commit_count(), before + 1);
    folder_file("late.txt", "late");
  }  // let go of: what came last is committed all the same
  for (int i = 0; i < 200 && content("late.txt") != "late"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(content("late.txt"), "late");
  EXPECT_EQ(status_of([&] { session.schedule(repo_id(), folder(), "", Milliseconds(0)); }), HFHUB_E_ARGUMENT);
}

// ---- arguments ----

#define EXPECT_NULL_REFUSED(call) EXPECT_EQ(call, HFHUB_E_ARGUMENT) << #call

TEST_F(CommitTest, NullIsRefusedAndFreed) {
  Session session = this->session();
  hfhub_session* const s = session.get();
  CommitOptions given = message();
  auto* const o = const_cast<hfhub_commit_options*>(given.get());
  hfhub_commit* commit = nullptr;
  hfhub_commit_writer* writer = nullptr;
  EXPECT_NULL_REFUSED(hfhub_commit_options_new(nullptr, nullptr));
  using SetText = hfhub_status (*)(hfhub_commit_options*, const char*, hfhub_error**);
  for (const SetText set :
       {hfhub_commit_options_set_repo_type, hfhub_commit_options_set_revision, hfhub_commit_options_set_message,
        hfhub_commit_options_set_description, hfhub_commit_options_set_parent, hfhub_commit_options_set_token,
        hfhub_commit_options_add_allow_pattern, hfhub_commit_options_add_ignore_pattern,
        hfhub_commit_options_add_delete_pattern}) {
    EXPECT_NULL_REFUSED(set(nullptr, "model", nullptr));
    EXPECT_NULL_REFUSED(set(o, nullptr, nullptr));
  }
  EXPECT_NULL_REFUSED(hfhub_commit_options_set_create_pr(nullptr, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_options_set_follow_links(nullptr, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_options_set_journal(nullptr, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_new(nullptr, "a/b", o, &commit, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_new(s, nullptr, o, &commit, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_new(s, "a/b", o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_new(s, "a/b", nullptr, &commit, nullptr));  // no message
  ASSERT_EQ(hfhub_commit_new(s, "a/b", o, &commit, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_commit_add_path(nullptr, "a", "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_path(commit, nullptr, "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_path(commit, "a", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_folder(nullptr, "a", "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_folder(commit, nullptr, "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_folder(commit, "a", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_bytes(nullptr, "a", "b", 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_bytes(commit, nullptr, "b", 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_bytes(commit, "a", nullptr, 1, nullptr));
  EXPECT_EQ(hfhub_commit_add_bytes(commit, "nothing", nullptr, 0, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_commit_add_stream(nullptr, "a", &writer, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_stream(commit, nullptr, &writer, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_stream(commit, "a", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_writer_write(nullptr, "a", 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_writer_finish(nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_delete_file(nullptr, "a", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_delete_file(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_delete_folder(nullptr, "a", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_delete_folder(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_copy(nullptr, "a", "b", nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_copy(commit, nullptr, "b", nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_copy(commit, "a", nullptr, nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_copy(commit, "a", "b", "model", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_copy(commit, "a", "b", nullptr, "c/d", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_receipts(nullptr, "", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_add_receipts(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_set_parent(nullptr, "", nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_set_parent(commit, nullptr, nullptr));
  hfhub_commit_free(commit);
  EXPECT_EQ(writer, nullptr);
}

TEST_F(CommitTest, NullIsRefusedByWhatStartsSomething) {
  Session session = this->session();
  hfhub_session* const s = session.get();
  CommitOptions given = message();
  const hfhub_commit_options* const o = given.get();
  hfhub_commit* commit = nullptr;
  hfhub_scheduler* scheduler = nullptr;
  hfhub_op* op = nullptr;
  ASSERT_EQ(hfhub_commit_new(s, "a/b", o, &commit, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_commit_prepare(nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_prepare(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_finish(nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_commit_finish(commit, nullptr, nullptr));
  EXPECT_EQ(hfhub_commit_get_operation_count(nullptr), 0u);
  EXPECT_NULL_REFUSED(hfhub_upload_file(nullptr, "a/b", "c", "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_file(s, nullptr, "c", "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_file(s, "a/b", nullptr, "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_file(s, "a/b", "c", nullptr, o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_file(s, "a/b", "c", "d", o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(nullptr, "a/b", "c", "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(s, nullptr, "c", "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(s, "a/b", nullptr, "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(s, "a/b", "", "d", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(s, "a/b", "c", nullptr, o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_upload_folder(s, "a/b", "c", "d", o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_delete_files(nullptr, "a/b", o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_delete_files(s, nullptr, o, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_delete_files(s, "a/b", o, &op, nullptr));  // no pattern
  EXPECT_NULL_REFUSED(hfhub_delete_files(s, "a/b", o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_start(nullptr, "a/b", "c", "", 1, o, &scheduler, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_start(s, nullptr, "c", "", 1, o, &scheduler, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_start(s, "a/b", nullptr, "", 1, o, &scheduler, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_start(s, "a/b", "c", nullptr, 1, o, &scheduler, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_start(s, "a/b", "c", "", 1, o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_trigger(nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_scheduler_stop(nullptr, &op, nullptr));
  EXPECT_EQ(op, nullptr);
  EXPECT_EQ(scheduler, nullptr);
  hfhub_commit_free(commit);
  hfhub_commit_free(nullptr);
  hfhub_commit_writer_free(nullptr);
  hfhub_commit_options_free(nullptr);
  hfhub_scheduler_free(nullptr);
}

TEST_F(CommitTest, DeletesFilesByPattern) {
  hub().commit(repo(), {{"a.log", "1"}, {"sub/b.log", "2"}, {"keep.txt", "3"}, {".gitattributes", "*.log text"}});
  Session session = this->session();
  CommitOptions wish;
  wish.remove("*.log").remove(".git*");
  const Outcome outcome = finish(session.delete_files(repo_id(), wish));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["deleted"].integer(), 2);
  EXPECT_EQ(outcome.json["commit_message"].string(), "Delete files *.log .git* with hfhub");
  EXPECT_EQ(content("sub/b.log"), "<404>");
  EXPECT_EQ(content("keep.txt"), "3");
  EXPECT_EQ(content(".gitattributes"), "*.log text");
  EXPECT_FALSE(finish(session.delete_files(repo_id(), wish)).json["committed"].boolean());
}

}  // namespace
}  // namespace hfhub::test
