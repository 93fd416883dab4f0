// One wanted file while it is being downloaded: its partial file, the parts that are under way, and the proof at the end
// that the bytes are the right ones.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "xet/transfer/download.h"
#include "xet/transfer/file_part.h"
#include "xet/transfer/resume.h"

namespace hfhub::xet {

class FileDownload {
 public:
  FileDownload(FileJob job, size_t index) : facts_{job.hash, job.name, job.size}, index_(index), job_(std::move(job)) {}

  const FileFacts& facts() const { return facts_; }
  size_t index() const { return index_; }  // of the job
  runtime::ItemProgress& item() { return *job_.item; }
  const std::vector<Seed>& seeds() const { return job_.seeds; }
  bool over() const { return over_.load(); }
  bool first_try() const { return tries_.load() == 1; }
  bool is_open();
  std::atomic<bool> open_ahead{false};  // counted among those

  // Opened when it is needed. Without `look`, what it already holds is thrown away.
  Result<std::shared_ptr<cache::PartialFile>> partial(bool look);
  std::shared_ptr<const SeedBook> seed_book(CasClient& cas, const runtime::Cancel& cancel);

  void add_part(std::shared_ptr<FilePart> part);
  // The content of chunks of the part, which lie in the file from `offset` on. Several at the same time.
  Done write(const FilePart& part, uint64_t offset, std::span<const ByteView> chunks);

  enum class Outcome { kGoesOn, kEnded, kAgain };
  // Some part has become complete. kEnded: `*result` is the file's, and nobody else gets it. kAgain: the bytes were wrong;
  // everything is forgotten and must be fetched once more.
  Outcome advance(Done* result);
  // True for the first who says so: the file's result is the error.
  bool fail();
  Done publish_empty();

 private:
  bool all_folded();
  Outcome verify(Done* result);
  Done publish(cache::PartialFile file);

  const FileFacts facts_;
  const size_t index_;
  FileJob job_;
  std::atomic<bool> over_{false};
  std::atomic<int> tries_{1};
  std::mutex mutex_;
  // Guarded by mutex_.
  std::shared_ptr<cache::PartialFile> partial_;
  std::optional<Error> not_opened_;
  std::shared_ptr<const SeedBook> book_;
  std::map<uint64_t, std::shared_ptr<FilePart>> parts_;  // by begin; not folded yet
  uint64_t folded_bytes_ = 0;
  MerkleBuilder tree_;
};

}  // namespace hfhub::xet
