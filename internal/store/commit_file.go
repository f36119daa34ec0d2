package store

import (
	"context"
	"fmt"

	"weir/internal/facts"
)

const fileColumns = `number, path, old_path, status, kind, generated, added, deleted, merge_lines, new_lines, unattributed,
	hunk_count, touched`

// fileScan takes the columns of a file, again and again.
type fileScan struct {
	number                        facts.CommitNumber
	file                          facts.FileChange
	path, oldPath, touched, hunks []byte
}

func (f *fileScan) into(withHunks bool) []any {
	c := &f.file
	dest := []any{into(&f.number), &f.path, &f.oldPath, into(&c.Status), into(&c.Kind), &c.Generated, into(&c.Added), into(&c.Deleted),
		into(&c.MergeLines), into(&c.New), into(&c.Unattributed), into(&c.HunkCount), &f.touched}
	if withHunks {
		dest = append(dest, &f.hunks)
	}
	return dest
}

func (f *fileScan) done() (fileRow, error) {
	file := f.file
	file.Path, file.OldPath = string(f.path), string(f.oldPath)
	var err error
	if file.Touched, err = unpackTouched(f.touched); err != nil {
		return fileRow{}, err
	}
	file.Hunks, err = unpackHunks(f.hunks)
	return fileRow{f.number, file}, err
}

type fileRow struct {
	number facts.CommitNumber
	file   facts.FileChange
}

// files reads the files of a range of commits, each commit's in the order they were saved in.
func (q *queries) files(
	ctx context.Context, repo facts.RepoID, first, last facts.CommitNumber, withHunks bool,
) (map[facts.CommitNumber][]facts.FileChange, error) {
	columns := fileColumns
	if withHunks {
		columns += ", hunks"
	}
	f := &fileScan{}
	dest := f.into(withHunks)
	scan := func(row scanner) (fileRow, error) {
		if err := row.Scan(dest...); err != nil {
			return fileRow{}, err
		}
		return f.done()
	}
	files := map[facts.CommitNumber][]facts.FileChange{}
	for row, err := range stream(ctx, q, fmt.Sprintf("read files of repo=%d", repo), scan,
		`SELECT `+columns+` FROM commit_files WHERE repo_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number, position`, repo, first, last) {
		if err != nil {
			return nil, err
		}
		files[row.number] = append(files[row.number], row.file)
	}
	return files, nil
}
