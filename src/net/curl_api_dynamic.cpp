#include "net/curl_api.h"
#include "platform/system.h"

namespace hfhub::net {

Done fill_curl_api(CurlApi* api) {
  auto library = platform::Library::open({"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"});
  if (!library.ok()) {
    return Error::make(
        Code::kUnsupported,
        "network access needs libcurl, which is not installed (Debian, Ubuntu: libcurl4; Fedora: libcurl; "
        "Alpine: libcurl): " +
            library.error().message);
  }
#define HFHUB_CURL_LOAD(name)                                                                                          \
  api->name = reinterpret_cast<decltype(api->name)>(library->symbol("curl_" #name));                                   \
  if (api->name == nullptr) {                                                                                          \
    return Error::make(Code::kUnsupported, "libcurl is too old: it has no curl_" #name "; 7.68.0 or newer is needed"); \
  }
  HFHUB_CURL_FUNCTIONS(HFHUB_CURL_LOAD)
#undef HFHUB_CURL_LOAD
  // Found among the libraries that libcurl itself brought along.
  api->openssl_init = reinterpret_cast<decltype(api->openssl_init)>(library->symbol("OPENSSL_init_crypto"));
  return {};
}

}  // namespace hfhub::net
