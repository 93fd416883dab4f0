package hfhub_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// The local Hub of all tests: $HFHUB_LOCALHUB.
var hub struct {
	Endpoint string `json:"endpoint"`
	CAS      string `json:"cas"`
}

const token = "hf_gotests"

func TestMain(m *testing.M) { os.Exit(withHub(m.Run)) }

func withHub(run func() int) int {
	program := os.Getenv("HFHUB_LOCALHUB")
	if program == "" {
		panic("HFHUB_LOCALHUB does not name the local Hub")
	}
	for _, name := range []string{"HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE"} {
		os.Unsetenv(name)
	}
	data, err := os.MkdirTemp("", "hfhub-go-")
	must(err)
	defer os.RemoveAll(data)
	must(os.Setenv("HF_HOME", data+"/home"))
	process := exec.Command(program, "--data", data+"/hub", "--threads", "2")
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	must(err)
	must(process.Start())
	defer process.Wait()
	defer process.Process.Signal(syscall.SIGTERM)
	ready, err := bufio.NewReader(output).ReadBytes('\n')
	must(err)
	must(json.Unmarshal(ready, &hub))
	must(os.Setenv("HF_ENDPOINT", hub.Endpoint))
	admin("POST", "tokens", `{"token":"`+token+`","user":"acme","role":"write"}`)
	admin("POST", "settings", `{"cas_open":true}`)
	admin("POST", "repos/model/acme/bert/commit", `{"summary":"a commit","files":[
		{"path":"config.json","text":"{\"a\": 1}"},
		{"path":"emoji-🤗.txt","text":"🤗"},
		{"path":"big.bin","generate":{"kind":"random","seed":1,"size":3000000},"lfs":true,"xet":true}]}`)
	admin("PUT", "repos/model/acme/gated", `{"gated":"manual"}`)
	admin("POST", "repos/model/acme/gated/commit", `{"summary":"a commit","files":[{"path":"x","text":"x"}]}`)
	return run()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func admin(method, path, body string) {
	request, err := http.NewRequest(method, hub.Endpoint+"/_admin/"+path, bytes.NewReader([]byte(body)))
	must(err)
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		said, _ := io.ReadAll(answer.Body)
		panic(fmt.Sprintf("%s %s: %d %s", method, path, answer.StatusCode, said))
	}
}

// hang makes requests for paths that match hang for a minute, until the test ends.
func hang(t *testing.T, path string) {
	admin("POST", "faults", `{"match":{"path":"`+path+`"},"times":0,"action":{"delay_ms":60000}}`)
	t.Cleanup(func() { admin("DELETE", "faults", "") })
}

func newSession(t *testing.T, options *hfhub.SessionOptions) *hfhub.Session {
	t.Helper()
	if options == nil {
		options = &hfhub.SessionOptions{Token: token}
	}
	if options.CacheDir == "" {
		options.CacheDir = t.TempDir()
	}
	session, err := hfhub.NewSession(options)
	check(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

var repositories int

// newName is that of a repository that is not there, however often a test runs.
func newName() string {
	repositories++
	return fmt.Sprintf("acme/made-%d", repositories)
}

func newRepository(t *testing.T, session *hfhub.Session) string {
	t.Helper()
	made, err := session.RepoCreate(context.Background(), newName(), nil)
	check(t, err)
	return made.RepoID
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want interface{}) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// settles waits until something that garbage collection brings about is so.
func settles(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); {
		if time.Now().After(end) {
			t.Fatal(what)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
