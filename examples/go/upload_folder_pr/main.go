// upload_folder_pr REPO FOLDER: a folder as a pull request to a model. Prints the pull request's URL.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintf(os.Stderr, "usage: %s REPO FOLDER\n", os.Args[0])
		os.Exit(2)
	}
	if err := upload(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func upload(ctx context.Context, repo, folder string) error {
	session, err := hfhub.NewSession(nil)
	if err != nil {
		return err
	}
	defer session.Close()
	op, err := session.StartUploadFolder(ctx, repo, folder, "", &hfhub.CommitOptions{CreatePR: true})
	if err != nil {
		return err
	}
	defer op.Close()
	for p := range op.Watch(200 * time.Millisecond) { // until the end
		fmt.Fprintf(os.Stderr, "\r%d of %d files, %d of %d MB ", p.ItemsDone, p.ItemsTotal, p.BytesDone/1e6, p.BytesTotal/1e6)
	}
	fmt.Fprintln(os.Stderr)
	commit, err := op.Wait()
	if err != nil {
		return err
	}
	if !commit.Committed {
		return fmt.Errorf("%s has all of this already", repo)
	}
	fmt.Println(commit.PRURL)
	return nil
}
