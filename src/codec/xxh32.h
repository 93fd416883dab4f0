// XXH32 with seed 0: the checksum of LZ4 frames.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace hfhub::codec {

uint32_t xxh32(ByteView data);

}  // namespace hfhub::codec
