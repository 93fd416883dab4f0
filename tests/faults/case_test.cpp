// Names that differ by case only, on a disk that ignores case (see case_blind.c; few kernels can make a real one).
#include "support/child.h"
#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

class CaseBlindDisk : public HubTest {
 protected:
  int fetch(const std::string& cache) const {
    Child child({HFHUB_FETCH_SNAPSHOT, hub().endpoint(), cache, repo_id()},
                {{"LD_PRELOAD", HFHUB_CASE_BLIND}, {"ASAN_OPTIONS", "verify_asan_link_order=0"}}, scratch_ / "output");
    return child.wait();
  }
};

TEST_F(CaseBlindDisk, NamesThatCollideAreRefused) {
  hub().commit(repo(), {{"sub/Model.bin", "one", true}, {"sub/model.BIN", "two"}, {"good.txt", "good"}});
  EXPECT_EQ(fetch(cache()), 1);
  const std::string said = read_file(scratch_ / "output");
  EXPECT_THAT(said, ::testing::HasSubstr("HFHUB_E_UNSAFE_NAME"));
  EXPECT_THAT(said, ::testing::HasSubstr("sub/Model.bin"));
  EXPECT_THAT(said, ::testing::HasSubstr("sub/model.BIN"));
  EXPECT_TRUE(list_folder(cache()).empty()) << "something was written";
}

TEST_F(CaseBlindDisk, BeyondAscii) {
  hub().commit(repo(), {{"\xc3\x84rger.txt", "one"}, {"\xc3\xa4rger.txt", "two"}});
  EXPECT_EQ(fetch(cache()), 1);
  EXPECT_THAT(read_file(scratch_ / "output"), ::testing::HasSubstr("HFHUB_E_UNSAFE_NAME"));
}

TEST_F(CaseBlindDisk, OtherNamesAreWelcome) {
  hub().commit(repo(), {{"sub/Model.bin", "one"}, {"other/model.bin", "two"}});
  EXPECT_EQ(fetch(cache()), 0) << read_file(scratch_ / "output");
}

}  // namespace
}  // namespace hfhub::test
