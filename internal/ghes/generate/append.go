package generate

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Commit is one to be added to a repository that exists.
type Commit struct {
	// Branch is a short name; empty is main. It is made when it is not there.
	Branch string
	Author Alias
	At     time.Time
	// Message is used as it is.
	Message string
	// Files are new contents by path; nil content deletes.
	Files map[string][]byte
}

// Append adds commits to a bare repository, each on top of its branch, and returns their ids.
func Append(ctx context.Context, dir string, commits ...Commit) ([]string, error) {
	s, err := openStream(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("append commits: %w", err)
	}
	tips := map[string]int{}
	var marks []int
	for _, c := range commits {
		ref := "refs/heads/" + branchName(c.Branch)
		parent, err := s.parent(ctx, ref, tips)
		if err != nil {
			_, _ = s.close()
			return nil, fmt.Errorf("append commits: %w", err)
		}
		tips[ref] = s.append(c, ref, parent)
		marks = append(marks, tips[ref])
	}
	ids, err := s.close()
	if err != nil {
		return nil, fmt.Errorf("append commits: %w", err)
	}
	made := make([]string, 0, len(marks))
	for _, m := range marks {
		made = append(made, ids[m])
	}
	return made, nil
}

func branchName(short string) string {
	if short == "" {
		return "main"
	}
	return short
}

// parent is how a commit command names the tip of a branch: by mark when this stream made it.
func (s *stream) parent(ctx context.Context, ref string, tips map[string]int) (string, error) {
	if mark, ok := tips[ref]; ok {
		return fmt.Sprintf(":%d", mark), nil
	}
	return runGit(ctx, s.dir, nil, "for-each-ref", "--format=%(objectname)", ref)
}

func (s *stream) append(c Commit, ref, parent string) int {
	files := map[string]*file{}
	for path, content := range c.Files {
		files[path] = nil
		if content != nil {
			files[path] = &file{raw: content, mode: "100644", blob: s.blob(content)}
		}
	}
	by := signature{c.Author, c.At}
	s.marks++
	s.printf("commit %s\nmark :%d\nauthor %s\ncommitter %s\n", ref, s.marks, by, by)
	mark := s.marks
	s.data([]byte(c.Message))
	if parent != "" {
		s.printf("from %s\n", parent)
	}
	for _, path := range tree(files).paths() {
		if f := files[path]; f != nil {
			s.printf("M %s :%d %s\n", f.mode, f.blob, quote(path))
			continue
		}
		s.printf("D %s\n", quote(path))
	}
	s.printf("\n")
	return mark
}

// More adds n commits to main, a minute apart from a time on: each appends to NEWS.md and edits
// its own line of the commit before, which is rework. It returns their ids.
func More(ctx context.Context, dir string, n int, by Alias, from time.Time) ([]string, error) {
	lines := []string{"# News"}
	if old, err := runGit(ctx, dir, nil, "show", "main:NEWS.md"); err == nil {
		lines = strings.Split(old, "\n")
	}
	var commits []Commit
	for i := range n {
		lines[len(lines)-1] += " Done."
		lines = append(lines, fmt.Sprintf("- News %d of %s.", i+1, from.UTC().Format("2 Jan 2006 15:04")))
		commits = append(commits, Commit{
			Author: by, At: from.Add(time.Duration(i) * time.Minute),
			Message: fmt.Sprintf("Tell the news, part %d\n", i+1),
			Files:   map[string][]byte{"NEWS.md": []byte(strings.Join(lines, "\n") + "\n")},
		})
	}
	return Append(ctx, dir, commits...)
}
