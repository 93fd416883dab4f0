#include "client/http_fetch.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "base/text.h"
#include "client/trailing_digest.h"
#include "hub/errors.h"
#include "net/header_values.h"

namespace hfhub::client {
namespace {

using cache::ByteRange;
using runtime::Option;

constexpr uint64_t kErrorBodyBytes = 64 * 1024;
// Fewer new bytes than this do not count as progress: a server that drops every connection early must not keep us for ever.
constexpr uint64_t kProgressBytes = 64 * 1024;
constexpr int kMostIdleRestarts = 3;
constexpr uint64_t kSampleBytes = 4ull << 20;  // enough to tell how fast a line is
constexpr uint64_t kFastBytesPerMs = 200'000;  // 200 MB/s: beyond what parallel connections help with
constexpr uint64_t kLongestPiece = 256ull << 20;

// An answer to "give me the bytes from `begin`": the stream, and where its bytes really start.
struct Opened {
  std::unique_ptr<net::BodyStream> stream;
  uint64_t begin = 0;
  std::optional<uint64_t> end;  // past the last byte it will send, when it says so
  bool whole = false;           // 200: the server ignored the range, or none was asked for
};

class HttpFetch {
 public:
  HttpFetch(Story& story, const FetchSource& source, const RemoteFile& file, cache::PartialFile& partial,
            runtime::ItemProgress& item, const runtime::Cancel& cancel)
      : story_(story),
        source_(source),
        file_(file),
        partial_(partial),
        item_(item),
        cancel_(cancel),
        digest_(file.algorithm(), partial),
        size_(file.size),
        url_(source.url) {}

  Done run();

 private:
  Done fetch_missing();
  Done fetch_stream(std::optional<Opened> opened);
  Done fetch_by_speed(ByteRange missing, uint64_t piece_size);
  Done fetch_pieces(std::optional<Opened> first, const std::vector<ByteRange>& pieces);
  Done fetch_piece(ByteRange piece, std::optional<Opened> opened);
  Result<Opened> open_first(ByteRange piece);
  Result<Opened> open(uint64_t begin, std::optional<uint64_t> end);
  Result<Opened> check_answer(std::unique_ptr<net::BodyStream> stream, uint64_t begin, std::optional<uint64_t> end);
  Result<Opened> check_range(std::unique_ptr<net::BodyStream> stream, uint64_t begin);
  Error refused(net::BodyStream& stream);
  Done pump(Opened& opened, uint64_t* at, std::optional<uint64_t> end);
  Done restart();
  Done learn_size(uint64_t size);
  Done verify();
  // Counts attempts that bring nothing new; any real progress forgives the earlier ones.
  Done pause(const Error& error, uint64_t progressed, uint64_t* attempt);
  Url current_url();
  void use_url(const Url& url);
  Error short_answer(uint64_t at) const;

  Story& story_;
  const FetchSource& source_;
  const RemoteFile& file_;
  cache::PartialFile& partial_;
  runtime::ItemProgress& item_;
  const runtime::Cancel& cancel_;
  TrailingDigest digest_;
  std::optional<uint64_t> size_;
  std::mutex url_mutex_;
  Url url_;  // guarded by url_mutex_; where the last redirect led, until that stops working
};

std::vector<ByteRange> cut(const std::vector<ByteRange>& ranges, uint64_t piece_size) {
  std::vector<ByteRange> pieces;
  for (const ByteRange& range : ranges) {
    for (uint64_t begin = range.begin; begin < range.end;) {
      // Pieces end on block boundaries, so that no two of them share a block.
      const uint64_t aligned = (begin + piece_size) / cache::kBlockBytes * cache::kBlockBytes;
      const uint64_t end = std::min(range.end, std::max(aligned, begin + 1));
      pieces.push_back({begin, end});
      begin = end;
    }
  }
  return pieces;
}

Done HttpFetch::run() {
  item_.bytes_done = partial_.resumed_bytes();
  item_.resumed_bytes = partial_.resumed_bytes();
  if (size_) HFHUB_CHECK(learn_size(*size_));
  HFHUB_CHECK(fetch_missing());
  Done verified = verify();
  if (verified.ok() || verified.error().code != Code::kIntegrity) return verified;
  // Bytes from an earlier run may be the wrong ones (another writer, a power cut): the second try trusts nothing.
  const bool had_old_bytes = partial_.resumed_bytes() > 0;
  HFHUB_CHECK(restart());
  if (!had_old_bytes) return verified;
  story_.warn(file_.path + ": bytes of an earlier download were wrong, fetching the file again");
  HFHUB_CHECK(fetch_missing());
  verified = verify();
  if (!verified.ok()) HFHUB_CHECK(restart());
  return verified;
}

Done HttpFetch::fetch_missing() {
  const std::vector<ByteRange> missing = partial_.missing();
  if (missing.empty()) return {};
  const uint64_t piece_size = std::max(story_.config.bytes(Option::kRangeSize), cache::kBlockBytes);
  const std::vector<ByteRange> pieces = size_ ? cut(missing, piece_size) : std::vector<ByteRange>();
  if (pieces.size() < 2) return fetch_stream(std::nullopt);
  if (piece_size >= kSampleBytes) return fetch_by_speed(missing[0], piece_size);
  HFHUB_TRY(Opened first, open_first(pieces[0]));
  if (first.whole) return fetch_stream(std::move(first));
  return fetch_pieces(std::move(first), pieces);
}

// The first range is asked for alone: its answer says whether ranges work, and where redirects lead.
Result<Opened> HttpFetch::open_first(ByteRange piece) {
  for (uint64_t attempt = 0;;) {
    auto opened = open(piece.begin, piece.end);
    if (opened.ok()) return opened;
    HFHUB_CHECK(pause(opened.error(), 0, &attempt));
  }
}

// A line that fills a processor is used best by one connection at a time, which also keeps the digest in step; a slower
// one by several. A sample tells, and so does each longer piece that follows it.
Done HttpFetch::fetch_by_speed(ByteRange missing, uint64_t piece_size) {
  uint64_t wish = kSampleBytes;
  ByteRange piece = cut({missing}, wish)[0];
  HFHUB_TRY(Opened first, open_first(piece));
  if (first.whole) return fetch_stream(std::move(first));
  std::optional<Opened> opened(std::move(first));
  for (;;) {
    const SteadyTime start = steady_now();
    HFHUB_CHECK(fetch_piece(piece, std::exchange(opened, std::nullopt)));
    const bool fast = piece.size() / static_cast<uint64_t>(ms_since(start) + 1) >= kFastBytesPerMs;
    const std::vector<ByteRange> left = partial_.missing();
    if (left.empty()) return {};
    if (!fast) return fetch_pieces(std::nullopt, cut(left, piece_size));
    wish = std::min(wish * 8, kLongestPiece);
    piece = cut({left[0]}, wish)[0];
  }
}

// One connection after the other, in order, from the end of the contiguous prefix.
Done HttpFetch::fetch_stream(std::optional<Opened> opened) {
  uint64_t attempt = 0;
  int idle_restarts = 0;
  for (;;) {
    uint64_t at = partial_.contiguous_bytes();
    if (size_ && at == *size_) return {};
    const uint64_t before = at;
    Done done;
    if (!opened) {
      auto answer = open(at, std::nullopt);
      if (answer.ok()) opened = *std::move(answer);
      else done = std::move(answer).error();
    }
    // Leftovers of a file of unknown size may be all of it, or of another one: only a fresh start tells.
    const bool past_the_end =
        !done.ok() && !size_ && at > 0 && done.error().http && done.error().http->http_status == 416;
    if (past_the_end) {
      HFHUB_CHECK(restart());
      continue;
    }
    if (opened) {
      if (opened->whole && at > 0) {  // the server has no ranges: from the start
        if (++idle_restarts > kMostIdleRestarts) return short_answer(at);
        HFHUB_CHECK(restart());
        at = 0;
      }
      done = pump(*opened, &at, size_);
      opened.reset();
      if (done.ok() && !size_) return learn_size(at);
      if (done.ok() && at == *size_) return {};
      if (done.ok()) done = short_answer(at);
    }
    HFHUB_CHECK(pause(done.error(), at > before ? at - before : 0, &attempt));
  }
}

Done HttpFetch::fetch_pieces(std::optional<Opened> first, const std::vector<ByteRange>& pieces) {
  const size_t parallel = story_.config.count(Option::kRangesPerFile);
  return story_.machinery.workers.for_each(pieces.size(), parallel, cancel_, [&](size_t index) {
    return fetch_piece(pieces[index], index == 0 ? std::exchange(first, std::nullopt) : std::nullopt);
  });
}

Done HttpFetch::fetch_piece(ByteRange piece, std::optional<Opened> opened) {
  uint64_t attempt = 0;
  uint64_t at = piece.begin;
  while (at < piece.end) {
    const uint64_t before = at;
    Done done;
    if (!opened) {
      auto answer = open(at, piece.end);
      if (answer.ok()) opened = *std::move(answer);
      else done = std::move(answer).error();
    }
    if (opened && opened->whole && at > 0) {
      done = Error::make(Code::kProtocol, "the server of '" + file_.path + "' answers some ranges and ignores others");
      done = Error(done.error()).with_retry();
      opened.reset();
    }
    if (opened) {
      done = pump(*opened, &at, piece.end);
      opened.reset();
      if (done.ok() && at < piece.end) done = short_answer(at);
    }
    if (!done.ok()) HFHUB_CHECK(pause(done.error(), at - before, &attempt));
  }
  return {};
}

Result<Opened> HttpFetch::open(uint64_t begin, std::optional<uint64_t> end) {
  HFHUB_TRY(net::Request request, hub::make_request(source_.api, net::Method::kGet, current_url()));
  request.identity = true;
  request.retry = false;  // pause() does it, with the attempts of this range counted once
  request.deadline_ms = story_.config.duration_ms(Option::kDownloadTimeout);
  if (begin > 0 || end) {
    const std::string last = end ? std::to_string(*end - 1) : "";
    HFHUB_CHECK(request.headers.set("Range", "bytes=" + std::to_string(begin) + "-" + last));
  }
  HFHUB_TRY(auto stream, story_.machinery.net->open(request, cancel_));
  return check_answer(std::move(stream), begin, end);
}

Result<Opened> HttpFetch::check_answer(std::unique_ptr<net::BodyStream> stream, uint64_t begin,
                                       std::optional<uint64_t> end) {
  const net::Response& head = stream->head();
  if (head.status >= 400) return refused(*stream);
  use_url(head.url);
  if (head.status == 206 && (begin > 0 || end)) return check_range(std::move(stream), begin);
  if (head.status != 200) {
    return Error::make(Code::kProtocol,
                       "unexpected HTTP status " + std::to_string(head.status) + " from " + redacted(head.url.str()));
  }
  Opened out;
  out.whole = true;
  if (const auto length = parse_uint64(trim(head.headers.get("content-length"))); length.ok()) {
    if (size_ && *length != *size_) {
      return Error::make(Code::kIntegrity, "'" + file_.path + "' of " + source_.repo.id + " is announced with " +
                                               std::to_string(*length) + " bytes, expected " + std::to_string(*size_));
    }
    out.end = *length;
  }
  out.stream = std::move(stream);
  return out;
}

Result<Opened> HttpFetch::check_range(std::unique_ptr<net::BodyStream> stream, uint64_t begin) {
  const auto range = net::parse_content_range(stream->head().headers.get("content-range"));
  if (!range || !range->satisfied || range->first != begin) {
    return Error::make(Code::kProtocol, "the answer of " + redacted(stream->head().url.str()) +
                                            " is not the byte range that was asked for")
        .with_retry();
  }
  if (range->total && size_ && *range->total != *size_) {
    return Error::make(Code::kIntegrity, "'" + file_.path + "' of " + source_.repo.id + " has " +
                                             std::to_string(*range->total) + " bytes on the server, expected " +
                                             std::to_string(*size_));
  }
  if (range->total && !size_) HFHUB_CHECK(learn_size(*range->total));
  Opened out;
  out.begin = begin;
  out.end = range->last + 1;
  out.stream = std::move(stream);
  return out;
}

// A status of 400 or more. Where a redirect has led us, it may only mean that the presigned URL has expired: then the Hub
// is asked for a new one.
Error HttpFetch::refused(net::BodyStream& stream) {
  net::Response response = stream.head();
  while (response.body.size() < kErrorBodyBytes) {
    const auto more = stream.next();
    if (!more.ok() || more->empty()) break;
    response.body += as_text(*more);
  }
  Error error = hub::error_of(response, {&source_.repo, source_.revision, file_.path});
  const bool expired = response.status == 401 || response.status == 403;
  if (expired && !source_.api.net.is_token_origin(response.url)) error.retriable = true;
  use_url(source_.url);
  return error;
}

// Writes what the stream sends from `*at` on, up to `end`, whichever comes first.
Done HttpFetch::pump(Opened& opened, uint64_t* at, std::optional<uint64_t> end) {
  while (!end || *at < *end) {
    HFHUB_TRY(ByteView data, opened.stream->next());
    if (data.empty()) return {};
    if (end) data = data.first(static_cast<size_t>(std::min<uint64_t>(data.size(), *end - *at)));
    HFHUB_CHECK(partial_.write(*at, data));
    HFHUB_CHECK(digest_.advance(*at, data));
    *at += data.size();
    item_.bytes_done += data.size();
    item_.wire_bytes += data.size();
    HFHUB_CHECK(cancel_.check());
  }
  return {};
}

Done HttpFetch::restart() {
  HFHUB_CHECK(partial_.clear());
  digest_.reset();
  item_.bytes_done = 0;
  item_.resumed_bytes = 0;
  return {};
}

Done HttpFetch::learn_size(uint64_t size) {
  if (!file_.size) HFHUB_CHECK(partial_.set_size(size));
  size_ = size;
  item_.bytes_total = size;
  digest_.set_size(size);
  return {};
}

Done HttpFetch::verify() {
  if (file_.algorithm() == digest::Algorithm::kNone) return {};
  HFHUB_TRY(const std::string actual, digest_.finish_hex(*size_));
  if (actual == file_.etag) return {};
  const char* name = file_.algorithm() == digest::Algorithm::kSha256 ? "SHA-256 " : "git SHA-1 ";
  return Error::make(Code::kIntegrity, "'" + file_.path + "' of " + repo_type_name(source_.repo.type) + " '" +
                                           source_.repo.id +
                                           "' came with other bytes than the Hub promised: expected " + name +
                                           file_.etag + ", found " + actual);
}

Done HttpFetch::pause(const Error& error, uint64_t progressed, uint64_t* attempt) {
  if (progressed >= kProgressBytes) *attempt = 0;
  HFHUB_CHECK(cancel_.check());
  story_.log->write(runtime::LogLevel::kInfo, file_.path + ": " + error.message + "; asking again");
  return story_.machinery.net->wait_before_retry(error, ++*attempt, cancel_);
}

Url HttpFetch::current_url() {
  const std::lock_guard lock(url_mutex_);
  return url_;
}

void HttpFetch::use_url(const Url& url) {
  const std::lock_guard lock(url_mutex_);
  url_ = url;
}

Error HttpFetch::short_answer(uint64_t at) const {
  return Error::make(Code::kNetwork, "the connection for '" + file_.path + "' ended after " + std::to_string(at) +
                                         " of " + std::to_string(size_.value_or(0)) + " bytes")
      .with_retry();
}

}  // namespace

Done fetch_http(Story& story, const FetchSource& source, const RemoteFile& file, cache::PartialFile& partial,
                runtime::ItemProgress& item, const runtime::Cancel& cancel) {
  return HttpFetch(story, source, file, partial, item, cancel).run();
}

}  // namespace hfhub::client
