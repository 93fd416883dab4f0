package hfhub

import (
	"context"
	"encoding/json"

	"github.com/libhfhub/libhfhub/bindings/go/internal/raw"
)

// DownloadOptions say which repository's file is meant and where it goes. The zero value is a model's main revision and the
// session's cache.
//
// hfhub_download_options_new: Options with their defaults: a model, revision "main", the session's cache. Since 0.1.
//
// hfhub_download_options_free: Frees the options. NULL is fine. Since 0.1.
type DownloadOptions struct {
	// RepoType is "model", "dataset", "space" or "kernel".
	//
	// hfhub_download_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since
	// 0.1.
	RepoType string
	// Revision is what to take.
	//
	// hfhub_download_options_set_revision: A branch, tag, commit hash (short or full) or refs/pr/N. Errors: E_ARGUMENT.
	// Since 0.1.
	Revision string
	// Subfolder comes before paths.
	//
	// hfhub_download_options_set_subfolder: A folder inside the repository, put before file paths. Errors: E_ARGUMENT.
	// Since 0.1.
	Subfolder string
	// CacheDir replaces the session's.
	//
	// hfhub_download_options_set_cache_dir: Another shared cache than the session's. Since 0.1.
	CacheDir string
	// LocalDir is for plain files.
	//
	// hfhub_download_options_set_local_dir: Plain files in this folder instead of the shared cache. Since 0.1.
	LocalDir string
	// Token replaces the session's.
	//
	// hfhub_download_options_set_token: Another token than the session's; "" for none. Errors: E_ARGUMENT. Since 0.1.
	Token string
	// Anonymous uses no token.
	Anonymous bool
	// Force fetches again.
	//
	// hfhub_download_options_set_force: 1: fetch again what is there. Since 0.1.
	Force bool
	// LocalFilesOnly fetches nothing.
	//
	// hfhub_download_options_set_local_files_only: 1: use only what is on disk. Since 0.1.
	LocalFilesOnly bool
	// DryRun only says what would be done.
	//
	// hfhub_download_options_set_dry_run: 1: fetch and write nothing; the result's JSON says what would be done. Since
	// 0.1.
	DryRun bool
	// MaxWorkers is how many files at a time.
	//
	// hfhub_download_options_set_max_workers: Files fetched at the same time, 1 to 256; default: option
	// download.max_workers. Errors: E_ARGUMENT. Since 0.1.
	MaxWorkers int
	// AllowPatterns choose files of a snapshot.
	//
	// hfhub_download_options_add_allow_pattern: Snapshots: only files that match one of the allow patterns (fnmatch on the
	// whole path; "*" crosses "/"; a trailing "/" means the folder's content). Since 0.1.
	AllowPatterns []string
	// IgnorePatterns leave files of a snapshot out.
	//
	// hfhub_download_options_add_ignore_pattern: Snapshots: no file that matches one of the ignore patterns. Since 0.1.
	IgnorePatterns []string
}

func (o *DownloadOptions) build() (*builder, error) {
	if o == nil {
		return built(nil)
	}
	b := build(raw.Hfhub_download_options_new, raw.Hfhub_download_options_free)
	b.text(raw.Hfhub_download_options_set_repo_type, o.RepoType)
	b.text(raw.Hfhub_download_options_set_revision, o.Revision)
	b.text(raw.Hfhub_download_options_set_subfolder, o.Subfolder)
	b.text(raw.Hfhub_download_options_set_cache_dir, o.CacheDir)
	b.text(raw.Hfhub_download_options_set_local_dir, o.LocalDir)
	b.token(raw.Hfhub_download_options_set_token, o.Token, o.Anonymous)
	b.flag(raw.Hfhub_download_options_set_force, o.Force)
	b.flag(raw.Hfhub_download_options_set_local_files_only, o.LocalFilesOnly)
	b.flag(raw.Hfhub_download_options_set_dry_run, o.DryRun)
	if o.MaxWorkers != 0 {
		b.set(func(native uintptr, err *uintptr) int32 {
			return raw.Hfhub_download_options_set_max_workers(native, clamp(o.MaxWorkers), err)
		})
	}
	b.texts(raw.Hfhub_download_options_add_allow_pattern, o.AllowPatterns)
	b.texts(raw.Hfhub_download_options_add_ignore_pattern, o.IgnorePatterns)
	return b.done()
}

// clamp keeps a number that is too large too large.
func clamp(value int) int32 {
	const largest = 1<<31 - 1
	if value > largest {
		return largest
	}
	if value < -largest {
		return -largest
	}
	return int32(value)
}

// DownloadFile downloads one file.
//
// hfhub_download_file: Downloads one file, verified, into the shared cache or the local_dir. Result path: the file.
// Result JSON: {"path", "commit", "etag", "size", "cached"}; for a dry run {"filename", "commit_hash", "file_size",
// "local_path", "is_cached", "will_download"}. Errors: all of NOT_CACHED, network, Hub, INTEGRITY, DISK_FULL. Since
// 0.1.
func (s *Session) DownloadFile(ctx context.Context, repoID, filePath string, options *DownloadOptions) (*FileDownload, error) {
	return finish(s.StartDownloadFile(ctx, repoID, filePath, options))
}

// StartDownloadFile starts DownloadFile.
func (s *Session) StartDownloadFile(ctx context.Context, repoID, filePath string, options *DownloadOptions) (*Op[*FileDownload], error) {
	return start(ctx, s.handle, options, fileDownload, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_download_file(session, &repoID, &filePath, options, op, err)
	})
}

// DownloadSnapshot downloads a repository.
//
// hfhub_download_snapshot: Downloads a repository, complete or not at all. Result path: the snapshot folder or the
// local_dir. Result JSON: {"path", "commit", "files": number, "downloaded": number}; for a dry run an array of the
// objects above. Errors: as above, and INCOMPLETE. Since 0.1.
func (s *Session) DownloadSnapshot(ctx context.Context, repoID string, options *DownloadOptions) (*Snapshot, error) {
	return finish(s.StartDownloadSnapshot(ctx, repoID, options))
}

// StartDownloadSnapshot starts DownloadSnapshot.
func (s *Session) StartDownloadSnapshot(ctx context.Context, repoID string, options *DownloadOptions) (*Op[*Snapshot], error) {
	return start(ctx, s.handle, options, snapshot, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_download_snapshot(session, &repoID, options, op, err)
	})
}

// FileMetadata asks about one file.
//
// hfhub_file_metadata: Asks the Hub about one file. Result JSON: {"commit_hash", "etag", "size" or null, "location"
// (without its query when on another host), "xet_hash" or null}. Since 0.1.
func (s *Session) FileMetadata(ctx context.Context, repoID, filePath string, options *DownloadOptions) (*FileMetadata, error) {
	return finish(s.StartFileMetadata(ctx, repoID, filePath, options))
}

// StartFileMetadata starts FileMetadata.
func (s *Session) StartFileMetadata(ctx context.Context, repoID, filePath string, options *DownloadOptions) (*Op[*FileMetadata], error) {
	return start(ctx, s.handle, options, typed[FileMetadata], func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_file_metadata(session, &repoID, &filePath, options, op, err)
	})
}

// FileURL is where the Hub has a file.
//
// hfhub_file_url: The URL from which the Hub serves a file. Owned. Errors: E_ARGUMENT. Since 0.1.
func (s *Session) FileURL(repoID, filePath string, options *DownloadOptions) (string, error) {
	filled, err := built(options)
	if err != nil {
		return "", err
	}
	defer filled.close()
	var url string
	err = s.handle.use(func(session uintptr, err *uintptr) int32 {
		return raw.Hfhub_file_url(session, &repoID, &filePath, filled.native, &url, err)
	})
	return url, err
}

// A CacheState is what the cache knows of a file.
type CacheState int32

// The answers of CachedFile.
const (
	CacheUnknown CacheState = raw.HFHUB_CACHED_UNKNOWN // nothing: the Hub must be asked
	CacheFound   CacheState = raw.HFHUB_CACHED_FOUND   // the file is here
	CacheAbsent  CacheState = raw.HFHUB_CACHED_ABSENT  // the Hub once said that this commit has no such file
)

// CachedFile looks a file up in the cache.
//
// hfhub_cached_file: Looks a file up in the shared cache, reading the disk only. `out_string` is the path when found,
// else NULL. Owned. Errors: E_ARGUMENT. Since 0.1.
func (s *Session) CachedFile(repoID, filePath string, options *DownloadOptions) (path string, state CacheState, err error) {
	filled, err := built(options)
	if err != nil {
		return "", CacheUnknown, err
	}
	defer filled.close()
	var found int32
	err = s.handle.use(func(session uintptr, err *uintptr) int32 {
		return raw.Hfhub_cached_file(session, &repoID, &filePath, filled.native, &found, &path, err)
	})
	return path, CacheState(found), err
}

// CacheScan reads a whole cache; cacheDir "" is the session's.
//
// hfhub_cache_scan: Reads a whole shared cache (NULL: the session's). Changes nothing. Result JSON: {"cache_dir",
// "size_on_disk", "repos": [{"repo_id", "repo_type", "repo_path", "size_on_disk", "nb_files", "last_accessed",
// "last_modified", "refs", "revisions": [{"commit_hash", "snapshot_path", "size_on_disk", "last_modified", "refs",
// "files": [{"path", "file_path", "blob_path", "size_on_disk", "last_accessed", "last_modified"}]}]}], "incomplete":
// [{"path", "size"}], "unreferenced_shared": {"count", "size"}, "warnings": [text]}. Times are seconds since 1970.
// Errors: E_CACHE when the folder is missing. Since 0.1.
func (s *Session) CacheScan(ctx context.Context, cacheDir string) (*JSON, error) {
	return finish(s.StartCacheScan(ctx, cacheDir))
}

// StartCacheScan starts CacheScan.
func (s *Session) StartCacheScan(ctx context.Context, cacheDir string) (*Op[*JSON], error) {
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_cache_scan(session, orNull(cacheDir), op, err)
	})
}

// CacheVerify compares what is on disk with the Hub.
//
// hfhub_cache_verify: Compares what is on disk (the options' local_dir, else their revision in the shared cache) with
// the Hub's digests. Result path: the folder that was checked. Result JSON: {"repo_id", "repo_type", "revision",
// "path", "checked", "mismatches": [{"path", "expected", "actual", "algorithm"}], "missing": [path], "extra": [path]}.
// Differences are a result, not an error. Since 0.1.
func (s *Session) CacheVerify(ctx context.Context, repoID string, options *DownloadOptions) (*JSON, error) {
	return finish(s.StartCacheVerify(ctx, repoID, options))
}

// StartCacheVerify starts CacheVerify.
func (s *Session) StartCacheVerify(ctx context.Context, repoID string, options *DownloadOptions) (*Op[*JSON], error) {
	return start(ctx, s.handle, options, document, func(session, options uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_cache_verify(session, &repoID, options, op, err)
	})
}

// Call runs any operation of the Hub's API. params is whatever package encoding/json makes an object of; nil for none.
//
// hfhub_call: Runs an operation with the session's token, retries and errors. `params_json` is a JSON object (NULL:
// none), e.g. {"repo_id": "gpt2", "revision": "main"}. Paged answers come as one array; the parameter "limit" bounds
// it. Result JSON: the Hub's answer. Errors: E_ARGUMENT for an unknown operation (with the nearest known one), an
// unknown or missing parameter; network and Hub errors. Since 0.1.
func (s *Session) Call(ctx context.Context, operation string, params interface{}) (*JSON, error) {
	return finish(s.StartCall(ctx, operation, params))
}

// StartCall starts Call.
func (s *Session) StartCall(ctx context.Context, operation string, params interface{}) (*Op[*JSON], error) {
	var written string
	if params != nil {
		text, err := json.Marshal(params)
		if err != nil {
			return nil, err
		}
		written = string(text)
	}
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_call(session, &operation, orNull(written), op, err)
	})
}

// LFSUpload uploads a file as git-lfs asks its agents to. action is the object that it gave.
//
// hfhub_lfs_upload: Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an LFS batch
// answer, which git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a "header" with
// "chunk_size" and the URLs of the parts by number; the parts are then sent side by side, each again after a failure,
// and "href" is told that they are there. `sha256` is the object's name. The session's token is not sent. Result JSON:
// {"oid", "size", "parts": number, 0 when it was sent whole}. Errors: E_ARGUMENT, E_IO, E_PROTOCOL for an action that
// does not fit the file, E_FORBIDDEN when its URLs have expired, network and Hub errors. Since 0.1.
func (s *Session) LFSUpload(ctx context.Context, filePath, sha256 string, action json.RawMessage) (*JSON, error) {
	return finish(s.StartLFSUpload(ctx, filePath, sha256, action))
}

// StartLFSUpload starts LFSUpload.
func (s *Session) StartLFSUpload(ctx context.Context, filePath, sha256 string, action json.RawMessage) (*Op[*JSON], error) {
	written := string(action)
	return start(ctx, s.handle, nil, document, func(session, _ uintptr, op, err *uintptr) int32 {
		return raw.Hfhub_lfs_upload(session, &filePath, &sha256, &written, op, err)
	})
}

// ParseURI reads an hf:// address.
//
// hfhub_uri_parse: Reads hf://[models/|datasets/|spaces/|kernels/]ns/name[@revision][/path]. Result: {"repo_type",
// "repo_id", "revision" or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT. Since 0.1.
func ParseURI(uri string) (*JSON, error) {
	var document, failure uintptr
	if err := check(raw.Hfhub_uri_parse(&uri, &document, &failure), failure); err != nil {
		return nil, err
	}
	return newJSON(document), nil
}
