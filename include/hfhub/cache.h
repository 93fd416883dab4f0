/* What is in the cache, and whether it is right. */
#ifndef HFHUB_CACHE_H
#define HFHUB_CACHE_H

#include <hfhub/download.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON: {"cache_dir", "size_on_disk",
 * "repos": [{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files", "last_accessed", "last_modified", "refs",
 * "revisions": [{"commit_hash", "snapshot_path", "size_on_disk", "last_modified", "refs", "files": [{"path",
 * "file_path", "blob_path", "size_on_disk", "last_accessed", "last_modified"}]}]}], "incomplete": [{"path", "size"}],
 * "unreferenced_shared": {"count", "size"}, "warnings": [text]}. Times are seconds since 1970. Errors: E_CACHE when the
 * folder is missing. Since 0.1. */
HFHUB_API hfhub_status hfhub_cache_scan(hfhub_session *session, const char *cache_dir, hfhub_op **out_op,
                                        hfhub_error **err);

/* Compares what is on disk (the options' local_dir, else their revision in the shared cache) with the Hub's digests.
 * Result path: the folder that was checked. Result JSON: {"repo_id", "repo_type", "revision", "path", "checked",
 * "mismatches": [{"path", "expected", "actual", "algorithm"}], "missing": [path], "extra": [path]}. Differences are a
 * result, not an error. Since 0.1. */
HFHUB_API hfhub_status hfhub_cache_verify(hfhub_session *session, const char *repo_id,
                                          const hfhub_download_options *options, hfhub_op **out_op, hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
