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

// maxNamedFile bounds a file that is read for what it says about others, such as .gitattributes.
const maxNamedFile = 1 << 20

// FilesNamed reads the regular files of a commit that have this base name, in any folder, by path. One
// that is unreadable or larger than a megabyte is left out.
func (r *Repository) FilesNamed(ctx context.Context, commit Hash, name string) (map[string][]byte, error) {
	found := map[string]Hash{}
	each := func(entry string) {
		if p, hash, ok := parseTreeLine(entry); ok && path.Base(p) == name {
			found[p] = hash
		}
	}
	list := r.git("ls-tree", "-r", "-z", "--full-tree", commit.String())
	cmd, said := list.exec(ctx)
	cmd.Stdout = &recordWriter{each: each}
	if err := list.failure(ctx, cmd.Run(), said); err != nil {
		return nil, fmt.Errorf("list files of %s: %w", commit, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return r.readFiles(ctx, found)
}

func (r *Repository) readFiles(ctx context.Context, found map[string]Hash) (map[string][]byte, error) {
	objects, err := r.Objects(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = objects.Close() }()
	objects.MaxSize = maxNamedFile
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
