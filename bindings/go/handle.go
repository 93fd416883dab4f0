package hfhub

import (
	"sync"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// A handle owns an object of C. It counts who uses it, so that closing it during a call is safe: the object goes when the
// last of them has left. The public type around it has the finalizer; goroutines of this package hold the handle alone.
type handle struct {
	mu     sync.Mutex
	native uintptr
	users  int
	closed bool
	free   func(uintptr)
}

func newHandle(native uintptr, free func(uintptr)) *handle {
	return &handle{native: native, free: free}
}

// acquire gives the object for use until release.
func (h *handle) acquire() (uintptr, error) {
	if h == nil {
		return 0, ErrClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, ErrClosed
	}
	h.users++
	return h.native, nil
}

func (h *handle) release() {
	h.mu.Lock()
	h.users--
	last := h.closed && h.users == 0
	h.mu.Unlock()
	if last {
		h.free(h.native)
	}
}

// close may be called any number of times.
func (h *handle) close() {
	if h == nil {
		return
	}
	h.mu.Lock()
	last := !h.closed && h.users == 0
	h.closed = true
	h.mu.Unlock()
	if last {
		h.free(h.native)
	}
}

// use runs a call that gives a status.
func (h *handle) use(call func(native uintptr, err *uintptr) int32) error {
	native, closed := h.acquire()
	if closed != nil {
		return closed
	}
	defer h.release()
	var failure uintptr
	return check(call(native, &failure), failure)
}

// make runs a call that makes another object.
func (h *handle) make(call func(native uintptr, out, err *uintptr) int32, free func(uintptr)) (*handle, error) {
	var made uintptr
	if err := h.use(func(native uintptr, err *uintptr) int32 { return call(native, &made, err) }); err != nil {
		return nil, err
	}
	return newHandle(made, free), nil
}

// HandleCount is how many objects of the library this process has not freed yet. For tests that look for leaks.
//
// hfhub_handle_get_count: Objects of this library that were made in this process and not freed: handles, JSON documents
// and errors of all kinds. For tests that look for leaks. Since 0.1.
func HandleCount() uint64 { return raw.Hfhub_handle_get_count() }

// Version is that of the library in use.
//
// hfhub_version: The library's version, e.g. "0.1.0". Static storage. Since 0.1.
func Version() string { return text(raw.Hfhub_version()) }

// VersionNumber is the same as a number.
//
// hfhub_version_number: The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1.
func VersionNumber() uint32 { return raw.Hfhub_version_number() }
