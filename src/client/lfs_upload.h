// Sends the content of one object to the storage that a Git LFS batch named: whole, or in parts side by side; says that
// it is there and has it verified.
#pragma once

#include <string>

#include "client/session.h"
#include "hub/lfs.h"
#include "platform/file.h"
#include "runtime/progress.h"

namespace hfhub::client {

// What is uploaded: an open file or bytes, which stay the caller's. Read at offsets, by several threads at once.
class LfsSource {
 public:
  LfsSource(std::string name, const platform::File& file, uint64_t size)
      : name_(std::move(name)), file_(&file), size_(size) {}
  LfsSource(std::string name, ByteView bytes) : name_(std::move(name)), bytes_(bytes), size_(bytes.size()) {}

  const std::string& name() const { return name_; }  // for messages
  uint64_t size() const { return size_; }
  // Fills all of `out`; kIo when the file has become shorter.
  Done read(uint64_t offset, std::span<uint8_t> out) const;

 private:
  std::string name_;
  const platform::File* file_ = nullptr;
  ByteView bytes_;
  uint64_t size_;
};

struct LfsTarget {
  const hub::Api& api;            // its token goes to the Hub's own URLs only
  const RepoRef* repo = nullptr;  // nullptr: there is no batch that could be asked again when URLs have expired
  std::string revision;           // "" for a batch without one
};

// `answer` is of a batch that offered "basic" and "multipart"; one that says that the object is stored, or cannot be, ends
// it at once. Failures are tried again; when storage does not take the URLs any more, the batch is asked again and what
// storage has kept is not sent twice. `item` gets what goes over the wire, and what of the content has arrived.
Done upload_lfs(Story& story, const LfsTarget& target, const LfsSource& source, hub::LfsAnswer answer,
                runtime::ItemProgress& item, const runtime::Cancel& cancel);

}  // namespace hfhub::client
