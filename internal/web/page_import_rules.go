package web

import (
	"errors"
	"fmt"
	"strings"

	"weir/internal/access"
	"weir/internal/facts"
	"weir/internal/store"
)

// previewedRepos is how many repos a preview lists.
const previewedRepos = 100

type rulesView struct {
	Integration facts.Integration
	MayManage   bool
	Rules       []ruleRow
	Kinds       []ruleKind
	// Kind and Value are the rule that is being written, Wrong what is wrong with it.
	Kind  facts.ExclusionKind
	Value string
	Wrong string
	// Preview is what that rule matches now, nil before it was asked for.
	Preview *rulePreview
	// Asked counts imported repos that a saved rule matches and about which nobody has decided.
	Asked int
	// Organizations is how many there are, Automatic in how many new repos are imported by themselves.
	Organizations, Automatic int
}

type ruleRow struct {
	facts.Exclusion
	Words   string
	Matches int
	// Shown is the list of what it matches.
	Shown string
}

// ruleKind is a kind of rule with what its value is.
type ruleKind struct {
	Kind             facts.ExclusionKind
	Title, Value     string
	Example, Explain string
}

type rulePreview struct {
	store.ExclusionMatches
	Words string
	// Free counts those that are not imported.
	Free int
}

var ruleKinds = []ruleKind{
	{facts.ExcludeName, "Name", "Pattern", "legacy-*", "* stands for any text and ? for one character. With a slash the pattern is for OWNER/NAME."},
	{facts.ExcludeRegex, "Name, by regular expression", "Regular expression", "^acme/(tmp|old)-", "Looked for anywhere in OWNER/NAME, in any case."},
	{facts.ExcludePushedBefore, "Last push before a day", "Day", "2024-01-31", "Repos that were never pushed to are left out too."},
	{facts.ExcludeVisibility, "Visibility", "public, private or internal", "private", "All repos of that visibility."},
	{facts.ExcludeArchived, "Archived", "", "", "All archived repos; needs no value."},
	{facts.ExcludeFork, "Forks", "", "", "All forks; needs no value."},
}

// GET /settings/integrations/{id}/rules
//
// With a rule in the address it shows what that rule would match.
func (s *Server) rulesPage(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	q := v.R.URL.Query()
	return s.showRules(v, i, facts.ExclusionKind(q.Get("kind")), strings.TrimSpace(q.Get("value")), "")
}

func (s *Server) showRules(v *visit, i facts.Integration, kind facts.ExclusionKind, value, wrong string) error {
	view := rulesView{Integration: i, MayManage: v.User.May(access.ManageIntegrations), Kinds: ruleKinds, Kind: kind, Value: value, Wrong: wrong}
	if err := s.loadRules(v, &view); err != nil {
		return err
	}
	if kind != "" && wrong == "" {
		view.preview(v, s)
	}
	v.Section, v.Side = "settings", "integrations"
	if view.Wrong != "" {
		return v.again("import_rules", "Import rules", view)
	}
	return v.render("import_rules", "Import rules", view)
}

func (s *Server) loadRules(v *visit, view *rulesView) error {
	rules, err := s.store.Exclusions(v.ctx(), view.Integration.ID)
	if err != nil {
		return err
	}
	counts, err := s.store.ExclusionCounts(v.ctx(), view.Integration.ID)
	if err != nil {
		return err
	}
	for _, rule := range rules {
		view.Rules = append(view.Rules, ruleRow{Exclusion: rule, Words: rule.String(), Matches: counts[rule.ID],
			Shown: integrationAddress(view.Integration.ID) + "/repos?rule=" + idText(rule.ID)})
	}
	sums, err := s.store.OrganizationSummaries(v.ctx(), view.Integration.ID)
	if err != nil {
		return err
	}
	view.Organizations = len(sums)
	for _, sum := range sums {
		view.Asked += sum.Asked
		if sum.AutoImport {
			view.Automatic++
		}
	}
	return nil
}

func (view *rulesView) preview(v *visit, s *Server) {
	rule := facts.Exclusion{Integration: view.Integration.ID, Kind: view.Kind, Value: view.Value}
	found, err := s.store.PreviewExclusion(v.ctx(), rule, previewedRepos)
	if err != nil {
		view.Wrong = sentence(err.Error())
		return
	}
	view.Preview = &rulePreview{ExclusionMatches: found, Words: rule.String(), Free: found.Repos - found.Imported}
}

// POST /settings/integrations/{id}/rules
func (s *Server) addRule(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	rule := facts.Exclusion{Integration: i.ID, Kind: facts.ExclusionKind(v.R.PostFormValue("kind")),
		Value: strings.TrimSpace(v.R.PostFormValue("value")), AddedBy: v.User.Login}
	if _, err := rule.Matcher(); err != nil {
		return s.showRules(v, i, rule.Kind, rule.Value, sentence(err.Error()))
	}
	if rule.Kind == facts.ExcludeArchived || rule.Kind == facts.ExcludeFork {
		rule.Value = ""
	}
	id, err := s.store.AddExclusion(v.ctx(), rule)
	if errors.Is(err, facts.ErrConflict) {
		return s.showRules(v, i, rule.Kind, rule.Value, "This rule is there already.")
	}
	if err != nil {
		return err
	}
	counts, err := s.store.ExclusionCounts(v.ctx(), i.ID)
	if err != nil {
		return err
	}
	v.say("ok", fmt.Sprintf("The rule holds from now on and matches %s.", plural(int64(counts[id]), "repo that no rule before it matched", "repos that no rule before it matched")))
	return v.redirect(integrationAddress(i.ID) + "/rules")
}

// POST /settings/integrations/{id}/rules/{rule}/delete
func (s *Server) deleteRule(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	id, err := pathID[facts.ExclusionID](v, "rule")
	if err != nil {
		return err
	}
	if err := s.store.DeleteExclusion(v.ctx(), i.ID, id); err != nil {
		return err
	}
	v.say("ok", "The rule is gone. What only it left out can be imported; nothing is imported by itself for that.")
	return v.redirect(integrationAddress(i.ID) + "/rules")
}

// POST /settings/integrations/{id}/auto-import
func (s *Server) setAutoImport(v *visit) error {
	i, err := s.integration(v)
	if err != nil {
		return err
	}
	// The button of an organization stands in the form of the list and brings "5:on"; that of the rules all:on.
	which, on, _ := strings.Cut(v.R.PostFormValue("auto"), ":")
	if which == "all" {
		err = s.store.SetAutoImportOfAll(v.ctx(), i.ID, on == "on")
	} else {
		err = s.setAutoImportOf(v, i, which, on == "on")
	}
	if err != nil {
		return err
	}
	if on == "on" {
		v.say("ok", "New repos are imported by themselves from now on, as soon as the server lists them. Those that are there already are not: choose them here.")
	} else {
		v.say("ok", "New repos wait for somebody to import them. What is imported stays so.")
	}
	f, err := readImportFilter(i.ID, v.R.URL.Query())
	if err != nil {
		return err
	}
	return v.redirect(f.back(v.R.PostForm))
}

func (s *Server) setAutoImportOf(v *visit, i facts.Integration, which string, on bool) error {
	n, err := positive(map[string][]string{"auto": {which}}, "auto")
	if err != nil {
		return err
	}
	o, err := s.store.Organization(v.ctx(), facts.OrganizationID(n))
	if err != nil {
		return err
	}
	if o.Integration != i.ID {
		return notHere()
	}
	return s.store.SetAutoImport(v.ctx(), o.ID, on)
}
