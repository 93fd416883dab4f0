// CRC-64/NVME, which guards an upload that goes through a presigned URL.
#pragma once

#include <cstdint>
#include <string_view>

namespace localhub {

uint64_t crc64_nvme(std::string_view bytes);

}  // namespace localhub
