// What a client posts to make a commit: NDJSON, or one JSON object as older clients send it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http.h"
#include "settings.h"

namespace localhub {

struct CommitOperation {
  enum class Kind { kFile, kLfsFile, kDeletedFile, kDeletedFolder };
  Kind kind = Kind::kFile;
  std::string path;
  std::string content;  // of a regular file
  std::string oid;      // SHA-256 of an LFS file
  int64_t size = -1;    // of an LFS file, when the client says it
};

struct CommitBody {
  std::string summary;
  std::string description;
  std::string parent;  // "" or 5 to 40 hex digits
  std::vector<CommitOperation> operations;
};

/// Throws HttpError: 400 for what does not add up, 413 for what is too much.
CommitBody parse_commit_body(const Request& request, const Settings& limits);

}  // namespace localhub
