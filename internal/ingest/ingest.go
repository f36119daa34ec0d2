// Package ingest does the work of the jobs: it reads organizations and repos of a server, keeps
// mirrors, replays them, and writes what it found as facts. It computes no metric.
//
// Every handler may be ended at any moment, by a stop, a kill -9 or a full disk, and is begun again
// later: what is in the store is whole, and what is missing is found and added. Nothing that is held is
// deleted because a server did not mention it.
package ingest

import (
	"context"
	"io/fs"
	"iter"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"weir/internal/connect"
	"weir/internal/facts"
	"weir/internal/git"
	"weir/internal/github"
	"weir/internal/secret"
	"weir/internal/store"
)

// GitHub is what discovery asks of a server. *github.Client is one.
type GitHub interface {
	Organizations(context.Context) ([]facts.Organization, error)
	Repos(ctx context.Context, organization string) iter.Seq2[facts.Repo, error]
	FollowRepo(ctx context.Context, known facts.Repo) (github.Followed, error)
	WebhookServer
	Close()
}

// WebhookServer is what the keeping of webhooks asks of a server. Targets are orgs/acme, repos/acme/web or app.
type WebhookServer interface {
	Hooks(ctx context.Context, target string) iter.Seq2[github.Hook, error]
	AppEvents(ctx context.Context) ([]string, error)
	Hook(ctx context.Context, target string, id int64) (github.Hook, error)
	CreateHook(ctx context.Context, target string, events []string, to connect.HookConfig) (github.Hook, error)
	UpdateHook(ctx context.Context, target string, id int64, events []string, to connect.HookConfig) error
	PingHook(ctx context.Context, target string, id int64) error
	DeleteHook(ctx context.Context, target string, id int64) error
	HookDeliveries(ctx context.Context, target string, id int64) iter.Seq2[github.HookDelivery, error]
	HookPayload(ctx context.Context, target string, id, delivery int64) ([]byte, error)
	Redeliver(ctx context.Context, target string, id, delivery int64) error
}

// Queue is where handlers enqueue further work. *jobs.Client is one.
type Queue interface {
	SyncReposTx(ctx context.Context, tx *store.Tx, repos ...facts.RepoID) error
	SyncRepos(ctx context.Context, repos ...facts.RepoID) error
	JudgeRepos(ctx context.Context, repos ...facts.RepoID) error
	SyncItems(ctx context.Context, kind facts.SyncKind, repos ...facts.RepoID) error
	Discover(ctx context.Context, id facts.IntegrationID) error
	CancelRepos(ctx context.Context, repos ...facts.RepoID) error
	CancelDiscover(ctx context.Context, id facts.IntegrationID) error
	WebhookQueue
}

// WebhookQueue is what webhooks enqueue.
type WebhookQueue interface {
	ItemsDueTx(ctx context.Context, tx *store.Tx, repo facts.RepoID, kind facts.SyncKind, numbers ...int) error
	DiscoverSoonTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
	TakeDelivery(ctx context.Context, d facts.Delivery) (fresh bool, err error)
	ApplyDeliveries(ctx context.Context, id facts.WebhookID) error
	KeepWebhooksTx(ctx context.Context, tx *store.Tx, id facts.IntegrationID) error
	KeepWebhooks(ctx context.Context, id facts.IntegrationID) error
}

// Options wire the handlers to the rest.
type Options struct {
	Store *store.Store
	Queue Queue
	// Dir is the data folder: mirrors and line histories live in folders of it.
	Dir string
	// ConnectFunc gives a client for an integration's server; see Way.Connect.
	ConnectFunc func(context.Context, facts.Integration) (GitHub, error)
	// TestFunc tests an integration's connection and keeps what was found: the rights in each organization
	// among it. It is called at most once every DiscoverEvery, after the lists were read; nil tests never.
	TestFunc func(context.Context, facts.Integration) error
	// ItemsFunc gives a client for the pull requests and tickets of an integration's server; see Way.Items. With
	// nil they are not read.
	ItemsFunc func(context.Context, facts.Integration) (Items, error)
	// AccessFunc gives what git signs in with for a repo, another than the refused password where that is
	// not empty; nil is the Access of a Way of its own.
	AccessFunc func(ctx context.Context, i facts.Integration, repo facts.Repo, refused secret.String) (git.Access, error)
	// KeepAliveFunc renews an integration's credential when it is about to end; nil leaves that to requests.
	KeepAliveFunc func(context.Context, facts.Integration) error

	// URL is the address by which the server reaches Weir, for webhooks; empty when nobody told it.
	URL string

	// Workers is how many replays may run at once, and MemoryLimit what they may use together, in bytes; 0 is 2, as
	// for the jobs, and 1 GiB.
	Workers     int
	MemoryLimit int64
	// SyncEvery and DiscoverEvery are how old a repo's sync and an integration's list may become; 0 is
	// 15 minutes and an hour.
	SyncEvery, DiscoverEvery time.Duration
	// KeepLedger is for how long the ledger is kept; 0 is 90 days.
	KeepLedger time.Duration
	// UntilRoom is how soon work that found a full disk is tried again; 0 is a minute.
	UntilRoom time.Duration
	// KeepRaw is for how long the server's raw answers are kept; 0 is 30 days.
	KeepRaw time.Duration
	// ItemSlice is how long items are read before others get their turn; 0 is 20 seconds.
	ItemSlice time.Duration
	// Slice is how long a replay may run before others get their turn; 0 is eight minutes.
	Slice time.Duration

	Now func() time.Time
	Log *slog.Logger
}

// Ingest is the handlers of the jobs. It is safe for concurrent use.
type Ingest struct {
	Options
	people       *registry
	capabilities capabilityCache
}

// New makes the handlers. Queue may be set later, before the first job.
func New(o Options) *Ingest {
	if o.Workers == 0 {
		o.Workers = 2
	}
	if o.MemoryLimit == 0 {
		o.MemoryLimit = 1 << 30
	}
	o.SyncEvery = orDuration(o.SyncEvery, 15*time.Minute)
	o.DiscoverEvery = orDuration(o.DiscoverEvery, time.Hour)
	o.KeepLedger = orDuration(o.KeepLedger, 90*24*time.Hour)
	o.UntilRoom = orDuration(o.UntilRoom, time.Minute)
	o.KeepRaw = orDuration(o.KeepRaw, 30*24*time.Hour)
	o.ItemSlice = orDuration(o.ItemSlice, 20*time.Second)
	o.Slice = orDuration(o.Slice, 8*time.Minute)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	in := &Ingest{Options: o, people: newRegistry(o.Store)}
	if in.AccessFunc == nil {
		in.AccessFunc = (&Way{Store: o.Store, Now: o.Now, Log: o.Log}).Access
	}
	return in
}

func orDuration(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// MirrorDir is where the mirror of a repo lives.
func MirrorDir(dataDir string, repo facts.RepoID) string {
	return filepath.Join(dataDir, "mirrors", strconv.FormatInt(int64(repo), 10)+".git")
}

// StateDir is where the line history of a repo lives.
func StateDir(dataDir string, repo facts.RepoID) string {
	return filepath.Join(dataDir, "history", strconv.FormatInt(int64(repo), 10))
}

// BytesOf tells how much disk the mirrors and line histories of repos take.
func BytesOf(dataDir string, repos []facts.RepoID) int64 {
	total := int64(0)
	for _, repo := range repos {
		for _, dir := range []string{MirrorDir(dataDir, repo), StateDir(dataDir, repo)} {
			// What cannot be read is not counted: this is a figure for a page.
			_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
				if err != nil || !entry.Type().IsRegular() {
					return nil //nolint:nilerr // see above
				}
				if info, err := entry.Info(); err == nil {
					total += info.Size()
				}
				return nil
			})
		}
	}
	return total
}

func (in *Ingest) unix() int64 { return in.Now().Unix() }
