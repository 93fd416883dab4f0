/* Runs a program and prints what it cost as one line of JSON on descriptor 3: wall and CPU seconds, peak resident KiB and
 * exit status. Small on purpose: a child's peak memory is never below what its parent had when it forked. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char** argv) {
  struct rusage usage;
  int status = 0;
  double start;
  pid_t child;
  if (argc < 2) return 2;
  start = now();
  child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    close(3);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  if (wait4(child, &status, 0, &usage) != child) return 2;
  dprintf(3, "{\"wall\": %.6f, \"cpu\": %.6f, \"rss_kib\": %ld, \"status\": %d}\n", now() - start,
          seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
          WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
