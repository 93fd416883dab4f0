// snapshots_cancel REPO...: snapshots of several models at once, of which the second half is cancelled right away. Prints
// for each, in the order of the arguments, where it is or that it was cancelled.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

type outcome struct {
	snapshot *hfhub.Snapshot
	err      error
}

func main() {
	repos := os.Args[1:]
	if len(repos) == 0 {
		fmt.Fprintf(os.Stderr, "usage: %s REPO...\n", os.Args[0])
		os.Exit(2)
	}
	session, err := hfhub.NewSession(nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer session.Close()

	outcomes := make([]outcome, len(repos))
	kept := context.Background()
	unwanted, cancel := context.WithCancel(kept)
	var group sync.WaitGroup
	for i, repo := range repos {
		ctx := kept
		if i >= (len(repos)+1)/2 {
			ctx = unwanted
		}
		op, err := session.StartDownloadSnapshot(ctx, repo, nil)
		if err != nil {
			outcomes[i].err = err
			continue
		}
		group.Add(1)
		go func(i int) { // a goroutine that waits holds no thread
			defer group.Done()
			defer op.Close()
			outcomes[i].snapshot, outcomes[i].err = op.Wait()
		}(i)
	}
	cancel()
	group.Wait()

	failed := false
	for i, repo := range repos {
		switch result := outcomes[i]; {
		case result.err == nil:
			fmt.Println(repo, result.snapshot.Path)
		case errors.Is(result.err, context.Canceled):
			fmt.Println(repo, "cancelled")
		default:
			fmt.Fprintf(os.Stderr, "%s: %v\n", repo, result.err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}
