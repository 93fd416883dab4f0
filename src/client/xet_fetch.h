// Fills partial files through Xet. Whatever is wrong with CAS, its tokens or its storage, the Hub's HTTP path is the other
// way; only wrong bytes are an error at once.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/file_store.h"
#include "client/session.h"
#include "runtime/progress.h"
#include "xet/transfer/download.h"

namespace hfhub::client {

// The CAS of one operation's repository. All files of the operation share it, and what it has learned.
class XetSource {
 public:
  // `refresh_url` gives tokens for the CAS.
  XetSource(Story& story, const hub::Api& api, std::string refresh_url);

  // Shall this file go by Xet? No when Xet does not store it or is switched off, or CAS has failed in this operation.
  bool carries(const RemoteFile& file) const;
  // As xet::download_files(); contacts CAS first, so that an unreachable one is known within seconds.
  std::vector<Done> fetch(std::vector<xet::FileJob> jobs, const runtime::Cancel& cancel);
  // An error of fetch() after which HTTP is the other way. Says so in the log, once an operation.
  bool falls_back(const Error& error);

 private:
  Done connect(const std::vector<xet::FileJob>& jobs, const runtime::Cancel& cancel);
  void give_up(const Error& error, bool for_all);

  Story& story_;
  const xet::CasTarget target_;
  const bool enabled_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> said_{false};
  std::mutex mutex_;
  std::shared_ptr<xet::CasClient> cas_;  // guarded by mutex_ until connect() has returned
};

// The route that gives tokens for a commit's files, for those who have not asked the Hub about a file.
std::string xet_read_route(const hub::Api& api, const RepoRef& repo, std::string_view commit);

// Job for `file`; open and publish are the caller's.
xet::FileJob xet_job(const FileStore& store, const RemoteFile& file, runtime::ItemProgress& item);

// One file of a snapshot.
struct XetGroupFile {
  const RemoteFile* file = nullptr;
  runtime::ItemProgress* item = nullptr;
  bool done = false;  // published by fetch_xet_group(); false: still to be fetched, in the ordinary way
};

// All missing Xet files of a snapshot as one group, so that bytes which they share are fetched once and small files share
// requests. Takes each file's lock when its turn comes, without waiting: two processes that hold locks and wait for each
// other's would wait for ever, so a file that somebody else is busy with is left for later. An error is one that no other
// way can mend.
Done fetch_xet_group(XetSource& xet, FileStore& store, std::vector<XetGroupFile>& files, bool force,
                     const runtime::Cancel& cancel);

}  // namespace hfhub::client
