// What an upload has achieved so far, on disk: xorbs that CAS has stored or is being sent, and files that were read to their
// end. A commit builds its shards from it; one that comes after a killed process takes over what that one left.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "platform/file.h"
#include "xet/format/shard.h"

namespace hfhub::xet {

// A source as it was when it was read.
struct SourceStamp {
  std::string path;  // absolute
  platform::Stat stat;
  std::string key() const;
};

// A xorb that was being sent: CAS may have its bytes, but was not told to keep them.
struct GrantedXorb {
  std::string grant_id;
  XorbRecord xorb;
};

class Journal {
 public:
  // A new journal in `folder`; what dead processes left there is taken over and removed.
  static Result<std::shared_ptr<Journal>> open(const std::string& folder);
  ~Journal();  // stays on disk unless removed or empty

  // Thread-safe.
  Done add_xorb(const XorbRecord& xorb);
  Done add_granted(const GrantedXorb& granted);
  Done add_file(const FileRecord& file, const SourceStamp* source);
  // The record of an unchanged source, if one was read before.
  Result<std::optional<FileRecord>> find_file(const SourceStamp& source) const;

  // What dead processes were sending when they died; asked once.
  std::vector<GrantedXorb> take_granted();

  // In the order of their arrival. No add_ meanwhile.
  Done each_xorb(const std::function<Done(const XorbRecord&)>& visit) const;
  Done each_file(const std::function<Done(const FileRecord&)>& visit) const;
  bool empty() const;
  // Its content is registered: nothing is left to take over.
  void remove();
  // The commit has failed: from now on another one may take over. What is added later is not kept.
  void let_go();

 private:
  static Result<std::shared_ptr<Journal>> create(const std::string& folder);
  enum class Kind : uint32_t { kXorb = 1, kFile = 2, kOldFile = 3, kGranted = 4 };
  struct Frame {
    Kind kind;
    uint64_t offset = 0;  // of the payload
    uint32_t size = 0;
  };
  Journal(platform::File file, platform::FileLock lock);
  // A payload in two parts: a large one is not copied for its few first bytes.
  Done append(Kind kind, ByteView first, ByteView rest, Frame* written);
  Done take_over(const std::string& path);
  Done visit_frames(Kind kind, const std::function<Done(ByteView)>& visit) const;
  static Done scan(const platform::File& file, const std::function<Done(Kind, ByteView)>& visit);

  platform::File file_;
  std::optional<platform::FileLock> lock_;  // guarded by mutex_
  mutable std::mutex mutex_;
  uint64_t end_ = 0;                                // guarded by mutex_
  std::unordered_map<std::string, Frame> sources_;  // guarded by mutex_; by SourceStamp::key() digest
  std::vector<GrantedXorb> granted_;                // by take_over
  bool removed_ = false;
};

}  // namespace hfhub::xet
