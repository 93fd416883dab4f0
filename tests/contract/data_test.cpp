// JSON results, hf:// URIs, calls by name, and the cache: scanned and verified.
#include <filesystem>
#include <set>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

TEST(JsonResult, Getters) {
  const Json json =
      Json::parse(R"({"text":"a\u0000b\u00e9","n":-5,"big":9223372036854775807,"huge":1e300,"half":2.5,"yes":true,
                                   "no":false,"nothing":null,"list":[1,"two",{"three":3}],"a/b":{"c~d":1},"":"empty","empty":{}})");
  EXPECT_EQ(json.type(), HFHUB_JSON_OBJECT);
  EXPECT_EQ(json.size(), 12u);
  EXPECT_EQ(json.key(0), "text");
  EXPECT_EQ(json.key(99), "");
  EXPECT_EQ(json["n"].integer(), -5);
  EXPECT_EQ(json["big"].integer(), INT64_MAX);
  EXPECT_EQ(json["huge"].integer(17), 17);
  EXPECT_EQ(json["half"].integer(17), 17);
  EXPECT_EQ(json["half"].number(), 2.5);
  EXPECT_EQ(json["n"].number(), -5.0);
  EXPECT_EQ(json["text"].integer(17), 17);
  EXPECT_TRUE(json["yes"].boolean());
  EXPECT_FALSE(json["no"].boolean(true));
  EXPECT_TRUE(json["n"].boolean(true)) << "a number is no boolean";
  EXPECT_EQ(json["nothing"].type(), HFHUB_JSON_NULL);
  EXPECT_EQ(json["missing"].type(), HFHUB_JSON_MISSING);
  EXPECT_EQ(json["missing"]["below"][3].type(), HFHUB_JSON_MISSING);
  EXPECT_EQ(json["list"].size(), 3u);
  EXPECT_EQ(json["list"][1].string(), "two");
  EXPECT_EQ(json["list"][2]["three"].integer(), 3);
  EXPECT_EQ(json["list"][3].type(), HFHUB_JSON_MISSING);
  EXPECT_EQ(json["a/b"]["c~d"].integer(), 1) << "RFC 6901 escapes";
  EXPECT_EQ(json[""].string(), "empty");
  EXPECT_EQ(json["list"].string("fallback"), "fallback");
  EXPECT_EQ(json["empty"].size(), 0u);
}

TEST(JsonResult, Pointers) {
  const Json json = Json::parse(R"({"a":[10,20],"b":{"0":"zero"}})");
  hfhub_json* raw = nullptr;
  const std::string text = json.text();
  ASSERT_EQ(hfhub_json_parse(text.data(), text.size(), &raw, nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_json_get_int64(raw, "/a/1", 0), 20);
  EXPECT_STREQ(hfhub_json_get_string(raw, "/b/0"), "zero");
  for (const char* bad : {"a", "/a/2", "/a/-1", "/a/01", "/a/-", "/a/1x", "/a/99999999999999999999999", "/a/1/", "//",
                          "/c", "/~", "/~2"}) {
    EXPECT_EQ(hfhub_json_get_type(raw, bad), HFHUB_JSON_MISSING) << bad;
    char* out = nullptr;
    EXPECT_EQ(hfhub_json_write(raw, bad, -1, &out, nullptr), HFHUB_E_ARGUMENT) << bad;
  }
  EXPECT_EQ(hfhub_json_get_type(raw, nullptr), HFHUB_JSON_MISSING);
  hfhub_json_free(raw);
}

TEST(JsonResult, Text) {
  const Json json = Json::parse(R"({"b":1,"a":[true,null,"é"],"e":{},"l":[]})");
  EXPECT_EQ(json.text(), R"({"b": 1, "a": [true, null, "\u00e9"], "e": {}, "l": []})");
  EXPECT_EQ(json["a"].text(), R"([true, null, "\u00e9"])");
  EXPECT_THAT(json.text(2), HasSubstr("\n  \"b\": 1"));
  EXPECT_EQ(Json::parse(json.text(4)).text(), json.text());
}

TEST(JsonResult, BadTextNamesTheOffset) {
  for (const std::string text : {"", "{", "[1,]", "{\"a\":}", "nul", "1 2", "\"\xff\"", "[1e999]x", "{\"a\" 1}"}) {
    try {
      (void)Json::parse(text);
      ADD_FAILURE() << "took " << text;
    } catch (const Exception& error) {
      EXPECT_EQ(error.status(), HFHUB_E_ARGUMENT);
      EXPECT_NE(std::string(error.what()).find_first_of("0123456789"), std::string::npos) << error.what();
    }
  }
}

TEST(JsonResult, DepthIsBounded) {
  const std::string deep(200'000, '[');
  EXPECT_THROW(Json::parse(deep), Exception);
  EXPECT_THROW(Json::parse(deep + std::string(200'000, ']')), Exception);
}

TEST(Uri, Parts) {
  struct Row {
    const char *uri, *type, *id, *revision, *path;
    bool folder;
  };
  for (const Row& row : {Row{"hf://a/b", "model", "a/b", nullptr, "", false},
                         Row{"hf://models/a/b/c/d.txt", "model", "a/b", nullptr, "c/d.txt", false},
                         Row{"hf://datasets/a/b@v1/x/", "dataset", "a/b", "v1", "x", true},
                         Row{"hf://spaces/a/b@refs/pr/3/app.py", "space", "a/b", "refs/pr/3", "app.py", false},
                         Row{"hf://kernels/a/b/", "kernel", "a/b", nullptr, "", true},
                         Row{"hf://a/b@feature%2Fx/f", "model", "a/b", "feature/x", "f", false},
                         Row{"hf://a/b/with@at", "model", "a/b", nullptr, "with@at", false}}) {
    const Json json = parse_uri(row.uri);
    EXPECT_EQ(json["repo_type"].string(), row.type) << row.uri;
    EXPECT_EQ(json["repo_id"].string(), row.id) << row.uri;
    if (row.revision != nullptr) {
      EXPECT_EQ(json["revision"].string(), row.revision) << row.uri;
    } else {
      EXPECT_EQ(json["revision"].type(), HFHUB_JSON_NULL) << row.uri;
    }
    EXPECT_EQ(json["path"].string("?"), row.path) << row.uri;
    EXPECT_EQ(json["folder"].boolean(), row.folder) << row.uri;
  }
}

class Calls : public HubTest {};

TEST_F(Calls, TheTableDescribesItself) {
  std::set<std::string> names;
  for (size_t i = 0; i < hfhub_call_get_count(); ++i) {
    EXPECT_TRUE(names.insert(hfhub_call_get_name(i)).second);
    char* parameters = nullptr;
    ASSERT_EQ(hfhub_call_get_parameters(i, &parameters, nullptr), HFHUB_OK);
    if (std::string(hfhub_call_get_name(i)) == "models.info") {
      EXPECT_THAT(parameters, ::testing::StartsWith("repo_id! "));
    }
    hfhub_string_free(parameters);
  }
  EXPECT_TRUE(names.count("models.info") && names.count("repos.tree") && names.count("whoami"));
  EXPECT_EQ(hfhub_call_get_name(hfhub_call_get_count()), nullptr);
}

TEST_F(Calls, Info) {
  const std::string commit = hub().commit(repo(), {{"a.txt", "a"}});
  Session session = this->session();
  const Outcome info = finish(session.call("models.info", R"({"repo_id":")" + repo_id() + R"("})"));
  ASSERT_TRUE(info.ok()) << info;
  EXPECT_EQ(info.json["sha"].string(), commit);
  EXPECT_EQ(info.json["id"].string(), repo_id());
  EXPECT_EQ(info.path, "");
  for (const Seen& request : seen()) EXPECT_FALSE(request.counted);
}

TEST_F(Calls, PagesBecomeOneList) {
  std::vector<RepoFile> files;
  for (int i = 0; i < 25; ++i) files.push_back({std::to_string(100 + i) + ".txt", std::to_string(i)});
  hub().commit(repo(), files);
  hub().admin("POST", "settings", R"({"page_size":10})");
  Session session = this->session();
  const std::string about = R"({"repo_type":"model","repo_id":")" + repo_id() + R"(")";
  const Outcome all = finish(session.call("repos.tree", about + "}"));
  ASSERT_TRUE(all.ok()) << all;
  EXPECT_EQ(all.json.size(), 25u);
  EXPECT_EQ(request_count(), 3u);
  for (const int limit : {0, 1, 10, 11, 25, 1000}) {
    forget_requests();
    const Outcome some = finish(session.call("repos.tree", about + ",\"limit\":" + std::to_string(limit) + "}"));
    ASSERT_TRUE(some.ok()) << some;
    EXPECT_EQ(some.json.size(), static_cast<size_t>(std::min(limit, 25))) << limit;
    EXPECT_LE(request_count(), static_cast<size_t>(limit / 10 + 1));
  }
  hub().admin("POST", "settings", R"({"page_size":1000})");
}

TEST_F(Calls, ABodyAndAWhoami) {
  hub().add_token(kToken, "alice");
  hub().commit(repo(), {{"a.txt", "a"}, {"b.txt", "bb"}});
  Session session(options().token(kToken));
  EXPECT_EQ(finish(session.call("whoami")).json["name"].string(), "alice");
  const Outcome infos = finish(session.call(
      "repos.paths_info", R"({"repo_type":"model","repo_id":")" + repo_id() + R"(","paths":["b.txt","none"]})"));
  ASSERT_TRUE(infos.ok()) << infos;
  ASSERT_EQ(infos.json.size(), 1u);
  EXPECT_EQ(infos.json[size_t{0}]["size"].integer(), 2);
}

class Cache : public HubTest {
 protected:
  void SetUp() override { commit_ = hub().commit(repo(), {{"a.txt", "abc"}, {"w/x.bin", noise(50'000, 3), true}}); }
  std::string commit_;
};

TEST_F(Cache, Scan) {
  Session session = this->session();
  EXPECT_EQ(finish(session.cache_scan()).status, HFHUB_E_CACHE) << "the folder is not there yet";
  ASSERT_TRUE(finish(session.download_snapshot(repo_id())).ok());
  const Outcome scan = finish(session.cache_scan());
  ASSERT_TRUE(scan.ok()) << scan;
  EXPECT_EQ(scan.json["cache_dir"].string(), cache());
  EXPECT_EQ(scan.json["size_on_disk"].integer(), 50'003);
  ASSERT_EQ(scan.json["repos"].size(), 1u);
  const Json found = scan.json["repos"][size_t{0}];
  EXPECT_EQ(found["repo_id"].string(), repo_id());
  EXPECT_EQ(found["repo_type"].string(), "model");
  EXPECT_EQ(found["nb_files"].integer(), 2);
  const Json revision = found["revisions"][size_t{0}];
  EXPECT_EQ(revision["commit_hash"].string(), commit_);
  EXPECT_EQ(revision["refs"][size_t{0}].string(), "main");
  EXPECT_EQ(revision["files"].size(), 2u);
  EXPECT_EQ(scan.json["warnings"].size(), 0u);
  EXPECT_TRUE(finish(session.cache_scan(cache())).ok());
  EXPECT_EQ(finish(session.cache_scan(cache() + "/nowhere")).status, HFHUB_E_CACHE);
}

TEST_F(Cache, Verify) {
  Session session = this->session();
  EXPECT_EQ(finish(session.cache_verify(repo_id())).status, HFHUB_E_NOT_CACHED);
  const Outcome snapshot = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(snapshot.ok());
  const Outcome good = finish(session.cache_verify(repo_id()));
  ASSERT_TRUE(good.ok()) << good;
  EXPECT_EQ(good.path, snapshot.path);
  EXPECT_EQ(good.json["checked"].integer(), 2);
  EXPECT_EQ(good.json["mismatches"].size(), 0u);
  write_file(snapshot.path + "/w/x.bin", "damaged");
  std::filesystem::remove(snapshot.path + "/a.txt");
  write_file(snapshot.path + "/extra.txt", "mine");
  const Outcome bad = finish(session.cache_verify(repo_id()));
  ASSERT_TRUE(bad.ok()) << bad;
  ASSERT_EQ(bad.json["mismatches"].size(), 1u);
  const Json mismatch = bad.json["mismatches"][size_t{0}];
  EXPECT_EQ(mismatch["path"].string(), "w/x.bin");
  EXPECT_EQ(mismatch["expected"].string(), sha256_hex(noise(50'000, 3)));
  EXPECT_EQ(mismatch["actual"].string(), sha256_hex("damaged"));
  EXPECT_EQ(bad.json["missing"].text(), R"(["a.txt"])");
  EXPECT_EQ(bad.json["extra"].text(), R"(["extra.txt"])");
}

TEST_F(Cache, VerifyALocalFolder) {
  Session session = this->session();
  DownloadOptions options;
  options.local_dir(scratch_ / "plain");
  ASSERT_TRUE(finish(session.download_snapshot(repo_id(), options)).ok());
  EXPECT_EQ(finish(session.cache_verify(repo_id(), options)).json["checked"].integer(), 2);
  write_file(scratch_ / "plain/a.txt", "abd");
  const Outcome bad = finish(session.cache_verify(repo_id(), options));
  ASSERT_TRUE(bad.ok()) << bad;
  EXPECT_EQ(bad.json["mismatches"][size_t{0}]["algorithm"].string(), "git-sha1") << bad.json.text();
}

}  // namespace
}  // namespace hfhub::test
