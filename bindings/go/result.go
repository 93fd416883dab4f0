package hfhub

// A Result is in each typed result: the whole answer of which that is the most used part.
type Result struct {
	JSON *JSON `json:"-"`
}

func (r *Result) attach(document *JSON) { r.JSON = document }

// typed gives an operation's JSON as a *T.
func typed[T any, P interface {
	*T
	attach(*JSON)
}](o *Operation) (P, error) {
	document, err := o.JSON()
	if err != nil {
		return nil, err
	}
	result := P(new(T))
	if err := document.Decode("", result); err != nil {
		return nil, err
	}
	result.attach(document)
	return result, nil
}

// document gives an operation's JSON as it is.
func document(o *Operation) (*JSON, error) { return o.JSON() }

// nothing is for operations whose success says it all.
func nothing(*Operation) (struct{}, error) { return struct{}{}, nil }

// A FileDownload is a file that was downloaded or, for a dry run, would be.
type FileDownload struct {
	Result
	Path         string // on disk
	FilePath     string // in the repository; of a dry run only
	Commit       string
	ETag         string // not of a dry run
	Size         int64
	Cached       bool // was on disk already
	WillDownload bool // of a dry run
}

// fileAnswer has the names of both: a download's, a dry run's.
type fileAnswer struct {
	Path         string `json:"path"`
	Commit       string `json:"commit"`
	ETag         string `json:"etag"`
	Size         int64  `json:"size"`
	Cached       bool   `json:"cached"`
	FilePath     string `json:"filename"`
	CommitHash   string `json:"commit_hash"`
	FileSize     int64  `json:"file_size"`
	LocalPath    string `json:"local_path"`
	IsCached     bool   `json:"is_cached"`
	WillDownload bool   `json:"will_download"`
}

func (a fileAnswer) result() FileDownload {
	if a.FilePath == "" {
		return FileDownload{Path: a.Path, Commit: a.Commit, ETag: a.ETag, Size: a.Size, Cached: a.Cached}
	}
	return FileDownload{Path: a.LocalPath, FilePath: a.FilePath, Commit: a.CommitHash, Size: a.FileSize,
		Cached: a.IsCached, WillDownload: a.WillDownload}
}

func fileDownload(o *Operation) (*FileDownload, error) {
	document, err := o.JSON()
	if err != nil {
		return nil, err
	}
	var answer fileAnswer
	if err := document.Decode("", &answer); err != nil {
		return nil, err
	}
	file := answer.result()
	file.attach(document)
	return &file, nil
}

// A Snapshot is a repository that was downloaded or, for a dry run, would be.
type Snapshot struct {
	Result
	Path       string         `json:"path"` // the folder
	Commit     string         `json:"commit"`
	Files      int            `json:"files"`
	Downloaded int            `json:"downloaded"` // of Files: were not on disk before
	Plan       []FileDownload `json:"-"`          // of a dry run, which has nothing else
}

func snapshot(o *Operation) (*Snapshot, error) {
	document, err := o.JSON()
	if err != nil {
		return nil, err
	}
	var found Snapshot
	if document.Type("") == JSONArray {
		var answers []fileAnswer
		err = document.Decode("", &answers)
		for _, answer := range answers {
			found.Plan = append(found.Plan, answer.result())
		}
	} else {
		err = document.Decode("", &found)
	}
	if err != nil {
		return nil, err
	}
	found.attach(document)
	return &found, nil
}

// A FileMetadata is what the Hub says of a file.
type FileMetadata struct {
	Result
	Commit   string `json:"commit_hash"`
	ETag     string `json:"etag"`
	Size     *int64 `json:"size"` // nil when the Hub does not say
	Location string `json:"location"`
	XetHash  string `json:"xet_hash"` // "" when the file is not stored by Xet
}

// A RepoURL is a repository that was made, moved or copied.
type RepoURL struct {
	Result
	URL              string `json:"url"`
	RepoID           string `json:"repo_id"`
	RepoType         string `json:"repo_type"`
	Created          bool   `json:"created"`            // false: it was there
	FilesCopyPending bool   `json:"files_copy_pending"` // the Hub still copies large files
}

// A CommitInfo is a commit that was made, or the revision's head when nothing had to be.
type CommitInfo struct {
	Result
	Committed    bool     `json:"committed"`
	OID          string   `json:"commit_oid"`
	URL          string   `json:"commit_url"`
	Message      string   `json:"commit_message"`
	Description  string   `json:"commit_description"`
	PRURL        string   `json:"pr_url"` // "" when it is no pull request
	PRNum        int64    `json:"pr_num"`
	PRRevision   string   `json:"pr_revision"`
	RepoURL      string   `json:"repo_url"`
	Regular      int64    `json:"regular"` // files by storage
	Xet          int64    `json:"xet"`
	LFS          int64    `json:"lfs"`
	Copied       int64    `json:"copied"`
	Deleted      int64    `json:"deleted"`
	Unchanged    int64    `json:"unchanged"`
	Ignored      []string `json:"ignored"` // by .gitignore
	StoredBytes  int64    `json:"stored_bytes"`
	DedupedBytes int64    `json:"deduped_bytes"`
	SentBytes    int64    `json:"sent_bytes"`
	Commits      int64    `json:"commits"` // of a folder's upload
	Files        int64    `json:"files"`
	Reused       int64    `json:"reused"` // files that were not read again
}

// A XetFile is a file as Xet storage knows it.
type XetFile struct {
	Result
	Name         string `json:"name"`
	Hash         string `json:"hash"`
	Size         uint64 `json:"size"`
	SHA256       string `json:"sha256"` // "" when it was left out
	NewBytes     int64  `json:"new_bytes"`
	DedupedBytes int64  `json:"deduped_bytes"`
}
