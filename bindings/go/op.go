package hfhub

import (
	"context"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// An Operation is running or finished work, whatever its result. An Op has one with its result.
type Operation struct{ state *operation }

// An Op is an Operation with a result of type T.
type Op[T any] struct {
	*Operation
	result func(*Operation) (T, error)
}

// operation is what goroutines hold that watch an Operation, so that one that was forgotten can be found out.
type operation struct {
	handle *handle
	ctx    context.Context
	done   chan struct{}
	once   sync.Once
}

// start makes an Op of the call that starts one, unless ctx has ended already. Afterwards the end of ctx cancels it.
func start[T any](ctx context.Context, owner *handle, opts options, result func(*Operation) (T, error),
	call func(owner, options uintptr, out, err *uintptr) int32) (*Op[T], error) {
	if cause := ctx.Err(); cause != nil {
		return nil, notStarted(cause)
	}
	filled, err := built(opts)
	if err != nil {
		return nil, err
	}
	defer filled.close()
	handle, err := owner.make(func(native uintptr, out, err *uintptr) int32 {
		return call(native, filled.native, out, err)
	}, raw.Hfhub_op_free)
	if err != nil {
		return nil, err
	}
	o := &operation{handle: handle, ctx: ctx, done: make(chan struct{})}
	if ctx.Done() != nil {
		done := o.watch()
		go func() {
			select {
			case <-ctx.Done():
				o.cancel()
			case <-done:
			}
		}()
	}
	operation := &Operation{o}
	runtime.SetFinalizer(operation, (*Operation).Close)
	return &Op[T]{operation, result}, nil
}

// finish is how a slow method waits for what it has started.
func finish[T any](op *Op[T], err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	defer op.Close()
	return op.Wait()
}

// watch gives the channel that is closed at the end.
func (o *operation) watch() <-chan struct{} {
	o.once.Do(func() {
		native, err := o.handle.acquire()
		if err != nil || raw.Hfhub_op_wait(native, 0, nil) != raw.HFHUB_PENDING {
			if err == nil {
				o.handle.release()
			}
			close(o.done)
			return
		}
		go func() {
			defer close(o.done)
			defer o.handle.release()
			awaitReady(native)
		}()
	})
	return o.done
}

// awaitReady waits for the operation's descriptor in Go's network poller: no thread waits with it.
func awaitReady(native uintptr) {
	fd := 0
	if raw.Hfhub_op_get_fd(native, &fd, nil) == raw.HFHUB_OK {
		// os.File closes what it has, and the descriptor is the library's
		own, _, failed := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_DUPFD_CLOEXEC, 0)
		if failed == 0 {
			file := os.NewFile(own, "operation")
			defer file.Close()
			if conn, err := file.SyscallConn(); err == nil {
				err = conn.Read(func(uintptr) bool { return raw.Hfhub_op_wait(native, 0, nil) != raw.HFHUB_PENDING })
				if err == nil {
					return
				}
			}
		}
	}
	raw.Hfhub_op_wait(native, -1, nil) // descriptors have run out: it costs a thread
}

func (o *operation) cancel() {
	if native, err := o.handle.acquire(); err == nil {
		raw.Hfhub_op_cancel(native)
		o.handle.release()
	}
}

// Done is closed at the operation's end, like that of a context.
//
// hfhub_op_get_fd: A descriptor that polls readable once the operation is complete; never read or close it. Valid until
// the operation is freed. Errors: E_NO_MEMORY. Since 0.1.
func (o *Operation) Done() <-chan struct{} { return o.state.watch() }

// Err is nil while the operation runs and when it succeeded; else it is its error. It never waits.
func (o *Operation) Err() error {
	native, err := o.state.handle.acquire()
	if err != nil {
		return err
	}
	defer o.state.handle.release()
	var failure uintptr
	if status := raw.Hfhub_op_wait(native, 0, &failure); status < 0 {
		return takeError(status, failure, o.state.ctx.Err())
	}
	return nil
}

// Cancel asks the operation to stop. It does not wait for that; Wait and Done do.
//
// hfhub_op_cancel: Asks the operation to stop: it completes soon with HFHUB_E_CANCELLED unless it is complete already.
// Any thread, any number of times, also from a signal handler. What can be resumed stays on disk. Since 0.1.
func (o *Operation) Cancel() { o.state.cancel() }

// Close frees the operation, and cancels it when it still runs. Who waits for it meanwhile is told that it was cancelled,
// or ErrClosed. The garbage collector does the same with a forgotten one.
//
// hfhub_op_free: Lets go of the operation, cancelling it when it still runs. Never waits. NULL is fine. Since 0.1.
func (o *Operation) Close() error {
	o.state.cancel()
	o.state.handle.close()
	return nil
}

// Path is the local file or folder that the operation made; "" before its end or when it makes none.
//
// hfhub_op_get_path: The local file or folder that the operation made; NULL before it is complete or when it makes
// none. Borrowed. Since 0.1.
func (o *Operation) Path() string {
	native, err := o.state.handle.acquire()
	if err != nil {
		return ""
	}
	defer o.state.handle.release()
	return text(raw.Hfhub_op_get_path(native))
}

// JSON is the operation's result as the library gives it, a document of its own.
//
// hfhub_op_get_json: The operation's data, a handle of its own. Errors: PENDING before it is complete; E_STATE when it
// failed or has none. Since 0.1.
func (o *Operation) JSON() (*JSON, error) {
	var document uintptr
	err := o.state.handle.use(func(native uintptr, err *uintptr) int32 {
		status := raw.Hfhub_op_get_json(native, &document, err)
		if status == raw.HFHUB_PENDING {
			return raw.HFHUB_E_STATE
		}
		return status
	})
	if err != nil {
		return nil, err
	}
	return newJSON(document), nil
}

// Wait waits for the end and gives the result. When the context that started the operation ends, Wait returns once the
// operation has really stopped.
//
// hfhub_op_wait: Waits until the operation is complete: OK, or its error (a fresh error object at each call), or
// PENDING after `timeout_ms` milliseconds. Negative: no limit; every step inside has its own deadline. Since 0.1.
func (op *Op[T]) Wait() (T, error) {
	defer runtime.KeepAlive(op.Operation)
	<-op.Done()
	return op.outcome()
}

// WaitProgress does the same; meanwhile it calls report on this goroutine every interval, and once at the end. A panic out of
// report leaves the operation running.
func (op *Op[T]) WaitProgress(interval time.Duration, report func(Progress)) (T, error) {
	defer runtime.KeepAlive(op.Operation)
	ticker := newTicker(interval)
	defer ticker.Stop()
	for running := true; running; {
		select {
		case <-op.Done():
			running = false
		case <-ticker.C:
		}
		if progress, err := op.Progress(); err == nil {
			report(progress)
		}
	}
	return op.outcome()
}

func (op *Op[T]) outcome() (T, error) {
	if err := op.Err(); err != nil {
		var none T
		return none, err
	}
	return op.result(op.Operation)
}
