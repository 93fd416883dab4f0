/* snapshot_queue REPO_ID...: several repositories at the same time. Each operation reports to one completion queue; its
 * tag says which one is over. One session means one memory budget and one pool of connections for all of them. */
#include <hfhub.h>
#include <inttypes.h>
#include <stdio.h>

enum { kMost = 64 };

static int report(const char *what, hfhub_error *err) {
  fprintf(stderr, "%s: %s\n", what, hfhub_error_get_message(err));
  hfhub_error_free(err);
  return 1;
}

/* Prints how a finished operation ended. */
static int finish(const char *repo_id, hfhub_op *op) {
  hfhub_error *err = NULL;
  hfhub_json *result = NULL;
  if (hfhub_op_wait(op, 0, &err) != HFHUB_OK || hfhub_op_get_json(op, &result, &err) != HFHUB_OK)
    return report(repo_id, err);
  printf("%s: %" PRId64 " files, %" PRId64 " of them new, in %s\n", repo_id, hfhub_json_get_int64(result, "/files", 0),
         hfhub_json_get_int64(result, "/downloaded", 0), hfhub_op_get_path(op));
  hfhub_json_free(result);
  return 0;
}

/* Configuration and tokenizer files only: what a program needs to look a model over. */
static hfhub_status choose_files(hfhub_download_options *options, hfhub_error **err) {
  static const char *const kPatterns[] = {"*.json", "*.md", "*.txt"};
  for (size_t i = 0; i < sizeof kPatterns / sizeof kPatterns[0]; ++i) {
    const hfhub_status status = hfhub_download_options_add_allow_pattern(options, kPatterns[i], err);
    if (status != HFHUB_OK) return status;
  }
  return HFHUB_OK;
}

static int download_all(hfhub_session *session, hfhub_queue *queue, hfhub_download_options *options, int count,
                        char **repo_ids) {
  hfhub_op *ops[kMost] = {NULL};
  hfhub_error *err = NULL;
  uint64_t tag = 0;
  int failures = 0;
  for (int i = 0; i < count; ++i) {
    if (hfhub_download_snapshot(session, repo_ids[i], options, &ops[i], &err) != HFHUB_OK ||
        hfhub_queue_add(queue, ops[i], (uint64_t)i, &err) != HFHUB_OK)
      failures += report(repo_ids[i], err);
  }
  while (hfhub_queue_next(queue, -1, &tag, NULL) == HFHUB_OK) failures += finish(repo_ids[tag], ops[tag]);
  for (int i = 0; i < count; ++i) hfhub_op_free(ops[i]);
  return failures;
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_queue *queue = NULL;
  hfhub_download_options *options = NULL;
  hfhub_error *err = NULL;
  int failures = 0;
  if (argc < 2 || argc > kMost) {
    fprintf(stderr, "usage: %s REPO_ID...\n", argv[0]);
    return 2;
  }
  if (hfhub_session_new(NULL, &session, &err) == HFHUB_OK && hfhub_queue_new(&queue, &err) == HFHUB_OK &&
      hfhub_download_options_new(&options, &err) == HFHUB_OK && choose_files(options, &err) == HFHUB_OK)
    failures = download_all(session, queue, options, argc - 1, argv + 1);
  else failures = report("set-up", err);
  hfhub_download_options_free(options);
  hfhub_queue_free(queue);
  hfhub_session_free(session);
  return failures > 0;
}
