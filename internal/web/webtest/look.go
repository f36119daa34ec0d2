package webtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed assets/axe.min.js
var axe string

// violation is one finding of axe-core.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Accessible fails the test for every serious or critical finding of axe-core on the page. Rules narrow
// it to those rules of axe-core; none means all.
func (b *Browser) Accessible(t testing.TB, rules ...string) {
	t.Helper()
	if !Eval[bool](t, b, `typeof axe !== "undefined"`) {
		b.do(t, "load axe-core", chromedp.Evaluate[chromedp.Void](axe))
	}
	options := map[string]any{"resultTypes": []string{"violations"}}
	if len(rules) > 0 {
		options["runOnly"] = rules
	}
	asked, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	found := Eval[[]byte](t, b, `axe.run(document, `+string(asked)+`).then((r) => r.violations)`)
	var violations []violation
	if err := json.Unmarshal(found, &violations); err != nil {
		t.Fatalf("read axe-core's findings: %v", err)
	}
	for _, v := range violations {
		if v.Impact != "serious" && v.Impact != "critical" {
			continue
		}
		var where strings.Builder
		for i, n := range v.Nodes {
			if i == 3 {
				fmt.Fprintf(&where, "\n  and %d more", len(v.Nodes)-3)
				break
			}
			fmt.Fprintf(&where, "\n  %s\n    %s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n    "))
		}
		t.Errorf("%s: axe-core finds %s (%s): %s%s", b.here(), v.ID, v.Impact, v.Help, where.String())
	}
}

// Fits fails the test when the page is wider than its window, and names what sticks out.
func (b *Browser) Fits(t testing.TB) {
	t.Helper()
	out := Eval[[]string](t, b, `(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return [];
		const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return true; return false; };
		return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
			.slice(0, 5).map((e) => e.outerHTML.slice(0, 160)).concat(["page is " + document.documentElement.scrollWidth + " wide in a window of " + width]);
	})()`)
	if len(out) > 0 {
		t.Errorf("%s does not fit its window: %s", b.here(), strings.Join(out, "\n  "))
	}
}

// Shot saves a picture of the whole page as NAME.png in the folder that WEIR_SCREENSHOTS names, and does
// nothing when it names none.
func (b *Browser) Shot(t testing.TB, name string) {
	t.Helper()
	dir := os.Getenv("WEIR_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("take picture %s: %v", name, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// View is a size of the window with a colour scheme.
type View struct {
	Name          string
	Width, Height int
	Scheme        string
}

// Views are those in which every page is looked at.
var Views = []View{
	{"1440-light", 1440, 900, "light"}, {"1440-dark", 1440, 900, "dark"},
	{"390-light", 390, 844, "light"}, {"390-dark", 390, 844, "dark"},
}

// Inspect looks at the page that is shown in each of Views: it must fit, be accessible and cause no
// complaint; a picture of each is saved. What only colours can change is checked again in the dark, what
// only the width can change in the narrow window.
func (b *Browser) Inspect(t testing.TB, name string) {
	t.Helper()
	for i, v := range Views {
		b.Size(t, v.Width, v.Height, v.Scheme)
		b.Fits(t)
		switch i {
		case 0:
			b.Accessible(t)
		case 1:
			b.Accessible(t, "color-contrast", "link-in-text-block")
		case 2:
			b.Accessible(t, "scrollable-region-focusable", "target-size", "aria-hidden-focus", "link-name", "button-name")
		}
		b.Shot(t, name+"-"+v.Name)
	}
	first := Views[0]
	b.Size(t, first.Width, first.Height, first.Scheme)
	b.Check(t)
}
