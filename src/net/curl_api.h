// libcurl as a table of functions, so that the process starts without a network stack: the table is filled on the first
// request, from a library loaded then (curl_api_dynamic.cpp) or linked (curl_api_linked.cpp).
#pragma once

#define CURL_DISABLE_TYPECHECK 1
#define CURL_DISABLE_DEPRECATION 1
#include <curl/curl.h>

#include "base/result.h"

namespace hfhub::net {

// X(member): every libcurl function that net/ uses, without its curl_ prefix.
// clang-format off
#define HFHUB_CURL_FUNCTIONS(X)                                                                                  \
  X(global_init) X(version_info) X(slist_append) X(slist_free_all) X(easy_init) X(easy_setopt) X(easy_getinfo)   \
  X(easy_cleanup) X(easy_pause) X(easy_strerror) X(multi_init) X(multi_setopt) X(multi_add_handle)               \
  X(multi_remove_handle) X(multi_perform) X(multi_poll) X(multi_wakeup) X(multi_info_read) X(multi_cleanup)      \
  X(share_init) X(share_setopt) X(share_cleanup)
// clang-format on

struct CurlApi {
#define HFHUB_CURL_MEMBER(name) decltype(&::curl_##name) name = nullptr;
  HFHUB_CURL_FUNCTIONS(HFHUB_CURL_MEMBER)
#undef HFHUB_CURL_MEMBER
  // OPENSSL_init_crypto where OpenSSL is the TLS library, else nullptr.
  int (*openssl_init)(uint64_t options, const void* settings) = nullptr;
};

// Options younger than the oldest libcurl we work with (7.68); an older library answers CURLE_UNKNOWN_OPTION.
inline constexpr auto kCurlProtocolsText = static_cast<CURLoption>(CURLOPTTYPE_OBJECTPOINT + 318);  // 7.85
inline constexpr auto kCurlQuickExit = static_cast<CURLoption>(CURLOPTTYPE_LONG + 322);             // 7.87

// Loads and initialises libcurl, once it has worked never again. Safe from any thread.
Result<const CurlApi*> curl_api();

// Fills the addresses; one of the two variants.
Done fill_curl_api(CurlApi* api);

}  // namespace hfhub::net
