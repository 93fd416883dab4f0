// Files of repositories that Xet stores: downloads and snapshots through the C++ API, over the local Hub and its CAS.
#include <filesystem>
#include <thread>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class XetDownload : public HubTest {
 protected:
  void SetUp() override {
    commit_ = hub().commit(repo(), {{"weights.bin", weights_, true, true},
                                    {"copies/weights.bin", weights_, true, true},
                                    {"small.bin", small_, true, true},
                                    {"README.md", "# text"}});
    forget_requests();
  }
  void TearDown() override {
    hub().clear_faults();
    HubTest::TearDown();
  }

  size_t count(const std::string& part_of_path) const {
    size_t out = 0;
    for (const Seen& request : seen()) out += request.path.find(part_of_path) != std::string::npos;
    return out;
  }
  size_t by_xet() const { return count("/xorbs/"); }
  size_t by_http() const { return count("/objects/"); }
  // The payload that a file of a snapshot leads to.
  bool in_store(const std::string& path) const {
    const fs::path real = fs::canonical(path);
    return real.parent_path().parent_path() == fs::canonical(cache()) / "blobs";
  }
  void expect_warned(bool warned) const {
    const auto fallback = Contains(HasSubstr("because Xet is not available"));
    if (warned) EXPECT_THAT(log_lines(), fallback);
    else EXPECT_THAT(log_lines(), Not(fallback));
  }

  const std::string weights_ = noise(3'000'000, 501), small_ = noise(10'000, 909);
  std::string commit_;
};

TEST_F(XetDownload, AFile) {
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "weights.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(outcome.path) == weights_);
  EXPECT_EQ(outcome.path, snapshot_file(commit_, "weights.bin"));
  EXPECT_EQ(outcome.json["etag"].string(), sha256_hex(weights_));
  EXPECT_FALSE(outcome.json["cached"].boolean(true));
  EXPECT_EQ(outcome.progress.bytes_done, weights_.size());
  EXPECT_GT(outcome.progress.wire_bytes, 0u);
  EXPECT_EQ(outcome.progress.items_done, 1u);
  EXPECT_TRUE(in_store(outcome.path));
  EXPECT_GT(by_xet(), 0u);
  EXPECT_EQ(by_http(), 0u);
  for (const Seen& request : seen()) {
    EXPECT_FALSE(request.token_leak) << request.path;
    EXPECT_EQ(request.counted, request.origin == "hub") << request.path;
    EXPECT_EQ(request.auth_kind, request.origin == "cas" ? "cas" : "") << request.path;
  }
  forget_requests();
  const Outcome again = finish(session.download_file(repo_id(), "weights.bin"));
  EXPECT_TRUE(again.json["cached"].boolean());
  EXPECT_EQ(request_count(), 1u) << "one HEAD tells";
}

TEST_F(XetDownload, ASnapshot) {
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["files"].integer(), 4);
  EXPECT_EQ(outcome.json["downloaded"].integer(), 3) << "the copy is linked";
  EXPECT_EQ(outcome.progress.items_cached, 1u);
  EXPECT_EQ(outcome.progress.bytes_done, outcome.progress.bytes_total);
  EXPECT_TRUE(read_file(snapshot_file(commit_, "copies/weights.bin")) == weights_);
  EXPECT_TRUE(read_file(snapshot_file(commit_, "small.bin")) == small_);
  EXPECT_EQ(read_file(snapshot_file(commit_, "README.md")), "# text");
  EXPECT_EQ(by_http(), 0u);
  EXPECT_EQ(count("xet-read-token"), 1u);
  forget_requests();
  const std::string other = repo_id() + "-other";
  hub().commit("model/" + other, {{"again.bin", weights_, true, true}, {"a.txt", "regular"}});
  const Outcome second = finish(session.download_snapshot(other));
  ASSERT_TRUE(second.ok()) << second;
  EXPECT_EQ(second.json["downloaded"].integer(), 1) << "only what is no Xet file";
  EXPECT_EQ(by_xet() + by_http(), 0u);
}

TEST_F(XetDownload, SwitchedOff) {
  for (const char* option : {"xet.enabled", "cache.shared_blobs"}) {
    Session session(options().set(option, "no").set("cache.dir", scratch_ / option));
    forget_requests();
    const Outcome outcome = finish(session.download_file(repo_id(), "weights.bin"));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_FALSE(fs::exists(scratch_ / (std::string(option) + "/blobs")));
    EXPECT_EQ(by_xet() > 0, std::string(option) != "xet.enabled");
    EXPECT_EQ(by_http() > 0, std::string(option) == "xet.enabled");
    expect_warned(false);
  }
}

TEST_F(XetDownload, CasFails) {
  for (const char* rule : {R"({"match":{"origin":"cas"},"times":0,"action":{"status":503}})",
                           R"({"match":{"path":"*/xet-read-token/*"},"times":0,"action":{"status":404}})"}) {
    hub().clear_faults();
    hub().fault(rule);
    for (const bool snapshot : {true, false}) {
      Session session = this->session();
      DownloadOptions forced;
      forced.force(true);
      const Outcome outcome = snapshot ? finish(session.download_snapshot(repo_id(), forced))
                                       : finish(session.download_file(repo_id(), "weights.bin", forced));
      ASSERT_TRUE(outcome.ok()) << outcome;
      EXPECT_LT(outcome.elapsed_ms, 8'000);
      EXPECT_TRUE(read_file(snapshot_file(commit_, "weights.bin")) == weights_);
      EXPECT_FALSE(in_store(snapshot_file(commit_, "weights.bin"))) << "only what Xet has verified goes there";
      EXPECT_EQ(outcome.progress.bytes_done, outcome.progress.bytes_total);
    }
  }
  expect_warned(true);
}

TEST_F(XetDownload, WrongBytesAreNotReplacedByOthers) {
  hub().fault(R"({"match":{"path":"/xorbs/*"},"times":0,"action":{"flip_byte":5000}})");
  Session session = this->session();
  const Outcome file = finish(session.download_file(repo_id(), "weights.bin"));
  EXPECT_EQ(file.status, HFHUB_E_INTEGRITY) << file;
  EXPECT_THAT(file.message, HasSubstr("weights.bin"));
  const Outcome snapshot = finish(session.download_snapshot(repo_id()));
  EXPECT_EQ(snapshot.status, HFHUB_E_INTEGRITY) << snapshot;
  EXPECT_EQ(by_http(), 0u);
  expect_nothing_wrong_visible({"# text", small_});
  hub().clear_faults();
  const Outcome again = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(again.ok()) << again;
  expect_nothing_wrong_visible({"# text", small_, weights_});
}

TEST_F(XetDownload, CancelledAndResumed) {
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":500000}})");
  Session session = this->session();
  Op op = session.download_snapshot(repo_id());
  for (int i = 0; i < 1000 && op.progress().bytes_done < 600'000; ++i) {
    std::this_thread::sleep_for(Milliseconds(10));
  }
  op.cancel();
  EXPECT_EQ(finish(op).status, HFHUB_E_CANCELLED);
  EXPECT_FALSE(fs::exists(snapshot_file(commit_, "weights.bin")));
  EXPECT_FALSE(partial_files().empty());
  hub().clear_faults();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_GT(outcome.progress.resumed_bytes, 0u);
  EXPECT_TRUE(partial_files().empty());
  EXPECT_TRUE(read_file(snapshot_file(commit_, "weights.bin")) == weights_);
}

TEST_F(XetDownload, IntoAFolder) {
  Session session = this->session();
  DownloadOptions options;
  options.local_dir(scratch_ / "plain");
  const Outcome outcome = finish(session.download_snapshot(repo_id(), options));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(read_file(scratch_ / "plain/weights.bin") == weights_);
  EXPECT_TRUE(read_file(scratch_ / "plain/copies/weights.bin") == weights_);
  EXPECT_FALSE(fs::exists(cache() + "/blobs")) << "a plain folder has nothing to do with the store";
  EXPECT_GT(by_xet(), 0u);
  EXPECT_EQ(by_http(), 0u);
}

TEST_F(XetDownload, ADryRunKnowsTheStore) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_file(repo_id(), "weights.bin")).ok());
  const std::string other = repo_id() + "-other";
  hub().commit("model/" + other, {{"again.bin", weights_, true, true}});
  DownloadOptions dry;
  dry.dry_run(true);
  const Outcome outcome = finish(session.download_file(other, "again.bin", dry));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_TRUE(outcome.json["is_cached"].boolean());
  EXPECT_FALSE(outcome.json["will_download"].boolean(true));
}

}  // namespace
}  // namespace hfhub::test
