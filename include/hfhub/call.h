/* Any operation of the Hub's REST API by its name. */
#ifndef HFHUB_CALL_H
#define HFHUB_CALL_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Number of known operations; docs/OPERATIONS.md lists them. Since 0.1. */
HFHUB_API size_t hfhub_call_get_count(void);

/* Name of operation number `index`, e.g. "models.info"; NULL past the end. Static storage. Since 0.1. */
HFHUB_API const char *hfhub_call_get_name(size_t index);

/* Parameters of operation number `index`, separated by spaces; required ones first and marked with "!". Owned. Errors:
 * E_ARGUMENT past the end. Since 0.1. */
HFHUB_API hfhub_status hfhub_call_get_parameters(size_t index, char **out_string, hfhub_error **err);

/* Runs an operation with the session's token, retries and errors. `params_json` is a JSON object (NULL: none), e.g.
 * {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter "limit" bounds it. Result
 * JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the nearest known one), an unknown or
 * missing parameter; network and Hub errors. Since 0.1. */
HFHUB_API hfhub_status hfhub_call(hfhub_session *session, const char *operation, const char *params_json,
                                  hfhub_op **out_op, hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
