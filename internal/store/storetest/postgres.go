package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"weir/internal/secret"
	"weir/internal/store"
)

// The environment that steers the tests on PostgreSQL.
const (
	// envURL names a server to use, by an account that may create databases; empty starts one.
	envURL = "WEIR_TEST_POSTGRES"
	// envRequire makes a missing PostgreSQL a failure instead of a skip.
	envRequire = "WEIR_REQUIRE_POSTGRES"
)

const howToInstall = "no PostgreSQL server was found; on Debian run: apt-get install postgresql, or set " + envURL +
	" to the URL of a server where databases may be created"

var errNoPostgres = errors.New(howToInstall)

// server is the one PostgreSQL of the test process.
var server struct {
	sync.Once
	admin    *url.URL
	template string
	stdin    io.Closer // the server ends when this is closed, which the end of the process does too
	err      error
	count    atomic.Int64
}

// URL makes an empty database with the tables of store and queue, and gives its address; it is dropped when the test ends.
// See OpenPostgres for what happens where there is no PostgreSQL.
func URL(t testing.TB) secret.String {
	t.Helper()
	return newDatabase(t, func() string { return " TEMPLATE " + server.template })
}

// EmptyURL makes an empty database that nobody has migrated and gives its address, otherwise as URL does.
func EmptyURL(t testing.TB) secret.String {
	t.Helper()
	return newDatabase(t, func() string { return "" })
}

func newDatabase(t testing.TB, like func() string) secret.String {
	t.Helper()
	server.Do(func() { server.err = startServer() })
	if errors.Is(server.err, errNoPostgres) && os.Getenv(envRequire) != "1" {
		t.Skip(howToInstall)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	name := fmt.Sprintf("%s_%d", server.template, server.count.Add(1))
	if err := execute(`CREATE DATABASE ` + name + like()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`); err != nil {
			t.Errorf("drop database of the test: %v", err)
		}
	})
	return database(name)
}

func database(name string) secret.String {
	address := *server.admin
	address.Path = "/" + name
	return secret.New(address.String())
}

func setupContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 2*time.Minute)
}

// execute runs one statement as the server's admin.
func execute(query string) error {
	ctx, cancel := setupContext()
	defer cancel()
	conn, err := pgx.Connect(ctx, server.admin.String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, query)
	return errors.Join(err, conn.Close(ctx))
}

func startServer() error {
	var err error
	if given := os.Getenv(envURL); given != "" {
		server.admin, err = url.Parse(given)
	} else {
		server.admin, err = launch()
	}
	if err != nil {
		return err
	}
	// The process id keeps the packages of one `go test` apart on a shared server.
	server.template = fmt.Sprintf("weir_test_%d_%d", os.Getpid(), time.Now().UnixNano())
	if err := execute(`CREATE DATABASE ` + server.template); err != nil {
		return fmt.Errorf("create the template for tests: %w", err)
	}
	ctx, cancel := setupContext()
	defer cancel()
	if err := migrate(ctx, store.Options{URL: database(server.template)}); err != nil {
		return fmt.Errorf("migrate the template for tests: %w", err)
	}
	return nil
}

// superviseScript makes and runs a server until its standard input ends, which happens however the test
// process ends; then it stops the server and removes its folder. It speaks to the socket only.
const superviseScript = `
dir=$1; bin=$2
"$bin/initdb" --no-sync --auth=trust --username=weir --encoding=UTF8 --locale=C -D "$dir/data" >"$dir/log" 2>&1 || { echo failed; exit 1; }
"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
  -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off >>"$dir/log" 2>&1 </dev/null &
server=$!
trap '' HUP INT TERM
for i in $(seq 600); do
  kill -0 $server 2>/dev/null || { echo failed; exit 1; }
  "$bin/pg_isready" -q -h "$dir" && { echo ready; break; }
  sleep 0.05
done
read -r end
kill -QUIT $server
wait $server
rm -rf "$dir"
`

func launch() (*url.URL, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(shortTempDir(), "weir-pg-")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), "sh", "-c", superviseScript, "sh", dir, bin)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt of the tests must not stop the clean-up
	if err := asOrdinaryUser(cmd, dir); err != nil {
		return nil, err
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL for tests: %w", err)
	}
	server.stdin = stdin
	word := make([]byte, len("ready"))
	if _, err := io.ReadFull(stdout, word); err != nil || !bytes.Equal(word, []byte("ready")) {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("start PostgreSQL for tests: %s", log)
	}
	return url.Parse("postgres://weir@/postgres?host=" + url.QueryEscape(dir))
}

// shortTempDir avoids temporary folders whose names are too long for a socket and, for root, those that
// the user who runs the server might not reach.
func shortTempDir() string {
	if dir := os.TempDir(); len(dir) < 60 && os.Getuid() != 0 {
		return dir
	}
	return "/tmp"
}

// asOrdinaryUser lets root run the server, which refuses to be root, as somebody else who owns dir.
func asOrdinaryUser(cmd *exec.Cmd, dir string) error {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return os.Chown(dir, int(uid), int(gid))
	}
	return errors.New("start PostgreSQL for tests: it does not run as root, and there is neither a user postgres nor nobody")
}

// findPostgres gives the folder of the programs: that of the initdb in PATH, else the newest of Debian's.
func findPostgres() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && complete(filepath.Dir(path)) {
			return filepath.Dir(path), nil
		}
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if runtime.GOOS == "darwin" {
		more, _ := filepath.Glob("/opt/homebrew/opt/postgresql@*/bin")
		dirs = append(dirs, more...)
	}
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return !complete(dir) })
	if len(dirs) == 0 {
		return "", errNoPostgres
	}
	return slices.MaxFunc(dirs, func(a, b string) int { return version(a) - version(b) }), nil
}

func complete(dir string) bool {
	for _, name := range []string{"initdb", "postgres", "pg_isready"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// version reads the number in a folder such as /usr/lib/postgresql/15/bin or postgresql@16/bin.
func version(dir string) int {
	name := filepath.Base(filepath.Dir(dir))
	n, _ := strconv.Atoi(name[strings.LastIndex(name, "@")+1:])
	return n
}
