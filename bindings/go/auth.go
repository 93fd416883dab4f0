package hfhub

import (
	"context"
	"runtime"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// Login stores a token and makes it the active one.
//
// hfhub_auth_login:
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
// hfhub_auth_logout:
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
// hfhub_auth_switch:
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
// hfhub_auth_list:
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
// hfhub_auth_get_token:
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
// hfhub_auth_whoami:
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
// hfhub_device_login_new:
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
// hfhub_device_login_free:
func (l *DeviceLogin) Close() error {
	runtime.SetFinalizer(l, nil)
	l.handle.close()
	return nil
}

// URL is the page to open; "" before there is a code.
//
// hfhub_device_login_get_url:
func (l *DeviceLogin) URL() string {
	var url *string
	l.read(func(native uintptr) { url = raw.Hfhub_device_login_get_url(native) })
	return text(url)
}

// UserCode is what to enter there; "" before there is a code.
//
// hfhub_device_login_get_user_code:
func (l *DeviceLogin) UserCode() string {
	var code *string
	l.read(func(native uintptr) { code = raw.Hfhub_device_login_get_user_code(native) })
	return text(code)
}

// PendingCount is how often the Hub said that the person has not answered yet.
//
// hfhub_device_login_get_pending_count:
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
// hfhub_device_login_request:
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
// hfhub_device_login_finish:
func (l *DeviceLogin) Finish(ctx context.Context) (*JSON, error) {
	return finish(l.StartFinish(ctx))
}

// StartFinish starts Finish.
func (l *DeviceLogin) StartFinish(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, l.handle, nil, document, func(login, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_device_login_finish(login, op, err)
	})
}
