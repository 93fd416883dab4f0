// What the opaque handles of include/hfhub hold, and the one place where C++ failures become C errors.
#pragma once

#include <hfhub.h>

#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "client/repo_request.h"
#include "client/request.h"
#include "client/session.h"
#include "json/value.h"
#include "runtime/op.h"

namespace hfhub::capi {

// A member of every handle: hfhub_handle_get_count.
struct Counted {
  Counted() { living.fetch_add(1, std::memory_order_relaxed); }
  ~Counted() { living.fetch_sub(1, std::memory_order_relaxed); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  static inline std::atomic<size_t> living{0};
};

}  // namespace hfhub::capi

struct hfhub_error {
  hfhub::Error error;
  hfhub::capi::Counted counted{};
};

struct hfhub_json {
  std::shared_ptr<const hfhub::json::Value> value;
  hfhub::capi::Counted counted{};
};

// Shared by options and sessions; the last one releases the user data.
class LogHook {
 public:
  LogHook(hfhub_log_fn log_fn, void* user_data, hfhub_release_fn user_data_free)
      : log_fn_(log_fn), user_data_(user_data), user_data_free_(user_data_free) {}
  LogHook(const LogHook&) = delete;
  LogHook& operator=(const LogHook&) = delete;
  ~LogHook() {
    if (user_data_free_ != nullptr) user_data_free_(user_data_);
  }
  void line(int32_t level, const char* message) const { log_fn_(level, message, user_data_); }

 private:
  const hfhub_log_fn log_fn_;
  void* const user_data_;
  const hfhub_release_fn user_data_free_;
};

struct hfhub_session_options {
  hfhub::runtime::Config config;
  std::shared_ptr<const LogHook> log_hook;
  hfhub::capi::Counted counted{};
};

struct hfhub_session {
  std::shared_ptr<hfhub::client::Session> session;
  hfhub::capi::Counted counted{};
};

// The ready callback with its user data, which is released once: after the call, or with the handle.
struct ReadyCall {
  const hfhub_ready_fn ready_fn;
  void* const user_data;
  std::atomic<hfhub_ready_fn> user_data_free;

  void run() {
    ready_fn(user_data);
    release();
  }
  void release() {
    if (const auto release_fn = user_data_free.exchange(nullptr)) release_fn(user_data);
  }
  ~ReadyCall() { release(); }
};

struct hfhub_op {
  std::shared_ptr<hfhub::runtime::Op> op;
  std::atomic<bool> has_ready{false};
  std::shared_ptr<ReadyCall> ready;  // written once, by whoever set has_ready
  hfhub::capi::Counted counted{};
};

struct hfhub_queue {
  std::shared_ptr<hfhub::runtime::Queue> queue;
  hfhub::capi::Counted counted{};
};

struct hfhub_download_options {
  hfhub::client::DownloadOptions options;
  hfhub::capi::Counted counted{};
};

struct hfhub_repo_options {
  hfhub::client::RepoOptions options;
  hfhub::capi::Counted counted{};
};

namespace hfhub::capi {

// Fills *err (when wanted) and returns the error's status.
hfhub_status fail(hfhub_error** err, Error error) noexcept;
Error null_argument(const char* name);
char* copy_string(std::string_view text);  // for hfhub_string_free

// Runs `body` (returning Done) behind the C boundary: clears *err, turns errors and exceptions into a status.
template <class Body>
hfhub_status guard(hfhub_error** err, Body&& body) noexcept {
  if (err != nullptr) *err = nullptr;
  try {
    Done done = body();
    if (done.ok()) return HFHUB_OK;
    return fail(err, std::move(done).error());
  } catch (const std::bad_alloc&) {
    return fail(err, Error::no_memory());
  } catch (const std::exception& error) {
    return fail(err, Error::unexpected(error));
  }
}

// Hands out what `start` starts. The handle is made first: nothing runs that the caller was told could not be started.
template <class Start>
Done give_op(hfhub_op** out_op, Start start) {
  auto handle = std::make_unique<hfhub_op>();
  HFHUB_TRY(handle->op, start());
  *out_op = handle.release();
  return {};
}

// Starts `body` as an operation of `session` and hands it out.
Done start_op(hfhub_session* session, client::Session::Body body, hfhub_op** out_op);

// Counters as the public struct; give_progress copies as much of it as the caller's version has room for.
hfhub_progress group_progress(const runtime::Op& op);
hfhub_progress item_progress(const runtime::ItemProgress& item);
Done give_progress(const hfhub_progress& full, hfhub_progress* out_progress);

// The caller's options, or defaults for NULL.
client::DownloadOptions options_of(const hfhub_download_options* options);

}  // namespace hfhub::capi

// Refuses a NULL argument by name.
#define HFHUB_REQUIRE(argument) \
  if ((argument) == nullptr) return ::hfhub::capi::null_argument(#argument)
