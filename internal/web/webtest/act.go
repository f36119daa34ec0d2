package webtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

func (b *Browser) do(t testing.TB, doing string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v; the page is %s and says:\n%s", doing, err, b.here(), b.says())
	}
}

// Go opens a page of the site by its path.
func (b *Browser) Go(t testing.TB, path string) {
	t.Helper()
	b.do(t, "open "+path, chromedp.Navigate(b.site.String()+path), chromedp.WaitReady(chromedp.CSS("main, body > pre")))
}

// Fill types into the field with a CSS selector, in place of what was there.
func (b *Browser) Fill(t testing.TB, field, text string) {
	t.Helper()
	clear := fmt.Sprintf("document.querySelector(%q).value = ''", field)
	b.do(t, "fill "+field, chromedp.WaitVisible(chromedp.CSS(field)), chromedp.Evaluate[chromedp.Void](clear),
		chromedp.SendKeys(chromedp.CSS(field), text))
}

// Click clicks the first element of a CSS selector.
func (b *Browser) Click(t testing.TB, selector string) {
	t.Helper()
	b.do(t, "click "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// Press clicks the button or link with a text, by its accessible words, as soon as the page has it.
func (b *Browser) Press(t testing.TB, text string) {
	t.Helper()
	const all = `[...document.querySelectorAll("button, a, summary, input[type=submit]")].filter((e) => e.checkVisibility())`
	const said = `(e) => (e.textContent || e.value || "").replace(/\s+/g, " ").trim()`
	script := `(() => {
		if (document.body === null || document.readyState !== "complete") return false;
		const wanted = ` + strconv.Quote(text) + `, all = ` + all + `, said = ` + said + `;
		const hit = all.find((e) => said(e) === wanted) || all.find((e) => said(e).includes(wanted) || e.getAttribute("aria-label") === wanted);
		if (!hit) return false;
		hit.click();
		return true;
	})()`
	if err := b.until(script); err != nil {
		t.Fatalf("press %q: no such button or link on %s: %v; there are: %s", text, b.here(), err,
			Eval[string](t, b, all+`.map(`+said+`).filter(Boolean).join(" | ")`))
	}
}

// See waits until the page shows a text, without regard to line breaks.
func (b *Browser) See(t testing.TB, text string) {
	t.Helper()
	err := b.until(`document.body !== null && document.readyState === "complete" && document.body.innerText.replace(/\s+/g, " ").includes(` + strconv.Quote(text) + `)`)
	if err != nil {
		t.Fatalf("wait to see %q: %v; the page is %s and says:\n%s", text, err, b.here(), b.says())
	}
}

// Window does something that opens a window, and gives that window.
func (b *Browser) Window(t testing.TB, open func()) *Browser {
	t.Helper()
	opened := chromedp.WaitNewTarget(b.ctx, func(*target.Info) bool { return true })
	open()
	select {
	case id := <-opened:
		ctx, shut := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
		t.Cleanup(shut)
		other := &Browser{ctx: ctx, site: b.site, beside: b.beside}
		if _, err := chromedp.Run(ctx, chromedp.Location()); err != nil {
			t.Fatalf("attach to the window: %v", err)
		}
		return other
	case <-time.After(patience):
		t.Fatalf("no window was opened by %s", b.here())
		return nil
	}
}

// Front brings the tab before the others: what is typed goes to the one in front.
func (b *Browser) Front(t testing.TB) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		t.Fatalf("bring %s to the front: %v", b.here(), err)
	}
}

// Gone waits until the window has closed itself.
func (b *Browser) Gone(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(b.ctx, time.Second)
		_, err := chromedp.Run(ctx, chromedp.Location())
		cancel()
		if err != nil {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Errorf("the window stays open at %s", b.here())
}

// until asks the page again and again until it says yes. A page that is left in the middle of a question has
// a successor, which is asked from the start.
func (b *Browser) until(script string) error {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(patience)))
	for err != nil && ctx.Err() == nil {
		_, err = chromedp.Run(ctx, chromedp.Poll[bool](script, chromedp.WithPollingTimeout(patience)))
	}
	return err
}

// Eval gives the value of a JavaScript expression on the page.
func Eval[T any](t testing.TB, b *Browser, expression string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate on %s: %v", b.here(), err)
	}
	return value
}

// Path gives the path and query of the page that is shown.
func (b *Browser) Path(t testing.TB) string {
	t.Helper()
	return strings.TrimPrefix(b.here(), b.site.String())
}

func (b *Browser) here() string {
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return fmt.Sprintf("unknown (%v)", err)
	}
	return at
}

func (b *Browser) says() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText.slice(0, 3000)`))
	if err != nil {
		return fmt.Sprintf("nothing (%v)", err)
	}
	return text
}
