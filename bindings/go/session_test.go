package hfhub_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func TestSessionOptions(t *testing.T) {
	session := newSession(t, &hfhub.SessionOptions{
		Token: token, CacheDir: "/nowhere/🤗", MemoryBudget: 1 << 33, UserAgent: "tests/1",
		Set: map[string]string{"net.retries": "3"},
	})
	for key, want := range map[string]string{
		"cache.dir": "/nowhere/🤗", "memory.budget": "8589934592", "net.retries": "3", "endpoint": hub.Endpoint,
	} {
		value, err := session.Option(key)
		check(t, err)
		same(t, key, value, want)
	}
	if value, _ := session.Option("token"); strings.Contains(value, token) {
		t.Fatal("the token is shown")
	}
	same(t, "token", session.HasToken(), true)
	same(t, "no token", newSession(t, &hfhub.SessionOptions{Anonymous: true}).HasToken(), false)
	if _, err := session.Option("net.retrys"); !errors.Is(err, hfhub.ErrArgument) || !strings.Contains(err.Error(), "net.retries") {
		t.Fatal(err)
	}
	if _, err := hfhub.NewSession(&hfhub.SessionOptions{Set: map[string]string{"net.retries": "many"}}); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal(err)
	}
	offline := newSession(t, &hfhub.SessionOptions{Offline: true})
	if _, err := offline.Call(context.Background(), "models.info", map[string]string{"repo_id": "acme/bert"}); !errors.Is(err, hfhub.ErrOffline) {
		t.Fatal(err)
	}
}

func TestWhatThereIs(t *testing.T) {
	for _, option := range hfhub.Options() {
		if option.Key == "" || option.Help == "" {
			t.Errorf("%+v", option)
		}
	}
	calls, err := hfhub.Calls()
	check(t, err)
	found := false
	for _, call := range calls {
		found = found || call.Name == "models.info" && strings.HasPrefix(call.Parameters, "repo_id!")
	}
	same(t, "models.info", found, true)
	number := hfhub.VersionNumber()
	if hfhub.Version() == "" || number == 0 {
		t.Fatal(hfhub.Version(), number)
	}
}

func TestLog(t *testing.T) {
	var lines int64
	session := newSession(t, &hfhub.SessionOptions{
		Set: map[string]string{"log.level": "debug", "log.debug": "true"},
		Log: func(level hfhub.LogLevel, message string) {
			if level >= hfhub.LogDebug && level <= hfhub.LogError && message != "" {
				atomic.AddInt64(&lines, 1)
			}
		},
	})
	_, err := session.DownloadFile(context.Background(), "acme/bert", "config.json", nil)
	check(t, err)
	if atomic.LoadInt64(&lines) == 0 {
		t.Fatal("nothing was logged")
	}
}

func TestLogIsLetGo(t *testing.T) {
	gone := make(chan struct{})
	func() {
		kept := new([64]byte)
		runtime.SetFinalizer(kept, func(*[64]byte) { close(gone) })
		session, err := hfhub.NewSession(&hfhub.SessionOptions{
			Log: func(hfhub.LogLevel, string) { kept[0]++ },
		})
		check(t, err)
		session.Close()
	}()
	for i := 0; ; i++ {
		runtime.GC()
		select {
		case <-gone:
			return
		case <-time.After(10 * time.Millisecond):
		}
		if i == 1000 {
			t.Fatal("the hook is still held")
		}
	}
}

func TestJSON(t *testing.T) {
	document, err := hfhub.ParseJSON([]byte(`{"s": "🤗\u0000z", "i": 9007199254740993, "d": 1.5, "b": true, "n": null, "a": [1, {}]}`))
	check(t, err)
	same(t, "type", document.Type(""), hfhub.JSONObject)
	same(t, "type", document.Type("/n"), hfhub.JSONNull)
	same(t, "missing", document.Type("/x"), hfhub.JSONMissing)
	same(t, "zero", document.Type("/s\x00"), hfhub.JSONMissing)
	same(t, "count", document.Count("/a"), 2)
	same(t, "int", document.Int("/i", -7), int64(9007199254740993))
	same(t, "fallback", document.Int("/d", -7), int64(-7))
	same(t, "double", document.Float("/d", -7.5), 1.5)
	same(t, "bool", document.Bool("/b", false), true)
	same(t, "fallback", document.Bool("/x", true), true)
	_, present := document.LookupString("/i")
	same(t, "a text", present, false)
	key, present := document.Key("", 1)
	same(t, "key", key, "i")
	_, present = document.Key("", 6)
	same(t, "past the end", present, false)
	written, err := document.Text("/a", 1)
	check(t, err)
	same(t, "text", written, "[\n 1,\n {}\n]")
	var decoded struct{ S string }
	check(t, document.Decode("", &decoded))
	same(t, "decoded", decoded.S, "🤗\x00z")
	again, err := json.Marshal(document)
	check(t, err)
	if !json.Valid(again) {
		t.Fatal(string(again))
	}
	if _, err := document.Text("/x", -1); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal(err)
	}
	check(t, document.Close())
	same(t, "closed", document.Type(""), hfhub.JSONMissing)
	if _, err := document.Text("", -1); !errors.Is(err, hfhub.ErrClosed) {
		t.Fatal(err)
	}
	for _, wrong := range []string{"", "[", "{\"a\" 1}"} {
		if _, err := hfhub.ParseJSON([]byte(wrong)); !errors.Is(err, hfhub.ErrArgument) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestCall(t *testing.T) {
	session := newSession(t, nil)
	info, err := session.Call(context.Background(), "models.info", map[string]interface{}{"repo_id": "acme/bert"})
	check(t, err)
	same(t, "id", info.String("/id"), "acme/bert")
	if _, err := session.Call(context.Background(), "models.inof", nil); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal(err)
	}
	if _, err := session.Call(context.Background(), "models.info", func() {}); err == nil {
		t.Fatal("a function is no object")
	}
}

func TestURLs(t *testing.T) {
	session := newSession(t, nil)
	url, err := session.FileURL("acme/rows", "a b.txt", &hfhub.DownloadOptions{RepoType: "dataset", Revision: "refs/pr/1"})
	check(t, err)
	same(t, "url", url, hub.Endpoint+"/datasets/acme/rows/resolve/refs%2Fpr%2F1/a%20b.txt")
	parsed, err := hfhub.ParseURI("hf://datasets/acme/rows@v1/a.txt")
	check(t, err)
	same(t, "revision", parsed.String("/revision"), "v1")
	if _, err := hfhub.ParseURI("http://x"); !errors.Is(err, hfhub.ErrArgument) {
		t.Fatal(err)
	}
}

func TestRepositories(t *testing.T) {
	session := newSession(t, nil)
	ctx := context.Background()
	repo, copyOf, elsewhere := newName(), newName(), newName()
	made, err := session.RepoCreate(ctx, repo, &hfhub.RepoOptions{Private: true})
	check(t, err)
	same(t, "created", made.Created, true)
	if _, err := session.RepoCreate(ctx, repo, nil); !errors.Is(err, hfhub.ErrConflict) {
		t.Fatal(err)
	}
	made, err = session.RepoCreate(ctx, repo, &hfhub.RepoOptions{ExistOK: true})
	check(t, err)
	same(t, "created", made.Created, false)
	_, err = session.RepoUpdate(ctx, repo, &hfhub.RepoOptions{Visibility: "public"})
	check(t, err)
	_, err = session.BranchCreate(ctx, repo, "dev", nil)
	check(t, err)
	_, err = session.TagCreate(ctx, repo, "v1", &hfhub.RepoOptions{Revision: "dev", Message: "one"})
	check(t, err)
	refs, err := session.RepoRefs(ctx, repo, true, nil)
	check(t, err)
	same(t, "branches", refs.Count("/branches"), 2)
	same(t, "tags", refs.String("/tags/0/name"), "v1")
	_, err = session.BranchSquash(ctx, repo, "", nil)
	check(t, err)
	_, err = session.TagDelete(ctx, repo, "v1", nil)
	check(t, err)
	_, err = session.BranchDelete(ctx, repo, "dev", nil)
	check(t, err)
	_, err = session.RepoAuthCheck(ctx, repo, true, nil)
	check(t, err)
	copied, err := session.RepoDuplicate(ctx, repo, copyOf, nil)
	check(t, err)
	same(t, "copy", copied.RepoID, copyOf)
	moved, err := session.RepoMove(ctx, repo, elsewhere, nil)
	check(t, err)
	same(t, "moved", moved.RepoID, elsewhere)
	listed, err := session.RepoList(ctx, "", nil)
	check(t, err)
	if listed.Count("") < 3 {
		t.Fatal(listed.Text("", 1))
	}
	_, err = session.RepoDelete(ctx, elsewhere, nil)
	check(t, err)
	if _, err = session.RepoDelete(ctx, elsewhere, nil); !errors.Is(err, hfhub.ErrRepoNotFound) {
		t.Fatal(err)
	}
	_, err = session.RepoDelete(ctx, elsewhere, &hfhub.RepoOptions{MissingOK: true})
	check(t, err)
}

func TestLogins(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HF_HOME", home)
	session := newSession(t, &hfhub.SessionOptions{})
	ctx := context.Background()
	who, err := session.WhoAmI(ctx, stringOf(token), false)
	check(t, err)
	same(t, "name", who.String("/name"), "acme")
	if _, err = session.WhoAmI(ctx, nil, false); !errors.Is(err, hfhub.ErrAuth) {
		t.Fatal(err)
	}
	login, err := session.Login(ctx, token, false)
	check(t, err)
	name := login.String("/name")
	_, err = session.SwitchToken(ctx, name, false)
	check(t, err)
	list, err := session.StoredTokens(ctx)
	check(t, err)
	same(t, "stored", list.Count("/tokens"), 1)
	found, err := session.Token(ctx)
	check(t, err)
	same(t, "token", found.String("/token"), token)
	out, err := session.Logout(ctx, name, false)
	check(t, err)
	same(t, "removed", out.String("/removed/0"), name)

	admin("POST", "oauth", `{"auto_approve":"acme","interval_s":1}`)
	device, err := session.DeviceLogin()
	check(t, err)
	defer device.Close()
	same(t, "url", device.URL()+device.UserCode(), "")
	_, err = device.Request(ctx)
	check(t, err)
	if device.URL() == "" || device.UserCode() == "" || device.PendingCount() != 0 {
		t.Fatal(device.URL(), device.UserCode())
	}
	_, err = device.Finish(ctx)
	check(t, err)
	_, err = session.Logout(ctx, "", false)
	check(t, err)
}

func stringOf(text string) *string { return &text }
