/* libhfhub: the Hugging Face Hub client behind one C header.
 *
 * Rules that hold everywhere:
 * - A function that can fail returns hfhub_status (0 fine, > 0 END or PENDING, < 0 failed) and takes `hfhub_error **err`
 *   last. `err` may be NULL. On failure `*err` is a new error object to free; on success it is NULL.
 * - Out parameters (`out_...`) are cleared first and set only on success.
 * - Handles are opaque. Every `..._free` accepts NULL, never blocks, and may come in any order: children keep what they
 *   need alive. Freeing a running operation cancels it.
 * - Strings are UTF-8 and NUL-terminated. In: copied. Out: `const char *` is borrowed from the handle it came from and
 *   lives as long as that handle; `char **out_string` is owned, free it with hfhub_string_free.
 * - Every function may be called from any thread. A handle may be shared between threads unless its comment says
 *   otherwise; freeing it while another thread is using it is the caller's mistake.
 * - After fork() a child may use its inherited sessions: they start a fresh runtime on first use. Operations that the
 *   parent started answer HFHUB_E_FORKED in the child.
 * - The library installs no signal handler, writes to no stream, never ends the process, and calls nothing of yours on
 *   its own threads but the log hook and the ready callback.
 */
#ifndef HFHUB_H
#define HFHUB_H

#include <hfhub/auth.h>
#include <hfhub/cache.h>
#include <hfhub/call.h>
#include <hfhub/commit.h>
#include <hfhub/common.h>
#include <hfhub/download.h>
#include <hfhub/error.h>
#include <hfhub/json.h>
#include <hfhub/lfs.h>
#include <hfhub/op.h>
#include <hfhub/repo.h>
#include <hfhub/session.h>
#include <hfhub/xet.h>

#endif
