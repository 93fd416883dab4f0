/* Every function of the C API at least once, from strict C99. Says nothing when all is well; the exit status is the number
 * of checks that failed. Usage: every_function <endpoint> <cache> <repository with a.txt and mid.bin>. Anybody
 * may write to CAS, and Xet's caches go where HF_XET_CACHE says. */
#include <hfhub.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;
static hfhub_error* err = NULL;

#define CHECK(condition)                                                                        \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition, hfhub_error_get_message(err)); \
      ++failures;                                                                               \
    }                                                                                           \
    hfhub_error_free(err);                                                                      \
    err = NULL;                                                                                 \
  } while (0)
#define OK(call) CHECK((call) == HFHUB_OK)

static void on_progress(const hfhub_progress* progress, void* user_data) {
  *(uint64_t*)user_data = progress->bytes_done;
}
static void on_ready(void* user_data) { ++*(int*)user_data; }
static void on_release(void* user_data) { ++*(int*)user_data; }

static void on_log(int32_t level, const char* message, void* user_data) {
  (void)level;
  (void)message;
  (void)user_data;
}

static void tables(void) {
  char* text = NULL;
  CHECK(strlen(hfhub_version()) > 0 && hfhub_version_number() > 0);
  CHECK(strcmp(hfhub_status_name(HFHUB_E_IO), "HFHUB_E_IO") == 0);
  CHECK(hfhub_handle_get_count() == 0);
  CHECK(hfhub_option_get_count() > 10);
  CHECK(hfhub_option_get_key(0) != NULL && hfhub_option_get_default(0) != NULL);
  CHECK(hfhub_option_get_environment(0) != NULL && hfhub_option_get_help(0) != NULL);
  CHECK(hfhub_call_get_count() > 5 && hfhub_call_get_name(0) != NULL);
  OK(hfhub_call_get_parameters(0, &text, &err));
  hfhub_string_free(text);
}

static void documents(void) {
  hfhub_json* json = NULL;
  char* text = NULL;
  const char source[] = "{\"s\":\"x\",\"i\":3,\"d\":1.5,\"b\":true}";
  OK(hfhub_json_parse(source, sizeof source - 1, &json, &err));
  CHECK(hfhub_json_get_type(json, "") == HFHUB_JSON_OBJECT && hfhub_json_get_count(json, "") == 4);
  CHECK(strcmp(hfhub_json_get_key(json, "", 0), "s") == 0 && strcmp(hfhub_json_get_string(json, "/s"), "x") == 0);
  CHECK(hfhub_json_get_int64(json, "/i", 0) == 3 && hfhub_json_get_double(json, "/d", 0) > 1.4);
  CHECK(hfhub_json_get_bool(json, "/b", 0) == 1);
  OK(hfhub_json_write(json, "/i", -1, &text, &err));
  CHECK(strcmp(text, "3") == 0);
  hfhub_string_free(text);
  hfhub_json_free(json);
  OK(hfhub_uri_parse("hf://a/b", &json, &err));
  hfhub_json_free(json);
}

static hfhub_session* make_session(const char* endpoint, const char* cache) {
  hfhub_session_options* options = NULL;
  hfhub_session* session = NULL;
  char* text = NULL;
  OK(hfhub_session_options_new(&options, &err));
  OK(hfhub_session_options_set(options, "net.retries", "1", &err));
  OK(hfhub_session_options_set_token(options, "", &err));
  OK(hfhub_session_options_set_endpoint(options, endpoint, &err));
  OK(hfhub_session_options_set_cache_dir(options, cache, &err));
  OK(hfhub_session_options_set_offline(options, 0, &err));
  OK(hfhub_session_options_set_memory_budget(options, (uint64_t)32 << 20, &err));
  OK(hfhub_session_options_set_user_agent(options, "every-function/1", &err));
  int released = 0;
  OK(hfhub_session_options_set_log_hook(options, on_log, &released, on_release, &err));
  OK(hfhub_session_options_set_log_hook(options, NULL, NULL, NULL, &err));
  CHECK(released == 1);
  OK(hfhub_session_new(options, &session, &err));
  hfhub_session_options_free(options);
  OK(hfhub_session_get_option(session, "endpoint", &text, &err));
  CHECK(strcmp(text, endpoint) == 0);
  hfhub_string_free(text);
  CHECK(hfhub_session_has_token(session) == 0);
  return session;
}

static void an_error(hfhub_session* session, const char* repo) {
  hfhub_op* op = NULL;
  OK(hfhub_download_file(session, repo, "missing", NULL, &op, &err));
  if (hfhub_op_wait(op, -1, &err) != HFHUB_E_ENTRY_NOT_FOUND ||
      hfhub_error_get_status(err) != HFHUB_E_ENTRY_NOT_FOUND || hfhub_error_get_http_status(err) != 404 ||
      strcmp(hfhub_error_get_hub_code(err), "EntryNotFound") != 0 || hfhub_error_get_request_id(err)[0] == '\0' ||
      hfhub_error_get_url(err)[0] == '\0' || strcmp(hfhub_error_get_repo_type(err), "model") != 0 ||
      strcmp(hfhub_error_get_repo_id(err), repo) != 0 || hfhub_error_get_path(err)[0] != '\0' ||
      hfhub_error_get_retry_after_ms(err) != -1 || hfhub_error_is_retriable(err) ||
      hfhub_error_get_server_message(err) == NULL) {
    CHECK(!"the error object");
  }
  hfhub_error_free(err);
  err = NULL;
  hfhub_op_free(op);
}

static void files(hfhub_session* session, const char* repo) {
  hfhub_op* op = NULL;
  hfhub_json* json = NULL;
  hfhub_progress progress;
  uint64_t reported = 0;
  int ready = 0;
  intptr_t fd = -1;
  char* text = NULL;
  int32_t state = -1;
  OK(hfhub_download_file(session, repo, "mid.bin", NULL, &op, &err));
  OK(hfhub_op_set_ready(op, on_ready, &ready, NULL, &err));
  OK(hfhub_op_wait_progress(op, 10, on_progress, &reported, &err));
  OK(hfhub_op_get_fd(op, &fd, &err));
  memset(&progress, 0, sizeof progress);
  progress.struct_size = sizeof progress;
  OK(hfhub_op_get_progress(op, &progress, &err));
  CHECK(progress.bytes_done == reported && reported > 0);
  CHECK(hfhub_op_get_item_count(op) == 1 && strcmp(hfhub_op_get_item_name(op, 0), "mid.bin") == 0);
  OK(hfhub_op_get_item_progress(op, 0, &progress, &err));
  CHECK(hfhub_op_get_path(op) != NULL && fd >= 0);
  OK(hfhub_op_get_json(op, &json, &err));
  hfhub_op_cancel(op);
  hfhub_op_free(op);
  CHECK(hfhub_json_get_int64(json, "/size", 0) == (int64_t)reported);
  hfhub_json_free(json);
  OK(hfhub_file_metadata(session, repo, "a.txt", NULL, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  hfhub_op_free(op);
  OK(hfhub_file_url(session, repo, "a.txt", NULL, &text, &err));
  hfhub_string_free(text);
  OK(hfhub_cached_file(session, repo, "mid.bin", NULL, &state, &text, &err));
  CHECK(state == HFHUB_CACHED_FOUND && text != NULL);
  hfhub_string_free(text);
}

static void a_snapshot(hfhub_session* session, const char* repo, const char* cache) {
  hfhub_download_options* options = NULL;
  hfhub_op* op = NULL;
  OK(hfhub_download_options_new(&options, &err));
  OK(hfhub_download_options_set_repo_type(options, "model", &err));
  OK(hfhub_download_options_set_revision(options, "main", &err));
  OK(hfhub_download_options_set_subfolder(options, "", &err));
  OK(hfhub_download_options_set_cache_dir(options, cache, &err));
  OK(hfhub_download_options_set_local_dir(options, "", &err));
  OK(hfhub_download_options_set_token(options, "", &err));
  OK(hfhub_download_options_set_force(options, 0, &err));
  OK(hfhub_download_options_set_local_files_only(options, 0, &err));
  OK(hfhub_download_options_set_dry_run(options, 0, &err));
  OK(hfhub_download_options_set_max_workers(options, 2, &err));
  OK(hfhub_download_options_add_allow_pattern(options, "*.txt", &err));
  OK(hfhub_download_options_add_ignore_pattern(options, "*.bin", &err));
  OK(hfhub_download_snapshot(session, repo, options, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  hfhub_op_free(op);
  OK(hfhub_cache_verify(session, repo, options, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  hfhub_op_free(op);
  hfhub_download_options_free(options);
}

static hfhub_repo_options* repo_options(void) {
  hfhub_repo_options* out = NULL;
  OK(hfhub_repo_options_new(&out, &err));
  OK(hfhub_repo_options_set_repo_type(out, "model", &err));
  OK(hfhub_repo_options_set_token(out, "", &err));
  OK(hfhub_repo_options_set_visibility(out, "private", &err));
  OK(hfhub_repo_options_set_private(out, 0, &err));
  OK(hfhub_repo_options_set_gated(out, "false", &err));
  OK(hfhub_repo_options_set_exist_ok(out, 1, &err));
  OK(hfhub_repo_options_set_missing_ok(out, 1, &err));
  OK(hfhub_repo_options_set_resource_group(out, "x", &err));
  OK(hfhub_repo_options_set_region(out, "us", &err));
  OK(hfhub_repo_options_set_space_sdk(out, "gradio", &err));
  OK(hfhub_repo_options_set_space_hardware(out, "cpu-basic", &err));
  OK(hfhub_repo_options_set_space_sleep_time(out, 60, &err));
  OK(hfhub_repo_options_add_space_secret(out, "a", "b", &err));
  OK(hfhub_repo_options_add_space_variable(out, "a", "b", &err));
  OK(hfhub_repo_options_add_space_volume(out, "hf://a/b:/c", &err));
  OK(hfhub_repo_options_set_revision(out, "main", &err));
  OK(hfhub_repo_options_set_message(out, "m", &err));
  return out;
}

static void wait_for(hfhub_op* op, hfhub_status status) {
  CHECK(hfhub_op_wait(op, -1, &err) == status);
  hfhub_op_free(op);
}

static void repositories(hfhub_session* session) {
  hfhub_repo_options* const options = repo_options();
  hfhub_op* op = NULL;
  OK(hfhub_repo_create(session, "made/here", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_update(session, "made/here", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_auth_check(session, "made/here", 0, options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_refs(session, "made/here", 1, options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_branch_create(session, "made/here", "dev", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_branch_squash(session, "made/here", "dev", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_branch_delete(session, "made/here", "dev", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_tag_create(session, "made/here", "v1", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_tag_delete(session, "made/here", "v1", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_duplicate(session, "made/here", "made/copy", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_move(session, "made/here", "made/there", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_list(session, NULL, options, &op, &err));
  wait_for(op, HFHUB_E_AUTH);
  OK(hfhub_repo_delete(session, "made/there", options, &op, &err));
  wait_for(op, HFHUB_OK);
  OK(hfhub_repo_options_set_space_template(options, "chatbot", &err));
  hfhub_repo_options_free(options);
}

static void queued(hfhub_session* session) {
  hfhub_queue* queue = NULL;
  hfhub_op *scan = NULL, *call = NULL;
  uint64_t tag = 0, sum = 0;
  intptr_t fd = -1;
  OK(hfhub_queue_new(&queue, &err));
  OK(hfhub_queue_get_fd(queue, &fd, &err));
  OK(hfhub_cache_scan(session, NULL, &scan, &err));
  OK(hfhub_call(session, "models.list", "{\"limit\": 1}", &call, &err));
  OK(hfhub_queue_add(queue, scan, 1, &err));
  OK(hfhub_queue_add(queue, call, 2, &err));
  while (hfhub_queue_next(queue, -1, &tag, &err) == HFHUB_OK) sum += tag;
  CHECK(sum == 3);
  OK(hfhub_op_wait(scan, 0, &err));
  OK(hfhub_op_wait(call, 0, &err));
  hfhub_op_free(scan);
  hfhub_op_free(call);
  hfhub_queue_free(queue);
}

static hfhub_xet_options* xet_options(hfhub_session* session, const char* repo) {
  hfhub_xet_options* out = NULL;
  char* url = NULL;
  OK(hfhub_xet_options_new(&out, &err));
  OK(hfhub_xet_options_set_endpoint(out, "http://127.0.0.1:9", &err));
  OK(hfhub_xet_options_set_token(out, "x", 1, &err));
  OK(hfhub_xet_get_refresh_url(session, "model", repo, NULL, 1, &url, &err));
  OK(hfhub_xet_options_set_refresh_url(out, url, &err));
  hfhub_string_free(url);
  OK(hfhub_xet_options_add_refresh_header(out, "X-A", "b", &err));
  hfhub_xet_options_free(out);
  OK(hfhub_xet_options_new(&out, &err));
  OK(hfhub_xet_options_add_header(out, "X-A", "b", &err));
  OK(hfhub_xet_options_set_repo(out, "model", repo, NULL, &err));
  return out;
}

static void upload(hfhub_session* session, const hfhub_xet_options* options, const char* file, char hash[65]) {
  hfhub_xet_commit* commit = NULL;
  hfhub_xet_writer* writer = NULL;
  hfhub_op* op = NULL;
  hfhub_json* json = NULL;
  hfhub_progress progress;
  OK(hfhub_xet_commit_new(session, options, &commit, &err));
  OK(hfhub_xet_commit_add_path(commit, file, NULL, NULL, NULL, &err));
  OK(hfhub_xet_commit_add_bytes(commit, "b", "bytes", 5, NULL, NULL, &err));
  OK(hfhub_xet_commit_add_stream(commit, "s", NULL, &writer, &err));
  OK(hfhub_xet_writer_write(writer, "stream", 6, &err));
  OK(hfhub_xet_writer_finish(writer, &json, &err));
  CHECK(hfhub_xet_writer_get_index(writer) == 2 && hfhub_json_get_int64(json, "/size", 0) == 6);
  hfhub_json_free(json);
  hfhub_xet_writer_free(writer);
  OK(hfhub_xet_commit_finish(commit, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  hfhub_op_free(op);
  CHECK(hfhub_xet_commit_get_item_count(commit) == 3);
  OK(hfhub_xet_commit_get_item(commit, 0, &json, &err));
  snprintf(hash, 65, "%s", hfhub_json_get_string(json, "/hash"));
  hfhub_json_free(json);
  OK(hfhub_xet_commit_get_report(commit, &json, &err));
  CHECK(hfhub_json_get_int64(json, "/items", 0) == 3);
  hfhub_json_free(json);
  memset(&progress, 0, sizeof progress);
  progress.struct_size = sizeof progress;
  OK(hfhub_xet_commit_get_progress(commit, &progress, &err));
  CHECK(progress.items_done == 3);
  hfhub_xet_commit_cancel(commit);
  hfhub_xet_commit_free(commit);
}

static void download(hfhub_session* session, const hfhub_xet_options* options, const char* file, const char* hash,
                     uint64_t total) {
  hfhub_xet_group* group = NULL;
  hfhub_xet_stream* stream = NULL;
  hfhub_op* op = NULL;
  hfhub_progress progress;
  const void* data = NULL;
  size_t size = 0, index = 1;
  uint64_t offset = 0, read = 0;
  char target[4200];
  snprintf(target, sizeof target, "%s.back", file);
  OK(hfhub_xet_group_new(session, options, &group, &err));
  OK(hfhub_xet_group_add(group, hash, total, target, &index, &err));
  OK(hfhub_xet_group_add_seed(group, index, file, hash, total, &err));
  OK(hfhub_xet_group_start(group, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  OK(hfhub_xet_group_get_result(group, index, &err));
  hfhub_op_free(op);
  hfhub_xet_group_free(group);
  OK(hfhub_xet_stream_open(session, options, hash, HFHUB_XET_UNKNOWN, 0, HFHUB_XET_UNKNOWN, 1, &stream, &err));
  while (hfhub_xet_stream_next(stream, -1, &data, &size, &offset, &err) == HFHUB_OK) read += size;
  CHECK(read == total);
  memset(&progress, 0, sizeof progress);
  progress.struct_size = sizeof progress;
  OK(hfhub_xet_stream_get_progress(stream, &progress, &err));
  hfhub_xet_stream_cancel(stream);
  hfhub_xet_stream_free(stream);
}

static void xet(hfhub_session* session, const char* repo, const char* cache) {
  hfhub_xet_options* const options = xet_options(session, repo);
  hfhub_op* op = NULL;
  hfhub_json* json = NULL;
  char file[4096], hash[65] = "";
  FILE* made;
  snprintf(file, sizeof file, "%s/xet-source", cache);
  made = fopen(file, "wb");
  CHECK(made != NULL && fputs("some content", made) >= 0 && fclose(made) == 0);
  OK(hfhub_xet_hash_file(session, file, &op, &err));
  OK(hfhub_op_wait(op, -1, &err));
  OK(hfhub_op_get_json(op, &json, &err));
  hfhub_op_free(op);
  upload(session, options, file, hash);
  CHECK(strcmp(hfhub_json_get_string(json, "/hash"), hash) == 0);
  hfhub_json_free(json);
  download(session, options, file, hash, 12);
  hfhub_xet_options_free(options);
}

/* Nobody listens there; what a server makes of it is for other tests. */
static void lfs(hfhub_session* session, const char* cache) {
  static const char sha256[] = "290f493c44f5d63d06b374d0a5abd292fae38b92cab2fae5efefe1b0e9347f56";
  hfhub_op* op = NULL;
  char file[4096];
  snprintf(file, sizeof file, "%s/xet-source", cache);
  OK(hfhub_lfs_upload(session, file, sha256, "{\"href\": \"http://127.0.0.1:9/\"}", &op, &err));
  CHECK(hfhub_op_wait(op, -1, &err) == HFHUB_E_NETWORK);
  hfhub_op_free(op);
}

static void finish(hfhub_op* op, hfhub_status expected) {
  CHECK(hfhub_op_wait(op, -1, &err) == expected);
  hfhub_op_free(op);
}

static hfhub_commit_options* commit_options(void) {
  hfhub_commit_options* options = NULL;
  OK(hfhub_commit_options_new(&options, &err));
  OK(hfhub_commit_options_set_repo_type(options, "model", &err));
  OK(hfhub_commit_options_set_revision(options, "main", &err));
  OK(hfhub_commit_options_set_message(options, "a commit", &err));
  OK(hfhub_commit_options_set_description(options, "of everything", &err));
  OK(hfhub_commit_options_set_parent(options, "", &err));
  OK(hfhub_commit_options_set_create_pr(options, 0, &err));
  OK(hfhub_commit_options_set_token(options, "", &err));
  OK(hfhub_commit_options_add_allow_pattern(options, "*", &err));
  OK(hfhub_commit_options_add_ignore_pattern(options, "*.tmp", &err));
  OK(hfhub_commit_options_set_follow_links(options, 1, &err));
  OK(hfhub_commit_options_set_journal(options, 0, &err));
  return options;
}

/* Anybody may write here. */
static void commits(hfhub_session* session, const char* repo, const char* cache) {
  hfhub_commit_options* options = commit_options();
  hfhub_commit* commit = NULL;
  hfhub_commit_writer* writer = NULL;
  hfhub_scheduler* scheduler = NULL;
  hfhub_op* op = NULL;
  char file[4096], folder[4096];
  snprintf(file, sizeof file, "%s/xet-source", cache);
  snprintf(folder, sizeof folder, "%s", cache);
  OK(hfhub_commit_new(session, repo, options, &commit, &err));
  OK(hfhub_commit_add_path(commit, "new/file", file, &err));
  OK(hfhub_commit_add_bytes(commit, "new/bytes", "x", 1, &err));
  OK(hfhub_commit_add_stream(commit, "new/stream", &writer, &err));
  OK(hfhub_commit_writer_write(writer, "x", 1, &err));
  OK(hfhub_commit_writer_finish(writer, &err));
  hfhub_commit_writer_free(writer);
  OK(hfhub_commit_delete_file(commit, "a.txt", &err));
  OK(hfhub_commit_copy(commit, "mid.bin", "new/copy", NULL, NULL, NULL, &err));
  OK(hfhub_commit_add_receipts(commit, "", &err));
  OK(hfhub_commit_set_parent(commit, "", &err));
  CHECK(hfhub_commit_get_operation_count(commit) == 5);
  OK(hfhub_commit_prepare(commit, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_commit_add_folder(commit, folder, "more", &err));
  OK(hfhub_commit_finish(commit, &op, &err));
  finish(op, HFHUB_OK);
  hfhub_commit_free(commit);
  OK(hfhub_commit_new(session, repo, options, &commit, &err));
  OK(hfhub_commit_delete_folder(commit, "new/", &err));
  OK(hfhub_commit_finish(commit, &op, &err));
  finish(op, HFHUB_OK);
  hfhub_commit_free(commit);
  OK(hfhub_upload_file(session, repo, file, "file", options, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_upload_folder(session, repo, folder, "", options, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_scheduler_start(session, repo, folder, "", 60000, options, &scheduler, &err));
  OK(hfhub_scheduler_trigger(scheduler, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_scheduler_stop(scheduler, &op, &err));
  finish(op, HFHUB_OK);
  hfhub_scheduler_free(scheduler);
  OK(hfhub_commit_options_add_delete_pattern(options, "*.txt", &err));
  OK(hfhub_delete_files(session, repo, options, &op, &err));
  finish(op, HFHUB_OK);
  hfhub_commit_options_free(options);
}

static void auth(hfhub_session* session) {
  hfhub_device_login* login = NULL;
  hfhub_op* op = NULL;
  OK(hfhub_auth_login(session, "hf_nobody", 0, &op, &err));
  finish(op, HFHUB_E_AUTH);
  OK(hfhub_auth_whoami(session, "hf_nobody", 1, &op, &err));
  finish(op, HFHUB_E_AUTH);
  OK(hfhub_auth_switch(session, "no such name", 0, &op, &err));
  finish(op, HFHUB_E_ARGUMENT);
  OK(hfhub_auth_list(session, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_auth_get_token(session, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_auth_logout(session, "no such name", 0, &op, &err));
  finish(op, HFHUB_OK);
  OK(hfhub_device_login_new(session, &login, &err));
  OK(hfhub_device_login_request(login, &op, &err));
  finish(op, HFHUB_OK);
  CHECK(hfhub_device_login_get_url(login) != NULL && hfhub_device_login_get_user_code(login) != NULL);
  OK(hfhub_device_login_finish(login, &op, &err));
  hfhub_op_cancel(op);
  finish(op, HFHUB_E_CANCELLED);
  CHECK(hfhub_device_login_get_pending_count(login) <= 1);
  hfhub_device_login_free(login);
}

int main(int argc, char** argv) {
  hfhub_session* session;
  if (argc != 4) return 100;
  tables();
  documents();
  session = make_session(argv[1], argv[2]);
  if (session == NULL) return 101;
  an_error(session, argv[3]);
  files(session, argv[3]);
  a_snapshot(session, argv[3], argv[2]);
  repositories(session);
  queued(session);
  xet(session, argv[3], argv[2]);
  lfs(session, argv[2]);
  commits(session, argv[3], argv[2]);
  auth(session);
  hfhub_session_cancel(session);
  CHECK(hfhub_handle_get_count() == 1);
  hfhub_session_free(session);
  CHECK(hfhub_handle_get_count() == 0);
  return failures;
}
