package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// pattern is N bytes, the i-th (i * 31 + i / 251) % 256.
func pattern(size int64) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i*31 + i/251)
	}
	return data
}

func writeFile(path string, data []byte) {
	sure(os.MkdirAll(filepath.Dir(path), 0o777))
	sure(os.WriteFile(path, data, 0o666))
}

// plain does what answers at once: files, sessions, started operations, logins, lookups.
func (d *driver) plain(verb string, s step) (string, bool) {
	file := d.text(s, "file_path")
	switch verb {
	case "write_file":
		data := []byte(d.text(s, "text"))
		if !s.has("text") {
			data = pattern(s.number("size", 0))
		}
		writeFile(file, data)
		return "ok", true
	case "read_file":
		content, err := os.ReadFile(file)
		if err != nil {
			return "ok none", true
		}
		return "ok " + string(content), true
	case "sha256_file":
		content, err := os.ReadFile(file)
		sure(err)
		return fmt.Sprintf("ok %x", sha256.Sum256(content)), true
	case "session_new":
		settings := step{}
		if s.has("options") {
			settings = s.inner("options")
		}
		session, err := d.newSession(settings, filepath.Join(d.work, "cache"), nil)
		if err == nil {
			d.keep(d.text(s, "as"), session)
		}
		return d.outcome(s, err, ""), true
	case "session_option":
		value, err := d.session(s).Option(d.text(s, "key"))
		return d.outcome(s, err, " "+value), true
	case "session_has_token":
		has := 0
		if d.session(s).HasToken() {
			has = 1
		}
		return fmt.Sprintf("ok %d", has), true
	case "session_cancel":
		d.session(s).Cancel()
		return "ok", true
	case "wait":
		return d.wait(s, on[*running](d, s)), true
	case "cancel":
		on[*running](d, s).Cancel()
		return "ok", true
	case "close":
		return d.outcome(s, d.close(d.text(s, "on")), ""), true
	case "device_new":
		login, err := d.session(s).DeviceLogin()
		if err == nil {
			d.keep(d.text(s, "as"), login)
		}
		return d.outcome(s, err, ""), true
	case "device_show":
		login := on[*hfhub.DeviceLogin](d, s)
		return fmt.Sprintf("ok url=%s code=%s pending=%d", yes(login.URL() != ""), yes(login.UserCode() != ""), login.PendingCount()), true
	case "file_url":
		url, err := d.session(s).FileURL(d.text(s, "repo_id"), file, d.downloadOptions(s))
		return d.outcome(s, err, " "+url), true
	case "cached_file":
		path, state, err := d.session(s).CachedFile(d.text(s, "repo_id"), file, d.downloadOptions(s))
		return d.outcome(s, err, map[hfhub.CacheState]string{
			hfhub.CacheUnknown: " unknown", hfhub.CacheAbsent: " absent", hfhub.CacheFound: " found " + path}[state]), true
	case "xet_refresh_url":
		repo := hfhub.XetRepo{Type: d.text(s, "repo_type"), ID: d.text(s, "repo_id"), Revision: d.text(s, "revision")}
		url, err := d.session(s).XetRefreshURL(repo, hfhub.XetAccess(s.number("write", 0)))
		return d.outcome(s, err, " "+url), true
	}
	return "", false
}

func yes(so bool) string {
	if so {
		return "yes"
	}
	return "no"
}

func (d *driver) wait(s step, op *running) string {
	if limit := s.number("timeout_ms", -1); limit >= 0 {
		select {
		case <-op.Done():
		case <-time.After(time.Duration(limit) * time.Millisecond):
			return "pending"
		}
	}
	return d.ended(s, op.Operation, op.wait())
}

// documents does JSON, and what the library says of itself.
func (d *driver) documents(verb string, s step) (string, bool) {
	path := d.text(s, "path")
	switch verb {
	case "json":
		document, err := hfhub.ParseJSON([]byte(d.text(s, "text")))
		if err != nil {
			return d.outcome(s, err, ""), true
		}
		defer document.Close()
		out := "ok"
		for _, value := range s.list("paths") {
			at := value.(string)
			out += fmt.Sprintf(" %s:%d:%d", at, document.Type(at), document.Count(at))
		}
		written, err := document.Text("", int(s.number("indent", -1)))
		sure(err)
		return out + " " + written, true
	case "json_values":
		document, err := hfhub.ParseJSON([]byte(d.text(s, "text")))
		sure(err)
		defer document.Close()
		text, ok := document.LookupString(path)
		if !ok {
			text = "none"
		}
		key, ok := document.Key(path, 0)
		if !ok {
			key = "none"
		}
		truth := -7 // a Go bool has no third value
		if document.Type(path) == hfhub.JSONBool {
			truth = 0
			if document.Bool(path, false) {
				truth = 1
			}
		}
		return fmt.Sprintf("ok string=%s int=%d double=%.6g bool=%d key=%s", text, document.Int(path, -7),
			document.Float(path, -7.5), truth, key), true
	case "uri_parse":
		document, err := hfhub.ParseURI(d.text(s, "uri"))
		if err != nil {
			return d.outcome(s, err, ""), true
		}
		defer document.Close()
		return "ok" + d.shown(s, document), true
	case "version":
		n := hfhub.VersionNumber()
		out := "differs"
		if fmt.Sprintf("%d.%d.%d", n/1000000, n/1000%1000, n%1000) == hfhub.Version() {
			out = "matches"
		}
		return "ok major.minor.patch " + out, true
	case "options_known":
		options := hfhub.Options()
		good := len(options) > 0
		for _, option := range options {
			good = good && option.Key != "" && option.Help != ""
		}
		return known(good), true
	case "calls_known":
		calls, err := hfhub.Calls()
		good := err == nil && len(calls) > 0
		for _, call := range calls {
			good = good && call.Name != ""
		}
		return known(good), true
	}
	return "", false
}

func known(good bool) string {
	if good {
		return "ok"
	}
	return "not ok"
}

// commits does commits that are put together, and schedulers.
func (d *driver) commits(verb string, s step) (string, bool) {
	to, text := d.text(s, "path_in_repo"), d.text(s, "text")
	commit := func() *hfhub.Commit { return on[*hfhub.Commit](d, s) }
	var err error
	switch verb {
	case "commit_new":
		var made *hfhub.Commit
		if made, err = d.session(s).Commit(d.text(s, "repo_id"), d.commitOptions(s)); err == nil {
			d.keep(d.text(s, "as"), made)
		}
	case "commit_add_path":
		err = commit().AddPath(to, d.text(s, "file_path"))
	case "commit_add_folder":
		err = commit().AddFolder(d.text(s, "folder_path"), to)
	case "commit_add_bytes":
		err = commit().AddBytes(to, []byte(text))
	case "commit_add_stream":
		err = d.writeStream(commit(), to, s)
	case "commit_delete_file":
		err = commit().DeleteFile(to)
	case "commit_delete_folder":
		err = commit().DeleteFolder(to)
	case "commit_copy":
		err = commit().Copy(d.text(s, "source_path"), to, hfhub.CopySource{RepoType: d.text(s, "source_type"),
			RepoID: d.text(s, "source_repo_id"), Revision: d.text(s, "source_revision")})
	case "commit_add_receipts":
		err = commit().AddReceipts(text)
	case "commit_set_parent":
		err = commit().SetParent(d.text(s, "commit_id"))
	case "commit_count":
		return fmt.Sprintf("ok %d", commit().OperationCount()), true
	case "scheduler_start":
		var scheduler *hfhub.Scheduler
		scheduler, err = d.session(s).Schedule(d.text(s, "repo_id"), d.text(s, "folder_path"), to,
			time.Duration(s.number("every_ms", 0))*time.Millisecond, d.commitOptions(s))
		if err == nil {
			d.keep(d.text(s, "as"), scheduler)
		}
	default:
		return "", false
	}
	return d.outcome(s, err, ""), true
}

func (d *driver) writeStream(commit *hfhub.Commit, to string, s step) error {
	writer, err := commit.AddStream(to)
	if err != nil {
		return err
	}
	defer writer.Close()
	for _, piece := range s.list("pieces") {
		if _, err := writer.Write([]byte(piece.(string))); err != nil {
			return err
		}
	}
	return writer.Finish()
}
