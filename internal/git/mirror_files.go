package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// maxSettings bounds the size of a .mailmap or .gitattributes file that is read.
const maxSettings = 1 << 20

// The files of a repository that say something of the others and of its people.
const (
	attributesFile = ".gitattributes"
	mailmapFile    = ".mailmap"
)

// Settings is what a commit's own files say of its files and its people.
type Settings struct {
	// Attributes is the text of each .gitattributes by its folder, which is "" for the root and else ends in a slash.
	Attributes map[string]string
	// Mailmap is the text of the root's .mailmap, empty when there is none.
	Mailmap string
}

// Settings reads them. A file that is unreadable or larger than a megabyte is left out.
func (r *Repository) Settings(ctx context.Context, commit Hash) (Settings, error) {
	found := map[string]Hash{}
	each := func(entry string) {
		if p, hash, ok := parseTreeLine(entry); ok && (p == mailmapFile || path.Base(p) == attributesFile) {
			found[p] = hash
		}
	}
	list := r.git("ls-tree", "-r", "-z", "--full-tree", commit.String())
	cmd, said := list.exec(ctx)
	cmd.Stdout = &recordWriter{each: each}
	if err := list.failure(ctx, cmd.Run(), said); err != nil {
		return Settings{}, fmt.Errorf("list files of %s: %w", commit, err)
	}
	files, err := r.readFiles(ctx, found)
	settings := Settings{Attributes: map[string]string{}, Mailmap: string(files[mailmapFile])}
	for p, text := range files {
		if folder, ok := strings.CutSuffix(p, attributesFile); ok {
			settings.Attributes[folder] = string(text)
		}
	}
	return settings, err
}

func (r *Repository) readFiles(ctx context.Context, found map[string]Hash) (map[string][]byte, error) {
	if len(found) == 0 {
		return nil, nil
	}
	objects, err := r.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = objects.Close() }()
	objects.MaxSize = maxSettings
	files := map[string][]byte{}
	for p, hash := range found {
		object, err := objects.Read(hash, nil)
		switch {
		case err != nil && Unreadable(err), err == nil && object.Large:
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", p, err)
		default:
			files[p] = bytes.Clone(object.Data)
		}
	}
	return files, nil
}

// parseTreeLine reads "100644 blob HASH<TAB>PATH"; ok is false for what is no regular file.
func parseTreeLine(line string) (p string, hash Hash, ok bool) {
	meta, p, found := strings.Cut(line, "\t")
	field := strings.Fields(meta)
	if !found || len(field) != 3 || !strings.HasPrefix(field[0], "100") {
		return "", Hash{}, false
	}
	hash, err := ParseHash(field[2])
	return p, hash, err == nil
}

// CountCommits counts the commits that any of the tips leads to.
func (r *Repository) CountCommits(ctx context.Context, tips []Hash) (int, error) {
	if len(tips) == 0 {
		return 0, nil
	}
	names := make([]string, len(tips))
	for i, tip := range tips {
		names[i] = tip.String()
	}
	count := r.git("rev-list", "--count", "--stdin")
	count.stdin = lines(names)
	out, err := count.run(ctx)
	if err != nil {
		return 0, fmt.Errorf("count commits: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		return 0, errors.New("count commits: git did not answer a number")
	}
	return n, nil
}

// recordWriter cuts a stream at NUL bytes.
type recordWriter struct {
	each    func(string)
	pending []byte
}

func (w *recordWriter) Write(p []byte) (int, error) {
	w.pending = append(w.pending, p...)
	for {
		record, rest, found := bytes.Cut(w.pending, []byte{0})
		if !found {
			w.pending = append([]byte(nil), record...)
			return len(p), nil
		}
		w.each(string(record))
		w.pending = rest
	}
}
