package generate

import (
	"context"
	"fmt"
	"strings"
	"time"
)

func octopus(s *stream) {
	root := s.plain(mainRef, "root\n", 0, 0, map[string]string{"root.txt": "root\n"})
	var arms []int
	for i := range 4 {
		name := fmt.Sprintf("arm%d", i+1)
		arms = append(arms, s.plain("refs/heads/"+name, name+"\n", i+1, root,
			map[string]string{name + ".txt": name + "\n"}))
	}
	all := map[string]string{}
	for i := range 4 {
		name := fmt.Sprintf("arm%d", i+1)
		all[name+".txt"] = name + "\n"
	}
	s.plain(mainRef, "Merge four arms\n", 9, arms[0], all, arms[1:]...)
}

func symlinks(s *stream) {
	by := signature{nobody, nastyTime}
	link := func(path, to string) change { return change{path, "120000", s.blob([]byte(to))} }
	changes := []change{
		{"a.txt", "100644", s.blob([]byte("a\n"))},
		{"run.sh", "100755", s.blob([]byte("#!/bin/sh\necho run\n"))},
		link("good", "a.txt"), link("nowhere", "missing/file"), link("self", "self"),
		link("outside", "../../../../etc/passwd"), link("long", strings.Repeat("x/", 400)),
	}
	first := s.commit(commit{ref: mainRef, author: by, committer: by, message: "links\n", changes: changes})
	s.commit(commit{ref: mainRef, author: by, committer: by, message: "a link becomes a file\n", from: first,
		changes: []change{{"good", "100644", s.blob([]byte("now a file\n"))}, link("a.txt", "good"),
			{"run.sh", "100644", s.blob([]byte("#!/bin/sh\necho run\n"))}}})
}

func caseTwins(s *stream) {
	first := s.plain(mainRef, "twins\n", 0, 0, map[string]string{
		"Readme.md": "one\n", "README.md": "two\n", "src/a.go": "package a\n", "SRC/a.go": "package b\n",
	})
	s.plain(mainRef, "edit both\n", 1, first, map[string]string{
		"Readme.md": "one\nmore\n", "README.md": "two\nmore\n",
	})
}

func brokenText(s *stream) {
	long := strings.Repeat("x", 2_000_000)
	first := s.plain(mainRef, "all kinds\n", 0, 0, map[string]string{
		"binary.dat": "\x00\x01\x02\x00", "latin1.txt": "caf\xe9\nna\xefve\n", "utf16.txt": "\xff\xfeh\x00i\x00\n\x00",
		"crlf.txt": "one\r\ntwo\r\n", "no-newline.txt": "one\ntwo", "empty.txt": "", "long.txt": long + "\n",
		"only-newlines.txt": "\n\n\n", "nul-late.txt": strings.Repeat("text\n", 3000) + "\x00\n",
		"bell.txt": "\a\b\x1b[31mred\x1b[0m\n", "cr.txt": "one\rtwo\rthree\r",
	})
	s.plain(mainRef, "edit all kinds", 1, first, map[string]string{
		"binary.dat": "\x00\x01\x03\x00", "latin1.txt": "caf\xe9s\nna\xefve\n", "crlf.txt": "one\ntwo\n",
		"no-newline.txt": "one\ntwo\n", "empty.txt": "no more\n", "long.txt": long + "y\n",
	})
}

func twoRoots(s *stream) {
	one := s.plain(mainRef, "root one\n", 0, 0, map[string]string{"one.txt": "one\n"})
	two := s.plain("refs/heads/other", "root two\n", 1, 0, map[string]string{"two.txt": "two\n"})
	s.plain(mainRef, "Merge unrelated histories\n", 2, one, map[string]string{"two.txt": "two\n"}, two)
}

func emptyCommits(s *stream) {
	from := s.plain(mainRef, "root without a file\n", 0, 0, nil)
	from = s.plain(mainRef, "", 1, from, map[string]string{"a.txt": "a\n"})
	from = s.plain(mainRef, "nothing changes\n", 2, from, nil)
	s.plain(mainRef, strings.Repeat("a very long message ", 5000), 3, from, nil)
}

// manyFiles is a commit of 100,000 files in 1,000 folders, and one that edits ten of them.
func manyFiles(s *stream) {
	by := signature{nobody, nastyTime}
	changes := make([]change, 0, 100_000)
	for i := range 100_000 {
		text := fmt.Sprintf("file %d\nof many\n", i)
		changes = append(changes, change{fmt.Sprintf("d%03d/f%05d.txt", i%1000, i), "100644", s.blob([]byte(text))})
	}
	first := s.commit(commit{ref: mainRef, author: by, committer: by, message: "many files\n", changes: changes})
	edits := map[string]string{}
	for i := range 10 {
		edits[fmt.Sprintf("d%03d/f%05d.txt", i, i)] = "edited\n"
	}
	s.plain(mainRef, "edit ten\n", 1, first, edits)
}

// hugeFile is a text of 300 MB that grows by a line.
func hugeFile(s *stream) {
	text := strings.Repeat("a line of a text that nobody will ever read to its end, we hope\n", 300<<20/64)
	first := s.plain(mainRef, "a huge file\n", 0, 0, map[string]string{"huge.txt": text, "a.txt": "a\n"})
	s.plain(mainRef, "a line more\n", 1, first, map[string]string{"huge.txt": text + "more\n"})
}

func makeSubmodule(ctx context.Context, dir string) error {
	link := func(s *stream, minutes time.Duration, from int, id string) int {
		by := signature{nobody, nastyTime.Add(minutes * time.Minute)}
		s.marks++
		s.printf("commit %s\nmark :%d\nauthor %s\ncommitter %s\n", mainRef, s.marks, by, by)
		s.data(fmt.Appendf(nil, "link to %s\n", id[:7]))
		if from != 0 {
			s.printf("from :%d\n", from)
		}
		s.printf("M 160000 %s lib/other\n\n", id)
		return s.marks
	}
	return streamed(func(s *stream) {
		first := s.plain(mainRef, "modules\n", 0, 0, map[string]string{
			".gitmodules": "[submodule \"other\"]\n\tpath = lib/other\n\turl = https://elsewhere.example/other.git\n",
			"a.txt":       "a\n",
		})
		second := link(s, 1, first, strings.Repeat("1", 40))
		third := link(s, 2, second, strings.Repeat("2", 40))
		s.plain(mainRef, "a file in its place\n", 3, third, map[string]string{"lib/other": "now a file\n"})
	})(ctx, dir)
}
