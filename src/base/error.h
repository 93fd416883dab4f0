// The one error value that travels through every layer, and the permanent list of what can go wrong.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace hfhub {

// Numbers are those of hfhub_status in include/hfhub/common.h (capi/error.cpp asserts that they agree).
enum class Code : int32_t {
  kOk = 0,
  kEnd = 1,
  kPending = 2,
  kArgument = -1,
  kNoMemory = -2,
  kCancelled = -3,
  kState = -4,
  kForked = -5,
  kUnsupported = -6,
  kIo = -10,
  kDiskFull = -11,
  kCache = -12,
  kNotCached = -13,
  kIncomplete = -14,
  kNetwork = -20,
  kTimeout = -21,
  kOffline = -22,
  kTls = -23,
  kHttp = -30,
  kAuth = -31,
  kRepoNotFound = -32,
  kRevisionNotFound = -33,
  kEntryNotFound = -34,
  kGated = -35,
  kForbidden = -36,
  kRateLimited = -37,
  kDisabled = -38,
  kConflict = -39,
  kIntegrity = -40,
  kUnsafeName = -41,
  kProtocol = -42,
  kInternal = -99,
};

// What an HTTP answer adds to an error. `url` never carries a query or a secret (base/url.h: redacted()).
struct HttpDetail {
  int http_status = 0;
  std::string url;
  std::string hub_code;        // X-Error-Code
  std::string request_id;      // X-Request-Id, else X-Amzn-Trace-Id, else X-Amz-Cf-Id
  std::string server_message;  // what the server said, one line a message
  std::string repo_type;       // singular: "model"; empty when the URL names no repository
  std::string repo_id;
  int64_t retry_after_ms = -1;  // -1: the server asked for nothing
};

// A value: cheap to move, shareable between threads once made. `message` is one line, names what was wrong and with
// which value, and never holds a token.
struct Error {
  Code code = Code::kInternal;
  std::string message;
  bool retriable = false;
  std::string path;  // the local file or folder concerned, empty when there is none
  std::shared_ptr<const HttpDetail> http;

  // Out of line: an error passes through every function, and inlining this everywhere would double the library's size.
  Error();
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();

  static Error make(Code code, std::string message);
  // For what was caught; the former needs no memory itself.
  static Error no_memory();
  static Error unexpected(const std::exception& caught);
  static Error at(Code code, std::string message, std::string path);
  // An Error for errno value `error_number` of `action` on `path`: "cannot <action> '<path>': <reason>".
  static Error from_errno(int error_number, std::string_view action, std::string_view path);

  Error& with_retry() {
    retriable = true;
    return *this;
  }
  // Puts "<context>: " before the message; the code stays what it was.
  Error prefixed(std::string_view context) &&;
};

const char* code_name(Code code);  // "HFHUB_E_NOT_CACHED"; static storage

}  // namespace hfhub
