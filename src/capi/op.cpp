#include <algorithm>
#include <cstring>

#include "capi/handles.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::capi::give_progress;
using hfhub::capi::group_progress;
using hfhub::capi::guard;
using hfhub::runtime::Op;
using hfhub::runtime::Queue;

namespace {

Error forked() { return Error::make(Code::kForked, "the operation belongs to the parent process"); }

// OK when complete, PENDING when not, else the operation's error.
hfhub_status outcome(const hfhub_op* op, int64_t timeout_ms, hfhub_error** err) {
  bool pending = false;
  const hfhub_status status = guard(err, [&]() -> Done {
    HFHUB_REQUIRE(op);
    if (op->op->forked()) return forked();
    pending = !op->op->wait(timeout_ms);
    if (pending || op->op->result().ok()) return {};
    return op->op->result().error();
  });
  return pending && status == HFHUB_OK ? HFHUB_PENDING : status;
}

}  // namespace

namespace hfhub::capi {

// Copies as much of `full` as the caller's version of the struct has room for.
Done give_progress(const hfhub_progress& full, hfhub_progress* out_progress) {
  const uint32_t size = out_progress->struct_size;
  if (size < offsetof(hfhub_progress, items_total)) {
    return Error::make(Code::kArgument,
                       "hfhub_progress.struct_size is " + std::to_string(size) + "; set it to sizeof(hfhub_progress)");
  }
  std::memcpy(out_progress, &full, std::min<size_t>(size, sizeof full));
  out_progress->struct_size = size;
  return {};
}

hfhub_progress group_progress(const Op& op) {
  const auto snapshot = op.progress().snapshot();
  hfhub_progress out{};
  out.struct_size = sizeof out;
  out.items_done = snapshot.items_done;
  out.items_total = snapshot.items_total;
  out.items_cached = snapshot.items_cached;
  out.bytes_done = snapshot.bytes_done;
  out.bytes_total = snapshot.bytes_total;
  out.resumed_bytes = snapshot.resumed_bytes;
  out.wire_bytes = snapshot.wire_bytes;
  out.rate_bytes_per_s = snapshot.rate_bytes_per_s;
  out.elapsed_ms = snapshot.elapsed_ms;
  return out;
}

hfhub_progress item_progress(const runtime::ItemProgress& item) {
  hfhub_progress out{};
  out.struct_size = sizeof out;
  out.state = static_cast<uint32_t>(item.state.load());
  out.items_total = 1;
  out.items_done = out.state == HFHUB_ITEM_DONE || out.state == HFHUB_ITEM_CACHED;
  out.items_cached = out.state == HFHUB_ITEM_CACHED;
  out.bytes_done = item.bytes_done.load();
  out.bytes_total = item.bytes_total.load();
  out.resumed_bytes = item.resumed_bytes.load();
  out.wire_bytes = item.wire_bytes.load();
  return out;
}

Done start_op(hfhub_session* session, client::Session::Body body, hfhub_op** out_op) {
  return give_op(out_op, [&] { return session->session->start(std::move(body)); });
}

}  // namespace hfhub::capi

hfhub_status hfhub_op_wait(hfhub_op* op, int64_t timeout_ms, hfhub_error** err) { return outcome(op, timeout_ms, err); }

hfhub_status hfhub_op_wait_progress(hfhub_op* op, int64_t interval_ms, hfhub_progress_fn progress_fn, void* user_data,
                                    hfhub_error** err) {
  for (;;) {
    const hfhub_status status = outcome(op, std::max<int64_t>(10, interval_ms), err);
    if (progress_fn != nullptr && op != nullptr && !op->op->forked()) {
      const hfhub_progress progress = group_progress(*op->op);
      progress_fn(&progress, user_data);
    }
    if (status != HFHUB_PENDING) return status;
  }
}

void hfhub_op_cancel(hfhub_op* op) {
  // The flag is all that a signal handler may touch; whoever waits looks at it every 100 ms.
  if (op != nullptr && !op->op->forked()) op->op->cancel().request_from_signal();
}

hfhub_status hfhub_op_get_fd(hfhub_op* op, intptr_t* out_fd, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_fd);
    *out_fd = -1;
    HFHUB_REQUIRE(op);
    if (op->op->forked()) return forked();
    HFHUB_TRY(*out_fd, op->op->ready_fd());
    return {};
  });
}

hfhub_status hfhub_op_set_ready(hfhub_op* op, hfhub_ready_fn ready_fn, void* user_data, hfhub_ready_fn user_data_free,
                                hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(op);
    HFHUB_REQUIRE(ready_fn);
    if (op->op->forked()) return forked();
    std::shared_ptr<ReadyCall> ready(new ReadyCall{ready_fn, user_data, nullptr});
    if (op->has_ready.exchange(true)) return Error::make(Code::kState, "the operation has a ready callback already");
    ready->user_data_free = user_data_free;
    try {
      op->op->on_ready([weak = std::weak_ptr<ReadyCall>(ready)] {
        if (const auto call = weak.lock()) call->run();
      });
    } catch (...) {  // out of memory: it stays the caller's
      ready->user_data_free = nullptr;
      op->has_ready = false;
      throw;
    }
    op->ready = std::move(ready);
    return {};
  });
}

hfhub_status hfhub_op_get_progress(const hfhub_op* op, hfhub_progress* out_progress, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(op);
    HFHUB_REQUIRE(out_progress);
    if (op->op->forked()) return forked();
    return give_progress(group_progress(*op->op), out_progress);
  });
}

size_t hfhub_op_get_item_count(const hfhub_op* op) {
  return op != nullptr && !op->op->forked() ? op->op->progress().item_count() : 0;
}

const char* hfhub_op_get_item_name(const hfhub_op* op, size_t index) {
  if (op == nullptr || op->op->forked()) return nullptr;
  const auto* item = op->op->progress().item(index);
  return item != nullptr ? item->name.c_str() : nullptr;
}

hfhub_status hfhub_op_get_item_progress(const hfhub_op* op, size_t index, hfhub_progress* out_progress,
                                        hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(op);
    HFHUB_REQUIRE(out_progress);
    if (op->op->forked()) return forked();
    const auto* item = op->op->progress().item(index);
    if (item == nullptr) return Error::make(Code::kArgument, "there is no item " + std::to_string(index));
    return give_progress(hfhub::capi::item_progress(*item), out_progress);
  });
}

const char* hfhub_op_get_path(const hfhub_op* op) {
  if (op == nullptr || op->op->forked() || !op->op->done() || !op->op->result().ok()) return nullptr;
  const std::string& path = op->op->result()->path;
  return path.empty() ? nullptr : path.c_str();
}

hfhub_status hfhub_op_get_json(const hfhub_op* op, hfhub_json** out_json, hfhub_error** err) {
  if (out_json != nullptr) *out_json = nullptr;
  const hfhub_status status = outcome(op, 0, err);
  if (status != HFHUB_OK) return status;
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_json);
    const auto& value = op->op->result()->value;
    if (!value) return Error::make(Code::kState, "the operation has no data");
    *out_json = new hfhub_json{value};
    return {};
  });
}

void hfhub_op_free(hfhub_op* op) {
  if (op == nullptr) return;
  if (op->op->forked()) return;  // its locks may be held for ever: leaked, once, in the child
  if (!op->op->done()) op->op->cancel().request();
  delete op;
}

hfhub_status hfhub_queue_new(hfhub_queue** out_queue, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_queue);
    *out_queue = nullptr;
    HFHUB_TRY(auto queue, Queue::make());
    *out_queue = new hfhub_queue{std::move(queue)};
    return {};
  });
}

hfhub_status hfhub_queue_add(hfhub_queue* queue, hfhub_op* op, uint64_t tag, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(queue);
    HFHUB_REQUIRE(op);
    if (op->op->forked() || queue->queue->forked()) return forked();
    queue->queue->add(op->op, tag);
    return {};
  });
}

hfhub_status hfhub_queue_next(hfhub_queue* queue, int64_t timeout_ms, uint64_t* out_tag, hfhub_error** err) {
  Queue::Next next = Queue::Next::kItem;
  const hfhub_status status = guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_tag);
    *out_tag = 0;
    HFHUB_REQUIRE(queue);
    if (queue->queue->forked()) return forked();
    next = queue->queue->next(timeout_ms, out_tag);
    return {};
  });
  if (status != HFHUB_OK || next == Queue::Next::kItem) return status;
  return next == Queue::Next::kPending ? HFHUB_PENDING : HFHUB_END;
}

hfhub_status hfhub_queue_get_fd(hfhub_queue* queue, intptr_t* out_fd, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_fd);
    *out_fd = -1;
    HFHUB_REQUIRE(queue);
    if (queue->queue->forked()) return forked();
    *out_fd = queue->queue->ready_fd();
    return {};
  });
}

void hfhub_queue_free(hfhub_queue* queue) {
  if (queue != nullptr && !queue->queue->forked()) delete queue;
}
