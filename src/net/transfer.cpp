#include "net/transfer.h"

#include <algorithm>
#include <mutex>
#include <new>

#include "base/fault.h"
#include "base/text.h"
#include "net/curl_errors.h"
#include "net/redirect.h"
#include "platform/system.h"

namespace hfhub::net {
namespace {

constexpr uint64_t kLargestHead = 256u << 10;
constexpr uint64_t kLargestSkippedBody = 64u << 10;
// The kernel takes the end of a body long before a slow line has carried it: that much, at that speed, is allowed for.
constexpr uint64_t kKernelBytes = 4u << 20;
constexpr uint64_t kSlowLineBytesPerMs = 64;

// "HTTP/1.1 200 OK", "HTTP/2 200"; 0 when it is no status line.
int parse_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/")) return 0;
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return 0;
  const auto status = parse_uint64(trim(line.substr(space)).substr(0, 3));
  return status.ok() && *status >= 100 && *status <= 999 ? static_cast<int>(*status) : 0;
}

bool is_coded(const Headers& headers) {
  const std::string_view coding = trim(headers.get("content-encoding"));
  return !coding.empty() && !equal_ignoring_case(coding, "identity");
}

}  // namespace

Transfer::Transfer(const CurlApi& api, const Settings& settings, std::shared_ptr<Exchange> exchange)
    : api_(api), settings_(settings), exchange_(std::move(exchange)) {}

Transfer::~Transfer() {
  exchange_->lose(Loss::kClosed);  // whatever went wrong before: nobody waits for a transfer that is gone
  if (easy_ != nullptr) api_.easy_cleanup(easy_);
  api_.slist_free_all(lines_);
}

Result<std::unique_ptr<Transfer>> Transfer::make(const CurlApi& api, const Settings& settings,
                                                 std::shared_ptr<Exchange> exchange) {
  std::unique_ptr<Transfer> transfer(new Transfer(api, settings, std::move(exchange)));
  {
    // curl_easy_init spins on a lock of libcurl's own, which a fork in the middle would leave taken in the child for ever.
    const std::lock_guard lock(platform::mutex_quiet_at_fork());
    transfer->easy_ = fault::hit("curl_easy_init") ? nullptr : api.easy_init();
  }
  if (transfer->easy_ == nullptr) return Error::make(Code::kNoMemory, "out of memory while a request was set up");
  HFHUB_CHECK(transfer->configure());
  return transfer;
}

Transfer* Transfer::of(const CurlApi& api, CURL* easy) {
  void* self = nullptr;
  api.easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return static_cast<Transfer*>(self);
}

// ---- what comes in ----

size_t Transfer::on_header(char* data, size_t, size_t size, void* self) {
  try {
    return static_cast<Transfer*>(self)->header_line({data, size}) ? size : 0;
  } catch (...) {  // no exception may cross libcurl's frames
    return 0;
  }
}

bool Transfer::header_line(std::string_view line) {
  if (fault::hit("net_receive")) return false;
  moved(line.size());
  if (head_done_) return true;  // trailers
  if ((head_bytes_ += line.size()) > kLargestHead) {
    refusal_ =
        network_error(Code::kProtocol, "the headers of '" + exchange_->plan.url.host + "' are larger than 256 KiB",
                      exchange_->plan.url, false);
    return false;
  }
  if (const int status = parse_status_line(line); status != 0) {
    head_ = Head{status, {}, {}};  // an interim answer came before
    return true;
  }
  const std::string_view content = trim(line);
  if (content.empty()) return head_.status < 200 || head_complete();
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos && line[0] != ' ' && line[0] != '\t') {
    head_.headers.add_received(line.substr(0, colon), line.substr(colon + 1));
  }
  return true;
}

bool Transfer::head_complete() {
  const ExchangePlan& plan = exchange_->plan;
  head_done_ = true;
  restart_stall_clock(steady_now());
  const bool coded = is_coded(head_.headers);
  if (const auto length = parse_uint64(head_.headers.get("content-length")); length.ok() && !coded) {
    head_.content_length = *length;
  }
  skipping_body_ = plan.skip_redirect_body && is_redirect_status(head_.status) && head_.headers.find("location");
  if (coded && plan.identity && plan.method != Method::kHead && !skipping_body_) {
    refusal_ =
        network_error(Code::kProtocol, "'" + plan.url.host + "' answers with a coded body although none was offered",
                      plan.url, false);
    return false;
  }
  const bool bodiless = plan.method == Method::kHead || head_.status == 304;
  if (!plan.stream && !bodiless && head_.content_length.value_or(0) > plan.limit) return collect({});
  exchange_->publish_head(head_);
  return true;
}

size_t Transfer::on_data(char* data, size_t, size_t size, void* self) {
  try {
    return static_cast<Transfer*>(self)->body_bytes({reinterpret_cast<const uint8_t*>(data), size});
  } catch (...) {
    return 0;
  }
}

size_t Transfer::body_bytes(ByteView data) {
  if (!head_done_ || fault::hit("net_receive")) return 0;
  if (skipping_body_) {
    moved(data.size());
    skipped_bytes_ += data.size();
    return skipped_bytes_ <= kLargestSkippedBody ? data.size() : 0;
  }
  if (!exchange_->plan.stream) return collect(data) ? data.size() : 0;
  const auto delivered = exchange_->deliver(data);
  if (delivered == Exchange::Deliver::kAbandoned) return 0;
  touch();
  if (delivered == Exchange::Deliver::kNoRoom) return CURL_WRITEFUNC_PAUSE;
  moved(data.size());
  return data.size();
}

bool Transfer::collect(ByteView data) {
  const ExchangePlan& plan = exchange_->plan;
  if (std::max(head_.content_length.value_or(0), collected_.size() + data.size()) > plan.limit) {
    refusal_ = network_error(Code::kProtocol,
                             "the answer of '" + redacted(plan.url.str()) + "' is larger than the " +
                                 std::to_string(plan.limit) + " bytes allowed here",
                             plan.url, false);
    return false;
  }
  if (collected_.empty()) collected_.reserve(head_.content_length.value_or(data.size()));
  collected_.append(as_text(data));
  moved(data.size());
  return true;
}

void Transfer::touch() {
  if (is_touched_ || touched_ == nullptr) return;
  touched_->push_back(this);
  is_touched_ = true;
}

void Transfer::announce() {
  is_touched_ = false;
  exchange_->announce();
}

// ---- what goes out ----

size_t Transfer::on_read(char* out, size_t one, size_t size, void* self) {
  if (fault::hit("net_send")) return CURL_READFUNC_ABORT;
  auto* transfer = static_cast<Transfer*>(self);
  const auto copied = transfer->exchange_->copy_body(transfer->sent_bytes_, out, one * size);
  if (!copied) return CURL_READFUNC_ABORT;
  if (*copied == 0 && transfer->sent_bytes_ < transfer->exchange_->body_size) return CURL_READFUNC_PAUSE;
  transfer->sent_bytes_ += *copied;
  transfer->moved(*copied);
  if (const auto& sent = transfer->exchange_->plan.sent) sent->fetch_add(*copied, std::memory_order_relaxed);
  return *copied;
}

// libcurl sends a body again when a kept connection turns out to be dead.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
  static_cast<Transfer*>(self)->sent_bytes_ = static_cast<uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// ---- clocks ----

void Transfer::begin(SteadyTime now, CURLSH* share, std::vector<Transfer*>* touched) {
  touched_ = touched;
  if (share != nullptr) api_.easy_setopt(easy_, CURLOPT_SHARE, share);
  begun_ = now;
  deadline_ = now + std::chrono::milliseconds(exchange_->plan.left_ms + drain_ms());
  restart_stall_clock(now);
}

void Transfer::resume(SteadyTime now) {
  restart_stall_clock(now);
  api_.easy_pause(easy_, CURLPAUSE_CONT);
}

void Transfer::moved(uint64_t bytes) { moved_bytes_ += bytes; }

void Transfer::restart_stall_clock(SteadyTime now) {
  stall_since_ = now;
  stall_mark_bytes_ = moved_bytes_;
}

int64_t Transfer::drain_ms() const {
  return static_cast<int64_t>(std::min(exchange_->body_size, kKernelBytes) / kSlowLineBytesPerMs);
}

bool Transfer::is_sending() const { return sent_bytes_ > 0 && sent_bytes_ < exchange_->body_size; }

std::optional<Error> Transfer::overdue(SteadyTime now) {
  const ExchangePlan& plan = exchange_->plan;
  if (plan.total_ms > 0 && now >= begun_ + std::chrono::milliseconds(plan.total_ms)) return late(plan.total_ms);
  if (head_done_) {
    if (!exchange_->paused()) return stalled(now);
    restart_stall_clock(now);  // it is the reader who is slow
    return std::nullopt;
  }
  if (is_sending() != was_sending_) {
    was_sending_ = !was_sending_;
    restart_stall_clock(now);
  }
  if (was_sending_) {
    deadline_ = now + std::chrono::milliseconds(plan.deadline_ms + drain_ms());
    if (!exchange_->starved()) return stalled(now);
    restart_stall_clock(now);  // it is the source that is slow
    return std::nullopt;
  }
  if (now < deadline_) return std::nullopt;
  return late(plan.deadline_ms);
}

Error Transfer::late(int64_t allowed_ms) const {
  const Url& url = exchange_->plan.url;
  const std::string what = head_done_ ? "no whole answer" : "no answer";
  return network_error(Code::kTimeout, what + " from '" + url.host + "' within " + duration_text(allowed_ms), url,
                       true);
}

std::optional<Error> Transfer::stalled(SteadyTime now) {
  const ExchangePlan& plan = exchange_->plan;
  const bool live = plan.silence_ms > 0 && head_done_;
  const int64_t patience_ms = live ? plan.silence_ms : plan.stall_ms;
  if (moved_bytes_ - stall_mark_bytes_ >= (live ? 1 : settings_.stall_bytes)) {
    restart_stall_clock(now);
    return std::nullopt;
  }
  if (now - stall_since_ < std::chrono::milliseconds(patience_ms)) return std::nullopt;
  const bool silent = moved_bytes_ == stall_mark_bytes_;
  const std::string what = silent ? "no data " : "next to no data ";
  const std::string side = was_sending_ && !head_done_ ? "taken by '" : "from '";
  return network_error(Code::kTimeout, what + side + plan.url.host + "' for " + duration_text(patience_ms), plan.url,
                       true);
}

// ---- the end ----

void Transfer::finish(CURLcode code) {
  touched_ = nullptr;
  std::optional<Error> error;
  if (refusal_) error = std::move(refusal_);
  else if (code != CURLE_OK && !skipping_body_) error = curl_failure(code);
  else if (!head_done_) error = curl_failure(CURLE_GOT_NOTHING);
  exchange_->finish(std::move(error), std::move(collected_));
}

void Transfer::fail(Error error) {
  touched_ = nullptr;
  exchange_->finish(std::move(error), {});
}

Error Transfer::curl_failure(CURLcode code) const {
  FailureFacts facts;
  facts.url = &exchange_->plan.url;
  facts.text = error_text_;
  facts.connect_timeout_ms = settings_.connect_timeout_ms;
  long connections = 0;
  curl_off_t connect_us = 0;
  api_.easy_getinfo(easy_, CURLINFO_OS_ERRNO, &facts.os_error);
  api_.easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &facts.proxy_status);
  api_.easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connections);
  api_.easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connect_us);
  const bool unreachable =
      code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
  facts.connected = !unreachable && (connections == 0 || connect_us > 0);
  return transfer_error(api_, code, facts);
}

}  // namespace hfhub::net
