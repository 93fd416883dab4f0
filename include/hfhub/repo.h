/* Repositories: made, removed, moved, copied; their settings, branches and tags. */
#ifndef HFHUB_REPO_H
#define HFHUB_REPO_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_repo_options hfhub_repo_options;

/* ---- options; copied when a call takes them; a call ignores those that its comment does not name -------------------- */

/* Options with their defaults: a model, the session's token, nothing else said. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_new(hfhub_repo_options **out_options, hfhub_error **err);

/* "model" (default), "dataset", "space" or "kernel". Every call takes it. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_repo_type(hfhub_repo_options *options, const char *repo_type,
                                                        hfhub_error **err);

/* Another token than the session's; "" for none. Every call takes it. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_token(hfhub_repo_options *options, const char *token, hfhub_error **err);

/* "public", "private" or, for Spaces, "protected" (everybody may use it, nobody else sees its files). Default: what the
 * Hub chooses. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_visibility(hfhub_repo_options *options, const char *visibility,
                                                         hfhub_error **err);

/* 1: the same as "private", 0: the same as "public". Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_private(hfhub_repo_options *options, int32_t enable, hfhub_error **err);

/* Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or "false" (everybody). Errors: E_ARGUMENT.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_gated(hfhub_repo_options *options, const char *gated, hfhub_error **err);

/* 1: what is there already is a success. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_exist_ok(hfhub_repo_options *options, int32_t enable, hfhub_error **err);

/* 1: what is not there is a success. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_missing_ok(hfhub_repo_options *options, int32_t enable,
                                                         hfhub_error **err);

/* The resource group of an Enterprise organisation. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_resource_group(hfhub_repo_options *options, const char *resource_group,
                                                             hfhub_error **err);

/* Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_region(hfhub_repo_options *options, const char *region,
                                                     hfhub_error **err);

/* What a Space is made with: "gradio", "streamlit", "docker" or "static". Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_space_sdk(hfhub_repo_options *options, const char *sdk,
                                                        hfhub_error **err);

/* A template to start a Space from, by its name or repository; it brings its SDK. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_space_template(hfhub_repo_options *options, const char *space_template,
                                                             hfhub_error **err);

/* What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_space_hardware(hfhub_repo_options *options, const char *hardware,
                                                             hfhub_error **err);

/* Seconds without use after which a Space is put to sleep; -1 for never. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_space_sleep_time(hfhub_repo_options *options, int64_t seconds,
                                                               hfhub_error **err);

/* A secret of a Space. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_add_space_secret(hfhub_repo_options *options, const char *name,
                                                           const char *value, hfhub_error **err);

/* An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_add_space_variable(hfhub_repo_options *options, const char *name,
                                                             const char *value, hfhub_error **err);

/* A repository or bucket that a Space sees as a folder:
 * hf://[models/|datasets/|spaces/|buckets/]ns/name[@revision][/path]:/folder[:ro|:rw]. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_add_space_volume(hfhub_repo_options *options, const char *volume,
                                                           hfhub_error **err);

/* Where a branch or tag begins: a branch, tag or commit hash. Default: main. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_revision(hfhub_repo_options *options, const char *revision,
                                                       hfhub_error **err);

/* The message of a tag, or of the commit that a squash makes. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_options_set_message(hfhub_repo_options *options, const char *message,
                                                      hfhub_error **err);

/* Frees the options. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_repo_options_free(hfhub_repo_options *options);

/* ---- repositories; a change is asked for once: it is not repeated after an answer that was lost -------------------- */

/* Makes a repository. `repo_id` without a namespace is yours. Options: visibility, exist_ok, resource_group, region, and
 * for Spaces sdk (needed, unless a template brings it), template, hardware, sleep_time, secrets, variables, volumes. With
 * exist_ok a repository that is there is a success, also for a token that may not make any. Result JSON: {"url",
 * "repo_id", "repo_type", "created"}. Errors: E_ARGUMENT; E_CONFLICT when it exists; AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_create(hfhub_session *session, const char *repo_id, const hfhub_repo_options *options,
                                         hfhub_op **out_op, hfhub_error **err);

/* Deletes a repository, for good. Options: missing_ok. Result JSON: {"repo_id", "repo_type", "deleted"}. Errors:
 * E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_delete(hfhub_session *session, const char *repo_id, const hfhub_repo_options *options,
                                         hfhub_op **out_op, hfhub_error **err);

/* Renames a repository or gives it to another namespace; the old name leads to the new one. Both ids need a namespace.
 * Result JSON: {"url", "repo_id", "repo_type"} of the new one. Errors: E_ARGUMENT, E_REPO_NOT_FOUND, E_CONFLICT, AUTH,
 * FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_move(hfhub_session *session, const char *repo_id, const char *to_id,
                                       const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Copies a model, dataset or Space on the Hub. `to_id` may be NULL, or have no namespace: the same name, or that name, in
 * yours. Options: visibility (default: as the original), exist_ok, resource_group, and for Spaces hardware, sleep_time,
 * secrets, variables, volumes. Result JSON: {"url", "repo_id", "repo_type", "created", "files_copy_pending"}: the last is
 * true while the Hub still copies large files. Errors: as hfhub_repo_create, E_REPO_NOT_FOUND, E_GATED. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_duplicate(hfhub_session *session, const char *repo_id, const char *to_id,
                                            const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Changes settings. Options: visibility, gated; at least one. Not for kernels. Result JSON: the Hub's answer, or null.
 * Errors: E_ARGUMENT, E_REPO_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_update(hfhub_session *session, const char *repo_id, const hfhub_repo_options *options,
                                         hfhub_op **out_op, hfhub_error **err);

/* May the token read the files, or with `write` 1 change them? The operation succeeds when it may. Result JSON:
 * {"repo_id", "repo_type"}. Errors: E_REPO_NOT_FOUND, E_GATED, AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_auth_check(hfhub_session *session, const char *repo_id, int32_t write,
                                             const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* What `owner` (NULL: you) keeps on the Hub, buckets included, with the storage it takes. Of the options: token. Result
 * JSON: array of {"id", "type", "visibility", "updatedAt", "storage", "storagePercent"}. Errors: AUTH, FORBIDDEN. Since
 * 0.1. */
HFHUB_API hfhub_status hfhub_repo_list(hfhub_session *session, const char *owner, const hfhub_repo_options *options,
                                       hfhub_op **out_op, hfhub_error **err);

/* ---- branches, tags, history --------------------------------------------------------------------------------------- */

/* Branches and tags, and with `include_prs` 1 pull requests. Result JSON: {"branches", "tags", "converts",
 * "pullRequests"}, each an array of {"name", "ref", "targetCommit"}. Errors: E_REPO_NOT_FOUND. Since 0.1. */
HFHUB_API hfhub_status hfhub_repo_refs(hfhub_session *session, const char *repo_id, int32_t include_prs,
                                       const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Makes a branch. Options: revision (where it begins), exist_ok. Result JSON: {"repo_id", "repo_type", "branch",
 * "created"}. Errors: E_ARGUMENT, E_REVISION_NOT_FOUND, E_CONFLICT when it exists, AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_branch_create(hfhub_session *session, const char *repo_id, const char *branch,
                                           const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Deletes a branch. Result JSON: {"repo_id", "repo_type", "branch"}. Errors: as above; FORBIDDEN for main. Since 0.1. */
HFHUB_API hfhub_status hfhub_branch_delete(hfhub_session *session, const char *repo_id, const char *branch,
                                           const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Makes a tag. Options: revision, message, exist_ok. Result JSON: {"repo_id", "repo_type", "tag", "created"}. Errors: as
 * hfhub_branch_create. Since 0.1. */
HFHUB_API hfhub_status hfhub_tag_create(hfhub_session *session, const char *repo_id, const char *tag,
                                        const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Deletes a tag. Result JSON: {"repo_id", "repo_type", "tag"}. Errors: E_REVISION_NOT_FOUND when there is none, AUTH,
 * FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_tag_delete(hfhub_session *session, const char *repo_id, const char *tag,
                                        const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

/* Makes one commit of a branch's history, for good. `branch` NULL: main. Options: message. Not for kernels. Result JSON:
 * {"repo_id", "repo_type", "branch"}. Errors: E_REVISION_NOT_FOUND, AUTH, FORBIDDEN. Since 0.1. */
HFHUB_API hfhub_status hfhub_branch_squash(hfhub_session *session, const char *repo_id, const char *branch,
                                           const hfhub_repo_options *options, hfhub_op **out_op, hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
