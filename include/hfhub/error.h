/* Errors: immutable objects, owned by whoever received them. Strings are borrowed from the error. */
#ifndef HFHUB_ERROR_H
#define HFHUB_ERROR_H

#include <hfhub/common.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_error hfhub_error;

/* The status that came with the error. HFHUB_OK for NULL. Since 0.1. */
HFHUB_API hfhub_status hfhub_error_get_status(const hfhub_error *error);

/* One line that names what was wrong and with which value; never a secret. "" for NULL. Since 0.1. */
HFHUB_API const char *hfhub_error_get_message(const hfhub_error *error);

/* The HTTP status code of the answer, 0 when there was none. Since 0.1. */
HFHUB_API int32_t hfhub_error_get_http_status(const hfhub_error *error);

/* The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1. */
HFHUB_API const char *hfhub_error_get_hub_code(const hfhub_error *error);

/* The id under which the server logged the request; "" when there was none. Since 0.1. */
HFHUB_API const char *hfhub_error_get_request_id(const hfhub_error *error);

/* What the server said, one message a line; "" when it said nothing. Since 0.1. */
HFHUB_API const char *hfhub_error_get_server_message(const hfhub_error *error);

/* The URL without its query; "" when no request was involved. Since 0.1. */
HFHUB_API const char *hfhub_error_get_url(const hfhub_error *error);

/* The repository's type ("model", "dataset", "space", "kernel") when the error is about one; else "". Since 0.1. */
HFHUB_API const char *hfhub_error_get_repo_type(const hfhub_error *error);

/* The repository's id when the error is about one; else "". Since 0.1. */
HFHUB_API const char *hfhub_error_get_repo_id(const hfhub_error *error);

/* The local file or folder concerned, e.g. the incomplete snapshot of HFHUB_E_INCOMPLETE; else "". Since 0.1. */
HFHUB_API const char *hfhub_error_get_path(const hfhub_error *error);

/* Milliseconds the server asked to wait, -1 when it did not say. Since 0.1. */
HFHUB_API int64_t hfhub_error_get_retry_after_ms(const hfhub_error *error);

/* 1 when the same call may well succeed later without a change, else 0. Since 0.1. */
HFHUB_API int32_t hfhub_error_is_retriable(const hfhub_error *error);

/* Frees the error. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_error_free(hfhub_error *error);

#ifdef __cplusplus
}
#endif

#endif
