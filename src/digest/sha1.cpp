#include <mbedtls/sha1.h>
#include <mbedtls/version.h>

#include <new>
#include <type_traits>

#include "digest/digest.h"

// mbedTLS 3 dropped the suffix when it changed what the plain names return.
#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha1_starts mbedtls_sha1_starts_ret
#define mbedtls_sha1_update mbedtls_sha1_update_ret
#define mbedtls_sha1_finish mbedtls_sha1_finish_ret
#endif

namespace hfhub::digest {
namespace {

// A Sha1 is copied byte by byte, which is right only for a context without pointers or hardware state.
static_assert(std::is_trivially_copyable_v<mbedtls_sha1_context>);

mbedtls_sha1_context* context_in(void* state) { return std::launder(static_cast<mbedtls_sha1_context*>(state)); }

}  // namespace

Sha1::Sha1() : state_{} {
  static_assert(sizeof(mbedtls_sha1_context) <= sizeof state_ && alignof(mbedtls_sha1_context) <= 8);
  auto* context = new (state_.data()) mbedtls_sha1_context;
  mbedtls_sha1_init(context);
  mbedtls_sha1_starts(context);
}

void Sha1::update(ByteView data) { mbedtls_sha1_update(context_in(state_.data()), data.data(), data.size()); }

Sha1Hash Sha1::finish() {
  Sha1Hash hash;
  mbedtls_sha1_finish(context_in(state_.data()), hash.data());
  return hash;
}

}  // namespace hfhub::digest
