/* Downloading files and whole repositories, and asking about files without downloading them. */
#ifndef HFHUB_DOWNLOAD_H
#define HFHUB_DOWNLOAD_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_download_options hfhub_download_options;

/* ---- options; copied when a call takes them; not to be changed by two threads at once ------------------------------ */

/* Options with their defaults: a model, revision "main", the session's cache. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_new(hfhub_download_options **out_options, hfhub_error **err);

/* "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_repo_type(hfhub_download_options *options, const char *repo_type,
                                                            hfhub_error **err);

/* A branch, tag, commit hash (short or full) or refs/pr/N. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_revision(hfhub_download_options *options, const char *revision,
                                                           hfhub_error **err);

/* A folder inside the repository, put before file paths. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_subfolder(hfhub_download_options *options, const char *subfolder,
                                                            hfhub_error **err);

/* Another shared cache than the session's. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_cache_dir(hfhub_download_options *options, const char *cache_dir,
                                                            hfhub_error **err);

/* Plain files in this folder instead of the shared cache. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_local_dir(hfhub_download_options *options, const char *local_dir,
                                                            hfhub_error **err);

/* Another token than the session's; "" for none. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_token(hfhub_download_options *options, const char *token,
                                                        hfhub_error **err);

/* 1: fetch again what is there. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_force(hfhub_download_options *options, int32_t enable,
                                                        hfhub_error **err);

/* 1: use only what is on disk. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_local_files_only(hfhub_download_options *options, int32_t enable,
                                                                   hfhub_error **err);

/* 1: fetch and write nothing; the result's JSON says what would be done. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_dry_run(hfhub_download_options *options, int32_t enable,
                                                          hfhub_error **err);

/* Files fetched at the same time, 1 to 256; default: option download.max_workers. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_set_max_workers(hfhub_download_options *options, int32_t count,
                                                              hfhub_error **err);

/* Snapshots: only files that match one of the allow patterns (fnmatch on the whole path; "*" crosses "/"; a trailing "/"
 * means the folder's content). Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_add_allow_pattern(hfhub_download_options *options, const char *pattern,
                                                                hfhub_error **err);

/* Snapshots: no file that matches one of the ignore patterns. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_options_add_ignore_pattern(hfhub_download_options *options, const char *pattern,
                                                                 hfhub_error **err);

/* Frees the options. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_download_options_free(hfhub_download_options *options);

/* ---- slow calls --------------------------------------------------------------------------------------------------- */

/* Downloads one file, verified, into the shared cache or the local_dir. Result path: the file. Result JSON:
 * {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash", "file_size", "local_path",
 * "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub, INTEGRITY, DISK_FULL. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_file(hfhub_session *session, const char *repo_id, const char *file_path,
                                           const hfhub_download_options *options, hfhub_op **out_op, hfhub_error **err);

/* Downloads a repository, complete or not at all. Result path: the snapshot folder or the local_dir. Result JSON:
 * {"path", "commit", "files": number, "downloaded": number}; for a dry run an array of the objects above. Errors: as
 * above, and INCOMPLETE. Since 0.1. */
HFHUB_API hfhub_status hfhub_download_snapshot(hfhub_session *session, const char *repo_id,
                                               const hfhub_download_options *options, hfhub_op **out_op,
                                               hfhub_error **err);

/* Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null, "location" (without its query when
 * on another host), "xet_hash" or null}. Since 0.1. */
HFHUB_API hfhub_status hfhub_file_metadata(hfhub_session *session, const char *repo_id, const char *file_path,
                                           const hfhub_download_options *options, hfhub_op **out_op, hfhub_error **err);

/* ---- quick calls -------------------------------------------------------------------------------------------------- */

/* The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_file_url(hfhub_session *session, const char *repo_id, const char *file_path,
                                      const hfhub_download_options *options, char **out_string, hfhub_error **err);

/* Answers of hfhub_cached_file. */
enum {
  HFHUB_CACHED_UNKNOWN = 0, /* nothing is known: the Hub must be asked */
  HFHUB_CACHED_FOUND = 1,   /* the file is here */
  HFHUB_CACHED_ABSENT = 2   /* the Hub once said that this commit has no such file */
};

/* Looks a file up in the shared cache, reading the disk only. `out_string` is the path when found, else NULL. Owned.
 * Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_cached_file(hfhub_session *session, const char *repo_id, const char *file_path,
                                         const hfhub_download_options *options, int32_t *out_state, char **out_string,
                                         hfhub_error **err);

/* Reads hf://[models/|datasets/|spaces/|kernels/]ns/name[@revision][/path]. Result: {"repo_type", "repo_id", "revision"
 * or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_uri_parse(const char *uri, hfhub_json **out_json, hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
