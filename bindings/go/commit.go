package hfhub

import (
	"context"
	"io"
	"runtime"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// CommitOptions say where a commit goes and what it says. The zero value is a model's main revision, without a pull request.
//
// hfhub_commit_options_new:
//
// hfhub_commit_options_free:
type CommitOptions struct {
	// RepoType is "model", "dataset", "space" or "kernel".
	//
	// hfhub_commit_options_set_repo_type:
	RepoType string
	// Revision is what to commit to.
	//
	// hfhub_commit_options_set_revision:
	Revision string
	// Message is the first line.
	//
	// hfhub_commit_options_set_message:
	Message string
	// Description is what follows it.
	//
	// hfhub_commit_options_set_description:
	Description string
	// Parent is where the revision must be.
	//
	// hfhub_commit_options_set_parent:
	Parent string
	// CreatePR opens a pull request.
	//
	// hfhub_commit_options_set_create_pr:
	CreatePR bool
	// Token replaces the session's.
	//
	// hfhub_commit_options_set_token:
	Token string
	// Anonymous uses no token.
	Anonymous bool
	// AllowPatterns choose files of a folder.
	//
	// hfhub_commit_options_add_allow_pattern:
	AllowPatterns []string
	// IgnorePatterns leave files of a folder out.
	//
	// hfhub_commit_options_add_ignore_pattern:
	IgnorePatterns []string
	// DeletePatterns delete what the folder does not have.
	//
	// hfhub_commit_options_add_delete_pattern:
	DeletePatterns []string
	// RefuseLinks refuses folders with symbolic links to files.
	//
	// hfhub_commit_options_set_follow_links:
	RefuseLinks bool
	// NoJournal keeps no journal in the folder.
	//
	// hfhub_commit_options_set_journal:
	NoJournal bool
}

func (o *CommitOptions) build() (*builder, error) {
	if o == nil {
		return built(nil)
	}
	b := build(raw.Hfhub_commit_options_new, raw.Hfhub_commit_options_free)
	b.text(raw.Hfhub_commit_options_set_repo_type, o.RepoType)
	b.text(raw.Hfhub_commit_options_set_revision, o.Revision)
	b.text(raw.Hfhub_commit_options_set_message, o.Message)
	b.text(raw.Hfhub_commit_options_set_description, o.Description)
	b.text(raw.Hfhub_commit_options_set_parent, o.Parent)
	b.flag(raw.Hfhub_commit_options_set_create_pr, o.CreatePR)
	b.token(raw.Hfhub_commit_options_set_token, o.Token, o.Anonymous)
	b.texts(raw.Hfhub_commit_options_add_allow_pattern, o.AllowPatterns)
	b.texts(raw.Hfhub_commit_options_add_ignore_pattern, o.IgnorePatterns)
	b.texts(raw.Hfhub_commit_options_add_delete_pattern, o.DeletePatterns)
	b.off(raw.Hfhub_commit_options_set_follow_links, o.RefuseLinks)
	b.off(raw.Hfhub_commit_options_set_journal, o.NoJournal)
	return b.done()
}

// A Commit is put together by its Add, Delete and Copy methods, and made by Finish.
type Commit struct{ handle *handle }

// Commit begins a commit; its options need a message.
//
// hfhub_commit_new:
func (s *Session) Commit(repoID string, options *CommitOptions) (*Commit, error) {
	filled, err := built(options)
	if err != nil {
		return nil, err
	}
	defer filled.close()
	handle, err := s.handle.make(func(session uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_commit_new(session, &repoID, filled.native, out, err)
	}, raw.Hfhub_commit_free)
	if err != nil {
		return nil, err
	}
	commit := &Commit{handle}
	runtime.SetFinalizer(commit, (*Commit).Close)
	return commit, nil
}

// Close lets go of the commit. What was started goes on.
//
// hfhub_commit_free:
func (c *Commit) Close() error {
	runtime.SetFinalizer(c, nil)
	c.handle.close()
	return nil
}

// AddPath adds a file from disk.
//
// hfhub_commit_add_path:
func (c *Commit) AddPath(pathInRepo, filePath string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_path(commit, &pathInRepo, &filePath, err)
	})
}

// AddFolder adds a folder's files.
//
// hfhub_commit_add_folder:
func (c *Commit) AddFolder(folderPath, pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_folder(commit, &folderPath, &pathInRepo, err)
	})
}

// AddBytes adds a file of these bytes.
//
// hfhub_commit_add_bytes:
func (c *Commit) AddBytes(pathInRepo string, data []byte) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_bytes(commit, &pathInRepo, data, err)
	})
}

// AddStream adds a file that is written piece by piece.
//
// hfhub_commit_add_stream:
func (c *Commit) AddStream(pathInRepo string) (*CommitWriter, error) {
	handle, err := c.handle.make(func(commit uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_commit_add_stream(commit, &pathInRepo, out, err)
	}, raw.Hfhub_commit_writer_free)
	if err != nil {
		return nil, err
	}
	writer := &CommitWriter{handle}
	runtime.SetFinalizer(writer, (*CommitWriter).Close)
	return writer, nil
}

// DeleteFile deletes a file.
//
// hfhub_commit_delete_file:
func (c *Commit) DeleteFile(pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_delete_file(commit, &pathInRepo, err)
	})
}

// DeleteFolder deletes a folder.
//
// hfhub_commit_delete_folder:
func (c *Commit) DeleteFolder(pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_delete_folder(commit, &pathInRepo, err)
	})
}

// A CopySource is where a copy comes from. What is "" is the commit's own.
type CopySource struct{ RepoType, RepoID, Revision string }

// Copy copies a file on the Hub.
//
// hfhub_commit_copy:
func (c *Commit) Copy(sourcePath, pathInRepo string, source CopySource) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_copy(commit, &sourcePath, &pathInRepo, orNull(source.RepoType), orNull(source.RepoID),
			orNull(source.Revision), err)
	})
}

// AddReceipts adds files that others have brought to the Hub.
//
// hfhub_commit_add_receipts:
func (c *Commit) AddReceipts(lines string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_receipts(commit, &lines, err)
	})
}

// SetParent says where the revision must be; "" is anywhere.
//
// hfhub_commit_set_parent:
func (c *Commit) SetParent(commitID string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_set_parent(commit, &commitID, err)
	})
}

// OperationCount is how many were added; 0 when the commit is closed.
//
// hfhub_commit_get_operation_count:
func (c *Commit) OperationCount() int {
	commit, err := c.handle.acquire()
	if err != nil {
		return 0
	}
	defer c.handle.release()
	return int(raw.Hfhub_commit_get_operation_count(commit))
}

// Prepare brings the content to the Hub without committing it.
//
// hfhub_commit_prepare:
func (c *Commit) Prepare(ctx context.Context) (*JSON, error) {
	return finish(c.StartPrepare(ctx))
}

// StartPrepare starts Prepare.
func (c *Commit) StartPrepare(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, c.handle, nil, document, func(commit, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_commit_prepare(commit, op, err)
	})
}

// Finish makes the commit.
//
// hfhub_commit_finish:
func (c *Commit) Finish(ctx context.Context) (*CommitInfo, error) {
	return finish(c.StartFinish(ctx))
}

// StartFinish starts Finish.
func (c *Commit) StartFinish(ctx context.Context) (*Op[*CommitInfo], error) {
	return start(ctx, c.handle, nil, typed[CommitInfo], func(commit, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_commit_finish(commit, op, err)
	})
}

// A CommitWriter writes a file of a commit: Write, then Finish. One goroutine at a time.
type CommitWriter struct{ handle *handle }

var _ io.WriteCloser = (*CommitWriter)(nil)

// Write writes the next bytes.
//
// hfhub_commit_writer_write:
func (w *CommitWriter) Write(data []byte) (int, error) {
	err := w.handle.use(func(writer uintptr, err *uintptr) int32 { return raw.Hfhub_commit_writer_write(writer, data, err) })
	if err != nil {
		return 0, err
	}
	return len(data), nil
}

// Finish ends the file and adds it to its commit.
//
// hfhub_commit_writer_finish:
func (w *CommitWriter) Finish() error { return w.handle.use(raw.Hfhub_commit_writer_finish) }

// Close lets go of the writer; a file that was not finished is not added.
//
// hfhub_commit_writer_free:
func (w *CommitWriter) Close() error {
	runtime.SetFinalizer(w, nil)
	w.handle.close()
	return nil
}

// UploadFile commits one file.
//
// hfhub_upload_file:
func (s *Session) UploadFile(ctx context.Context, repoID, filePath, pathInRepo string, options *CommitOptions) (*CommitInfo, error) {
	return finish(s.StartUploadFile(ctx, repoID, filePath, pathInRepo, options))
}

// StartUploadFile starts UploadFile.
func (s *Session) StartUploadFile(ctx context.Context, repoID, filePath, pathInRepo string, options *CommitOptions) (*Op[*CommitInfo], error) {
	return start(ctx, s.handle, options, typed[CommitInfo], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_upload_file(session, &repoID, &filePath, &pathInRepo, options, op, err)
	})
}

// UploadFolder uploads a folder.
//
// hfhub_upload_folder:
func (s *Session) UploadFolder(ctx context.Context, repoID, folderPath, pathInRepo string, options *CommitOptions) (*CommitInfo, error) {
	return finish(s.StartUploadFolder(ctx, repoID, folderPath, pathInRepo, options))
}

// StartUploadFolder starts UploadFolder.
func (s *Session) StartUploadFolder(ctx context.Context, repoID, folderPath, pathInRepo string, options *CommitOptions) (*Op[*CommitInfo], error) {
	return start(ctx, s.handle, options, typed[CommitInfo], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_upload_folder(session, &repoID, &folderPath, &pathInRepo, options, op, err)
	})
}

// DeleteFiles deletes what the options' DeletePatterns match.
//
// hfhub_delete_files:
func (s *Session) DeleteFiles(ctx context.Context, repoID string, options *CommitOptions) (*CommitInfo, error) {
	return finish(s.StartDeleteFiles(ctx, repoID, options))
}

// StartDeleteFiles starts DeleteFiles.
func (s *Session) StartDeleteFiles(ctx context.Context, repoID string, options *CommitOptions) (*Op[*CommitInfo], error) {
	return start(ctx, s.handle, options, typed[CommitInfo], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_delete_files(session, &repoID, options, op, err)
	})
}

// A Scheduler commits a folder again and again.
type Scheduler struct{ handle *handle }

// Schedule starts one.
//
// hfhub_scheduler_start:
func (s *Session) Schedule(repoID, folderPath, pathInRepo string, every time.Duration, options *CommitOptions) (*Scheduler, error) {
	filled, err := built(options)
	if err != nil {
		return nil, err
	}
	defer filled.close()
	handle, err := s.handle.make(func(session uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_scheduler_start(session, &repoID, &folderPath, &pathInRepo, every.Milliseconds(), filled.native, out, err)
	}, raw.Hfhub_scheduler_free)
	if err != nil {
		return nil, err
	}
	scheduler := &Scheduler{handle}
	runtime.SetFinalizer(scheduler, (*Scheduler).Close)
	return scheduler, nil
}

// Trigger commits at once.
//
// hfhub_scheduler_trigger:
func (s *Scheduler) Trigger(ctx context.Context) (*CommitInfo, error) {
	return finish(s.StartTrigger(ctx))
}

// StartTrigger starts Trigger.
func (s *Scheduler) StartTrigger(ctx context.Context) (*Op[*CommitInfo], error) {
	return start(ctx, s.handle, nil, typed[CommitInfo], func(scheduler, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_scheduler_trigger(scheduler, op, err)
	})
}

// Stop makes the last commit and waits for it.
//
// hfhub_scheduler_stop:
func (s *Scheduler) Stop(ctx context.Context) (*CommitInfo, error) {
	return finish(s.StartStop(ctx))
}

// StartStop starts Stop.
func (s *Scheduler) StartStop(ctx context.Context) (*Op[*CommitInfo], error) {
	return start(ctx, s.handle, nil, typed[CommitInfo], func(scheduler, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_scheduler_stop(scheduler, op, err)
	})
}

// Close lets go of the scheduler.
//
// hfhub_scheduler_free:
func (s *Scheduler) Close() error {
	runtime.SetFinalizer(s, nil)
	s.handle.close()
	return nil
}
