// What a shard looks like: a header, records of 48 bytes in two sections, each ended by a bookend, lookup tables, a footer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hfhub::xet {

using namespace std::string_view_literals;

inline constexpr std::string_view kShardTag =
    "HFRepoMetaData\x00\x55\x69\x67\x45\x6a\x7b\x81\x57\x83\xa5\xbd\xd9\x5c\xcd\xd1\x4a\xa9"sv;
static_assert(kShardTag.size() == 32);

inline constexpr uint64_t kShardVersion = 2;
inline constexpr uint64_t kFooterVersion = 1;
inline constexpr size_t kShardHeaderBytes = 48;
inline constexpr size_t kShardRecordBytes = 48;
inline constexpr size_t kShardFooterBytes = 200;
inline constexpr uint32_t kWithVerification = 0x80000000;  // flags of a file
inline constexpr uint32_t kWithSha256 = 0x40000000;

// Entries of the lookup tables: the first word of a hash, then record numbers.
inline constexpr size_t kFileLookupBytes = 12, kXorbLookupBytes = 12, kChunkLookupBytes = 16;

}  // namespace hfhub::xet
