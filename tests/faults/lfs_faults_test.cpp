// Uploads over Git LFS while storage and Hub fail, forget, stall and lie. Through the library's own layers: what uses them
// in the public API needs a commit around it.
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include "client/lfs_upload.h"
#include "support/disk.h"
#include "support/local_hub.h"
#include "support/scratch.h"

namespace hfhub::test {
namespace {

using client::LfsSource;
using client::Story;

constexpr char kAlice[] = "hf_SecretOfAlice0123456789abcdefghij";
constexpr std::array<std::string_view, 2> kTransfers{"basic", "multipart"};
constexpr char kDefaults[] = R"({"lfs_multipart_over":5000000000,"lfs_chunk_size":67108864,"lfs_verify":true,
  "lfs_resume":false,"lfs_max_bytes":0})";

// A host that takes connections and reads nothing from them.
class DeafHost {
 public:
  DeafHost() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~DeafHost() { close(socket_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/object?secret=s3cr3t"; }

 private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  int port_ = 0;
};

struct Ended {
  Result<runtime::OpResult> result;
  uint64_t bytes_done = 0, wire_bytes = 0;
  int64_t elapsed_ms = 0;
};

class LfsFault : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    hub_ = new LocalHub();
    hub_->add_token(kAlice, "alice", "write");
    hub_->set_repo("model/alice/m", "{}");
  }
  static void TearDownTestSuite() { delete hub_; }
  void SetUp() override {
    settings(kDefaults);
    mark_ = hub_->mark();
  }
  void TearDown() override {
    hub_->clear_faults();
    for (const Seen& request : hub_->seen(mark_)) EXPECT_FALSE(request.token_leak) << request.path;
  }

  static void settings(const std::string& json) { hub_->admin("POST", "settings", json); }
  static void parts_of(uint64_t chunk) {
    settings(R"({"lfs_multipart_over":1000,"lfs_chunk_size":)" + std::to_string(chunk) + "}");
  }
  static void fault(const std::string& match, const std::string& action, int times = 1, int skip = 0) {
    hub_->fault(R"({"match":{)" + match + R"(},"times":)" + std::to_string(times) + R"(,"skip":)" +
                std::to_string(skip) + R"(,"action":{)" + action + "}}");
  }

  static std::shared_ptr<client::Session> session(const std::string& budget = "32MiB") {
    runtime::Config config;
    const std::array<std::pair<const char*, std::string>, 9> options{{{"endpoint", hub_->endpoint()},
                                                                      {"token", kAlice},
                                                                      {"memory.budget", budget},
                                                                      {"net.retries", "2"},
                                                                      {"net.retry_delay", "10ms"},
                                                                      {"net.retry_delay_max", "40ms"},
                                                                      {"net.stall_timeout", "1s"},
                                                                      {"net.request_timeout", "2s"},
                                                                      {"net.connect_timeout", "2s"}}};
    for (const auto& [key, value] : options) EXPECT_TRUE(config.set(key, value).ok()) << key;
    return client::Session::make(config, {}).value();
  }

  using Body = std::function<Done(Story&, const hub::Api&, runtime::ItemProgress&)>;
  std::shared_ptr<runtime::Op> start(const client::Session& session, Body body) {
    return session
        .start([body = std::move(body)](Story& story) -> Result<runtime::OpResult> {
          HFHUB_TRY(const hub::Api api, story.api(std::nullopt, false));
          HFHUB_CHECK(body(story, api, story.op.progress().add_item("w.bin", 0)));
          return runtime::OpResult{};
        })
        .value();
  }
  Ended finish(const std::shared_ptr<runtime::Op>& op, SteadyTime since) {
    EXPECT_TRUE(op->wait(30'000)) << "hangs";
    const runtime::ItemProgress* item = op->progress().item(0);
    return {op->result(), item->bytes_done, item->wire_bytes, ms_since(since)};
  }

  // As a commit does it: the batch, then the upload.
  static Body upload_of(const LfsSource& source, const std::string& oid) {
    return [source, oid](Story& story, const hub::Api& api, runtime::ItemProgress& item) -> Done {
      const RepoRef repo{RepoType::kModel, "alice/m"};
      const std::array<hub::LfsObject, 1> object{hub::LfsObject{oid, source.size()}};
      HFHUB_TRY(hub::LfsBatch batch, hub::lfs_batch(api, repo, "main", object, kTransfers, story.cancel));
      return client::upload_lfs(story, {api, &repo, "main"}, source, batch.answers.at(0), item, story.cancel);
    };
  }
  Ended upload(const std::string& content) {
    const auto shared = session();
    const SteadyTime begin = steady_now();
    return finish(start(*shared, upload_of(LfsSource("w.bin", as_bytes(content)), sha256_hex(content))), begin);
  }
  // Of "PUT cdn" or "POST hub" and the like.
  size_t count(const std::string& method, const std::string& origin, const std::string& part = "") const {
    const auto all = hub_->seen(mark_);
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const Seen& request) {
      return request.method == method && request.origin == origin && request.path.find(part) != std::string::npos;
    }));
  }
  static std::string stored(const std::string& content) {
    const std::string oid = sha256_hex(content);
    const Json answer = Json::parse(plain("/alice/m.git/info/lfs/objects/batch",
                                          R"({"operation":"upload","transfers":["multipart"],)"
                                          R"("objects":[{"oid":")" +
                                              oid + R"(","size":)" + std::to_string(content.size()) + "}]}"));
    const Json object = answer["objects"][0];
    return object["actions"].missing() && object["error"].missing() ? "stored" : "missing";
  }
  static std::string plain(const std::string& path, const std::string& body);

  static LocalHub* hub_;
  int64_t mark_ = 0;
};
LocalHub* LfsFault::hub_ = nullptr;

std::string LfsFault::plain(const std::string& path, const std::string& body) {
  net::Request request;
  request.method = net::Method::kPost;
  request.url = parse_url(hub_->endpoint() + path).value();
  request.token = kAlice;
  request.body = body;
  return session()->machinery()->net->send(request, runtime::Cancel()).value().body;
}

TEST_F(LfsFault, OnePutAndAVerification) {
  const std::string content = noise(300'000, 1);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("PUT", "cdn"), 1u);
  EXPECT_EQ(count("POST", "hub", "/objects/verify"), 1u);
  EXPECT_EQ(ended.bytes_done, content.size());
  EXPECT_EQ(ended.wire_bytes, content.size());
  EXPECT_EQ(stored(content), "stored");
  const Ended again = upload(content);
  EXPECT_TRUE(again.result.ok());
  EXPECT_EQ(again.bytes_done, content.size());
  EXPECT_EQ(count("PUT", "cdn"), 1u) << "the Hub had it";
}

TEST_F(LfsFault, PartsGoSideBySide) {
  parts_of(20'000);
  fault(R"("method":"PUT")", R"("delay_ms":300)", 0);
  const std::string content = noise(150'001, 2);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("PUT", "cdn"), 8u);
  EXPECT_LT(ended.elapsed_ms, 1500) << "one after the other they take 2400 ms";
  EXPECT_EQ(ended.bytes_done, content.size());
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, OnlyThePartThatFailedIsSentAgain) {
  parts_of(20'000);
  fault(R"("method":"PUT","path":"*/2")", R"("status":503)", 2);
  fault(R"("method":"PUT","path":"*/4")", R"("status":409)");
  const std::string content = noise(100'000, 3);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("PUT", "cdn"), 5u + 3u);
  EXPECT_EQ(count("POST", "hub", "/objects/batch"), 1u);
  EXPECT_EQ(ended.bytes_done, content.size());
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, AttemptsEnd) {
  fault(R"("method":"PUT")", R"("status":500,"body":"<Error><Code>InternalError</Code></Error>")", 0);
  const Ended ended = upload(noise(1000, 4));
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(count("PUT", "cdn"), 3u);
  EXPECT_NE(ended.result.error().message.find("'w.bin'"), std::string::npos) << ended.result.error().message;
  EXPECT_NE(ended.result.error().message.find("InternalError"), std::string::npos) << ended.result.error().message;
  EXPECT_EQ(ended.result.error().http->http_status, 500);
  EXPECT_EQ(ended.result.error().http->url.find("Signature"), std::string::npos);
}

TEST_F(LfsFault, AnAnswerThatDoesNotComeIsAskedForAgain) {
  fault(R"("method":"PUT")", R"("delay_ms":20000)");
  const std::string content = noise(5000, 5);
  const Ended ended = upload(content);
  EXPECT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_LT(ended.elapsed_ms, 8000);
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, ExpiredUrlsAreAskedForAgain) {
  fault(R"("path":"*/objects/batch")", R"("expire_url":true)");
  const std::string content = noise(5000, 6);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("POST", "hub", "/objects/batch"), 2u);
  EXPECT_EQ(count("PUT", "cdn"), 2u);
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, UrlsThatStayExpiredAreAnError) {
  fault(R"("path":"*/objects/batch")", R"("expire_url":true)", 0);
  const Ended ended = upload(noise(5000, 7));
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().code, Code::kForbidden);
  EXPECT_EQ(count("PUT", "cdn"), 3u);
}

TEST_F(LfsFault, PartsThatStorageKeptAreNotSentTwice) {
  parts_of(20'000);
  settings(R"({"lfs_resume":true})");
  fault(R"("method":"PUT","path":"*/5")", R"("status":403,"delay_ms":500)");
  const std::string content = noise(100'000, 8);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("POST", "hub", "/objects/batch"), 2u);
  EXPECT_EQ(count("PUT", "cdn"), 6u);
  EXPECT_EQ(ended.bytes_done, content.size());
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, AnUploadThatStorageForgotBeginsAnew) {
  parts_of(20'000);
  fault(R"("method":"PUT","path":"*/5")", R"("status":403,"delay_ms":500)");
  const std::string content = noise(100'000, 9);
  const Ended ended = upload(content);
  ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(count("PUT", "cdn"), 10u);
  EXPECT_EQ(ended.bytes_done, content.size());
  EXPECT_EQ(stored(content), "stored");

  fault(R"("path":"/api/complete_multipart")", R"("status":404)");
  const std::string other = noise(50'000, 10);
  EXPECT_TRUE(upload(other).result.ok());
  EXPECT_EQ(stored(other), "stored");
}

TEST_F(LfsFault, ACompletionWhoseAnswerIsLostIsAskedForAgain) {
  parts_of(20'000);
  fault(R"("path":"/api/complete_multipart")", R"("set_headers":{"Content-Length":"0"},"drop_after":0)");
  const std::string content = noise(50'000, 11);
  const Ended ended = upload(content);
  EXPECT_TRUE(ended.result.ok()) << ended.result.error().message;
  EXPECT_EQ(stored(content), "stored");
}

TEST_F(LfsFault, AWrongEntityTagIsRefusedByTheCompletion) {
  parts_of(20'000);
  fault(R"("method":"PUT","path":"*/2")", R"("set_headers":{"ETag":"\"other\""})", 0);
  const std::string content = noise(50'000, 12);
  const Ended ended = upload(content);
  ASSERT_FALSE(ended.result.ok());
  EXPECT_NE(ended.result.error().message.find("InvalidPart: part 2"), std::string::npos)
      << ended.result.error().message;
  EXPECT_EQ(stored(content), "missing");
}

TEST_F(LfsFault, APartWithoutEntityTagIsAnError) {
  parts_of(20'000);
  fault(R"("method":"PUT","path":"*/2")", R"("drop_headers":["ETag"])", 0);
  const Ended ended = upload(noise(50'000, 13));
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().code, Code::kProtocol);
  EXPECT_NE(ended.result.error().message.find("part 2"), std::string::npos);
}

TEST_F(LfsFault, ContentOfAnotherHashIsFoundOut) {
  const std::string content = noise(5000, 14);
  for (const uint64_t over : {1'000'000, 1000}) {
    settings(R"({"lfs_chunk_size":2000,"lfs_multipart_over":)" + std::to_string(over) + "}");
    const auto shared = session();
    const SteadyTime begin = steady_now();
    const std::string oid = sha256_hex(noise(5000, 15));
    const Ended ended = finish(start(*shared, upload_of(LfsSource("w.bin", as_bytes(content)), oid)), begin);
    ASSERT_FALSE(ended.result.ok()) << over;
  }
}

TEST_F(LfsFault, AnObjectThatIsNotWantedIsItsOwnError) {
  settings(R"({"lfs_max_bytes":1000})");
  const Ended ended = upload(noise(5000, 16));
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().http->http_status, 413);
  EXPECT_EQ(count("PUT", "cdn"), 0u);
}

TEST_F(LfsFault, NobodyAsksForAVerificationThatIsNotWanted) {
  settings(R"({"lfs_verify":false})");
  const std::string content = noise(5000, 17);
  EXPECT_TRUE(upload(content).result.ok());
  EXPECT_EQ(count("POST", "hub", "/objects/verify"), 0u);
  EXPECT_EQ(stored(content), "stored");
}

// The socket takes what fits into its buffers and then nothing more.
TEST_F(LfsFault, AHostThatTakesNothingIsGivenUpInSeconds) {
  const DeafHost deaf;
  const std::string content = noise(16 << 20, 18);
  hub::LfsAnswer answer;
  answer.object = {sha256_hex(content), content.size()};
  answer.upload.emplace().action.url = parse_url(deaf.url()).value();
  const LfsSource source("w.bin", as_bytes(content));
  const auto shared = session();
  const SteadyTime begin = steady_now();
  const auto op = start(*shared, [&](Story& story, const hub::Api& api, runtime::ItemProgress& item) {
    return client::upload_lfs(story, {api, nullptr, ""}, source, answer, item, story.cancel);
  });
  const Ended ended = finish(op, begin);
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().code, Code::kTimeout) << ended.result.error().message;
  EXPECT_EQ(ended.result.error().message.find("s3cr3t"), std::string::npos);
  EXPECT_LT(ended.elapsed_ms, 10'000);
}

TEST_F(LfsFault, CancellingEndsItAtOnce) {
  parts_of(20'000);
  fault(R"("method":"PUT")", R"("delay_ms":20000)", 0);
  const std::string content = noise(100'000, 19);
  const LfsSource source("w.bin", as_bytes(content));
  const auto shared = session();
  const auto op = start(*shared, upload_of(source, sha256_hex(content)));
  while (hub_->fault_hits() < 4) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const SteadyTime begin = steady_now();
  op->cancel().request();
  const Ended ended = finish(op, begin);
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().code, Code::kCancelled);
  EXPECT_LT(ended.elapsed_ms, 1000);
}

TEST_F(LfsFault, AFileThatChangesItsSizeIsAnError) {
  const Scratch scratch;
  const std::string path = scratch / "w.bin";
  const std::string content = noise(100'000, 20);
  write_file(path, content);
  const platform::File file = platform::File::open_read(path).value();
  std::filesystem::resize_file(path, 50'000);
  const auto shared = session();
  const Ended ended =
      finish(start(*shared, upload_of(LfsSource(path, file, content.size()), sha256_hex(content))), steady_now());
  ASSERT_FALSE(ended.result.ok());
  EXPECT_EQ(ended.result.error().code, Code::kIo) << ended.result.error().message;
  EXPECT_EQ(ended.result.error().path, path);
}

// The budget's least: what is sent is never in memory as a whole.
TEST_F(LfsFault, MemoryStaysWithinTheBudget) {
  const Scratch scratch;
  constexpr uint64_t size = 48u << 20;
  for (const uint64_t chunk : {uint64_t{1} << 40, uint64_t{8} << 20}) {
    const std::string path = scratch / std::to_string(chunk);
    std::string oid;
    {
      const std::string content = noise(size, chunk);
      write_file(path, content);
      oid = sha256_hex(content);
    }
    const platform::File file = platform::File::open_read(path).value();
    settings(R"({"lfs_multipart_over":)" + std::to_string(chunk) + R"(,"lfs_chunk_size":)" + std::to_string(chunk) +
             "}");
    const auto shared = session("8MiB");
    const Ended ended = finish(start(*shared, upload_of(LfsSource(path, file, size), oid)), steady_now());
    ASSERT_TRUE(ended.result.ok()) << ended.result.error().message;
    EXPECT_GT(shared->machinery()->budget->peak_bytes(), 0u);
    EXPECT_LE(shared->machinery()->budget->peak_bytes(), 8u << 20);
    EXPECT_EQ(ended.bytes_done, size);
  }
}

}  // namespace
}  // namespace hfhub::test
