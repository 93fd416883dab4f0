/* dlopen_version_download [REPO_ID FILE]: loads libhfhub at run time and needs nothing of it to be built or started. For
 * plug-ins and programs in which downloading is an extra: without the library they say so and go on. LIBHFHUB names the
 * library when the loader does not find it. */
#include <dlfcn.h>
#include <hfhub.h> /* types and constants only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The functions this program uses, with the types that the header declares. */
static struct {
  __typeof__(&hfhub_version) version;
  __typeof__(&hfhub_version_number) version_number;
  __typeof__(&hfhub_session_new) session_new;
  __typeof__(&hfhub_session_free) session_free;
  __typeof__(&hfhub_download_file) download_file;
  __typeof__(&hfhub_op_wait) op_wait;
  __typeof__(&hfhub_op_get_path) op_get_path;
  __typeof__(&hfhub_op_free) op_free;
  __typeof__(&hfhub_error_get_message) error_get_message;
  __typeof__(&hfhub_error_free) error_free;
} hub;

static int resolve(void *library, const char *name, void *out_function) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) fprintf(stderr, "this libhfhub has no %s\n", name);
  memcpy(out_function, &symbol, sizeof symbol); /* ISO C has no cast from data to functions */
  return symbol != NULL;
}

static int load(void) {
  const char *path = getenv("LIBHFHUB");
  void *library = dlopen(path != NULL ? path : "libhfhub.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "no downloads here: %s\n", dlerror());
    return 0;
  }
  return resolve(library, "hfhub_version", &hub.version) &&
         resolve(library, "hfhub_version_number", &hub.version_number) &&
         resolve(library, "hfhub_session_new", &hub.session_new) &&
         resolve(library, "hfhub_session_free", &hub.session_free) &&
         resolve(library, "hfhub_download_file", &hub.download_file) &&
         resolve(library, "hfhub_op_wait", &hub.op_wait) && resolve(library, "hfhub_op_get_path", &hub.op_get_path) &&
         resolve(library, "hfhub_op_free", &hub.op_free) &&
         resolve(library, "hfhub_error_get_message", &hub.error_get_message) &&
         resolve(library, "hfhub_error_free", &hub.error_free);
}

static int download(const char *repo_id, const char *file_path) {
  hfhub_session *session = NULL;
  hfhub_op *op = NULL;
  hfhub_error *err = NULL;
  const int done = hub.session_new(NULL, &session, &err) == HFHUB_OK &&
                   hub.download_file(session, repo_id, file_path, NULL, &op, &err) == HFHUB_OK &&
                   hub.op_wait(op, -1, &err) == HFHUB_OK;
  if (done) printf("%s\n", hub.op_get_path(op));
  else fprintf(stderr, "%s\n", hub.error_get_message(err));
  hub.error_free(err);
  hub.op_free(op);
  hub.session_free(session);
  return done ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc != 1 && argc != 3) {
    fprintf(stderr, "usage: %s [REPO_ID FILE]\n", argv[0]);
    return 2;
  }
  if (!load()) return 1;
  printf("libhfhub %s\n", hub.version());
  if (hub.version_number() < 1000) { /* 0.1.0: major * 1000000 + minor * 1000 + patch */
    fprintf(stderr, "too old\n");
    return 1;
  }
  return argc == 3 ? download(argv[1], argv[2]) : 0;
}
