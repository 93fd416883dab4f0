// download_progress REPO FILE: one file of a model into the shared cache, with a line of progress. Prints where the file is.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintf(os.Stderr, "usage: %s REPO FILE\n", os.Args[0])
		os.Exit(2)
	}
	// Ctrl-C ends the context, and so the download; what is on disk is used by the next one
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := download(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		var failure *hfhub.Error
		if errors.As(err, &failure) && failure.Retriable {
			fmt.Fprintln(os.Stderr, "the same call may succeed later")
		}
		os.Exit(1)
	}
}

func download(ctx context.Context, repo, file string) error {
	session, err := hfhub.NewSession(nil)
	if err != nil {
		return err
	}
	defer session.Close()
	op, err := session.StartDownloadFile(ctx, repo, file, nil)
	if err != nil {
		return err
	}
	defer op.Close()
	shown := false
	found, err := op.WaitProgress(200*time.Millisecond, func(p hfhub.Progress) { // on this goroutine
		if shown = p.BytesTotal > 0; shown {
			fmt.Fprintf(os.Stderr, "\r%d of %d MB, %d MB/s ", p.BytesDone/1e6, p.BytesTotal/1e6, p.BytesPerSecond/1e6)
		}
	})
	if shown {
		fmt.Fprintln(os.Stderr)
	}
	if err != nil {
		return err
	}
	fmt.Println(found.Path)
	return nil
}
