// Logging in and out: tokens, browser logins, their renewal, CI jobs' id tokens, git's helpers, and every refusal.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "support/disk.h"
#include "support/hub_test.h"

namespace fs = std::filesystem;

namespace hfhub::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOther[] = "hf_SecretOfBob0123456789abcdefghijkl";

class Auth : public HubTest {
 protected:
  void SetUp() override {
    admin_oauth(R"({"interval_s":1,"lifetime_s":900,"token_lifetime_s":2592000,"rotate":true,"refreshable":true,)"
                R"("complete_url":true,"auto_approve":"","ci_user":""})");
    add_token(kToken, "alice", "work");
  }
  void TearDown() override {
    for (const std::string& name : changed_) unsetenv(name.c_str());
    for (const std::string& line : log_lines()) {
      EXPECT_THAT(line, AllOf(Not(HasSubstr("hf_oauth_")), Not(HasSubstr("hf_refresh_")), Not(HasSubstr(kOther))));
    }
    HubTest::TearDown();
  }
  static void admin_oauth(const std::string& json) { hub().admin("POST", "oauth", json); }
  static void add_token(const std::string& token, const std::string& user, const std::string& name) {
    hub().admin("POST", "tokens",
                R"({"role":"write","orgs":["acme","lab"],"token":)" + json_string(token) + R"(,"user":)" +
                    json_string(user) + R"(,"name":)" + json_string(name) + "}");
  }
  void set_environment(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    changed_.insert(name);
  }
  // What a person at the page of the code does.
  static void decide(const std::string& user_code, const std::string& what) {
    hub().admin("POST", "oauth/devices", R"({"user_code":)" + json_string(user_code) + "," + what + "}");
  }
  std::string home(const std::string& name) const { return scratch_ / ("home/" + name); }
  void put(const std::string& name, const std::string& content) const {
    mkdir((scratch_ / "home").c_str(), 0700);
    std::ofstream(home(name), std::ios::binary) << content;
  }
  static uint32_t mode(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777u : 0;
  }
  size_t asked(const std::string& path) const {
    size_t count = 0;
    for (const Seen& request : seen()) count += request.path == path ? 1 : 0;
    return count;
  }
  Outcome log_in(Session& session, const std::string& token = kToken) { return finish(session.login(token)); }
  // Logs in with a browser; the token's life is what the local Hub gives.
  Outcome log_in_by_browser(Session& session) {
    admin_oauth(R"({"auto_approve":"alice"})");
    DeviceLogin login = session.device_login();
    EXPECT_TRUE(finish(login.request()).ok());
    const Outcome outcome = finish(login.finish());
    admin_oauth(R"({"auto_approve":""})");
    return outcome;
  }
  std::string token_of(Session& session) {
    const Outcome outcome = finish(session.token());
    EXPECT_TRUE(outcome.ok()) << outcome;
    return outcome.ok() ? outcome.json["token"].string() : "";
  }

  std::set<std::string> changed_;
};

// ---- with a token --------------------------------------------------------------------------------------------------

TEST_F(Auth, LoginStoresAndActivates) {
  Session session = this->session();
  EXPECT_FALSE(session.has_token());
  const Outcome outcome = log_in(session);
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["name"].string(), "work");
  EXPECT_EQ(outcome.json["user"].string(), "alice");
  EXPECT_EQ(outcome.json["role"].string(), "write");
  EXPECT_EQ(outcome.json["token_path"].string(), home("token"));
  EXPECT_EQ(outcome.json["stored_tokens_path"].string(), home("stored_tokens"));
  EXPECT_TRUE(outcome.json["expires_in"].is_null());
  EXPECT_TRUE(outcome.json["git_helpers"].is_null());
  EXPECT_TRUE(outcome.json["overridden_by"].is_null());
  EXPECT_FALSE(outcome.json["refreshable"].boolean(true));
  EXPECT_EQ(read_file(home("token")), kToken);
  EXPECT_EQ(read_file(home("stored_tokens")), std::string("[work]\nhf_token = ") + kToken + "\n\n");
  EXPECT_EQ(mode(home("token")), 0600u);
  EXPECT_EQ(mode(home("stored_tokens")), 0600u);
  EXPECT_EQ(mode(home("")), 0700u);
  EXPECT_TRUE(session.has_token());
  EXPECT_EQ(token_of(session), kToken);
}

TEST_F(Auth, ANewLoginReplacesItsNameAndKeepsTheOthers) {
  Session session = this->session();
  ASSERT_TRUE(log_in(session).ok());
  add_token(kOther, "bob", "na\xC3\xAFve [name]");
  ASSERT_TRUE(log_in(session, kOther).ok());
  EXPECT_EQ(read_file(home("token")), kOther);
  EXPECT_EQ(read_file(home("stored_tokens")),
            std::string("[na\xC3\xAFve [name]]\nhf_token = ") + kOther + "\n\n[work]\nhf_token = " + kToken + "\n\n");
}

TEST_F(Auth, RefusedBeforeAnythingHappens) {
  Session session = this->session();
  for (const char* bad : {"", "a b", "a\nb", "\xC3\xA9", "api_org_x"}) {
    const Refusal refusal = refusal_of([&](hfhub_error** err) {
      hfhub_op* op = nullptr;
      return hfhub_auth_login(session.get(), bad, 0, &op, err);
    });
    EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT) << bad;
  }
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Auth, ATokenTheHubDoesNotKnow) {
  Session session = this->session();
  const Outcome outcome = log_in(session, "hf_nobody");
  EXPECT_EQ(outcome.status, HFHUB_E_AUTH);
  EXPECT_EQ(outcome.http_status, 401);
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("Invalid user token."), Not(HasSubstr("hf_nobody"))));
  EXPECT_FALSE(fs::exists(home("token")));
  EXPECT_FALSE(fs::exists(home("stored_tokens")));
}

TEST_F(Auth, ANameThatTheFileCannotHold) {
  Session session = this->session();
  for (const char* name : {"DEFAULT", "two\nlines"}) {
    add_token(kOther, "bob", name);
    EXPECT_EQ(log_in(session, kOther).status, HFHUB_E_ARGUMENT) << name;
  }
  EXPECT_FALSE(fs::exists(home("token")));
}

TEST_F(Auth, AnAnswerThatMakesNoSense) {
  Session session = this->session();
  hub().fault(R"({"match":{"path":"/api/whoami-v2"},"action":{"body":"{not json"}})");
  EXPECT_EQ(log_in(session).status, HFHUB_E_PROTOCOL);
  hub().fault(R"({"match":{"path":"/api/whoami-v2"},"action":{"status":200,"body":"{}"}})");
  EXPECT_EQ(log_in(session).status, HFHUB_E_PROTOCOL);
  EXPECT_FALSE(fs::exists(home("token")));
}

TEST_F(Auth, WhatGoesBeforeTheFile) {
  set_environment("HF_TOKEN", kOther);
  Session session = this->session();
  add_token(kOther, "bob", "other");
  const Outcome outcome = log_in(session);
  EXPECT_EQ(outcome.json["overridden_by"].string(), "environment");
  EXPECT_EQ(token_of(session), kOther);
  EXPECT_EQ(finish(session.token()).json["source"].string(), "environment");
  Session own(options().token(kToken));
  EXPECT_EQ(token_of(own), kToken);
  EXPECT_EQ(finish(own.token()).json["source"].string(), "option");
}

// ---- logout, switch, list ------------------------------------------------------------------------------------------

class TwoTokens : public Auth {
 protected:
  void SetUp() override {
    Auth::SetUp();
    add_token(kOther, "bob", "other");
    Session session = this->session();
    ASSERT_TRUE(log_in(session).ok());
    ASSERT_TRUE(log_in(session, kOther).ok());
  }
};

TEST_F(TwoTokens, Switch) {
  Session session = this->session();
  const Outcome outcome = finish(session.switch_token("work"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(home("token")), kToken);
  EXPECT_EQ(token_of(session), kToken);
  const Outcome missing = finish(session.switch_token("nothing"));
  EXPECT_EQ(missing.status, HFHUB_E_ARGUMENT);
  EXPECT_EQ(missing.message, "Access token nothing not found in " + home("stored_tokens"));
  set_environment("HF_TOKEN", kToken);
  EXPECT_TRUE(finish(this->session().switch_token("work")).json["overridden_by"].is_null());
  EXPECT_EQ(finish(this->session().switch_token("other")).json["overridden_by"].string(), "environment");
}

TEST_F(TwoTokens, List) {
  Session session = this->session();
  const Outcome outcome = finish(session.stored_tokens());
  ASSERT_TRUE(outcome.ok()) << outcome;
  const Json tokens = outcome.json["tokens"];
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_EQ(tokens[0]["name"].string(), "other");
  EXPECT_EQ(tokens[0]["token"].string(), "hf_****ijkl");
  EXPECT_TRUE(tokens[0]["active"].boolean());
  EXPECT_FALSE(tokens[1]["active"].boolean(true));
  EXPECT_TRUE(tokens[1]["expires_at"].is_null());
  EXPECT_EQ(outcome.json["source"].string(), "file");
  EXPECT_THAT(outcome.json.text(), AllOf(Not(HasSubstr(kToken)), Not(HasSubstr(kOther))));
}

TEST_F(TwoTokens, LogoutOfOne) {
  Session session = this->session();
  Outcome outcome = finish(session.logout("work"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["removed"].size(), 1u);
  EXPECT_FALSE(outcome.json["active_removed"].boolean(true));
  EXPECT_EQ(read_file(home("token")), kOther);
  outcome = finish(session.logout("nothing"));
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(outcome.json["removed"].size(), 0u);
  outcome = finish(session.logout("other"));
  EXPECT_TRUE(outcome.json["active_removed"].boolean());
  EXPECT_FALSE(fs::exists(home("token")));
  EXPECT_EQ(read_file(home("stored_tokens")), "");
  EXPECT_FALSE(finish(session.logout()).json["was_logged_in"].boolean(true));
}

TEST_F(TwoTokens, LogoutOfAll) {
  set_environment("HF_TOKEN", kToken);
  Session session = this->session();
  const Outcome outcome = finish(session.logout());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["removed"].size(), 2u);
  EXPECT_TRUE(outcome.json["active_removed"].boolean());
  EXPECT_EQ(outcome.json["overridden_by"].string(), "environment");
  EXPECT_FALSE(fs::exists(home("token")));
  EXPECT_FALSE(fs::exists(home("stored_tokens")));
}

TEST_F(Auth, ADamagedFileCountsAsEmpty) {
  put("stored_tokens", "[a]\nhf_token = \xFF\n");
  Session session = this->session();
  EXPECT_TRUE(finish(session.stored_tokens()).json["damaged"].boolean());
  ASSERT_TRUE(log_in(session).ok());
  EXPECT_EQ(read_file(home("stored_tokens")), std::string("[work]\nhf_token = ") + kToken + "\n\n");
}

// ---- whoami --------------------------------------------------------------------------------------------------------

TEST_F(Auth, Whoami) {
  Session session(options().token(kToken));
  const Outcome outcome = finish(session.whoami());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["name"].string(), "alice");
  EXPECT_EQ(outcome.json["orgs"][1]["name"].string(), "lab");
  EXPECT_EQ(outcome.json["auth"]["accessToken"]["displayName"].string(), "work");
  add_token(kOther, "bob", "other");
  EXPECT_EQ(finish(session.whoami(kOther)).json["name"].string(), "bob");
}

TEST_F(Auth, WhoamiOfEveryKindOfToken) {
  hub().admin("POST", "tokens",
              R"({"token":"hf_fine","user":"bob","kind":"fineGrained","name":"ci",)"
              R"("fineGrained":{"canReadGatedRepos":true,"global":[],"scoped":[]}})");
  Session session = this->session();
  const Json fine = finish(session.whoami("hf_fine")).json;
  EXPECT_EQ(fine["auth"]["accessToken"]["role"].string(), "fineGrained");
  EXPECT_TRUE(fine["auth"]["accessToken"]["fineGrained"]["canReadGatedRepos"].boolean());
  hub().admin("POST", "tokens", R"({"token":"hf_web","user":"bob","kind":"oauth"})");
  const Json web = finish(session.whoami("hf_web")).json;
  EXPECT_EQ(web["auth"]["type"].string(), "oauth");
  EXPECT_TRUE(web["auth"]["accessToken"].missing());
  EXPECT_EQ(finish(session.login("hf_web")).json["name"].string(), "oauth-bob");
}

TEST_F(Auth, WhoamiIsRememberedWhenAskedTo) {
  Session session(options().token(kToken));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(finish(session.whoami(std::nullopt, true)).ok());
  EXPECT_EQ(asked("/api/whoami-v2"), 1u);
  EXPECT_TRUE(finish(session.whoami()).ok());
  EXPECT_EQ(asked("/api/whoami-v2"), 2u);
}

TEST_F(Auth, WhoamiSaysWhereABadTokenCameFrom) {
  EXPECT_EQ(finish(session().whoami()).status, HFHUB_E_AUTH);
  EXPECT_EQ(request_count(), 0u);
  put("token", "hf_stale");
  EXPECT_THAT(finish(session().whoami()).message, HasSubstr("hf auth login --force"));
  EXPECT_THAT(finish(session().whoami("hf_stale")).message, HasSubstr("The token stored is invalid"));
  set_environment("HF_TOKEN", "hf_wrong");
  EXPECT_THAT(finish(session().whoami()).message, HasSubstr("HF_TOKEN environment variable is invalid"));
}

TEST_F(Auth, WhoamiOverTheLimitEndsAtOnce) {
  hub().fault(
      R"({"match":{"path":"/api/whoami-v2"},"times":0,"action":{"status":429,"headers":{"Retry-After":"60"}}})");
  const Outcome outcome = finish(session().whoami(kToken), Milliseconds(3000));
  EXPECT_EQ(outcome.status, HFHUB_E_RATE_LIMITED);
  EXPECT_GE(outcome.retry_after_ms, 60'000);
  EXPECT_THAT(outcome.message, HasSubstr("rate limit for the /whoami-v2"));
}

// ---- with a browser ------------------------------------------------------------------------------------------------

TEST_F(Auth, BrowserLogin) {
  Session session = this->session();
  DeviceLogin login = session.device_login();
  EXPECT_EQ(login.url(), "");
  EXPECT_EQ(login.user_code(), "");
  const Outcome code = finish(login.request());
  ASSERT_TRUE(code.ok()) << code;
  EXPECT_EQ(login.user_code(), code.json["user_code"].string());
  EXPECT_EQ(login.url(), hub().endpoint() + "/oauth/device?user_code=" + login.user_code());
  EXPECT_EQ(code.json["verification_uri"].string(), hub().endpoint() + "/oauth/device");
  EXPECT_EQ(code.json["interval_ms"].integer(), 1000);
  EXPECT_EQ(code.json["expires_in"].integer(), 900);
  Op op = login.finish();
  EXPECT_FALSE(op.wait_for(Milliseconds(500)));
  EXPECT_EQ(login.pending_count(), 1u);
  decide(login.user_code(), R"("approve":"carol")");
  const Outcome outcome = finish(op);
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["name"].string(), "oauth-carol");
  EXPECT_TRUE(outcome.json["role"].is_null());
  EXPECT_TRUE(outcome.json["refreshable"].boolean());
  EXPECT_EQ(outcome.json["expires_in"].integer(), 2592000);
  const std::string stored = read_file(home("stored_tokens"));
  EXPECT_THAT(stored, AllOf(HasSubstr("[oauth-carol]\nhf_token = hf_oauth_"),
                            HasSubstr("\nrefresh_token = hf_refresh_"), HasSubstr("\nexpires_at = ")));
  EXPECT_EQ(finish(session.whoami()).json["name"].string(), "carol");
}

TEST_F(Auth, BrowserLoginRefusals) {
  admin_oauth(R"({"complete_url":false,"interval_s":0})");
  Session session = this->session();
  for (const auto& [decision, hub_code, message] :
       {std::tuple(R"("deny":true)", "access_denied", "Authorization was denied. Please try again."),
        std::tuple(R"("expire":true)", "expired_token", "Device code expired. Please try again.")}) {
    DeviceLogin login = session.device_login();
    ASSERT_TRUE(finish(login.request()).ok());
    EXPECT_EQ(login.url(), hub().endpoint() + "/oauth/device");
    decide(login.user_code(), decision);
    const Outcome outcome = finish(login.finish());
    EXPECT_EQ(outcome.status, HFHUB_E_AUTH);
    EXPECT_EQ(outcome.hub_code, hub_code);
    EXPECT_EQ(outcome.message, message);
    EXPECT_EQ(outcome.http_status, 400);
  }
  EXPECT_FALSE(fs::exists(home("token")));
}

TEST_F(Auth, ACodeThatNobodyEnters) {
  admin_oauth(R"({"lifetime_s":1})");
  Session session = this->session();
  DeviceLogin login = session.device_login();
  ASSERT_TRUE(finish(login.request()).ok());
  hub().fault(R"({"match":{"path":"/oauth/token"},"times":0,"action":{"status":503}})");
  const Outcome outcome = finish(login.finish(), Milliseconds(5000));
  EXPECT_EQ(outcome.status, HFHUB_E_AUTH);
  EXPECT_EQ(outcome.hub_code, "expired_token");
  EXPECT_EQ(outcome.message, "Device code expired (timeout). Please try again.");
}

TEST_F(Auth, SlowDownMakesTheIntervalLonger) {
  Session session = this->session();
  DeviceLogin login = session.device_login();
  ASSERT_TRUE(finish(login.request()).ok());
  decide(login.user_code(), R"("slow_down":1)");
  decide(login.user_code(), R"("approve":"alice")");
  const Outcome outcome = finish(login.finish());
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_GE(outcome.elapsed_ms, 5900);  // one second, and five more
  EXPECT_EQ(asked("/oauth/token"), 2u);
  EXPECT_EQ(login.pending_count(), 0u);
}

TEST_F(Auth, TroubleOnTheWayIsNothingWhileWaiting) {
  admin_oauth(R"({"interval_s":0})");
  Session session = this->session();
  DeviceLogin login = session.device_login();
  ASSERT_TRUE(finish(login.request()).ok());
  decide(login.user_code(), R"("approve":"alice")");
  hub().fault(R"([{"match":{"path":"/oauth/token"},"action":{"status":502,"body":"<html>"}},
                  {"match":{"path":"/oauth/token"},"action":{"status":200,"body":"<html>"}},
                  {"match":{"path":"/oauth/token"},"action":{"status":429,"body":"{}"}},
                  {"match":{"path":"/oauth/token"},"action":{"redirect":"http://127.0.0.1:9/x"}}])");
  const Outcome outcome = finish(login.finish());
  EXPECT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(asked("/oauth/token"), 5u);
}

TEST_F(Auth, AnUnknownOAuthErrorEndsTheWait) {
  Session session = this->session();
  DeviceLogin login = session.device_login();
  ASSERT_TRUE(finish(login.request()).ok());
  hub().fault(R"({"match":{"path":"/oauth/token"},"action":{"status":400,)"
              R"("body":"{\"error\":\"server_sad\",\"error_description\":\"why\"}"}})");
  const Outcome outcome = finish(login.finish());
  EXPECT_EQ(outcome.status, HFHUB_E_AUTH);
  EXPECT_EQ(outcome.hub_code, "server_sad");
  EXPECT_EQ(outcome.message, "OAuth error: server_sad - why");
}

TEST_F(Auth, CancelledAndTakenUpAgain) {
  Session session = this->session();
  DeviceLogin login = session.device_login();
  ASSERT_TRUE(finish(login.request()).ok());
  Op op = login.finish();
  EXPECT_FALSE(op.wait_for(Milliseconds(300)));
  op.cancel();
  const Outcome cancelled = finish(op, Milliseconds(2000));
  EXPECT_EQ(cancelled.status, HFHUB_E_CANCELLED);
  EXPECT_FALSE(fs::exists(home("token")));
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));  // or the Hub asks for more patience
  decide(login.user_code(), R"("approve":"alice")");
  EXPECT_TRUE(finish(login.finish()).ok());
}

TEST_F(Auth, StatesOfABrowserLogin) {
  admin_oauth(R"({"auto_approve":"alice"})");
  Session session = this->session();
  DeviceLogin login = session.device_login();
  const auto finish_status = [&] {
    return refusal_of([&](hfhub_error** err) {
             hfhub_op* op = nullptr;
             return hfhub_device_login_finish(login.get(), &op, err);
           })
        .status;
  };
  EXPECT_EQ(finish_status(), HFHUB_E_STATE);
  hub().fault(R"({"match":{"path":"/oauth/device"},"action":{"status":500}})");
  EXPECT_EQ(finish(login.request()).status, HFHUB_E_HTTP);
  EXPECT_EQ(login.user_code(), "");
  hub().fault(R"({"match":{"path":"/oauth/device"},"action":{"status":200,"body":"{\"device_code\":\"x\"}"}})");
  EXPECT_EQ(finish(login.request()).status, HFHUB_E_PROTOCOL);
  ASSERT_TRUE(finish(login.request()).ok());
  EXPECT_EQ(refusal_of([&](hfhub_error** err) {
              hfhub_op* op = nullptr;
              return hfhub_device_login_request(login.get(), &op, err);
            }).status,
            HFHUB_E_STATE);
  ASSERT_TRUE(finish(login.finish()).ok());
  EXPECT_EQ(finish_status(), HFHUB_E_STATE);
}

TEST_F(Auth, TheLoginMayBeLetGoWhileItRuns) {
  Session session = this->session();
  std::optional<DeviceLogin> login(session.device_login());
  ASSERT_TRUE(finish(login->request()).ok());
  const std::string code = login->user_code();
  Op op = login->finish();
  login.reset();
  decide(code, R"("approve":"alice")");
  EXPECT_TRUE(finish(op).ok());
}

// ---- renewal -------------------------------------------------------------------------------------------------------

TEST_F(Auth, ATokenNearItsEndIsRenewed) {
  admin_oauth(R"({"token_lifetime_s":3600})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  const std::string old = read_file(home("token"));
  admin_oauth(R"({"token_lifetime_s":2592000})");
  Session session = this->session();
  const std::string fresh = token_of(session);
  EXPECT_NE(fresh, old);
  EXPECT_EQ(read_file(home("token")), fresh);
  EXPECT_THAT(read_file(home("stored_tokens")), HasSubstr("hf_token = " + fresh + "\nrefresh_token = hf_refresh_"));
  EXPECT_EQ(mode(home("stored_tokens")), 0600u);
  EXPECT_EQ(finish(session.whoami()).json["name"].string(), "alice");
  forget_requests();
  EXPECT_EQ(token_of(session), fresh);
  EXPECT_EQ(token_of(first = this->session()), fresh);
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Auth, TheRefreshTokenStaysWhenTheHubGivesNone) {
  admin_oauth(R"({"token_lifetime_s":3600,"rotate":false})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  const auto refresh_token = [&] {
    const std::string text = read_file(home("stored_tokens"));
    return text.substr(text.find("refresh_token"), 60);
  };
  const std::string before = refresh_token();
  const std::string old = read_file(home("token"));
  EXPECT_NE(token_of(first = session()), old);
  EXPECT_EQ(refresh_token(), before);
}

TEST_F(Auth, ManyWhoNeedItRenewOnce) {
  admin_oauth(R"({"token_lifetime_s":3600})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  admin_oauth(R"({"token_lifetime_s":2592000})");
  forget_requests();
  std::vector<Session> sessions;
  std::vector<Op> ops;
  for (int i = 0; i < 4; ++i) {
    sessions.emplace_back(options());
    for (int j = 0; j < 4; ++j) ops.push_back(sessions.back().token());
  }
  std::set<std::string> tokens;
  for (Op& op : ops) tokens.insert(finish(op).json["token"].string());
  EXPECT_EQ(tokens.size(), 1u);
  EXPECT_EQ(asked("/oauth/token"), 1u);
}

// Whoever renews writes the token file first, and the stored tokens then.
TEST_F(Auth, BetweenTheTwoWritesOfARenewalTheNewTokenIsUsed) {
  admin_oauth(R"({"token_lifetime_s":3600})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  write_file(home("token"), "hf_renewed_by_another");
  forget_requests();
  Session session = this->session();
  EXPECT_EQ(token_of(session), "hf_renewed_by_another");
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Auth, ARevokedSessionIsAskedForOnce) {
  admin_oauth(R"({"token_lifetime_s":3600})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  hub().admin("POST", "oauth/revoke", R"({"user":"alice"})");
  forget_requests();
  Session session = this->session();
  const std::string old = read_file(home("token"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(token_of(session), old);
  EXPECT_EQ(asked("/oauth/token"), 1u);
  size_t warnings = 0;
  for (const std::string& line : log_lines()) warnings += line.find("log in again") != std::string::npos ? 1 : 0;
  EXPECT_EQ(warnings, 1u);
}

TEST_F(Auth, WithoutTheHubTheTokenIsUsedAsItIs) {
  admin_oauth(R"({"token_lifetime_s":3600})");
  Session first = session();
  ASSERT_TRUE(log_in_by_browser(first).ok());
  const std::string old = read_file(home("token"));
  hub().fault(R"({"match":{"path":"/oauth/token"},"times":0,"action":{"status":503}})");
  Session session = this->session();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(token_of(session), old);
  EXPECT_EQ(hub().fault_hits(), 1);
  forget_requests();
  Session offline(options().offline(true));
  EXPECT_EQ(token_of(offline), old);
  EXPECT_EQ(request_count(), 0u);
}

// ---- a CI job's id token -------------------------------------------------------------------------------------------

TEST_F(Auth, AGivenIdTokenIsTraded) {
  admin_oauth(R"({"id_tokens":{"id.of.ci":"robot"}})");
  set_environment("HF_OIDC_RESOURCE", "acme/bert");
  set_environment("HF_OIDC_ID_TOKEN", "id.of.ci");
  set_environment("HF_TOKEN", kToken);
  Session session = this->session();
  EXPECT_TRUE(session.has_token());
  const Outcome token = finish(session.token());
  ASSERT_TRUE(token.ok()) << token;
  EXPECT_EQ(token.json["source"].string(), "oidc");
  EXPECT_EQ(finish(session.whoami()).json["name"].string(), "robot");
  EXPECT_EQ(asked("/oauth/token"), 1u);
  EXPECT_EQ(finish(session.logout()).json["overridden_by"].string(), "oidc");
}

TEST_F(Auth, GitHubActionsGivesOne) {
  admin_oauth(R"({"ci_user":"robot","exchange_lifetime_s":100})");
  set_environment("HF_OIDC_RESOURCE", "acme/bert");
  Session outside = session();
  const Outcome nowhere = finish(outside.token());
  EXPECT_EQ(nowhere.status, HFHUB_E_AUTH);
  EXPECT_THAT(nowhere.message, HasSubstr("HF_OIDC_ID_TOKEN"));
  set_environment("GITHUB_ACTIONS", "true");
  EXPECT_THAT(finish(session().token()).message, HasSubstr("id-token: write"));
  set_environment("ACTIONS_ID_TOKEN_REQUEST_URL", hub().endpoint() + "/oauth/id-token?api-version=2.0");
  set_environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-secret");
  Session session = this->session();
  EXPECT_EQ(finish(session.whoami()).json["name"].string(), "robot");
  EXPECT_EQ(finish(session.whoami()).json["name"].string(), "robot");
  EXPECT_EQ(asked("/oauth/id-token"), 2u);  // its token lives shorter than the margin
}

TEST_F(Auth, AnIdTokenThatIsNotTrusted) {
  set_environment("HF_OIDC_RESOURCE", "acme/bert");
  set_environment("HF_OIDC_ID_TOKEN", "id.of.nobody");
  const Outcome outcome = finish(session().token());
  EXPECT_EQ(outcome.status, HFHUB_E_AUTH);
  EXPECT_EQ(outcome.hub_code, "invalid_grant");
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("OIDC exchange failed"), Not(HasSubstr("id.of.nobody"))));
}

// ---- git -----------------------------------------------------------------------------------------------------------

TEST_F(Auth, GitsHelpersAreToldAndForget) {
  set_environment("GIT_CONFIG_GLOBAL", scratch_ / "gitconfig");
  set_environment("GIT_CONFIG_NOSYSTEM", "1");
  Session session = this->session();
  Outcome outcome = finish(session.login(kToken, true));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["git_helpers"].size(), 0u);
  EXPECT_FALSE(outcome.json["git_helpers"].is_null());
  std::ofstream(scratch_ / "gitconfig") << "[credential]\n\thelper = store --file " << (scratch_ / "credentials")
                                        << "\n";
  outcome = finish(session.login(kToken, true));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(outcome.json["git_helpers"][0].string(), "store");
  std::string expected = hub().endpoint();
  expected.insert(7, std::string("hf_user:") + kToken + "@");
  const size_t port = expected.rfind(':');
  EXPECT_EQ(read_file(scratch_ / "credentials"), expected.replace(port, 1, "%3a") + "\n");
  ASSERT_TRUE(finish(session.logout("", true)).ok());
  EXPECT_EQ(read_file(scratch_ / "credentials"), "");
}

TEST_F(Auth, WithoutGit) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", scratch_.path().c_str(), 1);
  Session session = this->session();
  const Outcome in = finish(session.login(kToken, true));
  const Outcome out = finish(session.logout("", true));
  setenv("PATH", path.c_str(), 1);
  EXPECT_TRUE(in.ok()) << in;
  EXPECT_EQ(in.json["git_helpers"].size(), 0u);
  EXPECT_TRUE(out.ok()) << out;
}

}  // namespace
}  // namespace hfhub::test
