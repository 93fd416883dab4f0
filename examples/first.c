#include <hfhub.h>
#include <stdio.h>

int main(void) {
  hfhub_session *session = NULL;
  hfhub_op *op = NULL;
  if (hfhub_session_new(NULL, &session, NULL) == HFHUB_OK &&
      hfhub_download_file(session, "openai-community/gpt2", "config.json", NULL, &op, NULL) == HFHUB_OK &&
      hfhub_op_wait(op, -1, NULL) == HFHUB_OK)
    puts(hfhub_op_get_path(op));
  hfhub_op_free(op);
  hfhub_session_free(session);
  return 0;
}
