// What a broken or cancelled download leaves is what the next one starts from.
#include <algorithm>
#include <thread>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

class Resume : public HubTest {
 protected:
  static constexpr uint64_t kBlock = 256 * 1024;

  void SetUp() override {
    commit_ = hub().commit(repo(), {{"one.bin", one_, true}, {"large.bin", large_, true}, {"git.txt", git_}});
  }
  uint64_t body_bytes() const {
    uint64_t sum = 0;
    for (const Seen& request : seen()) {
      const bool file = request.origin == "cdn" || request.path.find("/resolve/") != std::string::npos;
      if (request.method == "GET" && file && request.status / 100 == 2) sum += request.bytes;
    }
    return sum;
  }
  void expect_resumed(const Outcome& outcome, const std::string& content, uint64_t least) {
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_TRUE(read_file(outcome.path) == content);
    EXPECT_GE(outcome.progress.resumed_bytes, least);
    EXPECT_EQ(outcome.progress.bytes_done, content.size());
    EXPECT_EQ(outcome.progress.bytes_total, content.size());
    EXPECT_LE(body_bytes(), content.size() - outcome.progress.resumed_bytes + kBlock / 4);
    EXPECT_TRUE(partial_files().empty());
  }

  const std::string one_ = noise(150'000, 31);
  const std::string large_ = noise(5'000'123, 32);
  const std::string git_ = noise(60'000, 33);
  std::string commit_;
};

TEST_F(Resume, OneStream) {
  for (const auto& [file, content] : {std::pair("one.bin", one_), std::pair("git.txt", git_)}) {
    hub().fault(R"({"match":{"method":"GET"},"times":0,"action":{"drop_after":15000}})");
    {
      Session session = this->session();
      EXPECT_EQ(finish(session.download_file(repo_id(), file)).status, HFHUB_E_NETWORK);
    }
    EXPECT_EQ(partial_files().size(), 1u);
    hub().clear_faults();
    forget_requests();
    Session session = this->session();
    expect_resumed(finish(session.download_file(repo_id(), file)), content, 40'000);  // three attempts of 15,000
  }
}

TEST_F(Resume, AStreamGoesOnWhereItBroke) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":1,"action":{"drop_after":50000}})");
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "one.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(body_bytes(), one_.size());
  const auto all = seen();
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Seen& request) { return request.range == "bytes=50000-"; }));
}

TEST_F(Resume, ParallelRanges) {
  hub().fault(R"({"match":{"origin":"cdn"},"skip":9,"times":0,"action":{"drop_after":1000}})");
  {
    Session session = this->session();
    EXPECT_EQ(finish(session.download_file(repo_id(), "large.bin")).status, HFHUB_E_NETWORK);
  }
  hub().clear_faults();
  forget_requests();
  Session session = this->session();
  expect_resumed(finish(session.download_file(repo_id(), "large.bin")), large_, 8 * kBlock);
}

TEST_F(Resume, AfterCancel) {
  hub().fault(R"({"match":{"origin":"cdn"},"skip":6,"times":0,"action":{"stall_after":1000}})");
  {
    Session session(options().set("net.stall_timeout", "30s"));
    Op op = session.download_file(repo_id(), "large.bin");
    for (int i = 0; i < 500 && op.progress().bytes_done < 6 * kBlock; ++i) {
      std::this_thread::sleep_for(Milliseconds(10));
    }
    op.cancel();
    const Outcome outcome = finish(op, Milliseconds(2000));
    EXPECT_EQ(outcome.status, HFHUB_E_CANCELLED) << outcome;
  }
  EXPECT_EQ(partial_files().size(), 1u);
  hub().clear_faults();
  forget_requests();
  Session session = this->session();
  expect_resumed(finish(session.download_file(repo_id(), "large.bin")), large_, 5 * kBlock);
}

TEST_F(Resume, ASnapshotKeepsItsFinishedFiles) {
  hub().fault(R"({"match":{"origin":"cdn"},"skip":15,"times":0,"action":{"drop_after":1000}})");
  DownloadOptions one_at_a_time;
  one_at_a_time.max_workers(1);
  {
    Session session = this->session();
    EXPECT_LT(finish(session.download_snapshot(repo_id(), one_at_a_time)).status, 0);
  }
  hub().clear_faults();
  forget_requests();
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  const uint64_t total = one_.size() + large_.size() + git_.size();
  EXPECT_GE(outcome.progress.resumed_bytes, 14 * kBlock);
  EXPECT_EQ(outcome.progress.bytes_done, total);
  EXPECT_LE(body_bytes(), total - outcome.progress.resumed_bytes + kBlock);
  EXPECT_TRUE(partial_files().empty());
}

TEST_F(Resume, LocalDir) {
  const std::string folder = scratch_ / "local";
  DownloadOptions options;
  options.local_dir(folder);
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drop_after":20000}})");
  {
    Session session = this->session();
    EXPECT_EQ(finish(session.download_file(repo_id(), "one.bin", options)).status, HFHUB_E_NETWORK);
  }
  EXPECT_FALSE(find_files(folder, ".incomplete").empty());
  EXPECT_TRUE(find_files(folder, "one.bin").empty()) << "visible before it is complete";
  hub().clear_faults();
  forget_requests();
  Session session = this->session();
  expect_resumed(finish(session.download_file(repo_id(), "one.bin", options)), one_, 50'000);
  EXPECT_TRUE(find_files(folder, ".incomplete").empty());
}

// A server without ranges: everything again, and still right.
TEST_F(Resume, TheServerHasNoRanges) {
  hub().fault(R"([{"match":{"origin":"cdn","range":false},"times":1,"action":{"drop_after":50000}},
                  {"match":{"origin":"cdn","range":true},"times":0,"action":{"ignore_range":true}}])");
  Session session = this->session();
  for (const auto& [file, content] : {std::pair("one.bin", one_), std::pair("large.bin", large_)}) {
    const Outcome outcome = finish(session.download_file(repo_id(), file));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_TRUE(read_file(outcome.path) == content);
    EXPECT_EQ(outcome.progress.bytes_done, content.size());
  }
}

TEST_F(Resume, RangesThatStopWorkingInTheMiddle) {
  hub().fault(R"({"match":{"origin":"cdn"},"skip":3,"times":2,"action":{"ignore_range":true}})");
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "large.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path) == large_);
  EXPECT_EQ(outcome.progress.bytes_done, large_.size());
}

TEST_F(Resume, ForceStartsAnew) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drop_after":20000}})");
  Session session = this->session();
  EXPECT_LT(finish(session.download_file(repo_id(), "one.bin")).status, 0);
  hub().clear_faults();
  const Outcome outcome = finish(session.download_file(repo_id(), "one.bin", DownloadOptions().force()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.progress.resumed_bytes, 0u);
  EXPECT_TRUE(partial_files().empty());
}

}  // namespace
}  // namespace hfhub::test
