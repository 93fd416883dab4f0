/* download_poll REPO_ID FILE: the same download inside an event loop. The operation's descriptor goes into poll(2) beside
 * the program's own: here stdin, where Enter cancels. Works alike with epoll, kqueue, libuv or glib. */
#include <hfhub.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static int report(hfhub_error *err) {
  const int cancelled = hfhub_error_get_status(err) == HFHUB_E_CANCELLED;
  fprintf(stderr, "%s\n",
          cancelled ? "cancelled; the next run goes on where this one stopped" : hfhub_error_get_message(err));
  hfhub_error_free(err);
  return 1;
}

static void show_progress(const hfhub_op *op) {
  hfhub_progress progress = {0};
  progress.struct_size = sizeof progress;
  if (hfhub_op_get_progress(op, &progress, NULL) != HFHUB_OK || progress.bytes_total == 0) return;
  fprintf(stderr, "%d%%\n", (int)(progress.bytes_done * 100 / progress.bytes_total));
}

/* Until the operation is complete; whatever else the program has to do fits in here. */
static void event_loop(hfhub_op *op, intptr_t op_fd) {
  struct pollfd watched[2] = {{(int)op_fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  for (;;) {
    const int ready = poll(watched, 2, 1000);
    if (watched[0].revents != 0) return;
    if (ready == 0) show_progress(op);
    if (watched[1].revents != 0) {
      char key;
      if (read(STDIN_FILENO, &key, 1) == 1) hfhub_op_cancel(op); /* it still completes, soon */
      watched[1].fd = -1;                                        /* poll ignores it from now on */
      watched[1].revents = 0;
    }
  }
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_op *op = NULL;
  hfhub_error *err = NULL;
  intptr_t op_fd = -1;
  if (argc != 3) {
    fprintf(stderr, "usage: %s REPO_ID FILE\n", argv[0]);
    return 2;
  }
  if (hfhub_session_new(NULL, &session, &err) == HFHUB_OK &&
      hfhub_download_file(session, argv[1], argv[2], NULL, &op, &err) == HFHUB_OK &&
      hfhub_op_get_fd(op, &op_fd, &err) == HFHUB_OK) {
    event_loop(op, op_fd);
    if (hfhub_op_wait(op, 0, &err) == HFHUB_OK) printf("%s\n", hfhub_op_get_path(op));
  }
  hfhub_op_free(op);
  hfhub_session_free(session);
  return err != NULL ? report(err) : 0;
}
