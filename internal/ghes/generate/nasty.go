package generate

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Kind names a nasty repository.
type Kind string

// The nasty repositories. ManyFiles and HugeFile take their time and space and are not in
// NastyKinds.
const (
	Empty        Kind = "empty"         // no commit at all
	NoHead       Kind = "no-head"       // HEAD names a branch that is not there
	Shallow      Kind = "shallow"       // history cut off
	Corrupt      Kind = "corrupt"       // an object's bytes are damaged
	Missing      Kind = "missing"       // an object is not there
	UglyNames    Kind = "ugly-names"    // HTML, control characters, right-to-left and no UTF-8 in names
	UglyPaths    Kind = "ugly-paths"    // the same in paths
	OddDates     Kind = "odd-dates"     // 1970, 2106, negative, offset +9999
	Octopus      Kind = "octopus"       // a merge of four
	Submodule    Kind = "submodule"     // a link to another repository
	Symlinks     Kind = "symlinks"      // links that lead nowhere, to themselves and outside
	CaseTwins    Kind = "case-twins"    // two paths that differ in case only
	BrokenText   Kind = "broken-text"   // binary, no UTF-8, no newline at the end, CRLF, very long lines
	TwoRoots     Kind = "two-roots"     // unrelated histories merged
	EmptyCommits Kind = "empty-commits" // commits that change nothing
	ManyFiles    Kind = "many-files"    // 100,000 files in one commit
	HugeFile     Kind = "huge-file"     // a file of 300 MB
)

// NastyKinds are those that are quick to make.
var NastyKinds = []Kind{Empty, NoHead, Shallow, Corrupt, Missing, UglyNames, UglyPaths, OddDates,
	Octopus, Submodule, Symlinks, CaseTwins, BrokenText, TwoRoots, EmptyCommits}

// nastyTime is when nasty things happen.
var nastyTime = time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("", 3600))

var nobody = Alias{"Nemo", "nemo@example.com"}

// Nasty makes a bare repository of a kind as DIR/KIND.git and returns its path.
func Nasty(ctx context.Context, dir string, k Kind) (string, error) {
	repo := filepath.Join(dir, string(k)+".git")
	if err := initBare(ctx, repo); err != nil {
		return "", fmt.Errorf("generate %s: %w", k, err)
	}
	if err := makers[k](ctx, repo); err != nil {
		return "", fmt.Errorf("generate %s: %w", k, err)
	}
	return repo, nil
}

var makers = map[Kind]func(ctx context.Context, dir string) error{
	Empty:        func(context.Context, string) error { return nil },
	NoHead:       makeNoHead,
	Shallow:      makeShallow,
	Corrupt:      makeCorrupt,
	Missing:      makeMissing,
	UglyNames:    makeUglyNames,
	UglyPaths:    makeUglyPaths,
	OddDates:     makeOddDates,
	Octopus:      streamed(octopus),
	Submodule:    makeSubmodule,
	Symlinks:     streamed(symlinks),
	CaseTwins:    streamed(caseTwins),
	BrokenText:   streamed(brokenText),
	TwoRoots:     streamed(twoRoots),
	EmptyCommits: streamed(emptyCommits),
	ManyFiles:    streamed(manyFiles),
	HugeFile:     streamed(hugeFile),
}

// streamed makes a repository by one import.
func streamed(tell func(s *stream)) func(context.Context, string) error {
	return func(ctx context.Context, dir string) error {
		s, err := openStream(ctx, dir)
		if err != nil {
			return err
		}
		tell(s)
		_, err = s.close()
		return err
	}
}

// plain is a commit of Nemo's with text files.
func (s *stream) plain(ref, message string, minute, from int, files map[string]string, merge ...int) int {
	var changes []change
	for _, path := range slices.Sorted(maps.Keys(files)) {
		changes = append(changes, change{path, "100644", s.blob([]byte(files[path]))})
	}
	by := signature{nobody, nastyTime.Add(time.Duration(minute) * time.Minute)}
	return s.commit(commit{
		ref: ref, author: by, committer: by, message: message, from: from, merge: merge, changes: changes,
	})
}

const mainRef = "refs/heads/main"

func makeNoHead(ctx context.Context, dir string) error {
	if err := streamed(func(s *stream) {
		s.plain("refs/heads/trunk", "first\n", 0, 0, map[string]string{"a.txt": "a\n"})
	})(ctx, dir); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/gone\n"), 0o644)
}

// fiveCommits of one file that grows.
func fiveCommits(s *stream) {
	from, text := 0, ""
	for i := range 5 {
		text += fmt.Sprintf("line %d\n", i+1)
		from = s.plain(mainRef, fmt.Sprintf("commit %d\n", i+1), i, from, map[string]string{"a.txt": text})
	}
}

func makeShallow(ctx context.Context, dir string) error {
	whole := dir + ".whole"
	defer func() { _ = os.RemoveAll(whole) }()
	if err := initBare(ctx, whole); err != nil {
		return err
	}
	if err := streamed(fiveCommits)(ctx, whole); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	_, err := runGit(ctx, filepath.Dir(dir), nil, "clone", "--quiet", "--bare", "--depth=2",
		"file://"+whole, dir)
	return err
}

// loose unpacks the objects of a repository, so that a single one can be harmed.
func loose(ctx context.Context, dir string) error {
	packs, err := filepath.Glob(filepath.Join(dir, "objects/pack/pack-*"))
	if err != nil {
		return err
	}
	for _, p := range packs {
		if !strings.HasSuffix(p, ".pack") {
			if err := os.Remove(p); err != nil {
				return err
			}
			continue
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if err := os.Remove(p); err != nil {
			return err
		}
		if _, err := runGit(ctx, dir, data, "unpack-objects", "-q"); err != nil {
			return err
		}
	}
	return nil
}

// victim is the file of the object that holds a.txt as of the third of five commits.
func victim(ctx context.Context, dir string) (string, error) {
	if err := streamed(fiveCommits)(ctx, dir); err != nil {
		return "", err
	}
	id, err := runGit(ctx, dir, nil, "rev-parse", "main~2:a.txt")
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "objects", id[:2], id[2:]), loose(ctx, dir)
}

func makeCorrupt(ctx context.Context, dir string) error {
	file, err := victim(ctx, dir)
	if err != nil {
		return err
	}
	if err := os.Chmod(file, 0o644); err != nil {
		return err
	}
	return os.WriteFile(file, []byte("this is no zlib stream"), 0o644)
}

func makeMissing(ctx context.Context, dir string) error {
	file, err := victim(ctx, dir)
	if err != nil {
		return err
	}
	return os.Remove(file)
}
