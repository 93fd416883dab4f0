#include "hub/errors.h"

#include <gtest/gtest.h>

namespace hfhub::hub {
namespace {

const RepoRef kRepo{RepoType::kModel, "ns/name"};
const About kAbout{&kRepo, "main", "a.txt"};

net::Response answer(int status, std::initializer_list<std::pair<const char*, const char*>> headers = {},
                     std::string body = "") {
  net::Response response;
  response.status = status;
  response.url = parse_url("https://hub.test/ns/name/resolve/main/a.txt?secret=1").value();
  for (const auto& [name, value] : headers) response.headers.add_received(name, value);
  response.body = std::move(body);
  return response;
}

struct Case {
  int status;
  const char* error_code;
  const char* error_message;
  Code expected;
};
class Meanings : public ::testing::TestWithParam<Case> {};
TEST_P(Meanings, FollowTheOrderOfTheRules) {
  const Case& c = GetParam();
  const Error error =
      error_of(answer(c.status, {{"X-Error-Code", c.error_code}, {"X-Error-Message", c.error_message}}), kAbout);
  EXPECT_EQ(error.code, c.expected) << error.message;
  EXPECT_EQ(error.http->http_status, c.status);
  EXPECT_EQ(error.http->url, "https://hub.test/ns/name/resolve/main/a.txt");
  EXPECT_EQ(error.message.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(All, Meanings,
                         ::testing::Values(Case{404, "RevisionNotFound", "", Code::kRevisionNotFound},
                                           Case{404, "EntryNotFound", "", Code::kEntryNotFound},
                                           Case{401, "GatedRepo", "", Code::kGated},
                                           Case{403, "GatedRepo", "", Code::kGated},
                                           Case{403, "", "Access to this resource is disabled.", Code::kDisabled},
                                           Case{404, "RepoNotFound", "", Code::kRepoNotFound},
                                           Case{401, "", "", Code::kRepoNotFound},
                                           Case{401, "", "Invalid credentials in Authorization header", Code::kAuth},
                                           Case{403, "", "", Code::kForbidden}, Case{404, "", "", Code::kHttp},
                                           Case{409, "", "", Code::kConflict}, Case{412, "", "", Code::kConflict},
                                           Case{416, "", "", Code::kHttp}, Case{429, "", "", Code::kRateLimited},
                                           Case{500, "", "", Code::kHttp}, Case{503, "", "", Code::kHttp}));

TEST(Errors, CarryWhatTheServerSaidOnce) {
  const Error error = error_of(answer(400, {{"X-Error-Message", "too big"}, {"X-Request-Id", "id-1"}},
                                      R"({"error": "too big", "errors": [{"message": "line 2"}]})"),
                               kAbout);
  EXPECT_EQ(error.http->server_message, "too big\nline 2");
  EXPECT_EQ(error.http->request_id, "id-1");
  EXPECT_NE(error.message.find("too big; line 2"), std::string::npos);
  EXPECT_NE(error.message.find("id-1"), std::string::npos);
}

TEST(Errors, AnHtmlBodyIsNoMessage) {
  EXPECT_EQ(error_of(answer(502, {{"Content-Type", "text/html"}}, "<html>oops</html>"), kAbout).http->server_message,
            "");
  EXPECT_EQ(error_of(answer(403, {}, "<?xml version='1.0'?><Error>Expired</Error>"), kAbout).http->server_message, "");
}

TEST(Errors, ControlCharactersOfTheServerAreShownNotSent) {
  const Error error = error_of(answer(400, {}, "evil\x1b[2Jtext"), kAbout);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
}

TEST(Errors, SayWhetherToTryAgainAndWhen) {
  EXPECT_TRUE(error_of(answer(503), kAbout).retriable);
  EXPECT_TRUE(error_of(answer(408), kAbout).retriable);
  EXPECT_FALSE(error_of(answer(404), kAbout).retriable);
  const Error limited = error_of(answer(429, {{"Retry-After", "7"}}), kAbout);
  EXPECT_TRUE(limited.retriable);
  EXPECT_GE(limited.http->retry_after_ms, 7000);
}

}  // namespace
}  // namespace hfhub::hub
