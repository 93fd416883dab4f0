/* Loads the library, works with it, unloads it while its threads are still there, and again. The path is not the linker's
 * choice: nothing of the library is linked. Usage: load_unload <library> <endpoint> <cache> <repository> */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <hfhub.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LOAD(name)                                      \
  do {                                                  \
    void* found = dlsym(library, #name);                \
    if (found == NULL) {                                \
      fprintf(stderr, "no %s: %s\n", #name, dlerror()); \
      return 3;                                         \
    }                                                   \
    memcpy(&p_##name, &found, sizeof found);            \
  } while (0)

static int use(void* library, char** argv) {
  hfhub_status (*p_hfhub_session_options_new)(hfhub_session_options**, hfhub_error**);
  hfhub_status (*p_hfhub_session_options_set)(hfhub_session_options*, const char*, const char*, hfhub_error**);
  void (*p_hfhub_session_options_free)(hfhub_session_options*);
  hfhub_status (*p_hfhub_session_new)(const hfhub_session_options*, hfhub_session**, hfhub_error**);
  void (*p_hfhub_session_free)(hfhub_session*);
  hfhub_status (*p_hfhub_download_snapshot)(hfhub_session*, const char*, const hfhub_download_options*, hfhub_op**,
                                            hfhub_error**);
  hfhub_status (*p_hfhub_op_wait)(hfhub_op*, int64_t, hfhub_error**);
  void (*p_hfhub_op_free)(hfhub_op*);
  hfhub_session_options* options = NULL;
  hfhub_session* session = NULL;
  hfhub_op* op = NULL;
  LOAD(hfhub_session_options_new);
  LOAD(hfhub_session_options_set);
  LOAD(hfhub_session_options_free);
  LOAD(hfhub_session_new);
  LOAD(hfhub_session_free);
  LOAD(hfhub_download_snapshot);
  LOAD(hfhub_op_wait);
  LOAD(hfhub_op_free);
  if (p_hfhub_session_options_new(&options, NULL) != HFHUB_OK) return 4;
  if (p_hfhub_session_options_set(options, "endpoint", argv[2], NULL) != HFHUB_OK) return 5;
  if (p_hfhub_session_options_set(options, "cache.dir", argv[3], NULL) != HFHUB_OK) return 6;
  if (p_hfhub_session_new(options, &session, NULL) != HFHUB_OK) return 7;
  p_hfhub_session_options_free(options);
  if (p_hfhub_download_snapshot(session, argv[4], NULL, &op, NULL) != HFHUB_OK) return 8;
  if (p_hfhub_op_wait(op, 20000, NULL) != HFHUB_OK) return 9;
  p_hfhub_op_free(op);
  if (p_hfhub_download_snapshot(session, argv[4], NULL, &op, NULL) != HFHUB_OK) return 10;
  p_hfhub_op_free(op); /* still running */
  p_hfhub_session_free(session);
  return 0;
}

int main(int argc, char** argv) {
  const struct timespec a_while = {0, 50000000};
  int round;
  if (argc != 5) return 2;
  for (round = 0; round < 5; ++round) {
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    int failed;
    if (library == NULL) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    failed = use(library, argv);
    if (failed) return failed;
    dlclose(library);
  }
  nanosleep(&a_while, NULL);
  return 0;
}
