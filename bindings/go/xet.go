package hfhub

import (
	"context"
	"runtime"
	"time"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// XetOptions say which Xet store is meant, and with which rights. The zero value is the session's option xet.endpoint and no
// token.
//
// hfhub_xet_options_new: Options with their defaults: the CAS of option xet.endpoint, no token. Since 0.1.
//
// hfhub_xet_options_free: Frees the options. NULL is fine. Since 0.1.
type XetOptions struct {
	// Endpoint is the store's base URL.
	//
	// hfhub_xet_options_set_endpoint: Base URL of the CAS; without it the token route names one. Errors: E_ARGUMENT. Since
	// 0.1.
	Endpoint string
	// Token is for the store, until TokenExpires; the zero time is never.
	//
	// hfhub_xet_options_set_token: A CAS token and when it expires, in seconds since 1970. Errors: E_ARGUMENT when a
	// header cannot carry it. Since 0.1.
	Token        string
	TokenExpires time.Time
	// RefreshURL gives new tokens.
	//
	// hfhub_xet_options_set_refresh_url: Where a new token comes from: GET answers {"accessToken", "exp", "casUrl"} or the
	// headers X-Xet-Access-Token, X-Xet-Token-Expiration and X-Xet-Cas-Url. Asked ahead of the expiry, once for all who
	// wait, and after a 401. The session's token goes there when it is the Hub's. Errors: E_ARGUMENT. Since 0.1.
	RefreshURL string
	// RefreshHeaders are sent there.
	//
	// hfhub_xet_options_add_refresh_header: A header for the refresh URL, "Authorization" included; sent to its origin and
	// nowhere else. Since 0.1.
	RefreshHeaders map[string]string
	// Headers are sent to the store.
	//
	// hfhub_xet_options_add_header: A header for CAS; never sent to storage hosts. Errors: E_ARGUMENT for "Authorization"
	// and for what a header cannot carry. Since 0.1.
	Headers map[string]string
	// Repo is whose rights to use.
	//
	// hfhub_xet_options_set_repo: The rights of a repository: sets the refresh URL from the session's endpoint when the
	// options are used. `repo_type` is "model", "dataset", "space", "kernel" or "bucket"; `revision` may be NULL ("main";
	// a bucket has none). Reading or writing follows from the use. Errors: E_ARGUMENT. Since 0.1.
	Repo *XetRepo
}

// A XetRepo is a repository that gives rights to a Xet store.
type XetRepo struct {
	Type     string // also "bucket"
	ID       string
	Revision string // "" is main
}

// No store expires a token that late: the last second of the year 9999.
const never = 253402300799

func (o *XetOptions) build() (*builder, error) {
	if o == nil {
		return built(nil)
	}
	b := build(raw.Hfhub_xet_options_new, raw.Hfhub_xet_options_free)
	b.text(raw.Hfhub_xet_options_set_endpoint, o.Endpoint)
	if o.Token != "" {
		expires := int64(never)
		if !o.TokenExpires.IsZero() {
			expires = o.TokenExpires.Unix()
		}
		b.set(func(native uintptr, err *uintptr) int32 {
			return raw.Hfhub_xet_options_set_token(native, &o.Token, expires, err)
		})
	}
	b.text(raw.Hfhub_xet_options_set_refresh_url, o.RefreshURL)
	b.pairs(raw.Hfhub_xet_options_add_refresh_header, o.RefreshHeaders)
	b.pairs(raw.Hfhub_xet_options_add_header, o.Headers)
	if o.Repo != nil {
		repo := *o.Repo
		b.set(func(native uintptr, err *uintptr) int32 {
			return raw.Hfhub_xet_options_set_repo(native, &repo.Type, &repo.ID, orNull(repo.Revision), err)
		})
	}
	return b.done()
}

// A XetAccess is what a token of a Xet store is for.
type XetAccess int32

// The kinds of access.
const (
	XetRead    XetAccess = 0
	XetWrite   XetAccess = 1
	XetWritePR XetAccess = 2 // into a pull request that the commit will open
)

// XetRefreshURL is where the Hub gives out tokens for a repository.
//
// hfhub_xet_get_refresh_url: The token route of a repository on the session's Hub. `write`: 0 to read, 1 to write, 2 to
// write into a pull request that the commit will open. `revision` may be NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
func (s *Session) XetRefreshURL(repo XetRepo, access XetAccess) (string, error) {
	var url string
	err := s.handle.use(func(session uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_get_refresh_url(session, &repo.Type, &repo.ID, orNull(repo.Revision), int32(access), &url, err)
	})
	return url, err
}

// XetHashFile computes a file's hashes.
//
// hfhub_xet_hash_file: Computes a file's Xet hash and SHA-256 without any network. The operation's JSON: {"hash",
// "size", "sha256"}. Since 0.1.
func (s *Session) XetHashFile(ctx context.Context, filePath string) (*XetFile, error) {
	return finish(s.StartXetHashFile(ctx, filePath))
}

// StartXetHashFile starts XetHashFile.
func (s *Session) StartXetHashFile(ctx context.Context, filePath string) (*Op[*XetFile], error) {
	return start(ctx, s.handle, nil, typed[XetFile], func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_xet_hash_file(session, &filePath, op, err)
	})
}

// open makes something from options that lives no longer than ctx, which ends it by `cancel`.
func (s *Session) open(ctx context.Context, opts options, call func(session, options uintptr, out, err *uintptr) int32,
	cancel, free func(uintptr)) (*handle, error) {
	if cause := ctx.Err(); cause != nil {
		return nil, notStarted(cause)
	}
	filled, err := built(opts)
	if err != nil {
		return nil, err
	}
	defer filled.close()
	freed := make(chan struct{})
	made, err := s.handle.make(func(session uintptr, out, err *uintptr) int32 {
		return call(session, filled.native, out, err)
	}, func(native uintptr) {
		close(freed)
		free(native)
	})
	if err != nil {
		return nil, err
	}
	if ctx.Done() != nil {
		go func() {
			select {
			case <-ctx.Done():
				if native, err := made.acquire(); err == nil {
					cancel(native)
					made.release()
				}
			case <-freed:
			}
		}()
	}
	return made, nil
}

// byContext puts what the context says into an error of work that it has cancelled.
func byContext(ctx context.Context, err error) error {
	if failure, ok := err.(*Error); ok && failure.Status == ErrCancelled && ctx.Err() != nil {
		failure.cause = ctx.Err()
	}
	return err
}

// A XetGroup downloads files by their hashes, those that share bytes together: Add, Start, Result.
type XetGroup struct{ handle *handle }

// XetGroup begins one.
//
// hfhub_xet_group_new: A group: files that are planned together, so that bytes they share are fetched once. Since 0.1.
func (s *Session) XetGroup(options *XetOptions) (*XetGroup, error) {
	filled, err := built(options)
	if err != nil {
		return nil, err
	}
	defer filled.close()
	handle, err := s.handle.make(func(session uintptr, out, err *uintptr) int32 {
		return raw.Hfhub_xet_group_new(session, filled.native, out, err)
	}, raw.Hfhub_xet_group_free)
	if err != nil {
		return nil, err
	}
	group := &XetGroup{handle}
	runtime.SetFinalizer(group, (*XetGroup).Close)
	return group, nil
}

// Close lets go of the group. What was started goes on.
//
// hfhub_xet_group_free: Lets go of the group; a started operation goes on. NULL is fine. Since 0.1.
func (g *XetGroup) Close() error {
	g.handle.close()
	return nil
}

// Add adds a file and gives its index.
//
// hfhub_xet_group_add: Adds a file by its Xet hash and size. `file_path` is replaced when the content is complete and
// verified; until then it is `<file_path>.<hash>.<8 hex>.incomplete`, from which a later group goes on. Errors:
// E_ARGUMENT, E_STATE after start. Since 0.1.
func (g *XetGroup) Add(hash string, size uint64, filePath string) (int, error) {
	var index uint64
	err := g.handle.use(func(group uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_group_add(group, &hash, size, &filePath, &index, err)
	})
	return int(index), err
}

// AddSeed names a file on disk that shares bytes with an item.
//
// hfhub_xet_group_add_seed: Content on disk that item `index` may share chunks with, another version of the file for
// example, by its own hash and size: chunks found there are not fetched. Since 0.1.
func (g *XetGroup) AddSeed(index int, filePath, hash string, size uint64) error {
	return g.handle.use(func(group uintptr, err *uintptr) int32 {
		return raw.Hfhub_xet_group_add_seed(group, uint64(index), &filePath, &hash, size, err)
	})
}

// Run downloads the files.
//
// hfhub_xet_group_start: Starts the group, once. The operation's items are the files; it fails with the first file's
// error after all others have ended. Its JSON: {"items": [{"path", "hash", "size"}]}. Errors: E_STATE. Since 0.1.
func (g *XetGroup) Run(ctx context.Context) (*JSON, error) { return finish(g.Start(ctx)) }

// Start starts Run.
func (g *XetGroup) Start(ctx context.Context) (*Op[*JSON], error) {
	return start(ctx, g.handle, nil, document, func(group, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_xet_group_start(group, op, err)
	})
}

// Result is whether an item has ended, and its error.
//
// hfhub_xet_group_get_result: How item `index` ended: OK, PENDING, or its error. Since 0.1.
func (g *XetGroup) Result(index int) (ended bool, err error) {
	err = g.handle.use(func(group uintptr, err *uintptr) int32 {
		status := raw.Hfhub_xet_group_get_result(group, uint64(index), err)
		ended = status != raw.HFHUB_PENDING
		return status
	})
	return ended, err
}
