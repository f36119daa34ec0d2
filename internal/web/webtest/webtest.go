// Package webtest looks at Weir's pages with a real browser: it clicks through them, collects what the
// browser complains about, checks them for people who cannot see or use a mouse, and takes pictures.
package webtest

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds one step in the browser.
const patience = 30 * time.Second

// flags keep the browser from speaking to anybody but the pages under test.
var flags = []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
	"disable-default-apps", "disable-extensions", "disable-domain-reliability", "no-pings", "metrics-recording-only",
	"mute-audio", "hide-scrollbars", "disable-dev-shm-usage"}

// Browser is one tab of a browser of the test's own, on one site.
type Browser struct {
	ctx  context.Context
	site *url.URL
	// beside are hosts that the site's pages lead to.
	beside map[string]bool

	mu sync.Mutex
	// complaints are what the browser said was wrong; strangers are addresses on other hosts.
	complaints, strangers []string
	ignored               []string
}

// Open starts a browser for the site at an address such as http://127.0.0.1:8080. Where there is no
// Chromium the test is skipped, or fails when WEIR_REQUIRE_BROWSER=1. The pages may also lead to the sites
// beside it, whose certificates are not checked.
func Open(t testing.TB, site string, beside ...string) *Browser {
	t.Helper()
	path := find(t)
	at, err := url.Parse(site)
	if err != nil {
		t.Fatalf("open browser: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900))
	for _, f := range flags {
		options = append(options, chromedp.Flag(f, true))
	}
	others := map[string]bool{}
	for _, address := range beside {
		other, err := url.Parse(address)
		if err != nil {
			t.Fatalf("open browser: %v", err)
		}
		others[other.Host] = true
		options = append(options, chromedp.Flag("ignore-certificate-errors", true))
	}
	running, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, shut := chromedp.NewContext(running)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		shut()
		stop()
	})
	b := &Browser{ctx: ctx, site: at, beside: others}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start browser %s: %v", path, err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("listen to browser: %v", err)
	}
	return b
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("WEIR_REQUIRE_BROWSER") == "1" {
		t.Fatal("no Chromium found, and WEIR_REQUIRE_BROWSER=1 asks for one; on Debian: apt-get install chromium")
	}
	t.Skip("no Chromium found; on Debian: apt-get install chromium")
	return ""
}

// hear notes what the browser tells. It runs inside the loop that reads the browser's messages.
func (b *Browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		b.complaints = append(b.complaints, "exception: "+text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			var said []string
			for _, a := range e.Args {
				said = append(said, string(a.Value)+a.Description)
			}
			b.complaints = append(b.complaints, "console "+string(e.Type)+": "+strings.Join(said, " "))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			b.complaints = append(b.complaints, "log "+string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		at, err := url.Parse(e.Request.URL)
		if err == nil && at.Host != b.site.Host && !b.beside[at.Host] && at.Scheme != "data" && at.Scheme != "about" {
			b.strangers = append(b.strangers, e.Request.URL)
		}
	}
}

// Ignore tells Check to pass over complaints that contain the text, such as a status that a test provokes.
func (b *Browser) Ignore(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ignored = append(b.ignored, text)
}

// Check fails the test for every complaint of the browser and every request to another host since the last Check.
func (b *Browser) Check(t testing.TB) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		if !b.passesOver(c) {
			t.Errorf("the browser complains: %s", c)
		}
	}
	for _, s := range b.strangers {
		t.Errorf("a page asked another host: %s", s)
	}
	b.complaints, b.strangers = nil, nil
}

func (b *Browser) passesOver(complaint string) bool {
	for _, text := range b.ignored {
		if strings.Contains(complaint, text) {
			return true
		}
	}
	return false
}

// Size sets the window's size, and the system's preference to light or dark.
func (b *Browser) Size(t testing.TB, width, height int, scheme string) {
	t.Helper()
	b.do(t, "set size", chromedp.EmulateViewport(int64(width), int64(height)))
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		t.Fatalf("set colours: %v", err)
	}
}
