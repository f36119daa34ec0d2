package report

import (
	"context"

	"weir/internal/facts"
	"weir/internal/metrics"
)

var (
	codeTiles = []string{"coding_days_per_week", "commits_per_coding_day", "haloc", "new_work_share", "legacy_refactor_share",
		"help_others_share", "rework_share", "efficiency", "impact_per_week"}
	codeColumns = []string{"commits", "merges", "coding_days_per_week", "commits_per_coding_day", "haloc", "new_work_share",
		"legacy_refactor_share", "help_others_share", "rework_share", "efficiency", "throughput_productive", "tt100_productive", "impact_per_week"}
)

// Code answers how much code people write and change, how regularly, and what kind of work it is.
func Code(ctx context.Context, src DailySource, p Params) (*Page, error) {
	pl, err := placesOf(ctx, src, p)
	if err != nil {
		return nil, err
	}
	p, strays, err := clip(ctx, src, p)
	if err != nil {
		return nil, err
	}
	now := newCodeFold(p, pl)
	if err := now.read(ctx, src, p.Query()); err != nil {
		return nil, err
	}
	page := &Page{
		Name: NameCode, Title: "Code", Question: "How regularly do people get to code, and what kind of work is it?", Params: p,
		Definitions: definitions(metricsNamed(append(codeTiles, codeColumns...)...)),
	}
	page.Health, page.Notes = pl.health()
	page.Notes = append(page.Notes, strays...)
	var before *foldSet
	if p.Compare && p.Period != periodAll {
		previous := newCodeFold(p.On(p.Query().Previous().From, p.Query().Previous().To), pl)
		if err := previous.read(ctx, src, p.Query().Previous()); err != nil {
			return nil, err
		}
		before = previous.total
	}
	if now.repeats {
		page.Notes = append(page.Notes, together)
	}
	page.Tiles = now.tiles(before)
	page.Charts = []Chart{now.chart()}
	page.Tables = []Table{now.peopleTable(), now.repoTable()}
	if len(now.bots) > 0 {
		page.Tables = append(page.Tables, now.botTable())
	}
	page.passedOver()
	return page, nil
}

// codeFold gathers everything of one period in one pass over its roll-ups.
type codeFold struct {
	p      Params
	pl     *places
	total  *foldSet
	people map[facts.PersonID]*foldSet
	repos  map[facts.RepoID]*foldSet
	bots   map[facts.PersonID]*leftCount
	// weekly holds one metric of a tile each; types the work types by day.
	weekly []*metrics.Weekly
	types  map[facts.Day]facts.WorkTypes
	// repeats says that a commit stands in the rows of several people.
	repeats bool
}

// leftCount counts what a bot did and what does not count.
type leftCount struct{ commits, merges int }

func newCodeFold(p Params, pl *places) *codeFold {
	f := &codeFold{
		p: p, pl: pl, total: newFoldSet(metricsNamed(append(codeTiles, codeColumns...)...)),
		people: map[facts.PersonID]*foldSet{}, repos: map[facts.RepoID]*foldSet{}, bots: map[facts.PersonID]*leftCount{}, types: map[facts.Day]facts.WorkTypes{},
	}
	for _, m := range metricsNamed(codeTiles...) {
		f.weekly = append(f.weekly, metrics.NewWeekly(f.firstWeekDay(), p.To, m.New))
	}
	return f
}

// firstWeekDay bounds what is drawn week by week.
func (f *codeFold) firstWeekDay() facts.Day { return max(f.p.From, firstDay) }

func (f *codeFold) read(ctx context.Context, src DailySource, q facts.Query) error {
	for d, err := range src.Daily(ctx, q) {
		if err != nil {
			return err
		}
		f.add(&d)
	}
	return nil
}

func (f *codeFold) add(d *facts.Daily) {
	person := f.pl.people[d.Person]
	switch {
	case person.Hidden:
		return
	case person.Bot:
		if f.bots[d.Person] == nil {
			f.bots[d.Person] = &leftCount{}
		}
		f.bots[d.Person].commits += d.LeftOut
		f.bots[d.Person].merges += d.Merges
		return
	}
	of := f.total.metrics
	if f.people[d.Person] == nil {
		f.people[d.Person] = newFoldSet(of)
	}
	if f.repos[d.Repo] == nil {
		f.repos[d.Repo] = newFoldSet(of)
	}
	f.people[d.Person].add(d)
	once := d.Once()
	f.total.add(&once)
	f.repos[d.Repo].add(&once)
	f.types[d.Day] = f.types[d.Day].Add(once.Lines)
	f.repeats = f.repeats || d.Repeats > 0
	if d.Day < f.firstWeekDay() || d.Day > f.p.To {
		return
	}
	for _, w := range f.weekly {
		w.Add(&once)
	}
}

func (f *codeFold) scope() metrics.Scope {
	return metrics.Scope{Days: f.p.Query().Days(), People: len(f.p.People)}
}

// active counts the people with a commit that counts: over the weeks of a period they all are expected, so
// that its weeks can be compared with one another and with the whole.
func (f *codeFold) active() int {
	n := 0
	for _, set := range f.people {
		for i, m := range set.metrics {
			if m.ID == metrics.CommitsDefinition.ID && set.folds[i].Result(metrics.Scope{}).Number > 0 {
				n++
			}
		}
	}
	return n
}

// weeks gives the weeks of one tile; the one that is not over yet is not complete.
func (f *codeFold) weeks(i int) []metrics.Week {
	people := len(f.p.People)
	if people == 0 {
		people = f.active()
	}
	weeks := f.weekly[i].Result(people)
	for k := range weeks {
		weeks[k].Complete = weeks[k].Complete && weeks[k].Monday+6 < f.p.Today
	}
	return weeks
}
