package hfhub_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func TestCommit(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	repo := newRepository(t, session)
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "a.txt"), []byte("a"), 0o600))
	check(t, os.WriteFile(filepath.Join(folder, "b.log"), []byte("b"), 0o600))

	if _, err := session.Commit(repo, nil); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal("without a message:", err)
	}
	commit, err := session.Commit(repo, &hfhub.CommitOptions{Message: "🤗", Description: "d", IgnorePatterns: []string{"*.log"}})
	check(t, err)
	defer commit.Close()
	check(t, commit.AddPath("x/a.txt", filepath.Join(folder, "a.txt")))
	check(t, commit.AddFolder(folder, "y"))
	check(t, commit.AddBytes("empty", nil))
	check(t, commit.AddBytes("bytes", []byte("b\x00b")))
	writer, err := commit.AddStream("stream")
	check(t, err)
	for i := 0; i < 3; i++ {
		_, err = fmt.Fprint(writer, strings.Repeat("s", 700000))
		check(t, err)
	}
	check(t, writer.Finish())
	if err := writer.Finish(); !errors.Is(err, hfhub.ErrState) {
		t.Fatal(err)
	}
	check(t, writer.Close())
	if _, err := writer.Write([]byte("x")); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	abandoned, err := commit.AddStream("abandoned")
	check(t, err)
	check(t, abandoned.Close())
	check(t, commit.Copy("x", "z", hfhub.CopySource{Revision: "main"}))
	check(t, commit.SetParent(""))
	same(t, "operations", commit.OperationCount(), 6)
	if _, err := commit.Finish(ctx); !errors.Is(err, hfhub.ErrEntryNotFound) {
		t.Fatal("a copy of what is not there:", err)
	}

	commit, err = session.Commit(repo, &hfhub.CommitOptions{Message: "🤗"})
	check(t, err)
	defer commit.Close()
	check(t, commit.AddBytes("bytes", []byte("b\x00b")))
	prepared, err := commit.Prepare(ctx)
	check(t, err)
	same(t, "receipts", prepared.Count("/receipts"), 1)
	receipt, err := prepared.Text("/receipts/0", -1)
	check(t, err)
	other, err := session.Commit(repo, &hfhub.CommitOptions{Message: "m"})
	check(t, err)
	defer other.Close()
	check(t, other.AddReceipts(receipt))
	info, err := other.Finish(ctx)
	check(t, err)
	if !info.Committed || info.OID == "" || info.PRURL != "" || info.Regular+info.Xet+info.LFS != 1 {
		t.Fatalf("%+v", info)
	}
	removing, err := session.Commit(repo, &hfhub.CommitOptions{Message: "m", Parent: info.OID})
	check(t, err)
	defer removing.Close()
	check(t, removing.DeleteFile("bytes"))
	info, err = removing.Finish(ctx)
	check(t, err)
	same(t, "deleted", info.Deleted, int64(1))
	stale, err := session.Commit(repo, &hfhub.CommitOptions{Message: "m", Parent: "0123456789"})
	check(t, err)
	defer stale.Close()
	check(t, stale.DeleteFolder("nothing"))
	if _, err := stale.Finish(ctx); !errors.Is(err, hfhub.ErrConflict) && !errors.Is(err, hfhub.ErrEntryNotFound) {
		t.Fatal(err)
	}
}

func TestUploads(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	repo := newRepository(t, session)
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "a.txt"), []byte("a"), 0o600))
	info, err := session.UploadFile(ctx, repo, filepath.Join(folder, "a.txt"), "one.txt", nil)
	check(t, err)
	same(t, "message", info.Message, "Upload one.txt with hfhub")
	info, err = session.UploadFolder(ctx, repo, folder, "", &hfhub.CommitOptions{CreatePR: true, NoJournal: true})
	check(t, err)
	if info.PRNum != 1 || !strings.HasPrefix(info.PRURL, hub.Endpoint) {
		t.Fatalf("%+v", info)
	}
	info, err = session.DeleteFiles(ctx, repo, &hfhub.CommitOptions{DeletePatterns: []string{"*.txt"}})
	check(t, err)
	same(t, "deleted", info.Deleted, int64(1))

	scheduler, err := session.Schedule(repo, folder, "s", time.Hour, nil)
	check(t, err)
	_, err = scheduler.Trigger(ctx)
	check(t, err)
	_, err = scheduler.Stop(ctx)
	check(t, err)
	if _, err = scheduler.Trigger(ctx); !errors.Is(err, hfhub.ErrState) {
		t.Fatal(err)
	}
	check(t, scheduler.Close())
	files, err := session.DownloadSnapshot(ctx, repo, nil)
	check(t, err)
	content, err := os.ReadFile(filepath.Join(files.Path, "s", "a.txt"))
	check(t, err)
	same(t, "content", string(content), "a")
}

// stored puts bytes into the local Hub's Xet store and gives their hash.
func stored(t *testing.T, session *hfhub.Session, data []byte) string {
	t.Helper()
	commit, err := session.XetCommit(context.Background(), &hfhub.XetOptions{Endpoint: hub.CAS})
	check(t, err)
	defer commit.Close()
	index, err := commit.AddBytes("bytes", data, hfhub.SHA256Computed)
	check(t, err)
	_, err = commit.Finish(context.Background())
	check(t, err)
	file, err := commit.Item(index)
	check(t, err)
	same(t, "sha256", file.SHA256, fmt.Sprintf("%x", sha256.Sum256(data)))
	return file.Hash
}

func pattern(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i*31 + i/251)
	}
	return data
}

func TestXetStream(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	data := pattern(2500000)
	hash, size, options := stored(t, session, data), uint64(len(data)), &hfhub.XetOptions{Endpoint: hub.CAS}

	open := func(r *hfhub.XetRange) *hfhub.XetStream {
		stream, err := session.XetStream(ctx, hash, size, r, options)
		check(t, err)
		t.Cleanup(func() { stream.Close() })
		return stream
	}
	read, err := io.ReadAll(open(nil))
	check(t, err)
	same(t, "by Read", bytes.Equal(read, data), true)

	var copied bytes.Buffer
	stream := open(&hfhub.XetRange{Begin: 1000, End: 2000000})
	_, err = io.CopyN(&copied, stream, 10) // by Read
	check(t, err)
	n, err := io.Copy(&copied, stream) // by WriteTo
	check(t, err)
	same(t, "size", n, int64(1999000-10))
	same(t, "by both", bytes.Equal(copied.Bytes(), data[1000:2000000]), true)
	progress, err := stream.Progress()
	check(t, err)
	same(t, "progress", progress.BytesDone, uint64(1999000))

	stream = open(&hfhub.XetRange{End: hfhub.XetUnknown, Unordered: true})
	placed := make([]byte, size)
	stream.Pieces()(func(piece hfhub.Piece, err error) bool {
		check(t, err)
		copy(placed[piece.Offset:], piece.Data)
		return true
	})
	same(t, "by Pieces", bytes.Equal(placed, data), true)

	part := make([]byte, 5000)
	m, err := stream.ReadAt(part, 1234567)
	check(t, err)
	same(t, "by ReadAt", m == 5000 && bytes.Equal(part, data[1234567:1239567]), true)
	m, err = stream.ReadAt(part, int64(size)-10)
	same(t, "at the end", m == 10 && err == io.EOF && bytes.Equal(part[:10], data[size-10:]), true)
	_, err = stream.ReadAt(part, int64(size))
	same(t, "past the end", err, io.EOF)
	_, err = io.Copy(io.Discard, io.NewSectionReader(stream, 100, 200))
	check(t, err)

	short := open(nil)
	if _, err := short.WriteTo(&full{room: 100}); err != errFull {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(short)
	check(t, err)
	same(t, "after a full writer", bytes.Equal(rest, data[100:]), true)
}

var errFull = errors.New("full")

// full takes some bytes and refuses more.
type full struct{ room int }

func (f *full) Write(data []byte) (int, error) {
	if len(data) <= f.room {
		f.room -= len(data)
		return len(data), nil
	}
	n := f.room
	f.room = 0
	return n, errFull
}

func TestXetStreamEnds(t *testing.T) {
	session := newSession(t, nil)
	hash := stored(t, session, pattern(1000))
	options := &hfhub.XetOptions{Endpoint: hub.CAS}
	hang(t, "*")
	ctx, cancel := context.WithCancel(context.Background())
	stream, err := session.XetStream(ctx, hash, 1000, nil, options)
	check(t, err)
	go cancel()
	if _, err := io.ReadAll(stream); !errors.Is(err, context.Canceled) {
		t.Fatal("by its context:", err)
	}
	check(t, stream.Close())
	if _, err := stream.Read(make([]byte, 1)); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	stream, err = session.XetStream(context.Background(), hash, 1000, nil, options)
	check(t, err)
	stream.Cancel()
	if _, err := io.ReadAll(stream); !errors.Is(err, hfhub.ErrCancelled) {
		t.Fatal("by hand:", err)
	}
	closed, err := session.XetStream(context.Background(), hash, 1000, nil, options)
	check(t, err)
	go closed.Close()
	if _, err := io.ReadAll(closed); !errors.Is(err, hfhub.ErrCancelled) && !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal("by Close:", err)
	}
	if _, err := session.XetStream(context.Background(), hash, 1000, &hfhub.XetRange{Begin: 5, End: 4}, options); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal(err)
	}
}

func TestXetCommitAndGroup(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	folder := t.TempDir()
	data := pattern(600000)
	check(t, os.WriteFile(filepath.Join(folder, "in"), data, 0o600))
	hashed, err := session.XetHashFile(ctx, filepath.Join(folder, "in"))
	check(t, err)
	options := &hfhub.XetOptions{Endpoint: hub.CAS, Headers: map[string]string{"X-Test": "1"}}
	commit, err := session.XetCommit(ctx, options)
	check(t, err)
	defer commit.Close()
	_, err = commit.AddPath(filepath.Join(folder, "in"), "", hfhub.SHA256Known(hashed.SHA256))
	check(t, err)
	writer, err := commit.AddStream("stream", hfhub.SHA256LeftOut)
	check(t, err)
	defer writer.Close()
	_, err = io.Copy(writer, bytes.NewReader(data))
	check(t, err)
	file, err := writer.Finish()
	check(t, err)
	same(t, "hash", file.Hash, hashed.Hash)
	same(t, "sha256", file.SHA256, "")
	same(t, "index", writer.Index(), 1)
	same(t, "items", commit.ItemCount(), 2)
	report, err := commit.Finish(ctx)
	check(t, err)
	same(t, "bytes", report.Int("/total_bytes", -1), int64(1200000))
	_, err = commit.Report()
	check(t, err)
	progress, err := commit.Progress()
	check(t, err)
	same(t, "bytes", progress.BytesDone, uint64(1200000))

	group, err := session.XetGroup(options)
	check(t, err)
	defer group.Close()
	index, err := group.Add(hashed.Hash, hashed.Size, filepath.Join(folder, "out"))
	check(t, err)
	check(t, group.AddSeed(index, filepath.Join(folder, "in"), hashed.Hash, hashed.Size))
	ended, err := group.Result(index)
	check(t, err)
	same(t, "ended before it was started", ended, false)
	if _, err := group.Result(index + 1); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal("an item that is not there:", err)
	}
	_, err = group.Run(ctx)
	check(t, err)
	ended, err = group.Result(index)
	check(t, err)
	same(t, "ended", ended, true)
	out, err := os.ReadFile(filepath.Join(folder, "out"))
	check(t, err)
	same(t, "content", bytes.Equal(out, data), true)

	url, err := session.XetRefreshURL(hfhub.XetRepo{Type: "model", ID: "acme/bert"}, hfhub.XetRead)
	check(t, err)
	same(t, "refresh", url, hub.Endpoint+"/api/models/acme/bert/xet-read-token/main")

	cancelled, err := session.XetCommit(ctx, options)
	check(t, err)
	defer cancelled.Close()
	cancelled.Cancel()
	if _, err := cancelled.AddBytes("x", data, hfhub.SHA256Computed); err == nil {
		t.Fatal("a cancelled commit takes bytes")
	}
}

func TestLFSUpload(t *testing.T) {
	session := newSession(t, nil)
	_, err := session.LFSUpload(context.Background(), "/none", strings.Repeat("0", 64), []byte(`{"href": "http://127.0.0.1:1/x"}`))
	if !errors.Is(err, hfhub.ErrIO) {
		t.Fatal(err)
	}
}

func TestCache(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	_, err := session.DownloadFile(ctx, "acme/bert", "config.json", nil)
	check(t, err)
	scan, err := session.CacheScan(ctx, "")
	check(t, err)
	same(t, "repository", scan.String("/repos/0/repo_id"), "acme/bert")
	if _, err := session.CacheScan(ctx, "/none"); !errors.Is(err, hfhub.ErrCache) {
		t.Fatal(err)
	}
	verified, err := session.CacheVerify(ctx, "acme/bert", nil)
	check(t, err)
	same(t, "checked", verified.Int("/checked", -1), int64(1))
	metadata, err := session.FileMetadata(ctx, "acme/bert", "big.bin", nil)
	check(t, err)
	if metadata.Size == nil || *metadata.Size != 3000000 || len(metadata.XetHash) != 64 {
		t.Fatalf("%+v", metadata)
	}
}
