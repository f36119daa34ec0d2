// Package jobs says which work is done in the background and sees to it that it is done: on River, in
// the database that holds everything else, so that work is enqueued in the transaction of its reason.
//
// A sync of a repo is a chain of three kinds, FetchRepo, ReplayRepo and JudgeRepo. Each enqueues the
// next in the transaction that completes it, so a chain never breaks between two of them. The package
// knows when work is done, by whom and how often; what the work is, ingest says through Handlers.
//
// A job is worked at least once. A process that is killed leaves its jobs "running": they are put back
// when it starts again (one process with its own database), or by the other processes once it has not
// been heard of for a while (PostgreSQL). Handlers therefore must stand being begun again anywhere.
package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"weir/internal/facts"
	"weir/internal/store"
)

// Handlers do the work. An error of one of the kinds in outcome.go steers what happens next; any other
// error is tried again, less and less often.
type Handlers interface {
	// Discover reads the organizations and repos of an integration.
	Discover(context.Context, facts.IntegrationID) error
	// Fetch brings a repo's mirror up to date. ErrNothingNew ends the chain there.
	Fetch(context.Context, facts.RepoID) error
	// Replay reads the commits that are new in the mirror and writes their facts.
	Replay(context.Context, facts.RepoID) error
	// Judge decides again what counts in a repo.
	Judge(context.Context, facts.RepoID) error
	// Retire winds down what an integration that was deleted had under way.
	Retire(context.Context, facts.IntegrationID) error
	// ApplyDeliveries reads the deliveries of a webhook that wait.
	ApplyDeliveries(context.Context, facts.WebhookID) error
	// KeepWebhooks brings an integration's webhooks on the server to what they shall be.
	KeepWebhooks(context.Context, facts.IntegrationID) error
	// SyncPullRequests reads what is new of a repo's pull requests.
	SyncPullRequests(context.Context, facts.RepoID) error
	// SyncTickets reads what is new of a repo's tickets.
	SyncTickets(context.Context, facts.RepoID) error
	// Schedule enqueues what is due. It is called once a minute, on one process.
	Schedule(context.Context) error
	// CleanUp removes what is kept for a time only. It is called once an hour, on one process.
	CleanUp(context.Context) error
}

// Options say where jobs are kept and how many are worked at once.
type Options struct {
	Store *store.Store
	// Workers is how many fetches, replays and judgements run at once in this process; 0 is 2.
	Workers int
	// Shared says that other processes may work on the same database. It needs PostgreSQL.
	Shared bool
	// Name names this process and its data folder, such as the machine's name. Processes that share a
	// database need different names, and a process keeps its name over a restart: a repo stays with the one
	// that has its mirror.
	Name string
	// Log receives what the queue has to say; nil discards it.
	Log *slog.Logger
	// Heartbeat is how often a process of a shared database says that it lives; 0 is ten seconds. It is
	// taken for dead after three.
	Heartbeat time.Duration
}

// Client enqueues jobs, and works on them between Start and Stop.
type Client struct {
	store   *store.Store
	driver  riverdriver.Driver[*sql.Tx]
	river   *river.Client[*sql.Tx]
	options Options

	mu       sync.Mutex
	handlers Handlers
	// life ends when this process must believe that others took its jobs; see node.go.
	life    context.Context
	endLife context.CancelCauseFunc
	stop    context.CancelFunc
	loops   sync.WaitGroup
	hands   hands
	intake  intake
}

// Open brings the tables of the queue up to date and gives a client that can enqueue at once.
func Open(ctx context.Context, o Options) (*Client, error) {
	if o.Workers == 0 {
		o.Workers = 2
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Shared && o.Store.Dialect() != store.Postgres {
		return nil, errors.New("open job queue: several processes can share PostgreSQL only")
	}
	c := &Client{store: o.Store, driver: driverFor(o.Store), options: o}
	if err := c.migrate(ctx); err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	var err error
	if c.river, err = river.NewClient(c.driver, c.config()); err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return c, nil
}

// driverFor uses database/sql on both databases, so that a job is inserted in a *store.Tx.
func driverFor(s *store.Store) riverdriver.Driver[*sql.Tx] {
	if s.Dialect() == store.SQLite {
		return riversqlite.New(s.DB())
	}
	return riverdatabasesql.NewWithPgxListener(s.DB(), s.Pool())
}

// The queues: heavy work waits for heavy work only, never a short job behind an import.
const (
	queueHeavy = "heavy"
	queueLight = "light"
	queueItems = "items"
)

func (c *Client) config() *river.Config {
	workers := river.NewWorkers()
	c.register(workers)
	id := c.newNodeID()
	queues := map[string]river.QueueConfig{
		queueHeavy: {MaxWorkers: c.options.Workers},
		queueLight: {MaxWorkers: 4},
		queueItems: {MaxWorkers: 4}, // as many as one server gets requests at once
	}
	if c.options.Shared {
		queues[homeQueue(c.options.Name)] = river.QueueConfig{MaxWorkers: c.options.Workers}
	}
	return &river.Config{
		ID:      id,
		Logger:  c.options.Log,
		Workers: workers,
		Queues:  queues,
		// Throughput is workers divided by this; the default of 100 ms is made for a busy PostgreSQL.
		FetchCooldown: 5 * time.Millisecond,
		JobTimeout:    lightTimeout,
		RetryPolicy:   retryPolicy{},
		// Our own rescue knows which processes live. This one only guesses by time, so it comes last.
		RescueStuckJobsAfter: fetchTimeout + time.Hour,
		SoftStopTimeout:      softStop,
		PeriodicJobs:         periodicJobs(),
		ReindexerIndexNames:  reindexed(c.options.Store.Dialect()),
	}
}

// reindexed names the indexes of the queue that are made anew each night. SQLite's tables of it lack some, which the queue
// would warn of each time.
func reindexed(dialect store.Dialect) []string {
	names := river.ReindexerIndexNamesDefault()
	if dialect != store.SQLite {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return name == "river_job_args_index" || name == "river_job_metadata_index" || name == "river_job_pkey"
	})
}

// softStop is how long a stop waits for handlers before it asks them to end. They checkpoint, so little is lost.
const softStop = 2 * time.Second

// Start puts back what a killed process left and begins to work. Stop must be called before the store is closed.
func (c *Client) Start(ctx context.Context, h Handlers) error {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.mu.Lock()
	c.handlers, c.stop = h, stop
	c.renewLife()
	c.mu.Unlock()
	if err := c.takeOver(ctx); err != nil {
		stop()
		return fmt.Errorf("start job queue: %w", err)
	}
	if err := c.river.Start(ctx); err != nil {
		stop()
		return fmt.Errorf("start job queue: %w", err)
	}
	c.loops.Go(func() { c.keepLooking(ctx) })
	return nil
}

// Stop takes no new jobs, gives running ones two seconds to end by themselves, then asks them to; they
// go back into the queue. It returns when none runs any more, or when ctx ends.
func (c *Client) Stop(ctx context.Context) error {
	err := c.river.Stop(ctx)
	if c.stop != nil {
		c.stop()
	}
	c.loops.Wait()
	if err != nil {
		return fmt.Errorf("stop job queue: %w", err)
	}
	return c.leave(context.WithoutCancel(ctx))
}
