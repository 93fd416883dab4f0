// What the tests of Xet through the public API share: a repository of somebody who may write, files on disk, and a count of
// the bytes that moved.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {

// A file on CAS.
struct Stored {
  std::string hash;
  uint64_t size = 0;
  std::string sha256;
};
Stored stored_of(const Json& item);

// noise() of neighbouring seeds is the same but for a few bytes at its ends, which is what deduplication looks for.
inline std::string new_bytes(size_t size, uint64_t seed) { return noise(size, seed * 100'000'007); }

class XetTest : public HubTest {
 protected:
  XetTest();
  void SetUp() override;
  void TearDown() override;  // the Hub's settings are what they were

  // As those of HubTest, with kToken and caches of this test.
  SessionOptions options();
  Session session() { return Session(options()); }
  XetOptions access() const {
    XetOptions out;
    out.repo("model", repo_id());
    return out;
  }

  static void settings(const std::string& json) { hub().admin("POST", "settings", json); }
  static int64_t files_on_cas() { return hub().admin("GET", "cas")["files"].integer(); }
  static bool on_cas(const std::string& content);  // found by its SHA-256

  std::string source(const std::string& name, const std::string& content) const;  // written; its path
  std::string target(const std::string& name) const { return scratch_ / ("down/" + name); }

  // One file in a commit of its own.
  Stored upload(Session& session, const std::string& content);
  // One file in a group of its own. `target(name)` holds it afterwards.
  Outcome download(Session& session, const Stored& file, const std::string& name,
                   Milliseconds limit = Milliseconds(20'000));

  uint64_t bytes_fetched() const;  // of answers by storage
  uint64_t bytes_stored() const;   // of xorbs' bodies, however they were sent
  size_t count(const std::string& origin, const std::string& method, const std::string& part_of_path) const;
  // Nothing under the names of downloads but what is in `contents`.
  void expect_only(const std::vector<std::string>& contents) const;

 private:
  std::string settings_before_;
};

// True once `condition` holds; gives up after ten seconds.
template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(Milliseconds(10));
  }
  return condition();
}

}  // namespace hfhub::test
