// Git LFS as the Hub speaks it: where the content of large files is to go (batch), and that it has arrived (completion,
// verification). The bytes themselves are sent by client/lfs_upload.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/api.h"

namespace hfhub::hub {

// Objects of one batch, at most; what the reference client asks for at a time.
inline constexpr size_t kLfsBatchObjects = 256;

struct LfsObject {
  std::string oid;  // SHA-256 of the content, 64 lower-case hex digits
  uint64_t size = 0;
};

// One request that the server asks for, with what it says to send along.
struct LfsAction {
  Url url;
  net::Headers headers;
  std::string authorization;  // goes to the URL's origin only
};

// How to upload one object.
struct LfsUploadPlan {
  LfsAction action;         // basic: where the content goes; multipart: where to say that all parts are there
  uint64_t chunk_size = 0;  // of every part but the last; 0: basic
  std::vector<Url> parts;   // multipart: ceil(size / chunk_size)
  bool multipart() const { return chunk_size > 0; }
};

struct LfsAnswer {
  LfsObject object;
  std::optional<Error> error;  // this object cannot be uploaded; the others may be
  std::optional<LfsUploadPlan> upload;
  std::optional<LfsAction> verify;  // to be asked after the upload
  bool stored() const { return !error && !upload; }
};

struct LfsBatch {
  std::string transfer;            // "basic", "multipart", "xet"
  std::vector<LfsAnswer> answers;  // one an object, in the order they were asked for
};

// `transfers` are the ways to upload that the caller knows; without `revision` the batch is about no branch.
Result<LfsBatch> lfs_batch(const Api& api, const RepoRef& repo, std::string_view revision,
                           std::span<const LfsObject> objects, std::span<const std::string_view> transfers,
                           const runtime::Cancel& cancel);

// All parts are there: `etags` are what storage said of each, in order.
Done lfs_complete(const Api& api, const About& about, const LfsAnswer& answer, std::span<const std::string> etags,
                  const runtime::Cancel& cancel);
// Asks the Hub to look at the object, when it wants to be asked.
Done lfs_verify(const Api& api, const About& about, const LfsAnswer& answer, const runtime::Cancel& cancel);

// ---- pure parts
std::string lfs_batch_request(std::string_view revision, std::span<const LfsObject> objects,
                              std::span<const std::string_view> transfers);
// `from` is the URL that answered. URLs of the public Hub become ones of `endpoint`.
Result<LfsBatch> parse_lfs_batch(std::string_view json, const Url& from, const Url& endpoint,
                                 std::span<const LfsObject> objects);
// The value of "actions": {"upload": ..} in such an answer, as git-lfs hands it to a transfer agent.
Result<LfsUploadPlan> parse_lfs_upload(json::View action, const Url& from, const Url& endpoint, uint64_t size);
std::string lfs_completion_request(std::string_view oid, std::span<const std::string> etags);
Done check_lfs_object(const LfsObject& object);

}  // namespace hfhub::hub
