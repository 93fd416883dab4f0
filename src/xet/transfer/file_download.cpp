#include "xet/transfer/file_download.h"

namespace hfhub::xet {

bool FileDownload::is_open() {
  const std::lock_guard lock(mutex_);
  return partial_ != nullptr;
}

Result<std::shared_ptr<cache::PartialFile>> FileDownload::partial(bool look) {
  const std::lock_guard lock(mutex_);
  if (not_opened_) return *not_opened_;
  if (partial_ || over_) return partial_;
  auto opened = job_.open();
  Done ready;
  if (opened.ok() && !look && opened->resumed_bytes() > 0) ready = opened->clear();
  if (!opened.ok() || !ready.ok()) {
    not_opened_ = opened.ok() ? ready.error() : opened.error();
    return *not_opened_;
  }
  partial_ = std::make_shared<cache::PartialFile>(*std::move(opened));
  return partial_;
}

std::shared_ptr<const SeedBook> FileDownload::seed_book(CasClient& cas, const runtime::Cancel& cancel) {
  const std::lock_guard lock(mutex_);
  if (!book_) book_ = SeedBook::open(job_.seeds, cas, cancel);
  return book_;
}

void FileDownload::add_part(std::shared_ptr<FilePart> part) {
  const std::lock_guard lock(mutex_);
  parts_[part->begin] = std::move(part);
}

Done FileDownload::write(const FilePart& part, uint64_t offset, std::span<const ByteView> chunks) {
  const std::vector<ByteView> own = part.own(chunks, &offset);
  if (own.empty()) return {};
  HFHUB_TRY(const auto file, partial(false));
  if (!file) return {};  // it has failed
  HFHUB_CHECK(file->write(offset, own));
  for (const ByteView& chunk : own) item().bytes_done += chunk.size();
  return {};
}

bool FileDownload::all_folded() {
  const std::lock_guard lock(mutex_);
  for (auto first = parts_.begin(); first != parts_.end() && first->first == folded_bytes_; first = parts_.begin()) {
    if (!first->second->complete()) return false;
    first->second->fold_into(&tree_);
    folded_bytes_ = first->second->end;
    parts_.erase(first);
  }
  return folded_bytes_ == facts_.size && parts_.empty() && !over_;
}

FileDownload::Outcome FileDownload::advance(Done* result) {
  if (!all_folded()) return Outcome::kGoesOn;
  // Several may see that nothing is missing; one of them goes on.
  {
    const std::lock_guard lock(mutex_);
    if (folded_bytes_ != facts_.size) return Outcome::kGoesOn;
    folded_bytes_ = UINT64_MAX;
  }
  return verify(result);
}

FileDownload::Outcome FileDownload::verify(Done* result) {
  std::shared_ptr<cache::PartialFile> file;
  Hash found;
  uint64_t bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    file = std::move(partial_);
    partial_ = nullptr;
    found = tree_.file_root();
    bytes = tree_.total_bytes();
  }
  if (file && found == facts_.hash && bytes == facts_.size) {
    if (over_.exchange(true)) return Outcome::kGoesOn;
    *result = publish(std::move(*file));
    return Outcome::kEnded;
  }
  Done cleared = file ? file->clear() : Done();
  if (cleared.ok() && tries_.fetch_add(1) == 1) {
    const std::lock_guard lock(mutex_);
    partial_ = std::move(file);
    tree_ = MerkleBuilder();
    folded_bytes_ = 0;
    item().bytes_done = 0;
    item().resumed_bytes = 0;
    return Outcome::kAgain;
  }
  Done wrong = Error::make(Code::kIntegrity, "'" + facts_.name +
                                                 "' came with other bytes than its Xet hash promises: " + "expected " +
                                                 facts_.hash.text() + ", found " + found.text());
  if (over_.exchange(true)) return Outcome::kGoesOn;
  *result = std::move(wrong);
  return Outcome::kEnded;
}

// Its end is announced already, so it must have one.
Done FileDownload::publish(cache::PartialFile file) try {
  return job_.publish(std::move(file));
} catch (const std::bad_alloc&) {
  return Error::no_memory();
}

bool FileDownload::fail() {
  if (over_.exchange(true)) return false;
  const std::lock_guard lock(mutex_);
  partial_ = nullptr;  // whoever writes has it still; what is on disk stays
  return true;
}

Done FileDownload::publish_empty() {
  if (!facts_.hash.is_zero()) {
    return Error::make(Code::kIntegrity,
                       "'" + facts_.name + "' is declared with 0 bytes, but its Xet hash is " + facts_.hash.text());
  }
  HFHUB_TRY(auto file, job_.open());
  return job_.publish(std::move(file));
}

}  // namespace hfhub::xet
