// A folder's upload, repeated: each time another fallible point fails. After each there is one commit or none, and the same
// session succeeds at the next try, without a second one.
#include <gtest/gtest.h>

#include <hfhub.hpp>
#include <string>

#include "support/disk.h"
#include "support/local_hub.h"
#include "torture/torture.h"

namespace hfhub::test {
namespace {

constexpr char kToken[] = "hf_torture000000000000000000000000000";

class UploadTorture : public Torture {
 protected:
  static void SetUpTestSuite() {
    hub_ = new LocalHub();
    hub_->add_token(kToken, "test", "write");
  }
  static void TearDownTestSuite() { delete hub_; }

  static Session session(const std::string& folder) {
    SessionOptions options;
    options.endpoint(hub_->endpoint()).cache_dir(folder + "/hub").set("home", folder + "/home").token(kToken);
    options.set("cache.xet_dir", folder + "/xet").set("memory.budget", "16MiB");
    options.set("net.retry_delay", "1ms").set("net.retry_delay_max", "2ms");
    return Session(options);
  }
  static size_t uploads(const Session& session, const std::string& repo) {
    Op op = session.call("repos.commits", "{\"repo_type\":\"model\",\"repo_id\":\"" + repo + "\"}");
    op.wait();
    size_t found = 0;
    for (size_t i = 0; i < op.json().size(); ++i) {
      found += op.json()[i]["title"].string() == "Upload folder using hfhub" ? 1 : 0;
    }
    return found;
  }
  static std::string content(const Session& session, const std::string& repo, const std::string& path) {
    Op op = session.download_file(repo, path, DownloadOptions().force());
    op.wait();
    return read_file(op.path());
  }

  // Other bytes and another repository each time.
  void round(int64_t n, const std::string& folder) {
    const std::string repo = "test/round" + std::to_string(++rounds_);
    hub_->set_repo("model/" + repo, "{}");
    const std::string weights = noise(300'000, static_cast<uint64_t>(rounds_) * 100'000'007);
    write_file(folder + "/up/w.bin", weights);
    write_file(folder + "/up/t.txt", "text");
    const Session session = this->session(folder);
    const int64_t mark = hub_->mark();
    const std::string failure = run(n, [&] { wait(session.upload_folder(repo, folder + "/up")); });
    SCOPED_TRACE(failure);
    (void)hub_->seen(mark);  // a request that was given up may still be at work on the other side; until that is over
    const size_t made = uploads(session, repo);
    EXPECT_LE(made, 1u);
    if (failure.empty()) {
      EXPECT_EQ(made, 1u);
    }
    wait(session.upload_folder(repo, folder + "/up"));
    EXPECT_EQ(uploads(session, repo), 1u);
    EXPECT_TRUE(content(session, repo, "w.bin") == weights);
    EXPECT_EQ(content(session, repo, "t.txt"), "text");
  }

  static LocalHub* hub_;
  static int64_t rounds_;
};
LocalHub* UploadTorture::hub_ = nullptr;
int64_t UploadTorture::rounds_ = 0;

TEST_F(UploadTorture, EveryCall) {
  torture(1, arm_calls, call_was_hit, [this](int64_t n, const std::string& folder) { round(n, folder); });
}

TEST_F(UploadTorture, Allocations) {
  torture(23, arm_allocations, allocation_was_hit, [this](int64_t n, const std::string& folder) { round(n, folder); });
}

}  // namespace
}  // namespace hfhub::test
