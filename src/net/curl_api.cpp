#include "net/curl_api.h"

#include <mutex>
#include <optional>

#include "base/fault.h"

namespace hfhub::net {
namespace {

constexpr unsigned kOldestVersion = 0x074400;  // 7.68.0: curl_multi_wakeup
constexpr uint64_t kOpensslNoAtexit = 0x00080000;

Done initialise(CurlApi* api) {
  HFHUB_CHECK(fill_curl_api(api));
  const curl_version_info_data* version = api->version_info(CURLVERSION_NOW);
  if (version->version_num < kOldestVersion) {
    return Error::make(Code::kUnsupported, std::string("libcurl ") + version->version + " is too old: 7.68.0 or newer is needed");
  }
  // The net thread may be inside OpenSSL while the process exits: OpenSSL must not tear itself down under it.
  if (api->openssl_init != nullptr) api->openssl_init(kOpensslNoAtexit, nullptr);
  if (fault::hit("curl_global_init") || api->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error::make(Code::kNoMemory, "libcurl cannot be initialised");
  }
  return {};
}

struct Loaded {
  CurlApi api;
  std::optional<Error> error;
};

}  // namespace

Result<const CurlApi*> curl_api() {
  // Never freed: transfers of a session that nobody closed still run while the process exits.
  static std::once_flag once;
  static Loaded* loaded = nullptr;
  std::call_once(once, [] {
    auto* fresh = new Loaded;
    if (auto done = initialise(&fresh->api); !done.ok()) fresh->error = std::move(done).error();
    loaded = fresh;
  });
  if (loaded->error) return *loaded->error;
  return static_cast<const CurlApi*>(&loaded->api);
}

}  // namespace hfhub::net
