package hfhub

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// A Status says what kind of failure an Error is. It is an error of its own, so that errors.Is(err, hfhub.ErrGated) works.
// The set is open: later versions of the library may know more.
type Status int32

// The kinds of failures.
const (
	ErrArgument    Status = raw.HFHUB_E_ARGUMENT    // a value was refused before anything happened; the message names it
	ErrNoMemory    Status = raw.HFHUB_E_NO_MEMORY   // memory, threads or descriptors ran out
	ErrCancelled   Status = raw.HFHUB_E_CANCELLED   // cancelled by the caller
	ErrState       Status = raw.HFHUB_E_STATE       // the object is not in a state that allows this
	ErrForked      Status = raw.HFHUB_E_FORKED      // work of the parent process, asked for in the child
	ErrUnsupported Status = raw.HFHUB_E_UNSUPPORTED // not available here

	ErrIO         Status = raw.HFHUB_E_IO         // the disk or the operating system refused
	ErrDiskFull   Status = raw.HFHUB_E_DISK_FULL  // not enough space; what was fetched stays for a later call
	ErrCache      Status = raw.HFHUB_E_CACHE      // the cache folder is missing or not usable
	ErrNotCached  Status = raw.HFHUB_E_NOT_CACHED // not on disk, and the Hub could not be asked
	ErrIncomplete Status = raw.HFHUB_E_INCOMPLETE // a cached snapshot lacks files, and the Hub could not be asked

	ErrNetwork Status = raw.HFHUB_E_NETWORK // no connection, or it broke
	ErrTimeout Status = raw.HFHUB_E_TIMEOUT // a deadline of the library passed, or a transfer stalled
	ErrOffline Status = raw.HFHUB_E_OFFLINE // offline mode is on
	ErrTLS     Status = raw.HFHUB_E_TLS     // the server's certificate was not accepted

	ErrHTTP             Status = raw.HFHUB_E_HTTP               // any other refusal by the server
	ErrAuth             Status = raw.HFHUB_E_AUTH               // no valid token
	ErrRepoNotFound     Status = raw.HFHUB_E_REPO_NOT_FOUND     // no such repository, or it is private and not yours
	ErrRevisionNotFound Status = raw.HFHUB_E_REVISION_NOT_FOUND // no such branch, tag or commit
	ErrEntryNotFound    Status = raw.HFHUB_E_ENTRY_NOT_FOUND    // no such file
	ErrGated            Status = raw.HFHUB_E_GATED              // access must be requested on the repository's page
	ErrForbidden        Status = raw.HFHUB_E_FORBIDDEN          // the token does not allow this
	ErrRateLimited      Status = raw.HFHUB_E_RATE_LIMITED       // too many requests; see Error.RetryAfter
	ErrDisabled         Status = raw.HFHUB_E_DISABLED           // the Hub has disabled the repository
	ErrConflict         Status = raw.HFHUB_E_CONFLICT           // somebody else changed it meanwhile

	ErrIntegrity  Status = raw.HFHUB_E_INTEGRITY   // bytes differ from what the Hub promised; they were not made visible
	ErrUnsafeName Status = raw.HFHUB_E_UNSAFE_NAME // a file name from the server would be dangerous on this disk
	ErrProtocol   Status = raw.HFHUB_E_PROTOCOL    // the server's answer makes no sense

	ErrInternal Status = raw.HFHUB_E_INTERNAL // a bug in the library
)

// ErrClosed is what an object says that was closed. It is fs.ErrClosed, too.
var ErrClosed = fmt.Errorf("hfhub: %w", fs.ErrClosed)

// Name is the name of the status in C.
//
// hfhub_status_name: The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this version does
// not know. Static storage. Since 0.1.
func (s Status) Name() string { return text(raw.Hfhub_status_name(int32(s))) }

// Error is the name as well; an Error has more to say.
func (s Status) Error() string { return s.Name() }

// Is makes errors.Is know the errors of packages io/fs and os.
func (s Status) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return s == ErrRepoNotFound || s == ErrRevisionNotFound || s == ErrEntryNotFound || s == ErrNotCached
	case fs.ErrPermission:
		return s == ErrAuth || s == ErrGated || s == ErrForbidden
	case os.ErrDeadlineExceeded:
		return s == ErrTimeout
	}
	return false
}

// An Error is a failure of the library, with all that it knows about it. What it does not know is "" or 0.
type Error struct {
	// Status is the kind.
	//
	// hfhub_error_get_status: The status that came with the error. HFHUB_OK for NULL. Since 0.1.
	Status Status
	// Message is the whole story in one line.
	//
	// hfhub_error_get_message: One line that names what was wrong and with which value; never a secret. "" for NULL. Since
	// 0.1.
	Message string
	// HTTPStatus is the status code of the server's answer.
	//
	// hfhub_error_get_http_status: The HTTP status code of the answer, 0 when there was none. Since 0.1.
	HTTPStatus int
	// HubCode is the Hub's own name for the failure.
	//
	// hfhub_error_get_hub_code: The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1.
	HubCode string
	// RequestID is what to tell the Hub's support.
	//
	// hfhub_error_get_request_id: The id under which the server logged the request; "" when there was none. Since 0.1.
	RequestID string
	// ServerMessage is what the server said.
	//
	// hfhub_error_get_server_message: What the server said, one message a line; "" when it said nothing. Since 0.1.
	ServerMessage string
	// URL is the request's.
	//
	// hfhub_error_get_url: The URL without its query; "" when no request was involved. Since 0.1.
	URL string
	// RepoType is the repository's type.
	//
	// hfhub_error_get_repo_type: The repository's type ("model", "dataset", "space", "kernel") when the error is about
	// one; else "". Since 0.1.
	RepoType string
	// RepoID is the repository's id.
	//
	// hfhub_error_get_repo_id: The repository's id when the error is about one; else "". Since 0.1.
	RepoID string
	// Path is a local file or folder.
	//
	// hfhub_error_get_path: The local file or folder concerned, e.g. the incomplete snapshot of HFHUB_E_INCOMPLETE; else
	// "". Since 0.1.
	Path string
	// RetryAfter is how long the server asked to wait; negative when it did not say.
	//
	// hfhub_error_get_retry_after_ms: Milliseconds the server asked to wait, -1 when it did not say. Since 0.1.
	RetryAfter time.Duration
	// Retriable is whether another try may help.
	//
	// hfhub_error_is_retriable: 1 when the same call may well succeed later without a change, else 0. Since 0.1.
	Retriable bool

	cause error
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Is compares with a Status, and with the errors of packages io/fs and os that fit it.
func (e *Error) Is(target error) bool { return target == e.Status || e.Status.Is(target) }

// Unwrap gives context.Canceled or context.DeadlineExceeded when the work was cancelled.
func (e *Error) Unwrap() error { return e.cause }

// Timeout is whether a deadline has passed: the library's or a context's.
func (e *Error) Timeout() bool { return e.Status == ErrTimeout || e.cause == context.DeadlineExceeded }

// Temporary is Retriable under the name that package net has for it.
func (e *Error) Temporary() bool { return e.Retriable }

// takeError makes a Go error of C's, and frees that. `cause` is what a context has to say about a cancellation.
func takeError(status int32, native uintptr, cause error) error {
	if native == 0 {
		failure := &Error{Status: Status(status), Message: Status(status).Name(), RetryAfter: -1}
		if failure.Status == ErrArgument {
			failure.Message = "a text holds a zero byte"
		}
		return failure
	}
	defer raw.Hfhub_error_free(native)
	failure := &Error{
		Status:        Status(raw.Hfhub_error_get_status(native)),
		Message:       text(raw.Hfhub_error_get_message(native)),
		HTTPStatus:    int(raw.Hfhub_error_get_http_status(native)),
		HubCode:       text(raw.Hfhub_error_get_hub_code(native)),
		RequestID:     text(raw.Hfhub_error_get_request_id(native)),
		ServerMessage: text(raw.Hfhub_error_get_server_message(native)),
		URL:           text(raw.Hfhub_error_get_url(native)),
		RepoType:      text(raw.Hfhub_error_get_repo_type(native)),
		RepoID:        text(raw.Hfhub_error_get_repo_id(native)),
		Path:          text(raw.Hfhub_error_get_path(native)),
		RetryAfter:    time.Duration(raw.Hfhub_error_get_retry_after_ms(native)) * time.Millisecond,
		Retriable:     raw.Hfhub_error_is_retriable(native) != 0,
	}
	if failure.Status == ErrCancelled {
		failure.cause = context.Canceled
		if cause != nil {
			failure.cause = cause
		}
	}
	return failure
}

// notStarted is the error of work whose context had ended before it began.
func notStarted(cause error) error {
	return &Error{Status: ErrCancelled, Message: "cancelled before it began: " + cause.Error(), RetryAfter: -1, cause: cause}
}

// check makes an error of a status that is one.
func check(status int32, native uintptr) error {
	if status >= 0 {
		return nil
	}
	return takeError(status, native, nil)
}

// text is "" for C's NULL.
func text(borrowed *string) string {
	if borrowed == nil {
		return ""
	}
	return *borrowed
}

// orNull is C's NULL for "".
func orNull(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
