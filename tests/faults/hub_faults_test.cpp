// Faults of what the Hub itself says: busy, limited, silent, lying about sizes, talking nonsense.
#include <algorithm>
#include <filesystem>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::TestWithParam;

class HubFault : public HubTest {
 protected:
  void SetUp() override { commit_ = hub().commit(repo(), {{"a.txt", content_}, {"w.bin", weights_, true}}); }

  size_t count(const std::string& method, const std::string& path_part) const {
    const auto all = seen();
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const Seen& request) {
      return request.method == method && request.path.find(path_part) != std::string::npos;
    }));
  }
  std::string match(const std::string& fields) const { return R"({"match":{)" + fields + "},"; }

  const std::string content_ = noise(5000, 11);
  const std::string weights_ = noise(100'000, 12);
  std::string commit_;
};

TEST_F(HubFault, BusyTwiceIsNotTheCallersProblem) {
  for (const char* status : {"429", "500", "502", "503", "504"}) {
    Session session = this->session();
    hub().clear_faults();
    hub().fault(match(R"("method":"HEAD")") + R"("times":2,"action":{"status":)" + status + "}}");
    const Outcome outcome = finish(session.download_file(repo_id(), "a.txt", DownloadOptions().force()));
    ASSERT_TRUE(outcome.ok()) << status << ": " << outcome;
    EXPECT_EQ(read_file(outcome.path), content_);
    EXPECT_EQ(hub().fault_hits(), 2);
  }
}

TEST_F(HubFault, RetriesAreCountedOnceEach) {
  Session session = this->session();  // two retries
  hub().fault(match(R"("method":"GET","path":"*/resolve/*")") + R"("times":0,"action":{"status":503}})");
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
  EXPECT_EQ(outcome.status, HFHUB_E_HTTP) << outcome;
  EXPECT_EQ(outcome.http_status, 503);
  EXPECT_TRUE(outcome.retriable);
  EXPECT_EQ(count("GET", "/resolve/"), 3u);
}

TEST_F(HubFault, WaitsAsLongAsTheServerAsks) {
  for (const char* headers : {R"({"Retry-After":"0"})", R"({"RateLimit":"\"api\";r=0;t=0"})"}) {
    for (const char* method : {"HEAD", "GET"}) {
      Session session = this->session();
      hub().clear_faults();
      hub().fault(match(std::string(R"("method":")") + method + R"(","path":"*/resolve/*")") +
                  R"("times":1,"action":{"status":429,"headers":)" + headers + "}}");
      const Outcome outcome = finish(session.download_file(repo_id(), "a.txt", DownloadOptions().force()));
      ASSERT_TRUE(outcome.ok()) << outcome;
      EXPECT_GE(outcome.elapsed_ms, 900) << method << " " << headers;  // what it says and a second of margin
      EXPECT_LT(outcome.elapsed_ms, 3000) << method << " " << headers;
    }
  }
}

TEST_F(HubFault, AWaitThatIsTooLongIsAnErrorAtOnce) {
  for (const char* method : {"HEAD", "GET"}) {
    Session session = this->session();
    hub().clear_faults();
    forget_requests();
    hub().fault(match(std::string(R"("method":")") + method + R"(","path":"*/resolve/*")") +
                R"("times":0,"action":{"status":429,"headers":{"Retry-After":"3600"}}})");
    const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"));
    EXPECT_EQ(outcome.status, HFHUB_E_RATE_LIMITED) << outcome;
    EXPECT_EQ(outcome.http_status, 429);
    EXPECT_GE(outcome.retry_after_ms, 3'600'000);
    EXPECT_LE(outcome.retry_after_ms, 3'601'000);
    EXPECT_TRUE(outcome.retriable);
    EXPECT_NE(outcome.message.find("3601 s"), std::string::npos) << outcome;
    EXPECT_LT(outcome.elapsed_ms, 1000);
    EXPECT_EQ(count(method, "/resolve/"), 1u);
  }
}

TEST_F(HubFault, ASilentHubIsATimeout) {
  Session session = this->session();
  hub().fault(match(R"("method":"HEAD")") + R"("times":0,"action":{"delay_ms":60000}})");
  const Outcome outcome = finish(session.download_file(repo_id(), "a.txt"), Milliseconds(9000));
  EXPECT_EQ(outcome.status, HFHUB_E_TIMEOUT) << outcome;
  EXPECT_NE(outcome.message.find("127.0.0.1"), std::string::npos) << outcome;
}

TEST_F(HubFault, NobodyThere) {
  Session session(options().endpoint("http://127.0.0.1:9"));
  for (const bool snapshot : {false, true}) {
    const Outcome outcome =
        snapshot ? finish(session.download_snapshot(repo_id())) : finish(session.download_file(repo_id(), "a.txt"));
    EXPECT_EQ(outcome.status, HFHUB_E_NETWORK) << outcome;
    EXPECT_TRUE(outcome.retriable);
    EXPECT_NE(outcome.message.find("127.0.0.1"), std::string::npos) << outcome;
    EXPECT_EQ(outcome.http_status, 0);
  }
  EXPECT_EQ(request_count(), 0u);
}

TEST_F(HubFault, TheCachedCopyServesWhenTheHubIsDown) {
  Session session = this->session();
  const Outcome first = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(first.ok()) << first;
  hub().fault(R"({"times":0,"action":{"status":503}})");
  const Outcome file = finish(session.download_file(repo_id(), "a.txt"));
  ASSERT_TRUE(file.ok()) << file;
  EXPECT_EQ(file.path, snapshot_file(commit_, "a.txt"));
  const Outcome all = finish(session.download_snapshot(repo_id()));
  ASSERT_TRUE(all.ok()) << all;
  EXPECT_EQ(all.path, first.path);
  const auto lines = log_lines();
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("cached copy") != std::string::npos && line.find("503") != std::string::npos;
  })) << "nobody was told";
}

TEST_F(HubFault, AnIncompleteCachedSnapshotIsAnError) {
  Session session = this->session();
  ASSERT_TRUE(finish(session.download_snapshot(repo_id(), DownloadOptions().allow("*.txt"))).ok());
  hub().fault(R"({"times":0,"action":{"status":503}})");
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  EXPECT_EQ(outcome.status, HFHUB_E_INCOMPLETE) << outcome;
  EXPECT_NE(outcome.message.find("w.bin"), std::string::npos) << outcome;
  EXPECT_FALSE(outcome.error_path.empty());
}

// ---- nonsense ------------------------------------------------------------------------------------------------------

class BadListing : public HubFault, public ::testing::WithParamInterface<const char*> {};

TEST_P(BadListing, IsAnErrorThatLeavesNothing) {
  Session session = this->session();
  const Listing before = list_folder(cache());
  hub().fault(match(R"("path":"/api/*/tree/*")") + R"("times":0,"action":)" + GetParam() + "}");
  const Outcome outcome = finish(session.download_snapshot(repo_id()));
  EXPECT_GT(hub().fault_hits(), 0);
  EXPECT_EQ(outcome.status, HFHUB_E_PROTOCOL) << outcome;
  EXPECT_EQ(list_folder(cache()), before);
  hub().clear_faults();
  EXPECT_TRUE(finish(session.download_snapshot(repo_id())).ok());
}

constexpr const char* kBadListings[] = {
    R"({"body":"{not json"})",
    R"({"body":""})",
    R"({"body":"null"})",
    R"({"body":"{}"})",
    R"({"body":"[1,2]"})",
    R"({"body":"[{\"type\":\"file\"}]"})",
    R"({"body":"<html>maintenance</html>"})",
    R"({"truncate_to":40})",
    R"({"tree_patch":[{"type":"file","path":"x","size":-1,"oid":"0000000000000000000000000000000000000000"}]})",
    R"({"tree_patch":[{"type":"file","path":"x","size":1,"oid":"zz"}]})",
    R"({"tree_patch":[{"type":"file","path":"x","size":1.5,"oid":"0000000000000000000000000000000000000000"}]})",
    R"({"tree_patch":[{"type":"file","path":"x","size":99999999999999999999,"oid":"0000000000000000000000000000000000000000"}]})",
    R"({"tree_patch":[{"type":"file","path":"x","size":1,"oid":"0000000000000000000000000000000000000000","lfs":{"oid":"../..","size":1}}]})",
    R"({"tree_patch":[{"type":"file","path":"a.txt","size":1,"oid":"0000000000000000000000000000000000000000"}]})",
    R"({"set_headers":{"Link":"<?cursor=again>; rel=\"next\""}})",  // a listing that never ends
};
INSTANTIATE_TEST_SUITE_P(All, BadListing, ::testing::ValuesIn(kBadListings),
                         [](const auto& info) { return std::to_string(info.index); });

TEST_F(HubFault, BadRevisionAnswers) {
  for (const char* body : {"{not json", "{}", "[]", R"({\"sha\":\"../../../../x\"})", R"({\"sha\":5})"}) {
    Session session = this->session();
    hub().clear_faults();
    hub().fault(match(R"("path":"/api/*/revision/*")") + R"("times":0,"action":{"body":")" + body + R"("}})");
    const Outcome outcome = finish(session.download_snapshot(repo_id()));
    EXPECT_EQ(outcome.status, HFHUB_E_PROTOCOL) << body << ": " << outcome;
    EXPECT_TRUE(list_folder(cache()).empty()) << body;
  }
}

TEST_F(HubFault, ALaterPageFails) {
  hub().admin("POST", "settings", R"({"page_size":1})");
  Session session = this->session();
  hub().fault(match(R"("path":"/api/*/tree/*")") + R"("skip":1,"times":0,"action":{"status":500}})");
  EXPECT_EQ(finish(session.download_snapshot(repo_id())).status, HFHUB_E_HTTP);
  EXPECT_TRUE(list_folder(cache()).empty());
  hub().clear_faults();
  hub().fault(match(R"("path":"/api/*/tree/*")") + R"("skip":1,"times":1,"action":{"status":500}})");
  EXPECT_TRUE(finish(session.download_snapshot(repo_id())).ok());
  hub().admin("POST", "settings", R"({"page_size":1000})");
}

TEST_F(HubFault, MissingHeadersAreNamed) {
  struct Row {
    const char* drop;
    const char* named;
    const char* file;
  };
  for (const Row& row :
       {Row{R"(["etag"])", "ETag", "a.txt"}, Row{R"(["x-repo-commit"])", "X-Repo-Commit", "a.txt"},
        Row{R"(["x-linked-etag","etag"])", "ETag", "w.bin"}, Row{R"(["x-repo-commit"])", "X-Repo-Commit", "w.bin"}}) {
    Session session = this->session();
    hub().clear_faults();
    hub().fault(match(R"("method":"HEAD")") + R"("times":0,"action":{"drop_headers":)" + row.drop + "}}");
    const Outcome outcome = finish(session.download_file(repo_id(), row.file));
    EXPECT_EQ(outcome.status, HFHUB_E_PROTOCOL) << outcome;
    EXPECT_NE(outcome.message.find(row.named), std::string::npos) << outcome;
    EXPECT_NE(outcome.message.find("HF_ENDPOINT"), std::string::npos) << outcome;
    EXPECT_TRUE(list_folder(cache()).empty());
  }
}

TEST_F(HubFault, ASizeIsNotNeeded) {
  hub().fault(match(R"("method":"HEAD")") +
              R"("times":0,"action":{"drop_headers":["x-linked-size","content-length"]}})");
  Session session = this->session();
  for (const auto& [file, content] : {std::pair("a.txt", content_), std::pair("w.bin", weights_)}) {
    const Outcome outcome = finish(session.download_file(repo_id(), file));
    ASSERT_TRUE(outcome.ok()) << outcome;
    EXPECT_EQ(read_file(outcome.path), content);
  }
}

TEST_F(HubFault, LiesAboutSizes) {
  for (const char* file : {"a.txt", "w.bin"}) {
    for (const char* size : {"0", "1", "4999", "5001", "99999", "300000", "4000000000000000000"}) {
      Session session = this->session();
      hub().clear_faults();
      hub().fault(match(R"("method":"HEAD")") + R"("times":0,"action":{"size_header":)" + size + "}}");
      const Outcome outcome = finish(session.download_file(repo_id(), file));
      const bool refused = outcome.status == HFHUB_E_INTEGRITY || outcome.status == HFHUB_E_UNSUPPORTED ||
                           outcome.status == HFHUB_E_DISK_FULL;
      EXPECT_TRUE(refused) << file << " " << size << ": " << outcome;
      expect_nothing_wrong_visible({content_, weights_});
      EXPECT_TRUE(find_files(cache(), ".txt").empty());
    }
    Session session = this->session();
    hub().clear_faults();
    const Outcome repaired = finish(session.download_file(repo_id(), file));
    ASSERT_TRUE(repaired.ok()) << repaired;
    EXPECT_TRUE(partial_files().empty());
    std::filesystem::remove_all(cache());
  }
}

TEST_F(HubFault, WrongBytesAreNamedWithBothDigests) {
  struct Row {
    const char* file;
    std::string content;
  };
  for (const Row& row : {Row{"a.txt", content_}, Row{"w.bin", weights_}}) {
    Session session = this->session();
    hub().clear_faults();
    hub().fault(match(R"("method":"GET")") + R"("times":0,"action":{"flip_byte":1234}})");
    const Outcome outcome = finish(session.download_file(repo_id(), row.file));
    std::string flipped = row.content;
    flipped[1234] ^= 1;
    const bool lfs = std::string(row.file) == "w.bin";
    ASSERT_EQ(outcome.status, HFHUB_E_INTEGRITY) << outcome;
    for (const std::string& part :
         {std::string(row.file), repo_id(), lfs ? sha256_hex(row.content) : git_sha1_hex(row.content),
          lfs ? sha256_hex(flipped) : git_sha1_hex(flipped)}) {
      EXPECT_NE(outcome.message.find(part), std::string::npos) << "no '" << part << "' in: " << outcome.message;
    }
    EXPECT_TRUE(find_files(cache(), row.file).empty());
    EXPECT_TRUE(partial_files().empty()) << "wrong bytes were kept";
  }
}

// The first try leaves a wrong prefix behind; only the digest of the whole file can tell, and the call must not give up.
TEST_F(HubFault, AWrongLeftoverDoesNotPoisonTheNextCall) {
  Session session = this->session();
  hub().fault(match(R"("origin":"cdn")") + R"("times":0,"action":{"flip_byte":10,"drop_after":1000}})");
  EXPECT_EQ(finish(session.download_file(repo_id(), "w.bin")).status, HFHUB_E_NETWORK);
  EXPECT_EQ(partial_files().size(), 1u);
  hub().clear_faults();
  const Outcome outcome = finish(session.download_file(repo_id(), "w.bin"));
  ASSERT_TRUE(outcome.ok()) << outcome;
  EXPECT_EQ(read_file(outcome.path), weights_);
  EXPECT_TRUE(partial_files().empty());
}

}  // namespace
}  // namespace hfhub::test
