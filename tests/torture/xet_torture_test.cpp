// One Xet upload and one download, repeated: each time another fallible point fails. After each, nothing wrong is visible, and
// the same session succeeds at the next try and leaves nothing behind.
#include <gtest/gtest.h>

#include <chrono>
#include <hfhub.hpp>
#include <string>
#include <thread>

#include "support/disk.h"
#include "support/local_hub.h"
#include "support/plain_http.h"
#include "support/scratch.h"
#include "torture/torture.h"

namespace hfhub::test {
namespace {

class XetTorture : public Torture {
 protected:
  static void SetUpTestSuite() {
    hub_ = new LocalHub();
    hub_->admin("POST", "settings", R"({"cas_open":true})");
  }
  static void TearDownTestSuite() { delete hub_; }

  static Session session(const std::string& folder) {
    SessionOptions options;
    options.endpoint(hub_->endpoint()).cache_dir(folder + "/hub").set("home", folder + "/home").token("");
    options.set("cache.xet_dir", folder + "/xet").set("memory.budget", "16MiB");
    options.set("net.retry_delay", "1ms").set("net.retry_delay_max", "2ms");
    return Session(options);
  }
  static XetOptions access() {
    XetOptions out;
    out.endpoint(hub_->cas());
    return out;
  }
  static std::string upload(const Session& session, const std::string& path, const std::string& bytes) {
    XetCommit commit = session.xet_commit(access());
    const size_t index = commit.add_path(path);
    commit.add_bytes("bytes", bytes.data(), bytes.size());
    wait(commit.finish());
    return commit.item(index).value()["hash"].string();
  }
  static void download(const Session& session, const std::string& hash, uint64_t size, const std::string& path) {
    XetGroup group = session.xet_group(access());
    group.add(hash, size, path);
    wait(group.start());
  }
  static bool on_cas(const std::string& content) {
    return plain_http(hub_->endpoint(), "GET", "/_admin/cas/sha256/" + sha256_hex(content)).status == 200;
  }

  static LocalHub* hub_;
};
LocalHub* XetTorture::hub_ = nullptr;

class XetUploadTorture : public XetTorture {
 protected:
  // Other bytes each time, or CAS would have them.
  void upload_round(int64_t n, const std::string& folder) {
    const auto seed = static_cast<uint64_t>(n + tests_ * kMostPoints) * 100'000'007;
    const std::string content = noise(700'000, seed), bytes = noise(50'000, seed + 1'000'000);
    write_file(folder + "/source", content);
    const Session session = this->session(folder);
    const std::string failure = run(n, [&] { upload(session, folder + "/source", bytes); });
    SCOPED_TRACE(failure);
    if (failure.empty()) {
      EXPECT_TRUE(on_cas(content) && on_cas(bytes));
    }
    // A request that was given up may still be at work on the other side.
    bool half = true;
    for (int i = 0; i < 200 && half; ++i) {
      half = on_cas(content) != on_cas(bytes);
      if (half) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_FALSE(half) << "half a commit";
    const std::string hash = upload(session, folder + "/source", bytes);
    EXPECT_TRUE(on_cas(content) && on_cas(bytes));
    EXPECT_TRUE(find_files(folder + "/xet", ".journal").empty()) << "a journal stays behind";
    download(session, hash, content.size(), folder + "/back");
    EXPECT_TRUE(read_file(folder + "/back") == content);
  }
  void SetUp() override { ++tests_; }
  static int64_t tests_;
};
int64_t XetUploadTorture::tests_ = 0;

TEST_F(XetUploadTorture, EveryCall) {
  torture(1, arm_calls, call_was_hit, [this](int64_t n, const std::string& folder) { upload_round(n, folder); });
}
TEST_F(XetUploadTorture, Allocations) {
  torture(7, arm_allocations, allocation_was_hit,
          [this](int64_t n, const std::string& folder) { upload_round(n, folder); });
}

class XetDownloadTorture : public XetTorture {
 protected:
  void SetUp() override {
    const Scratch scratch;
    write_file(scratch / "source", content_);
    hash_ = upload(session(scratch.path()), scratch / "source", "x");
  }
  void download_round(int64_t n, const std::string& folder) {
    const std::string target = folder + "/target";
    const Session session = this->session(folder);
    const std::string failure = run(n, [&] { download(session, hash_, content_.size(), target); });
    SCOPED_TRACE(failure);
    const bool visible = !find_files(folder, "/target").empty();
    EXPECT_TRUE(visible || !failure.empty());
    if (visible) {
      EXPECT_TRUE(read_file(target) == content_);
    }
    download(session, hash_, content_.size(), target);
    EXPECT_TRUE(read_file(target) == content_);
    EXPECT_TRUE(find_files(folder, ".incomplete").empty()) << "an unfinished file stays behind";
  }
  const std::string content_ = noise(1'300'000, 4'000'000'007);
  std::string hash_;
};

TEST_F(XetDownloadTorture, EveryCall) {
  torture(1, arm_calls, call_was_hit, [this](int64_t n, const std::string& folder) { download_round(n, folder); });
}

TEST_F(XetDownloadTorture, Allocations) {
  torture(7, arm_allocations, allocation_was_hit,
          [this](int64_t n, const std::string& folder) { download_round(n, folder); });
}

}  // namespace
}  // namespace hfhub::test
