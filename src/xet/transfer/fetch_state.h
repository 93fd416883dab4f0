// What fetcher.cpp and fetch_piece.cpp share: runs being fetched and the pieces of them.
#pragma once

#include "base/clock.h"
#include "xet/transfer/fetcher.h"

namespace hfhub::xet {

struct Fetcher::ActiveRun {
  ActiveRun(Run run, std::shared_ptr<RunTarget> whose)
      : plan(std::move(run)), target(std::move(whose)), decoder(plan), next_byte(plan.byte_begin()) {}

  const Run plan;
  const std::shared_ptr<RunTarget> target;
  RunDecoder decoder;                // of whoever has the first piece
  std::atomic<uint32_t> payer{0};    // range that the next chunk goes to
  std::atomic<uint32_t> reached{0};  // chunk that is decoded next; others may look
  // Guarded by the fetcher's mutex.
  uint64_t next_byte;  // not asked for yet
  size_t next_part = 0;
  std::deque<PiecePtr> pieces;  // asked for and not decoded, in order
  bool active = false;
  bool on_base = false;
  bool restarted = false;
  bool over = false;
  runtime::Budget::Ticket carry;
};

// Bytes of one part, by one request (and those that replace it when it breaks).
struct Fetcher::Piece {
  Piece(RunPtr of, size_t part_index, uint64_t from, uint64_t to)
      : run(std::move(of)), part(part_index), begin(from), end(to), got(from), request_begin(from) {}

  const RunPtr run;
  const size_t part;
  const uint64_t begin;
  const uint64_t end;
  std::atomic<bool> head{false};     // first of its run; never taken back
  std::atomic<bool> dropped{false};  // the run goes on without it
  // For whoever wonders whether it is slow.
  std::atomic<uint64_t> got;  // received up to here
  std::atomic<uint64_t> request_begin;
  std::atomic<SteadyTime> requested_at{steady_now()};
  std::atomic<SteadyTime> heard_at{steady_now()};
  std::atomic<bool> absorbing{false};  // what is slow now is the disk
  // Of its worker, until it is collected.
  bool decoding = false;
  bool undecodable = false;
  uint64_t attempt = 0;
  int refusals = 0;
  uint64_t url_generation = 0;
  std::unique_ptr<uint8_t[]> buffer;  // unless it was the head from the start
  runtime::Budget::Ticket memory;
  // Guarded by the fetcher's mutex.
  bool collected = false;
  runtime::Cancel cancel;
  std::shared_ptr<Hedge> hedge;
  int hedges = 0;
};

// The rest of a slow piece, asked for a second time.
struct Fetcher::Hedge {
  Hedge(uint64_t from, uint64_t to, runtime::Budget::Ticket paid, runtime::Cancel stop)
      : begin(from), end(to), memory(std::move(paid)), cancel(std::move(stop)), buffer(new uint8_t[to - from]) {}
  const uint64_t begin;
  const uint64_t end;
  const runtime::Budget::Ticket memory;
  const runtime::Cancel cancel;
  const std::unique_ptr<uint8_t[]> buffer;
  bool complete = false;  // guarded by the fetcher's mutex
};

struct Fetcher::Job {
  std::function<void()> task;
  PiecePtr piece;
  std::shared_ptr<Hedge> hedge;  // of `piece`
  RunPtr unwanted;               // nobody needs it any more
  explicit operator bool() const { return task || piece || unwanted; }
};

}  // namespace hfhub::xet
