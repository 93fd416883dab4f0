package hfhub

import (
	"context"
	"io"
	"math"
	"runtime"
	"unsafe"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// XetUnknown is the size of a file whose size nobody has said, and the end of a range without an end.
const XetUnknown uint64 = math.MaxUint64

// A XetRange says which bytes of a file a stream reads, and how.
type XetRange struct {
	Begin     uint64
	End       uint64 // not included; XetUnknown is the end of the file
	Unordered bool   // pieces come as they arrive; for Pieces only
}

// A XetStream reads a file, or a range of one, from Xet storage. Read, WriteTo and Pieces go on where the last of them has
// stopped, for one goroutine at a time; ReadAt stands apart from them and may be called by many at once.
type XetStream struct {
	handle  *handle
	ctx     context.Context
	rest    Piece // what Read has not given yet: the library's memory
	session *Session
	options *XetOptions
	hash    string
	size    uint64
}

var (
	_ io.ReadCloser = (*XetStream)(nil)
	_ io.WriterTo   = (*XetStream)(nil)
	_ io.ReaderAt   = (*XetStream)(nil)
)

// XetStream opens a file by its hash. size is that of the whole file, or XetUnknown; nil for r is the whole file in its order.
// When ctx ends, so does the stream, with its error. Whoever waits for bytes holds a thread.
//
// hfhub_xet_stream_open: Opens bytes [range_begin, range_end) of a file for reading. `size_bytes` is that of the whole
// file, or HFHUB_XET_UNKNOWN; `range_end` may be HFHUB_XET_UNKNOWN. `ordered` 0: pieces come as they arrive. Nothing is
// asked before the first hfhub_xet_stream_next. Errors: E_ARGUMENT when range_begin > range_end, or range_begin > 0 and
// past the size. Since 0.1.
func (s *Session) XetStream(ctx context.Context, hash string, size uint64, r *XetRange, options *XetOptions) (*XetStream, error) {
	if r == nil {
		r = &XetRange{End: XetUnknown}
	}
	begin, end, ordered := r.Begin, r.End, number(!r.Unordered)
	handle, err := s.open(ctx, options, func(session, options uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_xet_stream_open(session, options, &hash, size, begin, end, ordered, out, err)
	}, raw.Hfhub_xet_stream_cancel, raw.Hfhub_xet_stream_free)
	if err != nil {
		return nil, err
	}
	stream := &XetStream{handle: handle, ctx: ctx, session: s, options: options, hash: hash, size: size}
	runtime.SetFinalizer(stream, (*XetStream).Close)
	return stream, nil
}

// Close ends the stream and lets go of it.
//
// hfhub_xet_stream_free: Lets go of the stream. Never waits. NULL is fine. Since 0.1.
func (x *XetStream) Close() error {
	x.Cancel() // a Read that waits returns, and lets go of the stream
	x.handle.close()
	return nil
}

// Cancel ends the stream: who reads gets an error that is ErrCancelled.
//
// hfhub_xet_stream_cancel: Ends the stream with E_CANCELLED, never with a silent END. Any thread. NULL is fine. Since
// 0.1.
func (x *XetStream) Cancel() {
	if stream, err := x.handle.acquire(); err == nil {
		defer x.handle.release()
		raw.Hfhub_xet_stream_cancel(stream)
	}
}

// Progress is the counters of the stream.
//
// hfhub_xet_stream_get_progress: Counters of the stream. Since 0.1.
func (x *XetStream) Progress() (Progress, error) {
	return x.handle.progress(raw.Hfhub_xet_stream_get_progress)
}

// next gives the next piece in the library's memory, which stays until the following call; io.EOF at the end.
func (x *XetStream) next(stream uintptr) (Piece, error) {
	var bytes raw.Bytes
	var offset uint64
	var failure uintptr
	status := raw.Hfhub_xet_stream_next(stream, -1, &bytes, &offset, &failure)
	if status < 0 {
		return Piece{}, byContext(x.ctx, takeError(status, failure, nil))
	}
	if status == raw.HFHUB_END {
		return Piece{}, io.EOF
	}
	return Piece{offset, unsafe.Slice((*byte)(bytes.Data), bytes.Size)}, nil
}

// A Piece is some bytes of a file.
type Piece struct {
	Offset uint64 // in the file
	Data   []byte
}

// Pieces iterates over what comes, without copying it: Data is valid until the iteration goes on. With Go 1.23:
//
//	for piece, err := range stream.Pieces() {
//
// hfhub_xet_stream_next: The next bytes, borrowed until the next call: OK; END; PENDING after `timeout_ms` (negative:
// no limit); or an error, E_CANCELLED after cancel. `out_offset` (may be NULL) is their place in the file. Whoever
// reads slowly slows the network; nothing piles up. A whole file read to its END has been verified. One thread at a
// time. Since 0.1.
func (x *XetStream) Pieces() func(yield func(Piece, error) bool) {
	return func(yield func(Piece, error) bool) {
		stream, err := x.handle.acquire()
		if err != nil {
			yield(Piece{}, err)
			return
		}
		defer x.handle.release()
		defer runtime.KeepAlive(x)
		for {
			piece, err := x.take(stream)
			if err == io.EOF || !yield(piece, err) || err != nil {
				return
			}
		}
	}
}

// take gives what is left of a piece, or the next one.
func (x *XetStream) take(stream uintptr) (Piece, error) {
	if len(x.rest.Data) == 0 {
		return x.next(stream)
	}
	piece := x.rest
	x.rest = Piece{}
	return piece, nil
}

// Read copies the next bytes.
func (x *XetStream) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	stream, err := x.handle.acquire()
	if err != nil {
		return 0, err
	}
	defer x.handle.release()
	for {
		piece, err := x.take(stream)
		if err != nil {
			return 0, err
		}
		n := copy(p, piece.Data)
		x.rest = Piece{piece.Offset + uint64(n), piece.Data[n:]}
		if n > 0 {
			return n, nil
		}
	}
}

// WriteTo writes all that is left to w, without copying it. io.Copy uses it.
func (x *XetStream) WriteTo(w io.Writer) (int64, error) {
	total := int64(0)
	var failure error
	x.Pieces()(func(piece Piece, err error) bool {
		if err != nil {
			failure = err
			return false
		}
		n, err := w.Write(piece.Data)
		total += int64(n)
		if err == nil && n < len(piece.Data) {
			err = io.ErrShortWrite
		}
		if err != nil {
			x.rest = Piece{piece.Offset + uint64(n), piece.Data[n:]}
			failure = err
		}
		return err == nil
	})
	return total, failure
}

// ReadAt reads from any place of the file, whatever the stream's range, by a stream of its own. The session must be open.
func (x *XetStream) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, &Error{Status: ErrArgument, Message: "a negative offset", RetryAfter: -1}
	}
	begin := uint64(offset)
	if len(p) == 0 {
		return 0, nil
	}
	if begin >= x.size { // never when the size is not known
		return 0, io.EOF
	}
	end := begin + uint64(len(p))
	if end > x.size {
		end = x.size
	}
	stream, err := x.session.XetStream(x.ctx, x.hash, x.size, &XetRange{Begin: begin, End: end}, x.options)
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	n, err := io.ReadFull(stream, p[:end-begin])
	if err == io.ErrUnexpectedEOF || err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}
