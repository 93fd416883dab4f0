// Brings the content of large files to the Hub ahead of a commit: through Xet, or by LFS where the Hub has no Xet.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "client/commit_plan.h"
#include "client/session.h"
#include "hub/commit.h"
#include "hub/lfs.h"
#include "xet/transfer/upload_commit.h"

namespace hfhub::client {

// The CAS that takes content for a commit there.
xet::CasTarget xet_write_target(const hub::Api& api, const hub::CommitTarget& target);

struct StoredFigures {
  uint64_t bytes = 0;          // of the files
  uint64_t deduped_bytes = 0;  // of those: were on the Hub already
  uint64_t sent_bytes = 0;     // over the network, repeats included
  uint64_t reused_files = 0;   // not read again: unchanged since an earlier run
  void add(const StoredFigures& other);
};

// All large files of one commit share one upload, and the questions about it. Not thread-safe.
class LargeStore {
 public:
  LargeStore(Story& story, const hub::Api& api, const hub::CommitTarget& target);
  ~LargeStore();  // gives up what was not finished
  LargeStore(const LargeStore&) = delete;
  LargeStore& operator=(const LargeStore&) = delete;

  // Begins; what is a file is read in the background from now on. `addition` stays where it is until finish().
  Done add(const std::string& path, Addition* addition);
  // Until the Hub has everything; then each addition knows its oid. The first failure is the store's.
  Done finish();
  const StoredFigures& figures() const { return figures_; }  // after finish()

 private:
  enum class Way { kUnknown, kXet, kLfs };
  struct File {
    std::string path;
    Addition* addition;
    size_t index = 0;                       // in the Xet upload
    runtime::ItemProgress* item = nullptr;  // by LFS
  };
  Done choose();
  Done add_to_xet(File* file);
  Done finish_xet();
  Done take_xet_result(const File& file);
  Done finish_lfs();
  Done hash(const File& file);
  Done send_batch(size_t begin, size_t end);
  Done send(const File& file, hub::LfsAnswer answer, const std::string& revision);

  Story& story_;
  const hub::Api& api_;
  const hub::CommitTarget& target_;
  Way way_ = Way::kUnknown;
  std::shared_ptr<xet::UploadCommit> upload_;
  std::vector<File> files_;
  StoredFigures figures_;
  std::atomic<uint64_t> deduped_bytes_{0}, sent_bytes_{0};  // by LFS
};

}  // namespace hfhub::client
