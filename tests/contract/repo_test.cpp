// Repositories, branches and tags through the public API: what is made is there, and every refusal says which it was.
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

constexpr char kReader[] = "hf_reader";
constexpr char kStranger[] = "hf_stranger";

class Repos : public HubTest {
 protected:
  void SetUp() override {
    hub().admin("POST", "tokens",
                R"({"token":")" + std::string(kToken) + R"(","user":"alice","role":"write","orgs":["test","acme"]})");
    hub().admin("POST", "tokens", R"({"token":"hf_reader","user":"alice","role":"read","orgs":["test"]})");
    hub().admin("POST", "tokens", R"({"token":"hf_stranger","user":"bob","role":"write"})");
  }
  Session as(const std::string& token) { return Session(options().token(token)); }
  Session owner() { return as(kToken); }
  std::string page(const std::string& path) { return hub().endpoint() + "/" + path; }

  void expect_refused(const Outcome& outcome, hfhub_status status, int http_status) {
    EXPECT_EQ(outcome.status, status) << outcome;
    EXPECT_EQ(outcome.http_status, http_status) << outcome;
    EXPECT_FALSE(outcome.request_id.empty());
  }
  void create(const std::string& id, const RepoOptions& wish = {}) {
    const Outcome made = finish(owner().repo_create(id, wish));
    ASSERT_TRUE(made.ok()) << made;
  }
  Json info(const std::string& type, const std::string& id, const std::string& more = "") {
    return finish(owner().call(type + "s.info", R"({"repo_id":")" + id + "\"" + more + "}")).json;
  }
  std::vector<std::string> refs(const std::string& kind) {
    const Json list = finish(owner().repo_refs(repo_id())).json[kind];
    std::vector<std::string> names;
    for (size_t i = 0; i < list.size(); ++i) names.push_back(list[i]["name"].string());
    return names;
  }
};

// ---- create --------------------------------------------------------------------------------------------------------

TEST_F(Repos, CreatesEachType) {
  for (const char* type : {"model", "dataset", "space", "kernel"}) {
    RepoOptions wish;
    wish.repo_type(type);
    if (std::string(type) == "space") wish.space_sdk("gradio");
    const Outcome made = finish(owner().repo_create(repo_id(), wish));
    ASSERT_TRUE(made.ok()) << made;
    const std::string prefix = std::string(type) == "model" ? "" : std::string(type) + "s/";
    EXPECT_EQ(made.json["url"].string(), page(prefix + repo_id()));
    EXPECT_EQ(made.json["repo_id"].string(), repo_id());
    EXPECT_EQ(made.json["repo_type"].string(), type);
    EXPECT_TRUE(made.json["created"].boolean());
    EXPECT_FALSE(info(type, repo_id())["private"].boolean(true));
  }
  EXPECT_EQ(info("space", repo_id())["sdk"].string(), "gradio");
}

TEST_F(Repos, ANameWithoutNamespaceIsYours) {
  const std::string name = repo_id().substr(5);
  const Outcome made = finish(owner().repo_create(name));
  EXPECT_EQ(made.json["repo_id"].string(), "alice/" + name);
  RepoOptions again;
  const Outcome twice = finish(owner().repo_create(name, again.exist_ok()));
  EXPECT_EQ(twice.json["repo_id"].string(), "alice/" + name) << twice;
  EXPECT_FALSE(twice.json["created"].boolean(true));
}

TEST_F(Repos, CarriesWhatWasSaidOfASpace) {
  RepoOptions wish;
  wish.repo_type("space").space_sdk("docker").set_private().space_hardware("t4-small").resource_group("group7");
  wish.space_sleep_time(std::chrono::seconds(600)).space_secret("KEY", "value").space_variable("THEME", "dark");
  wish.space_volume("hf://acme/bert:/models").region("eu");
  create(repo_id(), wish);
  const Json full = info("space", repo_id());
  EXPECT_TRUE(full["private"].boolean());
  EXPECT_EQ(full["runtime"]["hardware"]["requested"].string(), "t4-small");
  const Json group = info("space", repo_id(), R"(,"expand":["resourceGroup","region"])");
  EXPECT_EQ(group["resourceGroup"]["id"].string(), "group7");
  EXPECT_EQ(group["region"].string(), "eu");
}

TEST_F(Repos, StartsASpaceFromATemplate) {
  RepoOptions wish;
  create(repo_id(), wish.repo_type("space").space_template("jupyterlab"));
  EXPECT_EQ(info("space", repo_id())["sdk"].string(), "docker");
  EXPECT_TRUE(info("space", repo_id())["private"].boolean()) << "the template prefers it";
  RepoOptions wrong;
  Outcome refused = finish(owner().repo_create(repo_id(), wrong.repo_type("space").space_template("nothing")));
  EXPECT_EQ(refused.status, HFHUB_E_ARGUMENT) << refused;
  EXPECT_THAT(refused.message, HasSubstr("JupyterLab, chatbot"));
  refused = finish(owner().repo_create(repo_id(), wrong.space_template("chatbot").space_sdk("docker")));
  EXPECT_EQ(refused.status, HFHUB_E_ARGUMENT) << refused;
}

TEST_F(Repos, ExistsAlready) {
  create(repo_id());
  const Outcome again = finish(owner().repo_create(repo_id()));
  expect_refused(again, HFHUB_E_CONFLICT, 409);
  EXPECT_THAT(again.message, HasSubstr("You already created this model repo"));
  RepoOptions fine;
  fine.exist_ok();
  // One that may not make it is told the same; a stranger's private repository stays unknown.
  for (const std::string token : {kToken, kReader, kStranger}) {
    const Outcome there = finish(as(token).repo_create(repo_id(), fine));
    EXPECT_TRUE(there.ok()) << there;
    EXPECT_FALSE(there.json["created"].boolean(true));
    EXPECT_EQ(there.json["url"].string(), page(repo_id()));
  }
  EXPECT_TRUE(finish(as("").repo_create(repo_id(), fine)).ok());
  expect_refused(finish(as(kStranger).repo_create(repo_id() + "-other", fine)), HFHUB_E_FORBIDDEN, 403);
}

TEST_F(Repos, MayNotBeMade) {
  expect_refused(finish(as("").repo_create(repo_id())), HFHUB_E_AUTH, 401);
  expect_refused(finish(as(kReader).repo_create(repo_id())), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(as(kStranger).repo_create(repo_id())), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(as("hf_nobody").repo_create(repo_id())), HFHUB_E_AUTH, 401);
  RepoOptions token;
  EXPECT_TRUE(finish(as("").repo_create(repo_id(), token.token(kToken))).ok());
}

TEST_F(Repos, WaitsForAnotherChangeButNotForEver) {
  const std::string busy =
      R"({"status":409,"body":"{\"error\":\"Cannot create repo: another conflicting operation is in progress\"}"})";
  hub().fault(R"({"match":{"path":"/api/repos/create"},"times":2,"action":)" + busy + "}");
  EXPECT_TRUE(finish(owner().repo_create(repo_id())).ok());
  EXPECT_EQ(hub().fault_hits(), 2);
  hub().clear_faults();
  hub().fault(R"({"match":{"path":"/api/repos/create"},"times":0,"action":)" + busy + "}");
  expect_refused(finish(owner().repo_create(repo_id())), HFHUB_E_CONFLICT, 409);
  EXPECT_EQ(hub().fault_hits(), 3) << "net.retries";
}

TEST_F(Repos, IsNotMadeTwiceWhenTheAnswerIsLost) {
  hub().fault(R"({"match":{"path":"/api/repos/create"},"times":1,"action":{"drop_after":1}})");
  const Outcome lost = finish(owner().repo_create(repo_id()));
  EXPECT_EQ(lost.status, HFHUB_E_NETWORK) << lost;
  size_t asked = 0;
  for (const Seen& request : seen()) asked += request.path == "/api/repos/create";
  EXPECT_EQ(asked, 1u);
  hub().clear_faults();
  hub().fault(R"({"match":{"path":"/api/repos/*"},"times":1,"action":{"status":503}})");
  EXPECT_TRUE(finish(owner().repo_create(repo_id() + "-2")).ok()) << "503 says that nothing was done";
}

// ---- delete, move, settings, copies, listing -----------------------------------------------------------------------

TEST_F(Repos, Deletes) {
  create(repo_id());
  expect_refused(finish(as(kReader).repo_delete(repo_id())), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(as("").repo_delete(repo_id())), HFHUB_E_AUTH, 401);
  const Outcome gone = finish(owner().repo_delete(repo_id()));
  ASSERT_TRUE(gone.ok()) << gone;
  EXPECT_TRUE(gone.json["deleted"].boolean());
  const Outcome missing = finish(owner().repo_delete(repo_id()));
  expect_refused(missing, HFHUB_E_REPO_NOT_FOUND, 404);
  EXPECT_EQ(missing.repo_id, repo_id());
  RepoOptions fine;
  const Outcome again = finish(owner().repo_delete(repo_id(), fine.missing_ok()));
  ASSERT_TRUE(again.ok()) << again;
  EXPECT_FALSE(again.json["deleted"].boolean(true));
  create(repo_id());
  expect_refused(finish(as("").repo_delete(repo_id(), fine)), HFHUB_E_AUTH, 401);
  EXPECT_TRUE(finish(owner().repo_auth_check(repo_id())).ok()) << "still there";
}

TEST_F(Repos, Moves) {
  create(repo_id());
  const std::string to = "acme/" + repo_id().substr(5);
  expect_refused(finish(as(kStranger).repo_move(repo_id(), "bob/taken")), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(owner().repo_move(repo_id(), "nobody/here")), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(owner().repo_move("test/no-such", to)), HFHUB_E_REPO_NOT_FOUND, 404);
  expect_refused(finish(owner().repo_move(repo_id(), repo_id())), HFHUB_E_CONFLICT, 409);
  const Outcome moved = finish(owner().repo_move(repo_id(), to));
  ASSERT_TRUE(moved.ok()) << moved;
  EXPECT_EQ(moved.json["repo_id"].string(), to);
  EXPECT_EQ(moved.json["url"].string(), page(to));
  EXPECT_EQ(info("model", repo_id())["id"].string(), to) << "the old name leads there";
  EXPECT_TRUE(finish(owner().branch_create(repo_id(), "dev")).ok()) << "a change follows, too";
}

TEST_F(Repos, ChangesSettings) {
  create(repo_id());
  RepoOptions closed;
  const Outcome changed = finish(owner().repo_update(repo_id(), closed.set_private().gated("manual")));
  ASSERT_TRUE(changed.ok()) << changed;
  EXPECT_TRUE(info("model", repo_id())["private"].boolean());
  EXPECT_EQ(info("model", repo_id())["gated"].string(), "manual");
  expect_refused(finish(as(kStranger).repo_update(repo_id(), closed)), HFHUB_E_REPO_NOT_FOUND, 404);
  expect_refused(finish(as(kReader).repo_update(repo_id(), closed)), HFHUB_E_FORBIDDEN, 403);
  RepoOptions open;
  EXPECT_TRUE(finish(owner().repo_update(repo_id(), open.visibility("public").gated("false"))).ok());
  EXPECT_FALSE(info("model", repo_id())["private"].boolean(true));
  EXPECT_FALSE(info("model", repo_id())["gated"].boolean(true));
}

TEST_F(Repos, Duplicates) {
  create(repo_id());
  hub().commit(repo(), {{"a.txt", "a"}});
  const std::string name = repo_id().substr(5);
  Outcome copy = finish(owner().repo_duplicate(repo_id()));
  ASSERT_TRUE(copy.ok()) << copy;
  EXPECT_EQ(copy.json["repo_id"].string(), "alice/" + name);
  EXPECT_TRUE(copy.json["created"].boolean());
  EXPECT_FALSE(copy.json["files_copy_pending"].boolean(true));
  EXPECT_TRUE(finish(owner().download_file("alice/" + name, "a.txt")).ok());
  copy = finish(owner().repo_duplicate(repo_id(), "copied-" + name));
  EXPECT_EQ(copy.json["repo_id"].string(), "alice/copied-" + name) << copy;
  expect_refused(finish(owner().repo_duplicate(repo_id(), "alice/" + name)), HFHUB_E_CONFLICT, 409);
  RepoOptions fine;
  copy = finish(owner().repo_duplicate(repo_id(), "alice/" + name, fine.exist_ok()));
  EXPECT_FALSE(copy.json["created"].boolean(true)) << copy;
  expect_refused(finish(owner().repo_duplicate(repo_id() + "-no", "acme/x")), HFHUB_E_REPO_NOT_FOUND, 404);
  expect_refused(finish(as(kStranger).repo_duplicate(repo_id(), "acme/x")), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(as("").repo_duplicate(repo_id())), HFHUB_E_AUTH, 401);
}

TEST_F(Repos, ChecksAccess) {
  create(repo_id());
  for (const std::string token : {"", kReader, kStranger, kToken}) {
    EXPECT_TRUE(finish(as(token).repo_auth_check(repo_id())).ok()) << token;
  }
  EXPECT_TRUE(finish(owner().repo_auth_check(repo_id(), true)).ok());
  expect_refused(finish(as(kReader).repo_auth_check(repo_id(), true)), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(owner().repo_auth_check(repo_id() + "-no")), HFHUB_E_REPO_NOT_FOUND, 404);
  hub().set_repo(repo(), R"({"gated":"auto"})");
  expect_refused(finish(as(kStranger).repo_auth_check(repo_id())), HFHUB_E_GATED, 403);
}

TEST_F(Repos, ListsWhatTakesStorage) {
  hub().admin("POST", "tokens", R"({"token":"hf_carol","user":"carol","role":"write","orgs":["lab"]})");
  Session carol = as("hf_carol");
  ASSERT_TRUE(finish(carol.repo_create("lab/a")).ok());
  ASSERT_TRUE(finish(carol.repo_create("lab/b")).ok());
  ASSERT_TRUE(finish(carol.repo_create("mine")).ok());
  hub().commit("model/lab/b", {{"big.bin", std::string(3000, 'x')}});
  const Json of_lab = finish(carol.repo_list("lab")).json;
  ASSERT_EQ(of_lab.size(), 2u);
  EXPECT_EQ(of_lab[0]["id"].string(), "lab/b");
  EXPECT_EQ(of_lab[0]["storage"].integer(), 3000);
  EXPECT_EQ(of_lab[0]["storagePercent"].number(), 100.0);
  EXPECT_EQ(finish(carol.repo_list()).json[0]["id"].string(), "carol/mine");
  expect_refused(finish(carol.repo_list("acme")), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(as("").repo_list()), HFHUB_E_AUTH, 401);
}

// ---- branches and tags ---------------------------------------------------------------------------------------------

TEST_F(Repos, MakesAndDeletesBranches) {
  create(repo_id());
  const std::string first = hub().commit(repo(), {{"a.txt", "1"}});
  hub().commit(repo(), {{"a.txt", "2"}});
  RepoOptions from;
  ASSERT_TRUE(finish(owner().branch_create(repo_id(), "feature/x", from.revision(first))).ok());
  EXPECT_EQ(refs("branches"), (std::vector<std::string>{"main", "feature/x"}));
  const Outcome again = finish(owner().branch_create(repo_id(), "feature/x"));
  expect_refused(again, HFHUB_E_CONFLICT, 409);
  RepoOptions fine;
  fine.exist_ok();
  for (const std::string token : {kToken, kReader, kStranger}) {
    const Outcome there = finish(as(token).branch_create(repo_id(), "feature/x", fine));
    EXPECT_TRUE(there.ok()) << there;
    EXPECT_FALSE(there.json["created"].boolean(true));
  }
  expect_refused(finish(as(kReader).branch_create(repo_id(), "other", fine)), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(owner().branch_create(repo_id(), "y", from.revision("nope"))), HFHUB_E_REVISION_NOT_FOUND, 404);
  expect_refused(finish(owner().branch_create(repo_id(), "refs/pr/1")), HFHUB_E_HTTP, 400);
  expect_refused(finish(owner().branch_create(repo_id() + "-no", "y")), HFHUB_E_REPO_NOT_FOUND, 404);
  expect_refused(finish(owner().branch_delete(repo_id(), "main")), HFHUB_E_FORBIDDEN, 403);
  expect_refused(finish(owner().branch_delete(repo_id(), "nope")), HFHUB_E_REVISION_NOT_FOUND, 404);
  EXPECT_TRUE(finish(owner().branch_delete(repo_id(), "feature/x")).ok());
  EXPECT_EQ(refs("branches"), std::vector<std::string>{"main"});
}

TEST_F(Repos, MakesAndDeletesTags) {
  create(repo_id());
  RepoOptions said;
  const Outcome made = finish(owner().tag_create(repo_id(), "v1/0", said.message("first").revision("main")));
  ASSERT_TRUE(made.ok()) << made;
  EXPECT_EQ(made.json["tag"].string(), "v1/0");
  EXPECT_EQ(refs("tags"), std::vector<std::string>{"v1/0"});
  expect_refused(finish(owner().tag_create(repo_id(), "v1/0")), HFHUB_E_CONFLICT, 409);
  RepoOptions fine;
  EXPECT_FALSE(finish(owner().tag_create(repo_id(), "v1/0", fine.exist_ok())).json["created"].boolean(true));
  expect_refused(finish(owner().tag_create(repo_id(), "v2", said.revision("nope"))), HFHUB_E_REVISION_NOT_FOUND, 404);
  expect_refused(finish(as(kReader).tag_delete(repo_id(), "v1/0")), HFHUB_E_FORBIDDEN, 403);
  EXPECT_TRUE(finish(owner().tag_delete(repo_id(), "v1/0")).ok());
  expect_refused(finish(owner().tag_delete(repo_id(), "v1/0")), HFHUB_E_REVISION_NOT_FOUND, 404);
}

TEST_F(Repos, SquashesABranch) {
  create(repo_id());
  hub().commit(repo(), {{"a.txt", "1"}});
  hub().commit(repo(), {{"b.txt", "2"}});
  const std::string about = R"({"repo_type":"model","repo_id":")" + repo_id() + R"("})";
  EXPECT_EQ(finish(owner().call("repos.commits", about)).json.size(), 3u);
  RepoOptions said;
  ASSERT_TRUE(finish(owner().branch_squash(repo_id(), "main", said.message("all of it"))).ok());
  const Json left = finish(owner().call("repos.commits", about)).json;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0]["title"].string(), "all of it");
  EXPECT_EQ(finish(owner().call("repos.tree", about)).json.size(), 2u);
  expect_refused(finish(owner().branch_squash(repo_id(), "nope")), HFHUB_E_REVISION_NOT_FOUND, 404);
  expect_refused(finish(as(kReader).branch_squash(repo_id())), HFHUB_E_FORBIDDEN, 403);
}

TEST_F(Repos, OfflineChangesNothing) {
  Session session(options().offline(true).token(kToken));
  EXPECT_EQ(finish(session.repo_create(repo_id())).status, HFHUB_E_OFFLINE);
  EXPECT_EQ(finish(session.tag_delete(repo_id(), "v1")).status, HFHUB_E_OFFLINE);
}

// ---- refused before anything is sent -------------------------------------------------------------------------------

template <class Call>
void expect_argument(Call call, const std::string& named) {
  try {
    call();
    ADD_FAILURE() << "took '" << named << "'";
  } catch (const Exception& error) {
    EXPECT_EQ(error.status(), HFHUB_E_ARGUMENT) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(named));
  }
}

TEST_F(Repos, RefusesBadNames) {
  Session session = owner();
  for (const std::string id : {"", "a/b/c", "a//b", "-a/b", "a/b.git", "a b", "../x"}) {
    expect_argument([&] { session.repo_create(id); }, id);
    expect_argument([&] { session.repo_delete(id); }, id);
    expect_argument([&] { session.repo_move("a/b", id); }, id);
    expect_argument([&] { session.branch_create(id, "x"); }, id);
  }
  for (const std::string ref : {"", "a..b", "a b", "x^", "/x"}) {
    expect_argument([&] { session.branch_create("a/b", ref); }, "branch");
    expect_argument([&] { session.tag_delete("a/b", ref); }, "tag");
  }
  expect_argument([&] { session.repo_move("a", "b/c"); }, "'a'");
  expect_argument([&] { session.repo_move("a/b", "c"); }, "'c'");
  expect_argument([&] { session.repo_duplicate("a/b", "c/d/e"); }, "c/d/e");
  expect_argument([&] { session.repo_list("a/b"); }, "a/b");
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(Repos, RefusesWhatMakesNoSense) {
  Session session = owner();
  RepoOptions said;
  expect_argument([&] { said.repo_type("modle"); }, "modle");
  expect_argument([&] { said.visibility("secret"); }, "'protected'");
  expect_argument([&] { said.gated("yes"); }, "'manual'");
  expect_argument([&] { said.region("moon"); }, "'eu'");
  expect_argument([&] { said.space_sdk("flask"); }, "'gradio'");
  expect_argument([&] { said.space_hardware(""); }, "hardware");
  expect_argument([&] { said.space_sleep_time(std::chrono::seconds(-2)); }, "-1");
  expect_argument([&] { said.space_secret("", "x"); }, "name");
  for (const std::string volume :
       {"", "hf://a/b", "hf://a/b:ro", "acme/x:/data", "hf://a:/data", "hf://buckets/a:/x"}) {
    expect_argument([&] { said.space_volume(volume); }, "volume '" + volume + "'");
  }
  expect_argument([&] { said.revision("a b"); }, "a b");
  expect_argument([&] { session.repo_update("a/b", said); }, "at least one");
  expect_argument([&] { session.repo_create("a/b", said.visibility("protected")); }, "protected");
  RepoOptions space, kernel, templated;
  expect_argument([&] { session.repo_create("a/b", space.repo_type("space")); }, "SDK");
  expect_argument([&] { session.repo_create("a/b", templated.space_template("x")); }, "template");
  kernel.repo_type("kernel").set_private();
  expect_argument([&] { session.repo_update("a/b", kernel); }, "kernels");
  expect_argument([&] { session.repo_duplicate("a/b", "", kernel); }, "kernels");
  expect_argument([&] { session.branch_squash("a/b", "main", kernel); }, "kernels");
  expect_argument([&] { session.repo_auth_check("a/b", false, kernel); }, "kernels");
  EXPECT_EQ(request_count(), 0u);
}

}  // namespace
}  // namespace hfhub::test
