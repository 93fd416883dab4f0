package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// hard does what is hard on a binding.
func (d *driver) hard(verb string, s step) (string, bool) {
	switch verb {
	case "queue":
		return d.queue(s), true
	case "progress":
		var last hfhub.Progress
		op := d.started(s.inner("step"))
		defer op.Close()
		err := op.waitProgress(10*time.Millisecond, func(p hfhub.Progress) { last = p })
		return d.outcome(s, err, fmt.Sprintf(" last=%d/%d", last.BytesDone, last.BytesTotal)), true
	case "log_lines":
		return d.logLines(s), true
	case "threads":
		return d.threads(int(s.number("count", 0)), s.inner("step")), true
	case "gc_stress":
		return d.gcStress(int(s.number("times", 1)), s.inner("step")), true
	case "spawn":
		return d.spawn(s), true
	case "drop":
		for i := s.number("count", 0); i > 0; i-- {
			d.drop(s)
		}
		return "ok", true
	case "use_after_close":
		return d.useAfterClose(s), true
	case "close_during_wait":
		op := d.started(s.inner("step"))
		waited := make(chan error)
		go func() { waited <- op.wait() }()
		runtime.Gosched()
		sure(op.Close())
		if err := <-waited; errors.Is(err, hfhub.ErrCancelled) || errors.Is(err, hfhub.ErrClosed) {
			return "ended", true
		}
		return "not ended", true
	}
	return "", false
}

func (d *driver) started(s step) *running {
	op, err, known := d.start(d.text(s, "do"), s)
	if !known {
		die("%v: no operation", s)
	}
	sure(err)
	return op
}

// queue: Go's is a channel.
func (d *driver) queue(s step) string {
	ended := make(chan int)
	operations := s.list("operations")
	for i, operation := range operations {
		op := d.started(step(operation.(map[string]interface{})))
		go func(tag int) {
			defer op.Close()
			<-op.Done()
			ended <- tag
		}(7 + i)
	}
	var tags []int
	for range operations {
		tags = append(tags, <-ended)
	}
	sort.Ints(tags)
	out := "ok"
	for _, tag := range tags {
		out += " " + strconv.Itoa(tag)
	}
	return out
}

func (d *driver) logLines(s step) string {
	var lines int64
	session, err := d.newSession(s.inner("options"), filepath.Join(d.work, "log-cache"), func(level hfhub.LogLevel, message string) {
		if level >= hfhub.LogDebug && message != "" {
			atomic.AddInt64(&lines, 1)
		}
	})
	sure(err)
	d.keep("log", session)
	d.perform(s.inner("step"))
	if atomic.LoadInt64(&lines) > 0 {
		return "ok some"
	}
	return "ok none"
}

func (d *driver) threads(count int, inner step) string {
	lines := make([]string, count)
	var group sync.WaitGroup
	for i := range lines {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			lines[i] = d.perform(inner)
		}(i)
	}
	group.Wait()
	for _, line := range lines {
		if line != lines[0] {
			return "differ " + line + " " + lines[0]
		}
	}
	return fmt.Sprintf("ok %d %s", count, lines[0])
}

func (d *driver) gcStress(times int, inner step) string {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	first := d.perform(inner)
	out := "ok " + first
	for i := 1; i < times; i++ {
		if line := d.perform(inner); line != first {
			out = "differ " + line + " " + first
		}
	}
	close(stop)
	<-stopped
	return out
}

func (d *driver) spawn(s step) string {
	line := make(chan string)
	go func() { line <- d.perform(s.inner("step")) }()
	var argv []string
	for _, word := range s.list("argv") {
		argv = append(argv, word.(string))
	}
	child := exec.Command(argv[0], argv[1:]...)
	if err := child.Run(); err != nil && child.ProcessState == nil {
		die("%v", err)
	}
	return fmt.Sprintf("ok exit=%d %s", child.ProcessState.ExitCode(), <-line)
}

// drop makes something and forgets it. Options have no handle in Go, outside of the call that they are for.
func (d *driver) drop(s step) {
	var err error
	switch kind := d.text(s, "kind"); kind {
	case "options":
		_, err = d.session(s).FileURL("a/b", "c", &hfhub.DownloadOptions{Revision: "main"})
	case "json":
		_, err = hfhub.ParseJSON([]byte("[1]"))
	case "session":
		_, err = hfhub.NewSession(nil)
	case "operation":
		_, err = d.session(s).StartFileMetadata(context.Background(), "a/b", "c", nil)
	default:
		die("no kind '%s'", kind)
	}
	sure(err)
}

func (d *driver) useAfterClose(s step) string {
	session, err := d.newSession(step{}, filepath.Join(d.work, "other-cache"), nil)
	sure(err)
	defer session.Close()
	switch kind := d.text(s, "kind"); kind {
	case "session":
		sure(session.Close())
		_, err = session.StartFileMetadata(context.Background(), "a/b", "c", nil)
	case "json":
		document, failed := hfhub.ParseJSON([]byte("[1]"))
		sure(failed)
		sure(document.Close())
		_, err = document.Text("", -1)
	case "commit":
		commit, failed := session.Commit("a/b", &hfhub.CommitOptions{Message: "m"})
		sure(failed)
		sure(commit.Close())
		err = commit.AddBytes("c", []byte("c"))
	default:
		die("no kind '%s'", kind)
	}
	return d.outcome(s, err, "")
}

// ---- modes without a table ---------------------------------------------------------------------------------------------
func special(mode string, arguments []string) {
	session, err := hfhub.NewSession(nil)
	sure(err)
	hanging := func() *hfhub.Op[*hfhub.FileDownload] {
		op, err := session.StartDownloadFile(context.Background(), "conformance/hangs", "file.bin", nil)
		sure(err)
		return op
	}
	switch {
	case mode == "--exit-running" && len(arguments) == 0:
		for i := 0; i < 10; i++ {
			hanging()
		}
	case mode == "--signal" && len(arguments) == 0:
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGINT)
		go func() {
			<-signals
			fmt.Println("interrupted")
			os.Exit(3)
		}()
		op := hanging()
		fmt.Println("ready")
		_, err := op.Wait()
		sure(err)
	case mode == "--bench" && len(arguments) == 3:
		size, err := strconv.ParseUint(arguments[2], 10, 64)
		sure(err)
		bench(session, arguments[0], arguments[1], size)
	default:
		die("no mode '%s'", mode)
	}
}

// each runs a call often and gives nanoseconds.
func each(call func()) float64 {
	const times = 200000
	begin := time.Now()
	for i := 0; i < times; i++ {
		call()
	}
	return float64(time.Since(begin).Nanoseconds()) / times
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	sure(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func bench(session *hfhub.Session, cas, hash string, size uint64) {
	source := []byte(`{"name": "value", "list": [1, 2, 3]}`)
	figures := map[string]interface{}{
		"call_ns": each(func() { session.HasToken() }),
		"json_ns": each(func() {
			document, err := hfhub.ParseJSON(source)
			sure(err)
			_, err = document.Text("/list", -1)
			sure(err)
			document.Close()
		}),
		"error_ns": each(func() {
			if _, err := hfhub.ParseJSON([]byte("[")); err == nil || err.Error() == "" {
				die("no error")
			}
		}),
	}
	cpu, begin := cpuSeconds(), time.Now()
	whole := &hfhub.XetRange{End: hfhub.XetUnknown, Unordered: true}
	stream, err := session.XetStream(context.Background(), hash, size, whole, &hfhub.XetOptions{Endpoint: cas})
	sure(err)
	read, pieces, sum := uint64(0), 0, uint64(0)
	stream.Pieces()(func(piece hfhub.Piece, err error) bool {
		sure(err)
		read, pieces = read+uint64(len(piece.Data)), pieces+1
		for i := 0; i < len(piece.Data); i += 4096 {
			sum += uint64(piece.Data[i])
		}
		return true
	})
	if read != size {
		die("%d bytes of %d", read, size)
	}
	took := time.Since(begin)
	figures["item_ns"] = float64(took.Nanoseconds()) / float64(pieces)
	figures["stream_cpu_s"] = cpuSeconds() - cpu
	figures["stream_wall_s"] = took.Seconds()
	figures["sum"] = sum
	stream.Close()
	written, err := json.Marshal(figures)
	sure(err)
	fmt.Println(string(written))
}
