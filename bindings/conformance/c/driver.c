/* The conformance driver in C: bindings/conformance/README.md says what it must do. This file reads the table, runs the
 * steps and prints; the verbs are in operations.c, plain.c, xet.c and hard.c. */
#define _POSIX_C_SOURCE 200809L
#include "driver.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

hfhub_json* table;
static char work[4096];
static const char *hub, *cas;
static size_t handles_before;

typedef struct entry {
  struct entry* older;
  char* name;
  kind of;
  void* handle;
} entry;
static entry* entries;
static char** lent; /* texts that live until the scenario ends */
static size_t lent_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* of the entries and of what is lent */

_Noreturn void die(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(2);
}

static void* sure(void* memory) {
  if (memory == NULL) die("out of memory");
  return memory;
}

static void append_bytes(text* out, const char* bytes, size_t size) {
  out->at = sure(realloc(out->at, out->size + size + 1));
  memcpy(out->at + out->size, bytes, size);
  out->size += size;
  out->at[out->size] = '\0';
}

void append(text* out, const char* format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int size = vsnprintf(NULL, 0, format, arguments);
  out->at = sure(realloc(out->at, out->size + (size_t)size + 1));
  vsnprintf(out->at + out->size, (size_t)size + 1, format, again);
  out->size += (size_t)size;
  va_end(again);
  va_end(arguments);
}

static const char* lend(char* owned) {
  pthread_mutex_lock(&mutex);
  lent = sure(realloc(lent, (lent_count + 1) * sizeof *lent));
  lent[lent_count++] = owned;
  pthread_mutex_unlock(&mutex);
  return owned;
}

const char* borrowed(const char* format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int size = vsnprintf(NULL, 0, format, arguments);
  char* out = sure(malloc((size_t)size + 1));
  vsnprintf(out, (size_t)size + 1, format, again);
  va_end(again);
  va_end(arguments);
  return lend(out);
}

/* ---- things that steps keep ---------------------------------------------------------------------------------------- */
void* keep(const char* name, kind of, void* handle) {
  entry* made = sure(malloc(sizeof *made));
  pthread_mutex_lock(&mutex);
  *made = (entry){entries, sure(strdup(name)), of, handle};
  entries = made;
  pthread_mutex_unlock(&mutex);
  return handle;
}

static entry* find(const char* name) {
  for (entry* at = entries; at != NULL; at = at->older)
    if (strcmp(at->name, name) == 0) return at;
  return NULL;
}

void* thing(const char* name, kind of) {
  pthread_mutex_lock(&mutex);
  const entry* found = name == NULL ? NULL : find(name);
  pthread_mutex_unlock(&mutex);
  if (found == NULL || found->of != of) die("nothing of that kind is kept as '%s'", name == NULL ? "" : name);
  return found->handle;
}

void* let_go(const char* name, kind* of) {
  for (entry** at = &entries; *at != NULL; at = &(*at)->older) {
    if (strcmp((*at)->name, name) != 0) continue;
    entry* found = *at;
    void* handle = found->handle;
    *of = found->of;
    *at = found->older;
    free(found->name);
    free(found);
    return handle;
  }
  die("nothing is kept as '%s'", name);
}

void close_thing(kind of, void* handle) {
  switch (of) {
    case SESSION: hfhub_session_free(handle); break;
    case OPERATION: hfhub_op_free(handle); break;
    case COMMIT: hfhub_commit_free(handle); break;
    case SCHEDULER: hfhub_scheduler_free(handle); break;
    case LOGIN: hfhub_device_login_free(handle); break;
    case XET_COMMIT: hfhub_xet_commit_free(handle); break;
    case GROUP: hfhub_xet_group_free(handle); break;
    case WORDS: free(handle); break;
  }
}

/* ---- fields of a step ---------------------------------------------------------------------------------------------- */
const char* pointer(const char* step, const char* name) { return borrowed("%s/%s", step, name); }

bool has(const char* step, const char* name) {
  const int32_t type = hfhub_json_get_type(table, pointer(step, name));
  return type != HFHUB_JSON_MISSING && type != HFHUB_JSON_NULL;
}

const char* substituted(const char* raw) {
  text out = {NULL, 0};
  append_bytes(&out, "", 0);
  while (*raw != '\0') {
    const char* end = strncmp(raw, "${", 2) == 0 ? strchr(raw, '}') : NULL;
    if (end == NULL) {
      append_bytes(&out, raw++, 1);
      continue;
    }
    const char* name = borrowed("%.*s", (int)(end - raw - 2), raw + 2);
    const char* value = strcmp(name, "WORK") == 0  ? work
                        : strcmp(name, "CAS") == 0 ? cas
                        : strcmp(name, "HUB") == 0 ? hub
                                                   : thing(name, WORDS);
    append_bytes(&out, value, strlen(value));
    raw = end + 1;
  }
  return lend(out.at);
}

const char* field(const char* step, const char* name) {
  const char* raw = hfhub_json_get_string(table, pointer(step, name));
  return raw == NULL ? NULL : substituted(raw);
}

int64_t number(const char* step, const char* name, int64_t fallback) {
  return hfhub_json_get_int64(table, pointer(step, name), fallback);
}

const char* json_text(const char* step, const char* name) {
  char* written = NULL;
  if (!has(step, name) || hfhub_json_write(table, pointer(step, name), -1, &written, NULL) != HFHUB_OK) return NULL;
  const char* out = substituted(written);
  hfhub_string_free(written);
  return out;
}

void set_all(const char* step, void* options, setter set) {
  const char* at = pointer(step, "options");
  const size_t count = hfhub_json_get_count(table, at);
  for (size_t i = 0; i < count; ++i) {
    const char *name = hfhub_json_get_key(table, at, i), *value = pointer(at, name);
    const bool list = hfhub_json_get_type(table, value) == HFHUB_JSON_ARRAY && strcmp(name, "repo") != 0 &&
                      strcmp(name, "token") != 0; /* those two are one call with several values */
    const size_t times = list ? hfhub_json_get_count(table, value) : 1;
    for (size_t k = 0; k < times; ++k) {
      const char* member = list ? borrowed("%s/%zu", value, k) : value;
      const char* raw = hfhub_json_get_string(table, member);
      bool known = true;
      hfhub_error* err = NULL;
      const hfhub_status status = set(options, name, raw == NULL ? NULL : substituted(raw), member, &err, &known);
      if (!known) die("%s: no option '%s'", step, name);
      if (status != HFHUB_OK) die("%s: option '%s': %s", step, name, hfhub_error_get_message(err));
    }
  }
}

/* ---- sessions ------------------------------------------------------------------------------------------------------ */
hfhub_session* new_session(const char* options_at, const char* cache_dir, hfhub_log_fn log_fn, void* user_data,
                           hfhub_error** err) {
  hfhub_session_options* options = NULL;
  hfhub_session* session = NULL;
  hfhub_status status = hfhub_session_options_new(&options, err);
  if (status == HFHUB_OK) status = hfhub_session_options_set(options, "cache.dir", cache_dir, err);
  if (status == HFHUB_OK && log_fn != NULL)
    status = hfhub_session_options_set_log_hook(options, log_fn, user_data, NULL, err);
  const size_t count = hfhub_json_get_count(table, options_at);
  for (size_t i = 0; status == HFHUB_OK && i < count; ++i) {
    const char* key = hfhub_json_get_key(table, options_at, i);
    const char* value = hfhub_json_get_string(table, pointer(options_at, key));
    if (value == NULL) die("option '%s' has to be a text", key);
    status = hfhub_session_options_set(options, key, substituted(value), err);
  }
  if (status == HFHUB_OK) status = hfhub_session_new(options, &session, err);
  hfhub_session_options_free(options);
  return session;
}

hfhub_session* session_of(const char* step) {
  const char* name = field(step, "session");
  return thing(name == NULL ? "session" : name, SESSION);
}

/* ---- what is printed ----------------------------------------------------------------------------------------------- */
void print_error(text* out, const char* step, hfhub_error* err) {
  const char* shown = pointer(step, "show_error");
  append(out, "error %s http=%d code=%s retriable=%d", hfhub_status_name(hfhub_error_get_status(err)),
         (int)hfhub_error_get_http_status(err), hfhub_error_get_hub_code(err), (int)hfhub_error_is_retriable(err));
  for (size_t i = 0; i < hfhub_json_get_count(table, shown); ++i) {
    const char* name = hfhub_json_get_string(table, borrowed("%s/%zu", shown, i));
    const char* value = strcmp(name, "message") == 0          ? hfhub_error_get_message(err)
                        : strcmp(name, "url") == 0            ? hfhub_error_get_url(err)
                        : strcmp(name, "repo_type") == 0      ? hfhub_error_get_repo_type(err)
                        : strcmp(name, "repo_id") == 0        ? hfhub_error_get_repo_id(err)
                        : strcmp(name, "path") == 0           ? hfhub_error_get_path(err)
                        : strcmp(name, "request_id") == 0     ? hfhub_error_get_request_id(err)
                        : strcmp(name, "server_message") == 0 ? hfhub_error_get_server_message(err)
                        : strcmp(name, "retry_after_ms") == 0
                            ? borrowed("%lld", (long long)hfhub_error_get_retry_after_ms(err))
                            : NULL;
    if (value == NULL) die("%s: an error has no '%s'", step, name);
    append(out, " %s=%s", name, value);
  }
  hfhub_error_free(err);
}

void print_json(text* out, const char* step, const hfhub_json* json) {
  const char *shown = pointer(step, "show"), *kept = pointer(step, "keep");
  for (size_t i = 0; i < hfhub_json_get_count(table, shown); ++i) {
    const char* at = hfhub_json_get_string(table, borrowed("%s/%zu", shown, i));
    char* written = NULL;
    if (strcmp(at, "path") == 0 || strcmp(at, "progress") == 0) continue;
    const bool there = hfhub_json_write(json, at, -1, &written, NULL) == HFHUB_OK;
    append(out, " %s=%s", at, there ? written : "missing");
    hfhub_string_free(written);
  }
  for (size_t i = 0; i < hfhub_json_get_count(table, kept); ++i) {
    const char* name = hfhub_json_get_key(table, kept, i);
    const char* at = hfhub_json_get_string(table, pointer(kept, name));
    const char* value = hfhub_json_get_string(json, at);
    if (value == NULL) die("%s: no text at '%s' to keep", step, at);
    keep(name, WORDS, sure(strdup(value)));
  }
}

static void print_of_operation(text* out, const char* step, hfhub_op* op) {
  const char* shown = pointer(step, "show");
  for (size_t i = 0; i < hfhub_json_get_count(table, shown); ++i) {
    const char* at = hfhub_json_get_string(table, borrowed("%s/%zu", shown, i));
    hfhub_progress progress = {.struct_size = sizeof progress};
    if (strcmp(at, "path") == 0)
      append(out, " path=%s", hfhub_op_get_path(op) == NULL ? "none" : hfhub_op_get_path(op));
    if (strcmp(at, "progress") != 0) continue;
    hfhub_op_get_progress(op, &progress, NULL);
    append(out, " items=%u/%u cached=%u bytes=%llu/%llu", (unsigned)progress.items_done, (unsigned)progress.items_total,
           (unsigned)progress.items_cached, (unsigned long long)progress.bytes_done,
           (unsigned long long)progress.bytes_total);
  }
}

void print_operation(text* out, const char* step, hfhub_op* op, hfhub_status status, hfhub_error* err) {
  hfhub_json* json = NULL;
  if (status == HFHUB_PENDING) {
    append(out, "pending");
  } else if (status != HFHUB_OK) {
    print_error(out, step, err);
  } else {
    append(out, "ok");
    print_of_operation(out, step, op);
    if (hfhub_op_get_json(op, &json, NULL) == HFHUB_OK || has(step, "show")) print_json(out, step, json);
    hfhub_json_free(json);
  }
}

static char* replaced(const char* line, const char* what, const char* with) {
  text out = {NULL, 0};
  append_bytes(&out, "", 0);
  for (const char* found; what[0] != '\0' && (found = strstr(line, what)) != NULL; line = found + strlen(what)) {
    append_bytes(&out, line, (size_t)(found - line));
    append_bytes(&out, with, strlen(with));
  }
  append_bytes(&out, line, strlen(line));
  return out.at;
}

/* ---- steps --------------------------------------------------------------------------------------------------------- */
static char* ask_runner(const char* step) {
  static char answer[1 << 16];
  char* written = NULL;
  if (hfhub_json_write(table, step, -1, &written, NULL) != HFHUB_OK) die("%s cannot be written", step);
  printf("@%s\n", written);
  fflush(stdout);
  hfhub_string_free(written);
  if (fgets(answer, sizeof answer, stdin) == NULL) die("nobody answered");
  answer[strcspn(answer, "\n")] = '\0';
  return sure(strdup(answer));
}

static bool is_operation(const char* step, const char* verb, text* out) {
  hfhub_op* op = NULL;
  hfhub_error* err = NULL;
  hfhub_status status = HFHUB_OK;
  if (!start_operation(step, verb, &op, &err, &status)) return false;
  if (status != HFHUB_OK) {
    print_error(out, step, err);
  } else if (field(step, "as") != NULL) {
    keep(field(step, "as"), OPERATION, op);
    append(out, "started");
    return true;
  } else {
    status = hfhub_op_wait(op, -1, &err);
    print_operation(out, step, op, status, err);
  }
  hfhub_op_free(op);
  return true;
}

char* perform(const char* step) {
  const char* verb = field(step, "do");
  text out = {NULL, 0};
  if (verb == NULL) die("%s has no verb", step);
  if (strcmp(verb, "admin") == 0 || strcmp(verb, "mark") == 0 || strcmp(verb, "requests") == 0) return ask_runner(step);
  if (strcmp(verb, "live") == 0) {
    append(&out, "live %zd", (ptrdiff_t)(hfhub_handle_get_count() - handles_before));
  } else if (!is_operation(step, verb, &out) && !plain_verb(step, verb, &out) && !xet_verb(step, verb, &out) &&
             !hard_verb(step, verb, &out)) {
    die("%s: no verb '%s'", step, verb);
  }
  char *const without_work = replaced(out.at, work, "${WORK}"), *const line = replaced(without_work, hub, "${HUB}");
  char* const one_line = replaced(line, "\n", "\\n");
  free(out.at);
  free(without_work);
  free(line);
  return one_line;
}

static void run_scenario(const char* at, const char* folder) {
  const char *name = hfhub_json_get_string(table, pointer(at, "name")), *steps = pointer(at, "steps");
  hfhub_error* err = NULL;
  snprintf(work, sizeof work, "%s/%s", folder, name);
  if (mkdir(work, 0777) != 0 && errno != EEXIST) die("%s: %s", work, strerror(errno));
  handles_before = hfhub_handle_get_count();
  keep("session", SESSION, new_session(pointer(at, "session"), borrowed("%s/cache", work), NULL, NULL, &err));
  if (err != NULL) die("%s: %s", at, hfhub_error_get_message(err));
  for (size_t i = 0; i < hfhub_json_get_count(table, steps); ++i) {
    char* line = perform(borrowed("%s/%zu", steps, i));
    printf("%s %zu %s\n", name, i, line);
    fflush(stdout);
    free(line);
  }
  while (entries != NULL) {
    kind of;
    void* handle = let_go(entries->name, &of);
    close_thing(of, handle);
  }
  while (lent_count > 0) free(lent[--lent_count]);
}

static void read_table(const char* path) {
  FILE* file = fopen(path, "rb");
  hfhub_error* err = NULL;
  text all = {NULL, 0};
  char part[65536];
  if (file == NULL) die("%s: %s", path, strerror(errno));
  for (size_t count; (count = fread(part, 1, sizeof part, file)) > 0;) append_bytes(&all, part, count);
  fclose(file);
  if (hfhub_json_parse(all.at, all.size, &table, &err) != HFHUB_OK) die("%s: %s", path, hfhub_error_get_message(err));
  free(all.at);
}

int main(int argc, char** argv) {
  hub = getenv("HF_ENDPOINT");
  cas = getenv("HFHUB_CAS");
  if (argc == 2 && strcmp(argv[1], "--exit-running") == 0) return exit_running();
  if (argc == 2 && strcmp(argv[1], "--signal") == 0) return on_signal();
  if (argc == 5 && strcmp(argv[1], "--bench") == 0) return bench(argv[2], argv[3], strtoull(argv[4], NULL, 10));
  if (argc != 3 || hub == NULL || cas == NULL) die("usage: driver SCENARIOS WORK, with HF_ENDPOINT and HFHUB_CAS");
  read_table(argv[1]);
  const char* all = "/scenarios";
  for (size_t i = 0; i < hfhub_json_get_count(table, all); ++i) {
    char at[64];
    snprintf(at, sizeof at, "%s/%zu", all, i);
    if (!has(pointer(at, "not_for"), "c")) run_scenario(at, argv[2]);
  }
  while (lent_count > 0) free(lent[--lent_count]);
  free(lent);
  hfhub_json_free(table);
  return 0;
}
