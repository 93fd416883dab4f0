// What the tests through the public API share: one local Hub a program, a cache a test, fast settings, and a watch over
// everything the library says, so that no test has to remember to look for leaked secrets.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <deque>
#include <hfhub.hpp>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/local_hub.h"
#include "support/scratch.h"

namespace hfhub::test {

// What the log hook received. Never freed: an operation that was let go may still have something to say.
struct Lines {
  const pid_t process = getpid();  // a child of a fork may find the mutex taken, for ever
  std::mutex mutex;
  std::deque<std::string> texts;  // guarded by mutex
};

inline constexpr char kToken[] = "hf_SecretOfAlice0123456789abcdefghij";

// How an operation ended.
struct Outcome {
  hfhub_status status = HFHUB_PENDING;  // PENDING: it did not end in time, which has been reported as a failure
  std::string message, server_message, hub_code, url, request_id, error_path, repo_id, repo_type;
  int32_t http_status = 0;
  int64_t retry_after_ms = -1;
  bool retriable = false;
  std::string path;
  Json json;
  hfhub_progress progress{};
  int64_t elapsed_ms = 0;

  bool ok() const { return status == HFHUB_OK; }
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

class HubTest : public ::testing::Test {
 protected:
  HubTest();
  void TearDown() override;

  static LocalHub& hub();  // started on first use, ended with the program

  std::string repo_id() const { return repo_id_; }  // "test/<name of the test>"
  std::string repo() const { return "model/" + repo_id_; }
  std::string cache() const { return scratch_ / "cache"; }
  std::string snapshot_file(const std::string& commit, const std::string& path) const;

  // Fast retries, short deadlines, small ranges, the cache above, and every log line kept.
  SessionOptions options();
  Session session() { return Session(options()); }

  // Waits for the end; a failure of the test when it takes longer than `limit`.
  Outcome finish(Op& op, Milliseconds limit = Milliseconds(20'000));
  Outcome finish(Op&& op, Milliseconds limit = Milliseconds(20'000)) { return finish(op, limit); }

  // Requests of this test so far.
  std::vector<Seen> seen() const { return hub().seen(mark_); }
  size_t request_count() const { return seen().size(); }
  void forget_requests() { mark_ = hub().mark(); }
  std::vector<std::string> log_lines() const;

  // Every published file (snapshots and blobs) is one of `contents`; partial files are not looked at.
  void expect_nothing_wrong_visible(const std::vector<std::string>& contents) const;
  std::vector<std::string> partial_files() const;
  void expect_no_secret(const std::string& text, const std::string& where) const;

  const Scratch scratch_;

 private:
  static void keep_line(int32_t level, const char* message, void* user_data);

  std::string repo_id_;
  int64_t mark_ = 0;
  Lines& lines_;
  std::vector<Outcome> outcomes_;
};

// The status of a call that is expected to fail, and its message.
struct Refusal {
  hfhub_status status = HFHUB_OK;
  std::string message;
};

template <class Call>
Refusal refusal_of(Call&& call) {
  hfhub_error* error = nullptr;
  Refusal out;
  out.status = call(&error);
  EXPECT_EQ(out.status < 0, error != nullptr) << "status " << out.status;
  out.message = hfhub_error_get_message(error);
  if (error != nullptr) {
    EXPECT_EQ(hfhub_error_get_status(error), out.status);
  }
  hfhub_error_free(error);
  return out;
}

}  // namespace hfhub::test
