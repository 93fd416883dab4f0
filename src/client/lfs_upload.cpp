#include "client/lfs_upload.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "base/text.h"
#include "net/retry.h"

namespace hfhub::client {
namespace {

using runtime::Option;

constexpr uint64_t kAnswerBytes = 1u << 20;
// Fresh URLs that are refused as well, without a part that came through in between, are not what is wrong.
constexpr int kMostIdleRenewals = 2;
constexpr std::array<std::string_view, 2> kTransfers{"basic", "multipart"};

// Storage that signs its URLs says so by one of these when it does not take one any more, or has forgotten the upload.
bool may_be_expired(int status) { return status == 400 || status == 401 || status == 403 || status == 404; }

// S3 and its like answer in XML.
std::string storage_reason(std::string_view body) {
  const size_t begin = body.find("<Code>");
  const size_t end = body.find("</Code>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + 6) return "";
  return to_valid_utf8(body.substr(begin + 6, std::min<size_t>(end - begin - 6, 200)));
}

Error refused_by_storage(const net::Response& response, const std::string& what) {
  auto detail = std::make_shared<HttpDetail>();
  detail->http_status = response.status;
  detail->url = redacted(response.url.str());
  detail->server_message = storage_reason(response.body);
  detail->retry_after_ms = net::retry_after_ms(response.headers);
  std::string text = "storage refused " + what + " (HTTP " + std::to_string(response.status) + ")";
  if (!detail->server_message.empty()) text += ": " + printable(detail->server_message);
  const bool forbidden = response.status == 401 || response.status == 403;
  Error error = Error::make(forbidden ? Code::kForbidden : Code::kHttp, std::move(text));
  error.retriable = net::is_transient_status(response.status) || response.status == 409;
  error.http = std::move(detail);
  return error;
}

std::string query_value(const Url& url, std::string_view name) {
  const std::string query = url.query();
  for (const std::string_view pair : split(query, '&')) {
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return percent_decode(pair.substr(equals + 1));
  }
  return "";
}

// What storage calls the upload that the parts belong to; "" when it cannot be told.
std::string upload_id(const hub::LfsUploadPlan& plan) {
  if (plan.parts.empty()) return "";
  std::string id = query_value(plan.parts.front(), "uploadId");
  return id.empty() ? query_value(plan.action.url, "uploadId") : id;
}

bool is_same_upload(const hub::LfsUploadPlan& a, const hub::LfsUploadPlan& b) {
  const std::string id = upload_id(a);
  return a.multipart() && b.multipart() && a.chunk_size == b.chunk_size && !id.empty() && id == upload_id(b);
}

// One PUT: the whole object, or a part.
struct Piece {
  uint64_t begin = 0;
  uint64_t size = 0;
  std::string etag;  // what storage calls it
  bool stored = false;
  uint64_t counted = 0;  // of it, in the progress
};

// A piece as the network reads it, and the progress of its bytes as they go out.
class PieceBody final : public net::BodySource {
 public:
  PieceBody(const LfsSource& source, Piece& piece, runtime::ItemProgress& item)
      : source_(source), piece_(piece), item_(item), sent_(std::make_shared<std::atomic<uint64_t>>(0)) {}
  ~PieceBody() override { count(); }

  uint64_t size() const override { return piece_.size; }
  Done read(uint64_t offset, std::span<uint8_t> out) override {
    count();
    return source_.read(piece_.begin + offset, out);
  }
  const std::shared_ptr<std::atomic<uint64_t>>& sent() const { return sent_; }

 private:
  void count() {
    const uint64_t now = sent_->load(std::memory_order_relaxed);
    item_.wire_bytes += now - std::exchange(seen_, now);
    const uint64_t arrived = std::min(now, piece_.size);
    if (arrived > piece_.counted) item_.bytes_done += arrived - std::exchange(piece_.counted, arrived);
  }

  const LfsSource& source_;
  Piece& piece_;
  runtime::ItemProgress& item_;
  const std::shared_ptr<std::atomic<uint64_t>> sent_;  // outlives this: the network may hold it a moment longer
  uint64_t seen_ = 0;
};

class LfsUpload {
 public:
  LfsUpload(Story& story, const LfsTarget& target, const LfsSource& source, hub::LfsAnswer answer,
            runtime::ItemProgress& item, const runtime::Cancel& cancel)
      : story_(story), target_(target), source_(source), answer_(std::move(answer)), item_(item), cancel_(cancel) {}

  Done run();

 private:
  Done send_all();
  Done send_missing();
  Done send(size_t index);
  Done put(size_t index);
  Done complete();
  Done renew(const Error& why);
  void cut();
  hub::About about() const { return {target_.repo, target_.revision, source_.name()}; }
  std::string text_of(size_t index) const;
  Error outdated(Error error);

  Story& story_;
  const LfsTarget& target_;
  const LfsSource& source_;
  hub::LfsAnswer answer_;
  runtime::ItemProgress& item_;
  const runtime::Cancel& cancel_;
  std::vector<Piece> pieces_;          // each touched by one thread at a time
  std::atomic<bool> outdated_{false};  // the URLs are not taken any more
  std::atomic<bool> progressed_{false};
};

Done LfsUpload::run() {
  HFHUB_CHECK(hub::check_lfs_object(answer_.object));
  if (answer_.object.size != source_.size()) {
    return Error::make(Code::kArgument, "'" + source_.name() + "' has " + std::to_string(source_.size()) +
                                            " bytes, the object " + std::to_string(answer_.object.size));
  }
  item_.bytes_total = source_.size();
  item_.state = runtime::ItemState::kRunning;
  const Done done = send_all();
  item_.state = done.ok() ? runtime::ItemState::kDone : runtime::ItemState::kFailed;
  return done;
}

Done LfsUpload::send_all() {
  if (answer_.error) return *answer_.error;
  cut();
  for (int idle_renewals = 0; answer_.upload;) {
    Done sent = send_missing();
    if (sent.ok()) sent = complete();
    if (sent.ok()) break;
    if (!outdated_.exchange(false) || target_.repo == nullptr) return sent;
    idle_renewals = progressed_.exchange(false) ? 0 : idle_renewals + 1;
    if (idle_renewals > kMostIdleRenewals) return sent;
    HFHUB_CHECK(renew(sent.error()));
  }
  item_.bytes_done = source_.size();
  return hub::lfs_verify(target_.api, about(), answer_, cancel_);
}

void LfsUpload::cut() {
  pieces_.clear();
  item_.bytes_done = 0;
  if (!answer_.upload) return;
  if (!answer_.upload->multipart()) {
    pieces_.push_back({0, source_.size(), "", false, 0});
    return;
  }
  const uint64_t chunk = answer_.upload->chunk_size;
  for (size_t i = 0; i < answer_.upload->parts.size(); ++i) {
    const uint64_t begin = i * chunk;
    pieces_.push_back({begin, std::min(chunk, source_.size() - begin), "", false, 0});
  }
}

Done LfsUpload::send_missing() {
  std::vector<size_t> missing;
  for (size_t i = 0; i < pieces_.size(); ++i) {
    if (!pieces_[i].stored) missing.push_back(i);
  }
  const size_t parallel = story_.config.count(Option::kLfsParallelParts);
  return story_.machinery.workers.for_each(missing.size(), parallel, cancel_,
                                           [&](size_t i) { return send(missing[i]); });
}

Done LfsUpload::send(size_t index) {
  for (uint64_t attempt = 1;; ++attempt) {
    const Done done = put(index);
    if (done.ok()) {
      pieces_[index].stored = true;
      progressed_ = true;
      return {};
    }
    HFHUB_CHECK(cancel_.check());
    if (done.error().retriable) {
      story_.log->write(runtime::LogLevel::kInfo, source_.name() + ": " + done.error().message + "; sending it again");
    }
    HFHUB_CHECK(target_.api.net.wait_before_retry(done.error(), attempt, cancel_));
  }
}

Done LfsUpload::put(size_t index) {
  const hub::LfsUploadPlan& plan = *answer_.upload;
  Piece& piece = pieces_[index];
  PieceBody body(source_, piece, item_);
  // What the batch says and nothing of ours: no token.
  net::Request request;
  request.method = net::Method::kPut;
  request.url = plan.multipart() ? plan.parts[index] : plan.action.url;
  if (!plan.multipart()) {
    request.headers = plan.action.headers;
    request.authorization = plan.action.authorization;
  }
  request.redirects = net::Redirects::kNever;
  request.retry = false;
  request.source = &body;
  request.sent = body.sent();
  auto response = target_.api.net.send(request, cancel_, kAnswerBytes);
  if (!response.ok()) return std::move(response).error().prefixed("sending " + text_of(index));
  if (response->status < 200 || response->status > 299) {
    Error error = refused_by_storage(*response, text_of(index));
    return may_be_expired(response->status) ? outdated(std::move(error)) : std::move(error);
  }
  if (!plan.multipart()) return {};
  piece.etag = trim(response->headers.get("etag"));
  if (!piece.etag.empty()) return {};
  return Error::make(Code::kProtocol, "storage does not say what it calls " + text_of(index) + " (no ETag)");
}

Error LfsUpload::outdated(Error error) {
  outdated_ = true;
  return error;
}

// The Hub puts the parts together. A refusal may mean that it has forgotten the upload.
Done LfsUpload::complete() {
  if (!answer_.upload->multipart()) return {};
  std::vector<std::string> etags;
  for (const Piece& piece : pieces_) etags.push_back(piece.etag);
  Done done = hub::lfs_complete(target_.api, about(), answer_, etags, cancel_);
  if (done.ok() || !done.error().http) return done;
  const int status = done.error().http->http_status;
  if (status == 403 || status == 404) return outdated(Error(done.error()));
  return done;
}

Done LfsUpload::renew(const Error& why) {
  story_.log->write(runtime::LogLevel::kInfo, source_.name() + ": " + why.message + "; asking for new URLs");
  const std::array<hub::LfsObject, 1> object{answer_.object};
  HFHUB_TRY(hub::LfsBatch batch,
            hub::lfs_batch(target_.api, *target_.repo, target_.revision, object, kTransfers, cancel_));
  hub::LfsAnswer fresh = std::move(batch.answers.at(0));
  if (fresh.error) return std::move(*fresh.error);
  const bool goes_on = fresh.upload && is_same_upload(*answer_.upload, *fresh.upload);
  answer_ = std::move(fresh);
  if (!goes_on) cut();
  return {};
}

std::string LfsUpload::text_of(size_t index) const {
  if (!answer_.upload->multipart()) return "'" + source_.name() + "'";
  return "part " + std::to_string(index + 1) + " of '" + source_.name() + "'";
}

}  // namespace

Done LfsSource::read(uint64_t offset, std::span<uint8_t> out) const {
  if (file_ == nullptr) {
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return {};
  }
  HFHUB_TRY(const size_t size, file_->read_at(offset, out));
  if (size == out.size()) return {};
  return Error::at(Code::kIo, "'" + file_->path() + "' became shorter while it was uploaded", file_->path());
}

Done upload_lfs(Story& story, const LfsTarget& target, const LfsSource& source, hub::LfsAnswer answer,
                runtime::ItemProgress& item, const runtime::Cancel& cancel) {
  return LfsUpload(story, target, source, std::move(answer), item, cancel).run();
}

}  // namespace hfhub::client
