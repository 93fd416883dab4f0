/* Sessions and their options. Everything belongs to a session; there is no global state. */
#ifndef HFHUB_SESSION_H
#define HFHUB_SESSION_H

#include <hfhub/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_session_options hfhub_session_options;
typedef struct hfhub_session hfhub_session;

/* Log levels. */
enum { HFHUB_LOG_DEBUG = 0, HFHUB_LOG_INFO = 1, HFHUB_LOG_WARNING = 2, HFHUB_LOG_ERROR = 3 };

/* Receives log lines, from any thread, without secrets. It must return soon and must not call this library. */
typedef void (*hfhub_log_fn)(int32_t level, const char *message, void *user_data);

/* Lets go of what a hook was given. */
typedef void (*hfhub_release_fn)(void *user_data);

/* ---- what can be set ---------------------------------------------------------------------------------------------- */

/* Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1. */
HFHUB_API size_t hfhub_option_get_count(void);

/* Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage. Since 0.1. */
HFHUB_API const char *hfhub_option_get_key(size_t index);

/* Its default as text; "" when it is not set or derived from others. Static storage. Since 0.1. */
HFHUB_API const char *hfhub_option_get_default(size_t index);

/* Its environment variables, by falling priority, separated by spaces; "!NAME" means the opposite. Static storage.
 * Since 0.1. */
HFHUB_API const char *hfhub_option_get_environment(size_t index);

/* One or two sentences about it. Static storage. Since 0.1. */
HFHUB_API const char *hfhub_option_get_help(size_t index);

/* ---- options ------------------------------------------------------------------------------------------------------ */

/* Defaults with the process environment applied. Errors: E_ARGUMENT naming an environment variable that cannot be read
 * as its type. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_new(hfhub_session_options **out_options, hfhub_error **err);

/* Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the nearest known one) or a value that cannot
 * be read. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set(hfhub_session_options *options, const char *key, const char *value,
                                                 hfhub_error **err);

/* Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot carry it. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_token(hfhub_session_options *options, const char *token,
                                                       hfhub_error **err);

/* Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_endpoint(hfhub_session_options *options, const char *endpoint,
                                                          hfhub_error **err);

/* Sets the folder of the shared repository cache. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_cache_dir(hfhub_session_options *options, const char *cache_dir,
                                                           hfhub_error **err);

/* 1: never use the network. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_offline(hfhub_session_options *options, int32_t enable,
                                                         hfhub_error **err);

/* Bytes for all buffers of the session, at least 8 MiB. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_memory_budget(hfhub_session_options *options, uint64_t size_bytes,
                                                               hfhub_error **err);

/* Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header cannot carry it. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_user_agent(hfhub_session_options *options, const char *user_agent,
                                                            hfhub_error **err);

/* Where log lines of option log.level and above go; NULL for nowhere (the default). `user_data_free` (may be NULL) is
 * called once with `user_data`, on any thread, when no line can come any more: another hook was set or the options freed,
 * and the sessions made from them and all that those did are gone. It must not call this library. After an error nothing
 * is called: `user_data` stays the caller's. Errors: E_NO_MEMORY. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_options_set_log_hook(hfhub_session_options *options, hfhub_log_fn log_fn,
                                                          void *user_data, hfhub_release_fn user_data_free,
                                                          hfhub_error **err);

/* Frees the options. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_session_options_free(hfhub_session_options *options);

/* ---- session ------------------------------------------------------------------------------------------------------ */

/* A new session. `options` is copied; NULL means the environment. Opens no connection and starts no thread yet. Errors:
 * E_ARGUMENT. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_new(const hfhub_session_options *options, hfhub_session **out_session,
                                         hfhub_error **err);

/* The value in force of an option, with derived defaults filled in and a secret masked. Owned. Errors: E_ARGUMENT for an
 * unknown key. Since 0.1. */
HFHUB_API hfhub_status hfhub_session_get_option(const hfhub_session *session, const char *key, char **out_string,
                                                hfhub_error **err);

/* 1 when a token is at hand (option, environment or token file), else 0. Since 0.1. */
HFHUB_API int32_t hfhub_session_has_token(const hfhub_session *session);

/* Cancels every running operation of the session; it stays usable. Since 0.1. */
HFHUB_API void hfhub_session_cancel(hfhub_session *session);

/* Lets go of the session. Running operations are not cancelled: they keep what they need. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_session_free(hfhub_session *session);

#ifdef __cplusplus
}
#endif

#endif
