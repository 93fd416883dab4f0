// One request to one server and its answer, as the caller's thread and the net thread share it. No curl in here.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "net/http.h"
#include "runtime/budget.h"
#include "runtime/cancel.h"

namespace hfhub::net {

struct ExchangePlan {
  Method method = Method::kGet;
  Url url;
  std::vector<std::string> header_lines;  // "Name: value"; "Name:" keeps libcurl from adding its own
  bool stream = false;                    // the body goes through the window; otherwise it is collected whole
  bool own_connection = false;            // bulk: HTTP/1.1, so that a paused transfer stops nobody else's
  bool fresh_connection = false;          // one that nobody has used
  bool identity = false;                  // a coded answer is an error
  bool decode = false;                    // offer what libcurl can decode
  bool skip_redirect_body = false;
  uint64_t limit = 0;       // largest body, when it is collected
  int64_t deadline_ms = 0;  // to the end of the answer's headers, counted anew while a request body flows
  int64_t left_ms = 0;      // what of it is left after earlier hops
  int64_t silence_ms = 0;   // Request::silence_ms
  int64_t stall_ms = 0;     // net.stall_timeout, or less
  int64_t total_ms = 0;     // Request::total_ms
  uint64_t receive_bytes = 0;
  uint64_t half_window_bytes = 0;
  uint64_t send_half_bytes = 0;                 // half of the window that a BodySource is read through
  std::shared_ptr<std::atomic<uint64_t>> sent;  // Request::sent
};

struct Head {
  int status = 0;
  Headers headers;
  std::optional<uint64_t> content_length;
};

// What is held while the exchange runs, and given back when both threads are through with it.
struct Reservation {
  runtime::Budget::Ticket slot;
  runtime::Budget::Ticket memory;
};

// Why an exchange ended without anybody being able to say more.
enum class Loss { kNone, kClosed, kNoMemory };

class Exchange {
 public:
  // `body` stays the caller's: it must live until the exchange has ended or is abandoned. With `source` there is no body:
  // feed() brings it.
  Exchange(ExchangePlan plan, std::string_view body, Reservation reservation, BodySource* source = nullptr);

  const ExchangePlan plan;
  const uint64_t body_size;

  // ---- the caller's thread ----
  Done wait_head(const runtime::Cancel& cancel);
  Done wait_end(const runtime::Cancel& cancel);  // ok also when the transfer failed: see failure()
  // Reads the source ahead of the net thread until the window is full; false: the exchange has ended. `*resume`: the
  // transfer was paused for lack of bytes, which are there now. To be called again until it is false.
  Result<bool> feed(const runtime::Cancel& cancel, bool* resume);
  // After wait_head() / wait_end(), which order these reads.
  const Head& head() const { return head_; }
  std::optional<Error> failure() const;
  std::string take_collected() { return std::move(collected_); }
  Reservation take_reservation() { return std::move(reservation_); }
  // The bytes at hand, waiting for the first of them; empty at the end. `*resume`: the transfer was paused for lack of
  // room, which there is again.
  Result<ByteView> take(const runtime::Cancel& cancel, bool* resume);
  // The caller's body may go from now on; what was not sent of it is kept here.
  void keep_body();
  // Nobody waits any more: the net thread gets no byte in or out from now on. True when it had ended anyway.
  bool abandon();
  void wake();  // makes waiters look at their Cancel
  uint64_t received_bytes() const;

  // ---- the net thread ----
  enum class Deliver { kTaken, kNoRoom, kAbandoned };
  Deliver deliver(ByteView data);  // wakes nobody: announce() follows, once a round
  void announce() { changed_.notify_all(); }
  void publish_head(Head head);
  // Copies request body bytes from `offset`; nullopt when abandoned. 0 before the end: the source is behind, and resume
  // follows.
  std::optional<size_t> copy_body(uint64_t offset, char* out, size_t size);
  bool paused() const;
  bool starved() const;  // paused because the source is behind
  void finish(std::optional<Error> error, std::string collected);
  void lose(Loss loss) noexcept;  // ends it without an allocation, unless it has ended

 private:
  template <class Ready>
  Done wait(const runtime::Cancel& cancel, std::unique_lock<std::mutex>* lock, Ready ready);

  struct Half {
    std::unique_ptr<uint8_t[]> bytes;
    size_t capacity = 0;
    size_t size = 0;
  };
  bool make_room(size_t size);
  bool hand_over();
  struct SendHalf {
    std::unique_ptr<uint8_t[]> bytes;
    uint64_t begin = 0;
    size_t size = 0;
    bool holds(uint64_t offset) const { return offset >= begin && offset - begin < size; }
  };
  size_t copy_source(uint64_t offset, char* out, size_t size);
  SendHalf* half_to_fill(uint64_t* offset);

  BodySource* const source_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  std::string_view body_;
  std::string kept_body_;
  bool body_sent_ = false;
  Head head_;
  bool head_ready_ = false;
  bool ended_ = false;
  bool abandoned_ = false;
  bool paused_ = false;
  Loss loss_ = Loss::kNone;
  std::optional<Error> error_;
  std::string collected_;
  Half filling_;
  Half reading_;
  bool reader_waits_ = false;  // in take(): reading_ is not in use
  uint64_t received_ = 0;
  // Of a source: halves are filled in turn, each while the other one is sent. The feeding thread alone writes into bytes
  // of a half that holds nothing.
  SendHalf send_halves_[2];
  uint64_t send_next_ = 0;  // what the net thread will ask for
  bool starved_ = false;
  Reservation reservation_;
};

}  // namespace hfhub::net
