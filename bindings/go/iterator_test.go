//go:build go1.23

package hfhub_test

import (
	"context"
	"iter"
	"testing"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// The iterators are those of Go 1.23, which older versions call by hand.
func TestRangeOverIterators(t *testing.T) {
	document, err := hfhub.ParseJSON([]byte(`{"a/b": [1, 2], "~": {}}`))
	check(t, err)
	defer document.Close()
	var paths []string
	for path := range document.Elements("") {
		paths = append(paths, path)
	}
	same(t, "paths", len(paths), 2)
	same(t, "first", paths[0], "/a~1b")
	same(t, "second", paths[1], "/~0")
	for path := range document.Elements("/a~1b") {
		same(t, "first", path, "/a~1b/0")
		break
	}

	session := newSession(t, nil)
	op, err := session.StartDownloadFile(context.Background(), "acme/bert", "config.json", nil)
	check(t, err)
	defer op.Close()
	_, err = op.Wait()
	check(t, err)
	next, stop := iter.Pull2(iter.Seq2[hfhub.Item, error](op.Items()))
	defer stop()
	item, err, ok := next()
	check(t, err)
	if !ok || item.Name != "config.json" {
		t.Fatal(item)
	}
}
