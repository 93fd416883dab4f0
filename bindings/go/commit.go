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
// hfhub_commit_options_new: Options with their defaults: a model, its revision "main", no pull request. Since 0.1.
//
// hfhub_commit_options_free: Frees the options. NULL is fine. Since 0.1.
type CommitOptions struct {
	// RepoType is "model", "dataset", "space" or "kernel".
	//
	// hfhub_commit_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since
	// 0.1.
	RepoType string
	// Revision is what to commit to.
	//
	// hfhub_commit_options_set_revision: A branch, or refs/pr/N. Default "main". Errors: E_ARGUMENT. Since 0.1.
	Revision string
	// Message is the first line.
	//
	// hfhub_commit_options_set_message: The commit's message; a commit needs one, uploads of files and folders have a
	// default. Errors: E_ARGUMENT when it is empty or not UTF-8. Since 0.1.
	Message string
	// Description is what follows it.
	//
	// hfhub_commit_options_set_description: What is said below the message. Errors: E_ARGUMENT when it is not UTF-8. Since
	// 0.1.
	Description string
	// Parent is where the revision must be.
	//
	// hfhub_commit_options_set_parent: The revision must be at this commit (5 to 40 hex digits), else the operation fails
	// with E_CONFLICT. Since 0.1.
	Parent string
	// CreatePR opens a pull request.
	//
	// hfhub_commit_options_set_create_pr: 1: the commit opens a pull request. Since 0.1.
	CreatePR bool
	// Token replaces the session's.
	//
	// hfhub_commit_options_set_token: The token for this call; "" for none. Errors: E_ARGUMENT. Since 0.1.
	Token string
	// Anonymous uses no token.
	Anonymous bool
	// AllowPatterns choose files of a folder.
	//
	// hfhub_commit_options_add_allow_pattern: Folders: only files that match one of the allow patterns, which have the
	// meaning of hfhub_download_options_add_allow_pattern on the path below the folder. Since 0.1.
	AllowPatterns []string
	// IgnorePatterns leave files of a folder out.
	//
	// hfhub_commit_options_add_ignore_pattern: Folders: no file that matches one of the ignore patterns. The folders .git
	// and .cache/huggingface are always left out. Since 0.1.
	IgnorePatterns []string
	// DeletePatterns delete what the folder does not have.
	//
	// hfhub_commit_options_add_delete_pattern: Folders: files of the repository below the destination that match are
	// deleted in the same commit, unless they are uploaded; .gitattributes stays. Since 0.1.
	DeletePatterns []string
	// RefuseLinks refuses folders with symbolic links to files.
	//
	// hfhub_commit_options_set_follow_links: Folders: 0 refuses a folder that holds symbolic links to files (default: they
	// are followed; links to folders never are). Since 0.1.
	RefuseLinks bool
	// NoJournal keeps no journal in the folder.
	//
	// hfhub_commit_options_set_journal: Folders: 0 keeps no journal in the folder's .cache/huggingface/upload (default:
	// kept, so that the next upload does not read unchanged files again). Since 0.1.
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
// hfhub_commit_new: An empty commit to a repository. Asks nothing yet. Errors: E_ARGUMENT, also when the options have
// no message. Since 0.1.
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
// hfhub_commit_free: Lets go of the commit; a running operation goes on. NULL is fine. Since 0.1.
func (c *Commit) Close() error {
	c.handle.close()
	return nil
}

// AddPath adds a file from disk.
//
// hfhub_commit_add_path: Adds a file from disk, or replaces what is at `path_in_repo`. The file is read by the
// operation; when it has changed until then the operation fails and names it. Errors: E_ARGUMENT for a path that a
// repository cannot have, E_IO, E_STATE. Since 0.1.
func (c *Commit) AddPath(pathInRepo, filePath string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_path(commit, &pathInRepo, &filePath, err)
	})
}

// AddFolder adds a folder's files.
//
// hfhub_commit_add_folder: Adds every file below a folder that the options' allow and ignore patterns select, at
// `path_in_repo` ("" or ".": the root). Errors: E_ARGUMENT for a name that a repository cannot have, E_IO for what
// cannot be read, E_STATE. Since 0.1.
func (c *Commit) AddFolder(folderPath, pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_folder(commit, &folderPath, &pathInRepo, err)
	})
}

// AddBytes adds a file of these bytes.
//
// hfhub_commit_add_bytes: Adds a file with these bytes, which are copied. Errors: E_ARGUMENT, E_STATE. Since 0.1.
func (c *Commit) AddBytes(pathInRepo string, data []byte) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_bytes(commit, &pathInRepo, data, err)
	})
}

// AddStream adds a file that is written piece by piece.
//
// hfhub_commit_add_stream: Adds a file that is written piece by piece, of a size that nobody needs to know. More than 1
// MiB goes to a temporary file below option cache.xet_dir, which goes with the commit. It is part of the commit once
// hfhub_commit_writer_finish has returned. Errors: E_ARGUMENT, E_STATE. Since 0.1.
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
// hfhub_commit_delete_file: Deletes a file. Errors: E_ARGUMENT, E_STATE. Since 0.1.
func (c *Commit) DeleteFile(pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_delete_file(commit, &pathInRepo, err)
	})
}

// DeleteFolder deletes a folder.
//
// hfhub_commit_delete_folder: Deletes a folder and all that is in it. Errors: E_ARGUMENT, E_STATE. Since 0.1.
func (c *Commit) DeleteFolder(pathInRepo string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_delete_folder(commit, &pathInRepo, err)
	})
}

// A CopySource is where a copy comes from. What is "" is the commit's own.
type CopySource struct{ RepoType, RepoID, Revision string }

// Copy copies a file on the Hub.
//
// hfhub_commit_copy: Copies `source_path` to `path_in_repo`; large files on the Hub, without their bytes passing
// through here. `source_type` and `source_repo_id` NULL: from the same repository. `source_revision` NULL: the commit's
// revision, or the other repository's main. Errors: E_ARGUMENT, E_STATE. Since 0.1.
func (c *Commit) Copy(sourcePath, pathInRepo string, source CopySource) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_copy(commit, &sourcePath, &pathInRepo, orNull(source.RepoType), orNull(source.RepoID),
			orNull(source.Revision), err)
	})
}

// AddReceipts adds files that others have brought to the Hub.
//
// hfhub_commit_add_receipts: Adds files that other processes or machines brought to the Hub: receipts of
// hfhub_commit_prepare, one JSON object a line. The Hub is asked whether it has them before anything is committed.
// Errors: E_ARGUMENT for a receipt that is damaged, has expired or is for another repository; E_STATE. Since 0.1.
func (c *Commit) AddReceipts(lines string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_add_receipts(commit, &lines, err)
	})
}

// SetParent says where the revision must be; "" is anywhere.
//
// hfhub_commit_set_parent: Another parent, e.g. after E_CONFLICT; "" for any. Errors: E_ARGUMENT, E_STATE. Since 0.1.
func (c *Commit) SetParent(commitID string) error {
	return c.handle.use(func(commit uintptr, err *uintptr) int32 {
		return raw.Hfhub_commit_set_parent(commit, &commitID, err)
	})
}

// OperationCount is how many were added; 0 when the commit is closed.
//
// hfhub_commit_get_operation_count: Operations added so far. Since 0.1.
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
// hfhub_commit_prepare: Brings the content of all added files to the Hub without committing it. Result JSON:
// {"receipts": [{"path", "size", "storage": "regular", "xet" or "lfs", "sha256", "oid" and "content" of a regular file,
// "xet_hash", "repo", "expires": seconds since 1970}]}. Errors: E_ARGUMENT for operations that contradict each other,
// E_STATE, network and Hub errors. Since 0.1.
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
// hfhub_commit_finish: Makes the commit: brings content to the Hub that is not there, then commits everything at once.
// Files whose content the revision has already are left out; when nothing is left, no commit is made and the answer is
// the revision's head. Result JSON: {"committed": whether one was made, "commit_oid", "commit_url", "commit_message",
// "commit_description", "pr_url" or null, "pr_num" or null, "pr_revision" or null, "repo_url", "regular", "xet", "lfs":
// files by storage, "copied", "deleted", "unchanged": numbers, "ignored": [path] by .gitignore, "stored_bytes",
// "deduped_bytes", "sent_bytes"}. Errors: E_CONFLICT when the parent has moved; after any failure the commit can be
// changed and finished again, and what was stored is not sent again. E_STATE once it was made. Since 0.1.
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
// hfhub_commit_writer_write: Writes the next bytes. One thread at a time. Errors: E_STATE after finish; E_IO,
// E_DISK_FULL. Since 0.1.
func (w *CommitWriter) Write(data []byte) (int, error) {
	err := w.handle.use(func(writer uintptr, err *uintptr) int32 { return raw.Hfhub_commit_writer_write(writer, data, err) })
	if err != nil {
		return 0, err
	}
	return len(data), nil
}

// Finish ends the file and adds it to its commit.
//
// hfhub_commit_writer_finish: Ends the file and adds it to its commit. Errors: E_STATE the second time, or when the
// commit takes nothing any more. Since 0.1.
func (w *CommitWriter) Finish() error { return w.handle.use(raw.Hfhub_commit_writer_finish) }

// Close lets go of the writer; a file that was not finished is not added.
//
// hfhub_commit_writer_free: Lets go of the writer; a file that was not finished is not added. NULL is fine. Since 0.1.
func (w *CommitWriter) Close() error {
	w.handle.close()
	return nil
}

// UploadFile commits one file.
//
// hfhub_upload_file: Commits one file. The default message is "Upload <path_in_repo> with hfhub". Result JSON as
// hfhub_commit_finish. Since 0.1.
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
// hfhub_upload_folder: Uploads a folder of any size to `path_in_repo` ("" or ".": the root), in as many commits as the
// Hub can take: usually one; the messages of later ones end in " (part 2)" and so on. Reading, transfers and commits
// overlap. A broken upload goes on where it was when it is called again. Result JSON as hfhub_commit_finish, of the
// last commit, with totals over all, and {"commits", "files", "reused": files that were not read again}. Errors:
// E_ARGUMENT for create_pr with another revision than main; E_IO for a folder that cannot be read. Since 0.1.
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
// hfhub_delete_files: Deletes the revision's files that match one of the options' delete patterns, in one commit;
// .gitattributes stays. The default message is "Delete files <patterns> with hfhub". Result JSON as
// hfhub_commit_finish; when nothing matches no commit is made. Errors: E_ARGUMENT without a pattern. Since 0.1.
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
// hfhub_scheduler_start: Commits a folder every `every_ms` milliseconds, beginning now: files that are new or have
// changed, as far as they are at that moment, so that a program may go on appending to them. Nothing is ever deleted.
// `path_in_repo` and the options' allow and ignore patterns as for hfhub_upload_folder; the default message is
// "Scheduled Commit". A commit that fails is logged and tried again at the next time. Errors: E_ARGUMENT, also for
// `every_ms` below 1. Since 0.1.
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
// hfhub_scheduler_trigger: A commit at once, of what is in the folder now. Result JSON as hfhub_commit_finish, or
// {"committed": false} when nothing is new. Errors: E_STATE after stop. Since 0.1.
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
// hfhub_scheduler_stop: The last commit: when its operation has succeeded nothing of the folder is missing on the Hub.
// Errors: E_STATE the second time. Since 0.1.
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
// hfhub_scheduler_free: Lets go of the scheduler; unless it was stopped, one last commit is made in the background, for
// which nobody waits. NULL is fine. Since 0.1.
func (s *Scheduler) Close() error {
	s.handle.close()
	return nil
}
