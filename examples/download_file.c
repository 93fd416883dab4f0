/* download_file REPO_ID FILE [REVISION]: one file of a model into the shared cache, with a line of progress. Prints where
 * the file is. */
#include <hfhub.h>
#include <inttypes.h>
#include <stdio.h>

/* Called on this thread while hfhub_op_wait_progress waits. */
static void show(const hfhub_progress *progress, void *user_data) {
  (void)user_data;
  fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " MB, %" PRIu64 " MB/s ", progress->bytes_done / 1000000,
          progress->bytes_total / 1000000, progress->rate_bytes_per_s / 1000000);
}

/* Every error says what happened; most of them also where and whether trying again may help. */
static int report(hfhub_error *err) {
  fprintf(stderr, "%s: %s\n", hfhub_status_name(hfhub_error_get_status(err)), hfhub_error_get_message(err));
  if (hfhub_error_is_retriable(err)) fprintf(stderr, "the same call may succeed later\n");
  hfhub_error_free(err);
  return 1;
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_download_options *options = NULL;
  hfhub_op *op = NULL;
  hfhub_error *err = NULL;
  if (argc < 3) {
    fprintf(stderr, "usage: %s REPO_ID FILE [REVISION]\n", argv[0]);
    return 2;
  }
  if (hfhub_session_new(NULL, &session, &err) == HFHUB_OK && hfhub_download_options_new(&options, &err) == HFHUB_OK &&
      (argc < 4 || hfhub_download_options_set_revision(options, argv[3], &err) == HFHUB_OK) &&
      hfhub_download_file(session, argv[1], argv[2], options, &op, &err) == HFHUB_OK &&
      hfhub_op_wait_progress(op, 200, show, NULL, &err) == HFHUB_OK) {
    fprintf(stderr, "\n");
    printf("%s\n", hfhub_op_get_path(op));
  }
  /* any order, NULL is fine */
  hfhub_session_free(session);
  hfhub_download_options_free(options);
  hfhub_op_free(op);
  return err != NULL ? report(err) : 0;
}
