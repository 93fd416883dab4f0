#include "net/curl_api.h"

// Weak: there is none when libcurl uses another TLS library.
extern "C" int OPENSSL_init_crypto(uint64_t options, const void* settings) __attribute__((weak));

namespace hfhub::net {

Done fill_curl_api(CurlApi* api) {
#define HFHUB_CURL_ADDRESS(name) api->name = &::curl_##name;
  HFHUB_CURL_FUNCTIONS(HFHUB_CURL_ADDRESS)
#undef HFHUB_CURL_ADDRESS
  api->openssl_init = &::OPENSSL_init_crypto;
  return {};
}

}  // namespace hfhub::net
