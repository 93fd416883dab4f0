#include "net/client.h"

#include "net/engine.h"

namespace hfhub::net {
namespace {

using runtime::Cancel;

Response response_of(const Exchange& exchange) {
  return Response{exchange.head().status, exchange.head().headers, "", exchange.plan.url};
}

class Stream final : public BodyStream {
 public:
  Stream(Arrival arrival, const Cancel& cancel) : state_(std::make_unique<State>(std::move(arrival), cancel)) {}
  ~Stream() override {
    // The hook and the transfer below hold locks of the parent's threads.
    if (state_->arrival.engine().forked()) platform::abandon_forever(std::shared_ptr<State>(std::move(state_)));
  }

  const Response& head() const override { return state_->head; }
  Result<ByteView> next() override;

 private:
  struct State {
    State(Arrival answer, const Cancel& of_caller)
        : arrival(std::move(answer)), cancel(of_caller), head(response_of(arrival.exchange())) {
      guard = cancel.on_request([exchange = arrival.shared_exchange()] { exchange->wake(); });
    }
    Arrival arrival;
    const Cancel cancel;
    const Response head;
    Cancel::Guard guard;
    const SteadyTime start = steady_now();
    bool logged = false;
  };
  std::unique_ptr<State> state_;
};

Result<ByteView> Stream::next() {
  Engine& engine = state_->arrival.engine();
  if (engine.forked()) return Error::make(Code::kForked, "this stream belongs to the parent process");
  Exchange& exchange = state_->arrival.exchange();
  bool resume = false;
  auto bytes = exchange.take(state_->cancel, &resume);
  if (resume) engine.resume(state_->arrival.shared_exchange());
  const bool over = !bytes.ok() || bytes->empty();
  if (over && !std::exchange(state_->logged, true)) {
    engine.log_request(exchange, ms_since(state_->start), bytes.ok() ? "" : bytes.error().message);
  }
  return bytes;
}

class ClientImpl final : public Client {
 public:
  explicit ClientImpl(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}
  ~ClientImpl() override {
    if (engine_->forked()) platform::abandon_forever(std::move(engine_));
  }

  Result<Response> send(const Request& request, const Cancel& cancel, uint64_t limit) override {
    HFHUB_TRY(const Arrival arrival, engine_->fetch(request, false, limit, cancel));
    Response response = response_of(arrival.exchange());
    response.body = arrival.exchange().take_collected();
    return response;
  }

  Result<std::unique_ptr<BodyStream>> open(const Request& request, const Cancel& cancel) override {
    HFHUB_TRY(Arrival arrival, engine_->fetch(request, true, 0, cancel));
    return std::unique_ptr<BodyStream>(std::make_unique<Stream>(std::move(arrival), cancel));
  }

  Done wait_before_retry(const Error& error, uint64_t attempt, const Cancel& cancel) override {
    return engine_->wait_before_retry(error, attempt, cancel);
  }

  bool is_token_origin(const Url& url) const override { return engine_->settings().token_origins.contains(url); }

 private:
  std::shared_ptr<Engine> engine_;
};

}  // namespace

std::shared_ptr<Client> Client::make(const runtime::Config& config, std::shared_ptr<runtime::Budget> budget,
                                     std::shared_ptr<const runtime::Log> log) {
  Settings settings = Settings::from(config, budget->total_bytes());
  return std::make_shared<ClientImpl>(std::make_shared<Engine>(std::move(settings), std::move(budget), std::move(log)));
}

}  // namespace hfhub::net
