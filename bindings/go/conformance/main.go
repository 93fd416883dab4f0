// The conformance driver in Go: bindings/conformance/README.md says what it must do. This file reads the table, runs the
// steps and prints; the verbs are in the other files.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// A step is one object of the table.
type step map[string]interface{}

type scenario struct {
	Name    string            `json:"name"`
	Session step              `json:"session"`
	Steps   []step            `json:"steps"`
	NotFor  map[string]string `json:"not_for"`
}

type closer interface{ Close() error }

// A driver is what the steps of a scenario share.
type driver struct {
	hub, cas, work string
	before         uint64 // handles
	runner         *bufio.Reader

	mu     sync.Mutex
	things map[string]closer
	newest []string // names of things
	words  map[string]string
}

func die(format string, arguments ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(2)
}

func sure(err error) {
	if err != nil {
		die("%v", err)
	}
}

// ---- fields of a step ------------------------------------------------------------------------------------------------
func (s step) has(name string) bool { return s[name] != nil }

func (s step) number(name string, fallback int64) int64 {
	value, ok := s[name].(json.Number)
	if !ok {
		return fallback
	}
	number, err := strconv.ParseInt(value.String(), 10, 64)
	sure(err)
	return number
}

func (s step) list(name string) []interface{} {
	values, _ := s[name].([]interface{})
	return values
}

func (s step) inner(name string) step {
	value, ok := s[name].(map[string]interface{})
	if !ok {
		die("%v: no step '%s'", s, name)
	}
	return value
}

// text is "" when there is no such field.
func (d *driver) text(s step, name string) string {
	value, _ := s[name].(string)
	return d.substituted(value)
}

// textOrNil tells "" from nothing.
func (d *driver) textOrNil(s step, name string) *string {
	if !s.has(name) {
		return nil
	}
	value := d.text(s, name)
	return &value
}

var variable = regexp.MustCompile(`\$\{\w+\}`)

func (d *driver) substituted(raw string) string {
	return variable.ReplaceAllStringFunc(raw, func(found string) string {
		switch name := found[2 : len(found)-1]; name {
		case "WORK":
			return d.work
		case "CAS":
			return d.cas
		case "HUB":
			return d.hub
		default:
			d.mu.Lock()
			defer d.mu.Unlock()
			word, ok := d.words[name]
			if !ok {
				die("nothing is kept as '%s'", name)
			}
			return word
		}
	})
}

// ---- things that steps keep ------------------------------------------------------------------------------------------
func (d *driver) keep(name string, thing closer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.things[name] = thing
	d.newest = append(d.newest, name)
}

// on gives what the step's field "on" names.
func on[T closer](d *driver, s step) T { return kept[T](d, d.text(s, "on")) }

func kept[T closer](d *driver, name string) T {
	d.mu.Lock()
	defer d.mu.Unlock()
	thing, ok := d.things[name].(T)
	if !ok {
		die("nothing of that kind is kept as '%s'", name)
	}
	return thing
}

func (d *driver) close(name string) error {
	thing := kept[closer](d, name)
	d.mu.Lock()
	delete(d.things, name)
	d.mu.Unlock()
	return thing.Close()
}

func (d *driver) session(s step) *hfhub.Session {
	if s.has("session") {
		return kept[*hfhub.Session](d, d.text(s, "session"))
	}
	return kept[*hfhub.Session](d, "session")
}

func (d *driver) newSession(settings step, cache string, log func(hfhub.LogLevel, string)) (*hfhub.Session, error) {
	options := &hfhub.SessionOptions{Log: log, Set: map[string]string{"cache.dir": cache}}
	for key := range settings {
		options.Set[key] = d.text(settings, key)
	}
	return hfhub.NewSession(options)
}

// ---- what is printed ---------------------------------------------------------------------------------------------------
// outcome is "ok" with more behind it, or the error.
func (d *driver) outcome(s step, err error, more string) string {
	if err == nil {
		return "ok" + more
	}
	if errors.Is(err, hfhub.ErrClosed) {
		return "refused"
	}
	var failure *hfhub.Error
	if !errors.As(err, &failure) {
		die("%v: an error of another kind: %v", s, err)
	}
	retriable := 0
	if failure.Retriable {
		retriable = 1
	}
	out := fmt.Sprintf("error %s http=%d code=%s retriable=%d", failure.Status.Name(), failure.HTTPStatus, failure.HubCode, retriable)
	retryAfter := int64(-1)
	if failure.RetryAfter >= 0 {
		retryAfter = failure.RetryAfter.Milliseconds()
	}
	fields := map[string]string{
		"message": failure.Message, "url": failure.URL, "repo_type": failure.RepoType, "repo_id": failure.RepoID,
		"path": failure.Path, "request_id": failure.RequestID, "server_message": failure.ServerMessage,
		"retry_after_ms": strconv.FormatInt(retryAfter, 10),
	}
	for _, name := range s.list("show_error") {
		value, ok := fields[name.(string)]
		if !ok {
			die("%v: an error has no '%s'", s, name)
		}
		out += fmt.Sprintf(" %s=%s", name, value)
	}
	return out
}

// shown is what `show` asks of a document; `keep` is done on the way.
func (d *driver) shown(s step, document *hfhub.JSON) string {
	out := ""
	for _, pointer := range s.list("show") {
		if pointer == "path" || pointer == "progress" {
			continue
		}
		written, err := document.Text(pointer.(string), -1)
		if err != nil {
			written = "missing"
		}
		out += fmt.Sprintf(" %s=%s", pointer, written)
	}
	if s.has("keep") {
		for name, pointer := range s.inner("keep") {
			word, ok := document.LookupString(pointer.(string))
			if !ok {
				die("%v: no text at '%s' to keep", s, pointer)
			}
			d.mu.Lock()
			d.words[name] = word
			d.mu.Unlock()
		}
	}
	return out
}

// ended prints the outcome of an operation that is over.
func (d *driver) ended(s step, op *hfhub.Operation, err error) string {
	if err != nil {
		return d.outcome(s, err, "")
	}
	out := "ok"
	for _, name := range s.list("show") {
		if name == "path" {
			path := op.Path()
			if path == "" {
				path = "none"
			}
			out += " path=" + path
		}
		if name == "progress" {
			p, err := op.Progress()
			sure(err)
			out += fmt.Sprintf(" items=%d/%d cached=%d bytes=%d/%d", p.ItemsDone, p.ItemsTotal, p.ItemsCached, p.BytesDone, p.BytesTotal)
		}
	}
	document, err := op.JSON()
	if errors.Is(err, hfhub.ErrState) && !s.has("show") {
		return out
	}
	sure(err)
	defer document.Close()
	return out + d.shown(s, document)
}

// ---- the run -----------------------------------------------------------------------------------------------------------
// perform does one step and gives its line.
func (d *driver) perform(s step) string {
	verb := d.text(s, "do")
	var out string
	switch verb {
	case "admin", "mark", "requests":
		return d.ask(s)
	case "live":
		out = d.live()
	default:
		out = d.verb(verb, s)
	}
	return strings.NewReplacer(d.work, "${WORK}", d.hub, "${HUB}", "\n", "\\n").Replace(out)
}

// verb finds who knows it.
func (d *driver) verb(verb string, s step) string {
	for _, try := range []func(string, step) (string, bool){d.operation, d.plain, d.documents, d.commits, d.xet, d.hard} {
		if out, known := try(verb, s); known {
			return out
		}
	}
	die("no verb '%s'", verb)
	return ""
}

// ask lets run.py do a step.
func (d *driver) ask(s step) string {
	line, err := json.Marshal(s)
	sure(err)
	fmt.Printf("@%s\n", d.substituted(string(line)))
	answer, err := d.runner.ReadString('\n')
	sure(err)
	return strings.TrimSuffix(answer, "\n")
}

// live collects garbage until the number of handles has stopped falling.
func (d *driver) live() string {
	lowest, since := hfhub.HandleCount(), time.Now()
	for begin := time.Now(); time.Since(begin) < 5*time.Second && time.Since(since) < 500*time.Millisecond; {
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
		if count := hfhub.HandleCount(); count < lowest {
			lowest, since = count, time.Now()
		}
	}
	return fmt.Sprintf("live %d", int64(lowest)-int64(d.before))
}

func (d *driver) run(s scenario, folder string) {
	d.work = filepath.Join(folder, s.Name)
	sure(os.MkdirAll(d.work, 0o777))
	d.things, d.words, d.newest = map[string]closer{}, map[string]string{}, nil
	d.before = settled()
	session, err := d.newSession(s.Session, filepath.Join(d.work, "cache"), nil)
	sure(err)
	d.keep("session", session)
	for i, step := range s.Steps {
		fmt.Printf("%s %d %s\n", s.Name, i, d.perform(step))
	}
	for i := len(d.newest) - 1; i >= 0; i-- {
		if d.things[d.newest[i]] != nil {
			sure(d.close(d.newest[i]))
		}
	}
}

// settled is the number of handles when nothing waits for the garbage collector any more.
func settled() uint64 {
	for i := 0; i < 1000 && hfhub.HandleCount() > 0; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	return hfhub.HandleCount()
}

func main() {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "--") {
		special(os.Args[1], os.Args[2:])
		return
	}
	d := &driver{hub: os.Getenv("HF_ENDPOINT"), cas: os.Getenv("HFHUB_CAS"), runner: bufio.NewReader(os.Stdin)}
	if len(os.Args) != 3 || d.hub == "" || d.cas == "" {
		die("usage: driver SCENARIOS WORK, with HF_ENDPOINT and HFHUB_CAS")
	}
	written, err := os.ReadFile(os.Args[1])
	sure(err)
	var table struct {
		Scenarios []scenario `json:"scenarios"`
	}
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.UseNumber()
	sure(decoder.Decode(&table))
	for _, s := range table.Scenarios {
		if _, left := s.NotFor["go"]; !left {
			d.run(s, os.Args[2])
		}
	}
}
