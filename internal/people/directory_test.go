package people_test

import (
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/people"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	d := people.NewDirectory(people.ParseMailmap("Ann Right <ann@new.example> <ann@old.example>\n"))
	persons := map[string]facts.PersonID{}
	for _, who := range []string{
		"ann|ann@old.example", "Ann R|ann@new.example", "Bob|Bob@Example.com", "Robert|bob@example.com",
		"Cee|cee@users.noreply.github.example", "Cee2|77+cee@users.noreply.github.example", "Cee3|77+renamed@users.noreply.github.example",
		"New Cee|88+cee@users.noreply.github.example", "Dee|root@localhost", "Eve|root@localhost", "dee |ROOT@localhost", "x|", "y|", "dependabot[bot]|49699333+dependabot[bot]@users.noreply.github.com",
	} {
		name, email, _ := strings.Cut(who, "|")
		id, err := d.Identify(name, email)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := d.Identify(name, email)
		if again != id {
			t.Errorf("%s has two ids: %d and %d", who, id, again)
		}
		persons[who] = d.PersonOf(id).ID
		d.Note(id)
	}
	same := [][2]string{
		{"ann|ann@old.example", "Ann R|ann@new.example"}, {"Bob|Bob@Example.com", "Robert|bob@example.com"},
		{"Cee|cee@users.noreply.github.example", "Cee2|77+cee@users.noreply.github.example"},
		{"Cee|cee@users.noreply.github.example", "Cee3|77+renamed@users.noreply.github.example"}, {"Dee|root@localhost", "dee |ROOT@localhost"},
	}
	for _, pair := range same {
		if persons[pair[0]] != persons[pair[1]] {
			t.Errorf("%s and %s are two people, want one", pair[0], pair[1])
		}
	}
	apart := [][2]string{{"Dee|root@localhost", "Eve|root@localhost"}, {"x|", "y|"}, {"Cee|cee@users.noreply.github.example", "New Cee|88+cee@users.noreply.github.example"}}
	for _, pair := range apart {
		if persons[pair[0]] == persons[pair[1]] {
			t.Errorf("%s and %s are one person, want two", pair[0], pair[1])
		}
	}
	ann := d.Person(persons["ann|ann@old.example"])
	if ann.Name != "Ann Right" || ann.Email != "ann@new.example" || ann.Bot {
		t.Errorf("Ann is %+v; want the name and e-mail that .mailmap says", ann)
	}
	bot := d.Person(persons["dependabot[bot]|49699333+dependabot[bot]@users.noreply.github.com"])
	if !bot.Bot {
		t.Errorf("%+v is no bot", bot)
	}
	if got := d.PersonOf(9999); got != (facts.Person{}) {
		t.Errorf("an unknown identity is %+v", got)
	}
}

// The name used most is shown; of names used alike, the first by the alphabet.
func TestDirectoryShowsTheNameUsedMost(t *testing.T) {
	t.Parallel()
	d := people.NewDirectory(nil)
	for name, times := range map[string]int{"zed": 2, "Zed Long": 5, "aaa": 2} {
		id, _ := d.Identify(name, "z@example.com")
		for range times {
			d.Note(id)
		}
	}
	if got := d.People(); len(got) != 1 || got[0].Name != "Zed Long" {
		t.Errorf("people = %+v", got)
	}
}

func TestBot(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]bool{
		"renovate[bot]|bot@renovateapp.com|": true, "Renovate Bot|bot@renovateapp.com|": true, "x|x@example.com|some-app[bot]": true,
		"x|29139614+renovate[bot]@users.noreply.github.com|": true, "Ann Abbot|abbot@example.com|abbot": false, "|@|": false, "x|dependabot@example.com|": true,
		"Claude|noreply@anthropic.com|": true, "Copilot|175728472+Copilot@users.noreply.github.com|": true, "Ann|noreply@example.com|": false,
	} {
		parts := strings.Split(who, "|")
		if got := people.Bot(parts[0], parts[1], parts[2]); got != want {
			t.Errorf("%s: bot %v, want %v", who, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	persons := []facts.Person{
		{ID: 1, Name: "Jane Doe", Email: "jane.doe@work.example"}, {ID: 2, Name: "Doe, Jane", Email: "jdoe@home.example"},
		{ID: 3, Name: "jd", Email: "5+janedoe@users.noreply.github.example"}, {ID: 4, Name: "Max Muster", Email: "max@work.example"},
		{ID: 5, Name: "Jané DOE", Email: "x@other.example"}, {ID: 6, Name: "jane doe", Email: "info@work.example", Bot: true},
		{ID: 7, Name: "Zoe Other", Email: "info@work.example"}, {ID: 8, Name: "Yan Other2", Email: "info@home.example"},
	}
	got := people.Suggest(persons, []facts.Identity{{ID: 1, Person: 4, Name: "mm", Email: "m.muster@x.example", Login: "zoe-other"}})
	scores := map[[2]facts.PersonID]float64{}
	for i, s := range got {
		scores[[2]facts.PersonID{s.Into, s.From}] = s.Score
		if len(s.Reasons) == 0 || s.Reasons[0] == "" {
			t.Errorf("%+v has no reason", s)
		}
		if i > 0 && got[i-1].Score < s.Score {
			t.Errorf("suggestions do not stand by score: %+v", got)
		}
	}
	// 1 and 2: the same name and words: 1 - 0.25 x 0.8 = 0.8. 1 and 3: handle and name together: 1 - 0.5 x 0.55 = 0.725.
	want := map[[2]facts.PersonID]float64{{1, 2}: 0.8, {1, 5}: 0.8, {2, 5}: 0.8, {1, 3}: 0.725, {2, 3}: 0.45, {3, 5}: 0.45, {4, 7}: 0.45}
	for pair, score := range want {
		if d := scores[pair] - score; d > 1e-9 || d < -1e-9 {
			t.Errorf("%v scores %v, want %v", pair, scores[pair], score)
		}
	}
	if len(scores) != len(want) {
		t.Errorf("suggestions %+v, want %v", got, want)
	}
}
