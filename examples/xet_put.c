/* xet_put ENDPOINT FILE...: uploads files in one commit to a CAS that needs no token, or takes the one in XET_TOKEN. Prints
 * a line a file: HASH SIZE SHA256 PATH. */
#include <hfhub.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static hfhub_op *running;

static void stop(int signal_number) {
  (void)signal_number;
  hfhub_op_cancel(running); /* may be called from a signal handler */
}

static void show(const hfhub_progress *progress, void *user_data) {
  hfhub_xet_commit *commit = user_data;
  hfhub_json *report = NULL;
  uint64_t sent = 0;
  if (hfhub_xet_commit_get_report(commit, &report, NULL) == HFHUB_OK) {
    sent = (uint64_t)hfhub_json_get_int64(report, "/total_bytes_uploaded", 0);
    hfhub_json_free(report);
  }
  fprintf(stderr, "\r%u of %u files, %" PRIu64 " of %" PRIu64 " MB read, %" PRIu64 " MB sent ", progress->items_done,
          progress->items_total, progress->bytes_done / 1000000, progress->bytes_total / 1000000, sent / 1000000);
}

static int print_item(const hfhub_xet_commit *commit, size_t index, const char *path, hfhub_error **err) {
  hfhub_json *item = NULL;
  if (hfhub_xet_commit_get_item(commit, index, &item, err) != HFHUB_OK) return 0;
  printf("%s %" PRId64 " %s %s\n", hfhub_json_get_string(item, "/hash"), hfhub_json_get_int64(item, "/size", 0),
         hfhub_json_get_string(item, "/sha256"), path);
  hfhub_json_free(item);
  return 1;
}

static int upload(hfhub_xet_commit *commit, char **paths, int count, hfhub_error **err) {
  for (int i = 0; i < count; ++i) {
    if (hfhub_xet_commit_add_path(commit, paths[i], NULL, NULL, NULL, err) != HFHUB_OK) return 0;
  }
  if (hfhub_xet_commit_finish(commit, &running, err) != HFHUB_OK) return 0;
  signal(SIGINT, stop);
  const int terminal = isatty(STDERR_FILENO);
  const hfhub_status status =
      terminal ? hfhub_op_wait_progress(running, 200, show, commit, err) : hfhub_op_wait(running, -1, err);
  if (terminal) fprintf(stderr, "\n");
  if (status != HFHUB_OK) return 0;
  for (int i = 0; i < count; ++i) {
    if (!print_item(commit, (size_t)i, paths[i], err)) return 0;
  }
  return 1;
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_xet_options *options = NULL;
  hfhub_xet_commit *commit = NULL;
  hfhub_error *err = NULL;
  if (argc < 3) {
    fprintf(stderr, "usage: %s ENDPOINT FILE...\n", argv[0]);
    return 2;
  }
  const char *token = getenv("XET_TOKEN");
  int done = hfhub_session_new(NULL, &session, &err) == HFHUB_OK && hfhub_xet_options_new(&options, &err) == HFHUB_OK &&
             hfhub_xet_options_set_endpoint(options, argv[1], &err) == HFHUB_OK &&
             (token == NULL || hfhub_xet_options_set_token(options, token, INT64_MAX, &err) == HFHUB_OK) &&
             hfhub_xet_commit_new(session, options, &commit, &err) == HFHUB_OK &&
             upload(commit, argv + 2, argc - 2, &err);
  if (!done) fprintf(stderr, "%s: %s\n", argv[0], hfhub_error_get_message(err));
  hfhub_error_free(err);
  hfhub_op_free(running);
  hfhub_xet_commit_free(commit);
  hfhub_xet_options_free(options);
  hfhub_session_free(session);
  return done ? 0 : 1;
}
