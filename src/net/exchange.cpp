#include "net/exchange.h"

#include <algorithm>
#include <cstring>

namespace hfhub::net {

Exchange::Exchange(ExchangePlan wanted, std::string_view body, Reservation reservation, BodySource* source)
    : plan(std::move(wanted)),
      body_size(source != nullptr ? source->size() : body.size()),
      source_(source),
      body_(body),
      reservation_(std::move(reservation)) {}

template <class Ready>
Done Exchange::wait(const runtime::Cancel& cancel, std::unique_lock<std::mutex>* lock, Ready ready) {
  // A signal handler's request wakes nobody, hence the polling.
  while (!ready() && !cancel.requested()) {
    changed_.wait_for(*lock, std::chrono::milliseconds(runtime::Cancel::kPollMs));
  }
  return cancel.check();
}

Done Exchange::wait_head(const runtime::Cancel& cancel) {
  std::unique_lock lock(mutex_);
  HFHUB_CHECK(wait(cancel, &lock, [&] { return head_ready_ || ended_; }));
  if (head_ready_) return {};
  return failure().value_or(Error::make(Code::kInternal, "a transfer ended without an answer"));
}

Done Exchange::wait_end(const runtime::Cancel& cancel) {
  std::unique_lock lock(mutex_);
  return wait(cancel, &lock, [&] { return ended_; });
}

std::optional<Error> Exchange::failure() const {
  if (loss_ == Loss::kClosed) return Error::make(Code::kCancelled, "the session was closed");
  if (loss_ == Loss::kNoMemory) return Error::make(Code::kNoMemory, "out of memory in the network thread");
  return error_;
}

// The half that the byte after all that is at hand belongs into; nullptr when the window is full or holds the end.
Exchange::SendHalf* Exchange::half_to_fill(uint64_t* offset) {
  *offset = send_next_;
  SendHalf* free = nullptr;
  for (int pass = 0; pass < 2; ++pass) {
    for (SendHalf& half : send_halves_) {
      if (half.holds(*offset)) *offset = half.begin + half.size;
    }
  }
  for (SendHalf& half : send_halves_) {
    // What lies before or behind the stretch from send_next_ on was sent, or belonged to an attempt that began again.
    const bool needed = half.size > 0 && half.begin + half.size > send_next_ && half.begin < *offset;
    if (!needed) free = &half;
  }
  return *offset < body_size ? free : nullptr;
}

Result<bool> Exchange::feed(const runtime::Cancel& cancel, bool* resume) {
  *resume = false;
  uint64_t offset = 0;
  SendHalf* half = nullptr;
  std::unique_lock lock(mutex_);
  HFHUB_CHECK(wait(cancel, &lock, [&] { return ended_ || (half = half_to_fill(&offset)) != nullptr; }));
  if (ended_) return false;
  half->size = 0;
  if (half->bytes == nullptr) half->bytes = std::make_unique_for_overwrite<uint8_t[]>(plan.send_half_bytes);
  lock.unlock();
  const auto size = static_cast<size_t>(std::min<uint64_t>(plan.send_half_bytes, body_size - offset));
  HFHUB_CHECK(source_->read(offset, {half->bytes.get(), size}));
  lock.lock();
  half->begin = offset;
  half->size = size;
  if (half->holds(send_next_)) *resume = std::exchange(starved_, false);
  return true;
}

size_t Exchange::copy_source(uint64_t offset, char* out, size_t size) {
  send_next_ = offset;
  for (const SendHalf& half : send_halves_) {
    if (!half.holds(offset)) continue;
    const auto begin = static_cast<size_t>(offset - half.begin);
    const size_t count = std::min(size, half.size - begin);
    std::memcpy(out, half.bytes.get() + begin, count);
    send_next_ = offset + count;
    if (begin + count == half.size) changed_.notify_all();  // it can be filled again
    return count;
  }
  starved_ = offset < body_size;
  changed_.notify_all();
  return 0;
}

Result<ByteView> Exchange::take(const runtime::Cancel& cancel, bool* resume) {
  std::unique_lock lock(mutex_);
  *resume = false;
  reading_.size = 0;
  reader_waits_ = true;
  const Done waited = wait(cancel, &lock, [&] { return reading_.size > 0 || filling_.size > 0 || ended_; });
  reader_waits_ = false;
  HFHUB_CHECK(waited);
  if (reading_.size == 0) std::swap(filling_, reading_);
  if (reading_.size > 0) {
    *resume = std::exchange(paused_, false);
    return ByteView(reading_.bytes.get(), reading_.size);
  }
  if (auto error = failure()) return std::move(*error);
  return ByteView();
}

// A reader that waits gets a full half at once, and the transfer goes on into the other one.
bool Exchange::hand_over() {
  if (!reader_waits_ || reading_.size > 0) return false;
  std::swap(filling_, reading_);
  changed_.notify_all();
  return true;
}

void Exchange::keep_body() {
  const std::lock_guard lock(mutex_);
  if (!body_sent_) kept_body_ = body_;
  body_ = kept_body_;
}

bool Exchange::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  body_ = {};
  return ended_;
}

void Exchange::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

uint64_t Exchange::received_bytes() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

bool Exchange::make_room(size_t size) {
  if (size <= filling_.capacity - filling_.size) return true;
  if (filling_.size > 0) return false;
  // Taken with the first bytes, and no more than the body needs.
  const uint64_t expected = std::min(head_.content_length.value_or(UINT64_MAX), plan.half_window_bytes);
  const size_t capacity = std::max(size, static_cast<size_t>(expected));
  filling_.bytes = std::make_unique_for_overwrite<uint8_t[]>(capacity);
  filling_.capacity = capacity;
  return true;
}

Exchange::Deliver Exchange::deliver(ByteView data) {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return Deliver::kAbandoned;
  if (!make_room(data.size()) && !(hand_over() && make_room(data.size()))) {
    paused_ = true;
    return Deliver::kNoRoom;
  }
  std::memcpy(filling_.bytes.get() + filling_.size, data.data(), data.size());
  filling_.size += data.size();
  received_ += data.size();
  return Deliver::kTaken;
}

void Exchange::publish_head(Head head) {
  {
    const std::lock_guard lock(mutex_);
    head_ = std::move(head);
    head_ready_ = true;
  }
  // Who collects the whole body waits for its end only.
  if (plan.stream) changed_.notify_all();
}

std::optional<size_t> Exchange::copy_body(uint64_t offset, char* out, size_t size) {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return std::nullopt;
  if (source_ != nullptr) return copy_source(offset, out, size);
  const size_t begin = static_cast<size_t>(std::min<uint64_t>(offset, body_.size()));
  const size_t count = std::min(size, body_.size() - begin);
  if (count > 0) std::memcpy(out, body_.data() + begin, count);
  body_sent_ = begin + count == body_size;
  return count;
}

bool Exchange::paused() const {
  const std::lock_guard lock(mutex_);
  return paused_;
}

bool Exchange::starved() const {
  const std::lock_guard lock(mutex_);
  return starved_;
}

void Exchange::finish(std::optional<Error> error, std::string collected) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    error_ = std::move(error);
    received_ += collected.size();
    collected_ = std::move(collected);
  }
  changed_.notify_all();  // without the lock: who wakes finds it free
}

void Exchange::lose(Loss loss) noexcept {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = true;
  loss_ = loss;
  changed_.notify_all();
}

}  // namespace hfhub::net
