/* xet_get ENDPOINT HASH,SIZE,DEST...: downloads files in one group from a CAS that needs no token, or takes the one in
 * XET_TOKEN. What is broken off goes on where it was at the next call. */
#include <hfhub.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static hfhub_op *running;

static void stop(int signal_number) {
  (void)signal_number;
  hfhub_op_cancel(running); /* may be called from a signal handler */
}

static void show(const hfhub_progress *progress, void *user_data) {
  (void)user_data;
  fprintf(stderr, "\r%u of %u files, %" PRIu64 " of %" PRIu64 " MB, %" PRIu64 " MB/s ", progress->items_done,
          progress->items_total, progress->bytes_done / 1000000, progress->bytes_total / 1000000,
          progress->rate_bytes_per_s / 1000000);
}

/* "HASH,SIZE,DEST" */
static int add(hfhub_xet_group *group, char *text, hfhub_error **err) {
  char *size = strchr(text, ',');
  char *path = size != NULL ? strchr(size + 1, ',') : NULL;
  if (path == NULL) {
    fprintf(stderr, "'%s' is not HASH,SIZE,DEST\n", text);
    return 0;
  }
  *size++ = '\0';
  *path++ = '\0';
  char *end = NULL;
  const unsigned long long bytes = strtoull(size, &end, 10);
  if (end == size || *end != '\0' || *size == '-') {
    fprintf(stderr, "'%s' is not a size\n", size);
    return 0;
  }
  return hfhub_xet_group_add(group, text, bytes, path, NULL, err) == HFHUB_OK;
}

static int download(hfhub_xet_group *group, char **items, int count, hfhub_error **err) {
  for (int i = 0; i < count; ++i) {
    if (!add(group, items[i], err)) return 0;
  }
  if (hfhub_xet_group_start(group, &running, err) != HFHUB_OK) return 0;
  signal(SIGINT, stop);
  if (!isatty(STDERR_FILENO)) return hfhub_op_wait(running, -1, err) == HFHUB_OK;
  const hfhub_status status = hfhub_op_wait_progress(running, 200, show, NULL, err);
  fprintf(stderr, "\n");
  return status == HFHUB_OK;
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_xet_options *options = NULL;
  hfhub_xet_group *group = NULL;
  hfhub_error *err = NULL;
  if (argc < 3) {
    fprintf(stderr, "usage: %s ENDPOINT HASH,SIZE,DEST...\n", argv[0]);
    return 2;
  }
  const char *token = getenv("XET_TOKEN");
  int done = hfhub_session_new(NULL, &session, &err) == HFHUB_OK && hfhub_xet_options_new(&options, &err) == HFHUB_OK &&
             hfhub_xet_options_set_endpoint(options, argv[1], &err) == HFHUB_OK &&
             (token == NULL || hfhub_xet_options_set_token(options, token, INT64_MAX, &err) == HFHUB_OK) &&
             hfhub_xet_group_new(session, options, &group, &err) == HFHUB_OK &&
             download(group, argv + 2, argc - 2, &err);
  if (err != NULL) fprintf(stderr, "%s: %s\n", argv[0], hfhub_error_get_message(err));
  hfhub_error_free(err);
  hfhub_op_free(running);
  hfhub_xet_group_free(group);
  hfhub_xet_options_free(options);
  hfhub_session_free(session);
  return done ? 0 : 1;
}
