// The end of an upload: everything is stored, so shards may say how the files are put together.
#include <algorithm>

#include "xet/transfer/upload_commit.h"

namespace hfhub::xet {

using runtime::Cancel;

Done UploadCommit::wait_for_items() {
  const auto guard = cancel_.on_request([this] { changed_.notify_all(); });
  std::unique_lock lock(mutex_);
  while (items_open_ > 0 && !failure_) {
    if (cancel_.requested()) break;
    changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
  }
  if (failure_) return *failure_;
  return cancel_.check();
}

Done UploadCommit::wait_for_sends() {
  {
    std::unique_lock lock(append_mutex_);
    if (open_) cut(lock);
  }
  const auto guard = cancel_.on_request([this] { changed_.notify_all(); });
  std::unique_lock lock(mutex_);
  while (sends_open_ > 0 && !failure_) {
    if (cancel_.requested()) break;
    changed_.wait_for(lock, std::chrono::milliseconds(Cancel::kPollMs));
  }
  if (failure_) return *failure_;
  return cancel_.check();
}

Result<UploadReport> UploadCommit::finish() {
  {
    const std::lock_guard lock(mutex_);
    if (finishing_) return failure_ ? *failure_ : Error::make(Code::kState, "this upload is finished already");
    closed_ = finishing_ = true;
  }
  Done done = prepare();
  if (done.ok()) done = wait_for_items();
  if (done.ok()) done = wait_for_sends();
  if (done.ok()) done = store_shards();
  if (!done.ok()) {
    fail(done.error());
    cancel_.request();
    std::unique_lock lock(mutex_);
    while (sends_open_ > 0) changed_.wait(lock);  // they hear the cancellation, and may have stored something just now
    if (journal_) journal_->let_go();
    return *failure_;
  }
  journal_->remove();
  return report();
}

// Xorbs first: a shard with files may only name what is known by then.
Done UploadCommit::store_shards() {
  ShardWriter writer;
  const uint64_t limit = engine_->settings().shard_bytes;
  const auto make_room = [&](uint64_t bytes) -> Done {
    if (writer.empty() || writer.size_bytes() + bytes <= limit) return {};
    const Bytes shard = std::exchange(writer, {}).finish();
    return ship(shard);
  };
  const auto add_xorb = [&](const XorbRecord& xorb) -> Done {
    HFHUB_CHECK(make_room(shard_xorb_bytes(xorb.chunks.size())));
    writer.add_xorb(xorb);
    return {};
  };
  const auto add_file = [&](const FileRecord& file) -> Done {
    HFHUB_CHECK(make_room(shard_file_bytes(file.terms.size(), true, file.sha256.has_value())));
    writer.add_file(file);
    return {};
  };
  HFHUB_CHECK(journal_->each_xorb(add_xorb));
  HFHUB_CHECK(journal_->each_file(add_file));
  if (writer.empty()) return {};
  return ship(writer.finish());
}

// A refused shard: CAS may lack a xorb that it once had, or said that it had. The next attempt starts from nothing.
void UploadCommit::doubt(const Error& error) {
  constexpr int kRefusals[] = {400, 404, 409, 422};
  const bool in_frame = !error.http && error.code == Code::kHttp && !error.retriable;
  const bool by_status = error.http && std::ranges::find(kRefusals, error.http->http_status) != std::end(kRefusals);
  if (!in_frame && !by_status) return;
  known_->forget();
  journal_->remove();
}

Done UploadCommit::ship(const Bytes& shard) {
  if (Done stored = cas_->store_shard(as_text(shard), &stages_, sent_, cancel_); !stored.ok()) {
    doubt(stored.error());
    return stored;
  }
  known_->keep(shard);
  const std::lock_guard lock(mutex_);
  ++report_.shards;
  report_.shard_bytes += shard.size();
  return {};
}

}  // namespace hfhub::xet
