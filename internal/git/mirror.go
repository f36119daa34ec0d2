package git

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"weir/internal/facts"
	"weir/internal/secret"
)

// Access says where a repository is fetched from and what signs us in. It reaches git through the
// environment of the child only: no part of it is ever in an argument, a remote's URL or a file,
// except the certificate authority, which is no secret.
type Access struct {
	// URL is the https address of the repository, without a credential in it.
	URL string
	// Username and Password sign in by HTTP Basic. An empty Password sends no credential.
	Username string
	Password secret.String
	// CAPEM is trusted beside the system's authorities.
	CAPEM string
	// Proxy is an HTTP proxy's URL, which may hold a credential; empty uses none, whatever the environment says.
	Proxy secret.String
	// PlainHTTP allows an http URL. It is for servers on this machine.
	PlainHTTP bool
	// LocalFiles allows a path or a file URL. It is for repositories that the person at the keyboard names.
	LocalFiles bool
}

// Mirror is a bare copy of a repository that only ever grows: what a branch once held stays, under
// refs/weir/kept, after the branch is moved or deleted. It is never checked out, so nothing that a
// hostile repository holds is run or written outside it.
type Mirror struct {
	// Dir is where the mirror lives; Dir + ".lock" beside it keeps two fetches apart.
	Dir string
	// Ledger, when set, hears of every run of git against the server.
	Ledger func(Run)
	// Log, when set, hears of upkeep that did not work and does not matter at once.
	Log *slog.Logger
	// Stall is how long a transfer may stand still before it is given up; 0 is two minutes.
	Stall time.Duration
	// LockWait is how long Fetch waits for another fetch of this mirror; 0 is ten seconds.
	LockWait time.Duration

	// extraEnv is added to every child, for tests that look over git's shoulder.
	extraEnv []string
}

// Run is one run of git against a server, as the ledger keeps it.
type Run struct {
	At time.Time
	// Operation is ls-remote or fetch; URL is the repository's, without a credential.
	Operation, URL string
	// Exit is git's exit status, 0 for success and -1 when a signal ended it.
	Exit int
	// Bytes is how much git says it received.
	Bytes int64
	Took  time.Duration
}

// FetchResult is what a fetch brought.
type FetchResult struct {
	// Refs are the branches, tags and heads of pull requests that the server has now. Hash is the commit
	// for an annotated tag too. Repo and the times are for the caller to fill.
	Refs []facts.Ref
	// Kept are commits that no ref of the server leads to any more: earlier heads, still held. Their
	// names are refs/weir/kept/HASH/KIND, where KIND is heads, tags or pull.
	Kept []facts.Ref
	// DefaultBranch is a branch's short name; empty when the server names none that exists.
	DefaultBranch string
	// Changed says that at least one ref was added, moved or is gone.
	Changed bool
	Objects int64
	Bytes   int64
}

// Fetch brings the mirror to what the server has, making it when it is not there.
//
// It may be repeated after any interruption, kill -9 and a full disk included: what is complete stays
// and what is half done is cleared away. The first time it goes in three steps (default branch, other
// branches and tags, heads of pull requests), and a step that is complete is not fetched again. Git
// itself cannot resume within one step: a pack that breaks off is sent again from its start.
//
// An error that comes from git or the server is a *FetchError. Cancelling ctx ends git and its children.
func (m *Mirror) Fetch(ctx context.Context, a Access, progress func(FetchProgress)) (FetchResult, error) {
	lock, err := m.lock(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	defer lock.release()
	if err := m.removeLeftovers(); err != nil {
		return FetchResult{}, diskError("clear away what an interrupted fetch left", err)
	}
	env, err := m.environment(a)
	if err != nil {
		return FetchResult{}, err
	}
	defer env.release()
	f := &fetch{mirror: m, access: a, env: env, lock: lock, progress: progress}
	return f.run(ctx)
}

// fetch is one Fetch under way. It holds the lock.
type fetch struct {
	mirror   *Mirror
	access   Access
	env      *environment
	lock     *mirrorLock
	progress func(FetchProgress)

	objects, bytes int64
}

func (f *fetch) run(ctx context.Context) (FetchResult, error) {
	remote, err := f.listRemote(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	if err := f.initialise(ctx, remote); err != nil {
		return FetchResult{}, err
	}
	before, err := f.localRefs(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	changes := compareRefs(before, remote.refs)
	if changes.any() {
		if err := f.apply(ctx, remote, before, changes); err != nil {
			return FetchResult{}, err
		}
	}
	if err := f.setHead(ctx, remote); err != nil {
		return FetchResult{}, err
	}
	return f.result(ctx, remote, changes)
}

// apply makes earlier heads safe, fetches, and lets go of those that a ref leads to again.
func (f *fetch) apply(ctx context.Context, remote remoteRefs, before map[string]string, c refChanges) error {
	if err := f.keep(ctx, before, c); err != nil {
		return err
	}
	for _, step := range fetchSteps(remote, len(before) == 0) {
		if err := f.fetchRefs(ctx, step); err != nil {
			return err
		}
	}
	if err := f.settleKept(ctx, before); err != nil {
		return err
	}
	f.upkeep(ctx)
	return nil
}

// fetchSteps splits the first fetch, so that an interruption costs one step and not everything.
func fetchSteps(remote remoteRefs, first bool) [][]string {
	const (
		heads = "+refs/heads/*:refs/heads/*"
		tags  = "+refs/tags/*:refs/tags/*"
		pulls = "+refs/pull/*/head:refs/pull/*/head"
	)
	if !first {
		return [][]string{{heads, tags, pulls}}
	}
	var steps [][]string
	if head := remote.head; head != "" {
		steps = append(steps, []string{"+" + head + ":" + head})
	}
	return append(steps, []string{heads, tags}, []string{pulls})
}

// cutOff is what git says, and goes on, when the server's own history is cut off: it then leaves the ref as it was.
const cutOff = "because shallow roots are not allowed to be updated"

func (f *fetch) fetchRefs(ctx context.Context, refspecs []string) error {
	p := &progressReader{report: f.progress}
	rejected := ""
	c := command{
		args: []string{
			"fetch", "--progress", "--stdin", "--no-tags", "--no-recurse-submodules",
			"--no-auto-maintenance", "--no-write-fetch-head", "--no-write-commit-graph",
			"--end-of-options", f.access.URL,
		},
		stdin: lines(refspecs),
		stderr: func(line string) {
			p.line(line)
			if strings.HasSuffix(line, cutOff) && !strings.HasPrefix(line, "remote: ") {
				rejected = line
			}
		},
	}
	err := f.remoteRun(ctx, "fetch", c, func() int64 { return p.last.Bytes })
	f.objects += p.objects
	f.bytes += p.last.Bytes
	if err == nil && rejected != "" {
		return newFetchError(FetchShallow, rejected, nil)
	}
	return err
}

func (f *fetch) result(ctx context.Context, remote remoteRefs, c refChanges) (FetchResult, error) {
	kept, err := f.keptRefs(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	refs, err := f.peeledRefs(ctx)
	if err != nil {
		return FetchResult{}, err
	}
	return FetchResult{
		Refs: refs, Kept: kept, DefaultBranch: remote.defaultBranch(), Changed: c.any(),
		Objects: f.objects, Bytes: f.bytes,
	}, nil
}
