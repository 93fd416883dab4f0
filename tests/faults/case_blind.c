/* A disk that ignores case, for a program that asks before it writes: preloaded, it answers as such a disk would when the
 * question is whether ".case-...A" is there after ".case-...a" was made. Everything else is passed on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/stat.h>

static const char* folded(const char* path, char* buffer, size_t size) {
  const char* name = strrchr(path, '/');
  const size_t length = strlen(path);
  name = name != NULL ? name + 1 : path;
  if (strncmp(name, ".case-", 6) != 0 || length + 1 > size || path[length - 1] != 'A') return path;
  memcpy(buffer, path, length + 1);
  buffer[length - 1] = 'a';
  return buffer;
}

__attribute__((visibility("default"))) int stat(const char* path, struct stat* out) {
  char buffer[4096];
  int (*real)(const char*, struct stat*);
  void* found = dlsym(RTLD_NEXT, "stat");
  memcpy(&real, &found, sizeof real);
  return real(folded(path, buffer, sizeof buffer), out);
}

__attribute__((visibility("default"))) int lstat(const char* path, struct stat* out) {
  char buffer[4096];
  int (*real)(const char*, struct stat*);
  void* found = dlsym(RTLD_NEXT, "lstat");
  memcpy(&real, &found, sizeof real);
  return real(folded(path, buffer, sizeof buffer), out);
}
