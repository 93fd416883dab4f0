#include "net/engine.h"

#include <algorithm>

#include "net/client.h"
#include "net/curl_errors.h"
#include "net/requests.h"

namespace hfhub::net {
namespace {

using runtime::Budget;
using runtime::Cancel;

constexpr size_t kBulkBody = 256u << 10;

double dice() {
  uint32_t value = 0;
  platform::random_bytes(&value, sizeof value);
  return value / 4294967296.0;
}

Error forked_error() { return Error::make(Code::kForked, "this session belongs to the parent process"); }

int64_t server_wish_ms(const Error& error) { return error.http ? error.http->retry_after_ms : -1; }

}  // namespace

Arrival::~Arrival() {
  if (exchange_ == nullptr) return;
  if (engine_->forked()) {
    platform::abandon_forever(std::move(exchange_));
    platform::abandon_forever(std::move(engine_));
    return;
  }
  if (exchange_->abandon()) return;
  try {
    engine_->drop(exchange_);
  } catch (...) {  // out of memory: the transfer ends with its next byte or its deadline
  }
}

Engine::Engine(Settings settings, std::shared_ptr<Budget> budget, std::shared_ptr<const runtime::Log> log)
    : settings_(std::make_shared<const Settings>(std::move(settings))),
      budget_(std::move(budget)),
      log_(std::move(log)),
      send_budget_(std::make_shared<Budget>(settings_->send_reserve_bytes)),
      stream_slots_(std::make_shared<Budget>(settings_->max_streams)) {
  const uint64_t reserve = settings_->send_reserve_bytes;
  if (budget_->used_bytes() + reserve > budget_->total_bytes()) return;
  if (auto ticket = budget_->acquire(reserve, Cancel()); ticket.ok()) send_reserve_ = std::move(*ticket);
}

Engine::~Engine() {
  if (loop_) loop_->stop();
}

Done Engine::check(const Request& request) const {
  if (forked()) return forked_error();
  HFHUB_CHECK(check_request(request));
  if (!settings_->offline) return {};
  return network_error(Code::kOffline,
                       "offline mode is on (HF_HUB_OFFLINE): cannot reach '" + redacted(request.url.str()) + "'",
                       request.url, false);
}

Result<std::shared_ptr<Loop>> Engine::loop() {
  const std::lock_guard lock(mutex_);
  if (loop_) return loop_;
  HFHUB_TRY(const CurlApi* api, curl_api());
  HFHUB_TRY(loop_, Loop::start(*api, settings_));
  return loop_;
}

void Engine::resume(const std::shared_ptr<Exchange>& exchange) { loop_->resume(exchange); }
void Engine::drop(const std::shared_ptr<Exchange>& exchange) { loop_->drop(exchange); }

Result<Reservation> Engine::reserve(const Request& request, bool stream, const Cancel& cancel) const {
  Reservation reservation;
  const bool reads_source = request.source != nullptr;
  if (!stream && !reads_source) {
    HFHUB_TRY(reservation.memory, send_budget_->acquire(settings_->send_cost_bytes, cancel));
    return reservation;
  }
  HFHUB_TRY(reservation.slot, stream_slots_->acquire(1, cancel));
  const uint64_t cost = reads_source ? settings_->source_cost_bytes : settings_->stream_cost_bytes;
  HFHUB_TRY(reservation.memory, budget_->acquire(cost, cancel));
  return reservation;
}

ExchangePlan Engine::make_plan(const Hop& hop, const Call& call) const {
  const bool identity = call.stream || call.request.identity;
  const bool bulk = call.stream || call.request.source != nullptr || hop.body.size() > kBulkBody;
  ExchangePlan plan;
  plan.method = hop.method;
  plan.url = hop.url;
  plan.header_lines = header_lines(hop, call.request, *settings_, identity);
  plan.stream = call.stream;
  plan.own_connection = bulk;
  plan.fresh_connection = call.request.once;
  plan.identity = identity;
  plan.decode = !identity && hop.headers.find("accept-encoding") == nullptr;
  plan.skip_redirect_body = call.request.redirects != Redirects::kNever;
  plan.limit = call.limit;
  plan.deadline_ms = call.deadline_ms;
  plan.left_ms = !call.request.has_body() ? std::max<int64_t>(ms_until(call.deadline), 1) : call.deadline_ms;
  plan.silence_ms = call.request.silence_ms;
  plan.stall_ms = settings_->stall_timeout_ms;
  if (call.request.stall_ms > 0) plan.stall_ms = std::min(plan.stall_ms, call.request.stall_ms);
  plan.total_ms = call.request.total_ms;
  plan.receive_bytes = call.stream ? settings_->receive_bytes : settings_->small_receive_bytes;
  plan.half_window_bytes = settings_->half_window_bytes;
  plan.send_half_bytes = settings_->send_half_bytes;
  plan.sent = call.request.sent;
  return plan;
}

// One step: no redirect, no retry.
Result<Arrival> Engine::ask(const Hop& hop, const Call& call, Reservation reservation, const Cancel& cancel) {
  const SteadyTime start = steady_now();
  HFHUB_TRY(const auto running, loop());
  HFHUB_TRY(const CurlApi* api, curl_api());
  Arrival arrival(shared_from_this(), std::make_shared<Exchange>(make_plan(hop, call), hop.body, std::move(reservation),
                                                                 call.request.source));
  const auto& exchange = arrival.shared_exchange();
  HFHUB_TRY(auto transfer, Transfer::make(*api, *settings_, exchange));
  running->submit(std::move(transfer));

  Done waited;
  {
    const auto guard = cancel.on_request([exchange] { exchange->wake(); });
    if (call.request.source != nullptr) waited = pump(exchange, cancel);
    else waited = call.stream ? exchange->wait_head(cancel) : exchange->wait_end(cancel);
  }
  if (waited.ok() && !call.stream) {
    if (auto error = exchange->failure()) waited = std::move(*error);
  }
  if (!waited.ok()) {
    log_request(*exchange, ms_since(start), waited.error().message);
    return std::move(waited).error();
  }
  log_request(*exchange, ms_since(start), "");
  return arrival;
}

// The caller's thread reads its source for the net thread until the answer is there.
Done Engine::pump(const std::shared_ptr<Exchange>& exchange, const Cancel& cancel) {
  for (;;) {
    bool resume_transfer = false;
    HFHUB_TRY(const bool running, exchange->feed(cancel, &resume_transfer));
    if (!running) return {};
    if (resume_transfer) resume(exchange);
  }
}

// One attempt: redirects included.
Result<Arrival> Engine::follow(const Request& request, bool stream, uint64_t limit, const Cancel& cancel) {
  HFHUB_TRY(Reservation reservation, reserve(request, stream, cancel));
  const int64_t deadline_ms = request.deadline_ms > 0 ? request.deadline_ms : settings_->request_timeout_ms;
  const Call call{request, stream, limit, after_ms(deadline_ms), deadline_ms};
  Hop hop{request.method, request.url, request.headers, request.content()};
  for (int hops = 0;; ++hops) {
    HFHUB_TRY(Arrival arrival, ask(hop, call, std::move(reservation), cancel));
    Exchange& exchange = arrival.exchange();
    const std::string location(exchange.head().headers.get("location"));
    HFHUB_TRY(auto next,
              plan_redirect(hop, request.redirects, exchange.head().status, location, settings_->token_origins, hops));
    if (!next) {
      if (stream) exchange.keep_body();  // the request ends before the answer does
      return arrival;
    }
    if (stream) HFHUB_CHECK(exchange.wait_end(cancel));  // its connection and its memory go to the next step
    reservation = exchange.take_reservation();
    hop = std::move(*next);
  }
}

std::optional<int64_t> Engine::retry_wait(const Request& request, const Result<Arrival>& result,
                                          uint64_t attempt) const {
  if (!request.retry || request.once) return std::nullopt;
  if (!result.ok()) {
    const Error& error = result.error();
    if (!error.retriable) return std::nullopt;
    return plan_retry(settings_->retry, attempt, server_wish_ms(error), dice());
  }
  const Head& head = result->exchange().head();
  if (!is_transient_status(head.status)) return std::nullopt;
  return plan_retry(settings_->retry, attempt, retry_after_ms(head.headers), dice());
}

Result<Arrival> Engine::fetch(const Request& request, bool stream, uint64_t limit, const Cancel& cancel) {
  HFHUB_CHECK(check(request));
  for (uint64_t attempt = 1;; ++attempt) {
    HFHUB_CHECK(cancel.check());
    SteadyTime again;
    {
      auto result = follow(request, stream, limit, cancel);
      const auto wait_ms = retry_wait(request, result, attempt);
      if (!wait_ms) return result;
      again = after_ms(*wait_ms);
    }  // nothing is held while we sleep
    HFHUB_CHECK(cancel.sleep_until(again));
  }
}

Done Engine::wait_before_retry(const Error& error, uint64_t attempt, const Cancel& cancel) const {
  if (forked()) return forked_error();
  if (!error.retriable) return error;
  const auto wait_ms = plan_retry(settings_->retry, attempt, server_wish_ms(error), dice());
  if (!wait_ms) return error;
  return cancel.sleep_until(after_ms(*wait_ms));
}

void Engine::log_request(const Exchange& exchange, int64_t elapsed_ms, const std::string& outcome) const {
  if (!settings_->log_requests || log_ == nullptr || !log_->enabled(runtime::LogLevel::kDebug)) return;
  std::string line = std::string(method_name(exchange.plan.method)) + " " + redacted(exchange.plan.url.str());
  if (outcome.empty()) {
    line += " " + std::to_string(exchange.head().status) + ", " + std::to_string(exchange.received_bytes()) + " bytes";
  } else {
    line += " failed: " + outcome;
  }
  log_->write(runtime::LogLevel::kDebug, line + ", " + std::to_string(elapsed_ms) + " ms");
}

}  // namespace hfhub::net
