// A file's bytes, pulled: in order, or as they arrive. Nothing is fetched further ahead than the window allows.
#pragma once

#include <memory>
#include <optional>

#include "runtime/cancel.h"
#include "runtime/progress.h"
#include "xet/transfer/engine.h"

namespace hfhub::xet {

struct StreamRequest {
  Hash hash;
  std::optional<uint64_t> size;  // of the whole file
  uint64_t begin = 0;
  std::optional<uint64_t> end;  // past the last byte; beyond the size is clipped
  bool ordered = true;
};

class ReadStream {
 public:
  virtual ~ReadStream() = default;  // drops what is under way; never blocks
  struct Piece {
    uint64_t offset = 0;  // in the file
    ByteView data;        // valid until the next call
  };
  enum class State { kPiece, kEnd, kPending };
  struct Next {
    State state = State::kEnd;
    Piece piece;
  };
  // kPending after `timeout_ms` (negative: no limit). An error ends the stream and is returned again. A whole file that
  // was read to its end has been verified; a range is checked chunk by chunk for its structure only. Not thread-safe, but
  // cancel() may come from anywhere: then the error is kCancelled, never a silent end.
  virtual Result<Next> next(int64_t timeout_ms) = 0;
  virtual void cancel() = 0;
  virtual const runtime::ItemProgress& progress() const = 0;
};

// kArgument when begin > end, or begin > 0 and begin >= a known size. The first request is made by the first next().
Result<std::unique_ptr<ReadStream>> open_stream(std::shared_ptr<Engine> engine, std::shared_ptr<CasClient> cas,
                                                const StreamRequest& request, const runtime::Cancel& cancel);

}  // namespace hfhub::xet
