// Every refusal of the Hub as an error object: status, HTTP status, code, request id, server message, URL, repository.
#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Errors : public HubTest {
 protected:
  void SetUp() override {
    hub().add_token(kToken, "alice");
    commit_ = hub().commit(repo(), {{"a.txt", "a"}});
  }
  Session anonymous() { return session(); }
  Session signed_in() { return Session(options().token(kToken)); }

  void expect_about(const Outcome& outcome, hfhub_status status, int http_status, const std::string& hub_code) {
    EXPECT_EQ(outcome.status, status) << outcome;
    EXPECT_EQ(outcome.http_status, http_status) << outcome;
    EXPECT_EQ(outcome.hub_code, hub_code);
    EXPECT_FALSE(outcome.request_id.empty()) << outcome;
    EXPECT_THAT(outcome.url, HasSubstr(hub().endpoint()));
    EXPECT_THAT(outcome.url, Not(HasSubstr("?")));
    EXPECT_EQ(outcome.retry_after_ms, -1);
    EXPECT_EQ(outcome.retriable, http_status >= 500);
  }
  std::string commit_;
};

TEST_F(Errors, NoSuchRepository) {
  for (const bool known : {false, true}) {
    Session session = known ? signed_in() : anonymous();
    const std::string missing = repo_id() + "-missing";
    for (const Outcome& outcome :
         {finish(session.download_file(missing, "a.txt")), finish(session.download_snapshot(missing))}) {
      expect_about(outcome, HFHUB_E_REPO_NOT_FOUND, known ? 404 : 401, "RepoNotFound");
      EXPECT_EQ(outcome.repo_id, missing);
      EXPECT_EQ(outcome.repo_type, "model");
      EXPECT_THAT(outcome.message, HasSubstr(missing));
    }
  }
}

TEST_F(Errors, NoSuchRevision) {
  Session session = anonymous();
  DownloadOptions options;
  options.revision("no-such-branch");
  for (const Outcome& outcome : {finish(session.download_file(repo_id(), "a.txt", options)),
                                 finish(session.download_snapshot(repo_id(), options))}) {
    expect_about(outcome, HFHUB_E_REVISION_NOT_FOUND, 404, "RevisionNotFound");
    EXPECT_EQ(outcome.repo_id, repo_id());
    EXPECT_THAT(outcome.message, HasSubstr("no-such-branch"));
  }
}

TEST_F(Errors, NoSuchFile) {
  Session session = anonymous();
  const Outcome outcome = finish(session.download_file(repo_id(), "no/such.file"));
  expect_about(outcome, HFHUB_E_ENTRY_NOT_FOUND, 404, "EntryNotFound");
  EXPECT_THAT(outcome.message, HasSubstr("no/such.file"));
  EXPECT_THAT(outcome.message, HasSubstr(repo_id()));
}

TEST_F(Errors, Gated) {
  hub().set_repo(repo(), R"({"gated":"manual"})");
  expect_about(finish(anonymous().download_file(repo_id(), "a.txt")), HFHUB_E_GATED, 401, "GatedRepo");
  Session session = signed_in();
  expect_about(finish(session.download_file(repo_id(), "a.txt")), HFHUB_E_GATED, 403, "GatedRepo");
  expect_about(finish(session.download_snapshot(repo_id())), HFHUB_E_GATED, 403, "GatedRepo");
  hub().set_repo(repo(), R"({"allowed_users":["alice"]})");
  EXPECT_TRUE(finish(session.download_snapshot(repo_id())).ok());
}

TEST_F(Errors, PrivateAndNotYours) {
  hub().set_repo(repo(), R"({"private":true})");
  expect_about(finish(anonymous().download_file(repo_id(), "a.txt")), HFHUB_E_REPO_NOT_FOUND, 401, "RepoNotFound");
  expect_about(finish(signed_in().download_file(repo_id(), "a.txt")), HFHUB_E_REPO_NOT_FOUND, 404, "RepoNotFound");
}

TEST_F(Errors, ABadToken) {
  Session session(options().token("hf_nobody_knows_this_one"));
  for (const Outcome& outcome : {finish(session.download_file(repo_id(), "a.txt")), finish(session.call("whoami"))}) {
    expect_about(outcome, HFHUB_E_AUTH, 401, "");
    EXPECT_THAT(outcome.server_message, HasSubstr("Invalid"));
    EXPECT_THAT(outcome.message, HasSubstr("Invalid"));
    EXPECT_THAT(outcome.message, Not(HasSubstr("hf_nobody")));
  }
}

TEST_F(Errors, Disabled) {
  hub().set_repo(repo(), R"({"disabled":true})");
  Session session = signed_in();
  expect_about(finish(session.download_file(repo_id(), "a.txt")), HFHUB_E_DISABLED, 403, "");
  hub().set_repo(repo(), R"({"disabled":false})");
}

TEST_F(Errors, Forbidden) {
  hub().fault(R"({"times":0,"action":{"status":403,"headers":{"X-Error-Message":"your token lacks a scope"}}})");
  const Outcome outcome = finish(signed_in().download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_FORBIDDEN) << outcome;
  EXPECT_EQ(outcome.server_message, "your token lacks a scope");
  EXPECT_THAT(outcome.message, HasSubstr("your token lacks a scope"));
  EXPECT_FALSE(outcome.retriable);
}

TEST_F(Errors, RateLimited) {
  hub().fault(
      R"({"times":0,"action":{"status":429,"headers":{"Retry-After":"900"},"body":"{\"error\":\"slow down\"}"}})");
  const Outcome outcome = finish(signed_in().call("models.list"));
  EXPECT_EQ(outcome.status, HFHUB_E_RATE_LIMITED) << outcome;
  EXPECT_EQ(outcome.http_status, 429);
  EXPECT_EQ(outcome.retry_after_ms, 901'000);
  EXPECT_TRUE(outcome.retriable);
  EXPECT_EQ(outcome.server_message, "slow down");
}

TEST_F(Errors, ServerErrors) {
  for (const int status : {500, 502, 503, 504, 599}) {
    hub().clear_faults();
    hub().fault(R"({"times":0,"action":{"headers":{"X-Request-Id":"req-7"},"status":)" + std::to_string(status) + "}}");
    const Outcome outcome = finish(anonymous().call("models.info", R"({"repo_id":")" + repo_id() + R"("})"));
    EXPECT_EQ(outcome.status, HFHUB_E_HTTP) << outcome;
    EXPECT_EQ(outcome.http_status, status);
    EXPECT_EQ(outcome.request_id, "req-7");
    EXPECT_TRUE(outcome.retriable);
    EXPECT_THAT(outcome.message, HasSubstr("req-7"));
  }
}

TEST_F(Errors, OtherStatuses) {
  struct Row {
    int http;
    hfhub_status status;
  };
  for (const Row& row : {Row{400, HFHUB_E_HTTP}, Row{404, HFHUB_E_HTTP}, Row{409, HFHUB_E_CONFLICT},
                         Row{412, HFHUB_E_CONFLICT}, Row{418, HFHUB_E_HTTP}}) {
    hub().clear_faults();
    hub().fault(R"({"times":0,"action":{"body":"plain words","status":)" + std::to_string(row.http) + "}}");
    const Outcome outcome = finish(anonymous().call("models.info", R"({"repo_id":")" + repo_id() + R"("})"));
    EXPECT_EQ(outcome.status, row.status) << row.http << ": " << outcome;
    EXPECT_EQ(outcome.http_status, row.http);
    EXPECT_EQ(outcome.server_message, "plain words");
    EXPECT_FALSE(outcome.retriable);
  }
}

// What a server says may be meant to be shown in a terminal, or to grow without end.
TEST_F(Errors, ServerTextIsTamed) {
  std::string body;
  for (int i = 0; i < 2000; ++i) body += "\\u001b[31mred\\r\\n";
  hub().fault(R"({"times":0,"action":{"status":400,"body":"{\"error\":\")" + body + R"(\"}"}})");
  const Outcome outcome = finish(anonymous().call("models.list"));
  EXPECT_EQ(outcome.message.find_first_of("\x1b\r\n"), std::string::npos) << outcome;
  EXPECT_LT(outcome.message.size(), 4000u);
}

TEST_F(Errors, OnlyFromDisk) {
  for (const bool offline : {false, true}) {
    Session session(options().offline(offline));
    DownloadOptions options;
    if (!offline) options.local_files_only();
    for (const Outcome& outcome : {finish(session.download_file(repo_id(), "a.txt", options)),
                                   finish(session.download_snapshot(repo_id(), options))}) {
      EXPECT_EQ(outcome.status, HFHUB_E_NOT_CACHED) << outcome;
      EXPECT_THAT(outcome.message, HasSubstr(repo_id()));
      EXPECT_EQ(outcome.http_status, 0);
    }
    if (offline) {
      EXPECT_EQ(finish(session.call("models.list")).status, HFHUB_E_OFFLINE);
      EXPECT_EQ(finish(session.file_metadata(repo_id(), "a.txt")).status, HFHUB_E_OFFLINE);
    }
  }
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Errors, AnErrorObjectIsFreshEachTime) {
  Session session = anonymous();
  Op op = session.download_file(repo_id(), "missing");
  hfhub_error *first = nullptr, *second = nullptr;
  EXPECT_EQ(hfhub_op_wait(op.get(), -1, &first), HFHUB_E_ENTRY_NOT_FOUND);
  EXPECT_EQ(hfhub_op_wait(op.get(), -1, &second), HFHUB_E_ENTRY_NOT_FOUND);
  ASSERT_NE(first, second);
  hfhub_error_free(first);
  EXPECT_THAT(hfhub_error_get_message(second), HasSubstr("missing"));
  hfhub_error_free(second);
  EXPECT_EQ(hfhub_op_get_path(op.get()), nullptr);
  hfhub_json* json = nullptr;
  EXPECT_LT(hfhub_op_get_json(op.get(), &json, nullptr), 0);
  EXPECT_EQ(json, nullptr);
}

TEST_F(Errors, NullErrorsAreEmpty) {
  EXPECT_EQ(hfhub_error_get_status(nullptr), HFHUB_OK);
  for (const auto getter :
       {hfhub_error_get_message, hfhub_error_get_hub_code, hfhub_error_get_request_id, hfhub_error_get_server_message,
        hfhub_error_get_url, hfhub_error_get_repo_type, hfhub_error_get_repo_id, hfhub_error_get_path}) {
    EXPECT_STREQ(getter(nullptr), "");
  }
  EXPECT_EQ(hfhub_error_get_http_status(nullptr), 0);
  EXPECT_EQ(hfhub_error_get_retry_after_ms(nullptr), -1);
  EXPECT_EQ(hfhub_error_is_retriable(nullptr), 0);
}

}  // namespace
}  // namespace hfhub::test
