package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	htmltemplate "html/template"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"

	"weir/internal/secret"
)

const planted = "ghp_planted0123456789"

type holder struct {
	Public secret.String
	hidden secret.String
	list   []secret.String
}

func newHolder() holder {
	s := secret.New(planted)
	return holder{Public: s, hidden: s, list: []secret.String{s}}
}

func TestStringPrintsAsMaskByEveryVerb(t *testing.T) {
	t.Parallel()
	s := secret.New(planted)
	for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %t %c %U %p %T %10s %-30q %w") {
		got := fmt.Sprintf(verb, s)
		if strings.Contains(got, "planted") || strings.Contains(got, fmt.Sprintf("%x", planted)) {
			t.Errorf("%s shows the secret: %s", verb, got)
		}
		// fmt answers %T, %p and a misplaced %w by itself.
		if !strings.Contains("%T %p %w", verb) && got != secret.Mask {
			t.Errorf("%s gives %q, want %q", verb, got, secret.Mask)
		}
		if nested := fmt.Sprintf(verb, newHolder()) + fmt.Sprintf(verb, &holder{hidden: s}); strings.Contains(nested, "planted") {
			t.Errorf("%s of a struct shows the secret: %s", verb, nested)
		}
	}
}

func TestStringPrintsAsMaskByEncodersAndTemplates(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := newHolder()
	for _, encode := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		b, err := encode(h)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "secret", h.Public, "holder", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "secret", h.Public, "holder", h)
	if err := template.Must(template.New("").Parse(`{{.}} {{.Public}} {{printf "%q" .Public}}`)).Execute(&out, h); err != nil {
		t.Fatal(err)
	}
	if err := htmltemplate.Must(htmltemplate.New("").Parse(`<p>{{.Public}}</p><script>x={{.Public}}</script>`)).Execute(&out, h); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "planted") {
		t.Errorf("the secret shows: %s", out.String())
	}
	if n := strings.Count(out.String(), secret.Mask); n < 8 {
		t.Errorf("only %d masks in %s", n, out.String())
	}
}

func TestStringKeepsItsText(t *testing.T) {
	t.Parallel()
	s := secret.New(planted)
	if s.Reveal() != planted || s.Empty() || !s.Equal(secret.New(planted)) || s.Equal(secret.New("other")) {
		t.Error("text, emptiness or equality is wrong")
	}
	var read struct{ Token secret.String }
	if err := json.Unmarshal([]byte(`{"Token":"`+planted+`"}`), &read); err != nil || !read.Token.Equal(s) {
		t.Errorf("read from JSON: %v", err)
	}
	if !cmp.Equal(s, secret.New(planted)) || !reflect.DeepEqual(s, secret.New(planted)) {
		t.Error("two equal secrets differ")
	}
}

func TestEmptyStringPrintsNothing(t *testing.T) {
	t.Parallel()
	var s secret.String
	if !s.Empty() || s.Reveal() != "" || fmt.Sprint(s) != "" || !secret.New("").Equal(s) {
		t.Errorf("empty secret gives %q", fmt.Sprint(s))
	}
}
