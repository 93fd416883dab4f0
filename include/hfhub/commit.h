/* Uploads and commits: put a commit together and make it, or upload a file or a folder in one call. */
#ifndef HFHUB_COMMIT_H
#define HFHUB_COMMIT_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_commit_options hfhub_commit_options;
typedef struct hfhub_commit hfhub_commit;
typedef struct hfhub_commit_writer hfhub_commit_writer;
typedef struct hfhub_scheduler hfhub_scheduler;

/* ---- options: where a commit goes and what it says; copied when a call takes them ---------------------------------- */

/* Options with their defaults: a model, its revision "main", no pull request. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_new(hfhub_commit_options **out_options, hfhub_error **err);

/* "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_repo_type(hfhub_commit_options *options, const char *repo_type,
                                                          hfhub_error **err);

/* A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_revision(hfhub_commit_options *options, const char *revision,
                                                         hfhub_error **err);

/* The commit's message; a commit needs one, uploads of files and folders have a default. Errors: E_ARGUMENT when it is
 * empty or not UTF-8. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_message(hfhub_commit_options *options, const char *message,
                                                        hfhub_error **err);

/* What is said below the message. Errors: E_ARGUMENT when it is not UTF-8. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_description(hfhub_commit_options *options, const char *description,
                                                            hfhub_error **err);

/* The revision must be at this commit (5 to 40 hex digits), else the operation fails with E_CONFLICT. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_parent(hfhub_commit_options *options, const char *commit_id,
                                                       hfhub_error **err);

/* 1: the commit opens a pull request. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_create_pr(hfhub_commit_options *options, int32_t enable,
                                                          hfhub_error **err);

/* The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_token(hfhub_commit_options *options, const char *token,
                                                      hfhub_error **err);

/* Folders: only files that match one of the allow patterns, which have the meaning of
 * hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_add_allow_pattern(hfhub_commit_options *options, const char *pattern,
                                                              hfhub_error **err);

/* Folders: no file that matches one of the ignore patterns. The folders .git and .cache/huggingface are always left out.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_add_ignore_pattern(hfhub_commit_options *options, const char *pattern,
                                                               hfhub_error **err);

/* Folders: files of the repository below the destination that match are deleted in the same commit, unless they are
 * uploaded; .gitattributes stays. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_add_delete_pattern(hfhub_commit_options *options, const char *pattern,
                                                               hfhub_error **err);

/* Folders: 0 refuses a folder that holds symbolic links to files (default: they are followed; links to folders never
 * are). Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_follow_links(hfhub_commit_options *options, int32_t enable,
                                                             hfhub_error **err);

/* Folders: 0 keeps no journal in the folder's .cache/huggingface/upload (default: kept, so that the next upload does not
 * read unchanged files again). Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_options_set_journal(hfhub_commit_options *options, int32_t enable,
                                                        hfhub_error **err);

/* Frees the options. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_commit_options_free(hfhub_commit_options *options);

/* ---- a commit, put together ---------------------------------------------------------------------------------------- */

/* An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the options have no message.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_new(hfhub_session *session, const char *repo_id,
                                        const hfhub_commit_options *options, hfhub_commit **out_commit,
                                        hfhub_error **err);

/* Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the operation; when it has changed
 * until then the operation fails and names it. Errors: E_ARGUMENT for a path that a repository cannot have, E_IO, E_STATE.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_add_path(hfhub_commit *commit, const char *path_in_repo, const char *file_path,
                                             hfhub_error **err);

/* Adds every file below a folder that the options' allow and ignore patterns select, at `path_in_repo` ("" or ".": the
 * root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO for what cannot be read, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_add_folder(hfhub_commit *commit, const char *folder_path, const char *path_in_repo,
                                               hfhub_error **err);

/* Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_add_bytes(hfhub_commit *commit, const char *path_in_repo, const void *data,
                                              size_t size, hfhub_error **err);

/* Adds a file that is written piece by piece, of a size that nobody needs to know. More than 1 MiB goes to a temporary file
 * below option cache.xet_dir, which goes with the commit. It is part of the commit once hfhub_commit_writer_finish has
 * returned. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_add_stream(hfhub_commit *commit, const char *path_in_repo,
                                               hfhub_commit_writer **out_writer, hfhub_error **err);

/* Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO, E_DISK_FULL. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_writer_write(hfhub_commit_writer *writer, const void *data, size_t size,
                                                 hfhub_error **err);

/* Ends the file and adds it to its commit. Errors: E_STATE the second time, or when the commit takes nothing any more.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_writer_finish(hfhub_commit_writer *writer, hfhub_error **err);

/* Lets go of the writer; a file that was not finished is not added. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_commit_writer_free(hfhub_commit_writer *writer);

/* Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_delete_file(hfhub_commit *commit, const char *path_in_repo, hfhub_error **err);

/* Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_delete_folder(hfhub_commit *commit, const char *path_in_repo, hfhub_error **err);

/* Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes passing through here. `source_type`
 * and `source_repo_id` NULL: from the same repository. `source_revision` NULL: the commit's revision, or the other
 * repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_copy(hfhub_commit *commit, const char *source_path, const char *path_in_repo,
                                         const char *source_type, const char *source_repo_id,
                                         const char *source_revision, hfhub_error **err);

/* Adds files that other processes or machines brought to the Hub: receipts of hfhub_commit_prepare, one JSON object a
 * line. The Hub is asked whether it has them before anything is committed. Errors: E_ARGUMENT for a receipt that is
 * damaged, has expired or is for another repository; E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_add_receipts(hfhub_commit *commit, const char *receipt_lines, hfhub_error **err);

/* Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_set_parent(hfhub_commit *commit, const char *commit_id, hfhub_error **err);

/* Operations added so far. Since 0.1. */
HFHUB_API size_t hfhub_commit_get_operation_count(const hfhub_commit *commit);

/* Brings the content of all added files to the Hub without committing it. Result JSON: {"receipts": [{"path", "size",
 * "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a regular file, "xet_hash", "repo", "expires":
 * seconds since 1970}]}. Errors: E_ARGUMENT for operations that contradict each other, E_STATE, network and Hub errors.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_prepare(hfhub_commit *commit, hfhub_op **out_op, hfhub_error **err);

/* Makes the commit: brings content to the Hub that is not there, then commits everything at once. Files whose content the
 * revision has already are left out; when nothing is left, no commit is made and the answer is the revision's head. Result
 * JSON: {"committed": whether one was made, "commit_oid", "commit_url", "commit_message", "commit_description", "pr_url" or
 * null, "pr_num" or null, "pr_revision" or null, "repo_url", "regular", "xet", "lfs": files by storage, "copied",
 * "deleted", "unchanged": numbers, "ignored": [path] by .gitignore, "stored_bytes", "deduped_bytes", "sent_bytes"}.
 * Errors: E_CONFLICT when the parent has moved; after any failure the commit can be changed and finished again, and what
 * was stored is not sent again. E_STATE once it was made. Since 0.1. */
HFHUB_API hfhub_status hfhub_commit_finish(hfhub_commit *commit, hfhub_op **out_op, hfhub_error **err);

/* Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_commit_free(hfhub_commit *commit);

/* ---- in one call --------------------------------------------------------------------------------------------------- */

/* Commits one file. The default message is "Upload <path_in_repo> with hfhub". Result JSON as hfhub_commit_finish.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_upload_file(hfhub_session *session, const char *repo_id, const char *file_path,
                                         const char *path_in_repo, const hfhub_commit_options *options,
                                         hfhub_op **out_op, hfhub_error **err);

/* Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many commits as the Hub can take: usually
 * one; the messages of later ones end in " (part 2)" and so on. Reading, transfers and commits overlap. A broken upload
 * goes on where it was when it is called again. Result JSON as hfhub_commit_finish, of the last commit, with totals over
 * all, and {"commits", "files", "reused": files that were not read again}. Errors: E_ARGUMENT for create_pr with another
 * revision than main; E_IO for a folder that cannot be read. Since 0.1. */
HFHUB_API hfhub_status hfhub_upload_folder(hfhub_session *session, const char *repo_id, const char *folder_path,
                                           const char *path_in_repo, const hfhub_commit_options *options,
                                           hfhub_op **out_op, hfhub_error **err);

/* Deletes the revision's files that match one of the options' delete patterns, in one commit; .gitattributes stays. The
 * default message is "Delete files <patterns> with hfhub". Result JSON as hfhub_commit_finish; when nothing matches no commit
 * is made. Errors: E_ARGUMENT without a pattern. Since 0.1. */
HFHUB_API hfhub_status hfhub_delete_files(hfhub_session *session, const char *repo_id,
                                          const hfhub_commit_options *options, hfhub_op **out_op, hfhub_error **err);

/* ---- commits of a folder that grows --------------------------------------------------------------------------------- */

/* Commits a folder every `every_ms` milliseconds, beginning now: files that are new or have changed, as far as they are at
 * that moment, so that a program may go on appending to them. Nothing is ever deleted. `path_in_repo` and the options' allow
 * and ignore patterns as for hfhub_upload_folder; the default message is "Scheduled Commit". A commit that fails is logged
 * and tried again at the next time. Errors: E_ARGUMENT, also for `every_ms` below 1. Since 0.1. */
HFHUB_API hfhub_status hfhub_scheduler_start(hfhub_session *session, const char *repo_id, const char *folder_path,
                                             const char *path_in_repo, int64_t every_ms,
                                             const hfhub_commit_options *options, hfhub_scheduler **out_scheduler,
                                             hfhub_error **err);

/* A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish, or {"committed": false} when nothing is
 * new. Errors: E_STATE after stop. Since 0.1. */
HFHUB_API hfhub_status hfhub_scheduler_trigger(hfhub_scheduler *scheduler, hfhub_op **out_op, hfhub_error **err);

/* The last commit: when its operation has succeeded nothing of the folder is missing on the Hub. Errors: E_STATE the second
 * time. Since 0.1. */
HFHUB_API hfhub_status hfhub_scheduler_stop(hfhub_scheduler *scheduler, hfhub_op **out_op, hfhub_error **err);

/* Lets go of the scheduler; unless it was stopped, one last commit is made in the background, for which nobody waits. NULL
 * is fine. Since 0.1. */
HFHUB_API void hfhub_scheduler_free(hfhub_scheduler *scheduler);

#ifdef __cplusplus
}
#endif

#endif
