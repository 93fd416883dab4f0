#include "client/large_store.h"

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "client/lfs_upload.h"
#include "client/xet.h"
#include "digest/digest.h"
#include "xet/transfer/engine.h"

namespace hfhub::client {
namespace {

using runtime::ItemState;
using runtime::Option;

constexpr size_t kReadBytes = 1u << 20;
constexpr size_t kLfsObjectsAtOnce = 5;

// Does the Hub have no Xet at all, as opposed to no such repository?
bool has_no_xet(const Error& error) {
  return error.http != nullptr && error.http->http_status == 404 && error.http->hub_code.empty();
}

}  // namespace

xet::CasTarget xet_write_target(const hub::Api& api, const hub::CommitTarget& target) {
  xet::CasTarget out;
  out.refresh_url = xet::refresh_url(api.endpoint.str(), repo_type_plural(target.repo.type), target.repo.id, true,
                                     target.revision, target.create_pr);
  out.hub_token = api.token;
  return out;
}

void StoredFigures::add(const StoredFigures& other) {
  bytes += other.bytes;
  deduped_bytes += other.deduped_bytes;
  sent_bytes += other.sent_bytes;
  reused_files += other.reused_files;
}

LargeStore::LargeStore(Story& story, const hub::Api& api, const hub::CommitTarget& target)
    : story_(story), api_(api), target_(target) {}

LargeStore::~LargeStore() {
  if (upload_) upload_->abort();
}

Done LargeStore::choose() {
  way_ = Way::kLfs;
  if (!story_.config.flag(Option::kXetEnabled)) return {};
  HFHUB_TRY(auto cas, story_.machinery.xet()->cas(xet_write_target(api_, target_)));
  const auto token = cas->tokens().get(story_.cancel);
  if (!token.ok()) {
    if (!has_no_xet(token.error())) return token.error();
    story_.warn("uploading by LFS, because the Hub has no Xet for this repository");
    return {};
  }
  way_ = Way::kXet;
  const auto op = story_.op.shared_from_this();
  upload_ = xet::UploadCommit::make(story_.machinery.xet(), std::move(cas),
                                    std::shared_ptr<runtime::Progress>(op, &op->progress()), story_.cancel.child());
  return {};
}

Done LargeStore::add(const std::string& path, Addition* addition) {
  if (way_ == Way::kUnknown) HFHUB_CHECK(choose());
  files_.push_back({path, addition});
  addition->storage = way_ == Way::kXet ? Storage::kXet : Storage::kLfs;
  return way_ == Way::kXet ? add_to_xet(&files_.back()) : Done();
}

Done LargeStore::add_to_xet(File* file) {
  const UploadSource& source = file->addition->source;
  xet::ShaWish sha;
  if (const auto known = xet::Hash::parse(file->addition->oid)) sha = {xet::ShaWish::Kind::kGiven, *known};
  if (source.path().empty()) {
    HFHUB_TRY(file->index, upload_->add_bytes(file->path, as_bytes(source.bytes()), sha));
    return {};
  }
  if (!source.grows()) {
    HFHUB_TRY(file->index, upload_->add_path(source.path(), file->path, sha));
    return {};
  }
  HFHUB_TRY(const auto reader, source.open());
  HFHUB_TRY(const auto stream, upload_->add_stream(file->path, sha));
  file->index = stream->index();
  std::vector<uint8_t> buffer(std::min<uint64_t>(kReadBytes, source.size()));
  for (uint64_t at = 0; at < source.size();) {
    HFHUB_TRY(const size_t got, reader.read_at(at, buffer));
    HFHUB_CHECK(stream->write({buffer.data(), got}));
    at += got;
  }
  HFHUB_TRY(const auto item, stream->finish());
  (void)item;
  return {};
}

Done LargeStore::finish() {
  if (files_.empty()) return {};
  if (way_ == Way::kXet) HFHUB_CHECK(finish_xet());
  else HFHUB_CHECK(finish_lfs());
  for (const File& file : files_) file.addition->stored = true;
  return {};
}

Done LargeStore::finish_xet() {
  upload_->close();
  HFHUB_TRY(const xet::UploadReport report, upload_->finish());
  for (const File& file : files_) HFHUB_CHECK(take_xet_result(file));
  figures_.deduped_bytes = report.dedup.bytes - report.dedup.new_bytes;
  figures_.sent_bytes = report.sent_bytes;
  upload_.reset();
  return {};
}

Done LargeStore::take_xet_result(const File& file) {
  const auto item = upload_->item(file.index);
  if (!item) return Error::make(Code::kInternal, "the upload of '" + file.path + "' has no result");
  if (!item->ok()) return item->error();
  const xet::UploadedItem& stored = **item;
  const UploadSource& source = file.addition->source;
  if (stored.size != source.size()) return source.changed();
  file.addition->xet_hash = stored.hash.text();
  if (stored.sha256) file.addition->oid = stored.sha256->text();
  figures_.bytes += stored.size;
  figures_.reused_files += stored.reused ? 1 : 0;
  return {};
}

// ---- LFS ----

// SHA-256 first, since storage is asked by it; then batches of what is not there yet.
Done LargeStore::finish_lfs() {
  const auto parallel = static_cast<size_t>(story_.config.count(Option::kMaxWorkers));
  HFHUB_CHECK(story_.machinery.workers.for_each(files_.size(), parallel, story_.cancel,
                                                [&](size_t i) { return hash(files_[i]); }));
  for (size_t begin = 0; begin < files_.size(); begin += hub::kLfsBatchObjects) {
    HFHUB_CHECK(send_batch(begin, std::min(files_.size(), begin + hub::kLfsBatchObjects)));
  }
  figures_.deduped_bytes = deduped_bytes_;
  figures_.sent_bytes = sent_bytes_;
  for (const File& file : files_) figures_.bytes += file.addition->source.size();
  return {};
}

Done LargeStore::hash(const File& file) {
  Addition& addition = *file.addition;
  if (is_lower_hex(addition.oid, 64)) return {};
  HFHUB_TRY(const auto memory, story_.machinery.budget->acquire(UploadSource::kDigestBytes, story_.cancel));
  HFHUB_TRY(addition.oid, addition.source.digest(digest::Algorithm::kSha256, story_.cancel));
  return {};
}

Done LargeStore::send_batch(size_t begin, size_t end) {
  // One object a content, whatever it is called.
  std::vector<hub::LfsObject> objects;
  std::vector<const File*> senders;
  std::set<std::string_view> seen;
  for (size_t i = begin; i < end; ++i) {
    const Addition& addition = *files_[i].addition;
    auto& item = story_.op.progress().add_item(files_[i].path, addition.source.size());
    files_[i].item = &item;
    if (!seen.insert(addition.oid).second) continue;
    objects.push_back({addition.oid, addition.source.size()});
    senders.push_back(&files_[i]);
  }
  constexpr std::string_view kTransfers[] = {"basic", "multipart"};
  // Who may only read can still open a pull request: then the batch names no branch that is to be written.
  const std::string revision = target_.create_pr ? "" : target_.revision;
  HFHUB_TRY(auto batch, hub::lfs_batch(api_, target_.repo, revision, objects, kTransfers, story_.cancel));
  HFHUB_CHECK(story_.machinery.workers.for_each(senders.size(), kLfsObjectsAtOnce, story_.cancel, [&](size_t i) {
    return send(*senders[i], std::move(batch.answers[i]), revision);
  }));
  for (size_t i = begin; i < end; ++i) {
    runtime::ItemProgress& item = *files_[i].item;
    item.bytes_done = item.bytes_total.load();
    item.state = ItemState::kDone;
  }
  return {};
}

Done LargeStore::send(const File& file, hub::LfsAnswer answer, const std::string& revision) {
  const UploadSource& source = file.addition->source;
  file.item->state = ItemState::kRunning;
  if (answer.stored()) deduped_bytes_ += source.size();
  const LfsTarget target{api_, &target_.repo, revision};
  HFHUB_TRY(const auto reader, source.open());
  const LfsSource content = source.path().empty() ? LfsSource(file.path, as_bytes(source.bytes()))
                                                  : LfsSource(source.path(), reader.file(), source.size());
  HFHUB_CHECK(upload_lfs(story_, target, content, std::move(answer), *file.item, story_.cancel));
  sent_bytes_ += file.item->wire_bytes.load();
  return reader.check_unchanged();
}

}  // namespace hfhub::client
