// A disk that is full before a download, in the middle of one, or out of room for names: E_DISK_FULL, nothing wrong
// visible, and after making room the next call goes on from what is there.
//
// Needs a small file system of its own: as root, or where user namespaces are allowed. HFHUB_NO_MOUNT=1 skips it.
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

namespace fs = std::filesystem;

class DiskFull : public HubTest {
 protected:
  void SetUp() override {
    if (std::getenv("HFHUB_NO_MOUNT") != nullptr) GTEST_SKIP() << "HFHUB_NO_MOUNT is set";
    fs::create_directories(disk_);
    hub().commit(repo(), {{"w.bin", weights_, true}, {"second.bin", second_, true}, {"a.txt", "small"}});
  }
  void TearDown() override {
    if (mounted_) ::umount2(disk_.c_str(), MNT_DETACH);
    HubTest::TearDown();
  }
  void mount_disk(const std::string& how) {
    int done = ::mount("none", disk_.c_str(), "tmpfs", 0, how.c_str());
    if (done != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) {
      done = ::mount("none", disk_.c_str(), "tmpfs", 0, how.c_str());
    }
    ASSERT_EQ(done, 0) << "cannot mount a tmpfs: " << std::strerror(errno)
                       << ". Run as root or allow user namespaces; HFHUB_NO_MOUNT=1 skips these tests";
    mounted_ = true;
  }
  void occupy(size_t size) { write_file(disk_ + "/ballast", std::string(size, 'x')); }
  void make_room() { fs::remove(disk_ + "/ballast"); }
  Session session() { return Session(options().cache_dir(disk_ + "/cache")); }
  std::vector<std::string> partials() const { return find_files(disk_, ".incomplete"); }

  size_t cdn_requests() const {
    size_t count = 0;
    for (const Seen& request : seen()) count += request.origin == "cdn";
    return count;
  }
  void expect_success(const Outcome& outcome, const std::string& content) {
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_TRUE(read_file(outcome.path) == content);
    EXPECT_TRUE(partials().empty());
  }

  const std::string disk_ = scratch_ / "disk";
  const std::string weights_ = noise(5'000'000, 41);
  const std::string second_ = noise(1'500'000, 42);
  bool mounted_ = false;
};

TEST_F(DiskFull, BeforeAFile) {
  mount_disk("size=8m");
  occupy(4'500'000);
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  EXPECT_EQ(outcome.status, HFHUB_E_DISK_FULL) << outcome;
  EXPECT_NE(outcome.message.find("5000000"), std::string::npos) << outcome;
  EXPECT_NE(outcome.message.find("free"), std::string::npos) << outcome;
  EXPECT_NE(outcome.error_path.find(disk_), std::string::npos) << outcome.error_path;
  EXPECT_EQ(cdn_requests(), 0u);
  EXPECT_TRUE(partials().empty()) << "an empty file was left";
  make_room();
  expect_success(finish(session.download_file(repo_id(), "w.bin")), weights_);
}

TEST_F(DiskFull, BeforeASnapshot) {
  mount_disk("size=8m");
  occupy(3'000'000);  // one of the two would fit
  Session session = this->session();
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  EXPECT_EQ(outcome.status, HFHUB_E_DISK_FULL) << outcome;
  EXPECT_NE(outcome.message.find("6500005"), std::string::npos) << outcome;
  EXPECT_EQ(cdn_requests(), 0u);
  make_room();
  const Outcome again = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_TRUE(read_file(again.path + "/w.bin") == weights_);
}

// Somebody else fills the disk after the check; the first file has its space reserved and arrives.
TEST_F(DiskFull, BetweenTheFilesOfASnapshot) {
  mount_disk("size=8m");
  hub().fault(R"({"match":{"origin":"cdn"},"times":0,"action":{"drip_bytes_per_s":2000000}})");
  Session session(options().cache_dir(disk_ + "/cache").set("net.ranges_per_file", "1"));
  Op op = session.download_snapshot(repo_id(), DownloadOptions().max_workers(1));
  for (int i = 0; i < 1000 && op.progress().bytes_done == 0; ++i) (void)op.wait_for(Milliseconds(5));
  occupy(2'000'000);
  const Outcome outcome = finish(op);
  EXPECT_EQ(outcome.status, HFHUB_E_DISK_FULL) << outcome;
  hub().clear_faults();
  make_room();
  forget_requests();
  const Outcome again = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_TRUE(read_file(again.path + "/w.bin") == weights_);
  EXPECT_TRUE(read_file(again.path + "/second.bin") == second_);
  for (const Seen& request : seen()) {
    EXPECT_TRUE(request.origin != "cdn" || request.path.find(sha256_hex(weights_)) == std::string::npos)
        << "the finished file was fetched again";
  }
}

// Nothing says how large the file is, so no space can be reserved: the disk runs full under it.
TEST_F(DiskFull, InTheMiddle) {
  mount_disk("size=8m");
  occupy(5'000'000);
  hub().fault(R"([{"match":{"method":"HEAD"},"times":0,"action":{"drop_headers":["x-linked-size","content-length"]}},
                  {"match":{"origin":"cdn","range":false},"times":0,"action":{"drop_headers":["content-length"]}}])");
  Session session = this->session();
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  EXPECT_EQ(outcome.status, HFHUB_E_DISK_FULL) << outcome;
  EXPECT_TRUE(find_files(disk_ + "/cache", "w.bin").empty());
  EXPECT_EQ(partials().size(), 1u) << "what was fetched is lost";
  make_room();
  for (const bool announced : {false, true}) {
    if (announced) hub().clear_faults();
    const Outcome again = finish(session.download_file(repo_id(), "w.bin"));
    expect_success(again, weights_);
    if (!announced) {
      EXPECT_GT(again.progress.resumed_bytes, 1'000'000u);
    }
  }
}

TEST_F(DiskFull, ALocalFolder) {
  mount_disk("size=8m");
  occupy(4'500'000);
  Session session = HubTest::session();
  DownloadOptions options;
  options.local_dir(disk_ + "/local");
  EXPECT_EQ(finish(session.download_file(repo_id(), "w.bin", options)).status, HFHUB_E_DISK_FULL);
  EXPECT_TRUE(find_files(disk_, "w.bin").empty());
  EXPECT_EQ(finish(session.download_snapshot(repo_id(), options)).status, HFHUB_E_DISK_FULL);
  make_room();
  expect_success(finish(session.download_file(repo_id(), "w.bin", options)), weights_);
}

// No file can be made any more, at each step in turn; what is visible in between is right, and room repairs it.
TEST_F(DiskFull, NoRoomForNames) {
  for (int names = 2; names < 24; ++names) {
    mount_disk("size=8m,nr_inodes=" + std::to_string(names));
    Session session(options().cache_dir(disk_ + "/cache"));
    const Outcome outcome = finish(session.download_snapshot(repo_id()));
    if (!outcome.ok()) {
      EXPECT_EQ(outcome.status, HFHUB_E_DISK_FULL) << names << " names: " << outcome;
      EXPECT_EQ(::mount("none", disk_.c_str(), "tmpfs", MS_REMOUNT, "size=8m,nr_inodes=100"), 0);
      const Outcome again = finish(session.download_snapshot(repo_id()));
      ASSERT_TRUE(again.ok()) << names << " names: " << again;
      EXPECT_TRUE(read_file(again.path + "/w.bin") == weights_);
      EXPECT_TRUE(read_file(again.path + "/a.txt") == "small");
      EXPECT_TRUE(partials().empty()) << names << " names: " << partials().front();
    }
    ASSERT_EQ(::umount2(disk_.c_str(), MNT_DETACH), 0);
    mounted_ = false;
  }
}

}  // namespace
}  // namespace hfhub::test
