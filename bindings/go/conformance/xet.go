package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	hfhub "github.com/libhfhub/libhfhub/bindings/go"
)

// xet does Xet commits, groups and streams.
func (d *driver) xet(verb string, s step) (string, bool) {
	ctx := context.Background()
	hash, file, name := d.text(s, "hash"), d.text(s, "file_path"), d.text(s, "name")
	size, index := uint64(s.number("size", -1)), int(s.number("index", 0))
	commit := func() *hfhub.XetCommit { return on[*hfhub.XetCommit](d, s) }
	group := func() *hfhub.XetGroup { return on[*hfhub.XetGroup](d, s) }
	var err error
	switch verb {
	case "xet_commit_new":
		var made *hfhub.XetCommit
		if made, err = d.session(s).XetCommit(ctx, d.xetOptions(s)); err == nil {
			d.keep(d.text(s, "as"), made)
		}
		return d.outcome(s, err, ""), true
	case "xet_add_path":
		index, err = commit().AddPath(file, name, d.sha256(s))
		return d.outcome(s, err, fmt.Sprintf(" %d", index)), true
	case "xet_add_bytes":
		index, err = commit().AddBytes(name, d.content(s), d.sha256(s))
		return d.outcome(s, err, fmt.Sprintf(" %d", index)), true
	case "xet_add_stream":
		index, err = d.addStream(commit(), s)
		return d.outcome(s, err, fmt.Sprintf(" %d", index)), true
	case "xet_item":
		item, err := commit().Item(index)
		if err == nil && item == nil {
			return "pending", true
		}
		if err != nil {
			return d.outcome(s, err, ""), true
		}
		return "ok" + d.shown(s, item.JSON), true
	case "xet_report":
		report, err := commit().Report()
		if err != nil {
			return d.outcome(s, err, ""), true
		}
		return "ok" + d.shown(s, report), true
	case "xet_progress":
		progress, err := commit().Progress()
		return d.outcome(s, err, fmt.Sprintf(" bytes=%d", progress.BytesDone)), true
	case "xet_cancel":
		commit().Cancel()
		return "ok", true
	case "xet_group_new":
		var made *hfhub.XetGroup
		if made, err = d.session(s).XetGroup(d.xetOptions(s)); err == nil {
			d.keep(d.text(s, "as"), made)
		}
		return d.outcome(s, err, ""), true
	case "xet_group_add":
		index, err = group().Add(hash, size, file)
		return d.outcome(s, err, fmt.Sprintf(" %d", index)), true
	case "xet_group_seed":
		return d.outcome(s, group().AddSeed(index, file, hash, size), ""), true
	case "xet_group_result":
		ended, err := group().Result(index)
		if err == nil && !ended {
			return "pending", true
		}
		return d.outcome(s, err, ""), true
	case "xet_stream":
		read, sum, err := d.stream(s)
		return d.outcome(s, err, fmt.Sprintf(" %d %x", read, sum)), true
	}
	return "", false
}

func (d *driver) sha256(s step) hfhub.SHA256 {
	switch hex := d.textOrNil(s, "sha256"); {
	case hex == nil:
		return hfhub.SHA256Computed
	case *hex == "":
		return hfhub.SHA256LeftOut
	default:
		return hfhub.SHA256Known(*hex)
	}
}

func (d *driver) content(s step) []byte {
	if s.has("text") {
		return []byte(d.text(s, "text"))
	}
	return pattern(s.number("size", 0))
}

func (d *driver) addStream(commit *hfhub.XetCommit, s step) (int, error) {
	writer, err := commit.AddStream(d.text(s, "name"), d.sha256(s))
	if err != nil {
		return 0, err
	}
	defer writer.Close()
	pieces := [][]byte{}
	for _, piece := range s.list("pieces") {
		pieces = append(pieces, []byte(piece.(string)))
	}
	if s.has("size") {
		all := pattern(s.number("size", 0))
		half := len(all) / 2
		pieces = append(pieces, all[:half], all[half:])
	}
	for _, piece := range pieces {
		if _, err := writer.Write(piece); err != nil {
			return 0, err
		}
	}
	if _, err := writer.Finish(); err != nil {
		return 0, err
	}
	return writer.Index(), nil
}

// stream reads it all, in its order through io.Reader, else by its pieces.
func (d *driver) stream(s step) (int, [sha256.Size]byte, error) {
	var none [sha256.Size]byte
	r := &hfhub.XetRange{Begin: uint64(s.number("begin", 0)), End: uint64(s.number("end", -1)), Unordered: s.number("ordered", 1) == 0}
	stream, err := d.session(s).XetStream(context.Background(), d.text(s, "hash"), uint64(s.number("size", -1)), r, d.xetOptions(s))
	if err != nil {
		return 0, none, err
	}
	defer stream.Close()
	var got bytes.Buffer
	if s.has("cancel_after") {
		if _, err = io.CopyN(&got, stream, s.number("cancel_after", 0)); err != nil {
			return 0, none, err
		}
		stream.Cancel()
	}
	if !r.Unordered {
		// without io.WriterTo, so that Read is used
		_, err = io.Copy(&got, struct{ io.Reader }{stream})
		return got.Len(), sha256.Sum256(got.Bytes()), err
	}
	var placed []byte
	stream.Pieces()(func(piece hfhub.Piece, failed error) bool {
		if err = failed; err != nil {
			return false
		}
		begin := int(piece.Offset - r.Begin)
		if missing := begin + len(piece.Data) - len(placed); missing > 0 {
			placed = append(placed, make([]byte, missing)...)
		}
		copy(placed[begin:], piece.Data)
		return true
	})
	return len(placed), sha256.Sum256(placed), err
}
