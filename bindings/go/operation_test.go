package hfhub_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func TestDownloadFile(t *testing.T) {
	session := newSession(t, nil)
	file, err := session.DownloadFile(context.Background(), "acme/bert", "emoji-🤗.txt", nil)
	check(t, err)
	content, err := os.ReadFile(file.Path)
	check(t, err)
	same(t, "content", string(content), "🤗")
	same(t, "size", file.Size, int64(4))
	same(t, "cached", file.Cached, false)
	same(t, "JSON", file.JSON.String("/path"), file.Path)

	path, state, err := session.CachedFile("acme/bert", "emoji-🤗.txt", nil)
	check(t, err)
	same(t, "state", state, hfhub.CacheFound)
	same(t, "path", path, file.Path)

	plan, err := session.DownloadFile(context.Background(), "acme/bert", "config.json", &hfhub.DownloadOptions{DryRun: true})
	check(t, err)
	same(t, "will download", plan.WillDownload, true)
	same(t, "name", plan.FilePath, "config.json")
}

func TestSnapshot(t *testing.T) {
	session := newSession(t, nil)
	options := &hfhub.DownloadOptions{AllowPatterns: []string{"*.json", "*.txt"}}
	snapshot, err := session.DownloadSnapshot(context.Background(), "acme/bert", options)
	check(t, err)
	same(t, "files", snapshot.Files, 2)
	options.DryRun, options.Force = true, true
	snapshot, err = session.DownloadSnapshot(context.Background(), "acme/bert", options)
	check(t, err)
	same(t, "planned", len(snapshot.Plan), 2)
}

func TestErrors(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	cases := []struct {
		repo, file string
		options    *hfhub.DownloadOptions
		status     hfhub.Status
		like       error
	}{
		{"acme/none", "x", nil, hfhub.ErrRepoNotFound, fs.ErrNotExist},
		{"acme/bert", "none", nil, hfhub.ErrEntryNotFound, fs.ErrNotExist},
		{"acme/bert", "config.json", &hfhub.DownloadOptions{Revision: "none"}, hfhub.ErrRevisionNotFound, fs.ErrNotExist},
		{"acme/bert", "config.json", &hfhub.DownloadOptions{LocalFilesOnly: true}, hfhub.ErrNotCached, fs.ErrNotExist},
		{"acme/gated", "x", &hfhub.DownloadOptions{Anonymous: true}, hfhub.ErrGated, fs.ErrPermission},
		{"not a repository", "x", nil, hfhub.ErrArgument, hfhub.ErrArgument},
		{"acme/bert", "zero\x00byte", nil, hfhub.ErrArgument, hfhub.ErrArgument},
		{"acme/bert", "x", &hfhub.DownloadOptions{RepoType: "zebra"}, hfhub.ErrArgument, hfhub.ErrArgument},
	}
	for _, c := range cases {
		_, err := session.DownloadFile(ctx, c.repo, c.file, c.options)
		if !errors.Is(err, c.status) || !errors.Is(err, c.like) || errors.Is(err, context.Canceled) {
			t.Errorf("%s %q: %v", c.repo, c.file, err)
		}
		var failure *hfhub.Error
		if !errors.As(err, &failure) || failure.Status != c.status || failure.Message == "" || failure.RetryAfter >= 0 {
			t.Errorf("%s %q: %#v", c.repo, c.file, err)
		}
	}
	admin("POST", "faults", `{"times":1,"action":{"delay_ms":60000}}`)
	impatient := newSession(t, &hfhub.SessionOptions{Set: map[string]string{"net.retries": "0", "net.request_timeout": "50ms"}})
	_, err := impatient.Call(ctx, "models.info", map[string]string{"repo_id": "acme/bert"})
	if !errors.Is(err, hfhub.ErrTimeout) || !errors.Is(err, os.ErrDeadlineExceeded) || !os.IsTimeout(err) {
		t.Fatal(err)
	}
	admin("POST", "faults", `{"times":1,"action":{"status":429,"headers":{"Retry-After":"7"}}}`)
	_, err = impatient.Call(ctx, "models.info", map[string]string{"repo_id": "acme/bert"})
	limited, ok := err.(*hfhub.Error)
	if !ok || limited.Status != hfhub.ErrRateLimited || !limited.Retriable || limited.RetryAfter < 7*time.Second {
		t.Fatalf("%#v", err)
	}
	_, err = session.DownloadFile(ctx, "acme/bert", "none", nil)
	failure := err.(*hfhub.Error)
	same(t, "HTTP status", failure.HTTPStatus, 404)
	same(t, "code", failure.HubCode, "EntryNotFound")
	same(t, "repository", failure.RepoType+" "+failure.RepoID, "model acme/bert")
	if !strings.HasPrefix(failure.URL, hub.Endpoint) || failure.RequestID == "" || failure.Retriable {
		t.Errorf("%#v", failure)
	}
	same(t, "name", failure.Status.Name(), "HFHUB_E_ENTRY_NOT_FOUND")
}

func TestCancel(t *testing.T) {
	session := newSession(t, nil)
	hang(t, "*")

	ended, end := context.WithCancel(context.Background())
	end()
	_, err := session.DownloadFile(ended, "acme/bert", "config.json", nil)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, hfhub.ErrCancelled) {
		t.Fatal("before it began:", err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	op, err := session.StartDownloadFile(ctx, "acme/bert", "config.json", nil)
	check(t, err)
	same(t, "running", op.Err(), nil)
	cancel()
	_, err = op.Wait()
	if !errors.Is(err, context.Canceled) || !errors.Is(err, hfhub.ErrCancelled) {
		t.Fatal("by its context:", err)
	}
	same(t, "the same again", op.Err().Error(), err.Error())
	check(t, op.Close())
	check(t, op.Close())

	ctx, cancel = context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err = session.DownloadFile(ctx, "acme/bert", "config.json", nil)
	var failure *hfhub.Error
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || !errors.As(err, &failure) || !failure.Timeout() {
		t.Fatal("by a deadline:", err)
	}

	op, err = session.StartDownloadFile(context.Background(), "acme/bert", "config.json", nil)
	check(t, err)
	session.Cancel()
	if _, err = op.Wait(); !errors.Is(err, context.Canceled) {
		t.Fatal("by the session:", err)
	}
}

func TestCloseDuringWait(t *testing.T) {
	session := newSession(t, nil)
	hang(t, "*")
	op, err := session.StartFileMetadata(context.Background(), "acme/bert", "config.json", nil)
	check(t, err)
	waited := make(chan error)
	go func() {
		_, err := op.Wait()
		waited <- err
	}()
	check(t, op.Close())
	if err := <-waited; !errors.Is(err, hfhub.ErrCancelled) && !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	if _, err := op.Wait(); !errors.Is(err, hfhub.ErrClosed) || !errors.Is(err, fs.ErrClosed) {
		t.Fatal("after it was closed:", err)
	}
	if _, err := op.JSON(); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	same(t, "path", op.Path(), "")
}

func TestUseAfterClose(t *testing.T) {
	session := newSession(t, nil)
	commit, err := session.Commit("acme/bert", &hfhub.CommitOptions{Message: "m"})
	check(t, err)
	check(t, session.Close())
	check(t, session.Close())
	if _, err := session.DownloadFile(context.Background(), "a/b", "c", nil); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	same(t, "token", session.HasToken(), false)
	check(t, commit.AddBytes("a", nil)) // lives on
	check(t, commit.Close())
	if err := commit.AddBytes("b", nil); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
}

// A thousand waits: goroutines in the network poller.
func TestManyWaits(t *testing.T) {
	session := newSession(t, nil)
	hang(t, "*")
	warm, err := session.StartFileMetadata(context.Background(), "acme/bert", "config.json", nil)
	check(t, err)
	defer warm.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const count = 1000
	var group, running sync.WaitGroup
	wrong := make(chan error, count)
	started := func(op *hfhub.Op[*hfhub.FileMetadata], err error) {
		defer group.Done()
		running.Done()
		if err == nil {
			_, err = op.Wait()
			op.Close()
		}
		if !errors.Is(err, context.Canceled) {
			wrong <- err
		}
	}
	for i := 0; i < count; i++ {
		group.Add(1)
		running.Add(1)
		op, err := session.StartFileMetadata(ctx, "acme/bert", "config.json", nil)
		go started(op, err)
	}
	running.Wait()
	many := pprof.Lookup("threadcreate").Count() // Go's; the library's own are not among them
	cancel()
	group.Wait()
	close(wrong)
	for err := range wrong {
		t.Fatal(err)
	}
	if many > count/2 { // some come and go with calls that are slow on a busy machine
		t.Fatalf("%d threads for %d waits", many, count)
	}
}

func TestProgress(t *testing.T) {
	session := newSession(t, nil)
	op, err := session.StartDownloadFile(context.Background(), "acme/bert", "big.bin", nil)
	check(t, err)
	defer op.Close()
	channel := op.Watch(time.Millisecond)
	var last hfhub.Progress
	reports := 0 // on this goroutine: the race detector would tell
	file, err := op.WaitProgress(time.Millisecond, func(p hfhub.Progress) { last, reports = p, reports+1 })
	check(t, err)
	if reports == 0 || last.BytesDone != 3000000 || last.BytesTotal != 3000000 || last.ItemsDone != 1 {
		t.Fatalf("%d reports, %+v", reports, last)
	}
	var watched hfhub.Progress
	for watched = range channel {
	}
	same(t, "by the channel", watched.BytesDone, last.BytesDone)
	same(t, "path", op.Path(), file.Path)
	op.Items()(func(item hfhub.Item, err error) bool {
		check(t, err)
		same(t, "item", item.Name, "big.bin")
		same(t, "state", item.State, hfhub.ItemDone)
		same(t, "bytes", item.BytesDone, uint64(3000000))
		return true
	})
	select {
	case <-op.Done():
	default:
		t.Fatal("not done")
	}
}

func TestForgotten(t *testing.T) {
	settles(t, "things of other tests stay", func() bool { return hfhub.HandleCount() == 0 })
	hang(t, "*")
	func() {
		session, err := hfhub.NewSession(&hfhub.SessionOptions{CacheDir: t.TempDir()})
		check(t, err)
		cancellable, cancel := context.WithCancel(context.Background())
		defer cancel()
		for i := 0; i < 100; i++ {
			for _, ctx := range []context.Context{context.Background(), cancellable} {
				op, err := session.StartFileMetadata(ctx, "acme/bert", "config.json", nil)
				check(t, err)
				if i%2 == 0 {
					op.Done()
				}
			}
			_, err := hfhub.ParseJSON([]byte("[1]"))
			check(t, err)
			_, err = session.Commit("acme/bert", &hfhub.CommitOptions{Message: "m"})
			check(t, err)
			_, err = session.XetStream(cancellable, strings.Repeat("0", 64), 5, nil, nil)
			check(t, err)
		}
		if hfhub.HandleCount() < 100 {
			t.Fatal("too few:", hfhub.HandleCount())
		}
	}()
	settles(t, "forgotten things stay", func() bool { return hfhub.HandleCount() == 0 })
}
