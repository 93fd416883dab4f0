// SHA-1 (git object names), SHA-256 (LFS object names) and HMAC (signed URLs and tokens). The only file that names mbedTLS; its
// generic `md` interface is the one that is the same in mbedTLS 2 and 3.
#pragma once

#include <mbedtls/md.h>

#include <string>
#include <string_view>

#include "text.h"

namespace localhub {

class Digest {
 public:
  explicit Digest(mbedtls_md_type_t type) : info_(mbedtls_md_info_from_type(type)) {
    mbedtls_md_init(&state_);
    if (mbedtls_md_setup(&state_, info_, 0) == 0) mbedtls_md_starts(&state_);
  }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest() { mbedtls_md_free(&state_); }
  void update(std::string_view bytes) {
    mbedtls_md_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hex() {
    unsigned char sum[MBEDTLS_MD_MAX_SIZE];
    mbedtls_md_finish(&state_, sum);
    return to_hex(sum, mbedtls_md_get_size(info_));
  }

 private:
  const mbedtls_md_info_t* info_;
  mbedtls_md_context_t state_;
};

inline std::string sha256_hex(std::string_view bytes) {
  Digest sum(MBEDTLS_MD_SHA256);
  sum.update(bytes);
  return sum.hex();
}

inline std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  unsigned char sum[32];
  mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), reinterpret_cast<const unsigned char*>(key.data()),
                  key.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), sum);
  return to_hex(sum, sizeof sum);
}

/// Name of a git object: SHA-1 over "<kind> <size>\0<content>".
inline std::string git_oid(std::string_view kind, std::string_view content) {
  Digest sum(MBEDTLS_MD_SHA1);
  sum.update(std::string(kind) + ' ' + std::to_string(content.size()) + std::string(1, '\0'));
  sum.update(content);
  return sum.hex();
}

}  // namespace localhub
