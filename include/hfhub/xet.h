/* Xet storage: uploads, downloads and streams by hash, against any CAS. Repositories need none of this: downloads of a
 * repository's files use it by themselves. */
#ifndef HFHUB_XET_H
#define HFHUB_XET_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_xet_options hfhub_xet_options;
typedef struct hfhub_xet_commit hfhub_xet_commit;
typedef struct hfhub_xet_writer hfhub_xet_writer;
typedef struct hfhub_xet_group hfhub_xet_group;
typedef struct hfhub_xet_stream hfhub_xet_stream;

/* For hfhub_xet_stream_open: the size is not known; the range has no end. */
#define HFHUB_XET_UNKNOWN UINT64_MAX

/* ---- which CAS, and with which rights; copied when a call takes them ----------------------------------------------- */

/* Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_new(hfhub_xet_options **out_options, hfhub_error **err);

/* Base URL of the CAS; without it the token route names one. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_set_endpoint(hfhub_xet_options *options, const char *endpoint,
                                                      hfhub_error **err);

/* A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when a header cannot carry it. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_set_token(hfhub_xet_options *options, const char *token, int64_t expires_s,
                                                   hfhub_error **err);

/* Where a new token comes from: GET answers {"accessToken", "exp", "casUrl"} or the headers X-Xet-Access-Token,
 * X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the expiry, once for all who wait, and after a 401. The
 * session's token goes there when it is the Hub's. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_set_refresh_url(hfhub_xet_options *options, const char *url,
                                                         hfhub_error **err);

/* A header for the refresh URL, "Authorization" included; sent to its origin and nowhere else. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_add_refresh_header(hfhub_xet_options *options, const char *name,
                                                            const char *value, hfhub_error **err);

/* A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for "Authorization" and for what a header cannot
 * carry. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_add_header(hfhub_xet_options *options, const char *name, const char *value,
                                                    hfhub_error **err);

/* The rights of a repository: sets the refresh URL from the session's endpoint when the options are used. `repo_type` is
 * "model", "dataset", "space", "kernel" or "bucket"; `revision` may be NULL ("main"; a bucket has none). Reading or
 * writing follows from the use. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_options_set_repo(hfhub_xet_options *options, const char *repo_type,
                                                  const char *repo_id, const char *revision, hfhub_error **err);

/* Frees the options. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_options_free(hfhub_xet_options *options);

/* The token route of a repository on the session's Hub. `write`: 0 to read, 1 to write, 2 to write into a pull request
 * that the commit will open. `revision` may be NULL. Owned. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_get_refresh_url(const hfhub_session *session, const char *repo_type,
                                                 const char *repo_id, const char *revision, int32_t write,
                                                 char **out_string, hfhub_error **err);

/* ---- upload -------------------------------------------------------------------------------------------------------- */

/* A commit: files that become readable together. `options` NULL: defaults. Opens no connection yet. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_new(hfhub_session *session, const hfhub_xet_options *options,
                                            hfhub_xet_commit **out_commit, hfhub_error **err);

/* Adds a file, which is read in the background from now on. `name` is for progress and results (NULL: the path).
 * `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as given. `out_index` (may be NULL) gets the
 * item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or cancel. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_add_path(hfhub_xet_commit *commit, const char *file_path, const char *name,
                                                 const char *sha256, size_t *out_index, hfhub_error **err);

/* Adds bytes, taken in before it returns; it waits while the stages behind are full. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_add_bytes(hfhub_xet_commit *commit, const char *name, const void *data,
                                                  size_t size, const char *sha256, size_t *out_index,
                                                  hfhub_error **err);

/* Adds a file that is written piece by piece. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_add_stream(hfhub_xet_commit *commit, const char *name, const char *sha256,
                                                   hfhub_xet_writer **out_writer, hfhub_error **err);

/* Starts the end: the operation waits for all items, stores what is left and registers it. Its JSON is the report:
 * {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks", "deduped_chunks", "new_chunks",
 * "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup", "defrag_prevented_dedup_bytes",
 * "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards", "shard_bytes_uploaded",
 * "total_bytes_uploaded"}. It fails with the first error of any item or request; then nothing was registered, what CAS
 * has stored is remembered, and the next commit with the same files sends only the rest. Errors: E_STATE the second
 * time. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_finish(hfhub_xet_commit *commit, hfhub_op **out_op, hfhub_error **err);

/* An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes", "deduped_bytes", "total_chunks", "new_chunks",
 * "deduped_chunks", "reused"}. PENDING while it is worked on; its own error when it failed. Readable by others only
 * after finish. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_get_item(const hfhub_xet_commit *commit, size_t index, hfhub_json **out_json,
                                                 hfhub_error **err);

/* Items added so far. Since 0.1. */
HFHUB_API size_t hfhub_xet_commit_get_item_count(const hfhub_xet_commit *commit);

/* The report so far, and of shards {"shard_entries", "shard_entries_validated", "shards_stored", "shards_completed"}. Never
 * blocks for long. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_get_report(const hfhub_xet_commit *commit, hfhub_json **out_json,
                                                   hfhub_error **err);

/* Counters of the whole commit, before and after finish. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_commit_get_progress(const hfhub_xet_commit *commit, hfhub_progress *out_progress,
                                                     hfhub_error **err);

/* Stops everything of this commit; the session stays usable. Any thread, also a signal handler. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_commit_cancel(hfhub_xet_commit *commit);

/* Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_commit_free(hfhub_xet_commit *commit);

/* Writes the next bytes; waits while the stages behind are full. One thread at a time. Errors: E_STATE after finish, the
 * commit's error. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_writer_write(hfhub_xet_writer *writer, const void *data, size_t size,
                                              hfhub_error **err);

/* Ends the file; `out_json` (may be NULL) gets the item as in hfhub_xet_commit_get_item. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_writer_finish(hfhub_xet_writer *writer, hfhub_json **out_json, hfhub_error **err);

/* The item's number in its commit. Since 0.1. */
HFHUB_API size_t hfhub_xet_writer_get_index(const hfhub_xet_writer *writer);

/* Lets go of the writer; an unfinished file fails, and its commit with it. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_writer_free(hfhub_xet_writer *writer);

/* ---- download ------------------------------------------------------------------------------------------------------ */

/* A group: files that are planned together, so that bytes they share are fetched once. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_group_new(hfhub_session *session, const hfhub_xet_options *options,
                                           hfhub_xet_group **out_group, hfhub_error **err);

/* Adds a file by its Xet hash and size. `file_path` is replaced when the content is complete and verified; until then it
 * is `<file_path>.<hash>.<8 hex>.incomplete`, from which a later group goes on. Errors: E_ARGUMENT, E_STATE after start.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_group_add(hfhub_xet_group *group, const char *hash, uint64_t size_bytes,
                                           const char *file_path, size_t *out_index, hfhub_error **err);

/* Content on disk that item `index` may share chunks with, another version of the file for example, by its own hash and
 * size: chunks found there are not fetched. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_group_add_seed(hfhub_xet_group *group, size_t index, const char *file_path,
                                                const char *hash, uint64_t size_bytes, hfhub_error **err);

/* Starts the group, once. The operation's items are the files; it fails with the first file's error after all others have
 * ended. Its JSON: {"items": [{"path", "hash", "size"}]}. Errors: E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_group_start(hfhub_xet_group *group, hfhub_op **out_op, hfhub_error **err);

/* How item `index` ended: OK, PENDING, or its error. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_group_get_result(const hfhub_xet_group *group, size_t index, hfhub_error **err);

/* Lets go of the group; a started operation goes on. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_group_free(hfhub_xet_group *group);

/* ---- streams ------------------------------------------------------------------------------------------------------- */

/* Opens bytes [range_begin, range_end) of a file for reading. `size_bytes` is that of the whole file, or
 * HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive. Nothing is asked
 * before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin > range_end, or range_begin > 0 and past
 * the size. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_stream_open(hfhub_session *session, const hfhub_xet_options *options, const char *hash,
                                             uint64_t size_bytes, uint64_t range_begin, uint64_t range_end,
                                             int32_t ordered, hfhub_xet_stream **out_stream, hfhub_error **err);

/* The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms` (negative: no limit); or an error,
 * E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the file. Whoever reads slowly slows the network;
 * nothing piles up. A whole file read to its END has been verified. One thread at a time. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_stream_next(hfhub_xet_stream *stream, int64_t timeout_ms, const void **out_data,
                                             size_t *out_size, uint64_t *out_offset, hfhub_error **err);

/* Counters of the stream. Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_stream_get_progress(const hfhub_xet_stream *stream, hfhub_progress *out_progress,
                                                     hfhub_error **err);

/* Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_stream_cancel(hfhub_xet_stream *stream);

/* Lets go of the stream. Never waits. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_xet_stream_free(hfhub_xet_stream *stream);

/* ---- local --------------------------------------------------------------------------------------------------------- */

/* Computes a file's Xet hash and SHA-256 without any network. The operation's JSON: {"hash", "size", "sha256"}.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_xet_hash_file(hfhub_session *session, const char *file_path, hfhub_op **out_op,
                                           hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
