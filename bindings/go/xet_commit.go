package hfhub

import (
	"context"
	"io"
	"runtime"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// A XetCommit stores files by their content; they become readable together when Finish has succeeded.
type XetCommit struct {
	handle *handle
	ctx    context.Context
}

// A SHA256 says where the SHA-256 of a file comes from that is added to a XetCommit.
type SHA256 struct{ known *string }

// SHA256Computed is the zero value: the library computes it. SHA256LeftOut does without.
var (
	SHA256Computed = SHA256{}
	SHA256LeftOut  = SHA256{new(string)}
)

// SHA256Known takes 64 hex digits as given.
func SHA256Known(hex string) SHA256 { return SHA256{&hex} }

// XetCommit begins one. When ctx ends, the commit is cancelled, and whoever writes to it or adds to it returns.
//
// hfhub_xet_commit_new: A commit: files that become readable together. `options` NULL: defaults. Opens no connection
// yet. Since 0.1.
func (s *Session) XetCommit(ctx context.Context, options *XetOptions) (*XetCommit, error) {
	handle, err := s.open(ctx, options, raw.Hfhub_xet_commit_new, raw.Hfhub_xet_commit_cancel, raw.Hfhub_xet_commit_free)
	if err != nil {
		return nil, err
	}
	commit := &XetCommit{handle, ctx}
	runtime.SetFinalizer(commit, (*XetCommit).Close)
	return commit, nil
}

// Close lets go of the commit, and cancels it unless Finish was called.
//
// hfhub_xet_commit_free: Lets go of the commit, cancelling it unless finish was called. Never waits. NULL is fine.
// Since 0.1.
func (c *XetCommit) Close() error {
	c.handle.close()
	return nil
}

// Cancel stops all that the commit does.
//
// hfhub_xet_commit_cancel: Stops everything of this commit; the session stays usable. Any thread, also a signal
// handler. NULL is fine. Since 0.1.
func (c *XetCommit) Cancel() {
	if commit, err := c.handle.acquire(); err == nil {
		defer c.handle.release()
		raw.Hfhub_xet_commit_cancel(commit)
	}
}

// AddPath adds a file from disk and gives its index. name is for progress and results; "" is the path.
//
// hfhub_xet_commit_add_path: Adds a file, which is read in the background from now on. `name` is for progress and
// results (NULL: the path). `sha256`: NULL computes it, "" leaves it out, 64 hex digits are taken as given. `out_index`
// (may be NULL) gets the item's number. Errors: E_ARGUMENT, E_IO, E_STATE after finish or cancel. Since 0.1.
func (c *XetCommit) AddPath(filePath, name string, sha256 SHA256) (int, error) {
	var index uint64
	err := c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_add_path(commit, &filePath, orNull(name), sha256.known, &index, err)
	})
	return int(index), byContext(c.ctx, err)
}

// AddBytes adds a file of these bytes and gives its index.
//
// hfhub_xet_commit_add_bytes: Adds bytes, taken in before it returns; it waits while the stages behind are full. Since
// 0.1.
func (c *XetCommit) AddBytes(name string, data []byte, sha256 SHA256) (int, error) {
	var index uint64
	err := c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_add_bytes(commit, &name, data, sha256.known, &index, err)
	})
	return int(index), byContext(c.ctx, err)
}

// AddStream adds a file that is written piece by piece.
//
// hfhub_xet_commit_add_stream: Adds a file that is written piece by piece. Since 0.1.
func (c *XetCommit) AddStream(name string, sha256 SHA256) (*XetWriter, error) {
	handle, err := c.handle.make(func(commit uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_add_stream(commit, &name, sha256.known, out, err)
	}, raw.Hfhub_xet_writer_free)
	if err != nil {
		return nil, byContext(c.ctx, err)
	}
	writer := &XetWriter{handle, c.ctx}
	runtime.SetFinalizer(writer, (*XetWriter).Close)
	return writer, nil
}

// Finish stores what is left and makes the files readable. Its answer is the report.
//
// hfhub_xet_commit_finish: Starts the end: the operation waits for all items, stores what is left and registers it. Its
// JSON is the report: {"items", "total_bytes", "deduped_bytes", "new_bytes", "total_chunks", "deduped_chunks",
// "new_chunks", "deduped_bytes_by_global_dedup", "deduped_chunks_by_global_dedup", "defrag_prevented_dedup_bytes",
// "defrag_prevented_dedup_chunks", "xorbs", "xorb_bytes_uploaded", "shards", "shard_bytes_uploaded",
// "total_bytes_uploaded"}. It fails with the first error of any item or request; then nothing was registered, what CAS
// has stored is remembered, and the next commit with the same files sends only the rest. Errors: E_STATE the second
// time. Since 0.1.
func (c *XetCommit) Finish(ctx context.Context) (*JSON, error) { return finish(c.StartFinish(ctx)) }

// StartFinish starts Finish.
func (c *XetCommit) StartFinish(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, c.handle, nil, document, func(commit, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_finish(commit, op, err)
	})
}

// ItemCount is how many files were added; 0 when the commit is closed.
//
// hfhub_xet_commit_get_item_count: Items added so far. Since 0.1.
func (c *XetCommit) ItemCount() int {
	commit, err := c.handle.acquire()
	if err != nil {
		return 0
	}
	defer c.handle.release()
	return int(raw.Hfhub_xet_commit_get_item_count(commit))
}

// Item is a file of the commit; nil without an error while it is worked on.
//
// hfhub_xet_commit_get_item: An item: {"name", "hash", "size", "sha256", "total_bytes", "new_bytes", "deduped_bytes",
// "total_chunks", "new_chunks", "deduped_chunks", "reused"}. PENDING while it is worked on; its own error when it
// failed. Readable by others only after finish. Since 0.1.
func (c *XetCommit) Item(index int) (*XetFile, error) {
	var native uintptr
	err := c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_get_item(commit, uint64(index), &native, err)
	})
	if err != nil || native == 0 {
		return nil, byContext(c.ctx, err)
	}
	return xetFile(newJSON(native))
}

func xetFile(document *JSON) (*XetFile, error) {
	file := &XetFile{}
	if err := document.Decode("", file); err != nil {
		return nil, err
	}
	file.attach(document)
	return file, nil
}

// Report is how far the commit is.
//
// hfhub_xet_commit_get_report: The report so far, and of shards {"shard_entries", "shard_entries_validated",
// "shards_stored", "shards_completed"}. Never blocks for long. Since 0.1.
func (c *XetCommit) Report() (*JSON, error) {
	var native uintptr
	err := c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_commit_get_report(commit, &native, err)
	})
	if err != nil {
		return nil, err
	}
	return newJSON(native), nil
}

// Progress is the counters of the commit.
//
// hfhub_xet_commit_get_progress: Counters of the whole commit, before and after finish. Since 0.1.
func (c *XetCommit) Progress() (Progress, error) {
	return c.handle.progress(raw.Hfhub_xet_commit_get_progress)
}

// A XetWriter writes a file of a XetCommit: Write, then Finish. One goroutine at a time.
type XetWriter struct {
	handle *handle
	ctx    context.Context
}

var _ io.WriteCloser = (*XetWriter)(nil)

// Write writes the next bytes. It waits while the network is behind, at most until the commit's context ends.
//
// hfhub_xet_writer_write: Writes the next bytes; waits while the stages behind are full. One thread at a time. Errors:
// E_STATE after finish, the commit's error. Since 0.1.
func (w *XetWriter) Write(data []byte) (int, error) {
	err := w.handle.use(func(writer uintptr, err *uintptr) int32 { return raw.Hfhub_xet_writer_write(writer, data, err) })
	if err != nil {
		return 0, byContext(w.ctx, err)
	}
	return len(data), nil
}

// Finish ends the file.
//
// hfhub_xet_writer_finish: Ends the file; `out_json` (may be NULL) gets the item as in hfhub_xet_commit_get_item. Since
// 0.1.
func (w *XetWriter) Finish() (*XetFile, error) {
	var native uintptr
	err := w.handle.use(func(writer uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_writer_finish(writer, &native, err)
	})
	if err != nil {
		return nil, byContext(w.ctx, err)
	}
	return xetFile(newJSON(native))
}

// Index is the file's number in its commit; -1 when the writer is closed.
//
// hfhub_xet_writer_get_index: The item's number in its commit. Since 0.1.
func (w *XetWriter) Index() int {
	writer, err := w.handle.acquire()
	if err != nil {
		return -1
	}
	defer w.handle.release()
	return int(raw.Hfhub_xet_writer_get_index(writer))
}

// Close lets go of the writer; a file that was not finished fails, and its commit with it.
//
// hfhub_xet_writer_free: Lets go of the writer; an unfinished file fails, and its commit with it. NULL is fine. Since
// 0.1.
func (w *XetWriter) Close() error {
	w.handle.close()
	return nil
}
