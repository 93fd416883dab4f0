// One download, repeated: each time another fallible point fails (the 1st, the 2nd, ... until none is left). After each,
// whatever is visible is right, the operation ended once, and the next try succeeds and leaves nothing behind.
#include <gtest/gtest.h>

#include <functional>
#include <hfhub.hpp>
#include <map>
#include <new>
#include <string>

#include "platform/file.h"
#include "support/local_hub.h"
#include "support/scratch.h"
#include "torture/points.h"

namespace hfhub::test {
namespace {

constexpr int64_t kMostPoints = 20'000;

std::string noise(size_t size, uint32_t seed) {
  std::string out(size, '\0');
  for (char& c : out) c = static_cast<char>((seed = seed * 1664525u + 1013904223u) >> 24);
  return out;
}

class Torture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    hub_ = new LocalHub();
    files_ = new std::map<std::string, std::string>{
        {"README.md", "# torture\n"}, {"empty", ""}, {"dir/config.json", "{}"}, {"weights.bin", noise(1'300'000, 1)}};
    hub_->set_repo("model/ns/torture", "{}");
    std::vector<RepoFile> wish;
    for (const auto& [path, content] : *files_) wish.push_back({path, content, path == "weights.bin"});
    hub_->commit("model/ns/torture", wish);
  }
  static void TearDownTestSuite() {
    delete hub_;
    delete files_;
  }

  static Session session(const std::string& cache) {
    SessionOptions options;
    options.endpoint(hub_->endpoint()).cache_dir(cache).set("home", cache + "-home");
    options.set("net.range_size", "256KiB").set("net.retry_delay", "1ms").set("net.retry_delay_max", "2ms");
    return Session(options);
  }

  // The folder's files must be some of the repository's, each complete.
  static void expect_only_right_files(const std::string& folder, const std::string& inside = "") {
    if (!platform::is_folder(folder)) return;
    const auto entries = platform::list_folder(folder).value();
    for (const auto& entry : entries) {
      const std::string path = platform::join_path(folder, entry.name);
      const std::string name = inside.empty() ? entry.name : inside + "/" + entry.name;
      if (entry.kind == platform::Kind::kFolder) {
        expect_only_right_files(path, name);
        continue;
      }
      const auto expected = files_->find(name);
      ASSERT_NE(expected, files_->end()) << path;
      const auto content = platform::read_text(path);
      ASSERT_TRUE(content.ok()) << path << ": a visible name that cannot be read";
      EXPECT_TRUE(*content == expected->second) << path;
    }
  }

  static void expect_nothing_wrong_visible(const std::string& target, bool local_dir) {
    if (!local_dir) {
      const std::string snapshots = target + "/models--ns--torture/snapshots";
      if (!platform::is_folder(snapshots)) return;
      const auto commits = platform::list_folder(snapshots).value();
      for (const auto& commit : commits) {
        expect_only_right_files(platform::join_path(snapshots, commit.name));
      }
      return;
    }
    if (!platform::is_folder(target)) return;
    const auto entries = platform::list_folder(target).value();
    for (const auto& entry : entries) {
      if (entry.name == ".cache") continue;
      const std::string path = platform::join_path(target, entry.name);
      if (entry.kind == platform::Kind::kFolder) expect_only_right_files(path, entry.name);
      else EXPECT_TRUE(platform::read_text(path).value() == files_->at(entry.name)) << path;
    }
  }

  static size_t leftovers(const std::string& folder) {
    size_t count = 0;
    if (!platform::is_folder(folder)) return 0;
    const auto entries = platform::list_folder(folder).value();
    for (const auto& entry : entries) {
      const std::string path = platform::join_path(folder, entry.name);
      if (entry.kind == platform::Kind::kFolder) count += leftovers(path);
      else count += entry.name.ends_with(".incomplete") || entry.name.ends_with(".tmp");
    }
    return count;
  }

  // Runs `body` with faults armed by `arm(n)` for n = 1, 1 + stride, ... until a run meets no fault.
  static void torture(bool local_dir, int64_t stride, const std::function<void(int64_t)>& arm,
                      const std::function<bool(int64_t)>& was_hit);
  static LocalHub* hub_;
  static std::map<std::string, std::string>* files_;
};
LocalHub* Torture::hub_ = nullptr;
std::map<std::string, std::string>* Torture::files_ = nullptr;

void Torture::torture(bool local_dir, int64_t stride, const std::function<void(int64_t)>& arm,
                      const std::function<bool(int64_t)>& was_hit) {
  int64_t failures = 0;
  for (int64_t n = 1; n < kMostPoints; n += stride) {
    const Scratch scratch;
    const std::string target = scratch / (local_dir ? "files" : "hub");
    const std::string cache = scratch / "hub";
    std::string failure;
    {
      DownloadOptions options;
      if (local_dir) options.local_dir(target);
      const Session armed = session(cache);
      arm(n);
      try {
        armed.download_snapshot("ns/torture", options).wait();
      } catch (const Exception& error) {
        failure = error.what();
        EXPECT_LT(error.status(), 0);
      } catch (const std::bad_alloc&) {
        failure = "bad_alloc on the caller's thread";
      }
    }
    const bool hit = was_hit(n);
    const std::string trace = "point " + std::to_string(n) + ": " + failure;
    arm(0);
    SCOPED_TRACE(trace);
    failures += !failure.empty();
    expect_nothing_wrong_visible(target, local_dir);
    DownloadOptions options;
    if (local_dir) options.local_dir(target);
    const Session calm = session(cache);
    ASSERT_NO_THROW(calm.download_snapshot("ns/torture", options).wait());
    expect_nothing_wrong_visible(target, local_dir);
    EXPECT_EQ(leftovers(scratch.path()), 0u);
    if (HasFailure()) return;
    if (!hit) {
      EXPECT_TRUE(failure.empty());
      RecordProperty("points", static_cast<int>(n - 1));
      EXPECT_GT(failures, 0) << "no point ever made the download fail: are fault points compiled in?";
      return;
    }
  }
  FAIL() << "there is no end of points";
}

TEST_F(Torture, EveryCallOfASharedCacheDownload) { torture(false, 1, arm_calls, call_was_hit); }
TEST_F(Torture, EveryCallOfALocalDirDownload) { torture(true, 1, arm_calls, call_was_hit); }
TEST_F(Torture, AllocationsOfADownload) { torture(false, 23, arm_allocations, allocation_was_hit); }

}  // namespace
}  // namespace hfhub::test
