#include <gtest/gtest.h>

#include "client/file_store.h"

namespace hfhub::client {
namespace {

struct Case {
  FileState state;
  bool force;
  Step expected;
};
class Plan : public ::testing::TestWithParam<Case> {};
TEST_P(Plan, Decides) { EXPECT_EQ(plan_step(GetParam().state, GetParam().force), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(All, Plan,
                         ::testing::Values(Case{{false, false, false}, false, Step::kFetch},
                                           Case{{true, false, false}, false, Step::kHave},
                                           Case{{true, true, true}, false, Step::kHave},
                                           Case{{false, true, true}, false, Step::kAdopt},
                                           Case{{false, false, true}, false, Step::kLink},
                                           Case{{false, false, false, true}, false, Step::kShare},
                                           Case{{false, false, true, true}, false, Step::kLink},
                                           Case{{false, false, false, true}, true, Step::kFetch},
                                           Case{{true, true, true}, true, Step::kFetch}));

TEST(RemoteFile, KnowsItsDigestByItsEtag) {
  EXPECT_EQ((RemoteFile{"a", "", std::string(64, 'a'), 1}).algorithm(), digest::Algorithm::kSha256);
  EXPECT_EQ((RemoteFile{"a", "", std::string(40, 'a'), 1}).algorithm(), digest::Algorithm::kGitSha1);
  EXPECT_EQ((RemoteFile{"a", "", std::string(40, 'A'), 1}).algorithm(), digest::Algorithm::kNone);
  EXPECT_EQ((RemoteFile{"a", "", "5-multipart", 1}).algorithm(), digest::Algorithm::kNone);
}

}  // namespace
}  // namespace hfhub::client
