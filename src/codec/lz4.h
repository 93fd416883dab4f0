// LZ4 frames, as xorbs hold them, and the byte grouping before them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace hfhub::codec {

// Largest size of a frame made of `size` bytes.
size_t lz4_frame_bound(size_t size);
// A frame of independent blocks without checksums. A part that does not shrink is stored. `parts` are the sizes of
// stretches of `data` that compress differently (byte planes), each in blocks of its own; empty: one stretch. `stored`
// has a bit for every part that need not be tried. `part_bytes`, empty or as long as `parts`, gets what each part takes in
// the frame. Returns the frame's size; nullopt when it would exceed out.size().
std::optional<size_t> lz4_frame_compress(ByteView data, std::span<const size_t> parts, uint32_t stored,
                                         std::span<uint8_t> out, std::span<size_t> part_bytes = {});
// Decodes a whole frame (any legal one) into exactly out.size() bytes; false for anything else, a frame that would make
// more included. Never writes beyond `out` and allocates nothing that the frame only claims.
bool lz4_frame_decompress(ByteView frame, std::span<uint8_t> out);

// out = in[0::4] in[1::4] in[2::4] in[3::4]; both have the same size and do not overlap.
void group_bytes4(ByteView in, std::span<uint8_t> out);
void ungroup_bytes4(ByteView in, std::span<uint8_t> out);
std::array<size_t, 4> plane_sizes4(size_t size);

}  // namespace hfhub::codec
