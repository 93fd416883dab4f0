/* Logging in and out, and whose token is in use. Tokens are kept where and as Python's huggingface_hub keeps them, so that
 * each sees the other's logins.
 *
 * The token in force, by falling priority: the session's option "token"; with "oidc.resource" (HF_OIDC_RESOURCE) one
 * that a CI job's id token is traded for; HF_TOKEN; the token file. A token that came by a login in a browser is renewed
 * when less than a day of its life is left. */
#ifndef HFHUB_AUTH_H
#define HFHUB_AUTH_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_device_login hfhub_device_login;

/* ---- with a token ------------------------------------------------------------------------------------------------- */

/* Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes it the active one.
 * `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs nothing. Result JSON: {"name",
 * "user", "role": text or null, "expires_in": seconds or null, "refreshable", "git_helpers": [name] or null when not
 * asked for, "token_path", "stored_tokens_path", "overridden_by": "environment", "oidc" or null: what goes before the
 * token file}. Errors: E_ARGUMENT for a text that is no token, an organization's token, or a name that the file cannot
 * hold; E_AUTH when the Hub does not know it; E_IO. Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_login(hfhub_session *session, const char *token, int32_t git_credential,
                                        hfhub_op **out_op, hfhub_error **err);

/* Forgets one stored token (and the active one, when it is the same), or with NULL all of them. `git_credential`: 1 also
 * makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed": [name], "active_removed",
 * "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_logout(hfhub_session *session, const char *token_name, int32_t git_credential,
                                         hfhub_op **out_op, hfhub_error **err);

/* Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path", "stored_tokens_path",
 * "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO. Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_switch(hfhub_session *session, const char *token_name, int32_t git_credential,
                                         hfhub_op **out_op, hfhub_error **err);

/* ---- what there is ------------------------------------------------------------------------------------------------ */

/* The stored tokens, masked, in the file's order. Result JSON: {"tokens": [{"name", "token": masked or null, "active",
 * "expires_at": seconds since 1970 or null, "has_expiry", "expired"}], "source": of the token in force, as of
 * hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_list(hfhub_session *session, hfhub_op **out_op, hfhub_error **err);

/* The token in force, also when option token.implicit is off. Result JSON: {"token": text or null,
 * "source": "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was not accepted; E_IO.
 * Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_get_token(hfhub_session *session, hfhub_op **out_op, hfhub_error **err);

/* Whose `token` it is (NULL: the one in force). The Hub allows few of these questions; `use_cache` 1 gives the answer that
 * the session got before. Result JSON: the Hub's answer, e.g. {"name", "orgs": [{"name"}], "auth": {...}}. Errors: E_AUTH
 * without a token, or for one that the Hub does not know; E_RATE_LIMITED. Since 0.1. */
HFHUB_API hfhub_status hfhub_auth_whoami(hfhub_session *session, const char *token, int32_t use_cache,
                                         hfhub_op **out_op, hfhub_error **err);

/* ---- with a browser ----------------------------------------------------------------------------------------------- */

/* A login by a code that a person enters on the Hub's page:
 *   hfhub_device_login_new, _request (wait for it), show _get_url and _get_user_code, _finish (wait for it), _free.
 * Asks nothing yet. Since 0.1. */
HFHUB_API hfhub_status hfhub_device_login_new(hfhub_session *session, hfhub_device_login **out_login,
                                              hfhub_error **err);

/* Gets a code from the Hub. Result JSON: {"user_code", "verification_uri", "verification_uri_complete": with the code in
 * it, where the Hub offers that, "interval_ms", "expires_in": seconds}. Errors: E_STATE when there is a code already;
 * network and Hub errors, after which it may be tried again. Since 0.1. */
HFHUB_API hfhub_status hfhub_device_login_request(hfhub_device_login *login, hfhub_op **out_op, hfhub_error **err);

/* The page to open, with the code in it where the Hub offers that; NULL before there is a code. Borrowed. Since 0.1. */
HFHUB_API const char *hfhub_device_login_get_url(const hfhub_device_login *login);

/* What to enter there; NULL before there is a code. Borrowed. Since 0.1. */
HFHUB_API const char *hfhub_device_login_get_user_code(const hfhub_device_login *login);

/* Waits until the person has answered, asking the Hub as often as it allows, and keeps the token as hfhub_auth_login
 * does. While it waits, failures of the network are nothing. Result JSON: as hfhub_auth_login's. Errors: E_STATE without a
 * code, or when it was finished before; E_AUTH, with "access_denied" or "expired_token" as hfhub_error_get_hub_code;
 * E_CANCELLED, after which it may be started again. Since 0.1. */
HFHUB_API hfhub_status hfhub_device_login_finish(hfhub_device_login *login, hfhub_op **out_op, hfhub_error **err);

/* How often the Hub has said "not yet". Since 0.1. */
HFHUB_API uint32_t hfhub_device_login_get_pending_count(const hfhub_device_login *login);

/* Lets go of the login; its operations go on. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_device_login_free(hfhub_device_login *login);

#ifdef __cplusplus
}
#endif

#endif
