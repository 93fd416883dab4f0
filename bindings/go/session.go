package hfhub

import (
	"runtime"
	"runtime/cgo"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// A LogLevel says how important a line is.
type LogLevel int32

// The levels of lines.
const (
	LogDebug   LogLevel = raw.HFHUB_LOG_DEBUG
	LogInfo    LogLevel = raw.HFHUB_LOG_INFO
	LogWarning LogLevel = raw.HFHUB_LOG_WARNING
	LogError   LogLevel = raw.HFHUB_LOG_ERROR
)

// SessionOptions are a session's settings. What is left at its zero value comes from the process environment or is a
// default; docs/CONFIGURATION.md has them all.
//
// hfhub_session_options_new: Defaults with the process environment applied. Errors: E_ARGUMENT naming an environment
// variable that cannot be read as its type. Since 0.1.
//
// hfhub_session_options_free: Frees the options. NULL is fine. Since 0.1.
type SessionOptions struct {
	// Token is the access token.
	//
	// hfhub_session_options_set_token: Sets the access token; "" for none. Errors: E_ARGUMENT when a header cannot carry
	// it. Since 0.1.
	Token string
	// Anonymous uses no token, even when the environment has one.
	Anonymous bool
	// Endpoint is the Hub's base URL.
	//
	// hfhub_session_options_set_endpoint: Sets the Hub's base URL. Errors: E_ARGUMENT. Since 0.1.
	Endpoint string
	// CacheDir is where downloads are shared.
	//
	// hfhub_session_options_set_cache_dir: Sets the folder of the shared repository cache. Since 0.1.
	CacheDir string
	// Offline never uses the network. Set has "offline": "false" for the opposite, against the environment.
	//
	// hfhub_session_options_set_offline: 1: never use the network. Since 0.1.
	Offline bool
	// MemoryBudget is for buffers, in bytes.
	//
	// hfhub_session_options_set_memory_budget: Bytes for all buffers of the session, at least 8 MiB. Since 0.1.
	MemoryBudget uint64
	// UserAgent is told to the Hub.
	//
	// hfhub_session_options_set_user_agent: Sent to the Hub as "name/version". Errors: E_ARGUMENT when a header cannot
	// carry it. Since 0.1.
	UserAgent string
	// Set has any option by its key. These come before the members above.
	//
	// hfhub_session_options_set: Sets any option by its key. Errors: E_ARGUMENT for an unknown key (with the nearest known
	// one) or a value that cannot be read. Since 0.1.
	Set map[string]string
	// Log gets lines of the level of option "log.level" and above, on any thread. It must return soon and not use this
	// package. The function is let go with the last that may log: the session and what it does.
	//
	// hfhub_session_options_set_log_hook: Where log lines of option log.level and above go; NULL for nowhere (the
	// default). `user_data_free` (may be NULL) is called once with `user_data`, on any thread, when no line can come any
	// more: another hook was set or the options freed, and the sessions made from them and all that those did are gone. It
	// must not call this library. After an error nothing is called: `user_data` stays the caller's. Errors: E_NO_MEMORY.
	// Since 0.1.
	Log func(level LogLevel, message string)
}

func (o *SessionOptions) build() (*builder, error) {
	if o == nil {
		return built(nil)
	}
	b := build(raw.Hfhub_session_options_new, raw.Hfhub_session_options_free)
	b.pairs(raw.Hfhub_session_options_set, o.Set)
	b.token(raw.Hfhub_session_options_set_token, o.Token, o.Anonymous)
	b.text(raw.Hfhub_session_options_set_endpoint, o.Endpoint)
	b.text(raw.Hfhub_session_options_set_cache_dir, o.CacheDir)
	b.flag(raw.Hfhub_session_options_set_offline, o.Offline)
	if o.MemoryBudget != 0 {
		b.set(func(native uintptr, err *uintptr) int32 {
			return raw.Hfhub_session_options_set_memory_budget(native, o.MemoryBudget, err)
		})
	}
	b.text(raw.Hfhub_session_options_set_user_agent, o.UserAgent)
	if o.Log != nil {
		log := o.Log
		hook := raw.LogHook(func(level int32, message string) { log(LogLevel(level), message) })
		b.set(func(native uintptr, err *uintptr) int32 {
			handle := cgo.NewHandle(hook)
			status := raw.Hfhub_session_options_set_log_hook(native, uintptr(handle), err)
			if status != raw.HFHUB_OK {
				handle.Delete()
			}
			return status
		})
	}
	return b.done()
}

// An Option is a setting that a session may have.
type Option struct {
	// Key is its name, for SessionOptions.Set.
	//
	// hfhub_option_get_key: Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage. Since
	// 0.1.
	Key string
	// Default is its value when nobody sets it.
	//
	// hfhub_option_get_default: Its default as text; "" when it is not set or derived from others. Static storage. Since
	// 0.1.
	Default string
	// Environment has its variables.
	//
	// hfhub_option_get_environment: Its environment variables, by falling priority, separated by spaces; "!NAME" means the
	// opposite. Static storage. Since 0.1.
	Environment string
	// Help explains it.
	//
	// hfhub_option_get_help: One or two sentences about it. Static storage. Since 0.1.
	Help string
}

// Options lists all settings that there are.
//
// hfhub_option_get_count: Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1.
func Options() []Option {
	list := make([]Option, raw.Hfhub_option_get_count())
	for i := range list {
		index := uint64(i)
		list[i] = Option{
			Key:         text(raw.Hfhub_option_get_key(index)),
			Default:     text(raw.Hfhub_option_get_default(index)),
			Environment: text(raw.Hfhub_option_get_environment(index)),
			Help:        text(raw.Hfhub_option_get_help(index)),
		}
	}
	return list
}

// A Session has the settings, the connections and the memory that work shares.
type Session struct{ handle *handle }

// NewSession makes a session; nil takes everything from the environment.
//
// hfhub_session_new: A new session. `options` is copied; NULL means the environment. Opens no connection and starts no
// thread yet. Errors: E_ARGUMENT. Since 0.1.
func NewSession(options *SessionOptions) (*Session, error) {
	filled, err := options.build()
	if err != nil {
		return nil, err
	}
	defer filled.close()
	var native, failure uintptr
	if err := check(raw.Hfhub_session_new(filled.native, &native, &failure), failure); err != nil {
		return nil, err
	}
	session := &Session{newHandle(native, raw.Hfhub_session_free)}
	runtime.SetFinalizer(session, (*Session).Close)
	return session, nil
}

// Close lets go of the session. Work that runs goes on.
//
// hfhub_session_free: Lets go of the session. Running operations are not cancelled: they keep what they need. NULL is
// fine. Since 0.1.
func (s *Session) Close() error {
	s.handle.close()
	return nil
}

// Option is the value of a setting in force.
//
// hfhub_session_get_option: The value in force of an option, with derived defaults filled in and a secret masked.
// Owned. Errors: E_ARGUMENT for an unknown key. Since 0.1.
func (s *Session) Option(key string) (string, error) {
	var value string
	err := s.handle.use(func(native uintptr, err *uintptr) int32 {
		return raw.Hfhub_session_get_option(native, &key, &value, err)
	})
	return value, err
}

// HasToken is whether there is a token; false when the session is closed.
//
// hfhub_session_has_token: 1 when a token is at hand (option, environment or token file), else 0. Since 0.1.
func (s *Session) HasToken() bool {
	native, err := s.handle.acquire()
	if err != nil {
		return false
	}
	defer s.handle.release()
	return raw.Hfhub_session_has_token(native) != 0
}

// Cancel stops all that runs in the session.
//
// hfhub_session_cancel: Cancels every running operation of the session; it stays usable. Since 0.1.
func (s *Session) Cancel() {
	if native, err := s.handle.acquire(); err == nil {
		defer s.handle.release()
		raw.Hfhub_session_cancel(native)
	}
}

// A CallInfo describes an operation of the Hub's API.
type CallInfo struct {
	// Name is what Call takes.
	//
	// hfhub_call_get_name: Name of operation number `index`, e.g. "models.info"; NULL past the end. Static storage. Since
	// 0.1.
	Name string
	// Parameters are separated by spaces, required ones marked with "!".
	//
	// hfhub_call_get_parameters: Parameters of operation number `index`, separated by spaces; required ones first and
	// marked with "!". Owned. Errors: E_ARGUMENT past the end. Since 0.1.
	Parameters string
}

// Calls lists the operations that Call knows.
//
// hfhub_call_get_count: Number of known operations; docs/OPERATIONS.md lists them. Since 0.1.
func Calls() ([]CallInfo, error) {
	list := make([]CallInfo, raw.Hfhub_call_get_count())
	for i := range list {
		list[i].Name = text(raw.Hfhub_call_get_name(uint64(i)))
		var failure uintptr
		if err := check(raw.Hfhub_call_get_parameters(uint64(i), &list[i].Parameters, &failure), failure); err != nil {
			return nil, err
		}
	}
	return list, nil
}
