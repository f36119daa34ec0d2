package connect_test

import (
	"testing"

	"weir/internal/connect"
)

func TestPersonalSigns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		login, name string
		want        bool
	}{
		{"ada", "Ada Lovelace", true}, {"alovelace", "Dr Ada King Lovelace", true},
		{"svc-weir", "Ada Lovelace", false}, {"acme-bot", "Acme Builder", false}, {"ada", "Reporting service", false},
		{"ada", "", false}, {"ada", "Ada", false}, {"weir", "Weir", false},
		// Parts of words are not words: nobody is a service for being called Cicero.
		{"cicero", "Marcus Cicero", true}, {"abbott", "Bud Abbott", true},
	} {
		if got := connect.PersonalSigns(test.login, test.name); (len(got) > 0) != test.want {
			t.Errorf("%s (%s): signs %q, want any: %v", test.login, test.name, got, test.want)
		}
	}
}
