/* What ThreadSanitizer sees in libraries that are not built with it, and that is no race: the loader frees a thread's
 * storage, and libraries below libcurl their tables at exit. */
#if defined(__SANITIZE_THREAD__)
__attribute__((visibility("default"))) const char* __tsan_default_suppressions(void);
const char* __tsan_default_suppressions(void) {
  return "race:_dl_deallocate_tls\n"
         "race:libgnutls.so\n"
         "race:libp11-kit.so\n"
         "race:libtasn1.so\n"
         "race:libcrypto.so\n";
}
#endif
typedef int hfhub_test_sanitizers; /* a file is not empty */
