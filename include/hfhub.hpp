// libhfhub for C++17: RAII and exceptions over hfhub.h, header-only. One class a handle, one method a function; see
// hfhub.h and its parts for what each does. Objects are movable, not copyable, except Json, which is shared.
#ifndef HFHUB_HPP
#define HFHUB_HPP

#include <hfhub.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hfhub {

using Milliseconds = std::chrono::milliseconds;

// Thrown by everything here that can fail. Copies all that the C error object holds.
class Exception : public std::runtime_error {
 public:
  // Takes the error object over. `fallback` is the status when there is no object.
  Exception(hfhub_error* error, hfhub_status fallback)
      : std::runtime_error(error != nullptr ? hfhub_error_get_message(error) : hfhub_status_name(fallback)),
        status_(error != nullptr ? hfhub_error_get_status(error) : fallback),
        http_status_(hfhub_error_get_http_status(error)),
        retriable_(hfhub_error_is_retriable(error) != 0),
        retry_after_(hfhub_error_get_retry_after_ms(error)),
        hub_code_(hfhub_error_get_hub_code(error)),
        request_id_(hfhub_error_get_request_id(error)),
        server_message_(hfhub_error_get_server_message(error)),
        url_(hfhub_error_get_url(error)),
        repo_type_(hfhub_error_get_repo_type(error)),
        repo_id_(hfhub_error_get_repo_id(error)),
        path_(hfhub_error_get_path(error)) {
    hfhub_error_free(error);
  }

  hfhub_status status() const noexcept { return status_; }
  int32_t http_status() const noexcept { return http_status_; }
  bool retriable() const noexcept { return retriable_; }
  int64_t retry_after_ms() const noexcept { return retry_after_; }
  const std::string& hub_code() const noexcept { return hub_code_; }
  const std::string& request_id() const noexcept { return request_id_; }
  const std::string& server_message() const noexcept { return server_message_; }
  const std::string& url() const noexcept { return url_; }
  const std::string& repo_type() const noexcept { return repo_type_; }
  const std::string& repo_id() const noexcept { return repo_id_; }
  const std::string& path() const noexcept { return path_; }

 private:
  hfhub_status status_;
  int32_t http_status_;
  bool retriable_;
  int64_t retry_after_;
  std::string hub_code_, request_id_, server_message_, url_, repo_type_, repo_id_, path_;
};

namespace detail {

struct Free {
  void operator()(hfhub_error* handle) const noexcept { hfhub_error_free(handle); }
  void operator()(hfhub_json* handle) const noexcept { hfhub_json_free(handle); }
  void operator()(hfhub_session_options* handle) const noexcept { hfhub_session_options_free(handle); }
  void operator()(hfhub_session* handle) const noexcept { hfhub_session_free(handle); }
  void operator()(hfhub_op* handle) const noexcept { hfhub_op_free(handle); }
  void operator()(hfhub_queue* handle) const noexcept { hfhub_queue_free(handle); }
  void operator()(hfhub_download_options* handle) const noexcept { hfhub_download_options_free(handle); }
  void operator()(hfhub_repo_options* handle) const noexcept { hfhub_repo_options_free(handle); }
  void operator()(hfhub_commit_options* handle) const noexcept { hfhub_commit_options_free(handle); }
  void operator()(hfhub_commit* handle) const noexcept { hfhub_commit_free(handle); }
  void operator()(hfhub_commit_writer* handle) const noexcept { hfhub_commit_writer_free(handle); }
  void operator()(hfhub_scheduler* handle) const noexcept { hfhub_scheduler_free(handle); }
  void operator()(hfhub_xet_options* handle) const noexcept { hfhub_xet_options_free(handle); }
  void operator()(hfhub_xet_commit* handle) const noexcept { hfhub_xet_commit_free(handle); }
  void operator()(hfhub_xet_writer* handle) const noexcept { hfhub_xet_writer_free(handle); }
  void operator()(hfhub_xet_group* handle) const noexcept { hfhub_xet_group_free(handle); }
  void operator()(hfhub_xet_stream* handle) const noexcept { hfhub_xet_stream_free(handle); }
  void operator()(hfhub_device_login* handle) const noexcept { hfhub_device_login_free(handle); }
  void operator()(char* string) const noexcept { hfhub_string_free(string); }
};

template <class T>
using Handle = std::unique_ptr<T, Free>;

// Calls f(err) and throws when it failed; returns OK, END or PENDING.
template <class Call>
hfhub_status check(Call&& call) {
  hfhub_error* error = nullptr;
  const hfhub_status status = call(&error);
  if (status < 0) throw Exception(error, status);
  return status;
}

// Calls f(&out, err) and owns what came out.
template <class T, class Call>
Handle<T> make(Call&& call) {
  T* out = nullptr;
  check([&](hfhub_error** err) { return call(&out, err); });
  return Handle<T>(out);
}

inline std::string take_string(Handle<char> string) { return string ? std::string(string.get()) : std::string(); }

}  // namespace detail

inline std::string version() { return hfhub_version(); }

// Handles of this process that are not freed; for tests that look for leaks.
inline size_t handle_count() { return hfhub_handle_get_count(); }

// A JSON document, or a place in one. Copies share the document.
class Json {
 public:
  Json() = default;
  explicit Json(hfhub_json* handle) : document_(handle, detail::Free{}) {}
  static Json parse(std::string_view text) {
    return Json(detail::make<hfhub_json>([&](hfhub_json** out, hfhub_error** err) {
                  return hfhub_json_parse(text.data(), text.size(), out, err);
                }).release());
  }

  Json operator[](const std::string& key) const {
    std::string escaped;
    for (char c : key) escaped += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return Json(document_, path_ + "/" + escaped);
  }
  Json operator[](size_t index) const { return Json(document_, path_ + "/" + std::to_string(index)); }

  int32_t type() const { return hfhub_json_get_type(document_.get(), path_.c_str()); }
  bool missing() const { return type() == HFHUB_JSON_MISSING; }
  bool is_null() const { return type() == HFHUB_JSON_NULL || missing(); }
  size_t size() const { return hfhub_json_get_count(document_.get(), path_.c_str()); }
  std::string key(size_t index) const {
    const char* name = hfhub_json_get_key(document_.get(), path_.c_str(), index);
    return name != nullptr ? name : "";
  }
  std::string string(const std::string& fallback = "") const {
    const char* text = hfhub_json_get_string(document_.get(), path_.c_str());
    return text != nullptr ? text : fallback;
  }
  int64_t integer(int64_t fallback = 0) const { return hfhub_json_get_int64(document_.get(), path_.c_str(), fallback); }
  double number(double fallback = 0) const { return hfhub_json_get_double(document_.get(), path_.c_str(), fallback); }
  bool boolean(bool fallback = false) const {
    return hfhub_json_get_bool(document_.get(), path_.c_str(), fallback ? 1 : 0) != 0;
  }
  std::string text(int32_t indent = -1) const {
    return detail::take_string(detail::make<char>([&](char** out, hfhub_error** err) {
      return hfhub_json_write(document_.get(), path_.c_str(), indent, out, err);
    }));
  }

 private:
  Json(std::shared_ptr<hfhub_json> document, std::string path)
      : document_(std::move(document)), path_(std::move(path)) {}
  std::shared_ptr<hfhub_json> document_;
  std::string path_;
};

class SessionOptions {
 public:
  SessionOptions()
      : handle_(detail::make<hfhub_session_options>(
            [](hfhub_session_options** out, hfhub_error** err) { return hfhub_session_options_new(out, err); })) {}

  SessionOptions& set(const std::string& key, const std::string& value) {
    detail::check(
        [&](hfhub_error** err) { return hfhub_session_options_set(handle_.get(), key.c_str(), value.c_str(), err); });
    return *this;
  }
  SessionOptions& token(const std::string& value) {
    detail::check(
        [&](hfhub_error** err) { return hfhub_session_options_set_token(handle_.get(), value.c_str(), err); });
    return *this;
  }
  SessionOptions& endpoint(const std::string& value) { return set("endpoint", value); }
  SessionOptions& cache_dir(const std::string& value) { return set("cache.dir", value); }
  SessionOptions& offline(bool enable) { return set("offline", enable ? "true" : "false"); }
  SessionOptions& memory_budget(uint64_t bytes) { return set("memory.budget", std::to_string(bytes)); }
  SessionOptions& user_agent(const std::string& value) { return set("user_agent", value); }
  // `hook` runs on threads of the library, and goes, on any thread, with the last that may log: options, sessions and what
  // those do.
  SessionOptions& log_hook(std::function<void(int32_t level, std::string_view message)> hook) {
    using Hook = std::function<void(int32_t, std::string_view)>;
    auto kept = std::make_unique<Hook>(std::move(hook));
    detail::check([&](hfhub_error** err) {
      return hfhub_session_options_set_log_hook(
          handle_.get(),
          [](int32_t level, const char* message, void* user_data) { (*static_cast<Hook*>(user_data))(level, message); },
          kept.get(), [](void* user_data) { delete static_cast<Hook*>(user_data); }, err);
    });
    (void)kept.release();
    return *this;
  }
  const hfhub_session_options* get() const { return handle_.get(); }

 private:
  detail::Handle<hfhub_session_options> handle_;
};

class DownloadOptions {
 public:
  DownloadOptions()
      : handle_(detail::make<hfhub_download_options>(
            [](hfhub_download_options** out, hfhub_error** err) { return hfhub_download_options_new(out, err); })) {}

  DownloadOptions& repo_type(const std::string& value) { return set(hfhub_download_options_set_repo_type, value); }
  DownloadOptions& revision(const std::string& value) { return set(hfhub_download_options_set_revision, value); }
  DownloadOptions& subfolder(const std::string& value) { return set(hfhub_download_options_set_subfolder, value); }
  DownloadOptions& cache_dir(const std::string& value) { return set(hfhub_download_options_set_cache_dir, value); }
  DownloadOptions& local_dir(const std::string& value) { return set(hfhub_download_options_set_local_dir, value); }
  DownloadOptions& token(const std::string& value) { return set(hfhub_download_options_set_token, value); }
  DownloadOptions& allow(const std::string& pattern) { return set(hfhub_download_options_add_allow_pattern, pattern); }
  DownloadOptions& ignore(const std::string& pattern) {
    return set(hfhub_download_options_add_ignore_pattern, pattern);
  }
  DownloadOptions& force(bool enable = true) { return set(hfhub_download_options_set_force, enable); }
  DownloadOptions& local_files_only(bool enable = true) {
    return set(hfhub_download_options_set_local_files_only, enable);
  }
  DownloadOptions& dry_run(bool enable = true) { return set(hfhub_download_options_set_dry_run, enable); }
  DownloadOptions& max_workers(int32_t count) { return set(hfhub_download_options_set_max_workers, count); }
  const hfhub_download_options* get() const { return handle_.get(); }

 private:
  DownloadOptions& set(hfhub_status (*setter)(hfhub_download_options*, const char*, hfhub_error**),
                       const std::string& value) {
    detail::check([&](hfhub_error** err) { return setter(handle_.get(), value.c_str(), err); });
    return *this;
  }
  DownloadOptions& set(hfhub_status (*setter)(hfhub_download_options*, int32_t, hfhub_error**), int32_t value) {
    detail::check([&](hfhub_error** err) { return setter(handle_.get(), value, err); });
    return *this;
  }
  detail::Handle<hfhub_download_options> handle_;
};

class RepoOptions {
 public:
  RepoOptions()
      : handle_(detail::make<hfhub_repo_options>(
            [](hfhub_repo_options** out, hfhub_error** err) { return hfhub_repo_options_new(out, err); })) {}

  RepoOptions& repo_type(const std::string& value) { return set(hfhub_repo_options_set_repo_type, value); }
  RepoOptions& token(const std::string& value) { return set(hfhub_repo_options_set_token, value); }
  RepoOptions& visibility(const std::string& value) { return set(hfhub_repo_options_set_visibility, value); }
  RepoOptions& set_private(bool enable = true) { return set(hfhub_repo_options_set_private, enable ? 1 : 0); }
  RepoOptions& gated(const std::string& value) { return set(hfhub_repo_options_set_gated, value); }
  RepoOptions& exist_ok(bool enable = true) { return set(hfhub_repo_options_set_exist_ok, enable ? 1 : 0); }
  RepoOptions& missing_ok(bool enable = true) { return set(hfhub_repo_options_set_missing_ok, enable ? 1 : 0); }
  RepoOptions& resource_group(const std::string& value) { return set(hfhub_repo_options_set_resource_group, value); }
  RepoOptions& region(const std::string& value) { return set(hfhub_repo_options_set_region, value); }
  RepoOptions& space_sdk(const std::string& value) { return set(hfhub_repo_options_set_space_sdk, value); }
  RepoOptions& space_template(const std::string& value) { return set(hfhub_repo_options_set_space_template, value); }
  RepoOptions& space_hardware(const std::string& value) { return set(hfhub_repo_options_set_space_hardware, value); }
  RepoOptions& space_sleep_time(std::chrono::seconds value) {
    return set(hfhub_repo_options_set_space_sleep_time, static_cast<int64_t>(value.count()));
  }
  RepoOptions& space_secret(const std::string& name, const std::string& value) {
    return set(hfhub_repo_options_add_space_secret, name, value);
  }
  RepoOptions& space_variable(const std::string& name, const std::string& value) {
    return set(hfhub_repo_options_add_space_variable, name, value);
  }
  RepoOptions& space_volume(const std::string& value) { return set(hfhub_repo_options_add_space_volume, value); }
  RepoOptions& revision(const std::string& value) { return set(hfhub_repo_options_set_revision, value); }
  RepoOptions& message(const std::string& value) { return set(hfhub_repo_options_set_message, value); }
  const hfhub_repo_options* get() const { return handle_.get(); }

 private:
  static const char* passed(const std::string& value) { return value.c_str(); }
  template <class T>
  static T passed(T value) {
    return value;
  }
  template <class Setter, class... Arguments>
  RepoOptions& set(Setter setter, const Arguments&... values) {
    detail::check([&](hfhub_error** err) { return setter(handle_.get(), passed(values)..., err); });
    return *this;
  }
  detail::Handle<hfhub_repo_options> handle_;
};

// A running or finished operation. Destroying it cancels it when it still runs.
class Op {
 public:
  explicit Op(hfhub_op* handle) : handle_(handle) {}

  // Waits for the end; throws the operation's error.
  Op& wait() {
    detail::check([&](hfhub_error** err) { return hfhub_op_wait(handle_.get(), -1, err); });
    return *this;
  }
  // False when `limit` passed first.
  bool wait_for(Milliseconds limit) {
    return detail::check([&](hfhub_error** err) { return hfhub_op_wait(handle_.get(), limit.count(), err); }) ==
           HFHUB_OK;
  }
  // Waits for the end and calls `report(progress)` on this thread meanwhile. An exception out of `report` cancels the
  // operation and is thrown on once it has ended.
  template <class Report>
  Op& wait(Milliseconds interval, Report&& report) {
    while (!wait_for(interval)) report(progress());
    report(progress());
    return *this;
  }
  bool done() { return wait_for(Milliseconds(0)); }
  void cancel() noexcept { hfhub_op_cancel(handle_.get()); }

  intptr_t fd() const {
    intptr_t out = -1;
    detail::check([&](hfhub_error** err) { return hfhub_op_get_fd(handle_.get(), &out, err); });
    return out;
  }
  hfhub_progress progress() const {
    hfhub_progress out{};
    out.struct_size = sizeof out;
    detail::check([&](hfhub_error** err) { return hfhub_op_get_progress(handle_.get(), &out, err); });
    return out;
  }
  size_t item_count() const { return hfhub_op_get_item_count(handle_.get()); }
  std::string item_name(size_t index) const {
    const char* name = hfhub_op_get_item_name(handle_.get(), index);
    return name != nullptr ? name : "";
  }
  hfhub_progress item_progress(size_t index) const {
    hfhub_progress out{};
    out.struct_size = sizeof out;
    detail::check([&](hfhub_error** err) { return hfhub_op_get_item_progress(handle_.get(), index, &out, err); });
    return out;
  }
  std::string path() const {
    const char* path = hfhub_op_get_path(handle_.get());
    return path != nullptr ? path : "";
  }
  Json json() const {
    return Json(detail::make<hfhub_json>([&](hfhub_json** out, hfhub_error** err) {
                  return hfhub_op_get_json(handle_.get(), out, err);
                }).release());
  }
  hfhub_op* get() const { return handle_.get(); }

 private:
  detail::Handle<hfhub_op> handle_;
};

class Queue {
 public:
  Queue()
      : handle_(
            detail::make<hfhub_queue>([](hfhub_queue** out, hfhub_error** err) { return hfhub_queue_new(out, err); })) {
  }
  void add(const Op& op, uint64_t tag) {
    detail::check([&](hfhub_error** err) { return hfhub_queue_add(handle_.get(), op.get(), tag, err); });
  }
  // The tag of the next finished operation; nullopt when nothing is outstanding.
  std::optional<uint64_t> next() {
    uint64_t tag = 0;
    const hfhub_status status =
        detail::check([&](hfhub_error** err) { return hfhub_queue_next(handle_.get(), -1, &tag, err); });
    return status == HFHUB_OK ? std::optional<uint64_t>(tag) : std::nullopt;
  }
  hfhub_queue* get() const { return handle_.get(); }

 private:
  detail::Handle<hfhub_queue> handle_;
};

// A login by a code that a person enters in a browser.
class DeviceLogin {
 public:
  explicit DeviceLogin(hfhub_device_login* handle) : handle_(handle) {}
  Op request() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_device_login_request(handle_.get(), out, err);
              }).release());
  }
  Op finish() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_device_login_finish(handle_.get(), out, err);
              }).release());
  }
  // "" before there is a code.
  std::string url() const { return text(hfhub_device_login_get_url(handle_.get())); }
  std::string user_code() const { return text(hfhub_device_login_get_user_code(handle_.get())); }
  uint32_t pending_count() const { return hfhub_device_login_get_pending_count(handle_.get()); }
  hfhub_device_login* get() const { return handle_.get(); }

 private:
  static std::string text(const char* borrowed) { return borrowed != nullptr ? borrowed : ""; }
  detail::Handle<hfhub_device_login> handle_;
};

struct CachedFile {
  int32_t state = HFHUB_CACHED_UNKNOWN;
  std::string path;
};

}  // namespace hfhub

#include <hfhub_commit.hpp>
#include <hfhub_xet.hpp>

namespace hfhub {

class Session {
 public:
  explicit Session(const SessionOptions& options) : Session(options.get()) {}
  Session() : Session(nullptr) {}

  Op download_file(const std::string& repo_id, const std::string& path, const DownloadOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_download_file(handle_.get(), repo_id.c_str(), path.c_str(), options.get(), out, err);
    });
  }
  Op download_snapshot(const std::string& repo_id, const DownloadOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_download_snapshot(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Op file_metadata(const std::string& repo_id, const std::string& path, const DownloadOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_file_metadata(handle_.get(), repo_id.c_str(), path.c_str(), options.get(), out, err);
    });
  }
  std::string file_url(const std::string& repo_id, const std::string& path, const DownloadOptions& options = {}) const {
    return detail::take_string(detail::make<char>([&](char** out, hfhub_error** err) {
      return hfhub_file_url(handle_.get(), repo_id.c_str(), path.c_str(), options.get(), out, err);
    }));
  }
  CachedFile cached_file(const std::string& repo_id, const std::string& path,
                         const DownloadOptions& options = {}) const {
    CachedFile found;
    found.path = detail::take_string(detail::make<char>([&](char** out, hfhub_error** err) {
      return hfhub_cached_file(handle_.get(), repo_id.c_str(), path.c_str(), options.get(), &found.state, out, err);
    }));
    return found;
  }
  Op cache_scan(const std::string& cache_dir = "") const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_cache_scan(handle_.get(), cache_dir.empty() ? nullptr : cache_dir.c_str(), out, err);
    });
  }
  Op cache_verify(const std::string& repo_id, const DownloadOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_cache_verify(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Op call(const std::string& operation, const std::string& params_json = "{}") const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_call(handle_.get(), operation.c_str(), params_json.c_str(), out, err);
    });
  }

  Op repo_create(const std::string& repo_id, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_create(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Op repo_delete(const std::string& repo_id, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_delete(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Op repo_move(const std::string& repo_id, const std::string& to_id, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_move(handle_.get(), repo_id.c_str(), to_id.c_str(), options.get(), out, err);
    });
  }
  // `to_id` "": the same name in your own namespace.
  Op repo_duplicate(const std::string& repo_id, const std::string& to_id = "", const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_duplicate(handle_.get(), repo_id.c_str(), to_id.empty() ? nullptr : to_id.c_str(),
                                  options.get(), out, err);
    });
  }
  Op repo_update(const std::string& repo_id, const RepoOptions& options) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_update(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Op repo_auth_check(const std::string& repo_id, bool write = false, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_auth_check(handle_.get(), repo_id.c_str(), write ? 1 : 0, options.get(), out, err);
    });
  }
  // `owner` "": whose token it is.
  Op repo_list(const std::string& owner = "", const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_list(handle_.get(), owner.empty() ? nullptr : owner.c_str(), options.get(), out, err);
    });
  }
  Op repo_refs(const std::string& repo_id, bool include_prs = false, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_repo_refs(handle_.get(), repo_id.c_str(), include_prs ? 1 : 0, options.get(), out, err);
    });
  }
  Op branch_create(const std::string& repo_id, const std::string& branch, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_branch_create(handle_.get(), repo_id.c_str(), branch.c_str(), options.get(), out, err);
    });
  }
  Op branch_delete(const std::string& repo_id, const std::string& branch, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_branch_delete(handle_.get(), repo_id.c_str(), branch.c_str(), options.get(), out, err);
    });
  }
  Op branch_squash(const std::string& repo_id, const std::string& branch = "main",
                   const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_branch_squash(handle_.get(), repo_id.c_str(), branch.c_str(), options.get(), out, err);
    });
  }
  Op tag_create(const std::string& repo_id, const std::string& tag, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_tag_create(handle_.get(), repo_id.c_str(), tag.c_str(), options.get(), out, err);
    });
  }
  Op tag_delete(const std::string& repo_id, const std::string& tag, const RepoOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_tag_delete(handle_.get(), repo_id.c_str(), tag.c_str(), options.get(), out, err);
    });
  }
  Op login(const std::string& token, bool git_credential = false) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_auth_login(handle_.get(), token.c_str(), git_credential ? 1 : 0, out, err);
    });
  }
  // "" forgets all tokens.
  Op logout(const std::string& token_name = "", bool git_credential = false) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_auth_logout(handle_.get(), token_name.empty() ? nullptr : token_name.c_str(), git_credential ? 1 : 0,
                               out, err);
    });
  }
  Op switch_token(const std::string& token_name, bool git_credential = false) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_auth_switch(handle_.get(), token_name.c_str(), git_credential ? 1 : 0, out, err);
    });
  }
  Op stored_tokens() const {
    return start([&](hfhub_op** out, hfhub_error** err) { return hfhub_auth_list(handle_.get(), out, err); });
  }
  Op token() const {
    return start([&](hfhub_op** out, hfhub_error** err) { return hfhub_auth_get_token(handle_.get(), out, err); });
  }
  Op whoami(const std::optional<std::string>& token = std::nullopt, bool use_cache = false) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_auth_whoami(handle_.get(), token ? token->c_str() : nullptr, use_cache ? 1 : 0, out, err);
    });
  }
  DeviceLogin device_login() const {
    return DeviceLogin(detail::make<hfhub_device_login>([&](hfhub_device_login** out, hfhub_error** err) {
                         return hfhub_device_login_new(handle_.get(), out, err);
                       }).release());
  }

  Op lfs_upload(const std::string& path, const std::string& sha256, const std::string& action_json) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_lfs_upload(handle_.get(), path.c_str(), sha256.c_str(), action_json.c_str(), out, err);
    });
  }

  Commit commit(const std::string& repo_id, const CommitOptions& options) const {
    return Commit(detail::make<hfhub_commit>([&](hfhub_commit** out, hfhub_error** err) {
                    return hfhub_commit_new(handle_.get(), repo_id.c_str(), options.get(), out, err);
                  }).release());
  }
  Op upload_file(const std::string& repo_id, const std::string& file, const std::string& path_in_repo,
                 const CommitOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_upload_file(handle_.get(), repo_id.c_str(), file.c_str(), path_in_repo.c_str(), options.get(), out,
                               err);
    });
  }
  Op upload_folder(const std::string& repo_id, const std::string& folder, const std::string& path_in_repo = "",
                   const CommitOptions& options = {}) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_upload_folder(handle_.get(), repo_id.c_str(), folder.c_str(), path_in_repo.c_str(), options.get(),
                                 out, err);
    });
  }
  Op delete_files(const std::string& repo_id, const CommitOptions& options) const {
    return start([&](hfhub_op** out, hfhub_error** err) {
      return hfhub_delete_files(handle_.get(), repo_id.c_str(), options.get(), out, err);
    });
  }
  Scheduler schedule(const std::string& repo_id, const std::string& folder, const std::string& path_in_repo,
                     Milliseconds every, const CommitOptions& options = {}) const {
    return Scheduler(detail::make<hfhub_scheduler>([&](hfhub_scheduler** out, hfhub_error** err) {
                       return hfhub_scheduler_start(handle_.get(), repo_id.c_str(), folder.c_str(),
                                                    path_in_repo.c_str(), every.count(), options.get(), out, err);
                     }).release());
  }
  XetCommit xet_commit(const XetOptions& options = {}) const {
    return XetCommit(detail::make<hfhub_xet_commit>([&](hfhub_xet_commit** out, hfhub_error** err) {
                       return hfhub_xet_commit_new(handle_.get(), options.get(), out, err);
                     }).release());
  }
  XetGroup xet_group(const XetOptions& options = {}) const {
    return XetGroup(detail::make<hfhub_xet_group>([&](hfhub_xet_group** out, hfhub_error** err) {
                      return hfhub_xet_group_new(handle_.get(), options.get(), out, err);
                    }).release());
  }
  XetStream xet_stream(const XetOptions& options, const std::string& hash, uint64_t size = HFHUB_XET_UNKNOWN,
                       const XetRange& range = {}) const {
    return XetStream(detail::make<hfhub_xet_stream>([&](hfhub_xet_stream** out, hfhub_error** err) {
                       return hfhub_xet_stream_open(handle_.get(), options.get(), hash.c_str(), size, range.begin,
                                                    range.end, range.ordered ? 1 : 0, out, err);
                     }).release());
  }
  Op xet_hash_file(const std::string& path) const {
    return start(
        [&](hfhub_op** out, hfhub_error** err) { return hfhub_xet_hash_file(handle_.get(), path.c_str(), out, err); });
  }
  // `write`: 0 to read, 1 to write, 2 to write into a pull request that will be opened.
  std::string xet_refresh_url(const std::string& repo_type, const std::string& repo_id, const std::string& revision,
                              int32_t write) const {
    return detail::take_string(detail::make<char>([&](char** out, hfhub_error** err) {
      return hfhub_xet_get_refresh_url(handle_.get(), repo_type.c_str(), repo_id.c_str(),
                                       revision.empty() ? nullptr : revision.c_str(), write, out, err);
    }));
  }

  std::string option(const std::string& key) const {
    return detail::take_string(detail::make<char>(
        [&](char** out, hfhub_error** err) { return hfhub_session_get_option(handle_.get(), key.c_str(), out, err); }));
  }
  bool has_token() const { return hfhub_session_has_token(handle_.get()) != 0; }
  void cancel() noexcept { hfhub_session_cancel(handle_.get()); }
  hfhub_session* get() const { return handle_.get(); }

 private:
  explicit Session(const hfhub_session_options* options)
      : handle_(detail::make<hfhub_session>(
            [&](hfhub_session** out, hfhub_error** err) { return hfhub_session_new(options, out, err); })) {}
  template <class Call>
  static Op start(Call&& call) {
    return Op(detail::make<hfhub_op>(std::forward<Call>(call)).release());
  }
  detail::Handle<hfhub_session> handle_;
};

inline Json parse_uri(const std::string& uri) {
  return Json(detail::make<hfhub_json>([&](hfhub_json** out, hfhub_error** err) {
                return hfhub_uri_parse(uri.c_str(), out, err);
              }).release());
}

}  // namespace hfhub

#endif
