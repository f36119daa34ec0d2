package jobs

import (
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"weir/internal/facts"
)

// DiscoverIntegration reads the organizations and repos that an integration's account can see.
type DiscoverIntegration struct {
	Integration facts.IntegrationID `json:"integration" river:"unique"`
}

// FetchRepo is the first step of a sync: the mirror.
type FetchRepo struct {
	Repo facts.RepoID `json:"repo" river:"unique"`
}

// ReplayRepo is the second step: commits and their lines.
type ReplayRepo struct {
	Repo facts.RepoID `json:"repo" river:"unique"`
}

// JudgeRepo is the third step, and a step of its own when a rule has changed: then it is Again.
type JudgeRepo struct {
	Repo  facts.RepoID `json:"repo" river:"unique"`
	Again bool         `json:"again,omitempty"`
}

// SyncPullRequests reads what is new of a repo's pull requests, with their reviews and comments.
type SyncPullRequests struct {
	Repo facts.RepoID `json:"repo" river:"unique"`
}

// SyncTickets reads what is new of a repo's tickets.
type SyncTickets struct {
	Repo facts.RepoID `json:"repo" river:"unique"`
}

// RetireIntegration winds down the work of an integration that a person deleted.
type RetireIntegration struct {
	Integration facts.IntegrationID `json:"integration" river:"unique"`
}

// ApplyDeliveries reads what a webhook brought, all of it that waits.
type ApplyDeliveries struct {
	Webhook facts.WebhookID `json:"webhook" river:"unique"`
}

// KeepWebhooks makes, looks at, mends and removes an integration's webhooks on the server.
type KeepWebhooks struct {
	Integration facts.IntegrationID `json:"integration" river:"unique"`
}

// StartSyncs enqueues the syncs of an integration's imported repos that wait for theirs, or of All. It
// spares the one who imports thousands of repos from waiting until each is enqueued.
type StartSyncs struct {
	Integration facts.IntegrationID `json:"integration" river:"unique"`
	All         bool                `json:"all" river:"unique"`
}

// Schedule enqueues what is due.
type Schedule struct{}

// CleanUp removes what has been kept long enough.
type CleanUp struct{}

// Kind names the job in the queue.
func (DiscoverIntegration) Kind() string { return "discover_integration" }

// Kind names the job in the queue.
func (FetchRepo) Kind() string { return "fetch_repo" }

// Kind names the job in the queue.
func (ReplayRepo) Kind() string { return "replay_repo" }

// Kind names the job in the queue.
func (JudgeRepo) Kind() string { return "judge_repo" }

// Kind names the job in the queue.
func (SyncPullRequests) Kind() string { return "sync_pull_requests" }

// Kind names the job in the queue.
func (SyncTickets) Kind() string { return "sync_tickets" }

// Kind names the job in the queue.
func (RetireIntegration) Kind() string { return "retire_integration" }

// Kind names the job in the queue.
func (ApplyDeliveries) Kind() string { return "apply_deliveries" }

// Kind names the job in the queue.
func (KeepWebhooks) Kind() string { return "keep_webhooks" }

// Kind names the job in the queue.
func (StartSyncs) Kind() string { return "start_syncs" }

// Kind names the job in the queue.
func (Schedule) Kind() string { return "schedule" }

// Kind names the job in the queue.
func (CleanUp) Kind() string { return "clean_up" }

// waiting are the states in which a job is still to be done; a second one like it adds nothing.
var waiting = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

func unique() river.UniqueOpts { return river.UniqueOpts{ByArgs: true, ByState: waiting} }

// InsertOpts make one discovery per integration.
func (a DiscoverIntegration) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique(), Tags: []string{tag("integration", int64(a.Integration))}}
}

// InsertOpts make one per integration. It has no tag of the integration: it ends what has.
func (RetireIntegration) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique()}
}

// InsertOpts make one at a time per integration.
func (a StartSyncs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique(), Tags: []string{tag("integration", int64(a.Integration))}}
}

// The steps of a sync in the order in which they are taken from the queue: a repo that was begun is ended before the next one
// begins, so that the first of thousands can be reported on while the others wait. What was judged before is judged again when
// nothing else is to be done: while thousands are read, people whose accounts become known change most of them many times.
const (
	judgePriority = 1 + iota
	replayPriority
	fetchPriority
	judgeAgainPriority
)

// InsertOpts make one sync per repo: fetch and replay share their key, so a second click finds the first
// at whichever step it is.
func (a FetchRepo) InsertOpts() river.InsertOpts { return syncOpts(a.Repo, fetchPriority) }

// InsertOpts are those of FetchRepo.
func (a ReplayRepo) InsertOpts() river.InsertOpts { return syncOpts(a.Repo, replayPriority) }

// InsertOpts make one judgement per repo. It has a key of its own: a changed rule must not wait for a
// server that is down.
func (a JudgeRepo) InsertOpts() river.InsertOpts {
	priority := judgePriority
	if a.Again {
		priority = judgeAgainPriority
	}
	return river.InsertOpts{Queue: queueHeavy, Priority: priority, UniqueOpts: unique(), Tags: []string{repoTag(a.Repo)}}
}

// InsertOpts make one per webhook: it reads all that waits, so a hundred deliveries at once are one job.
func (a ApplyDeliveries) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique(), Tags: []string{tag("webhook", int64(a.Webhook))}}
}

// InsertOpts make one per integration.
func (a KeepWebhooks) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique(), Tags: []string{tag("integration", int64(a.Integration))}}
}

// InsertOpts make one per repo. It waits for the server most of the time, so it has a queue of its own: it
// holds up neither replays nor what must be quick.
func (a SyncPullRequests) InsertOpts() river.InsertOpts { return itemOpts(a.Repo) }

// InsertOpts are those of SyncPullRequests.
func (a SyncTickets) InsertOpts() river.InsertOpts { return itemOpts(a.Repo) }

func itemOpts(repo facts.RepoID) river.InsertOpts {
	return river.InsertOpts{Queue: queueItems, UniqueOpts: unique(), Tags: []string{repoTag(repo)}}
}

// InsertOpts make one at a time.
func (Schedule) InsertOpts() river.InsertOpts { return housekeeping() }

// InsertOpts make one at a time.
func (CleanUp) InsertOpts() river.InsertOpts { return housekeeping() }

func syncOpts(repo facts.RepoID, priority int) river.InsertOpts {
	opts := river.InsertOpts{Queue: queueHeavy, Priority: priority, UniqueOpts: unique(), Tags: []string{repoTag(repo)}}
	// The key is then the repo's id alone. No other kind excludes its kind, so keys cannot meet by accident.
	opts.UniqueOpts.ExcludeKind = true
	return opts
}

func housekeeping() river.InsertOpts {
	// What fails is done at the next turn anyway.
	return river.InsertOpts{Queue: queueLight, UniqueOpts: unique(), MaxAttempts: 1}
}

func repoTag(id facts.RepoID) string { return tag("repo", int64(id)) }

func tag(noun string, id int64) string { return fmt.Sprintf("%s-%d", noun, id) }

// How long a job may run. Replays and judgements cut themselves into slices well below.
const (
	lightTimeout  = 10 * time.Minute
	replayTimeout = 20 * time.Minute
	judgeTimeout  = 20 * time.Minute
	// A first fetch of a very large repository over a slow line cannot be cut: git sends one pack. It is
	// given up much earlier when nothing comes any more (git.Mirror.Stall).
	fetchTimeout = 6 * time.Hour
)

func periodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{
		river.NewPeriodicJob(river.PeriodicInterval(time.Minute),
			func() (river.JobArgs, *river.InsertOpts) { return Schedule{}, nil },
			&river.PeriodicJobOpts{ID: "schedule", RunOnStart: true}),
		river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
			func() (river.JobArgs, *river.InsertOpts) { return CleanUp{}, nil },
			&river.PeriodicJobOpts{ID: "clean_up"}),
	}
}
