/* download_file REPO_ID FILE: one file of a model into the shared cache; prints where it is. */
#include <hfhub.h>
#include <stdio.h>

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_op *op = NULL;
  hfhub_error *err = NULL;
  if (argc != 3) return 2;
  if (hfhub_session_new(NULL, &session, &err) == HFHUB_OK &&
      hfhub_download_file(session, argv[1], argv[2], NULL, &op, &err) == HFHUB_OK &&
      hfhub_op_wait(op, -1, &err) == HFHUB_OK)
    printf("%s\n", hfhub_op_get_path(op));
  else
    fprintf(stderr, "%s: %s\n", hfhub_status_name(hfhub_error_get_status(err)), hfhub_error_get_message(err));

  int failed = err != NULL;
  hfhub_error_free(err);
  hfhub_op_free(op);
  hfhub_session_free(session);
  return failed;
}
