/* Verbs of Xet: upload commits, download groups, streams. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

#define SAME(text) (strcmp(name, text) == 0)

static hfhub_status set_xet(void* options, const char* name, const char* value, const char* member, hfhub_error** err,
                            bool* known) {
  const char* const first = hfhub_json_get_string(table, pointer(member, "0"));
  const char* const second = hfhub_json_get_string(table, pointer(member, "1"));
  if (SAME("endpoint")) return hfhub_xet_options_set_endpoint(options, value, err);
  if (SAME("refresh_url")) return hfhub_xet_options_set_refresh_url(options, value, err);
  if (SAME("token"))
    return hfhub_xet_options_set_token(options, first, hfhub_json_get_int64(table, pointer(member, "1"), 0), err);
  if (SAME("repo"))
    return hfhub_xet_options_set_repo(options, first, second, hfhub_json_get_string(table, pointer(member, "2")), err);
  if (SAME("header")) return hfhub_xet_options_add_header(options, first, second, err);
  if (SAME("refresh_header")) return hfhub_xet_options_add_refresh_header(options, first, second, err);
  *known = false;
  return HFHUB_OK;
}

hfhub_xet_options* xet_options(const char* step) {
  hfhub_xet_options* options = NULL;
  if (hfhub_xet_options_new(&options, NULL) != HFHUB_OK) die("no options");
  set_all(step, options, set_xet);
  return options;
}

static char* pattern_bytes(size_t size) {
  char* bytes = malloc(size + 1);
  if (bytes == NULL) die("out of memory");
  for (size_t i = 0; i < size; ++i) bytes[i] = (char)((i * 31 + i / 251) % 256);
  return bytes;
}

/* ---- upload ---------------------------------------------------------------------------------------------------------- */
static hfhub_status add_bytes(const char* step, hfhub_xet_commit* commit, size_t* index, hfhub_error** err) {
  const char *bytes = field(step, "text"), *name = field(step, "name"), *sha256 = field(step, "sha256");
  if (bytes != NULL) return hfhub_xet_commit_add_bytes(commit, name, bytes, strlen(bytes), sha256, index, err);
  const size_t size = (size_t)number(step, "size", 0);
  char* made = pattern_bytes(size);
  const hfhub_status status = hfhub_xet_commit_add_bytes(commit, name, made, size, sha256, index, err);
  free(made);
  return status;
}

static hfhub_status add_stream(const char* step, hfhub_xet_commit* commit, size_t* index, hfhub_error** err) {
  hfhub_xet_writer* writer = NULL;
  hfhub_json* item = NULL;
  const char* pieces = pointer(step, "pieces");
  hfhub_status status = hfhub_xet_commit_add_stream(commit, field(step, "name"), field(step, "sha256"), &writer, err);
  for (size_t i = 0; status == HFHUB_OK && i < hfhub_json_get_count(table, pieces); ++i) {
    const char* piece = hfhub_json_get_string(table, borrowed("%s/%zu", pieces, i));
    status = hfhub_xet_writer_write(writer, piece, strlen(piece), err);
  }
  if (status == HFHUB_OK && has(step, "size")) {
    const size_t size = (size_t)number(step, "size", 0);
    char* made = pattern_bytes(size);
    for (size_t at = 0; status == HFHUB_OK && at < size; at += 100000)
      status = hfhub_xet_writer_write(writer, made + at, size - at < 100000 ? size - at : 100000, err);
    free(made);
  }
  if (status == HFHUB_OK) status = hfhub_xet_writer_finish(writer, &item, err);
  if (status == HFHUB_OK) *index = hfhub_xet_writer_get_index(writer);
  if (status == HFHUB_OK && hfhub_json_get_string(item, "/hash") == NULL) die("%s: an item without a hash", step);
  hfhub_json_free(item);
  hfhub_xet_writer_free(writer);
  return status;
}

static bool upload(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_xet_commit* commit = NULL;
  size_t index = 0;
  hfhub_status status;
  if (!SAME("xet_commit_new") && !SAME("xet_add_path") && !SAME("xet_add_bytes") && !SAME("xet_add_stream"))
    return false;
  if (SAME("xet_commit_new")) {
    hfhub_xet_options* options = xet_options(step);
    status = hfhub_xet_commit_new(session_of(step), options, &commit, &err);
    hfhub_xet_options_free(options);
    if (status == HFHUB_OK) keep(field(step, "as"), XET_COMMIT, commit);
  } else {
    commit = thing(field(step, "on"), XET_COMMIT);
    status = SAME("xet_add_path")    ? hfhub_xet_commit_add_path(commit, field(step, "file_path"), field(step, "name"),
                                                                 field(step, "sha256"), &index, &err)
             : SAME("xet_add_bytes") ? add_bytes(step, commit, &index, &err)
                                     : add_stream(step, commit, &index, &err);
  }
  if (status != HFHUB_OK) print_error(out, step, err);
  else if (SAME("xet_commit_new")) append(out, "ok");
  else append(out, "ok %zu", index);
  return true;
}

static bool results(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_json* json = NULL;
  hfhub_progress progress = {.struct_size = sizeof progress};
  hfhub_status status;
  if (!SAME("xet_item") && !SAME("xet_report") && !SAME("xet_progress") && !SAME("xet_cancel")) return false;
  hfhub_xet_commit* commit = thing(field(step, "on"), XET_COMMIT);
  if (SAME("xet_item")) {
    status = hfhub_xet_commit_get_item(commit, (size_t)number(step, "index", 0), &json, &err);
  } else if (SAME("xet_report")) {
    status = hfhub_xet_commit_get_report(commit, &json, &err);
  } else if (SAME("xet_progress")) {
    status = hfhub_xet_commit_get_progress(commit, &progress, &err);
  } else {
    hfhub_xet_commit_cancel(commit);
    status = HFHUB_OK;
  }
  if (status == HFHUB_PENDING) append(out, "pending");
  else if (status != HFHUB_OK) print_error(out, step, err);
  else append(out, "ok");
  if (status == HFHUB_OK && json != NULL) print_json(out, step, json);
  if (SAME("xet_progress") && status == HFHUB_OK) append(out, " bytes=%llu", (unsigned long long)progress.bytes_done);
  hfhub_json_free(json);
  return true;
}

/* ---- download -------------------------------------------------------------------------------------------------------- */
static bool groups(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_xet_group* group = NULL;
  size_t index = (size_t)number(step, "index", 0);
  hfhub_status status;
  if (strncmp(name, "xet_group_", 10) != 0) return false;
  const char *hash = field(step, "hash"), *file_path = field(step, "file_path");
  const uint64_t size_bytes = (uint64_t)number(step, "size", 0);
  if (SAME("xet_group_new")) {
    hfhub_xet_options* options = xet_options(step);
    status = hfhub_xet_group_new(session_of(step), options, &group, &err);
    hfhub_xet_options_free(options);
    if (status == HFHUB_OK) keep(field(step, "as"), GROUP, group);
  } else {
    group = thing(field(step, "on"), GROUP);
    if (SAME("xet_group_add")) status = hfhub_xet_group_add(group, hash, size_bytes, file_path, &index, &err);
    else if (SAME("xet_group_seed")) status = hfhub_xet_group_add_seed(group, index, file_path, hash, size_bytes, &err);
    else if (SAME("xet_group_result")) status = hfhub_xet_group_get_result(group, index, &err);
    else return false;
  }
  if (status == HFHUB_PENDING) append(out, "pending");
  else if (status != HFHUB_OK) print_error(out, step, err);
  else append(out, "ok");
  if (SAME("xet_group_add") && status == HFHUB_OK) append(out, " %zu", index);
  return true;
}

static bool streams(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  hfhub_xet_stream* stream = NULL;
  const void* data = NULL;
  size_t size = 0;
  uint64_t offset = 0, read = 0;
  const uint64_t begin = (uint64_t)number(step, "begin", 0), cancel_after = (uint64_t)number(step, "cancel_after", -1);
  if (!SAME("xet_stream")) return false;
  hfhub_xet_options* options = xet_options(step);
  hfhub_status status =
      hfhub_xet_stream_open(session_of(step), options, field(step, "hash"), (uint64_t)number(step, "size", -1), begin,
                            (uint64_t)number(step, "end", -1), (int32_t)number(step, "ordered", 1), &stream, &err);
  hfhub_xet_options_free(options);
  const char* file_path = substituted("${WORK}/streamed");
  write_bytes(file_path, "", 0);
  FILE* file = fopen(file_path, "rb+");
  while (status == HFHUB_OK && (status = hfhub_xet_stream_next(stream, -1, &data, &size, &offset, &err)) == HFHUB_OK) {
    fseek(file, (long)(offset - begin), SEEK_SET);
    fwrite(data, 1, size, file);
    read += size;
    if (read >= cancel_after) hfhub_xet_stream_cancel(stream);
  }
  fclose(file);
  hfhub_xet_stream_free(stream);
  if (status == HFHUB_END) append(out, "ok %llu %s", (unsigned long long)read, sha256_of(session_of(step), file_path));
  else print_error(out, step, err);
  return true;
}

static bool addresses(const char* step, const char* name, text* out) {
  hfhub_error* err = NULL;
  char* url = NULL;
  if (!SAME("xet_refresh_url")) return false;
  if (hfhub_xet_get_refresh_url(session_of(step), field(step, "repo_type"), field(step, "repo_id"),
                                field(step, "revision"), (int32_t)number(step, "write", 0), &url, &err) == HFHUB_OK)
    append(out, "ok %s", url);
  else print_error(out, step, err);
  hfhub_string_free(url);
  return true;
}

bool xet_verb(const char* step, const char* verb, text* out) {
  return upload(step, verb, out) || results(step, verb, out) || groups(step, verb, out) || streams(step, verb, out) ||
         addresses(step, verb, out);
}
