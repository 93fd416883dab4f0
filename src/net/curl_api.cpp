#include "net/curl_api.h"

#include <atomic>
#include <memory>
#include <mutex>

#include "base/fault.h"
#include "platform/system.h"

namespace hfhub::net {
namespace {

constexpr unsigned kOldestVersion = 0x074400;  // 7.68.0: curl_multi_wakeup
constexpr uint64_t kOpensslNoAtexit = 0x00080000;

Done initialise(CurlApi* api) {
  HFHUB_CHECK(fill_curl_api(api));
  const curl_version_info_data* version = api->version_info(CURLVERSION_NOW);
  if (version->version_num < kOldestVersion) {
    return Error::make(Code::kUnsupported,
                       std::string("libcurl ") + version->version + " is too old: 7.68.0 or newer is needed");
  }
  // The net thread may be inside OpenSSL while the process exits: OpenSSL must not tear itself down under it.
  if (api->openssl_init != nullptr) api->openssl_init(kOpensslNoAtexit, nullptr);
  if (fault::hit("curl_global_init") || api->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Error::make(Code::kNoMemory, "libcurl cannot be initialised");
  }
  return {};
}

}  // namespace

Result<const CurlApi*> curl_api() {
  static std::atomic<const CurlApi*> ready{nullptr};
  if (const CurlApi* api = ready.load()) return api;
  // libcurl's, OpenSSL's and the loader's own locks are taken below: a fork in the middle would leave them to the child.
  const std::lock_guard lock(platform::mutex_quiet_at_fork());
  if (const CurlApi* api = ready.load()) return api;
  auto fresh = std::make_unique<CurlApi>();
  HFHUB_CHECK(initialise(fresh.get()));
  // Never freed: transfers of a session that nobody closed still run while the process exits.
  ready.store(fresh.get());
  return static_cast<const CurlApi*>(fresh.release());
}

}  // namespace hfhub::net
