/* Operations: every slow call starts one. Waiting makes it synchronous; its descriptor, a queue or the ready callback
 * makes it asynchronous. */
#ifndef HFHUB_OP_H
#define HFHUB_OP_H

#include <hfhub/json.h>
#include <hfhub/session.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_op hfhub_op;
typedef struct hfhub_queue hfhub_queue;

/* States of an item. */
enum {
  HFHUB_ITEM_WAITING = 0,
  HFHUB_ITEM_RUNNING = 1,
  HFHUB_ITEM_DONE = 2,
  HFHUB_ITEM_FAILED = 3,
  HFHUB_ITEM_CACHED = 4 /* was on disk already */
};

/* A snapshot of counters. Set struct_size to sizeof(hfhub_progress) first; fields are only ever appended. */
typedef struct hfhub_progress {
  uint32_t struct_size;
  uint32_t state;        /* of an item: HFHUB_ITEM_...; of an operation 0 */
  uint32_t items_done;   /* finished, cached ones included */
  uint32_t items_total;  /* known so far */
  uint32_t items_cached; /* of items_done: were on disk already */
  uint32_t reserved;
  uint64_t bytes_done;       /* of the content, resumed bytes included */
  uint64_t bytes_total;      /* of the content, known so far; 0 when unknown */
  uint64_t resumed_bytes;    /* of bytes_done: were on disk from an earlier, broken download */
  uint64_t wire_bytes;       /* moved over the network, repeats included */
  uint64_t rate_bytes_per_s; /* recent */
  int64_t elapsed_ms;
} hfhub_progress;

/* Called by hfhub_op_wait_progress on the caller's own thread. It may call anything of this library. */
typedef void (*hfhub_progress_fn)(const hfhub_progress *progress, void *user_data);

/* Called once when an operation is complete, on a thread of the library or, when it is complete already, on the
 * caller's. It must return at once and only wake somebody. */
typedef void (*hfhub_ready_fn)(void *user_data);

/* ---- operation ---------------------------------------------------------------------------------------------------- */

/* Waits until the operation is complete: OK, or its error (a fresh error object at each call), or PENDING after
 * `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_wait(hfhub_op *op, int64_t timeout_ms, hfhub_error **err);

/* Like hfhub_op_wait without limit; meanwhile calls `progress_fn` on this thread every `interval_ms` milliseconds (at
 * least 10) and once at the end. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_wait_progress(hfhub_op *op, int64_t interval_ms, hfhub_progress_fn progress_fn,
                                              void *user_data, hfhub_error **err);

/* Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete already. Any thread, any
 * number of times, also from a signal handler. What can be resumed stays on disk. Since 0.1. */
HFHUB_API void hfhub_op_cancel(hfhub_op *op);

/* A descriptor that polls readable once the operation is complete; never read or close it. Valid until the operation is
 * freed. Errors: E_NO_MEMORY. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_get_fd(hfhub_op *op, intptr_t *out_fd, hfhub_error **err);

/* Registers the one-shot ready callback; `user_data_free` (may be NULL) is called with `user_data` afterwards or when
 * the operation is freed before. After an error nothing is called: it stays the caller's. Errors: E_STATE when there is one
 * already; E_NO_MEMORY. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_set_ready(hfhub_op *op, hfhub_ready_fn ready_fn, void *user_data,
                                          hfhub_ready_fn user_data_free, hfhub_error **err);

/* Counters of the whole operation. Never blocks. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_get_progress(const hfhub_op *op, hfhub_progress *out_progress, hfhub_error **err);

/* Items (files) known so far; grows while the operation runs. Since 0.1. */
HFHUB_API size_t hfhub_op_get_item_count(const hfhub_op *op);

/* Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1. */
HFHUB_API const char *hfhub_op_get_item_name(const hfhub_op *op, size_t index);

/* Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1. */
HFHUB_API hfhub_status hfhub_op_get_item_progress(const hfhub_op *op, size_t index, hfhub_progress *out_progress,
                                                  hfhub_error **err);

/* The local file or folder that the operation made; NULL before it is complete or when it makes none. Borrowed.
 * Since 0.1. */
HFHUB_API const char *hfhub_op_get_path(const hfhub_op *op);

/* The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE when it failed or has none.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_op_get_json(const hfhub_op *op, hfhub_json **out_json, hfhub_error **err);

/* Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_op_free(hfhub_op *op);

/* ---- completion queue --------------------------------------------------------------------------------------------- */

/* A queue of finished operations. Errors: E_NO_MEMORY. Since 0.1. */
HFHUB_API hfhub_status hfhub_queue_new(hfhub_queue **out_queue, hfhub_error **err);

/* Reports the operation here, once, when it is complete (at once when it already is). Since 0.1. */
HFHUB_API hfhub_status hfhub_queue_add(hfhub_queue *queue, hfhub_op *op, uint64_t tag, hfhub_error **err);

/* The tag of the next finished operation: OK; PENDING after `timeout_ms` (negative: no limit); END when nothing is
 * outstanding. Since 0.1. */
HFHUB_API hfhub_status hfhub_queue_next(hfhub_queue *queue, int64_t timeout_ms, uint64_t *out_tag, hfhub_error **err);

/* A descriptor that polls readable while a finished operation waits to be taken; never read or close it. Since 0.1. */
HFHUB_API hfhub_status hfhub_queue_get_fd(hfhub_queue *queue, intptr_t *out_fd, hfhub_error **err);

/* Frees the queue; operations in it are not touched. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_queue_free(hfhub_queue *queue);

#ifdef __cplusplus
}
#endif

#endif
