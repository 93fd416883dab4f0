#include "support/xet_test.h"

#include <algorithm>
#include <filesystem>

#include "support/plain_http.h"

namespace hfhub::test {
namespace fs = std::filesystem;

Stored stored_of(const Json& item) {
  return {item["hash"].string(), static_cast<uint64_t>(item["size"].integer()), item["sha256"].string()};
}

XetTest::XetTest() {
  // The settings of a real hf_xet must not reach a test.
  for (char** entry = environ; entry != nullptr && *entry != nullptr;) {
    const std::string text = *entry;
    if (text.rfind("HF_XET_", 0) != 0) {
      ++entry;
      continue;
    }
    unsetenv(text.substr(0, text.find('=')).c_str());
    entry = environ;
  }
}

void XetTest::SetUp() {
  hub().add_token(kToken, "test", "write");
  hub().set_repo(repo(), "{}");
  settings_before_ = hub().admin("GET", "settings").text();
}

void XetTest::TearDown() {
  if (!settings_before_.empty()) settings(settings_before_);
  HubTest::TearDown();
}

SessionOptions XetTest::options() {
  SessionOptions out = HubTest::options();
  out.token(kToken).set("cache.xet_dir", scratch_ / "xet");
  return out;
}

bool XetTest::on_cas(const std::string& content) {
  return plain_http(hub().endpoint(), "GET", "/_admin/cas/sha256/" + sha256_hex(content)).status == 200;
}

std::string XetTest::source(const std::string& name, const std::string& content) const {
  const std::string path = scratch_ / ("up/" + name);
  write_file(path, content);
  return path;
}

Stored XetTest::upload(Session& session, const std::string& content) {
  XetCommit commit = session.xet_commit(access());
  const size_t index = commit.add_bytes("bytes", content.data(), content.size());
  const Outcome outcome = finish(commit.finish());
  EXPECT_TRUE(outcome.ok()) << outcome;
  return outcome.ok() ? stored_of(commit.item(index).value()) : Stored();
}

Outcome XetTest::download(Session& session, const Stored& file, const std::string& name, Milliseconds limit) {
  fs::create_directories(target(""));
  XetGroup group = session.xet_group(access());
  group.add(file.hash, file.size, target(name));
  return finish(group.start(), limit);
}

uint64_t XetTest::bytes_fetched() const {
  uint64_t sum = 0;
  for (const Seen& request : seen()) {
    if (request.origin == "cdn" && request.method == "GET" && request.status / 100 == 2) sum += request.bytes;
  }
  return sum;
}

uint64_t XetTest::bytes_stored() const {
  uint64_t sum = 0;
  for (const Seen& request : seen()) {
    const bool xorb = request.method == "PUT" || request.path.rfind("/v1/xorbs/", 0) == 0;
    if (xorb) sum += std::stoull("0" + request.headers["content-length"].string());
  }
  return sum;
}

size_t XetTest::count(const std::string& origin, const std::string& method, const std::string& part_of_path) const {
  const std::vector<Seen> requests = seen();
  return static_cast<size_t>(std::count_if(requests.begin(), requests.end(), [&](const Seen& request) {
    return request.origin == origin && request.method == method && request.path.find(part_of_path) != std::string::npos;
  }));
}

void XetTest::expect_only(const std::vector<std::string>& contents) const {
  if (!fs::exists(target(""))) return;
  for (const auto& entry : fs::recursive_directory_iterator(target(""))) {
    const std::string path = entry.path().string();
    if (!fs::is_regular_file(entry.path()) || path.ends_with(".incomplete")) continue;
    const bool right = std::find(contents.begin(), contents.end(), read_file(path)) != contents.end();
    EXPECT_TRUE(right) << path << " is visible with wrong bytes";
  }
}

}  // namespace hfhub::test
