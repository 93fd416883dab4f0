/* Status codes, version, and the macros of the other headers. */
#ifndef HFHUB_COMMON_H
#define HFHUB_COMMON_H

#include <stddef.h>
#include <stdint.h>

#if defined(SWIG)
#define HFHUB_API
#elif defined(_WIN32)
#if defined(HFHUB_BUILDING)
#define HFHUB_API __declspec(dllexport)
#elif defined(HFHUB_STATIC)
#define HFHUB_API
#else
#define HFHUB_API __declspec(dllimport)
#endif
#else
#define HFHUB_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The outcome of a call: one of the HFHUB_... constants below. Numbers are permanent; new ones may be added. */
typedef int32_t hfhub_status;

enum {
  HFHUB_OK = 0,
  HFHUB_END = 1,     /* nothing more will come */
  HFHUB_PENDING = 2, /* not yet; ask again */

  HFHUB_E_ARGUMENT = -1,    /* a value was refused before anything happened; the message names it */
  HFHUB_E_NO_MEMORY = -2,   /* memory, threads or descriptors ran out */
  HFHUB_E_CANCELLED = -3,   /* cancelled by the caller */
  HFHUB_E_STATE = -4,       /* the handle is not in a state that allows this call */
  HFHUB_E_FORKED = -5,      /* an operation of the parent process, asked in the child */
  HFHUB_E_UNSUPPORTED = -6, /* not available here, e.g. libcurl is not installed */

  HFHUB_E_IO = -10,         /* the disk or the operating system refused */
  HFHUB_E_DISK_FULL = -11,  /* not enough space; what was fetched stays for a later call */
  HFHUB_E_CACHE = -12,      /* the cache folder is missing or not usable */
  HFHUB_E_NOT_CACHED = -13, /* not on disk, and the Hub could not be asked */
  HFHUB_E_INCOMPLETE = -14, /* a cached snapshot lacks files, and the Hub could not be asked */

  HFHUB_E_NETWORK = -20, /* no connection, or it broke */
  HFHUB_E_TIMEOUT = -21, /* a deadline passed or a transfer stalled */
  HFHUB_E_OFFLINE = -22, /* offline mode is on */
  HFHUB_E_TLS = -23,     /* the server's certificate was not accepted */

  HFHUB_E_HTTP = -30,               /* any other refusal by the server; see hfhub_error_get_http_status */
  HFHUB_E_AUTH = -31,               /* no valid token */
  HFHUB_E_REPO_NOT_FOUND = -32,     /* no such repository, or it is private and not yours */
  HFHUB_E_REVISION_NOT_FOUND = -33, /* no such branch, tag or commit */
  HFHUB_E_ENTRY_NOT_FOUND = -34,    /* no such file */
  HFHUB_E_GATED = -35,              /* access must be requested on the repository's page */
  HFHUB_E_FORBIDDEN = -36,          /* the token does not allow this */
  HFHUB_E_RATE_LIMITED = -37,       /* too many requests; see hfhub_error_get_retry_after_ms */
  HFHUB_E_DISABLED = -38,           /* the Hub has disabled the repository */
  HFHUB_E_CONFLICT = -39,           /* somebody else changed it meanwhile */

  HFHUB_E_INTEGRITY = -40,   /* bytes differ from what the Hub promised; they were not made visible */
  HFHUB_E_UNSAFE_NAME = -41, /* a file name from the server would be dangerous on this disk */
  HFHUB_E_PROTOCOL = -42,    /* the server's answer makes no sense */

  HFHUB_E_INTERNAL = -99 /* a bug in this library */
};

/* The library's version, e.g. "0.1.0". Static storage. Since 0.1. */
HFHUB_API const char *hfhub_version(void);

/* The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1. */
HFHUB_API uint32_t hfhub_version_number(void);

/* The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this version does not know. Static
 * storage. Since 0.1. */
HFHUB_API const char *hfhub_status_name(hfhub_status status);

/* Objects of this library that were made in this process and not freed: handles, JSON documents and errors of all kinds. For
 * tests that look for leaks. Since 0.1. */
HFHUB_API size_t hfhub_handle_get_count(void);

/* Frees a string that a function gave through `char **out_string`. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_string_free(char *owned_string);

#ifdef __cplusplus
}
#endif

#endif
