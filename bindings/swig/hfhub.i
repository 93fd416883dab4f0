/* The one SWIG interface file of every language. Patterns only: which conversion an argument gets follows from its type and
 * its name, so a new function whose parameters have known names needs nothing here, and a new handle needs one line below.
 * What depends on the language is in <language>.swgi, which defines
 *   HFHUB_HANDLE(type, Name)   `type *` in and out, and `type **out_...`
 * and typemaps for the groups that are named at the end. `./dev bindings check` fails when SWIG had to invent a SWIGTYPE_. */
%module raw
%{
#include <hfhub.h>
%}
%include <stdint.i>

/* A value that SWIG cannot fold; each layer has it by hand. */
%ignore HFHUB_XET_UNKNOWN;

/* Callbacks that run on threads of the library. Java, C# and Go have the queue and the descriptor instead, and log lines by
 * a function of their own glue. */
%ignore hfhub_op_set_ready;
%ignore hfhub_op_wait_progress;

#if defined(SWIGJAVA)
%include "java.swgi"
#elif defined(SWIGCSHARP)
%include "csharp.swgi"
#elif defined(SWIGGO)
%include "go.swgi"
#endif

HFHUB_HANDLE(hfhub_session_options, SessionOptionsHandle)
HFHUB_HANDLE(hfhub_session, SessionHandle)
HFHUB_HANDLE(hfhub_op, OpHandle)
HFHUB_HANDLE(hfhub_queue, QueueHandle)
HFHUB_HANDLE(hfhub_json, JsonHandle)
HFHUB_HANDLE(hfhub_download_options, DownloadOptionsHandle)
HFHUB_HANDLE(hfhub_repo_options, RepoOptionsHandle)
HFHUB_HANDLE(hfhub_device_login, DeviceLoginHandle)
HFHUB_HANDLE(hfhub_commit_options, CommitOptionsHandle)
HFHUB_HANDLE(hfhub_commit, CommitHandle)
HFHUB_HANDLE(hfhub_commit_writer, CommitWriterHandle)
HFHUB_HANDLE(hfhub_scheduler, SchedulerHandle)
HFHUB_HANDLE(hfhub_xet_options, XetOptionsHandle)
HFHUB_HANDLE(hfhub_xet_commit, XetCommitHandle)
HFHUB_HANDLE(hfhub_xet_writer, XetWriterHandle)
HFHUB_HANDLE(hfhub_xet_group, XetGroupHandle)
HFHUB_HANDLE(hfhub_xet_stream, XetStreamHandle)

/* The groups, by the names that each <language>.swgi gives them. */
%apply (const char *HFHUB_TEXT, size_t HFHUB_SIZE) { (const char *text, size_t size) };
%apply (const void *HFHUB_DATA, size_t HFHUB_SIZE) { (const void *data, size_t size) };
%apply (const void **HFHUB_OUT_DATA, size_t *HFHUB_OUT_SIZE) { (const void **out_data, size_t *out_size) };
%apply char **HFHUB_OUT_STRING { char **out_string };
%apply size_t *HFHUB_OUT_SIZE_T { size_t *out_index };
%apply uint64_t *HFHUB_OUT_UINT64 { uint64_t *out_tag, uint64_t *out_offset };
%apply int32_t *HFHUB_OUT_INT32 { int32_t *out_state };
%apply intptr_t *HFHUB_OUT_INTPTR { intptr_t *out_fd };

%include <hfhub/common.h>
%include <hfhub/error.h>
%include <hfhub/session.h>
%include <hfhub/json.h>
%include <hfhub/op.h>
%include <hfhub/call.h>
%include <hfhub/download.h>
%include <hfhub/cache.h>
%include <hfhub/repo.h>
%include <hfhub/auth.h>
%include <hfhub/lfs.h>
%include <hfhub/commit.h>
%include <hfhub/xet.h>
