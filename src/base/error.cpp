#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace hfhub {

Error::Error() = default;
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

Error Error::make(Code code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

Error Error::no_memory() {
  return make(Code::kNoMemory, "out of memory");
}  // the text is short enough to lie in the string

Error Error::unexpected(const std::exception& caught) {
  return make(Code::kInternal, std::string("unexpected failure: ") + caught.what());
}

Error Error::at(Code code, std::string message, std::string path) {
  Error error = make(code, std::move(message));
  error.path = std::move(path);
  return error;
}

Error Error::from_errno(int error_number, std::string_view action, std::string_view path) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  const Code code = full ? Code::kDiskFull : error_number == ENOMEM ? Code::kNoMemory : Code::kIo;
  std::string message = "cannot ";
  message.append(action).append(" '").append(path).append("': ");
  message += std::generic_category().message(error_number);
  return at(code, std::move(message), std::string(path));
}

Error Error::prefixed(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

const char* code_name(Code code) {
  switch (code) {
    case Code::kOk: return "HFHUB_OK";
    case Code::kEnd: return "HFHUB_END";
    case Code::kPending: return "HFHUB_PENDING";
    case Code::kArgument: return "HFHUB_E_ARGUMENT";
    case Code::kNoMemory: return "HFHUB_E_NO_MEMORY";
    case Code::kCancelled: return "HFHUB_E_CANCELLED";
    case Code::kState: return "HFHUB_E_STATE";
    case Code::kForked: return "HFHUB_E_FORKED";
    case Code::kUnsupported: return "HFHUB_E_UNSUPPORTED";
    case Code::kIo: return "HFHUB_E_IO";
    case Code::kDiskFull: return "HFHUB_E_DISK_FULL";
    case Code::kCache: return "HFHUB_E_CACHE";
    case Code::kNotCached: return "HFHUB_E_NOT_CACHED";
    case Code::kIncomplete: return "HFHUB_E_INCOMPLETE";
    case Code::kNetwork: return "HFHUB_E_NETWORK";
    case Code::kTimeout: return "HFHUB_E_TIMEOUT";
    case Code::kOffline: return "HFHUB_E_OFFLINE";
    case Code::kTls: return "HFHUB_E_TLS";
    case Code::kHttp: return "HFHUB_E_HTTP";
    case Code::kAuth: return "HFHUB_E_AUTH";
    case Code::kRepoNotFound: return "HFHUB_E_REPO_NOT_FOUND";
    case Code::kRevisionNotFound: return "HFHUB_E_REVISION_NOT_FOUND";
    case Code::kEntryNotFound: return "HFHUB_E_ENTRY_NOT_FOUND";
    case Code::kGated: return "HFHUB_E_GATED";
    case Code::kForbidden: return "HFHUB_E_FORBIDDEN";
    case Code::kRateLimited: return "HFHUB_E_RATE_LIMITED";
    case Code::kDisabled: return "HFHUB_E_DISABLED";
    case Code::kConflict: return "HFHUB_E_CONFLICT";
    case Code::kIntegrity: return "HFHUB_E_INTEGRITY";
    case Code::kUnsafeName: return "HFHUB_E_UNSAFE_NAME";
    case Code::kProtocol: return "HFHUB_E_PROTOCOL";
    case Code::kInternal: return "HFHUB_E_INTERNAL";
  }
  return "HFHUB_E_UNKNOWN";
}

}  // namespace hfhub
