#include <cstdlib>
#include <cstring>

#include "capi/handles.h"

#ifndef HFHUB_VERSION
#error "HFHUB_VERSION is set by the build"
#endif

namespace hfhub::capi {
namespace {

#define HFHUB_SAME(name, code) static_assert(name == static_cast<hfhub_status>(Code::code))
HFHUB_SAME(HFHUB_OK, kOk);
HFHUB_SAME(HFHUB_END, kEnd);
HFHUB_SAME(HFHUB_PENDING, kPending);
HFHUB_SAME(HFHUB_E_ARGUMENT, kArgument);
HFHUB_SAME(HFHUB_E_NO_MEMORY, kNoMemory);
HFHUB_SAME(HFHUB_E_CANCELLED, kCancelled);
HFHUB_SAME(HFHUB_E_STATE, kState);
HFHUB_SAME(HFHUB_E_FORKED, kForked);
HFHUB_SAME(HFHUB_E_UNSUPPORTED, kUnsupported);
HFHUB_SAME(HFHUB_E_IO, kIo);
HFHUB_SAME(HFHUB_E_DISK_FULL, kDiskFull);
HFHUB_SAME(HFHUB_E_CACHE, kCache);
HFHUB_SAME(HFHUB_E_NOT_CACHED, kNotCached);
HFHUB_SAME(HFHUB_E_INCOMPLETE, kIncomplete);
HFHUB_SAME(HFHUB_E_NETWORK, kNetwork);
HFHUB_SAME(HFHUB_E_TIMEOUT, kTimeout);
HFHUB_SAME(HFHUB_E_OFFLINE, kOffline);
HFHUB_SAME(HFHUB_E_TLS, kTls);
HFHUB_SAME(HFHUB_E_HTTP, kHttp);
HFHUB_SAME(HFHUB_E_AUTH, kAuth);
HFHUB_SAME(HFHUB_E_REPO_NOT_FOUND, kRepoNotFound);
HFHUB_SAME(HFHUB_E_REVISION_NOT_FOUND, kRevisionNotFound);
HFHUB_SAME(HFHUB_E_ENTRY_NOT_FOUND, kEntryNotFound);
HFHUB_SAME(HFHUB_E_GATED, kGated);
HFHUB_SAME(HFHUB_E_FORBIDDEN, kForbidden);
HFHUB_SAME(HFHUB_E_RATE_LIMITED, kRateLimited);
HFHUB_SAME(HFHUB_E_DISABLED, kDisabled);
HFHUB_SAME(HFHUB_E_CONFLICT, kConflict);
HFHUB_SAME(HFHUB_E_INTEGRITY, kIntegrity);
HFHUB_SAME(HFHUB_E_UNSAFE_NAME, kUnsafeName);
HFHUB_SAME(HFHUB_E_PROTOCOL, kProtocol);
HFHUB_SAME(HFHUB_E_INTERNAL, kInternal);
#undef HFHUB_SAME

// The field of the HTTP part, or "" when there is none.
const char* http_text(const hfhub_error* error, std::string HttpDetail::*field) {
  return error != nullptr && error->error.http ? ((*error->error.http).*field).c_str() : "";
}

uint32_t version_part(const char** text) {
  char* end = nullptr;
  const auto value = static_cast<uint32_t>(std::strtoul(*text, &end, 10));
  *text = *end == '.' ? end + 1 : end;
  return value;
}

}  // namespace

hfhub_status fail(hfhub_error** err, Error error) noexcept {
  const auto status = static_cast<hfhub_status>(error.code);
  if (err != nullptr) *err = new (std::nothrow) hfhub_error{std::move(error)};
  return status;
}

Error null_argument(const char* name) {
  return Error::make(Code::kArgument, std::string("argument '") + name + "' is NULL");
}

char* copy_string(std::string_view text) {
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

}  // namespace hfhub::capi

using hfhub::HttpDetail;
using hfhub::capi::http_text;

const char* hfhub_version(void) { return HFHUB_VERSION; }

uint32_t hfhub_version_number(void) {
  const char* text = HFHUB_VERSION;
  const uint32_t major = hfhub::capi::version_part(&text);
  const uint32_t minor = hfhub::capi::version_part(&text);
  return major * 1'000'000 + minor * 1'000 + hfhub::capi::version_part(&text);
}

const char* hfhub_status_name(hfhub_status status) { return hfhub::code_name(static_cast<hfhub::Code>(status)); }
size_t hfhub_handle_get_count(void) { return hfhub::capi::Counted::living.load(); }

void hfhub_string_free(char* string) { std::free(string); }

hfhub_status hfhub_error_get_status(const hfhub_error* error) {
  return error != nullptr ? static_cast<hfhub_status>(error->error.code) : HFHUB_OK;
}
const char* hfhub_error_get_message(const hfhub_error* error) {
  return error != nullptr ? error->error.message.c_str() : "";
}
int32_t hfhub_error_get_http_status(const hfhub_error* error) {
  return error != nullptr && error->error.http ? error->error.http->http_status : 0;
}
const char* hfhub_error_get_hub_code(const hfhub_error* error) { return http_text(error, &HttpDetail::hub_code); }
const char* hfhub_error_get_request_id(const hfhub_error* error) { return http_text(error, &HttpDetail::request_id); }
const char* hfhub_error_get_server_message(const hfhub_error* error) {
  return http_text(error, &HttpDetail::server_message);
}
const char* hfhub_error_get_url(const hfhub_error* error) { return http_text(error, &HttpDetail::url); }
const char* hfhub_error_get_repo_type(const hfhub_error* error) { return http_text(error, &HttpDetail::repo_type); }
const char* hfhub_error_get_repo_id(const hfhub_error* error) { return http_text(error, &HttpDetail::repo_id); }
const char* hfhub_error_get_path(const hfhub_error* error) { return error != nullptr ? error->error.path.c_str() : ""; }
int64_t hfhub_error_get_retry_after_ms(const hfhub_error* error) {
  return error != nullptr && error->error.http ? error->error.http->retry_after_ms : -1;
}
int32_t hfhub_error_is_retriable(const hfhub_error* error) { return error != nullptr && error->error.retriable; }
void hfhub_error_free(hfhub_error* error) { delete error; }
