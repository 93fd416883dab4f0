/* Verbs that are hard on a binding: queues, threads, children, many handles; and the modes without a table. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "driver.h"

#define SAME(text) (strcmp(name, text) == 0)

static hfhub_op* started(const char* step, text* out) {
  hfhub_op* op = NULL;
  hfhub_error* err = NULL;
  hfhub_status status = HFHUB_OK;
  if (!start_operation(step, field(step, "do"), &op, &err, &status)) die("%s: no operation", step);
  if (status != HFHUB_OK) print_error(out, step, err);
  return op;
}

/* ---- the queue, callbacks ---------------------------------------------------------------------------------------------- */
static void queue(const char* step, text* out) {
  const char* steps = pointer(step, "operations");
  const size_t count = hfhub_json_get_count(table, steps);
  hfhub_op* ops[64];
  bool seen[64] = {false};
  hfhub_queue* made = NULL;
  hfhub_error* err = NULL;
  uint64_t tag = 0;
  hfhub_status status;
  if (hfhub_queue_new(&made, &err) != HFHUB_OK || count > 64) die("no queue");
  for (size_t i = 0; i < count; ++i) {
    ops[i] = started(borrowed("%s/%zu", steps, i), out);
    if (hfhub_queue_add(made, ops[i], 7 + i, &err) != HFHUB_OK) die("queue: %s", hfhub_error_get_message(err));
  }
  while ((status = hfhub_queue_next(made, -1, &tag, &err)) == HFHUB_OK) seen[tag - 7] = true;
  append(out, status == HFHUB_END ? "ok" : "not ok");
  for (size_t i = 0; i < count; ++i) {
    if (seen[i]) append(out, " %zu", i + 7);
    hfhub_op_free(ops[i]);
  }
  hfhub_queue_free(made);
}

typedef struct ready {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int ran, released;
} ready;

static void count_up(ready* at, int* what) {
  pthread_mutex_lock(&at->mutex);
  ++*what;
  pthread_cond_signal(&at->changed);
  pthread_mutex_unlock(&at->mutex);
}
static void on_ready(void* user_data) { count_up(user_data, &((ready*)user_data)->ran); }
static void on_release(void* user_data) { count_up(user_data, &((ready*)user_data)->released); }

static void ready_callback(const char* step, text* out) {
  ready at = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
  hfhub_op* op = started(pointer(step, "step"), out);
  if (hfhub_op_set_ready(op, on_ready, &at, on_release, NULL) != HFHUB_OK) die("no ready callback");
  pthread_mutex_lock(&at.mutex);
  while (at.released == 0) pthread_cond_wait(&at.changed, &at.mutex);
  append(out, "ok %d %d", at.ran, at.released);
  pthread_mutex_unlock(&at.mutex);
  hfhub_op_free(op);
}

typedef struct last_progress {
  hfhub_progress progress;
  pthread_t thread;
  bool same_thread;
} last_progress;

static void on_progress(const hfhub_progress* progress, void* user_data) {
  last_progress* last = user_data;
  last->progress = *progress;
  last->same_thread = pthread_equal(last->thread, pthread_self()) != 0;
}

static void progress(const char* step, text* out) {
  last_progress last = {.thread = pthread_self()};
  hfhub_error* err = NULL;
  hfhub_op* op = started(pointer(step, "step"), out);
  if (hfhub_op_wait_progress(op, 10, on_progress, &last, &err) != HFHUB_OK) print_error(out, step, err);
  else if (!last.same_thread) append(out, "on another thread");
  else
    append(out, "ok last=%llu/%llu", (unsigned long long)last.progress.bytes_done,
           (unsigned long long)last.progress.bytes_total);
  hfhub_op_free(op);
}

static void on_log(int32_t level, const char* message, void* user_data) {
  if (level >= HFHUB_LOG_DEBUG && message[0] != '\0') __atomic_add_fetch((int*)user_data, 1, __ATOMIC_RELAXED);
}

static int logged; /* outlives every session */

static void log_lines(const char* step, text* out) {
  hfhub_error* err = NULL;
  logged = 0;
  hfhub_session* session =
      new_session(pointer(step, "options"), substituted("${WORK}/log-cache"), on_log, &logged, &err);
  if (session == NULL) die("%s: %s", step, hfhub_error_get_message(err));
  keep("log", SESSION, session);
  free(perform(pointer(step, "step")));
  append(out, __atomic_load_n(&logged, __ATOMIC_RELAXED) > 0 ? "ok some" : "ok none");
}

/* ---- threads and children ---------------------------------------------------------------------------------------------- */
static void* perform_in_thread(void* step) { return perform(step); }

static void threads(const char* step, text* out) {
  const size_t count = (size_t)number(step, "count", 0);
  const char* inner = pointer(step, "step");
  pthread_t made[64];
  char* lines[64];
  bool same = true;
  if (count < 1 || count > 64) die("%s: 1 to 64 threads", step);
  for (size_t i = 0; i < count; ++i)
    if (pthread_create(&made[i], NULL, perform_in_thread, (void*)inner) != 0) die("no thread");
  for (size_t i = 0; i < count; ++i) pthread_join(made[i], (void**)&lines[i]);
  for (size_t i = 0; i < count; ++i) same = same && strcmp(lines[i], lines[0]) == 0;
  append(out, same ? "ok %zu %s" : "differ %zu %s", count, lines[0]);
  for (size_t i = 0; i < count; ++i) free(lines[i]);
}

static void gc_stress(const char* step, text* out) {
  char* first = perform(pointer(step, "step"));
  bool same = true;
  for (int64_t i = 1; i < number(step, "times", 1); ++i) {
    char* line = perform(pointer(step, "step"));
    same = same && strcmp(line, first) == 0;
    free(line);
  }
  append(out, same ? "ok %s" : "differ %s", first);
  free(first);
}

static void spawn(const char* step, text* out) {
  const char *argv_at = pointer(step, "argv"), *inner = pointer(step, "step");
  char* argv[16] = {NULL};
  int status = 0;
  pthread_t thread;
  char* line = NULL;
  for (size_t i = 0; i < hfhub_json_get_count(table, argv_at) && i < 15; ++i)
    argv[i] = (char*)hfhub_json_get_string(table, borrowed("%s/%zu", argv_at, i));
  if (pthread_create(&thread, NULL, perform_in_thread, (void*)inner) != 0) die("no thread");
  const pid_t child = fork();
  if (child == 0) {
    execv(argv[0], argv);
    _exit(127);
  }
  waitpid(child, &status, 0);
  pthread_join(thread, (void**)&line);
  append(out, "ok exit=%d %s", WIFEXITED(status) ? WEXITSTATUS(status) : -1, line);
  free(line);
}

/* ---- many handles ------------------------------------------------------------------------------------------------------ */
static void make_and_close(const char* step, const char* name) {
  hfhub_download_options* options = NULL;
  hfhub_json* json = NULL;
  hfhub_session* session = NULL;
  hfhub_op* op = NULL;
  bool made = false;
  if (SAME("options")) made = hfhub_download_options_new(&options, NULL) == HFHUB_OK;
  else if (SAME("json")) made = hfhub_json_parse("[1]", 3, &json, NULL) == HFHUB_OK;
  else if (SAME("session")) made = hfhub_session_new(NULL, &session, NULL) == HFHUB_OK;
  else if (SAME("operation")) made = hfhub_file_metadata(session_of(step), "a/b", "c", NULL, &op, NULL) == HFHUB_OK;
  if (!made) die("%s: not made", step);
  hfhub_download_options_free(options);
  hfhub_json_free(json);
  hfhub_session_free(session);
  hfhub_op_free(op);
}

bool hard_verb(const char* step, const char* name, text* out) {
  if (SAME("queue")) queue(step, out);
  else if (SAME("ready")) ready_callback(step, out);
  else if (SAME("progress")) progress(step, out);
  else if (SAME("log_lines")) log_lines(step, out);
  else if (SAME("threads")) threads(step, out);
  else if (SAME("gc_stress")) gc_stress(step, out);
  else if (SAME("spawn")) spawn(step, out);
  else if (SAME("drop")) {
    for (int64_t i = number(step, "count", 0); i > 0; --i) make_and_close(step, field(step, "kind"));
    append(out, "ok");
  } else {
    return false;
  }
  return true;
}

/* ---- modes without a table --------------------------------------------------------------------------------------------- */
static hfhub_session* plain_session(void) {
  hfhub_session* session = NULL;
  hfhub_error* err = NULL;
  if (hfhub_session_new(NULL, &session, &err) != HFHUB_OK) die("%s", hfhub_error_get_message(err));
  return session;
}

static hfhub_op* hanging(hfhub_session* session) {
  hfhub_op* op = NULL;
  hfhub_error* err = NULL;
  if (hfhub_download_file(session, "conformance/hangs", "file.bin", NULL, &op, &err) != HFHUB_OK)
    die("%s", hfhub_error_get_message(err));
  return op;
}

/* What the program ends with, still at hand. */
static hfhub_session* left_session;
static hfhub_op* left_ops[10];

int exit_running(void) {
  left_session = plain_session();
  for (int i = 0; i < 10; ++i) left_ops[i] = hanging(left_session);
  return 0;
}

static void on_interrupt(int number_of_signal) {
  (void)number_of_signal;
  if (write(STDOUT_FILENO, "interrupted\n", 12) == 12) _exit(3);
}

int on_signal(void) {
  struct sigaction action = {0};
  hfhub_error* err = NULL;
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  hfhub_op* op = hanging(plain_session());
  puts("ready");
  fflush(stdout);
  return hfhub_op_wait(op, -1, &err) == HFHUB_OK ? 0 : 1;
}

static double now(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static void bench_calls(hfhub_session* session) {
  enum { kTimes = 200000 };
  hfhub_json* json = NULL;
  char* written = NULL;
  const char source[] = "{\"name\": \"value\", \"list\": [1, 2, 3]}";
  double begin = now(CLOCK_MONOTONIC);
  for (int i = 0; i < kTimes; ++i) hfhub_session_has_token(session);
  printf("{\"call_ns\": %.1f", (now(CLOCK_MONOTONIC) - begin) * 1e9 / kTimes);
  begin = now(CLOCK_MONOTONIC);
  for (int i = 0; i < kTimes; ++i) {
    if (hfhub_json_parse(source, sizeof source - 1, &json, NULL) != HFHUB_OK) die("no JSON");
    if (hfhub_json_write(json, "/list", -1, &written, NULL) != HFHUB_OK) die("no text");
    hfhub_string_free(written);
    hfhub_json_free(json);
  }
  printf(", \"json_ns\": %.1f", (now(CLOCK_MONOTONIC) - begin) * 1e9 / kTimes);
  begin = now(CLOCK_MONOTONIC);
  for (int i = 0; i < kTimes; ++i) {
    hfhub_error* err = NULL;
    if (hfhub_json_parse("[", 1, &json, &err) == HFHUB_OK || hfhub_error_get_message(err)[0] == '\0') die("no error");
    hfhub_error_free(err);
  }
  printf(", \"error_ns\": %.1f", (now(CLOCK_MONOTONIC) - begin) * 1e9 / kTimes);
}

int bench(const char* cas, const char* hash, uint64_t size_bytes) {
  hfhub_session* session = plain_session();
  hfhub_xet_options* options = NULL;
  hfhub_xet_stream* stream = NULL;
  hfhub_error* err = NULL;
  const void* data = NULL;
  size_t size = 0;
  uint64_t read = 0, pieces = 0, sum = 0;
  bench_calls(session);
  const double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
  if (hfhub_xet_options_new(&options, &err) != HFHUB_OK ||
      hfhub_xet_options_set_endpoint(options, cas, &err) != HFHUB_OK ||
      hfhub_xet_stream_open(session, options, hash, size_bytes, 0, HFHUB_XET_UNKNOWN, 0, &stream, &err) != HFHUB_OK)
    die("%s", hfhub_error_get_message(err));
  while (hfhub_xet_stream_next(stream, -1, &data, &size, NULL, &err) == HFHUB_OK) {
    const uint8_t* bytes = data;
    read += size;
    pieces += 1;
    for (size_t i = 0; i < size; i += 4096) sum += bytes[i];
  }
  if (read != size_bytes)
    die("%llu bytes of %llu: %s", (unsigned long long)read, (unsigned long long)size_bytes,
        hfhub_error_get_message(err));
  const double took = now(CLOCK_MONOTONIC) - wall;
  printf(", \"item_ns\": %.1f, \"stream_cpu_s\": %.4f, \"stream_wall_s\": %.4f, \"sum\": %llu}\n",
         took * 1e9 / (double)pieces, now(CLOCK_PROCESS_CPUTIME_ID) - cpu, took, (unsigned long long)sum);
  hfhub_xet_stream_free(stream);
  hfhub_xet_options_free(options);
  hfhub_session_free(session);
  return 0;
}
