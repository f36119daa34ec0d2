package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"weir/internal/facts"
	"weir/internal/store"
)

// POST /settings/integrations/{id}/repos
//
// It does one thing with the ticked repos, with all that match in ticked organizations, or with all that
// the filter in the address lets through.
func (s *Server) changeRepos(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	f, err := readImportFilter(i.ID, v.R.URL.Query())
	if err != nil {
		return err
	}
	if err := v.R.ParseForm(); err != nil {
		return invalid(err)
	}
	change, chosen, err := readRepoChange(f, v.R.PostForm)
	if err != nil {
		return err
	}
	back := f.back(v.R.PostForm)
	if len(chosen) == 0 {
		v.say("warn", "No repo was selected. Tick repos or organizations, then choose what to do with them.")
		return v.redirect(back)
	}
	changed := 0
	for _, filter := range chosen {
		// The person may leave in the middle of thousands; what was asked for is finished all the same.
		n, err := s.work.ChangeRepos(context.WithoutCancel(v.ctx()), change, filter)
		if err != nil {
			return err
		}
		changed += n
	}
	kind, words := changeWords(change, changed)
	v.say(kind, words)
	return v.redirect(back)
}

// back is where the form came from: the rules, or the list with the same groups open.
func (f importFilter) back(form url.Values) string {
	if form.Get("back") == "rules" {
		return integrationAddress(f.Integration) + "/rules"
	}
	q := f.values()
	if f.Page > 1 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	for _, open := range form["open"] {
		q.Add("open", open)
	}
	return withQuery(integrationAddress(f.Integration)+"/repos", q)
}

// readRepoChange gives what is to be done, and with which repos.
func readRepoChange(f importFilter, form url.Values) (facts.RepoChange, []store.RepoFilter, error) {
	change := facts.RepoChange(form.Get("do"))
	one := form.Get("one") // "retry:12" is the button of one row
	if one != "" {
		name, id, _ := strings.Cut(one, ":")
		change = facts.RepoChange(name)
		form = url.Values{"repo": {id}}
	}
	if change == "" {
		change = facts.RepoImport
	}
	if _, known := changedWords[change]; !known {
		return "", nil, invalid(fmt.Errorf("parameter do: %q is nothing that can be done with repos", change))
	}
	if form.Get("across") != "" {
		return change, []store.RepoFilter{f.RepoFilter}, nil
	}
	var chosen []store.RepoFilter
	for _, text := range form["org"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", nil, invalid(fmt.Errorf("parameter org: %q is not an id", text))
		}
		group := f.RepoFilter
		group.Organization = facts.OrganizationID(n)
		chosen = append(chosen, group)
	}
	ticked := store.RepoFilter{Integration: f.Integration}
	for _, text := range form["repo"] {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", nil, invalid(fmt.Errorf("parameter repo: %q is not an id", text))
		}
		ticked.IDs = append(ticked.IDs, facts.RepoID(n))
	}
	if len(ticked.IDs) > 0 {
		chosen = append(chosen, ticked)
	}
	return change, chosen, nil
}

// changedWords say what was done with one repo and with more, and what to know when it was none.
var changedWords = map[facts.RepoChange][3]string{
	facts.RepoImport: {"repo is queued for import. This page shows how far it is; you may leave it.", "repos are queued for import. This page shows how far they are; you may leave it.",
		"Nothing to import: what you selected is imported already, is left out by a rule, or is gone from the server."},
	facts.RepoRetry:  {"repo is tried again now.", "repos are tried again now.", "Nothing to try again: none of what you selected has failed."},
	facts.RepoPause:  {"repo is paused. What was read of it stays in the reports.", "repos are paused. What was read of them stays in the reports.", "Nothing to pause: none of what you selected is imported and at work."},
	facts.RepoResume: {"repo goes on.", "repos go on.", "Nothing to resume: none of what you selected is paused."},
	facts.RepoStop: {"repo is no longer imported and has left the reports. What was read of it is kept: import it again, and it is back.",
		"repos are no longer imported and have left the reports. What was read of them is kept: import them again, and they are back.", "Nothing to stop: none of what you selected is imported."},
	facts.RepoKeep: {"repo stays imported, although a rule matches it.", "repos stay imported, although a rule matches them.", "Nothing to decide: no rule matches what you selected, or you have decided already."},
}

func changeWords(change facts.RepoChange, n int) (kind, words string) {
	all := changedWords[change]
	if n == 0 {
		return "warn", all[2]
	}
	return "ok", plural(int64(n), all[0], all[1])
}
