/* Verbs that answer at once: sessions, documents, lookups, commits being put together, and files of the driver's own. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "driver.h"

#define SAME(text) (strcmp(name, text) == 0)

/* "ok", or the error. */
static void done(text* out, const char* step, hfhub_status status, hfhub_error* err) {
  if (status == HFHUB_OK) append(out, "ok");
  else print_error(out, step, err);
}

/* ---- files of the driver's own --------------------------------------------------------------------------------------- */
static void make_folders(const char* file_path) {
  char folder[4096];
  for (const char* at = strchr(file_path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
    snprintf(folder, sizeof folder, "%.*s", (int)(at - file_path), file_path);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) die("%s: %s", folder, strerror(errno));
  }
}

void write_bytes(const char* file_path, const char* content, int64_t size) {
  FILE* file;
  make_folders(file_path);
  file = fopen(file_path, "wb");
  if (file == NULL) die("%s: %s", file_path, strerror(errno));
  if (content != NULL) fwrite(content, 1, (size_t)size, file);
  else
    for (int64_t i = 0; i < size; ++i) fputc((int)((i * 31 + i / 251) % 256), file);
  if (fclose(file) != 0) die("%s: %s", file_path, strerror(errno));
}

const char* sha256_of(hfhub_session* session, const char* file_path) {
  hfhub_op* op = NULL;
  hfhub_error* err = NULL;
  hfhub_json* json = NULL;
  if (hfhub_xet_hash_file(session, file_path, &op, &err) != HFHUB_OK || hfhub_op_wait(op, -1, &err) != HFHUB_OK ||
      hfhub_op_get_json(op, &json, &err) != HFHUB_OK)
    die("%s: %s", file_path, hfhub_error_get_message(err));
  const char* hex = borrowed("%s", hfhub_json_get_string(json, "/sha256"));
  hfhub_json_free(json);
  hfhub_op_free(op);
  return hex;
}

static void read_file(text* out, const char* file_path) {
  char content[4096];
  FILE* file = fopen(file_path, "rb");
  if (file == NULL) {
    append(out, "ok none");
    return;
  }
  const size_t size = fread(content, 1, sizeof content - 1, file);
  content[size] = '\0';
  fclose(file);
  append(out, "ok %s", content);
}

static bool own_files(const char* step, const char* name, text* out) {
  const char *file_path = field(step, "file_path"), *content = field(step, "text");
  if (SAME("write_file")) {
    write_bytes(file_path, content, content == NULL ? number(step, "size", 0) : (int64_t)strlen(content));
    append(out, "ok");
  } else if (SAME("read_file")) {
    read_file(out, file_path);
  } else if (SAME("sha256_file")) {
    append(out, "ok %s", sha256_of(session_of(step), file_path));
  } else {
    return false;
  }
  return true;
}

/* ---- sessions and started operations --------------------------------------------------------------------------------- */
static void known_names(text* out, bool options) {
  const size_t count = options ? hfhub_option_get_count() : hfhub_call_get_count();
  bool good = count > 0;
  for (size_t i = 0; i < count; ++i) {
    if (options) {
      good = good && hfhub_option_get_key(i)[0] != '\0' && hfhub_option_get_help(i)[0] != '\0' &&
             hfhub_option_get_default(i) != NULL && hfhub_option_get_environment(i) != NULL;
    } else {
      char* parameters = NULL;
      good = good && hfhub_call_get_name(i)[0] != '\0' && hfhub_call_get_parameters(i, &parameters, NULL) == HFHUB_OK;
      hfhub_string_free(parameters);
    }
  }
  append(out, good && (options ? hfhub_option_get_key(count) : hfhub_call_get_name(count)) == NULL ? "ok" : "not ok");
}

static void version(text* out) {
  const char* written = hfhub_version();
  const uint32_t n = hfhub_version_number();
  char expected[64];
  snprintf(expected, sizeof expected, "%u.%u.%u", n / 1000000, n / 1000 % 1000, n % 1000);
  append(out, "ok %s %s", "major.minor.patch", strcmp(expected, written) == 0 ? "matches" : "differs");
}

static void new_named_session(const char* step, text* out) {
  hfhub_error* err = NULL;
  hfhub_session* session = new_session(pointer(step, "options"), substituted("${WORK}/cache"), NULL, NULL, &err);
  if (session == NULL) {
    print_error(out, step, err);
    return;
  }
  keep(field(step, "as"), SESSION, session);
  append(out, "ok");
}

static bool sessions(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  char* value = NULL;
  if (SAME("session_new")) {
    new_named_session(step, out);
  } else if (SAME("session_option")) {
    const hfhub_status status = hfhub_session_get_option(session_of(step), field(step, "key"), &value, &err);
    done(out, step, status, err);
    if (status == HFHUB_OK) append(out, " %s", value);
    hfhub_string_free(value);
  } else if (SAME("session_has_token")) {
    append(out, "ok %d", (int)hfhub_session_has_token(session_of(step)));
  } else if (SAME("session_cancel")) {
    hfhub_session_cancel(session_of(step));
    append(out, "ok");
  } else if (SAME("version")) {
    version(out);
  } else if (SAME("options_known") || SAME("calls_known")) {
    known_names(out, SAME("options_known"));
  } else {
    return false;
  }
  return true;
}

static bool running(const char* step, const char* name, text* out) {
  const char* on = field(step, "on");
  hfhub_error* err = NULL;
  if (SAME("wait")) {
    hfhub_op* op = thing(on, OPERATION);
    const hfhub_status status = hfhub_op_wait(op, number(step, "timeout_ms", -1), &err);
    print_operation(out, step, op, status, err);
  } else if (SAME("cancel")) {
    hfhub_op_cancel(thing(on, OPERATION));
    append(out, "ok");
  } else if (SAME("close")) {
    kind of;
    void* handle = let_go(on, &of);
    close_thing(of, handle);
    append(out, "ok");
  } else {
    return false;
  }
  return true;
}

/* ---- lookups and documents ------------------------------------------------------------------------------------------- */
static bool lookups(const char* step, const char* name, text* out) {
  hfhub_download_options* options;
  hfhub_error* err = NULL;
  hfhub_status status;
  char* found = NULL;
  if (!SAME("file_url") && !SAME("cached_file")) return false;
  options = download_options(step);
  if (SAME("file_url")) {
    status = hfhub_file_url(session_of(step), field(step, "repo_id"), field(step, "file_path"), options, &found, &err);
    done(out, step, status, err);
    if (status == HFHUB_OK) append(out, " %s", found);
  } else {
    int32_t state = -1;
    status = hfhub_cached_file(session_of(step), field(step, "repo_id"), field(step, "file_path"), options, &state,
                               &found, &err);
    done(out, step, status, err);
    if (status == HFHUB_OK && state == HFHUB_CACHED_UNKNOWN) append(out, " unknown");
    if (status == HFHUB_OK && state == HFHUB_CACHED_ABSENT) append(out, " absent");
    if (status == HFHUB_OK && state == HFHUB_CACHED_FOUND) append(out, " found %s", found);
  }
  hfhub_string_free(found);
  hfhub_download_options_free(options);
  return true;
}

static void walk(const char* step, text* out) {
  const char *source = field(step, "text"), *paths = pointer(step, "paths");
  hfhub_json* json = NULL;
  hfhub_error* err = NULL;
  char* written = NULL;
  const hfhub_status status = hfhub_json_parse(source, strlen(source), &json, &err);
  done(out, step, status, err);
  if (status != HFHUB_OK) return;
  for (size_t i = 0; i < hfhub_json_get_count(table, paths); ++i) {
    const char* at = hfhub_json_get_string(table, borrowed("%s/%zu", paths, i));
    append(out, " %s:%d:%zu", at, (int)hfhub_json_get_type(json, at), hfhub_json_get_count(json, at));
  }
  if (hfhub_json_write(json, "", (int32_t)number(step, "indent", -1), &written, NULL) == HFHUB_OK)
    append(out, " %s", written);
  hfhub_string_free(written);
  hfhub_json_free(json);
}

static bool documents(const char* step, const char* name, text* out) {
  const char *source = field(step, "text"), *at = field(step, "path");
  hfhub_json* json = NULL;
  hfhub_error* err = NULL;
  if (SAME("json")) {
    walk(step, out);
  } else if (SAME("json_values")) {
    if (hfhub_json_parse(source, strlen(source), &json, NULL) != HFHUB_OK) die("%s: no JSON", step);
    const char *string = hfhub_json_get_string(json, at), *key = hfhub_json_get_key(json, at, 0);
    append(out, "ok string=%s int=%lld double=%.6g bool=%d key=%s", string == NULL ? "none" : string,
           (long long)hfhub_json_get_int64(json, at, -7), hfhub_json_get_double(json, at, -7.5),
           (int)hfhub_json_get_bool(json, at, -7), key == NULL ? "none" : key);
  } else if (SAME("uri_parse")) {
    const hfhub_status status = hfhub_uri_parse(field(step, "uri"), &json, &err);
    done(out, step, status, err);
    if (status == HFHUB_OK) print_json(out, step, json);
  } else {
    return false;
  }
  hfhub_json_free(json);
  return true;
}

/* ---- commits --------------------------------------------------------------------------------------------------------- */
static void new_commit(const char* step, text* out) {
  hfhub_commit_options* options = commit_options(step);
  hfhub_commit* commit = NULL;
  hfhub_error* err = NULL;
  const hfhub_status status = hfhub_commit_new(session_of(step), field(step, "repo_id"), options, &commit, &err);
  hfhub_commit_options_free(options);
  done(out, step, status, err);
  if (status == HFHUB_OK) keep(field(step, "as"), COMMIT, commit);
}

static hfhub_status write_stream(const char* step, hfhub_commit* commit, const char* path_in_repo, hfhub_error** err) {
  hfhub_commit_writer* writer = NULL;
  const char* pieces = pointer(step, "pieces");
  hfhub_status status = hfhub_commit_add_stream(commit, path_in_repo, &writer, err);
  for (size_t i = 0; status == HFHUB_OK && i < hfhub_json_get_count(table, pieces); ++i) {
    const char* piece = hfhub_json_get_string(table, borrowed("%s/%zu", pieces, i));
    status = hfhub_commit_writer_write(writer, piece, strlen(piece), err);
  }
  if (status == HFHUB_OK) status = hfhub_commit_writer_finish(writer, err);
  hfhub_commit_writer_free(writer);
  return status;
}

static bool commits(const char* step, const char* name, text* out) {
  const char *path_in_repo = field(step, "path_in_repo"), *bytes = field(step, "text");
  hfhub_error* err = NULL;
  hfhub_status status = HFHUB_OK;
  if (SAME("commit_new")) {
    new_commit(step, out);
    return true;
  }
  if (strncmp(name, "commit_", 7) != 0) return false;
  hfhub_commit* commit = thing(field(step, "on"), COMMIT);
  if (SAME("commit_add_path")) status = hfhub_commit_add_path(commit, path_in_repo, field(step, "file_path"), &err);
  else if (SAME("commit_add_folder"))
    status = hfhub_commit_add_folder(commit, field(step, "folder_path"), path_in_repo, &err);
  else if (SAME("commit_add_bytes")) status = hfhub_commit_add_bytes(commit, path_in_repo, bytes, strlen(bytes), &err);
  else if (SAME("commit_add_stream")) status = write_stream(step, commit, path_in_repo, &err);
  else if (SAME("commit_delete_file")) status = hfhub_commit_delete_file(commit, path_in_repo, &err);
  else if (SAME("commit_delete_folder")) status = hfhub_commit_delete_folder(commit, path_in_repo, &err);
  else if (SAME("commit_copy"))
    status = hfhub_commit_copy(commit, field(step, "source_path"), path_in_repo, field(step, "source_type"),
                               field(step, "source_repo_id"), field(step, "source_revision"), &err);
  else if (SAME("commit_add_receipts")) status = hfhub_commit_add_receipts(commit, bytes, &err);
  else if (SAME("commit_set_parent")) status = hfhub_commit_set_parent(commit, field(step, "commit_id"), &err);
  else if (!SAME("commit_count")) return false;
  done(out, step, status, err);
  if (SAME("commit_count")) append(out, " %zu", hfhub_commit_get_operation_count(commit));
  return true;
}

static bool schedulers(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_scheduler* scheduler = NULL;
  if (!SAME("scheduler_start")) return false;
  hfhub_commit_options* options = commit_options(step);
  const hfhub_status status =
      hfhub_scheduler_start(session_of(step), field(step, "repo_id"), field(step, "folder_path"),
                            field(step, "path_in_repo"), number(step, "every_ms", 0), options, &scheduler, &err);
  hfhub_commit_options_free(options);
  done(out, step, status, err);
  if (status == HFHUB_OK) keep(field(step, "as"), SCHEDULER, scheduler);
  return true;
}

static bool logins(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_device_login* login = NULL;
  if (SAME("device_new")) {
    const hfhub_status status = hfhub_device_login_new(session_of(step), &login, &err);
    done(out, step, status, err);
    if (status == HFHUB_OK) keep(field(step, "as"), LOGIN, login);
  } else if (SAME("device_show")) {
    login = thing(field(step, "on"), LOGIN);
    append(out, "ok url=%s code=%s pending=%u", hfhub_device_login_get_url(login) != NULL ? "yes" : "no",
           hfhub_device_login_get_user_code(login) != NULL ? "yes" : "no",
           (unsigned)hfhub_device_login_get_pending_count(login));
  } else {
    return false;
  }
  return true;
}

bool plain_verb(const char* step, const char* verb, text* out) {
  return own_files(step, verb, out) || sessions(step, verb, out) || running(step, verb, out) ||
         lookups(step, verb, out) || documents(step, verb, out) || commits(step, verb, out) ||
         schedulers(step, verb, out) || logins(step, verb, out);
}
