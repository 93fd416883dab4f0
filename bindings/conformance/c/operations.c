/* Verbs that start an operation, and the options they take. */
#include <string.h>

#include "driver.h"

#define SAME(text) (strcmp(name, text) == 0)

static hfhub_status set_download(void* options, const char* name, const char* value, const char* member,
                                 hfhub_error** err, bool* known) {
  const int32_t count = (int32_t)hfhub_json_get_int64(table, member, 0);
  if (SAME("repo_type")) return hfhub_download_options_set_repo_type(options, value, err);
  if (SAME("revision")) return hfhub_download_options_set_revision(options, value, err);
  if (SAME("subfolder")) return hfhub_download_options_set_subfolder(options, value, err);
  if (SAME("cache_dir")) return hfhub_download_options_set_cache_dir(options, value, err);
  if (SAME("local_dir")) return hfhub_download_options_set_local_dir(options, value, err);
  if (SAME("token")) return hfhub_download_options_set_token(options, value, err);
  if (SAME("force")) return hfhub_download_options_set_force(options, count, err);
  if (SAME("local_files_only")) return hfhub_download_options_set_local_files_only(options, count, err);
  if (SAME("dry_run")) return hfhub_download_options_set_dry_run(options, count, err);
  if (SAME("max_workers")) return hfhub_download_options_set_max_workers(options, count, err);
  if (SAME("allow_pattern")) return hfhub_download_options_add_allow_pattern(options, value, err);
  if (SAME("ignore_pattern")) return hfhub_download_options_add_ignore_pattern(options, value, err);
  *known = false;
  return HFHUB_OK;
}

static hfhub_status set_repo(void* options, const char* name, const char* value, const char* member, hfhub_error** err,
                             bool* known) {
  const int64_t count = hfhub_json_get_int64(table, member, 0);
  if (SAME("repo_type")) return hfhub_repo_options_set_repo_type(options, value, err);
  if (SAME("token")) return hfhub_repo_options_set_token(options, value, err);
  if (SAME("visibility")) return hfhub_repo_options_set_visibility(options, value, err);
  if (SAME("private")) return hfhub_repo_options_set_private(options, (int32_t)count, err);
  if (SAME("gated")) return hfhub_repo_options_set_gated(options, value, err);
  if (SAME("exist_ok")) return hfhub_repo_options_set_exist_ok(options, (int32_t)count, err);
  if (SAME("missing_ok")) return hfhub_repo_options_set_missing_ok(options, (int32_t)count, err);
  if (SAME("resource_group")) return hfhub_repo_options_set_resource_group(options, value, err);
  if (SAME("region")) return hfhub_repo_options_set_region(options, value, err);
  if (SAME("space_sdk")) return hfhub_repo_options_set_space_sdk(options, value, err);
  if (SAME("space_template")) return hfhub_repo_options_set_space_template(options, value, err);
  if (SAME("space_hardware")) return hfhub_repo_options_set_space_hardware(options, value, err);
  if (SAME("space_sleep_time")) return hfhub_repo_options_set_space_sleep_time(options, count, err);
  if (SAME("space_secret") || SAME("space_variable")) {
    const char* of = substituted(hfhub_json_get_string(table, pointer(member, "0")));
    const char* is = substituted(hfhub_json_get_string(table, pointer(member, "1")));
    return SAME("space_secret") ? hfhub_repo_options_add_space_secret(options, of, is, err)
                                : hfhub_repo_options_add_space_variable(options, of, is, err);
  }
  if (SAME("space_volume")) return hfhub_repo_options_add_space_volume(options, value, err);
  if (SAME("revision")) return hfhub_repo_options_set_revision(options, value, err);
  if (SAME("message")) return hfhub_repo_options_set_message(options, value, err);
  *known = false;
  return HFHUB_OK;
}

static hfhub_status set_commit(void* options, const char* name, const char* value, const char* member,
                               hfhub_error** err, bool* known) {
  const int32_t enable = (int32_t)hfhub_json_get_int64(table, member, 0);
  if (SAME("repo_type")) return hfhub_commit_options_set_repo_type(options, value, err);
  if (SAME("revision")) return hfhub_commit_options_set_revision(options, value, err);
  if (SAME("message")) return hfhub_commit_options_set_message(options, value, err);
  if (SAME("description")) return hfhub_commit_options_set_description(options, value, err);
  if (SAME("parent")) return hfhub_commit_options_set_parent(options, value, err);
  if (SAME("create_pr")) return hfhub_commit_options_set_create_pr(options, enable, err);
  if (SAME("token")) return hfhub_commit_options_set_token(options, value, err);
  if (SAME("allow_pattern")) return hfhub_commit_options_add_allow_pattern(options, value, err);
  if (SAME("ignore_pattern")) return hfhub_commit_options_add_ignore_pattern(options, value, err);
  if (SAME("delete_pattern")) return hfhub_commit_options_add_delete_pattern(options, value, err);
  if (SAME("follow_links")) return hfhub_commit_options_set_follow_links(options, enable, err);
  if (SAME("journal")) return hfhub_commit_options_set_journal(options, enable, err);
  *known = false;
  return HFHUB_OK;
}

hfhub_commit_options* commit_options(const char* step) {
  hfhub_commit_options* options = NULL;
  if (hfhub_commit_options_new(&options, NULL) != HFHUB_OK) die("no options");
  set_all(step, options, set_commit);
  return options;
}

hfhub_download_options* download_options(const char* step) {
  hfhub_download_options* options = NULL;
  if (!has(step, "options")) return NULL;
  if (hfhub_download_options_new(&options, NULL) != HFHUB_OK) die("no options");
  set_all(step, options, set_download);
  return options;
}

static bool download(const char* step, const char* name, hfhub_op** op, hfhub_error** err, hfhub_status* status) {
  hfhub_session* session;
  hfhub_download_options* options;
  const char *repo_id = field(step, "repo_id"), *file_path = field(step, "file_path");
  if (!SAME("download_file") && !SAME("download_snapshot") && !SAME("file_metadata") && !SAME("cache_verify"))
    return false;
  session = session_of(step);
  options = download_options(step);
  if (SAME("download_file")) *status = hfhub_download_file(session, repo_id, file_path, options, op, err);
  if (SAME("download_snapshot")) *status = hfhub_download_snapshot(session, repo_id, options, op, err);
  if (SAME("file_metadata")) *status = hfhub_file_metadata(session, repo_id, file_path, options, op, err);
  if (SAME("cache_verify")) *status = hfhub_cache_verify(session, repo_id, options, op, err);
  hfhub_download_options_free(options);
  return true;
}

static hfhub_status repository(const char* step, const char* name, const hfhub_repo_options* options, hfhub_op** op,
                               hfhub_error** err, bool* known) {
  hfhub_session* session = session_of(step);
  const char *repo_id = field(step, "repo_id"), *to_id = field(step, "to_id"), *branch = field(step, "branch");
  const char* tag = field(step, "tag");
  if (SAME("repo_create")) return hfhub_repo_create(session, repo_id, options, op, err);
  if (SAME("repo_delete")) return hfhub_repo_delete(session, repo_id, options, op, err);
  if (SAME("repo_move")) return hfhub_repo_move(session, repo_id, to_id, options, op, err);
  if (SAME("repo_duplicate")) return hfhub_repo_duplicate(session, repo_id, to_id, options, op, err);
  if (SAME("repo_update")) return hfhub_repo_update(session, repo_id, options, op, err);
  if (SAME("repo_auth_check"))
    return hfhub_repo_auth_check(session, repo_id, (int32_t)number(step, "write", 0), options, op, err);
  if (SAME("repo_list")) return hfhub_repo_list(session, field(step, "owner"), options, op, err);
  if (SAME("repo_refs"))
    return hfhub_repo_refs(session, repo_id, (int32_t)number(step, "include_prs", 0), options, op, err);
  if (SAME("branch_create")) return hfhub_branch_create(session, repo_id, branch, options, op, err);
  if (SAME("branch_delete")) return hfhub_branch_delete(session, repo_id, branch, options, op, err);
  if (SAME("branch_squash")) return hfhub_branch_squash(session, repo_id, branch, options, op, err);
  if (SAME("tag_create")) return hfhub_tag_create(session, repo_id, tag, options, op, err);
  if (SAME("tag_delete")) return hfhub_tag_delete(session, repo_id, tag, options, op, err);
  *known = false;
  return HFHUB_OK;
}

static bool repositories(const char* step, const char* name, hfhub_op** op, hfhub_error** err, hfhub_status* status) {
  hfhub_repo_options* options = NULL;
  bool known = true;
  if (strncmp(name, "repo_", 5) != 0 && strncmp(name, "branch_", 7) != 0 && strncmp(name, "tag_", 4) != 0) return false;
  if (has(step, "options")) {
    if (hfhub_repo_options_new(&options, NULL) != HFHUB_OK) die("no options");
    set_all(step, options, set_repo);
  }
  *status = repository(step, name, options, op, err, &known);
  hfhub_repo_options_free(options);
  return known;
}

static bool uploads(const char* step, const char* name, hfhub_op** op, hfhub_error** err, hfhub_status* status) {
  hfhub_commit_options* options;
  const char *repo_id = field(step, "repo_id"), *path_in_repo = field(step, "path_in_repo");
  if (!SAME("upload_file") && !SAME("upload_folder") && !SAME("delete_files")) return false;
  options = commit_options(step);
  if (SAME("upload_file"))
    *status = hfhub_upload_file(session_of(step), repo_id, field(step, "file_path"), path_in_repo, options, op, err);
  if (SAME("upload_folder"))
    *status =
        hfhub_upload_folder(session_of(step), repo_id, field(step, "folder_path"), path_in_repo, options, op, err);
  if (SAME("delete_files")) *status = hfhub_delete_files(session_of(step), repo_id, options, op, err);
  hfhub_commit_options_free(options);
  return true;
}

static bool of_a_thing(const char* step, const char* name, hfhub_op** op, hfhub_error** err, hfhub_status* status) {
  const char* on = field(step, "on");
  if (SAME("commit_prepare")) *status = hfhub_commit_prepare(thing(on, COMMIT), op, err);
  else if (SAME("commit_finish")) *status = hfhub_commit_finish(thing(on, COMMIT), op, err);
  else if (SAME("scheduler_trigger")) *status = hfhub_scheduler_trigger(thing(on, SCHEDULER), op, err);
  else if (SAME("scheduler_stop")) *status = hfhub_scheduler_stop(thing(on, SCHEDULER), op, err);
  else if (SAME("device_request")) *status = hfhub_device_login_request(thing(on, LOGIN), op, err);
  else if (SAME("device_finish")) *status = hfhub_device_login_finish(thing(on, LOGIN), op, err);
  else if (SAME("xet_commit_finish")) *status = hfhub_xet_commit_finish(thing(on, XET_COMMIT), op, err);
  else if (SAME("xet_group_start")) *status = hfhub_xet_group_start(thing(on, GROUP), op, err);
  else return false;
  return true;
}

static bool of_a_session(const char* step, const char* name, hfhub_op** op, hfhub_error** err, hfhub_status* status) {
  const char *token = field(step, "token"), *token_name = field(step, "token_name");
  const int32_t git = (int32_t)number(step, "git_credential", 0);
  if (SAME("cache_scan")) *status = hfhub_cache_scan(session_of(step), field(step, "cache_dir"), op, err);
  else if (SAME("call"))
    *status = hfhub_call(session_of(step), field(step, "operation"), json_text(step, "params"), op, err);
  else if (SAME("auth_login")) *status = hfhub_auth_login(session_of(step), token, git, op, err);
  else if (SAME("auth_logout")) *status = hfhub_auth_logout(session_of(step), token_name, git, op, err);
  else if (SAME("auth_switch")) *status = hfhub_auth_switch(session_of(step), token_name, git, op, err);
  else if (SAME("auth_list")) *status = hfhub_auth_list(session_of(step), op, err);
  else if (SAME("auth_get_token")) *status = hfhub_auth_get_token(session_of(step), op, err);
  else if (SAME("auth_whoami"))
    *status = hfhub_auth_whoami(session_of(step), token, (int32_t)number(step, "use_cache", 0), op, err);
  else if (SAME("xet_hash_file")) *status = hfhub_xet_hash_file(session_of(step), field(step, "file_path"), op, err);
  else if (SAME("lfs_upload"))
    *status = hfhub_lfs_upload(session_of(step), field(step, "file_path"), field(step, "sha256"),
                               json_text(step, "action"), op, err);
  else return false;
  return true;
}

bool start_operation(const char* step, const char* verb, hfhub_op** out_op, hfhub_error** err, hfhub_status* status) {
  return download(step, verb, out_op, err, status) || repositories(step, verb, out_op, err, status) ||
         uploads(step, verb, out_op, err, status) || of_a_thing(step, verb, out_op, err, status) ||
         of_a_session(step, verb, out_op, err, status);
}
