/* What the files of the C driver share. A step is named by its JSON Pointer in the table of scenarios. */
#ifndef DRIVER_H
#define DRIVER_H

#include <hfhub.h>
#include <stdbool.h>

/* A line that grows. */
typedef struct text {
  char* at;
  size_t size;
} text;
void append(text* out, const char* format, ...);

/* What `as` keeps. */
typedef enum { SESSION, OPERATION, COMMIT, SCHEDULER, LOGIN, XET_COMMIT, GROUP, WORDS } kind;
void* keep(const char* name, kind of, void* handle);
void* thing(const char* name, kind of);
void* let_go(const char* name, kind* of); /* out of the table, the caller closes it */
void close_thing(kind of, void* handle);

/* Fields of a step. Texts have their ${...} replaced, and live until the scenario ends; NULL when there is no such field. */
extern hfhub_json* table;
const char* pointer(const char* step, const char* name);
const char* field(const char* step, const char* name);
int64_t number(const char* step, const char* name, int64_t fallback);
bool has(const char* step, const char* name);
const char* json_text(const char* step, const char* name); /* any value as JSON on one line; NULL when there is none */
const char* substituted(const char* raw);
const char* borrowed(const char* format, ...); /* lives until the scenario ends */
_Noreturn void die(const char* format, ...);

hfhub_session* session_of(const char* step);
hfhub_session* new_session(const char* options, const char* cache_dir, hfhub_log_fn log_fn, void* user_data,
                           hfhub_error** err);

/* One step: the line that it prints, to be freed. */
char* perform(const char* step);
/* The outcomes, appended to `out`. */
void print_error(text* out, const char* step, hfhub_error* err);
void print_json(text* out, const char* step, const hfhub_json* json);
void print_operation(text* out, const char* step, hfhub_op* op, hfhub_status status, hfhub_error* err);

/* Verbs by their file: false when the verb is not one of theirs. */
bool start_operation(const char* step, const char* verb, hfhub_op** out_op, hfhub_error** err, hfhub_status* status);
bool plain_verb(const char* step, const char* verb, text* out);
bool xet_verb(const char* step, const char* verb, text* out);
bool hard_verb(const char* step, const char* verb, text* out);
hfhub_xet_options* xet_options(const char* step);
hfhub_commit_options* commit_options(const char* step);
hfhub_download_options* download_options(const char* step);

/* Runs a setter for each member of `options`; `set` answers false for a name that it does not know. */
typedef hfhub_status (*setter)(void* options, const char* name, const char* value, const char* member,
                               hfhub_error** err, bool* known);
void set_all(const char* step, void* options, setter set);

const char* sha256_of(hfhub_session* session, const char* file_path);
void write_bytes(const char* file_path, const char* content, int64_t size);

/* The modes without a table. */
int exit_running(void);
int on_signal(void);
int bench(const char* cas, const char* hash, uint64_t size_bytes);

#endif
