// Where a file is cut into chunks, by its content (the rule of xet-core).
#pragma once

#include <cstddef>
#include <string_view>

namespace localhub {

constexpr size_t kLargestChunk = 128 << 10;

/// Length of the chunk that starts at the front of `bytes`, which must hold kLargestChunk bytes
/// unless the file ends sooner.
size_t next_chunk(std::string_view bytes);

}  // namespace localhub
