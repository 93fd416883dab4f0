package hfhub

import (
	"runtime"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// An ItemState says how far an item is.
type ItemState uint32

// The states of items.
const (
	ItemWaiting ItemState = raw.HFHUB_ITEM_WAITING
	ItemRunning ItemState = raw.HFHUB_ITEM_RUNNING
	ItemDone    ItemState = raw.HFHUB_ITEM_DONE
	ItemFailed  ItemState = raw.HFHUB_ITEM_FAILED
	ItemCached  ItemState = raw.HFHUB_ITEM_CACHED // was on disk already
)

// Progress is a snapshot of counters, of an operation or of one of its items.
type Progress struct {
	State          ItemState // of an item
	ItemsDone      int       // finished, cached ones included
	ItemsTotal     int       // known so far
	ItemsCached    int       // of ItemsDone: were on disk already
	BytesDone      uint64    // of the content, resumed bytes included
	BytesTotal     uint64    // of the content, known so far; 0 when unknown
	ResumedBytes   uint64    // of BytesDone: were on disk from an earlier, broken download
	WireBytes      uint64    // moved over the network, repeats included
	BytesPerSecond uint64    // recent
	Elapsed        time.Duration
}

// progress runs a call that fills C's counters.
func (h *handle) progress(call func(native uintptr, out *raw.Progress, err *uintptr) int32) (Progress, error) {
	native, err := h.acquire()
	if err != nil {
		return Progress{}, err
	}
	defer h.release()
	return takeProgress(native, call)
}

func takeProgress(native uintptr, call func(native uintptr, out *raw.Progress, err *uintptr) int32) (Progress, error) {
	counters := raw.Progress{StructSize: raw.ProgressSize}
	var failure uintptr
	if err := check(call(native, &counters, &failure), failure); err != nil {
		return Progress{}, err
	}
	return Progress{
		State:          ItemState(counters.State),
		ItemsDone:      int(counters.ItemsDone),
		ItemsTotal:     int(counters.ItemsTotal),
		ItemsCached:    int(counters.ItemsCached),
		BytesDone:      counters.BytesDone,
		BytesTotal:     counters.BytesTotal,
		ResumedBytes:   counters.ResumedBytes,
		WireBytes:      counters.WireBytes,
		BytesPerSecond: counters.RateBytesPerS,
		Elapsed:        time.Duration(counters.ElapsedMs) * time.Millisecond,
	}, nil
}

// newTicker ticks every interval, but not faster than the library's counters change.
func newTicker(interval time.Duration) *time.Ticker {
	if interval < 10*time.Millisecond {
		interval = 10 * time.Millisecond
	}
	return time.NewTicker(interval)
}

// Progress is the counters of the whole operation. It never waits.
//
// hfhub_op_get_progress: Counters of the whole operation. Never blocks. Since 0.1.
func (o *Operation) Progress() (Progress, error) {
	return o.state.handle.progress(raw.Hfhub_op_get_progress)
}

// Watch gives the counters every interval, and a last time at the end, after which the channel is closed. Whoever reads
// slowly gets the newest; whoever stops reading loses nothing but that.
func (o *Operation) Watch(interval time.Duration) <-chan Progress {
	out := make(chan Progress, 1)
	done := o.Done()
	state := o.state
	if _, err := state.handle.acquire(); err != nil {
		close(out)
		return out
	}
	go func() {
		defer close(out)
		defer state.handle.release()
		ticker := newTicker(interval)
		defer ticker.Stop()
		for running := true; running; {
			select {
			case <-done:
				running = false
			case <-ticker.C:
			}
			progress, err := takeProgress(state.handle.native, raw.Hfhub_op_get_progress)
			if err != nil {
				return
			}
			select {
			case <-out: // nobody took the last one
			default:
			}
			out <- progress
		}
	}()
	return out
}

// An Item is a file of an operation.
type Item struct {
	Name string // its path in the repository
	Progress
}

// Items iterates over the files known so far, of which there may be more later. With Go 1.23:
//
//	for item, err := range op.Items() {
//
// hfhub_op_get_item_count: Items (files) known so far; grows while the operation runs. Since 0.1.
//
// hfhub_op_get_item_name: Name of an item, its path in the repository; NULL past the end. Borrowed. Since 0.1.
//
// hfhub_op_get_item_progress: Counters of one item. Errors: E_ARGUMENT past the end. Since 0.1.
func (o *Operation) Items() func(yield func(Item, error) bool) {
	return func(yield func(Item, error) bool) {
		defer runtime.KeepAlive(o)
		for index, count := uint64(0), o.itemCount(); index < count; index++ {
			var item Item
			var err error
			item.Progress, err = o.state.handle.progress(func(native uintptr, out *raw.Progress, err *uintptr) int32 {
				item.Name = text(raw.Hfhub_op_get_item_name(native, index))
				return raw.Hfhub_op_get_item_progress(native, index, out, err)
			})
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

func (o *Operation) itemCount() uint64 {
	native, err := o.state.handle.acquire()
	if err != nil {
		return 0
	}
	defer o.state.handle.release()
	return raw.Hfhub_op_get_item_count(native)
}
