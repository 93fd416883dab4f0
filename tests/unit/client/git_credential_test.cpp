#include "client/git_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hfhub::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(GitHelpers, FromTheConfiguration) {
  EXPECT_THAT(parse_git_helpers("user.name=x\ncredential.helper=store\ncredential.helper=cache --timeout 30\n"
                                "CREDENTIAL.HELPER = /usr/bin/own\ncredential.helper=store\n"),
              ElementsAre("/usr/bin/own", "cache", "store"));
}

TEST(GitHelpers, NotThoseOfOneAddressNorShellCommands) {
  EXPECT_THAT(parse_git_helpers("credential.https://huggingface.co.helper=store\ncredential.helper=\n"
                                "credential.helper=!f() { echo; }\ncredential.helper=osx.keychain\n"),
              IsEmpty());
  EXPECT_THAT(parse_git_helpers(""), IsEmpty());
}

}  // namespace
}  // namespace hfhub::client
