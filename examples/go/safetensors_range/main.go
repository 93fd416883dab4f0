// safetensors_range REPO FILE: the tensors of a safetensors file, of which only the header is fetched. The file has to be
// stored by Xet. Prints a line for each tensor, in the order of their names: NAME DTYPE [DIMENSIONS].
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

const largestHeader = 100 << 20

type tensor struct {
	DType string   `json:"dtype"`
	Shape []uint64 `json:"shape"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintf(os.Stderr, "usage: %s REPO FILE\n", os.Args[0])
		os.Exit(2)
	}
	if err := list(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(ctx context.Context, repo, file string) error {
	session, err := hfhub.NewSession(nil)
	if err != nil {
		return err
	}
	defer session.Close()
	metadata, err := session.FileMetadata(ctx, repo, file, nil)
	if err != nil {
		return err
	}
	if metadata.XetHash == "" || metadata.Size == nil {
		return fmt.Errorf("%s is not stored by Xet", file)
	}
	size := uint64(*metadata.Size)
	rights := &hfhub.XetOptions{Repo: &hfhub.XetRepo{Type: "model", ID: repo, Revision: metadata.Commit}}
	stream, err := session.XetStream(ctx, metadata.XetHash, size, nil, rights)
	if err != nil {
		return err
	}
	defer stream.Close()

	// the stream is an io.ReaderAt: nothing but these two ranges is fetched
	var length [8]byte
	if _, err := stream.ReadAt(length[:], 0); err != nil {
		return fmt.Errorf("the header's length: %w", err)
	}
	headerSize := binary.LittleEndian.Uint64(length[:])
	if headerSize > largestHeader || headerSize > size-8 {
		return fmt.Errorf("%s is no safetensors file", file)
	}
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(io.NewSectionReader(stream, 8, int64(headerSize)), header); err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	return printTensors(header)
}

func printTensors(header []byte) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(header, &entries); err != nil {
		return fmt.Errorf("the header: %w", err)
	}
	delete(entries, "__metadata__")
	names := make([]string, 0, len(entries))
	for name := range entries {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		var t tensor
		if err := json.Unmarshal(entries[name], &t); err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		dimensions := make([]string, len(t.Shape))
		for i, d := range t.Shape {
			dimensions[i] = strconv.FormatUint(d, 10)
		}
		fmt.Printf("%s %s [%s]\n", name, t.DType, strings.Join(dimensions, ", "))
	}
	return nil
}
