// One piece: asked for until all of it is there, decoded or collected.
#include <algorithm>
#include <cstring>

#include "xet/transfer/fetch_state.h"

namespace hfhub::xet {
namespace {

// Fewer new bytes than this do not count as progress: a server that drops every connection early must not keep us for ever.
constexpr uint64_t kProgressBytes = 64 * 1024;
// Storage that says nothing to anybody for so long is given up where there is another way to the bytes.
constexpr int64_t kPatienceMs = 4'000;
constexpr uint64_t kImpatientAttempts = 2;
constexpr int kMostRefusals = 3;  // in a row, of URLs that were just made

int64_t us_since(SteadyTime start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(steady_now() - start).count();
}

}  // namespace

void Fetcher::fetch(const PiecePtr& piece) {
  Done done = receive(*piece);
  std::shared_ptr<Hedge> hedge;
  {
    const std::lock_guard lock(mutex_);
    hedge = std::move(piece->hedge);
  }
  if (hedge) hedge->cancel.request();
  if (done.ok()) return piece_complete(piece);
  if (piece->dropped) return;
  if (piece->undecodable) return restart_run(piece->run, done.error());
  fail_run(piece->run, done.error());
}

Done Fetcher::receive(Piece& piece) {
  while (piece.got < piece.end) {
    const uint64_t before = piece.got;
    Done done;
    if (!take_hedge(piece, &done)) {
      done = receive_once(piece);
      if (!done.ok() && !piece.undecodable && !piece.dropped) {
        Done hedged;
        if (take_hedge(piece, &hedged)) done = std::move(hedged);
      }
    }
    if (done.ok()) continue;
    if (piece.undecodable || piece.dropped) return done;
    HFHUB_CHECK(cancel_.check());
    HFHUB_CHECK(recover(piece, done.error(), piece.got - before));
  }
  return {};
}

// Whatever must happen before the rest is asked for again.
Done Fetcher::recover(Piece& piece, const Error& error, uint64_t progressed) {
  if (progressed >= kProgressBytes) piece.attempt = 0;
  if (progressed > 0) piece.refusals = 0;
  if (error.code == Code::kCancelled) return {};                      // a second request has got as far already
  if (error.code == Code::kForbidden || error.code == Code::kAuth) {  // storage says either of an expired URL
    if (++piece.refusals > kMostRefusals) return error;
    const RunPart& part = piece.run->plan.parts[piece.part];
    return piece.run->target->source(part.range).renew(*cas_, piece.url_generation, cancel_);
  }
  const bool another_way = cas_->tokens().target().impatient;
  const bool often = piece.attempt >= kImpatientAttempts || error.code == Code::kTimeout;
  if (another_way && often && ms_since(heard_at_) > kPatienceMs) return error;
  engine_->log().write(runtime::LogLevel::kInfo, error.message + "; asking again");
  runtime::Cancel cancel = new_cancel(piece);
  Done waited = cas_->wait_before_retry(error, ++piece.attempt, cancel);
  if (waited.ok() || piece.dropped) return waited;
  return waited.error().code == Code::kCancelled ? cancel_.check() : std::move(waited);
}

Done Fetcher::receive_once(Piece& piece) {
  ActiveRun& run = *piece.run;
  const RunPart& part = run.plan.parts[piece.part];
  const runtime::Cancel cancel = new_cancel(piece);
  HFHUB_TRY(const UrlSource::Lookup lookup, run.target->source(part.range).url(run.plan.xorb, part));
  piece.url_generation = lookup.generation;
  piece.request_begin = piece.got.load();
  piece.requested_at = steady_now();
  HFHUB_TRY(const auto stream, cas_->open_bytes(*lookup.url, {piece.got, piece.end}, cancel));
  SteadyTime first_at;
  LineSpeed::Flow flow;
  for (bool first = true; piece.got < piece.end; first = false) {
    const SteadyTime waiting_since = steady_now();
    HFHUB_TRY(ByteView data, stream->next());
    if (!first) flow.waited_us += us_since(waiting_since);
    if (data.empty()) {
      return Error::make(Code::kNetwork, "the connection for xorb " + run.plan.xorb.text() + " ended after " +
                                             std::to_string(piece.got - piece.request_begin) + " of " +
                                             std::to_string(piece.end - piece.request_begin) + " bytes")
          .with_retry();
    }
    const SteadyTime now = steady_now();
    piece.heard_at = now;
    heard_at_ = now;
    count_wire(run, data.size());
    data = data.first(static_cast<size_t>(std::min<uint64_t>(data.size(), piece.end - piece.got)));
    if (first) first_at = now;
    else flow.bytes += data.size();
    HFHUB_CHECK(absorb(piece, data));
    piece.got += data.size();
    flow.ended = piece.got == piece.end;
    flow.us = us_since(first_at);
    if (!first && speed_.note(flow)) poke();
    if (piece.dropped) return cancel.check();
  }
  return {};
}

void Fetcher::count_wire(ActiveRun& run, uint64_t bytes) { run.target->item(run.payer).wire_bytes += bytes; }

// A new one for each request: what stopped the one before does not stop the next.
runtime::Cancel Fetcher::new_cancel(Piece& piece) {
  const runtime::Cancel cancel = cancel_.child();
  bool stop = false;
  {
    const std::lock_guard lock(mutex_);
    piece.cancel = cancel;
    stop = piece.dropped || (piece.hedge && piece.hedge->complete);
  }
  if (stop) cancel.request();
  return cancel;
}

// ---- bytes that came ----

Done Fetcher::absorb(Piece& piece, ByteView data) {
  piece.absorbing = true;
  Done done;
  if (!piece.decoding && piece.head) done = decode_collected(piece);
  if (done.ok() && piece.decoding) done = decode(*piece.run, data);
  else if (done.ok()) std::memcpy(piece.buffer.get() + (piece.got - piece.begin), data.data(), data.size());
  piece.undecodable = !done.ok() && !cancel_.requested();
  piece.heard_at = steady_now();
  piece.absorbing = false;
  return done;
}

// The piece has become the first of its run.
Done Fetcher::decode_collected(Piece& piece) {
  piece.decoding = true;
  if (!piece.buffer) return {};
  Done done = decode(*piece.run, ByteView(piece.buffer.get(), static_cast<size_t>(piece.got - piece.begin)));
  piece.buffer.reset();
  piece.memory.release();
  return done;
}

Done Fetcher::decode(ActiveRun& run, ByteView data) {
  HFHUB_TRY(BufferLoan buffer, borrow_buffer());
  Done done = run.decoder.feed(data, *buffer, *run.target);
  run.reached = run.decoder.next_chunk();
  run.payer = run.plan.uses[run.decoder.front_use()].range;
  return done;
}

// Decodes what has become decodable by it, which may be pieces that others have collected.
void Fetcher::piece_complete(PiecePtr piece) {
  const RunPtr run = piece->run;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (piece->dropped) return;
      if (run->pieces.front() != piece) {
        piece->collected = true;
        return;
      }
      piece->head = true;
    }
    if (!piece->decoding) {
      if (Done done = decode_collected(*piece); !done.ok()) {
        if (cancel_.requested()) return;
        return restart_run(run, done.error());
      }
    }
    const std::lock_guard lock(mutex_);
    if (piece->dropped) return;
    run->pieces.pop_front();
    if (run->pieces.empty()) {
      if (run->next_part < run->plan.parts.size()) return;  // more is to come
      break;
    }
    if (!run->pieces.front()->collected) {
      run->pieces.front()->head = true;
      return;
    }
    piece = run->pieces.front();
  }
  if (Done done = run->decoder.finish(); !done.ok()) return restart_run(run, done.error());
  end_run(run);
}

// ---- a second request for the same bytes ----

// True: the piece's state has moved, or `*done` says why it could not.
bool Fetcher::take_hedge(Piece& piece, Done* done) {
  std::shared_ptr<Hedge> hedge;
  {
    const std::lock_guard lock(mutex_);
    if (!piece.hedge || !piece.hedge->complete) return false;
    hedge = std::move(piece.hedge);
  }
  const uint64_t got = piece.got;
  if (hedge->end <= got) return false;
  const ByteView data(hedge->buffer.get() + (got - hedge->begin), static_cast<size_t>(hedge->end - got));
  *done = absorb(piece, data);
  if (done->ok()) piece.got = hedge->end;
  piece.attempt = 0;
  return true;
}

void Fetcher::fetch_hedge(const PiecePtr& piece, Hedge& hedge) {
  const bool complete = receive_hedge(*piece, hedge).ok();
  runtime::Cancel slow;
  {
    const std::lock_guard lock(mutex_);
    if (!piece->hedge || piece->hedge.get() != &hedge) return;  // the other one was faster
    if (!complete) {
      piece->hedge = nullptr;
      return;
    }
    hedge.complete = true;
    slow = piece->cancel;
  }
  slow.request();
}

Done Fetcher::receive_hedge(Piece& piece, Hedge& hedge) {
  ActiveRun& run = *piece.run;
  const RunPart& part = run.plan.parts[piece.part];
  HFHUB_TRY(const UrlSource::Lookup lookup, run.target->source(part.range).url(run.plan.xorb, part));
  HFHUB_TRY(const auto stream, cas_->open_bytes(*lookup.url, {hedge.begin, hedge.end}, hedge.cancel));
  for (uint64_t at = hedge.begin; at < hedge.end;) {
    HFHUB_TRY(ByteView data, stream->next());
    if (data.empty()) return Error::make(Code::kNetwork, "the second request broke, too").with_retry();
    count_wire(run, data.size());
    data = data.first(static_cast<size_t>(std::min<uint64_t>(data.size(), hedge.end - at)));
    std::memcpy(hedge.buffer.get() + (at - hedge.begin), data.data(), data.size());
    at += data.size();
  }
  return {};
}

}  // namespace hfhub::xet
