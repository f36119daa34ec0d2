package generate

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// ugly are texts that break tables, terminals and pages.
var ugly = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "bell\a and \x1b[31mred\x1b[0m",
	"right \u202eto left", "Zoë Ångström", "no utf-8 \xff\xfe", "  spaces  ", "=1+1", "O'Brien; DROP TABLE people",
	"{{.Secret}}", "tab\there", "😀 emoji", "a\u0301 combining", strings.Repeat("long ", 200),
}

// raw writes commit objects as they are, past every check.
type raw struct {
	ctx  context.Context
	dir  string
	tree string
	last string
	err  error
}

// newRaw starts with the tree of one text file.
func newRaw(ctx context.Context, dir string) *raw {
	r := &raw{ctx: ctx, dir: dir}
	blob := r.git("a\n", "hash-object", "-w", "--stdin")
	r.tree = r.git("100644 blob "+blob+"\ta.txt\n", "mktree")
	return r
}

func (r *raw) git(input string, args ...string) string {
	if r.err != nil {
		return ""
	}
	out, err := runGit(r.ctx, r.dir, []byte(input), args...)
	r.err = err
	return out
}

// commit adds an object whose author and committer lines are given whole.
func (r *raw) commit(author, committer, message string) {
	parent := ""
	if r.last != "" {
		parent = "parent " + r.last + "\n"
	}
	text := fmt.Sprintf("tree %s\n%sauthor %s\ncommitter %s\n\n%s", r.tree, parent, author, committer, message)
	r.last = r.git(text, "hash-object", "-t", "commit", "-w", "--literally", "--stdin")
}

func (r *raw) end() error {
	r.git("", "update-ref", "refs/heads/main", r.last)
	return r.err
}

// text gives each commit something to change, so that it has lines.
func (r *raw) text(content string) {
	blob := r.git(content, "hash-object", "-w", "--stdin")
	r.tree = r.git("100644 blob "+blob+"\ta.txt\n", "mktree")
}

func makeUglyNames(ctx context.Context, dir string) error {
	r := newRaw(ctx, dir)
	for i, name := range ugly {
		r.text(fmt.Sprintf("a\nversion %d\n", i))
		when := fmt.Sprintf("%d +0100", nastyTime.Unix()+int64(i)*60)
		who := fmt.Sprintf("%s <%s@example.com> %s", name, strings.ReplaceAll(name, "\n", ""), when)
		r.commit(who, who, name+"\n\nbody: "+name+"\n")
	}
	good := fmt.Sprintf("Nemo <nemo@example.com> %d +0100", nastyTime.Unix()+5000)
	r.commit("", good, "an author line with nothing in it\n")
	r.commit("Nobody", good, "an author without address and date\n")
	r.commit("Nobody <> 1767600000 +0000", good, "an empty address\n")
	r.commit("<only@example.com> 1767600000 +0000", good, "an empty name\n")
	r.commit("Two <a@example.com> <b@example.com> 1767600000 +0000", good, "two addresses\n")
	r.commit(good, good, "")
	r.commit(fmt.Sprintf("%s <%s@example.com> 1767600000 +0000", endless("name"), endless("address")), good, "no end to a name\n")
	return r.end()
}

// endless is a text of some kilobytes that does not compress much.
func endless(seed string) string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "%x", sha256.Sum256([]byte(seed+strconv.Itoa(i))))
	}
	return b.String()
}

// oddDates are the time and the offset as they stand in the object.
var oddDates = []string{
	"0 +0000", "1 +0000", "-1 +0000", "-62135596800 +0000", "4294967295 +0000", "4294967296 +0000",
	"253402300800 +0000", "9223372036854775807 +0000", "99999999999999999999 +0000",
	"1767600000 +9999", "1767600000 -9999", "1767600000 +1400", "1767600000 -0000", "1767600000 +0060",
	"1767600000 +1", "1767600000", "soon +0000", "1767600000 +0530", "1767500000 -0800",
}

func makeOddDates(ctx context.Context, dir string) error {
	r := newRaw(ctx, dir)
	for i, date := range oddDates {
		r.text(fmt.Sprintf("a\nversion %d\n", i))
		who := "Nemo <nemo@example.com> " + date
		r.commit(who, who, "dated "+date+"\n")
	}
	return r.end()
}

// makeUglyPaths writes a tree object by hand: a path may be any bytes but NUL and slash.
func makeUglyPaths(ctx context.Context, dir string) error {
	return streamed(func(s *stream) {
		files := map[string]string{}
		for i, name := range ugly {
			name = strings.ReplaceAll(name, "/", "_")
			files[name[:min(len(name), 200)]] = fmt.Sprintf("file %d\n", i)
		}
		files["new\nline.txt"], files["quo\"te\\.txt"] = "n\n", "q\n"
		files["-dash.txt"], files[":colon.txt"], files["deep/"+strings.Repeat("d/", 60)+"x.txt"] = "d\n", "c\n", "x\n"
		first := s.plain(mainRef, "ugly paths\n", 0, 0, files)
		again := map[string]string{}
		for path, text := range files {
			again[path] = text + "more\n"
		}
		s.plain(mainRef, "edit ugly paths\n", 1, first, again)
	})(ctx, dir)
}
