// Xet uploads and download groups through the C++ API, over the local Hub.
#include <atomic>
#include <csignal>
#include <filesystem>

#include "support/xet_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr size_t kMega = 1 << 20;

class XetUpload : public XetTest {
 protected:
  // Every grant waits: xorbs pile up as far as the budget allows, then reading stops.
  static void hold_sends() {
    hub().fault(R"({"match":{"origin":"cas","path":"/v1/xorb-grants/*"},"times":0,"action":{"delay_ms":2000}})");
  }
  template <class Call>
  static hfhub_status status_of(Call&& call) {
    try {
      call();
      return HFHUB_OK;
    } catch (const Exception& error) {
      return error.status();
    }
  }
};

TEST_F(XetUpload, PathsBytesAndStreamsAreOne) {
  const std::string content = new_bytes(3'000'000, 1), other = new_bytes(200'000, 2);
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  EXPECT_EQ(commit.item_count(), 0u);
  EXPECT_EQ(commit.add_bytes("b", content.data(), content.size()), 0u);  // taken in before it returns
  ASSERT_TRUE(commit.item(0));
  EXPECT_EQ(commit.add_path(source("a", content), "a"), 1u);
  XetWriter writer = commit.add_stream("c");
  EXPECT_EQ(writer.index(), 2u);
  for (size_t at = 0; at < content.size(); at += 999) {
    writer.write(content.data() + at, std::min<size_t>(999, content.size() - at));
  }
  const Stored streamed = stored_of(writer.finish());
  EXPECT_EQ(commit.add_path(source("d", other)), 3u);
  EXPECT_EQ(commit.item_count(), 4u);
  Op op = commit.finish();
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  for (size_t i = 0; i < 3; ++i) {
    const Json item = commit.item(i).value();
    EXPECT_EQ(item["hash"].string(), streamed.hash);
    EXPECT_EQ(item["sha256"].string(), sha256_hex(content));
    EXPECT_EQ(item["size"].integer(), 3'000'000);
    EXPECT_EQ(item["total_bytes"].integer(), 3'000'000);
    EXPECT_EQ(item["new_bytes"].integer() + item["deduped_bytes"].integer(), 3'000'000);
    EXPECT_EQ(item["new_chunks"].integer() + item["deduped_chunks"].integer(), item["total_chunks"].integer());
    EXPECT_FALSE(item["reused"].boolean());
  }
  EXPECT_EQ(commit.item(0)->operator[]("name").string(), "b");
  EXPECT_EQ(commit.item(3)->operator[]("name").string(), scratch_ / "up/d");
  const Json report = outcome.json;
  EXPECT_EQ(report["items"].integer(), 4);
  EXPECT_EQ(report["total_bytes"].integer(), 9'200'000);
  EXPECT_EQ(report["new_bytes"].integer(), 3'200'000);
  EXPECT_EQ(report["deduped_bytes"].integer(), 6'000'000);
  EXPECT_EQ(report["xorbs"].integer(), 2);  // of 2 MiB, a sixteenth of the budget
  EXPECT_EQ(report["shards"].integer(), 1);
  EXPECT_GE(report["xorb_bytes_uploaded"].integer(), 3'200'000);
  EXPECT_EQ(report["total_bytes_uploaded"].integer(),
            report["xorb_bytes_uploaded"].integer() + report["shard_bytes_uploaded"].integer());
  EXPECT_EQ(commit.report()["shards_completed"].integer(), 1);
  EXPECT_EQ(op.progress().items_done, 4u);
  EXPECT_EQ(commit.progress().bytes_done, 9'200'000u);
  EXPECT_EQ(outcome.progress.bytes_done, 9'200'000u);
  EXPECT_EQ(outcome.progress.bytes_total, 9'200'000u);
  ASSERT_TRUE(download(session, streamed, "c").ok());
  ASSERT_TRUE(download(session, stored_of(commit.item(3).value()), "d").ok());
  EXPECT_TRUE(read_file(target("c")) == content);
  EXPECT_TRUE(read_file(target("d")) == other);
}

TEST_F(XetUpload, Sha256ComputedGivenOrLeftOut) {
  const std::string content = new_bytes(300'000, 3), lie(64, 'a');
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  commit.add_bytes("computed", content.data(), content.size());
  commit.add_bytes("given", content.data(), content.size(), lie);
  commit.add_bytes("left out", content.data(), content.size(), "");
  const std::string path = source("x", content);
  commit.add_path(path, "computed", std::nullopt);
  commit.add_path(path, "given", lie);
  commit.add_path(path, "left out", "");
  for (const char* wrong : {"abc", "g", "0", " "}) {
    EXPECT_EQ(status_of([&] { commit.add_bytes("x", "x", 1, wrong); }), HFHUB_E_ARGUMENT) << wrong;
    EXPECT_EQ(status_of([&] { commit.add_stream("x", wrong); }), HFHUB_E_ARGUMENT) << wrong;
  }
  const Outcome outcome = finish(commit.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  for (size_t i = 0; i < 6; ++i) {
    const Json item = commit.item(i).value();
    EXPECT_EQ(item["hash"].string(), commit.item(0)->operator[]("hash").string()) << i;
    if (i % 3 == 0) {
      EXPECT_EQ(item["sha256"].string(), sha256_hex(content));
    } else if (i % 3 == 1) {
      EXPECT_EQ(item["sha256"].string(), lie);
    } else {
      EXPECT_TRUE(item["sha256"].is_null());
    }
  }
}

TEST_F(XetUpload, NothingAndAlmostNothing) {
  Session session = this->session();
  {
    XetCommit commit = session.xet_commit(access());
    const Outcome outcome = finish(commit.finish());  // no item at all
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(outcome.json["total_bytes_uploaded"].integer(), 0);
  }
  XetCommit commit = session.xet_commit(access());
  commit.add_bytes("empty", nullptr, 0);
  commit.add_path(source("empty", ""));
  XetWriter writer = commit.add_stream("empty");
  writer.write(nullptr, 0);
  writer.finish();
  commit.add_bytes("one", "1", 1);
  ASSERT_TRUE(finish(commit.finish()).ok());
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(commit.item(i)->operator[]("hash").string(), std::string(64, '0'));
    EXPECT_EQ(commit.item(i)->operator[]("sha256").string(), sha256_hex(""));
  }
  ASSERT_TRUE(download(session, stored_of(commit.item(1).value()), "empty").ok());
  ASSERT_TRUE(download(session, stored_of(commit.item(3).value()), "one").ok());
  EXPECT_EQ(read_file(target("empty")), "");
  EXPECT_EQ(read_file(target("one")), "1");
}

TEST_F(XetUpload, WhatIsNoFileIsRefusedAtOnce) {
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  for (const std::string& path : {scratch_ / "missing", scratch_.path(), std::string("/dev/null")}) {
    EXPECT_EQ(status_of([&] { commit.add_path(path); }), HFHUB_E_IO) << path;
  }
  EXPECT_EQ(status_of([&] { commit.add_path(""); }), HFHUB_E_IO);
  EXPECT_EQ(commit.item_count(), 0u);
  commit.add_bytes("x", "x", 1);  // and the commit goes on
  EXPECT_TRUE(finish(commit.finish()).ok());
}

TEST_F(XetUpload, AFileThatCannotBeReadFailsTheCommit) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  Session session = this->session();
  const std::string path = source("secret", "secret");
  fs::permissions(path, fs::perms::none);
  XetCommit commit = session.xet_commit(access());
  commit.add_path(path);
  EXPECT_EQ(finish(commit.finish()).status, HFHUB_E_IO);
}

TEST_F(XetUpload, AFileThatChangesWhileItIsRead) {
  hold_sends();
  Session session = this->session();
  const std::string good = new_bytes(40'000, 4);
  std::string content;
  for (const bool grows : {false, true}) {
    content = new_bytes(48 * kMega, 100 + grows);
    const std::string path = source("changing", content);
    XetCommit commit = session.xet_commit(access());
    const size_t index = commit.add_path(path);
    SCOPED_TRACE(grows ? "it grows" : "it is touched");
    commit.add_bytes("good", good.data(), good.size());
    ASSERT_TRUE(soon([&] { return commit.progress().bytes_done > good.size(); }));
    ASSERT_LT(commit.progress().bytes_done, content.size()) << "nothing held it back";
    if (grows) {
      FILE* file = std::fopen(path.c_str(), "ab");
      std::fputs("more", file);
      std::fclose(file);
    } else {
      fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    hub().clear_faults();
    const Outcome outcome = finish(commit.finish(), Milliseconds(60'000));
    EXPECT_EQ(outcome.status, HFHUB_E_IO) << outcome;
    EXPECT_THAT(outcome.message, HasSubstr("changed while it was read"));
    EXPECT_EQ(status_of([&] { commit.item(index); }), HFHUB_E_IO);
    EXPECT_FALSE(on_cas(content));
    EXPECT_FALSE(on_cas(good)) << "a commit that failed was registered in part";
    hold_sends();
  }
  hub().clear_faults();
  XetCommit again = session.xet_commit(access());
  again.add_path(source("changing", content));
  ASSERT_TRUE(finish(again.finish(), Milliseconds(60'000)).ok());
  EXPECT_TRUE(on_cas(content));
}

TEST_F(XetUpload, OrderOfCalls) {
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  XetWriter writer = commit.add_stream("s");
  writer.write("abc", 3);
  writer.finish();
  EXPECT_EQ(status_of([&] { writer.write("d", 1); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { writer.finish(); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { commit.item(1); }), HFHUB_E_ARGUMENT);
  Op op = commit.finish();
  EXPECT_EQ(status_of([&] { commit.finish(); }), HFHUB_E_STATE);
  ASSERT_TRUE(finish(op).ok());
  EXPECT_EQ(status_of([&] { commit.finish(); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { commit.add_bytes("x", "x", 1); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { commit.add_path(source("x", "x")); }), HFHUB_E_STATE);
  EXPECT_EQ(status_of([&] { commit.add_stream("x"); }), HFHUB_E_STATE);
  EXPECT_EQ(commit.item_count(), 1u);
  commit.cancel();  // harmless afterwards
  EXPECT_EQ(commit.item(0)->operator[]("size").integer(), 3);
}

TEST_F(XetUpload, AnUnfinishedWriterFailsTheCommit) {
  Session session = this->session();
  const std::string content = new_bytes(500'000, 6);
  XetCommit commit = session.xet_commit(access());
  commit.add_bytes("good", content.data(), content.size());
  {
    XetWriter writer = commit.add_stream("half");
    writer.write(content.data(), 1000);
  }
  const Outcome outcome = finish(commit.finish());
  EXPECT_LT(outcome.status, 0);
  EXPECT_FALSE(on_cas(content));
}

TEST_F(XetUpload, CancelFromAnotherThread) {
  hold_sends();
  Session session = this->session();
  const std::string content = new_bytes(48 * kMega, 7);
  XetCommit commit = session.xet_commit(access());
  commit.add_path(source("large", content));
  Op op = commit.finish();
  ASSERT_TRUE(soon([&] { return commit.progress().bytes_done > 0; }));
  std::thread other([&] { commit.cancel(); });
  other.join();
  EXPECT_EQ(finish(op, Milliseconds(10'000)).status, HFHUB_E_CANCELLED);
  EXPECT_FALSE(on_cas(content));
  hub().clear_faults();
  EXPECT_EQ(upload(session, new_bytes(100'000, 8)).size, 100'000u);
}

std::atomic<hfhub_xet_commit*> commit_to_cancel{nullptr};

TEST_F(XetUpload, CancelByASignalHandler) {
  hold_sends();
  Session session = this->session();
  const std::string content = new_bytes(48 * kMega, 9);
  hfhub_xet_commit* commit = nullptr;
  ASSERT_EQ(hfhub_xet_commit_new(session.get(), access().get(), &commit, nullptr), HFHUB_OK);
  ASSERT_EQ(hfhub_xet_commit_add_path(commit, source("large", content).c_str(), nullptr, nullptr, nullptr, nullptr),
            HFHUB_OK);
  commit_to_cancel = commit;
  struct sigaction action {
  }, before{};
  action.sa_handler = [](int) { hfhub_xet_commit_cancel(commit_to_cancel); };
  sigaction(SIGUSR1, &action, &before);
  raise(SIGUSR1);
  sigaction(SIGUSR1, &before, nullptr);
  hfhub_op* op = nullptr;
  ASSERT_EQ(hfhub_xet_commit_finish(commit, &op, nullptr), HFHUB_OK);
  Op owned(op);
  EXPECT_EQ(finish(owned, Milliseconds(10'000)).status, HFHUB_E_CANCELLED);
  EXPECT_EQ(hfhub_xet_commit_add_bytes(commit, "x", "x", 1, nullptr, nullptr, nullptr), HFHUB_E_STATE);
  hfhub_xet_commit_free(commit);
  hub().clear_faults();
  EXPECT_EQ(upload(session, "after").size, 5u);
}

TEST_F(XetUpload, CancellingTheOperationOrTheSession) {
  hold_sends();
  const std::string content = new_bytes(48 * kMega, 10);
  const std::string path = source("large", content);
  for (const bool whole_session : {false, true}) {
    Session session = this->session();
    XetCommit commit = session.xet_commit(access());
    commit.add_path(path);
    Op op = commit.finish();
    ASSERT_TRUE(soon([&] { return commit.progress().bytes_done > 0; }));
    if (whole_session) session.cancel();
    else op.cancel();
    EXPECT_EQ(finish(op, Milliseconds(10'000)).status, HFHUB_E_CANCELLED);
  }
  EXPECT_FALSE(on_cas(content));
}

TEST_F(XetUpload, FreedWithoutFinish) {
  hold_sends();
  Session session = this->session();
  const std::string content = new_bytes(48 * kMega, 11);
  {
    XetCommit commit = session.xet_commit(access());
    commit.add_path(source("large", content));
    XetWriter writer = commit.add_stream("s");
    writer.write("abc", 3);
    ASSERT_TRUE(soon([&] { return commit.progress().bytes_done > 0; }));
  }
  hub().clear_faults();
  EXPECT_FALSE(on_cas(content));
  EXPECT_EQ(upload(session, "after").size, 5u);
}

TEST_F(XetUpload, TheCommitMayGoBeforeItsOperation) {
  Session session = this->session();
  const std::string content = new_bytes(2'000'000, 12);
  Op op = [&] {
    XetCommit commit = session.xet_commit(access());
    commit.add_path(source("x", content));
    return commit.finish();
  }();
  ASSERT_TRUE(finish(op).ok());
  EXPECT_TRUE(on_cas(content));
}

TEST_F(XetUpload, ManyThreadsAddToOneCommit) {
  constexpr size_t kThreads = 8, kEach = 25;
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  std::vector<std::thread> threads;
  std::vector<std::string> contents(kThreads * kEach);
  std::vector<size_t> indices(contents.size());
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t * kEach; i < (t + 1) * kEach; ++i) {
        contents[i] = new_bytes(1000 + i * 997, 1000 + i);
        if (i % 3 == 0) {
          indices[i] = commit.add_path(source(std::to_string(i), contents[i]));
        } else if (i % 3 == 1) {
          indices[i] = commit.add_bytes("b", contents[i].data(), contents[i].size());
        } else {
          XetWriter writer = commit.add_stream("s");
          for (size_t at = 0; at < contents[i].size(); at += 5000) {
            writer.write(contents[i].data() + at, std::min<size_t>(5000, contents[i].size() - at));
          }
          indices[i] = writer.index();
          writer.finish();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(finish(commit.finish(), Milliseconds(60'000)).ok());
  fs::create_directories(target(""));
  XetGroup group = session.xet_group(access());
  for (size_t i = 0; i < contents.size(); ++i) {
    const Stored stored = stored_of(commit.item(indices[i]).value());
    EXPECT_EQ(stored.sha256, sha256_hex(contents[i])) << i;
    group.add(stored.hash, stored.size, target(std::to_string(i)));
  }
  ASSERT_TRUE(finish(group.start(), Milliseconds(60'000)).ok());
  for (size_t i = 0; i < contents.size(); ++i) EXPECT_TRUE(read_file(target(std::to_string(i))) == contents[i]) << i;
}

TEST_F(XetUpload, SixteenCommitsAndGroupsAtOnce) {
  constexpr size_t kMany = 16;
  Session session = this->session();
  const std::string shared = new_bytes(1'000'000, 13);
  std::vector<std::string> contents;
  for (size_t i = 0; i < kMany; ++i) contents.push_back(shared + new_bytes(500'000 + i * 10'000, 2000 + i));
  std::vector<XetCommit> commits;
  std::vector<Op> ops;
  for (size_t i = 0; i < kMany; ++i) {
    commits.push_back(session.xet_commit(access()));
    commits.back().add_path(source(std::to_string(i), contents[i]));
  }
  for (XetCommit& commit : commits) ops.push_back(commit.finish());
  std::vector<Stored> stored;
  for (size_t i = 0; i < kMany; ++i) {
    const Outcome outcome = finish(ops[i], Milliseconds(60'000));
    ASSERT_TRUE(outcome.ok()) << i << ": " << outcome.message;
    stored.push_back(stored_of(commits[i].item(0).value()));
  }
  fs::create_directories(target(""));
  ops.clear();
  std::vector<XetGroup> groups;
  for (size_t i = 0; i < kMany; ++i) {
    groups.push_back(session.xet_group(access()));
    groups.back().add(stored[i].hash, stored[i].size, target(std::to_string(i)));
    ops.push_back(groups.back().start());
  }
  for (size_t i = 0; i < kMany; ++i) {
    const Outcome outcome = finish(ops[i], Milliseconds(60'000));
    ASSERT_TRUE(outcome.ok()) << i << ": " << outcome.message;
    EXPECT_TRUE(read_file(target(std::to_string(i))) == contents[i]) << i;
  }
}

TEST_F(XetUpload, TwoThousandSmallFiles) {
  constexpr size_t kFiles = 2000;
  Session session = this->session();
  XetCommit commit = session.xet_commit(access());
  for (size_t i = 0; i < kFiles; ++i) {
    const std::string content = new_bytes(500 + i % 700, 5000 + i);
    if (i % 2 == 0) commit.add_path(source(std::to_string(i), content));
    else commit.add_bytes(std::to_string(i), content.data(), content.size());
  }
  const Outcome outcome = finish(commit.finish(), Milliseconds(90'000));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["items"].integer(), static_cast<int64_t>(kFiles));
  EXPECT_LE(outcome.json["xorbs"].integer(), 3);
  EXPECT_EQ(outcome.json["shards"].integer(), 1);
  EXPECT_LE(count("cas", "POST", "/shards"), 1u);
  EXPECT_EQ(outcome.progress.items_done, kFiles);
  for (const size_t i : {size_t{0}, size_t{999}, kFiles - 1}) {
    ASSERT_TRUE(download(session, stored_of(commit.item(i).value()), std::to_string(i)).ok());
    EXPECT_TRUE(read_file(target(std::to_string(i))) == new_bytes(500 + i % 700, 5000 + i));
  }
}

TEST_F(XetUpload, TheSecondTimeNothingTravels) {
  const std::string content = new_bytes(6'000'000, 14);
  {
    Session session = this->session();
    upload(session, content);
    forget_requests();
    upload(session, content);  // known in this session
    EXPECT_EQ(bytes_stored(), 0u);
  }
  Session later = session();
  upload(later, content);  // known from disk
  EXPECT_EQ(bytes_stored(), 0u);
  Session elsewhere(options().set("cache.xet_dir", scratch_ / "other"));
  upload(elsewhere, content);  // known because CAS was asked
  EXPECT_EQ(bytes_stored(), 0u);
  EXPECT_GE(count("cas", "GET", "/v1/chunks/"), 1u);
  Session alone(options().set("cache.xet_dir", scratch_ / "third").set("xet.global_dedup", "false"));
  forget_requests();
  upload(alone, content);
  EXPECT_EQ(count("cas", "GET", "/v1/chunks/"), 0u);
}

TEST_F(XetUpload, HashFileIsTheUploadedHash) {
  Session session = this->session();
  for (const size_t size : {size_t{0}, size_t{1}, size_t{8192}, size_t{131'073}, size_t{5'000'000}}) {
    const std::string content = new_bytes(size, 15 + size);
    Op op = session.xet_hash_file(source("x", content));
    const Outcome outcome = finish(op);
    ASSERT_TRUE(outcome.ok()) << outcome;
    const Stored local = stored_of(outcome.json), stored = upload(session, content);
    EXPECT_EQ(local.hash, stored.hash);
    EXPECT_EQ(local.size, size);
    EXPECT_EQ(local.sha256, sha256_hex(content));
  }
  forget_requests();
  EXPECT_EQ(finish(session.xet_hash_file(scratch_ / "missing")).status, HFHUB_E_IO);
  EXPECT_EQ(finish(session.xet_hash_file(scratch_.path())).status, HFHUB_E_IO);
  EXPECT_EQ(request_count(), 0u);
}

// ---- groups --------------------------------------------------------------------------------------------------------

class XetGroups : public XetTest {
 protected:
  void SetUp() override {
    XetTest::SetUp();
    fs::create_directories(target(""));
  }
  // Every file of the folder, unfinished ones too.
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(target(""))) out.push_back(entry.path().filename().string());
    return out;
  }
};

TEST_F(XetGroups, SharedBytesAreFetchedOnce) {
  Session session = this->session();
  const std::string common = new_bytes(4'000'000, 20), a = common + new_bytes(300'000, 21),
                    b = new_bytes(300'000, 22) + common;
  const Stored first = upload(session, a), second = upload(session, b), third = upload(session, a + b);
  forget_requests();
  XetGroup group = session.xet_group(access());
  group.add(first.hash, first.size, target("a"));
  group.add(second.hash, second.size, target("b"));
  group.add(third.hash, third.size, target("c"));
  group.add(first.hash, first.size, target("again"));
  const Outcome outcome = finish(group.start());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(target("a")) == a);
  EXPECT_TRUE(read_file(target("b")) == b);
  EXPECT_TRUE(read_file(target("c")) == a + b);
  EXPECT_TRUE(read_file(target("again")) == a);
  EXPECT_LT(bytes_fetched(), 5'200'000u);
  EXPECT_EQ(outcome.json["items"].size(), 4u);
  EXPECT_EQ(outcome.json["items"][0]["path"].string(), target("a"));
  EXPECT_EQ(outcome.json["items"][1]["hash"].string(), second.hash);
  EXPECT_EQ(outcome.json["items"][2]["size"].integer(), static_cast<int64_t>(third.size));
  EXPECT_EQ(outcome.progress.items_done, 4u);
  EXPECT_EQ(names().size(), 4u);
}

TEST_F(XetGroups, AWrongSizeIsAnErrorAndNoFile) {
  Session session = this->session();
  const std::string content = new_bytes(1'000'000, 23);
  const Stored stored = upload(session, content);
  for (const uint64_t size : {uint64_t{1}, stored.size - 1, stored.size + 1, stored.size * 2}) {
    const Outcome outcome = download(session, {stored.hash, size, ""}, "wrong" + std::to_string(size));
    EXPECT_LT(outcome.status, 0) << "size " << size;
    EXPECT_FALSE(outcome.message.empty());
    EXPECT_FALSE(fs::exists(target("wrong" + std::to_string(size)))) << outcome;
  }
  XetGroup group = session.xet_group(access());
  EXPECT_THROW(group.add(stored.hash, 0, target("x")), Exception);
  EXPECT_THROW(group.add(std::string(64, '0'), 1, target("x")), Exception);
  EXPECT_TRUE(download(session, stored, "right").ok());
  EXPECT_TRUE(read_file(target("right")) == content);
}

TEST_F(XetGroups, AnUnknownHash) {
  Session session = this->session();
  const std::string content = new_bytes(400'000, 24);
  const Stored stored = upload(session, content);
  XetGroup group = session.xet_group(access());
  const size_t good = group.add(stored.hash, stored.size, target("good"));
  const size_t bad = group.add(std::string(63, 'a') + "b", stored.size, target("bad"));
  EXPECT_THROW(group.add("xyz", 1, target("x")), Exception);
  EXPECT_THROW(group.add("", 1, target("x")), Exception);
  Op op = group.start();
  const Outcome outcome = finish(op);
  EXPECT_LT(outcome.status, 0) << outcome;
  EXPECT_THAT(outcome.message, HasSubstr("aaaab"));
  EXPECT_TRUE(group.finished(good));
  EXPECT_THROW(group.finished(bad), Exception);
  EXPECT_THROW(group.finished(7), Exception);
  EXPECT_TRUE(read_file(target("good")) == content) << "the others end well";
  EXPECT_FALSE(fs::exists(target("bad")));
}

TEST_F(XetGroups, WhatIsThereIsReplacedOnlyByTheWhole) {
  Session session = this->session();
  const std::string content = new_bytes(900'000, 25);
  const Stored stored = upload(session, content);
  write_file(target("x"), "before");
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"flip_byte":300000}})");
  EXPECT_EQ(download(session, stored, "x").status, HFHUB_E_INTEGRITY);
  EXPECT_EQ(read_file(target("x")), "before");
  hub().clear_faults();
  ASSERT_TRUE(download(session, stored, "x").ok());
  EXPECT_TRUE(read_file(target("x")) == content);
}

TEST_F(XetGroups, Seeds) {
  Session session = this->session();
  const std::string old_content = new_bytes(6'000'000, 26);
  const std::string content = old_content.substr(0, 3'000'000) + "an edit" + old_content.substr(3'000'000);
  const Stored old_file = upload(session, old_content), stored = upload(session, content);
  const std::string seed = source("old", old_content);
  forget_requests();
  XetGroup group = session.xet_group(access());
  group.add_seed(group.add(stored.hash, stored.size, target("new")), seed, old_file.hash, old_file.size);
  EXPECT_THROW(group.add_seed(5, seed, old_file.hash, old_file.size), Exception);
  const Outcome outcome = finish(group.start());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(target("new")) == content);
  EXPECT_LT(bytes_fetched(), 500'000u);
  // A seed that is not what it claims, or not there, costs only the bytes.
  for (const std::string& path : {source("lie", new_bytes(6'000'000, 27)), scratch_ / "missing"}) {
    XetGroup other = session.xet_group(access());
    other.add_seed(other.add(stored.hash, stored.size, target("other")), path, old_file.hash, old_file.size);
    ASSERT_TRUE(finish(other.start()).ok());
    EXPECT_TRUE(read_file(target("other")) == content);
    fs::remove(target("other"));
  }
}

TEST_F(XetGroups, OrderOfCalls) {
  Session session = this->session();
  const Stored stored = upload(session, "content");
  XetGroup group = session.xet_group(access());
  EXPECT_THROW(group.finished(0), Exception);
  group.add(stored.hash, stored.size, target("x"));
  Op op = group.start();
  EXPECT_THROW(group.start(), Exception);
  EXPECT_THROW(group.add(stored.hash, stored.size, target("y")), Exception);
  ASSERT_TRUE(finish(op).ok());
  EXPECT_TRUE(group.finished(0));
  XetGroup none = session.xet_group(access());
  EXPECT_TRUE(finish(none.start()).ok());  // no file at all
  XetGroup let_go = session.xet_group(access());
  let_go.add(stored.hash, stored.size, target("z"));
  Op running = let_go.start();
  { const XetGroup gone = std::move(let_go); }
  EXPECT_TRUE(finish(running).ok());
  EXPECT_EQ(read_file(target("z")), "content");
}

TEST_F(XetGroups, CancelAndGoOn) {
  Session session = this->session();
  const std::string content = new_bytes(8'000'000, 28);
  const Stored stored = upload(session, content);
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":400000}})");
  forget_requests();
  XetGroup group = session.xet_group(access());
  group.add(stored.hash, stored.size, target("x"));
  Op op = group.start();
  ASSERT_TRUE(soon([&] { return op.progress().bytes_done > 4'000'000; }));
  op.cancel();
  EXPECT_EQ(finish(op, Milliseconds(10'000)).status, HFHUB_E_CANCELLED);
  EXPECT_FALSE(fs::exists(target("x")));
  EXPECT_EQ(names().size(), 1u);
  hub().clear_faults();
  const Outcome outcome = download(session, stored, "x");
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(target("x")) == content);
  EXPECT_EQ(names().size(), 1u) << "an unfinished file stays behind";
  EXPECT_GT(outcome.progress.resumed_bytes, 0u) << outcome.progress.wire_bytes << " bytes travelled";
}

}  // namespace
}  // namespace hfhub::test
