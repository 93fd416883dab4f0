package hfhub

import (
	"context"
	"runtime"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// Login stores a token and makes it the active one.
//
// hfhub_auth_login: Asks the Hub whose token it is, stores it under the name that the Hub gives it, and makes it the
// active one. `git_credential`: 1 also gives it to git's credential helpers, which runs git; 0 runs nothing. Result
// JSON: {"name", "user", "role": text or null, "expires_in": seconds or null, "refreshable", "git_helpers": [name] or
// null when not asked for, "token_path", "stored_tokens_path", "overridden_by": "environment", "oidc" or null: what
// goes before the token file}. Errors: E_ARGUMENT for a text that is no token, an organization's token, or a name that
// the file cannot hold; E_AUTH when the Hub does not know it; E_IO. Since 0.1.
func (s *Session) Login(ctx context.Context, token string, gitCredential bool) (*JSON, error) {
	return finish(s.StartLogin(ctx, token, gitCredential))
}

// StartLogin starts Login.
func (s *Session) StartLogin(ctx context.Context, token string, gitCredential bool) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_login(session, &token, number(gitCredential), op, err)
	})
}

// Logout forgets a stored token; "" forgets all.
//
// hfhub_auth_logout: Forgets one stored token (and the active one, when it is the same), or with NULL all of them.
// `git_credential`: 1 also makes git's helpers forget theirs. Result JSON: {"was_logged_in", "removed": [name],
// "active_removed", "overridden_by": as above, what still gives a token}. Errors: E_IO. Since 0.1.
func (s *Session) Logout(ctx context.Context, tokenName string, gitCredential bool) (*JSON, error) {
	return finish(s.StartLogout(ctx, tokenName, gitCredential))
}

// StartLogout starts Logout.
func (s *Session) StartLogout(ctx context.Context, tokenName string, gitCredential bool) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_logout(session, orNull(tokenName), number(gitCredential), op, err)
	})
}

// SwitchToken makes a stored token the active one.
//
// hfhub_auth_switch: Makes a stored token the active one. Result JSON: {"name", "git_helpers", "token_path",
// "stored_tokens_path", "overridden_by"} as above. Errors: E_ARGUMENT when there is none of that name; E_IO. Since 0.1.
func (s *Session) SwitchToken(ctx context.Context, tokenName string, gitCredential bool) (*JSON, error) {
	return finish(s.StartSwitchToken(ctx, tokenName, gitCredential))
}

// StartSwitchToken starts SwitchToken.
func (s *Session) StartSwitchToken(ctx context.Context, tokenName string, gitCredential bool) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_switch(session, &tokenName, number(gitCredential), op, err)
	})
}

// StoredTokens lists the stored tokens, masked.
//
// hfhub_auth_list: The stored tokens, masked, in the file's order. Result JSON: {"tokens": [{"name", "token": masked or
// null, "active", "expires_at": seconds since 1970 or null, "has_expiry", "expired"}], "source": of the token in force,
// as of hfhub_auth_get_token or "", "damaged": the file could not be read}. Since 0.1.
func (s *Session) StoredTokens(ctx context.Context) (*JSON, error) {
	return finish(s.StartStoredTokens(ctx))
}

// StartStoredTokens starts StoredTokens.
func (s *Session) StartStoredTokens(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_list(session, op, err)
	})
}

// Token is the token in force.
//
// hfhub_auth_get_token: The token in force, also when option token.implicit is off. Result JSON: {"token": text or
// null, "source": "option", "oidc", "environment", "file" or ""}. Errors: E_AUTH when an id token was not accepted;
// E_IO. Since 0.1.
func (s *Session) Token(ctx context.Context) (*JSON, error) {
	return finish(s.StartToken(ctx))
}

// StartToken starts Token.
func (s *Session) StartToken(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_get_token(session, op, err)
	})
}

// WhoAmI asks whose token it is; nil is the one in force.
//
// hfhub_auth_whoami: Whose `token` it is (NULL: the one in force). The Hub allows few of these questions; `use_cache` 1
// gives the answer that the session got before. Result JSON: the Hub's answer, e.g. {"name", "orgs": [{"name"}],
// "auth": {...}}. Errors: E_AUTH without a token, or for one that the Hub does not know; E_RATE_LIMITED. Since 0.1.
func (s *Session) WhoAmI(ctx context.Context, token *string, useCache bool) (*JSON, error) {
	return finish(s.StartWhoAmI(ctx, token, useCache))
}

// StartWhoAmI starts WhoAmI.
func (s *Session) StartWhoAmI(ctx context.Context, token *string, useCache bool) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_auth_whoami(session, token, number(useCache), op, err)
	})
}

// A DeviceLogin is a login by a code that a person enters on the Hub's page: Request a code, show URL and UserCode, Finish.
type DeviceLogin struct{ handle *handle }

// DeviceLogin begins one.
//
// hfhub_device_login_new: A login by a code that a person enters on the Hub's page: hfhub_device_login_new, _request
// (wait for it), show _get_url and _get_user_code, _finish (wait for it), _free. Asks nothing yet. Since 0.1.
func (s *Session) DeviceLogin() (*DeviceLogin, error) {
	handle, err := s.handle.make(raw.Hfhub_device_login_new, raw.Hfhub_device_login_free)
	if err != nil {
		return nil, err
	}
	login := &DeviceLogin{handle}
	runtime.SetFinalizer(login, (*DeviceLogin).Close)
	return login, nil
}

// Close lets go of the login.
//
// hfhub_device_login_free: Lets go of the login; its operations go on. NULL is fine. Since 0.1.
func (l *DeviceLogin) Close() error {
	l.handle.close()
	return nil
}

// URL is the page to open; "" before there is a code.
//
// hfhub_device_login_get_url: The page to open, with the code in it where the Hub offers that; NULL before there is a
// code. Borrowed. Since 0.1.
func (l *DeviceLogin) URL() string {
	var url *string
	l.read(func(native uintptr) { url = raw.Hfhub_device_login_get_url(native) })
	return text(url)
}

// UserCode is what to enter there; "" before there is a code.
//
// hfhub_device_login_get_user_code: What to enter there; NULL before there is a code. Borrowed. Since 0.1.
func (l *DeviceLogin) UserCode() string {
	var code *string
	l.read(func(native uintptr) { code = raw.Hfhub_device_login_get_user_code(native) })
	return text(code)
}

// PendingCount is how often the Hub said that the person has not answered yet.
//
// hfhub_device_login_get_pending_count: How often the Hub has said "not yet". Since 0.1.
func (l *DeviceLogin) PendingCount() int {
	count := uint32(0)
	l.read(func(native uintptr) { count = raw.Hfhub_device_login_get_pending_count(native) })
	return int(count)
}

func (l *DeviceLogin) read(getter func(native uintptr)) {
	if native, err := l.handle.acquire(); err == nil {
		defer l.handle.release()
		getter(native)
	}
}

// Request gets a code.
//
// hfhub_device_login_request: Gets a code from the Hub. Result JSON: {"user_code", "verification_uri",
// "verification_uri_complete": with the code in it, where the Hub offers that, "interval_ms", "expires_in": seconds}.
// Errors: E_STATE when there is a code already; network and Hub errors, after which it may be tried again. Since 0.1.
func (l *DeviceLogin) Request(ctx context.Context) (*JSON, error) {
	return finish(l.StartRequest(ctx))
}

// StartRequest starts Request.
func (l *DeviceLogin) StartRequest(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, l.handle, nil, document, func(login, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_device_login_request(login, op, err)
	})
}

// Finish waits until the person has answered.
//
// hfhub_device_login_finish: Waits until the person has answered, asking the Hub as often as it allows, and keeps the
// token as hfhub_auth_login does. While it waits, failures of the network are nothing. Result JSON: as
// hfhub_auth_login's. Errors: E_STATE without a code, or when it was finished before; E_AUTH, with "access_denied" or
// "expired_token" as hfhub_error_get_hub_code; E_CANCELLED, after which it may be started again. Since 0.1.
func (l *DeviceLogin) Finish(ctx context.Context) (*JSON, error) {
	return finish(l.StartFinish(ctx))
}

// StartFinish starts Finish.
func (l *DeviceLogin) StartFinish(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, l.handle, nil, document, func(login, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_device_login_finish(login, op, err)
	})
}
