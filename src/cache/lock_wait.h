// Waiting for a lock file that other programs (Python's filelock) may hold.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "platform/file.h"
#include "runtime/cancel.h"
#include "runtime/log.h"

namespace hfhub::cache {

// Makes the folder and the file (mode 0664 whatever the umask, as filelock does) and waits at most `timeout_ms` (< 0:
// without limit). A lock only avoids double work, so one that cannot be had is nullopt and a warning, not an error.
Result<std::optional<platform::FileLock>> wait_for_lock(const std::string& path, int64_t timeout_ms,
                                                        const runtime::Cancel& cancel, const runtime::Log* log);

// The same without waiting; nullopt: somebody else holds it.
Result<std::optional<platform::FileLock>> try_lock(const std::string& path);

}  // namespace hfhub::cache
