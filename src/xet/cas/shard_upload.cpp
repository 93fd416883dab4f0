#include "xet/cas/shard_upload.h"

#include <algorithm>

#include "base/text.h"

namespace hfhub::xet {
namespace {

constexpr std::string_view kWhat = "the registration of a shard";
constexpr int64_t kSilenceMs = 90'000;    // the server repeats itself every 20 s
constexpr int64_t kPatienceMs = 300'000;  // version 1 answers when all is done
constexpr uint64_t kLargestRefusal = 64u << 10;

Result<std::string> read_some(net::BodyStream& stream, uint64_t limit) {
  std::string text;
  while (text.size() < limit) {
    HFHUB_TRY(const ByteView bytes, stream.next());
    if (bytes.empty()) break;
    text += as_text(bytes.first(std::min<size_t>(bytes.size(), limit - text.size())));
  }
  return text;
}

}  // namespace

Done ShardUpload::run() {
  const int version = call_.settings.shard_version;
  if (version == 1 || (version == 0 && memory_.no_v2_shards)) return post_v1();
  HFHUB_TRY(const bool done, post_v2());
  if (done) return {};
  HFHUB_CHECK(post_v1());
  memory_.no_v2_shards = true;
  return {};
}

Question ShardUpload::question(int version) const {
  Question question;
  question.method = net::Method::kPost;
  question.path = "/v" + std::to_string(version) + "/shards";
  question.what = kWhat;
  question.body = body_;
  question.sent = sent_;
  question.deadline_ms = kPatienceMs;
  return question;
}

Error ShardUpload::bad_answer(std::string why) const {
  return Error::make(Code::kProtocol, "CAS, " + std::string(kWhat) + ": " + std::move(why));
}

Done ShardUpload::post_v1() {
  HFHUB_TRY(const net::Response response, call_.send(question(1), cancel_));
  if (!is_success(response.status)) return refusal(response, Side::kCas, kWhat);
  if (Done parsed = parse_shard_result(response.body); !parsed.ok()) {
    return garbage(response, Side::kCas, kWhat, parsed.error().message);
  }
  reach(kSynced);
  return {};
}

Result<bool> ShardUpload::post_v2() {
  for (uint64_t attempt = 1;; ++attempt) {
    auto done = attempt_v2();
    if (done.ok() || is_final(done.error())) return done;
    HFHUB_CHECK(call_.net.wait_before_retry(done.error(), attempt, cancel_));
  }
}

Result<bool> ShardUpload::attempt_v2() {
  Question asked = question(2);
  asked.retry = false;
  asked.silence_ms = kSilenceMs;
  HFHUB_TRY(const auto stream, call_.open(asked, cancel_));
  const int status = stream->head().status;
  if (is_success(status)) {
    HFHUB_CHECK(follow(*stream));
    return true;
  }
  net::Response response = stream->head();
  if (call_.settings.shard_version == 0 && (status == 404 || status == 501)) return false;
  if (auto body = read_some(*stream, kLargestRefusal); body.ok()) response.body = *std::move(body);
  return refusal(response, Side::kCas, kWhat);
}

Done ShardUpload::follow(net::BodyStream& stream) {
  reach(kUploaded);
  LineCutter lines;
  for (;;) {
    auto bytes = stream.next();
    if (!bytes.ok()) return std::move(bytes).error().prefixed("CAS, " + std::string(kWhat));
    lines.feed(as_text(*bytes));
    for (;;) {
      auto line = lines.next();
      if (!line.ok()) return bad_answer(line.error().message);
      if (!*line) break;
      HFHUB_TRY(const bool done, take_line(**line));
      if (done) return {};
    }
    if (!bytes->empty()) continue;
    HFHUB_TRY(const bool done, take_line(lines.rest()));
    if (done) return {};
    return bad_answer("the answer ends without a result");
  }
}

Result<bool> ShardUpload::take_line(std::string_view line) {
  if (trim(line).empty()) return false;
  auto frame = parse_shard_frame(line);
  if (!frame.ok()) return bad_answer(frame.error().message);
  return take_frame(*frame);
}

Result<bool> ShardUpload::take_frame(const ShardFrame& frame) {
  switch (frame.kind) {
    case ShardFrame::Kind::kOther:
    case ShardFrame::Kind::kUploading: return false;
    case ShardFrame::Kind::kValidating: count_entries(frame.verified, frame.total); return false;
    case ShardFrame::Kind::kSyncing: reach(kStored); return false;
    case ShardFrame::Kind::kResult: reach(kSynced); return true;
    case ShardFrame::Kind::kError: break;
  }
  Error error = Error::make(Code::kHttp, "CAS refused " + std::string(kWhat) + ": " + printable(frame.message));
  error.retriable = frame.retryable;
  return error;
}

void ShardUpload::reach(Stage stage) {
  if (stages_ == nullptr) return;
  if (reached_ < kUploaded && stage >= kUploaded) ++stages_->uploaded;
  if (reached_ < kStored && stage >= kStored) ++stages_->stored;
  if (reached_ < kSynced && stage >= kSynced) {
    ++stages_->synced;
    ++stages_->completed;
    count_entries(total_, total_);
  }
  reached_ = std::max<int>(reached_, stage);
}

void ShardUpload::count_entries(uint64_t verified, uint64_t total) {
  if (stages_ == nullptr) return;
  const uint64_t more_total = total > total_ ? total - total_ : 0;
  const uint64_t more_verified = verified > verified_ ? verified - verified_ : 0;
  stages_->entries_total += more_total;
  stages_->entries_validated += more_verified;
  total_ += more_total;
  verified_ += more_verified;
}

}  // namespace hfhub::xet
