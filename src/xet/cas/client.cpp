#include "xet/cas/client.h"

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "net/header_values.h"
#include "net/redirect.h"
#include "xet/cas/answers.h"
#include "xet/cas/call.h"
#include "xet/cas/shard_upload.h"
#include "xet/cas/xorb_upload.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;

constexpr uint64_t kLargestReconstruction = 64u << 20;
constexpr uint64_t kLargestDedupAnswer = 16u << 20;
constexpr uint32_t kMostDedupFailures = 3;
constexpr uint64_t kLargestRefusal = 64u << 10;
constexpr int64_t kHeardForS = 60;
constexpr int64_t kImpatientStallMs = 8'000;

std::string range_text(ByteSpan span) {
  return "bytes=" + std::to_string(span.begin) + "-" + std::to_string(span.end - 1);
}

Done check_span(ByteSpan span) {
  if (span.begin < span.end && span.end <= static_cast<uint64_t>(INT64_MAX)) return {};
  return Error::make(Code::kArgument, "Xet: an empty range of bytes cannot be asked for");
}

bool has_no_such_route(int status) { return status == 404 || status == 501; }

// Data may not leave TLS because an answer says so.
Done check_locations(const Reconstruction& reconstruction, const Url& cas) {
  const std::string* checked = nullptr;
  for (const auto& [xorb, ranges] : reconstruction.ranges) {
    for (const FetchRange& range : ranges) {
      if (range.url.get() == checked) continue;
      checked = range.url.get();
      HFHUB_TRY(const Url url, parse_url(*range.url));
      if (net::is_downgrade(cas, url)) {
        return Error::make(Code::kProtocol, "xorb " + xorb.text() + " would be fetched without TLS");
      }
    }
  }
  return {};
}

Result<net::Response> ask_reconstruction(const Call& call, bool impatient, int version, const Hash& file, ByteSpan span,
                                         const Cancel& cancel) {
  Question question;
  question.path = "/v" + std::to_string(version) + "/reconstructions/" + file.text();
  question.what = "the reconstruction of file " + file.text();
  question.limit = kLargestReconstruction;
  question.impatient = impatient;
  HFHUB_CHECK(question.headers.set("Range", range_text(span)));
  return call.send(question, cancel);
}

Result<std::optional<Reconstruction>> read_reconstruction(const net::Response& response, int version,
                                                          const Hash& file) {
  const std::string what = "the reconstruction of file " + file.text();
  if (response.status == 416) return std::optional<Reconstruction>();
  if (response.status != 200) return refusal(response, Side::kCas, what);
  auto parsed = parse_reconstruction(response.body, version);
  if (!parsed.ok()) return garbage(response, Side::kCas, what, parsed.error().message);
  if (Done safe = check_locations(*parsed, response.url); !safe.ok()) {
    return garbage(response, Side::kCas, what, safe.error().message);
  }
  return std::optional<Reconstruction>(*std::move(parsed));
}

// ---- bytes behind a presigned URL ----

// Gives exactly the wanted bytes of an answer that begins with the first of them.
class ExactStream final : public net::BodyStream {
 public:
  ExactStream(std::unique_ptr<net::BodyStream> stream, uint64_t size) : stream_(std::move(stream)), left_(size) {}
  const net::Response& head() const override { return stream_->head(); }
  Result<ByteView> next() override {
    if (left_ == 0) return ByteView();
    HFHUB_TRY(ByteView bytes, stream_->next());
    if (bytes.empty()) {
      return Error::make(Code::kNetwork,
                         "'" + head().url.host + "' ended its answer " + std::to_string(left_) + " bytes early")
          .with_retry();
    }
    if (bytes.size() > left_) bytes = bytes.first(static_cast<size_t>(left_));
    left_ -= bytes.size();
    return bytes;
  }

 private:
  const std::unique_ptr<net::BodyStream> stream_;
  uint64_t left_;
};

// The wanted bytes, and nothing before them? "" when so, else what is wrong.
std::string wrong_answer(const net::Response& head, ByteSpan span) {
  const uint64_t size = span.end - span.begin;
  const auto length = parse_uint64(trim(head.headers.get("content-length")));
  const std::string* range_line = head.headers.find("content-range");
  if (starts_with_ignoring_case(head.headers.get("content-type"), "multipart/")) return "it comes in parts";
  if (head.status == 200) {
    // The second: a URL that stands for the very range that was asked for.
    const bool usable = length.ok() && (span.begin == 0 ? *length >= size : *length == size);
    return usable || (span.begin == 0 && !length.ok()) ? "" : "the range that was asked for is ignored";
  }
  if (range_line == nullptr) return length.ok() && *length == size ? "" : "it does not say which bytes it has";
  const auto range = net::parse_content_range(*range_line);
  if (!range || !range->satisfied || range->first != span.begin || range->last != span.end - 1) {
    return "it has other bytes than those asked for";
  }
  return length.ok() && *length != size ? "its length is not that of its range" : "";
}

Error refused_bytes(net::BodyStream& stream, const std::string& what) {
  // Only read to the end so that the connection can be used again; an error in it changes nothing.
  uint64_t seen = 0;
  for (auto bytes = stream.next(); bytes.ok() && !bytes->empty() && seen < kLargestRefusal; bytes = stream.next()) {
    seen += bytes->size();
  }
  Error error = refusal(stream.head(), Side::kStorage, what);
  const int status = stream.head().status;
  if (status == 401 || status == 403) {
    error.message += " (the URL may have expired)";
    error.with_retry();
  }
  return error;
}

}  // namespace

CasClient::CasClient(std::shared_ptr<net::Client> net, std::shared_ptr<TokenSource> tokens,
                     std::shared_ptr<CasMemory> memory, CasSettings settings, std::shared_ptr<const runtime::Log> log)
    : net_(std::move(net)),
      tokens_(std::move(tokens)),
      memory_(std::move(memory)),
      settings_(std::move(settings)),
      log_(std::move(log)) {}

bool CasClient::heard() const {
  return memory_->heard_s != 0 && static_cast<int64_t>(wall_seconds()) - memory_->heard_s < kHeardForS;
}

Result<std::optional<Reconstruction>> CasClient::reconstruction(const Hash& file, ByteSpan span, const Cancel& cancel) {
  HFHUB_CHECK(check_span(span));
  const Call call{*net_, *tokens_, settings_, log_.get()};
  const bool may_fall_back = settings_.reconstruction_version == 0;
  const bool impatient = tokens_->target().impatient && !heard();
  bool fell_back = false;
  const auto ask = [&](int version) {
    auto response = ask_reconstruction(call, impatient, version, file, span, cancel);
    if (response.ok() && response->status < 500) memory_->heard_s = static_cast<int64_t>(wall_seconds());
    return response;
  };
  if (settings_.reconstruction_version == 2 || (may_fall_back && !memory_->no_v2_reconstruction)) {
    HFHUB_TRY(const net::Response response, ask(2));
    // A 404 may be about the route or about the file: only version 1 can tell.
    fell_back = may_fall_back && has_no_such_route(response.status);
    if (!fell_back) return read_reconstruction(response, 2, file);
  }
  HFHUB_TRY(const net::Response response, ask(1));
  if (fell_back && (response.status == 200 || response.status == 416)) memory_->no_v2_reconstruction = true;
  return read_reconstruction(response, 1, file);
}

Result<std::unique_ptr<net::BodyStream>> CasClient::open_bytes(const std::string& url, ByteSpan span,
                                                               const Cancel& cancel) {
  HFHUB_CHECK(check_span(span));
  net::Request request;
  HFHUB_TRY(request.url, parse_url(url));
  HFHUB_CHECK(request.headers.set("Range", range_text(span)));
  request.identity = true;
  request.retry = false;
  if (tokens_->target().impatient) request.stall_ms = kImpatientStallMs;
  const std::string what = range_text(span) + " of a xorb";
  auto stream = net_->open(request, cancel);
  if (!stream.ok()) return std::move(stream).error().prefixed("CAS, " + what);
  const net::Response& head = (*stream)->head();
  if (head.status != 200 && head.status != 206) return refused_bytes(**stream, what);
  if (const std::string wrong = wrong_answer(head, span); !wrong.empty()) {
    return garbage(head, Side::kStorage, what, wrong);
  }
  return std::unique_ptr<net::BodyStream>(std::make_unique<ExactStream>(*std::move(stream), span.end - span.begin));
}

Done CasClient::wait_before_retry(const Error& error, uint64_t attempt, const Cancel& cancel) {
  return net_->wait_before_retry(error, attempt, cancel);
}

Result<std::optional<std::string>> CasClient::find_chunk(const Hash& chunk, const Cancel& cancel) {
  const std::optional<std::string> nothing;
  if (memory_->no_dedup) return nothing;
  const Call call{*net_, *tokens_, settings_, log_.get()};
  Question question;
  question.path = "/v1/chunks/default/" + chunk.text();
  question.what = "a query for chunk " + chunk.text();
  question.identity = true;
  question.retry = false;
  question.total_ms = settings_.dedup_deadline_ms;
  question.limit = kLargestDedupAnswer;
  auto response = call.send(question, cancel);
  HFHUB_CHECK(cancel.check());
  const bool answered = response.ok() && (response->status == 200 || response->status == 404);
  if (answered) {
    memory_->dedup_failures = 0;
    if (response->status == 404) return nothing;
    return std::optional<std::string>(std::move(response->body));
  }
  if (!response.ok() && (response.error().code == Code::kCancelled || response.error().code == Code::kForked)) {
    return std::move(response).error();
  }
  // It would only have saved bytes: an upload goes on without it.
  const Error error = response.ok() ? refusal(*response, Side::kCas, question.what) : std::move(response).error();
  call.warn(error.message);
  if (++memory_->dedup_failures >= kMostDedupFailures && !memory_->no_dedup.exchange(true)) {
    call.warn("known chunks are not asked for any more");
  }
  return nothing;
}

Result<bool> CasClient::store_xorb(const Hash& xorb, std::string_view body, uint64_t crc64, const SentCounter& sent,
                                   const Granted& granted, const Cancel& cancel) {
  const Call call{*net_, *tokens_, settings_, log_.get()};
  return XorbUpload(call, *memory_, xorb, body, crc64, sent, granted, cancel).run();
}

Result<bool> CasClient::commit_xorb(const Hash& xorb, const std::string& grant_id, const Cancel& cancel) {
  const Call call{*net_, *tokens_, settings_, log_.get()};
  const auto response = call.send(xorb_commit(xorb, grant_id), cancel);
  HFHUB_CHECK(cancel.check());
  return response.ok() && is_success(response->status);
}

Done CasClient::store_shard(std::string_view body, ShardStages* stages, const SentCounter& sent, const Cancel& cancel) {
  const Call call{*net_, *tokens_, settings_, log_.get()};
  return ShardUpload(call, *memory_, body, stages, sent, cancel).run();
}

}  // namespace hfhub::xet
