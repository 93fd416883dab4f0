// Every file call of a download's last steps is failed in turn. Whatever fails: readers see nothing or the whole file,
// and the next attempt succeeds.
#include "base/fault.h"

#include <gtest/gtest.h>

#include "cache/local_dir.h"
#include "cache/repo_cache.h"
#include "support/scratch.h"

#ifdef HFHUB_FAULT_POINTS

namespace hfhub::cache {
namespace {

using test::Scratch;

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";
const std::string kText = "the whole content";

Done to_cache(const std::string& cache_dir, bool symlinks) {
  RepoCache cache(cache_dir, {RepoType::kModel, "ns/name"}, {symlinks, true, 50}, nullptr);
  HFHUB_TRY(const auto lock, cache.lock("e1", runtime::Cancel()));
  HFHUB_TRY(const bool there, cache.has_blob("e1", true, kText.size()));
  if (!there) {
    PartialSpec spec = cache.partial_spec("e1", true, kText.size(), false);
    spec.locked = lock.has_value();
    HFHUB_TRY(PartialFile file, PartialFile::open(spec));
    HFHUB_CHECK(file.clear());
    HFHUB_CHECK(file.write(5, as_bytes(kText).subspan(5)));
    HFHUB_CHECK(file.write(0, as_bytes(kText).first(5)));
    HFHUB_TRY(const std::string path, cache.publish(std::move(file), "e1", kCommit, "d/a"));
  } else {
    HFHUB_TRY(const std::string path, cache.link("e1", kCommit, "d/a"));
  }
  Tree tree;
  tree.files.push_back({"d/a", kText.size(), "e1", "", 0, ""});
  HFHUB_CHECK(cache.write_tree(kCommit, tree));
  HFHUB_CHECK(cache.mark_absent(kCommit, "no"));
  return cache.write_ref("main", kCommit);
}

Done to_folder(const std::string& folder) {
  LocalDir dir(folder, 50, nullptr);
  HFHUB_TRY(const auto lock, dir.lock("d/a", runtime::Cancel()));
  PartialSpec spec = dir.partial_spec("d/a", "e1", true, kText.size(), false);
  spec.locked = lock.has_value();
  HFHUB_TRY(PartialFile file, PartialFile::open(spec));
  HFHUB_CHECK(file.clear());
  HFHUB_CHECK(file.write(0, as_bytes(kText)));
  HFHUB_TRY(const std::string path, dir.publish(std::move(file), "d/a", kCommit, "e1"));
  return {};
}

// Fails the first call, then the second, ... until the story gets through without meeting the failing one.
template <class Story>
void torture(const Story& story, const std::string& visible) {
  int failed = 0;
  for (int64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 500);
    const Scratch scratch;
    fault::arm(nth);
    const Done done = story(scratch.path());
    const bool met = fault::failed_at() != nullptr;
    const std::string where = met ? fault::failed_at() : "";
    fault::arm(0);
    failed += !done.ok();
    const auto seen = platform::read_text(scratch / visible);
    if (seen.ok()) {
      EXPECT_EQ(*seen, kText) << where;
    }
    if (!done.ok()) {
      EXPECT_FALSE(done.error().message.empty());
      const Done again = story(scratch.path());
      ASSERT_TRUE(again.ok()) << where << ": " << again.error().message;
    }
    EXPECT_EQ(platform::read_text(scratch / visible).value_or("nothing"), kText) << where;
    if (!met) break;
  }
  EXPECT_GT(failed, 10);
}

TEST(Faults, SharedCache) {
  torture([](const std::string& folder) { return to_cache(folder + "/hub", true); },
          "hub/models--ns--name/snapshots/" + kCommit + "/d/a");
}

TEST(Faults, SharedCacheWithoutLinks) {
  torture([](const std::string& folder) { return to_cache(folder + "/hub", false); },
          "hub/models--ns--name/snapshots/" + kCommit + "/d/a");
}

TEST(Faults, LocalDir) {
  torture([](const std::string& folder) { return to_folder(folder + "/out"); }, "out/d/a");
}

}  // namespace
}  // namespace hfhub::cache

#endif
