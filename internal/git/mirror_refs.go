package git

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"weir/internal/facts"
)

const keptPrefix = "refs/weir/kept/"

// remoteRefs is what the server says it has.
type remoteRefs struct {
	// head is the full name of the default branch, empty when it does not exist (yet).
	head string
	// refs maps the names that we mirror to the hashes they hold, tags not peeled.
	refs map[string]string
}

func (r remoteRefs) defaultBranch() string { return strings.TrimPrefix(r.head, "refs/heads/") }

// hashLength tells SHA-1 (40) from SHA-256 (64); 0 for an empty repository.
func (r remoteRefs) hashLength() int {
	for _, hash := range r.refs {
		return len(hash)
	}
	return 0
}

// mirrored tells the refs that a mirror holds from those that a server makes up, such as refs/pull/7/merge.
func mirrored(name string) bool {
	if strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/tags/") {
		return true
	}
	number, isPull := strings.CutPrefix(name, "refs/pull/")
	number, isHead := strings.CutSuffix(number, "/head")
	return isPull && isHead && number != "" && !strings.Contains(number, "/")
}

func (f *fetch) listRemote(ctx context.Context) (remoteRefs, error) {
	var out bytes.Buffer
	c := command{
		args:   []string{"ls-remote", "--symref", "--end-of-options", f.access.URL},
		stdout: &out,
		// Outside any repository: the mirror need not exist yet.
		outside: true,
	}
	run := func() error { return f.remoteRun(ctx, "ls-remote", c, func() int64 { return int64(out.Len()) }) }
	err := run()
	if failed := (*FetchError)(nil); errors.As(err, &failed) && failed.Code == FetchTLS {
		again, wideErr := f.env.widen()
		if wideErr != nil {
			return remoteRefs{}, wideErr
		}
		if again {
			out.Reset()
			err = run()
		}
	}
	if err != nil {
		return remoteRefs{}, err
	}
	remote := parseRemoteRefs(out.String())
	if len(remote.refs) > 0 || f.env.scheme == "file" {
		return remote, nil
	}
	return remote, f.checkEmpty(ctx)
}

// checkEmpty tells an empty repository from a web page. Git takes any page that is answered with 200,
// a sign-in page or a maintenance notice, for the old protocol of plain files and finds no refs in it;
// believing that would let every branch go. A git server speaks in packets, which git can be asked to show.
func (f *fetch) checkEmpty(ctx context.Context) error {
	packets := false
	c := command{
		args:    []string{"ls-remote", "--end-of-options", f.access.URL},
		stderr:  func(line string) { packets = packets || strings.Contains(line, "git< ") },
		outside: true,
		env:     []string{"GIT_TRACE_PACKET=1"},
	}
	if err := f.remoteRun(ctx, "ls-remote", c, func() int64 { return 0 }); err != nil {
		return err
	}
	if !packets {
		return newFetchError(FetchNotGit, "", nil)
	}
	return nil
}

// parseRemoteRefs reads the lines of git ls-remote --symref. Lines that it does not know are passed over.
func parseRemoteRefs(text string) remoteRefs {
	r := remoteRefs{refs: map[string]string{}}
	for line := range strings.Lines(text) {
		value, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case !ok:
		case name == "HEAD" && strings.HasPrefix(value, "ref: refs/heads/"):
			r.head = strings.TrimPrefix(value, "ref: ")
		case mirrored(name) && !strings.HasSuffix(name, "^{}"):
			r.refs[name] = value
		}
	}
	if r.refs[r.head] == "" {
		r.head = ""
	}
	return r
}

// refChanges says how the server differs from the mirror.
type refChanges struct {
	// added are new names, moved hold another hash than here, gone are no longer on the server.
	added, moved, gone []string
}

func (c refChanges) any() bool { return len(c.added)+len(c.moved)+len(c.gone) > 0 }

func compareRefs(local, remote map[string]string) refChanges {
	var c refChanges
	for name, hash := range remote {
		switch local[name] {
		case hash:
		case "":
			c.added = append(c.added, name)
		default:
			c.moved = append(c.moved, name)
		}
	}
	for name := range local {
		if remote[name] == "" {
			c.gone = append(c.gone, name)
		}
	}
	for _, names := range [][]string{c.added, c.moved, c.gone} {
		slices.Sort(names)
	}
	return c
}

// keptName is where an earlier value of a ref stays: by hash and by the kind of name it had.
func keptName(name, hash string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(name, "refs/"), "/")
	return keptPrefix + hash + "/" + kind
}

// keep writes down the present values of refs that will move or go, before anything is fetched, so
// that there is no moment at which an earlier head hangs in the air. Names that are gone are removed:
// a branch a/b cannot be made while a branch a stands in its way.
func (f *fetch) keep(ctx context.Context, before map[string]string, c refChanges) error {
	earlier := map[string]string{}
	for _, name := range slices.Concat(c.moved, c.gone) {
		earlier[keptName(name, before[name])] = before[name]
	}
	var update bytes.Buffer
	for _, name := range sortedKeys(earlier) {
		fmt.Fprintf(&update, "update %s\x00%s\x00\x00", name, earlier[name])
	}
	for _, name := range c.gone {
		fmt.Fprintf(&update, "delete %s\x00\x00", name)
	}
	return f.updateRefs(ctx, &update)
}

// settleKept keeps the earlier heads that nothing leads to now, and forgets the others: most branches
// only move forward. What was a branch's must be on a branch to be forgotten; what was a pull request's, on any ref.
func (f *fetch) settleKept(ctx context.Context, before map[string]string) error {
	after, err := f.localRefs(ctx)
	if err != nil {
		return err
	}
	kept, err := f.keptRefs(ctx)
	if err != nil {
		return err
	}
	earlier := map[string]string{}
	for _, ref := range kept {
		earlier[ref.Name] = ref.Hash
	}
	for name, hash := range before {
		if after[name] != hash {
			earlier[keptName(name, hash)] = hash
		}
	}
	return f.sortKept(ctx, earlier)
}

func (f *fetch) sortKept(ctx context.Context, earlier map[string]string) error {
	var update bytes.Buffer
	for _, kind := range []struct {
		name string
		live []string
	}{
		{"heads", []string{"--branches"}},
		{"pull", []string{"--branches", "--tags", "--glob=refs/pull"}},
	} {
		candidates := map[string]string{}
		for name, hash := range earlier {
			if strings.HasSuffix(name, "/"+kind.name) {
				candidates[name] = hash
			}
		}
		loose, err := f.unreachable(ctx, candidates, kind.live)
		if err != nil {
			return err
		}
		for _, name := range sortedKeys(candidates) {
			if loose[candidates[name]] {
				fmt.Fprintf(&update, "update %s\x00%s\x00\x00", name, candidates[name])
			} else {
				fmt.Fprintf(&update, "delete %s\x00\x00", name)
			}
		}
	}
	return f.updateRefs(ctx, &update)
}

// unreachable tells which of the hashes no live ref leads to.
func (f *fetch) unreachable(ctx context.Context, candidates map[string]string, live []string) (map[string]bool, error) {
	loose := map[string]bool{}
	if len(candidates) == 0 {
		return loose, nil
	}
	wanted := map[string]bool{}
	for _, hash := range candidates {
		wanted[hash] = true
	}
	seen := func(line string) {
		if wanted[line] {
			loose[line] = true
		}
	}
	// The earlier heads come on stdin, so that ten thousand of them are no trouble; --not bears on the arguments only.
	args := append([]string{"rev-list", "--stdin", "--not"}, live...)
	c := command{args: args, stdin: lines(sortedKeys(wanted)), stdout: &lineWriter{line: seen}}
	return loose, f.localRun(ctx, "tell which earlier heads are still reachable", c)
}

func (f *fetch) updateRefs(ctx context.Context, update *bytes.Buffer) error {
	if update.Len() == 0 {
		return nil
	}
	c := command{args: []string{"update-ref", "--stdin", "-z", "--no-deref"}, stdin: update}
	return f.localRun(ctx, "update refs of the mirror", c)
}

// localRefs gives the refs that mirror the server's, tags not peeled.
func (f *fetch) localRefs(ctx context.Context) (map[string]string, error) {
	all, err := f.forEachRef(ctx, "%(objectname)", "refs/heads", "refs/tags", "refs/pull")
	if err != nil {
		return nil, err
	}
	refs := make(map[string]string, len(all))
	for _, ref := range all {
		refs[ref.Name] = ref.Hash
	}
	return refs, nil
}

// peeledRefs gives the same refs with the object that an annotated tag stands for.
func (f *fetch) peeledRefs(ctx context.Context) ([]facts.Ref, error) {
	peeled := "%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)"
	return f.forEachRef(ctx, peeled, "refs/heads", "refs/tags", "refs/pull")
}

func (f *fetch) keptRefs(ctx context.Context) ([]facts.Ref, error) {
	return f.forEachRef(ctx, "%(objectname)", strings.TrimSuffix(keptPrefix, "/"))
}

func (f *fetch) forEachRef(ctx context.Context, hash string, under ...string) ([]facts.Ref, error) {
	var refs []facts.Ref
	each := func(line string) {
		if hash, name, ok := strings.Cut(line, " "); ok {
			refs = append(refs, facts.Ref{Name: name, Hash: hash})
		}
	}
	c := command{
		args:   append([]string{"for-each-ref", "--format=" + hash + " %(refname)"}, under...),
		stdout: &lineWriter{line: each},
	}
	return refs, f.localRun(ctx, "list refs of the mirror", c)
}

// setHead points HEAD where the server's points; an empty repository keeps what init chose.
func (f *fetch) setHead(ctx context.Context, remote remoteRefs) error {
	if remote.head == "" {
		return nil
	}
	return f.localRun(ctx, "set the default branch of the mirror", command{args: []string{"symbolic-ref", "HEAD", remote.head}})
}

// initialise makes the bare repository, or completes one whose making was interrupted.
func (f *fetch) initialise(ctx context.Context, remote remoteRefs) error {
	format := "sha1"
	if remote.hashLength() == 64 {
		format = "sha256"
	}
	if f.mirror.initialised() {
		return nil
	}
	c := command{
		args:    []string{"init", "--quiet", "--bare", "--template=", "--object-format=" + format, f.mirror.Dir},
		outside: true,
	}
	return f.localRun(ctx, "make the mirror", c)
}

func lines(all []string) io.Reader { return strings.NewReader(strings.Join(all, "\n") + "\n") }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
