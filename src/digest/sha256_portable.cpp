// mbedTLS 3 hides the members of its contexts; the chaining value is the one thing needed here.
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/sha256.h>

#include <algorithm>

#include "digest/sha256_blocks.h"

namespace hfhub::digest {

void sha256_blocks_portable(uint32_t* state, const uint8_t* blocks, size_t count) {
  mbedtls_sha256_context context;
  mbedtls_sha256_init(&context);
  std::copy_n(state, 8, context.state);
  for (size_t i = 0; i < count; ++i) mbedtls_internal_sha256_process(&context, blocks + 64 * i);
  std::copy_n(context.state, 8, state);
  mbedtls_sha256_free(&context);
}

}  // namespace hfhub::digest
