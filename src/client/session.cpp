#include "client/session.h"

#include <exception>
#include <new>
#include <utility>

#include "platform/system.h"
#include "xet/transfer/engine.h"

namespace hfhub::client {
namespace {

constexpr size_t kMostStories = 64;
constexpr size_t kMostWorkers = 64;

Result<runtime::OpResult> run_guarded(const Session::Body& body, Story& story) {
  try {
    HFHUB_CHECK(story.cancel.check());
    return body(story);
  } catch (const std::bad_alloc&) {
    return Error::no_memory();
  } catch (const std::exception& error) {
    return Error::unexpected(error);
  }
}

// Who hears that the time is over says that it was cancelled: the reason is what counts.
Result<runtime::OpResult> with_reason(Result<runtime::OpResult> result, const runtime::Cancel& cancel) {
  if (result.ok() || result.error().code != Code::kCancelled) return result;
  if (Done why = cancel.check(); !why.ok()) return std::move(why).error();
  return result;
}

}  // namespace

Machinery::Machinery(const runtime::Config& from, std::shared_ptr<const runtime::Log> log_to)
    : config(from),
      log(std::move(log_to)),
      generation(platform::fork_generation()),
      budget(std::make_shared<runtime::Budget>(config.memory_budget_bytes())),
      net(net::Client::make(config, budget, log)),
      identity(config, *net, log),
      stories(kMostStories),
      workers(kMostWorkers) {}

runtime::Cancel Machinery::new_cancel() {
  const std::lock_guard lock(mutex_);
  return root_.child();
}

void Machinery::cancel_all() {
  runtime::Cancel old;
  {
    const std::lock_guard lock(mutex_);
    std::swap(old, root_);
  }
  old.request();
}

const std::shared_ptr<xet::Engine>& Machinery::xet() {
  std::call_once(xet_once_, [this] { xet_ = std::make_shared<xet::Engine>(config, net, budget, log); });
  return xet_;
}

// Holds the machinery of the newest fork generation. In a child the parent's machinery is leaked on purpose: its locks
// may be held for ever, and cleaning up its connections would close the parent's.
struct Session::SlotOwner {
  std::atomic<Slot*> current{nullptr};
  ~SlotOwner() {
    Slot* slot = current.load();
    if (slot != nullptr && slot->machinery->generation == platform::fork_generation()) delete slot;
  }
};

Session::Session(runtime::Config config, runtime::Log log, Url endpoint)
    : config_(std::move(config)),
      log_(std::make_shared<const runtime::Log>(std::move(log))),
      endpoint_(std::move(endpoint)),
      slot_(std::make_shared<SlotOwner>()) {
  (void)platform::fork_generation();  // registers the fork handler before any fork can matter
}

Result<std::shared_ptr<Session>> Session::make(runtime::Config config, runtime::Log log) {
  HFHUB_TRY(Url endpoint, parse_url(config.text(runtime::Option::kEndpoint)));
  return std::shared_ptr<Session>(new Session(std::move(config), std::move(log), std::move(endpoint)));
}

std::shared_ptr<Machinery> Session::machinery() const {
  Slot* slot = slot_->current.load();
  while (slot == nullptr || slot->machinery->generation != platform::fork_generation()) {
    auto fresh = std::make_unique<Slot>(Slot{std::make_shared<Machinery>(config_, log_)});
    if (slot_->current.compare_exchange_strong(slot, fresh.get())) slot = fresh.release();
  }
  return slot->machinery;
}

Result<std::string> Session::token() const {
  if (!config_.flag(runtime::Option::kTokenImplicit)) return std::string();
  HFHUB_TRY(FoundToken found, machinery()->identity.token_without_requests());
  return std::move(found.secret);
}

bool Session::has_token() const {
  if (!config_.flag(runtime::Option::kTokenImplicit)) return false;
  const auto found = token_at_hand(config_);
  return (found.ok() && !found->secret.empty()) || !config_.text(runtime::Option::kOidcResource).empty();
}

void Session::cancel_all() const {
  Slot* slot = slot_->current.load();
  if (slot != nullptr && slot->machinery->generation == platform::fork_generation()) {
    slot->machinery->cancel_all();
  }
}

std::shared_ptr<runtime::Op> Session::new_op() const {
  const int64_t limit_ms = config_.duration_ms(runtime::Option::kOpDeadline);
  const runtime::Cancel cancel = machinery()->new_cancel();
  return std::make_shared<runtime::Op>(limit_ms > 0 ? cancel.child_until(after_ms(limit_ms)) : cancel);
}

Done Session::run(const std::shared_ptr<runtime::Op>& op, Body body) const {
  const auto shared = machinery();
  return shared->stories.post([shared, op, config = config_, log = log_, body = std::move(body)] {
    Story story{config, log, *shared, *op, op->cancel()};
    op->complete(with_reason(run_guarded(body, story), op->cancel()));
  });
}

Result<std::shared_ptr<runtime::Op>> Session::start(Body body) const {
  auto op = new_op();
  HFHUB_CHECK(run(op, std::move(body)));
  return op;
}

Result<std::string> Story::token(const std::optional<std::string>& requested) const {
  if (requested) return *requested;
  if (!config.flag(runtime::Option::kTokenImplicit)) return std::string();
  HFHUB_TRY(FoundToken found, machinery.identity.token(cancel));
  return std::move(found.secret);
}

Result<hub::Api> Story::api(const std::optional<std::string>& requested_token, bool is_download) const {
  HFHUB_TRY(std::string secret, token(requested_token));
  HFHUB_TRY(Url endpoint, parse_url(config.text(runtime::Option::kEndpoint)));
  return hub::Api{*machinery.net, std::move(endpoint), std::move(secret), is_download};
}

}  // namespace hfhub::client
